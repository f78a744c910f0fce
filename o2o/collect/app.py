"""The ASGI application: a request for a code is identified, resolved, decided, recorded, and only then answered."""

import asyncio
import json
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from o2o.collect.agents import shorten_agent
from o2o.collect.drain import pack_hit
from o2o.collect.keeper import Keeper
from o2o.collect.location import add_parameter
from o2o.collect.pages import CONTENT_POLICY, find_page, show_message, show_page
from o2o.collect.proxies import Proxies
from o2o.collect.recorder import Recorder
from o2o.collect.targets import Target
from o2o.collect.verdict import Hit, Source, explain_unknown
from o2o.db import open_database
from o2o.errors import DatabaseError
from o2o.times import now

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_CLICK_BYTES = 15  # 120 random bits, 20 characters
_CODE_LIKE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ALLOWED = b"GET, HEAD, OPTIONS"
_PAGE_HEADERS: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", CONTENT_POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
]
_COMMON_HEADERS: Headers = [(b"cache-control", b"no-store"), (b"referrer-policy", b"no-referrer")]
_HOME = show_message("欢迎", "Welcome. This address answers the codes in our shops.")
_UNKNOWN = show_message("没有找到这个码", "We don't know this code.")
_MISREAD = show_message("码不对，请再扫一次", "A character of this code is wrong. Please scan it again.")
_RETIRED = show_message("这个码已停用", "This code is no longer in use.")
_BUSY = show_message("请稍后再试", "Please try again in a moment.")


class Answer(NamedTuple):
    """A response: status, body and the headers that only it has."""

    status: int
    body: bytes = b""
    headers: Headers = _PAGE_HEADERS


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request we look at; its address leaves no other trace than the visitor."""

    method: str
    segments: list[str]
    address: str
    user_agent: str
    prefetch: bool

    @classmethod
    def from_scope(cls, scope: Scope, prefix: str, proxies: Proxies) -> Self:
        """Return the request of an ASGI scope; ``prefix`` is the path of the base URL."""
        path = scope["path"]
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            path = path[len(prefix) :]
        user_agent, purpose, forwarded = _read_headers(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        return cls(
            scope["method"],
            path.strip("/").split("/"),
            proxies.find_client(peer, forwarded) if forwarded else peer,
            shorten_agent(user_agent),
            "prefetch" in purpose or "preview" in purpose,
        )


class Collector:
    """The application."""

    def __init__(self, db_path: Path, keeper: Keeper, recorder: Recorder, proxies: Proxies) -> None:
        self._db_path = db_path
        self._keeper = keeper
        self._recorder = recorder
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one request."""
        request = Request.from_scope(scope, self._keeper.targets.prefix, self._proxies)
        await _send(send, request.method, await self._answer(request))

    async def _answer(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            return Answer(204 if request.method == "OPTIONS" else 405, headers=[(b"allow", _ALLOWED)])
        match request.segments:
            case [""]:
                return Answer(200, _HOME)
            case ["healthz"]:
                return self._show_health()
            case ["p", code]:
                return await asyncio.to_thread(self._show_page, code.upper())
            case [code] if _CODE_LIKE.fullmatch(code):
                return await self._answer_scan(request, code)
            case _:
                return Answer(404, _UNKNOWN)

    async def _answer_scan(self, request: Request, code: str) -> Answer:
        at = now()
        target = self._keeper.targets.by_code.get(code.upper())
        if request.method == "HEAD":
            return self._decide(target, code, at, click_id="")
        click_id = secrets.token_urlsafe(_CLICK_BYTES)
        visitor = self._keeper.identify(request.address, request.user_agent, at)
        answer = self._decide(target, code, at, click_id)
        kept_code = target.code if target else code
        hit = Hit(at, kept_code, visitor, request.user_agent, Source.SERVE, click_id, prefetch=request.prefetch)
        await self._recorder.record(pack_hit(hit))
        return answer

    def _decide(self, target: Target | None, code: str, at: int, click_id: str) -> Answer:
        if target is None:
            return Answer(404, _MISREAD if explain_unknown(code.upper()) == "misread" else _UNKNOWN)
        if target.retired_at is not None and at >= target.retired_at:
            return Answer(410, _RETIRED)
        url = target.destination or f"{self._keeper.targets.prefix}/p/{target.code}"
        if click_id:
            url = add_parameter(url, self._keeper.targets.settings.click_parameter, click_id)
        return Answer(302, headers=[(b"location", url.encode("ascii"))])

    def _show_page(self, code: str) -> Answer:
        try:
            db = open_database(self._db_path)
            try:
                page = find_page(db, self._keeper.targets.settings, code, now())
            finally:
                db.close()
        except (DatabaseError, sqlite3.Error):
            return Answer(503, _BUSY)
        return Answer(200, show_page(page)) if page else Answer(404, _UNKNOWN)

    def _show_health(self) -> Answer:
        troubled = self._recorder.lost > 0 or bool(self._keeper.trouble)
        health = {
            "status": "red" if troubled else "green",
            "recorded": self._recorder.recorded,
            "lost": self._recorder.lost,
            "drained": self._keeper.drained,
            "trouble": self._keeper.trouble,
            "touchpoints": len(self._keeper.targets.by_code),
        }
        return Answer(200, json.dumps(health).encode(), [(b"content-type", b"application/json")])


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str, str]:
    user_agent = purpose = b""
    forwarded: list[bytes] = []
    for name, value in headers:
        if name == b"user-agent":
            user_agent = value
        elif name in {b"purpose", b"sec-purpose", b"x-purpose", b"x-moz"}:
            purpose += value.lower()
        elif name == b"x-forwarded-for":
            forwarded.append(value)
    return user_agent.decode("latin-1"), purpose.decode("latin-1"), b",".join(forwarded).decode("latin-1")


async def _send(send: Send, method: str, answer: Answer) -> None:
    headers = [*answer.headers, *_COMMON_HEADERS]
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})

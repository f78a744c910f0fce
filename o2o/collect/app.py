"""The ASGI application: a request for a code is identified, resolved, decided, recorded, and only then answered."""

import asyncio
import json
import re
import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from o2o.codes.gs1 import Gs1Error
from o2o.codes.short import is_code
from o2o.collect.drain import pack_hit
from o2o.collect.hit import Hit, Signal, Source
from o2o.collect.keeper import Keeper
from o2o.collect.pages import CONTENT_POLICY, find_page, show_message, show_page
from o2o.collect.proxies import Proxies
from o2o.collect.recorder import Recorder
from o2o.collect.request import Request, Scope
from o2o.collect.staff import is_staff_token, make_mark
from o2o.collect.targets import Target
from o2o.collect.verdict import explain_unknown
from o2o.collect.visitor import Traits
from o2o.db import open_database
from o2o.destinations import Visit
from o2o.errors import DatabaseError
from o2o.links import ScannedLink, find_code
from o2o.times import now

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_CLICK_BYTES = 15  # 120 random bits, 20 characters
_CODE_LIKE = re.compile(r"[0-9A-Za-z_-]{4,64}")
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
_MARKED = show_message("这部手机的扫码从现在起记为测试", "Scans of this phone are kept as tests from now on.")
_UNMARKED = show_message("这部手机的扫码重新计入统计", "Scans of this phone count again.")
_BUSY = show_message("请稍后再试", "Please try again in a moment.")


class Answer(NamedTuple):
    """A response: status, body and the headers that only it has."""

    status: int
    body: bytes = b""
    headers: Headers = _PAGE_HEADERS


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
        if request.method in {"GET", "HEAD"}:
            answer = await self._answer(request)
        else:
            answer = Answer(204 if request.method == "OPTIONS" else 405, headers=[(b"allow", _ALLOWED)])
        await _send(send, request.method, answer)

    async def _answer(self, request: Request) -> Answer:
        match request.segments:
            case [""]:
                return Answer(200, _HOME)
            case ["healthz"]:
                return self._show_health()
            case ["staff", token, *off] if off in ([], ["off"]):
                return self._mark_phone(token, remove=bool(off))
            case ["p", code]:
                return await asyncio.to_thread(self._show_page, code.upper())
            case [code] if _CODE_LIKE.fullmatch(code):
                return await self._answer_code(request, code)
            case _:
                return await self._answer_link(request)

    async def _answer_code(self, request: Request, text: str) -> Answer:
        code = text.upper()
        target = self._keeper.targets.find(code)
        return await self._answer_scan(request, code if target or is_code(code) else text, target)

    async def _answer_link(self, request: Request) -> Answer:
        try:
            scanned = ScannedLink.parse(request.target)
        except Gs1Error:
            return Answer(404, _UNKNOWN)
        code = scanned.code
        if not self._keeper.targets.find(code):
            code = await asyncio.to_thread(self._find_code, scanned)
        return await self._answer_scan(request, code, self._keeper.targets.find(code))

    def _find_code(self, scanned: ScannedLink) -> str:
        try:
            db = open_database(self._db_path)
            try:
                return find_code(db, scanned, now())
            finally:
                db.close()
        except (DatabaseError, sqlite3.Error):
            return scanned.code or scanned.path

    async def _answer_scan(self, request: Request, code: str, target: Target | None) -> Answer:
        at = now()
        if request.method == "HEAD":
            return self._decide(target, code, Visit(at))
        click_id = secrets.token_urlsafe(_CLICK_BYTES)
        answer = self._decide(target, code, Visit(at, request.user_agent, click_id=click_id))
        traits = Traits(
            request.address, request.user_agent, request.cookies, request.language, untracked=request.untracked
        )
        who = self._keeper.identify(traits, at, click_id)
        signals = who.signals | (Signal.PREFETCH if request.prefetch else Signal.NONE)
        hit = Hit(at, code, who.visitor, request.user_agent, Source.SERVE, click_id, signals=signals)
        await self._recorder.record(pack_hit(hit))
        if not who.set_cookie:
            return answer
        return answer._replace(headers=[*answer.headers, (b"set-cookie", who.set_cookie.encode("ascii"))])

    def _decide(self, target: Target | None, code: str, visit: Visit) -> Answer:
        if target is None or target.is_retired(visit.at):
            return _refuse(target, code)
        url, _ = target.choose(visit)
        return Answer(302, headers=[(b"location", url.encode("ascii"))])

    def _mark_phone(self, token: str, *, remove: bool) -> Answer:
        if not is_staff_token(token, self._keeper.secret):
            return Answer(404, _UNKNOWN)
        targets = self._keeper.targets
        secure = targets.settings.base_url.startswith("https:")
        mark = make_mark(self._keeper.secret, path=targets.prefix, secure=secure, remove=remove)
        headers = [*_PAGE_HEADERS, (b"set-cookie", mark.encode("ascii"))]
        return Answer(200, _UNMARKED if remove else _MARKED, headers)

    def _show_page(self, code: str) -> Answer:
        at = now()
        target = self._keeper.targets.find(code)
        if target is None or target.is_retired(at):
            return _refuse(target, code)
        try:
            db = open_database(self._db_path)
            try:
                page = find_page(db, self._keeper.targets.settings, code, at)
            finally:
                db.close()
        except (DatabaseError, sqlite3.Error):
            page = None
        return Answer(200, show_page(page)) if page else Answer(503, _BUSY)

    def _show_health(self) -> Answer:
        troubled = self._recorder.lost > 0 or bool(self._keeper.trouble)
        health = {
            "status": "red" if troubled else "green",
            "recorded": self._recorder.recorded,
            "lost": self._recorder.lost,
            "drained": self._keeper.drained,
            "trouble": self._keeper.trouble,
            "touchpoints": len(self._keeper.targets),
        }
        return Answer(200, json.dumps(health).encode(), [(b"content-type", b"application/json")])


def _refuse(target: Target | None, code: str) -> Answer:
    if target is not None:
        return Answer(410, _RETIRED)
    return Answer(404, _MISREAD if explain_unknown(code) == "misread" else _UNKNOWN)


async def _send(send: Send, method: str, answer: Answer) -> None:
    headers = [*answer.headers, *_COMMON_HEADERS]
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})

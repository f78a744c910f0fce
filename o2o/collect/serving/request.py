"""What of a request we look at."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, Self
from urllib.parse import unquote

from o2o.collect.verdicts.agents import shorten_agent

_NAMES = {
    name.encode(): name
    for name in (
        "host", "user-agent", "x-forwarded-for", "cookie", "purpose", "accept", "accept-language", "dnt", "sec-gpc",
        "authorization", "idempotency-key", "content-type", "if-none-match", "expect", "origin",
    )
} | dict.fromkeys((b"sec-purpose", b"x-purpose", b"x-moz"), "purpose")  # fmt: skip
HEADERS: Mapping[bytes, str] = _NAMES | {written.title(): name for written, name in _NAMES.items()}
"""The headers that we look at, in small letters or as most clients write them, and under which name."""


class Request(NamedTuple):
    """One request as it was sent; its address leaves no other trace than the visitor.

    ``target``: path and query as sent, percent-encoded; ``path``: decoded; ``query``: as sent, without the ``?``.
    """

    method: str
    target: str
    path: str
    query: str
    address: str
    user_agent: str
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def of(cls, method: str, target: str, address: str, headers: Mapping[str, str], body: bytes = b"") -> Self:
        """Return a request of the target that its first line named: a path, or a whole address."""
        if not target.startswith("/"):
            target = "/" + target.partition("://")[2].partition("/")[2]
        path, _, query = target.partition("?")
        path = unquote(path) if "%" in path else path
        return cls(method, target, path, query, address, shorten_agent(headers.get("user-agent", "")), headers, body)

    @property
    def host(self) -> str:
        """The host that was asked, in small letters and without its port, or an empty text."""
        return _without_port(self.headers.get("host", ""))

    @property
    def language(self) -> str:
        """What ``Accept-Language`` says."""
        return self.headers.get("accept-language", "")

    @property
    def cookies(self) -> str:
        """All cookies in one text."""
        return self.headers.get("cookie", "")

    @property
    def is_prefetch(self) -> bool:
        """Whether a program asks ahead of its user."""
        purpose = self.headers.get("purpose", "").lower()
        return "prefetch" in purpose or "preview" in purpose

    @property
    def is_untracked(self) -> bool:
        """Whether Do-Not-Track or Global Privacy Control is set."""
        return self.headers.get("dnt") == "1" or self.headers.get("sec-gpc") == "1"


@lru_cache(maxsize=1_024)
def _without_port(host: str) -> str:
    host = host.lower()
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]

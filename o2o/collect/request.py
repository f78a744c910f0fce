"""What of a request we look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from o2o.collect.agents import shorten_agent
from o2o.collect.proxies import Proxies

Scope = dict[str, Any]

_HEADERS = {
    name: name
    for name in (b"user-agent", b"x-forwarded-for", b"cookie", b"purpose", b"accept-language", b"dnt", b"sec-gpc")
} | dict.fromkeys((b"sec-purpose", b"x-purpose", b"x-moz"), b"purpose")


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request we look at; its address leaves no other trace than the visitor.

    ``target``: path and query as they were sent, of a path with several segments, as a Digital Link has it.
    """

    method: str
    segments: list[str]
    target: str
    address: str
    user_agent: str
    prefetch: bool
    cookies: str
    language: str
    untracked: bool

    @classmethod
    def from_scope(cls, scope: Scope, prefix: str, proxies: Proxies) -> Self:
        """Return the request of an ASGI scope; ``prefix`` is the path of the base URL."""
        path = scope["path"]
        if prefix and (path == prefix or path.startswith(prefix + "/")):
            path = path[len(prefix) :]
        headers = _read_headers(scope["headers"])
        forwarded, purpose = headers[b"x-forwarded-for"], headers[b"purpose"]
        segments = path.strip("/").split("/")
        peer = scope["client"][0] if scope.get("client") else ""
        return cls(
            scope["method"],
            segments,
            _read_target(scope) if len(segments) > 1 else "",
            proxies.find_client(peer, forwarded) if forwarded else peer,
            shorten_agent(headers[b"user-agent"]),
            "prefetch" in purpose.lower() or "preview" in purpose.lower(),
            headers[b"cookie"],
            headers[b"accept-language"],
            "1" in (headers[b"dnt"], headers[b"sec-gpc"]),
        )


def _read_target(scope: Scope) -> str:
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, str]:
    """Return the headers that we look at, those of one name joined."""
    found = dict.fromkeys(_HEADERS.values(), "")
    for name, value in headers:
        if known := _HEADERS.get(name):
            found[known] += ("," if found[known] else "") + value.decode("latin-1")
    return found

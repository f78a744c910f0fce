"""The least that a redirect can be: answers 302 and records nothing (``uvicorn benchmarks.bare:app``)."""

from collections.abc import Awaitable, Callable
from typing import Any

_HEADERS = [(b"location", b"https://shop.example.com/"), (b"cache-control", b"no-store"), (b"content-length", b"0")]


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],  # noqa: ARG001
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer each request with the same redirect."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 302, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": b""})

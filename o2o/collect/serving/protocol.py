"""HTTP/1.1 on asyncio: requests are parsed by httptools, limited in size, number and time, and answered in order."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from time import monotonic
from typing import NamedTuple

import httptools

from o2o.collect.recording.metrics import Metrics
from o2o.collect.serving.proxies import Proxies
from o2o.collect.serving.request import HEADERS, Request

Headers = tuple[tuple[bytes, bytes], ...]

_SWEEP_SECONDS = 0.5
_LAST_SECONDS = 1.0
_MOST_WAITING = 32  # pipelined requests of one connection; then it isn't read from for a while
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_COMMON = b"referrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n"
_NO_STORE = b"cache-control: no-store\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_EMPTY = b"content-length: 0\r\n"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BODILESS = frozenset((204, 304))


class Answer(NamedTuple):
    """A response: its kind for the metrics, status, body, headers of its own, and how long it may be kept."""

    kind: str
    status: int
    body: bytes = b""
    headers: Headers = ()
    cache: bytes = b""


Reply = Callable[[Answer], None]
Handler = Callable[[Request, Reply], None]
"""Answers a request, now or later, by one call of the reply."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask of us; more is refused with the status that HTTP has for it."""

    url_bytes: int = 8_192
    head_bytes: int = 32_768
    body_bytes: int = 65_536
    request_seconds: float = 10
    idle_seconds: float = 60
    connections: int = 4_096


class Connections:
    """The connections of one worker: their handler and limits, the time of day, and those to sweep away."""

    def __init__(self, handle: Handler, proxies: Proxies, metrics: Metrics, limits: Limits = Limits()) -> None:
        self.handle = handle
        self.proxies = proxies
        self.metrics = metrics
        self.limits = limits
        self.all: set[Connection] = set()
        self.stopping = False
        self.tell_time()

    def tell_time(self) -> None:
        """Note the time, for the deadlines and the header; precise to a sweep."""
        self.clock = monotonic()
        self.date = b"date: " + formatdate(usegmt=True).encode("ascii") + b"\r\n"

    async def sweep(self) -> None:
        """Close connections that take too long, for ever."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self.tell_time()
            for connection in [each for each in self.all if each.deadline < self.clock]:
                connection.time_out()

    async def stop(self, grace_seconds: float) -> None:
        """Close what is idle, let the rest be answered, and after the grace close it all."""
        self.stopping = True
        for connection in list(self.all):
            connection.close_when_idle()
        until = monotonic() + grace_seconds
        while self.all and monotonic() < until:
            await asyncio.sleep(0.01)
        for connection in list(self.all):
            connection.abort()


class Connection(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, all_: Connections) -> None:
        self._all = all_
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._answering = False
        self._closing = False
        self._ended = False
        self._is_asking = False
        self._held = False  # the client doesn't read what we wrote
        self._receiving = False
        self._head_bytes = 0
        self._refusal = 0
        self._started = 0.0
        self.deadline = all_.clock + all_.limits.request_seconds

    # what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a new client, if there is room."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else ""
        self._all.all.add(self)
        if len(self._all.all) > self._all.limits.connections:
            self._refuse(503)
        elif self._all.stopping:  # it was in the queue of the port: whoever scans as we stop is answered too
            self.close_when_idle()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        """Forget the client; what it asked for is recorded all the same."""
        self._closing = True
        self._waiting.clear()
        self._all.all.discard(self)

    def data_received(self, data: bytes) -> None:
        """Parse what came and answer what is complete."""
        if self._closing:
            return
        if not self._receiving and not data.isascii():
            data = _escape_target(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._ended = True  # we speak nothing else: answered as if it had not asked, and closed
        except httptools.HttpParserError:
            self._refusal = self._refusal or 400
        if self._receiving and not self._refusal:
            self._head_bytes += len(data)
            if self._head_bytes > self._all.limits.head_bytes + self._all.limits.body_bytes:
                self._refusal = 431
        if self._refusal and not self._answering and not self._waiting:
            self._refuse(self._refusal)

    def eof_received(self) -> bool:
        """Answer what was asked before the client ended its side."""
        self._ended = True
        return self._answering or bool(self._waiting)

    def pause_writing(self) -> None:
        """Answer nothing more until the client has read what it got."""
        self._held = True

    def resume_writing(self) -> None:
        """Go on."""
        self._held = False
        self._answer_next()

    # what the parser calls

    def on_message_begin(self) -> None:
        """Start a request."""
        self._receiving = True
        self._head_bytes = 0
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body = b""
        self.deadline = self._all.clock + self._all.limits.request_seconds

    def on_url(self, part: bytes) -> None:
        """Take the target, or a part of it."""
        self._target += part
        if len(self._target) > self._all.limits.url_bytes:
            self._refusal = 414
            raise ValueError("the URL is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > self._all.limits.head_bytes:
            self._refusal = 431
            raise ValueError("the headers are too long")
        known = HEADERS.get(name) or HEADERS.get(name.lower())
        if known:
            text = value.decode("latin-1")
            before = self._headers.get(known)
            self._headers[known] = f"{before},{text}" if before else text

    def on_headers_complete(self) -> None:
        """Tell a client that waits for it to send the body."""
        if "expect" in self._headers and not self._answering:
            self._transport.write(_CONTINUE)

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self._body += part
        if len(self._body) > self._all.limits.body_bytes:
            self._refusal = 413
            raise ValueError("the body is too long")

    def on_message_complete(self) -> None:
        """Queue the request; most often it is the only one and answered at once."""
        self._receiving = False
        if self._refusal or self._closing:
            return
        headers, method = self._headers, self._parser.get_method().decode("ascii")
        forwarded = headers.get("x-forwarded-for")
        address = self._all.proxies.find_client(self._peer, forwarded) if forwarded else self._peer
        request = Request.of(method, self._target.decode("latin-1"), address, headers, self._body)
        self._waiting.append((request, self._parser.should_keep_alive()))
        if not self._answering:
            self._answer_next()
        elif len(self._waiting) == _MOST_WAITING:
            self._transport.pause_reading()

    # answering

    def _answer_next(self) -> None:
        self._is_asking = True  # a reply that comes at once must not call us again, one deeper for each request
        while self._waiting and not self._answering and not self._held:
            if len(self._waiting) == _MOST_WAITING:
                self._transport.resume_reading()
            self._answering = True
            request, self._keep_alive = self._waiting.popleft()
            self._method, self._started = request.method, monotonic()
            try:
                self._all.handle(request, self._reply)
            except Exception:  # a bug of ours is told to the operator, not to the client
                self._all.metrics.report_bug()
                self._reply(Answer("error", 500))
        self._is_asking = False
        if self._refusal and not self._answering and not self._waiting:
            self._refuse(self._refusal)

    def _reply(self, answer: Answer) -> None:
        self._answering = False
        self._all.metrics.count_answer(answer.kind, monotonic() - self._started)
        if self._transport.is_closing():
            return
        last = not self._keep_alive or self._all.stopping or (self._ended and not self._waiting)
        self._transport.write(_format(answer, self._all.date, self._method, last=last))
        self.deadline = self._all.clock + self._all.limits.idle_seconds
        if last:
            self._close()
        elif not self._is_asking and (self._waiting or self._refusal):
            self._answer_next()

    def _refuse(self, status: int) -> None:
        if not self._closing:
            self._all.metrics.count_answer("refused", 0)
            self._transport.write(_format(Answer("refused", status), self._all.date, "GET", last=True))
            self._close()

    def _close(self) -> None:
        self._closing = True
        self._waiting.clear()
        self._transport.close()

    # ends that the client doesn't choose

    def time_out(self) -> None:
        """End a connection whose time is up: a request half sent is told so."""
        if self._answering:
            return
        if self._receiving:
            self._refuse(408)
        self.abort()

    def close_when_idle(self) -> None:
        """Close now, or after the answer that is due; a request that is on its way is waited for a moment."""
        if self._answering or self._waiting:
            return
        if self._receiving or not self._started:
            self.deadline = min(self.deadline, self._all.clock + _LAST_SECONDS)
        else:
            self._close()

    def abort(self) -> None:
        """Close without waiting for the client to read what is left."""
        self._closing = True
        self._transport.abort()


def _escape_target(data: bytes) -> bytes:
    """Return the beginning of a request with its target as it should have been sent: some apps escape no Chinese."""
    line, end, rest = data.partition(b"\r\n")
    return _NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), line) + end + rest


def _format(answer: Answer, date: bytes, method: str, *, last: bool) -> bytes:
    _, status, body, headers, cache = answer
    head = b"%b%b%b%b" % (_STATUS_LINES[status], date, cache or _NO_STORE, _COMMON)
    for header in headers:
        head += b"%b: %b\r\n" % header
    if status not in _BODILESS:
        head += b"content-length: %d\r\n" % len(body) if body else _EMPTY
    return b"%b%b%b" % (head, b"connection: close\r\n\r\n" if last else b"\r\n", b"" if method == "HEAD" else body)

"""Sends real HTTP requests, many clients at a time, through one proxy's address, as a shop's web server would."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Event
from urllib.parse import urlsplit

_CONNECTIONS = 8
_TIMEOUT_SECONDS = 30
_AT_A_TIME = 100


@dataclass(frozen=True, slots=True)
class Request:
    """What a phone asks for: a method and the URL as read from the paper."""

    method: str
    url: str


@dataclass(frozen=True, slots=True)
class Client:
    """A phone or a machine: its address, its user agent and its requests in order."""

    address: str
    user_agent: str
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request, and when (milliseconds UTC, never before the server's own clock reading)."""

    request: Request
    status: int
    location: str
    at: int


def send_all(clients: Sequence[Client], port: int) -> list[list[Answer]]:
    """Send the requests of all clients to 127.0.0.1 and return the answers of each, in the order of ``clients``.

    The clients take turns; each waits for an answer before its next request, as a person does.
    """
    answers: list[list[Answer]] = [[] for _ in clients]
    given_up = Event()
    shares = [range(start, len(clients), _CONNECTIONS) for start in range(_CONNECTIONS)]

    def send_share(share: range) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
        try:
            for number, request in _take_turns(clients, share):
                if given_up.is_set():
                    return
                answers[number].append(_send(connection, clients[number], request))
        finally:
            connection.close()

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        try:
            for result in [pool.submit(send_share, share) for share in shares]:
                result.result()
        except BaseException:
            given_up.set()  # one has failed, or Ctrl-C: the others need not go on
            raise
    return answers


def _take_turns(clients: Sequence[Client], share: range) -> Iterator[tuple[int, Request]]:
    """Yield each client's requests in order, those of some clients interleaved."""
    for start in range(0, len(share), _AT_A_TIME):
        numbers = share[start : start + _AT_A_TIME]
        longest = max(len(clients[number].requests) for number in numbers)
        for turn in range(longest):
            yield from ((n, clients[n].requests[turn]) for n in numbers if turn < len(clients[n].requests))


def _send(connection: HTTPConnection, client: Client, request: Request) -> Answer:
    parts = urlsplit(request.url)
    # the name on the paper, at the address that a name server would give for it
    headers = {"Host": parts.netloc, "User-Agent": client.user_agent, "X-Forwarded-For": client.address}
    connection.request(request.method, parts.path, headers=headers)
    response = connection.getresponse()
    response.read()
    return Answer(request, response.status, response.getheader("Location") or "", -(-time.time_ns() // 1_000_000))

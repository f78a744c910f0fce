"""Requests of many clients to a real server: each in its own order, under its own name."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from o2o.demo.traffic import Client, Request, send_all
from o2o.times import now

Heard = list[tuple[str, str, str, str, str]]


@pytest.fixture
def heard() -> Iterator[tuple[int, Heard]]:
    requests: Heard = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            names = ("Host", "User-Agent", "X-Forwarded-For")
            requests.append((self.command, self.path, *(self.headers[name] for name in names)))
            self.send_response(302)
            self.send_header("Location", f"https://shop.example.com/?o2o_scan={len(requests)}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, requests
        server.shutdown()


def make_client(number: int) -> Client:
    paths = ["A", "B", "C"][: number % 3 + 1]
    requests = tuple(Request("HEAD" if path == "B" else "GET", f"https://S.EXAMPLE.COM/{path}") for path in paths)
    return Client(f"10.0.{number}.9", f"phone {number}", requests)


def test_each_client_gets_its_answers_in_order(heard: tuple[int, Heard]) -> None:
    port, requests = heard
    clients = [make_client(number) for number in range(40)]
    began = now()
    answers = send_all(clients, port)
    assert [[answer.request for answer in answered] for answered in answers] == [list(c.requests) for c in clients]
    assert len(requests) == sum(len(client.requests) for client in clients)
    for client, answered in zip(clients, answers, strict=True):
        mine = [request for request in requests if request[3] == client.user_agent]
        assert [request[0] for request in mine] == [request.method for request in client.requests]
        assert {request[2:] for request in mine} == {("S.EXAMPLE.COM", client.user_agent, client.address)}
        assert all(answer.status == 302 and began <= answer.at <= now() + 1 for answer in answered)


def test_a_server_that_is_gone_is_an_error() -> None:
    with pytest.raises(OSError):
        send_all([make_client(1)], 1)

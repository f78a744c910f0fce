"""HTTP as clients speak it, well and badly, on real sockets."""

import asyncio
import re
import socket
import threading
import time
from contextlib import suppress

import pytest

from o2o.collect.recording.metrics import Metrics
from o2o.collect.serving.protocol import Answer, Connection, Connections, Limits
from o2o.collect.serving.proxies import Proxies

LIMITS = Limits(url_bytes=200, head_bytes=1_000, body_bytes=2_000, request_seconds=1, idle_seconds=2, connections=20)


class Echo:
    """A server in a thread of this process that answers what it was asked, `/slow` after a moment."""

    def __init__(self):
        self.metrics = Metrics()
        self.loop = asyncio.new_event_loop()
        self.connections = Connections(self.handle, Proxies.parse(["127.0.0.1"]), self.metrics, LIMITS)
        self.server = self.loop.run_until_complete(
            self.loop.create_server(lambda: Connection(self.connections), "127.0.0.1", 0)
        )
        self.port = self.server.sockets[0].getsockname()[1]
        self.sweeping = self.loop.create_task(self.connections.sweep())
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def handle(self, request, reply):
        if request.path == "/bug":
            raise ZeroDivisionError
        text = f"{request.method} {request.path}|{request.query}|{request.address}|{request.body.decode()}"
        answer = Answer("page", 200, text.encode())
        if request.path == "/slow":
            self.loop.call_later(0.3, reply, answer)
        else:
            reply(answer)

    def stop(self):
        asyncio.run_coroutine_threadsafe(self.connections.stop(1), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.end)
        self.thread.join()
        self.loop.run_until_complete(asyncio.sleep(0.01))
        self.loop.close()

    def end(self):
        self.sweeping.cancel()
        self.server.close()
        self.loop.stop()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 5)

    def send(self, *parts, pause=0.0):
        """Return all that comes back until the server closes, or says nothing more for a while."""
        with self.connect() as client:
            with suppress(BrokenPipeError, ConnectionResetError):
                for part in parts:
                    client.sendall(part)
                    time.sleep(pause)
            return read_all(client)


def read_all(client, quiet=0.7):
    client.settimeout(quiet)
    found = b""
    with suppress(TimeoutError, ConnectionResetError):
        while part := client.recv(65_536):
            found += part
    return found


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.stop()


def head(path, *headers, version="1.1", method="GET"):
    return "\r\n".join((f"{method} {path} HTTP/{version}", "Host: s", *headers, "", "")).encode()


def test_a_connection_is_kept_and_pipelined_requests_are_answered_in_order(echo):
    answer = echo.send(head("/slow") + head("/a?b=c") + head("/%E9%B8%A1", method="POST").replace(
        b"\r\n\r\n", b"\r\nContent-Length: 4\r\n\r\nbody") + head("/last", "Connection: close"))  # fmt: skip
    assert statuses(answer) == [200] * 4
    bodies = [answer.index(text) for text in (b"GET /slow|", b"GET /a|b=c|", "POST /鸡||".encode(), b"GET /last|")]
    assert bodies == sorted(bodies)
    assert b"|body" in answer and answer.count(b"connection: close") == 1


def test_a_target_that_an_app_did_not_escape_is_read_as_if_it_had(echo):
    answer = echo.send(head("/鸡?来源=海报", "Connection: close"))
    assert statuses(answer) == [200]
    assert "GET /鸡|%E6%9D%A5%E6%BA%90=%E6%B5%B7%E6%8A%A5|".encode() in answer


@pytest.mark.parametrize("size", [1, 7])
def test_a_request_in_small_pieces_is_one_request(echo, size):
    sent = head("/abc", "X-Forwarded-For: 192.0.2.7")
    answer = echo.send(*(sent[at : at + size] for at in range(0, len(sent), size)))
    assert statuses(answer) == [200] and b"|192.0.2.7|" in answer


def test_many_pipelined_requests_are_all_answered(echo):
    assert len(statuses(echo.send(head("/slow") + head("/x") * 500))) == 501


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (head("/" + "a" * 300), 414),
        (head("/", "X: " + "a" * 1_200), 431),
        (head("/", *(f"X{n}: {n}" for n in range(300))), 431),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 5_000, 431),
        (head("/", "Content-Length: 3000", method="POST") + b"a" * 3_000, 413),
        (head("/", "Transfer-Encoding: chunked", method="POST") + b"bb8\r\n" + b"a" * 3_000 + b"\r\n0\r\n\r\n", 413),
    ],
)  # fmt: skip
def test_what_is_too_much_or_no_http_is_refused_and_the_connection_closed(echo, sent, status, capfd):
    answer = echo.send(sent)
    assert statuses(answer) == [status]
    assert b"connection: close" in answer and b"cache-control: no-store" in answer
    assert statuses(echo.send(head("/still-there", "Connection: close"))) == [200]
    assert capfd.readouterr().err == ""


def test_what_was_asked_before_nonsense_is_answered_first(echo):
    assert statuses(echo.send(head("/slow") + b"nonsense\r\n\r\n")) == [200, 400]


def test_a_request_that_stays_half_sent_is_told_so_and_ended(echo):
    started = time.monotonic()
    with echo.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost:")
        answer = read_all(client, quiet=4)
    assert statuses(answer) == [408] and time.monotonic() - started < 3


def test_a_client_that_trickles_is_ended_too(echo):
    parts = [b"GET / HTTP/1.1\r\n", *(b"X-%d: 1\r\n" % n for n in range(40))]
    assert statuses(echo.send(*parts, pause=0.1)) == [408]


def test_an_idle_connection_is_closed_without_a_word(echo):
    with echo.connect() as client:
        client.sendall(head("/"))
        assert statuses(read_all(client, quiet=0.3)) == [200]
        client.settimeout(5)
        assert client.recv(100) == b""


def test_more_connections_than_allowed_are_refused_and_those_there_go_on(echo):
    clients = [echo.connect() for _ in range(20)]
    clients[0].sendall(head("/"))
    assert statuses(read_all(clients[0], quiet=0.3)) == [200]
    assert statuses(echo.send()) == [503]
    clients[1].sendall(head("/"))
    assert statuses(read_all(clients[1], quiet=0.3)) == [200]
    for client in clients:
        client.close()


def test_old_clients_and_upgrades_are_answered_once(echo):
    assert b"connection: close" in echo.send(head("/", version="1.0"))
    assert statuses(echo.send(head("/", "Connection: Upgrade", "Upgrade: websocket"))) == [200]
    assert statuses(echo.send(head("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"))) == [200]


def test_a_client_that_waits_before_its_body_is_asked_for_it(echo):
    with echo.connect() as client:
        client.sendall(head("/", "Content-Length: 2", "Expect: 100-continue", method="POST"))
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"ok")
        assert statuses(read_all(client, quiet=0.3)) == [200]


def test_a_bug_is_told_to_the_operator_and_not_to_the_client(echo, capfd):
    answer = echo.send(head("/bug") + head("/next"))
    assert statuses(answer) == [500, 200] and b"Zero" not in answer
    assert "ZeroDivisionError" in capfd.readouterr().err and echo.metrics.bugs == 1


def test_head_has_no_body_and_a_whole_address_is_a_path(echo):
    answer = echo.send(head("/x", "Connection: close", method="HEAD"))
    assert answer.endswith(b"\r\n\r\n") and b"content-length: 19" in answer
    assert b"GET /y|q=1|" in echo.send(head("http://s.example/y?q=1", "Connection: close"))


def test_a_request_that_comes_as_the_server_stops_is_answered(echo):
    fresh, half = echo.connect(), echo.connect()
    half.sendall(head("/half")[:9])
    time.sleep(0.1)
    stopping = asyncio.run_coroutine_threadsafe(echo.connections.stop(5), echo.loop)
    time.sleep(0.1)
    late = echo.connect()
    for client, rest in ((fresh, head("/fresh")), (half, head("/half")[9:]), (late, head("/late"))):
        client.sendall(rest)
        assert statuses(read_all(client)) == [200]
        client.close()
    stopping.result(1)


def test_a_client_that_ends_its_side_after_asking_is_answered(echo):
    with echo.connect() as client:
        client.sendall(head("/slow") + head("/next"))
        client.shutdown(socket.SHUT_WR)
        assert statuses(read_all(client, quiet=5)) == [200, 200]


def test_stopping_answers_what_is_under_way_and_closes_what_is_idle(echo):
    idle, busy = echo.connect(), echo.connect()
    busy.sendall(head("/slow"))
    time.sleep(0.1)
    asyncio.run_coroutine_threadsafe(echo.connections.stop(2), echo.loop).result(5)
    assert statuses(read_all(busy)) == [200] and read_all(idle) == b""
    idle.close()
    busy.close()

"""What a phone sees that opens a code: through TLS to a real server, and on to a real destination."""

import asyncio
import os
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from collecting import make_touchpoint, scans, serving

from o2o.collect.outside import phone_view
from o2o.collect.outside.phone_view import Grade, view_code
from o2o.config import change_setting
from o2o.demo.server import LOOPBACK, claim_port
from o2o.destinations import Scope, set_destination
from o2o.errors import NotFoundError
from o2o.keys import load_keys
from o2o.wechat_links import add_rule, keep_file

needs_openssl = pytest.mark.skipif(
    not shutil.which("openssl") and not os.environ.get("O2O_TEST_ALL"), reason="openssl is not installed"
)


class Destination(BaseHTTPRequestHandler):
    """A shop on the web: /moved leads to /, /circle to itself, /kept is a redirect that phones keep."""

    seen: ClassVar[list[str]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("cookie", ""))
        path = urlsplit(self.path).path
        first = path.split("/")[1]
        status = {"moved": 302, "circle": 302, "kept": 301, "gone": 410, "cached": 302}.get(first, 200)
        self.send_response(status)
        if status in (301, 302):
            self.send_header("location", "/circle" if path == "/circle" else "/")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def destination() -> Iterator[str]:
    with ThreadingHTTPServer((LOOPBACK, 0), Destination) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 20 -subj /CN=localhost"
    command += " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def tls_before(upstream: str, certificate: tuple[Path, Path], port: int) -> Iterator[None]:
    """Take TLS on a port and pass what is in it on to a server, as a proxy does."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    ready, loop = threading.Event(), asyncio.new_event_loop()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(upstream)
        inner = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer), return_exceptions=True)

    async def run() -> None:
        server = await asyncio.start_server(take, LOOPBACK, port, ssl=context)
        ready.set()
        async with server:
            await asyncio.Future()

    def work() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            loop.close()

    task = loop.create_task(run())
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


@pytest.fixture
def shop(db, db_path, destination, certificate):
    """A shop whose codes lead through TLS to the running server: ask with ``view()``."""
    port = claim_port()
    change_setting(db, "url_case", "lower")
    change_setting(db, "base_url", f"https://localhost:{port}")
    set_destination(db, Scope.DEFAULT, "", f"{destination}/moved")
    code = make_touchpoint(db)
    with serving(db_path, "--proxy", LOOPBACK) as server, tls_before(server.url, certificate, port):
        yield code, lambda: _findings(view_code(db, load_keys(db_path).secret, None, certificate[0]))


def _findings(viewed):
    _, findings = viewed
    return {one.what: one for one in findings}


def _wait_for(view, what: str, grade: Grade):
    """Look until the server has followed a change of the file."""
    until = time.monotonic() + 15
    while (found := view()[what]).grade is not grade:
        assert time.monotonic() < until, found
        time.sleep(0.2)
    return found


@needs_openssl
def test_a_phone_goes_all_the_way_and_its_scan_does_not_count(shop, db, destination) -> None:
    code, view = shop
    Destination.seen.clear()
    found = view()
    assert [name for name, one in found.items() if one.grade is Grade.BAD] == ["address", "name"]  # of this machine
    assert found["certificate"].found in ("valid for 19 more days", "valid for 20 more days")
    assert found["answer"].found == "302, no-store"
    assert found["redirect 1"].found.startswith(f"302 at {destination}/moved?o2o_scan=")
    assert found["destination"][1:] == (Grade.REMARK, f"200 at {destination}/", "phones warn of http: use https")
    assert found["scan"].found == "in the file as staff_test (staff phone), so it doesn't count"
    assert scans(db) == [(code, "staff_test", "staff phone")]
    assert set(Destination.seen) == {""}  # the mark is for our own server only


@needs_openssl
@pytest.mark.parametrize(
    ("path", "says"),
    [("/gone", "410 at "), ("/circle", "no end after 10 redirects"), ("", "can't be reached")],
)
def test_a_destination_that_does_not_work_is_told(shop, db, destination, path: str, says: str) -> None:
    code, view = shop
    set_destination(db, Scope.CODE, code, destination + path if path else f"http://{LOOPBACK}:9/")
    found = _wait_for(view, "destination", Grade.BAD)
    assert says in found.found


@needs_openssl
def test_the_rule_and_the_file_for_wechat_are_looked_at(shop, db, tmp_path) -> None:
    _, view = shop
    assert view()["WeChat"].found == "opens the page, not a mini-program: no rule is noted"
    base = db.conn.execute("SELECT value FROM settings WHERE name = 'base_url'").fetchone()[0]
    add_rule(db, base, 0)
    assert view()["WeChat"].grade is Grade.BAD
    assert f"o2o wechat rule add {base}/" in view()["WeChat"].advice
    add_rule(db, f"{base}/", 0)
    (tmp_path / "Ab3dE5.txt").write_bytes(b"secret of WeChat")
    keep_file(db, tmp_path / "Ab3dE5.txt", 0)
    assert view()["WeChat"].grade is Grade.GOOD
    assert _wait_for(view, "verification", Grade.GOOD).found == f"{base}/Ab3dE5.txt is there"


@needs_openssl
def test_a_certificate_that_phones_do_not_trust_is_told(shop, run) -> None:
    said = run("check")
    assert said.exit_code == 1
    assert "phones don't trust the certificate" in said.stdout
    assert "-> " in said.stdout


@pytest.mark.parametrize(
    ("path", "grade", "says"),
    [
        ("", Grade.BAD, "200: this isn't o2o's answer"),
        ("/kept", Grade.BAD, "301: phones remember where it leads, and later scans aren't seen"),
        ("/gone", Grade.BAD, "410: this code leads nowhere there"),
        ("/cached", Grade.REMARK, "302, no Cache-Control"),
    ],
)
def test_an_answer_that_is_not_ours_is_told(
    db, db_path, destination, monkeypatch, path: str, grade: Grade, says: str
) -> None:
    monkeypatch.setattr(phone_view, "_SECONDS_TO_ARRIVE", 0.2)
    change_setting(db, "url_case", "lower")
    change_setting(db, "base_url", destination + path)
    found = _findings(view_code(db, load_keys(db_path).secret, make_touchpoint(db).lower()))
    assert found["answer"][1:3] == (grade, says)
    assert found["answer"].advice
    if path in ("/kept", "/cached"):
        assert found["scan"].found == "not in this file"


def test_a_server_that_cannot_be_reached_is_told(db, run) -> None:
    code = make_touchpoint(db)
    change_setting(db, "base_url", f"http://{LOOPBACK}:9")
    said = run("check", code)
    assert said.exit_code == 1
    assert "can't be reached" in said.stdout
    change_setting(db, "base_url", "https://no-such-host.invalid")
    assert "no-such-host.invalid is not known" in run("check", code).stdout


def test_without_a_code_there_is_nothing_to_open(db, db_path) -> None:
    with pytest.raises(NotFoundError, match="mint some first"):
        view_code(db, load_keys(db_path).secret)

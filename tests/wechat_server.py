"""A local server that answers as WeChat's documents say: stable tokens, pictures, errors as JSON with status 200."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image


def make_picture() -> bytes:
    """Return a JPEG as WeChat's are."""
    out = io.BytesIO()
    Image.new("RGB", (430, 430), "#ffffff").save(out, "JPEG")
    return out.getvalue()


PICTURE = make_picture()
APP_ID, SECRET = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef"


@dataclass
class Wechat:
    """What the server has been asked, and what goes wrong next: error numbers or statuses, one a call.

    ``strange`` is what it answers instead, whatever it is asked.
    """

    address: str = ""
    troubles: list[int] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    codes: list[dict[str, Any]] = field(default_factory=list)
    valid_token: str = ""
    strange: bytes | None = None
    lifetime: int | None = 7200

    def answer(self, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> tuple[int, bytes]:
        if self.strange is not None:
            return 200, self.strange
        if path == "/cgi-bin/stable_token":
            return 200, json.dumps(self._make_token(body)).encode()
        if self.troubles:
            trouble = self.troubles.pop(0)
            return (trouble, b"") if 300 <= trouble < 600 else (200, _error(trouble))
        if query.get("access_token") != [self.valid_token]:
            return 200, _error(40001)
        self.codes.append(body)
        return 200, PICTURE

    def _make_token(self, body: dict[str, Any]) -> dict[str, Any]:
        self.tokens.append(body)
        if body["appid"] != APP_ID:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if body["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if body["force_refresh"] or not self.valid_token:
            self.valid_token = f"token-{len(self.tokens)}"
        return {"access_token": self.valid_token, "expires_in": self.lifetime}


def _error(number: int) -> bytes:
    return json.dumps({"errcode": number, "errmsg": f"error {number} rid: 0"}).encode()


@contextmanager
def serving_wechat() -> Iterator[Wechat]:
    """Run the server on loopback."""
    wechat = Wechat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = wechat.answer(parts.path, parse_qs(parts.query), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wechat.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield wechat
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

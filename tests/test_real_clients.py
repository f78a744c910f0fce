"""Clients that people have: curl, a browser that opens what is printed, and wrk with 64 connections."""

import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import qrcode
import zxingcpp
from collecting import make_touchpoint, scans, serving
from programs import need_program

from o2o.collect.verdicts.hit import Signal
from o2o.config import change_setting, load_settings
from o2o.destinations import Scope, set_destination
from o2o.touchpoints import touchpoint_url


class Shop:
    """A shop's page, to which scans are sent: the addresses that it was asked for."""

    def __init__(self):
        asked = self.asked = []

        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append((self.path, self.headers.get("referer")))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<title>shop</title>bought")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever).start()


@pytest.fixture
def shop(db):
    page = Shop()
    set_destination(db, Scope.DEFAULT, "", f"{page.url}/item/{{sku}}")
    yield page
    page.server.shutdown()
    page.server.server_close()


def test_curl_follows_a_scan_to_the_shop_with_its_click_id(db, db_path, shop):
    curl = need_program("curl")
    code = make_touchpoint(db)
    with serving(db_path) as server:
        command = [
            curl,
            "-sSL",
            "--max-time",
            "20",
            "-w",
            "%{http_code} %{num_redirects}",
            f"{server.url}/{code.lower()}",
        ]
        shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
        head = subprocess.run([curl, "-sSI", f"{server.url}/{code}"], capture_output=True, text=True, check=True).stdout
        assert server.stop() == 0
    [(scan_id, verdict)] = scans(db, "scan_id, verdict")
    assert shown.endswith("200 1") and "bought" in shown
    assert shop.asked == [(f"/item/6901?o2o_scan={scan_id}", None)] and verdict == "bot"
    assert head.startswith("HTTP/1.1 302 ") and "o2o_scan" not in head


def test_a_browser_opens_the_printed_code_twice_and_its_cookie_comes_back(db, db_path, tmp_path, shop):
    chromium = need_program("chromium", "chromium-browser", "google-chrome")
    change_setting(db, "base_url", "http://s.example.com")
    change_setting(db, "visitor_mode", "cookie")
    code = make_touchpoint(db)
    picture = qrcode.make(touchpoint_url(load_settings(db), code)).convert("L")
    printed = zxingcpp.read_barcode(picture).text
    with serving(db_path) as server:
        rules = f"MAP s.example.com:80 {server.url.removeprefix('http://')}"
        command = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-proxy-server",
            f"--user-data-dir={tmp_path / 'profile'}", f"--host-resolver-rules={rules}", "--dump-dom", printed,
        ]  # fmt: skip
        pages = [
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout for _ in range(2)
        ]
        assert server.stop() == 0
    found = [(scan_id, Signal(signals)) for _, scan_id, signals in scans(db, "code, scan_id, signals")]
    assert all("bought" in page for page in pages)
    items = [asked for asked in shop.asked if asked[0].startswith("/item/")]
    assert items == [(f"/item/6901?o2o_scan={scan_id}", None) for scan_id, _ in found]
    assert Signal.COOKIE in found[1][1] and len(set(scans(db, "visitor_id"))) == 1


def test_wrk_with_64_connections_has_no_error_and_each_answer_is_a_row(db, db_path, shop):
    wrk = need_program("wrk")
    code = make_touchpoint(db)
    with serving(db_path) as server:
        command = [wrk, "-t1", "-c64", "-d2s", "-H", "User-Agent: Mozilla/5.0 (iPhone)", f"{server.url}/{code}"]
        shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
        assert server.stop() == 0
    answered = int(re.search(r"(\d+) requests in", shown)[1])
    assert "Socket errors" not in shown and "Non-2xx" not in shown
    assert 0 < answered <= len(scans(db)) <= answered + 64

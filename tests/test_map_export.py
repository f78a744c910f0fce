"""Scans answered by a real web server, whose log is imported, count as those that we answer ourselves."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from collecting import PHONE, make_touchpoint, serving

from o2o.codes.short import make_code
from o2o.collect.outside.map_export import LEFT_OUT, MapOrder, export_map
from o2o.collect.outside.web_servers import WebServer
from o2o.collect.recording.drain import drain_segments
from o2o.collect.verdicts.verdict import Verdict
from o2o.config import change_setting
from o2o.db import rows
from o2o.demo.server import LOOPBACK, claim_port
from o2o.destinations import RuleDraft, Scope, add_rule, set_destination
from o2o.errors import SettingError
from o2o.importers.scans.imports import import_scans
from o2o.shop import create_shop
from o2o.times import now
from tests.conftest import SETTINGS

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
CADDY = shutil.which("caddy")
needs_nginx = pytest.mark.skipif(not NGINX and not os.environ.get("O2O_TEST_ALL"), reason="nginx is not installed")
BOT, PREVIEW = "Mozilla/5.0 (compatible; Googlebot/2.1)", "facebookexternalhit/1.1"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Safari/537.36"


@pytest.fixture
def shop(db):
    set_destination(db, Scope.DEFAULT, "", "https://m.yourshop.com/?a=1&price=$9#c")
    codes = {name: make_touchpoint(db, name) for name in ("plain", "click", "rule", "lot", "gone", "page")}
    set_destination(db, Scope.CODE, codes["click"], "https://m.yourshop.com/c/{click}/{code}")
    set_destination(db, Scope.CODE, codes["lot"], "https://m.yourshop.com/{lot}")
    add_rule(db, RuleDraft(Scope.CODE, codes["rule"], "https://m.yourshop.com/night", "hour=22-6"), now())
    db.conn.execute("UPDATE touchpoints SET retired_at = 1 WHERE code = ?", [codes["gone"]])
    return codes


def export(db, folder: Path, **options):
    return export_map(db, folder, MapOrder(**{"server": WebServer.NGINX} | options), now())


def test_codes_with_more_than_one_address_are_left_to_us_and_listed(db, shop, tmp_path) -> None:
    card = make_touchpoint(db, "staff", kind="place", carrier="staff_card")
    found = export(db, tmp_path / "out")
    assert found.count == 3
    assert dict(found.left_out) == {
        shop["rule"]: "rules", shop["lot"]: "{lot} in its destination", shop["gone"]: "retired", card: "staff card",
    }  # fmt: skip
    assert (tmp_path / "out" / LEFT_OUT).read_text(encoding="utf-8-sig").splitlines()[1] == f"{shop['rule']},rules"
    entries = dict(line.split(" ", 1) for line in (tmp_path / "out" / "o2o-map.conf").read_text().splitlines())
    assert entries[shop["plain"]] == ('"https://m.yourshop.com/?a=1&price=${o2o_dollar}9&o2o_scan=${request_id}#c";')
    assert entries[shop["click"]] == f'"https://m.yourshop.com/c/${{request_id}}/{shop["click"]}";'


def test_the_file_with_the_certificates_is_written_once(db, shop, tmp_path) -> None:
    export(db, tmp_path)
    (tmp_path / "o2o-site.conf").write_text("mine")
    (tmp_path / "o2o-http.conf").write_text("old")
    found = export(db, tmp_path)
    assert (tmp_path / "o2o-site.conf").read_text() == "mine"
    assert (tmp_path / "o2o-http.conf").read_text() != "old"
    assert tmp_path / "o2o-site.conf" not in found.files


def test_a_visitor_cookie_is_told_to_be_missed(db, shop, tmp_path) -> None:
    change_setting(db, "visitor_mode", "cookie")
    assert "sets no visitor cookie" in export(db, tmp_path).remark


def test_what_means_something_to_the_server_is_refused(db, tmp_path) -> None:
    with pytest.raises(SettingError, match="write a plain one"):
        export(db, tmp_path, log="/var/log/o2o.log; include /etc/passwd")


def test_the_command_says_what_it_wrote(run, shop, tmp_path) -> None:
    said = run("destination", "export-map", tmp_path / "out").stdout
    assert said.startswith("3 codes are answered by nginx, 3 by o2o serve\n")
    assert "o2o-locations.conf" in said


def test_what_is_beyond_a_visitors_allowance_is_marked_as_when_we_answer(db, db_path, tmp_path) -> None:
    code = make_touchpoint(db)
    at = now() // 1000 - 60
    line = '{{"ts":{}.{:03},"uri":"/{}","ip":"192.0.2.7","ua":"{}","language":"zh","scan_id":"{:032}"}}\n'
    log = tmp_path / "o2o.log"
    log.write_text("".join(line.format(at, number, code, PHONE, number) for number in range(400)))
    found = import_scans(db, db_path, log, now=now()).verdicts
    assert (found[Verdict.HUMAN], found[Verdict.DUPLICATE]) == (1, 300)
    assert found[Verdict.IMPOSSIBLE] == 99
    assert import_scans(db, db_path, log, now=now()).new == 0


# a real nginx


@contextmanager
def nginx(folder: Path, port: int):
    """Run nginx with what was exported into a folder."""
    site = folder / "o2o-site.conf"
    site.write_text(site.read_text().replace("listen 80;", f"listen {LOOPBACK}:{port};"))
    scratch = "".join(f"{name}_temp_path {folder}/{name};" for name in
                      ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        f"events {{}} http {{ access_log off; {scratch} include {site}; }}"
    )
    command = [NGINX or "nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with subprocess.Popen(command) as process:
        try:
            _wait_until_open(port)
            yield
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)


def _wait_until_open(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server doesn't answer")


def ask(port: int, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in ({"host": "s.example.com"} | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("location", "")


def requests(codes: dict[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """Return 300 requests of all that can come: phones, again, bots, previews, prefetches, untracked, HEAD, unknown."""
    chinese = {"accept-language": "zh-CN"}
    unknown = ("/22222222", f"/{codes['gone']}", f"/{codes['lot']}", "/favicon.ico", "/K7M2X9PA")
    found = []
    for number in range(50):
        phone = {"user-agent": f"{PHONE} MMWEBID/{number}"} | chinese
        plain, click = codes["plain"], codes["click"]
        found += [
            ("GET", f"/{plain}", phone),
            ("GET", f"/{(click.lower(), click.title(), click)[number % 3]}?utm=1", phone),
            ("GET", f"/{plain}/" if number % 2 else f"/{codes['rule']}", phone),
        ]
    for number in range(25):
        phone = {"user-agent": f"{PHONE} MMWEBID/{100 + number}"} | chinese
        found += [
            ("GET", f"/{codes['plain']}", {"user-agent": BOT if number % 2 else DESKTOP}),
            ("GET", f"/{codes['page']}", {"user-agent": PREVIEW}),
            ("GET", f"/{codes['plain']}", phone | {"sec-purpose": "prefetch"}),
            ("GET", f"/{codes['plain']}", phone | {"dnt": "1"}),
            ("HEAD", f"/{codes['plain']}", phone),
            ("GET", unknown[number % len(unknown)], phone),
        ]  # fmt: skip
    return found


def outcome(db):
    """Return how many scans of each code count as what, and which scans are of one visitor, without their names."""
    found = list(rows(db, "SELECT code, verdict, reason, visitor_id, user_agent FROM scans "
                          "LEFT JOIN user_agents ON user_agents.id = user_agent_id"))  # fmt: skip
    verdicts = Counter((code, verdict, reason) for code, verdict, reason, _, _ in found)
    groups = defaultdict(Counter)
    for code, _, _, visitor, agent in found:
        if visitor is not None:
            groups[visitor][(code, agent)] += 1
    return verdicts, Counter(frozenset(group.items()) for group in groups.values())


@needs_nginx
def test_300_requests_through_nginx_count_as_those_that_we_answer(db, db_path, shop, tmp_path) -> None:
    asked = requests(shop)
    assert len(asked) == 300
    out = tmp_path / "nginx"
    log = out / "o2o.log"
    with serving(db_path, "--proxy", LOOPBACK) as server:
        upstream = urlsplit(server.url).port
        export(db, out, upstream=f"{LOOPBACK}:{upstream}", log=str(log))
        direct = [ask(upstream, *request) for request in asked]
        server.stop()
    drain_segments(db, db_path)
    expected = outcome(db)

    other_path = tmp_path / "other.db"
    other = _copy_shop(db, other_path, db_path)
    with serving(other_path, "--proxy", LOOPBACK, "--port", str(upstream)) as server:
        port = claim_port()
        with nginx(out, port):
            through = [ask(port, *request) for request in asked]
        server.stop()
    drain_segments(other, other_path)
    served = len(list(other.query("SELECT id FROM scans")))
    result = import_scans(other, other_path, log, now=now())
    assert result.new == len(log.read_text().splitlines()) > 150
    assert served > 50
    assert outcome(other) == expected
    assert import_scans(other, other_path, log, now=now()).new == 0

    assert [(status, _without_click(url)) for status, url in through] == [
        (status, _without_click(url)) for status, url in direct
    ]
    kept = {row["scan_id"] for row in other.query("SELECT scan_id FROM scans")}
    clicks = {parse_qs(urlsplit(url).query).get("o2o_scan", [""])[0] for _, url in through} - {""}
    assert clicks
    assert clicks <= kept
    other.close()


def _copy_shop(db, path: Path, db_path: Path):
    """Return a file like that of the test, without its scans and with other salts."""
    other = create_shop(path, SETTINGS)
    for table in ("touchpoints", "touchpoint_periods", "destinations", "destination_rules"):
        other.table(table).insert_all(list(db.query(f"SELECT * FROM {table}")))
    return other


def _without_click(url: str) -> str:
    return re.sub(r"o2o_scan=[\w-]+|/c/[\w-]+/", "", url)


@needs_nginx
def test_nginx_takes_a_large_map_without_a_warning(db, tmp_path) -> None:
    set_destination(db, Scope.DEFAULT, "", "https://m.yourshop.com/{code}")
    values = {"kind": "product", "carrier": "shelf_tag", "minted_at": 0}
    db.table("touchpoints").insert_all({"code": make_code(), "subject_id": f"{n}"} | values for n in range(20_000))
    db.conn.execute(
        "INSERT INTO touchpoint_periods (touchpoint_id, valid_from, subject_id, carrier) "
        "SELECT id, 0, subject_id, carrier FROM touchpoints"
    )
    assert export(db, tmp_path, log=str(tmp_path / "o2o.log")).count == 20_000
    with nginx(tmp_path, claim_port()):
        pass
    assert "could not build" not in (tmp_path / "error.log").read_text()


# Caddy


def test_a_caddyfile_names_each_code_in_both_cases(db, shop, tmp_path) -> None:
    export(db, tmp_path, server=WebServer.CADDY)
    lines = (tmp_path / "o2o-map.caddy").read_text().splitlines()
    code = shop["plain"]
    address = '"https://m.yourshop.com/?a=1&price=$9&o2o_scan={http.request.uuid}#c"'
    assert lines[:2] == [f"/{code} {address}", f"/{code.lower()} {address}"]
    text = (tmp_path / "o2o.caddy").read_text()
    assert "import o2o-map.caddy" in text
    assert "reverse_proxy 127.0.0.1:8000" in text
    assert (tmp_path / "Caddyfile").read_text().splitlines()[1] == "s.example.com {"


@pytest.mark.skipif(not CADDY, reason="caddy is not installed")
def test_a_real_caddy_answers_and_its_log_is_taken(db, db_path, shop, tmp_path) -> None:
    port = claim_port()
    log = tmp_path / "o2o.log"
    with serving(db_path, "--proxy", LOOPBACK) as server:
        export(db, tmp_path, server=WebServer.CADDY, upstream=urlsplit(server.url).netloc, log=str(log))
        site = tmp_path / "Caddyfile"
        site.write_text(
            "{\n\tadmin off\n}\n" + site.read_text().replace("s.example.com {", f"http://{LOOPBACK}:{port} {{")
        )
        version = subprocess.run([CADDY, "version"], capture_output=True, text=True, check=True).stdout
        if re.match(r"v?2\.[0-7]\.", version):
            file = tmp_path / "o2o.caddy"
            file.write_text(file.read_text().replace("log_skip", "skip_log"))
        environment = os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
        command = [CADDY, "run", "--config", str(site), "--adapter", "caddyfile"]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
            try:
                _wait_until_open(port)
                phone = {"user-agent": PHONE, "accept-language": "zh-CN", "host": f"{LOOPBACK}:{port}"}
                status, url = ask(port, "GET", f"/{shop['plain']}", phone)
                assert ask(port, "GET", f"/{shop['rule']}", phone)[0] == 302
                assert ask(port, "HEAD", f"/{shop['plain']}", phone)[0] == 302
                assert ask(port, "GET", f"/{shop['page']}", phone | {"dnt": "1"})[0] == 302
            finally:
                process.terminate()
        server.stop()
    assert status == 302
    drain_segments(db, db_path)
    assert import_scans(db, db_path, log, now=now()).new == 1
    found = list(rows(db, "SELECT code, verdict, source, scan_id FROM scans"))
    [scan_id] = [scan_id for code, _, source, scan_id in map(tuple, found) if source == "log"]
    assert f"o2o_scan={scan_id}" in url
    assert Counter(row["source"] for row in found) == {"serve": 2, "log": 1}

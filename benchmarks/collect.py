"""Redirects by a real ``o2o serve`` on one core, rules on and each scan on the disk, beside nginx and a large file."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from statistics import median

from benchmarks.catalog import SETTINGS
from benchmarks.load import CONNECTIONS, has_wrk, send_requests
from benchmarks.measure import Contest
from o2o.codes.short import ALPHABET, LENGTH, check_character
from o2o.db import Database, open_database, writing
from o2o.destinations import RuleDraft, Scope, add_rule, set_destination
from o2o.shop import create_shop
from o2o.times import now

SIZE = 50
"""Tenths of a second of load."""

_CODES, _MANY_CODES, _MANY_SCANS = 100_000, 1_000_000, 10_000_000
_ASKED = 5_000
_DAY = 86_400_000
_RULES = (
    "weekday=sat-sun hour=9-12",
    "app=alipay system=ios",
    "language=en",
    "query.utm_source=leaflet",
    "date=2020-01-01..2020-01-31",
)
_NGINX = """
daemon off; worker_processes 1; pid nginx.pid; error_log error.log crit;
events {{ worker_connections 1024; }}
http {{
  log_format scans escape=json '{{"ts":"$msec","uri":"$request_uri","ip":"$remote_addr","ua":"$http_user_agent"}}';
  access_log scans.log scans buffer=64k flush=1s;
  map_hash_max_size 262144; map_hash_bucket_size 128;
  map $uri $destination {{ include map.conf; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      if ($destination = "") {{ return 404; }}
      add_header cache-control no-store;
      return 302 $destination;
    }}
  }}
}}
"""


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Start the servers, load them in turn, and check at the end that no scan that was answered is missing."""
    share = min(1.0, size / SIZE)  # a quick run has a smaller large file
    small, large = folder / "small.db", folder / "large.db"
    paths = _make_shop(small, _CODES, 0)
    many = _make_shop(large, round(_MANY_CODES * share), round(_MANY_SCANS * share))
    print(f"fdatasync of 8 kB: {_sync_milliseconds(folder):.2f} ms", file=sys.stderr)
    answered = {small: 0, large: 0}
    with ExitStack() as stack:

        def load(name: str, port: int, asked: list[str], db_path: Path | None) -> Callable[[], int]:
            def work() -> int:
                load = send_requests(port, asked, size / 10, folder)
                if db_path:
                    answered[db_path] += load.answered
                print(f"{name}: p99 {load.p99_ms:.1f} ms", file=sys.stderr)
                return load.answered

            return work

        ours = load("o2o", stack.enter_context(_serving(small)), paths, small)
        ours_large = load("o2o, large", stack.enter_context(_serving(large)), many, large)
        peers = {}
        if nginx := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
            peers["nginx, a map of 100,000, a log"] = load(
                "nginx", stack.enter_context(_nginx(nginx, folder, paths)), paths, None
            )
        tool = f"{'wrk' if has_wrk() else 'own client'}, {CONNECTIONS} connections"
        yield (
            Contest(f"redirects, recorded, rules on, one core ({tool})", "requests/s", ours, peers),
            Contest(
                f"the same, {round(_MANY_CODES * share):,} codes and {round(_MANY_SCANS * share):,} scans in the file",
                "requests/s",
                ours_large,
                {"o2o, 100,000 codes, no scans before": ours},
            ),
        )
    for db_path, count in answered.items():
        _check_recorded(db_path, count)


def _make_shop(db_path: Path, codes: int, scans: int) -> list[str]:
    """Make a file with rules and this much in it, and return some paths to ask for."""
    db = create_shop(db_path, SETTINGS, "https://shop.example.com/")
    set_destination(db, Scope.DEFAULT, "", "https://shop.example.com/item?sku={sku}")
    for when in _RULES:
        add_rule(db, RuleDraft(Scope.DEFAULT, "", "https://shop.example.com/theme?sku={sku}", when), now())
    db.conn.create_function("code_of", 1, _make_code, deterministic=True)
    with writing(db):
        _fill(db, codes, scans)
    db.close()
    return [f"/{_make_code(1 + number * codes // _ASKED)}" for number in range(_ASKED)]


def _fill(db: Database, codes: int, scans: int) -> None:
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    db.conn.execute(f"INSERT INTO products (sku, name) {numbers} SELECT 'SKU' || i, '商品' || i FROM n", [codes])
    db.conn.execute(
        "INSERT INTO touchpoints (id, code, kind, subject_id, carrier, minted_at)"
        f" {numbers} SELECT i, code_of(i), 'product', 'SKU' || i, 'shelf_tag', 0 FROM n",
        [codes],
    )
    db.conn.execute(
        "INSERT INTO touchpoint_periods (touchpoint_id, subject_id, carrier, valid_from)"
        " SELECT id, subject_id, carrier, 0 FROM touchpoints"
    )
    if scans:
        db.conn.execute(
            f"INSERT INTO visitors (id, visitor) {numbers} SELECT i, printf('%020d', i) FROM n", [scans // 10]
        )
        db.conn.execute(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            f" {numbers} SELECT ? + i, 'C', 1 + i / 10 % ?, 1 + i / 10, 'human', 'serve' FROM n WHERE i < ?",
            [scans, now() - 30 * _DAY, codes, scans - 9],
        )


def _make_code(number: int) -> str:
    spread, body = number * 7_919_000_003 % 31 ** (LENGTH - 1), ""
    for _ in range(LENGTH - 1):
        spread, letter = divmod(spread, len(ALPHABET))
        body += ALPHABET[letter]
    return body + check_character(body)


@contextmanager
def _serving(db_path: Path) -> Iterator[int]:
    port = _free_port()
    with _running([sys.executable, "-m", "o2o", "serve", "--db", str(db_path), "--port", str(port)], port):
        yield port


@contextmanager
def _nginx(nginx: str, folder: Path, paths: list[str]) -> Iterator[int]:
    port = _free_port()
    codes = {path.removeprefix("/") for path in paths}.union(_make_code(number) for number in range(1, _CODES + 1))
    lines = (f"/{code} https://shop.example.com/item?sku={code};" for code in codes)
    (folder / "map.conf").write_text("\n".join(lines), encoding="ascii")
    (folder / "nginx.conf").write_text(_NGINX.format(port=port), encoding="ascii")
    with _running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], port):
        yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """Run a server on the first core, where there are several, for the length of the block."""
    on_one_core = ["taskset", "-c", "0"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    process = subprocess.Popen([*on_one_core, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(600)


def _free_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not start: {process.args!r}")


def _sync_milliseconds(folder: Path) -> float:
    """Return the disk's own time for what the recorder does."""
    path = folder / "sync"
    seconds = []
    with path.open("wb", buffering=0) as file:
        os.truncate(file.fileno(), 1 << 24)
        for _ in range(200):
            file.write(b"x" * 8_192)
            started = time.perf_counter()
            getattr(os, "fdatasync", os.fsync)(file.fileno())
            seconds.append(time.perf_counter() - started)
    path.unlink()
    return median(seconds) * 1_000


def _check_recorded(db_path: Path, answered: int) -> None:
    db = open_database(db_path)
    recorded = db.conn.execute("SELECT count(*) FROM scans WHERE scan_id IS NOT NULL").fetchone()[0]
    db.close()
    if recorded < answered:
        raise RuntimeError(f"{answered} scans were answered but {recorded} recorded")

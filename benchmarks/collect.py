"""Redirects by a real ``o2o serve``, each scan recorded, beside a bare uvicorn that records nothing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.load import has_wrk, send_requests
from benchmarks.measure import Contest
from o2o import times
from o2o.db import open_database
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 20
"""Tenths of a second of load."""

_TOUCHPOINTS = 300


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Start both servers, load them in turn, and check at the end that no scan that was answered is missing."""
    db_path = folder / "shop.db"
    paths = _make_shop(db_path, folder)
    answered = []
    with (
        _server("o2o", "serve", "--db", str(db_path), "--host", "127.0.0.1") as port,
        _server("uvicorn", "benchmarks.bare:app", "--log-level", "critical", "--no-access-log") as bare_port,
    ):

        def ours() -> int:
            answered.append(send_requests(port, paths, size / 10, folder))
            return answered[-1]

        def bare() -> int:
            return send_requests(bare_port, paths, size / 10, folder)

        what = f"redirects, recorded ({'wrk' if has_wrk() else 'own client'})"
        yield Contest(what, "requests/s", ours, {"a bare ASGI app on uvicorn, nothing recorded": bare})
    _check_recorded(db_path, sum(answered))


def _make_shop(db_path: Path, folder: Path) -> list[str]:
    db = create_shop(db_path, SETTINGS, "https://shop.example.com/")
    import_catalog(db, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
    paths = [f"/{touchpoint.code}" for touchpoint in mint_touchpoints(db, MintRequest(Kind.PRODUCT), times.now())]
    db.close()
    return paths


@contextmanager
def _server(module: str, *arguments: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", module, *arguments, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {process.args!r}")


def _check_recorded(db_path: Path, answered: int) -> None:
    db = open_database(db_path)
    recorded = db.conn.execute("SELECT count(*) FROM scans").fetchone()[0]
    db.close()
    if recorded < answered:
        raise RuntimeError(f"{answered} scans were answered but {recorded} recorded")

"""What the tests of collecting share: touchpoints out of nothing, and a real server in a process of its own."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from o2o.codes.short import make_code
from o2o.db import Database, rows, writing

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36 MicroMessenger/8.0.50"
)


def make_touchpoint(db: Database, subject_id: str = "6901", *, kind: str = "product", **columns: Any) -> str:
    """Add a touchpoint, valid since ever, and return its code."""
    code = make_code()
    values = {"code": code, "kind": kind, "subject_id": subject_id, "carrier": "shelf_tag", "minted_at": 0} | columns
    period = {
        name: values[name] for name in ("subject_id", "store_id", "campaign_id", "carrier", "label") if name in values
    }
    with writing(db):
        row = db.table("touchpoints").insert(values).last_pk
        db.table("touchpoint_periods").insert({"touchpoint_id": row, "valid_from": 0} | period)
    return code


def scans(db: Database, columns: str = "code, verdict, reason") -> list[tuple[Any, ...]]:
    """Return columns of all scans in the order in which they were taken."""
    return [tuple(row) for row in rows(db, f"SELECT {columns} FROM scans ORDER BY id")]


@dataclass
class Server:
    """A running ``o2o serve``."""

    process: subprocess.Popen[str]
    url: str
    metrics_url: str

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Send a GET as a phone does and don't follow where it leads."""
        headers = {"user-agent": PHONE} | options.pop("headers", {})
        return httpx.get(self.url + path, headers=headers, follow_redirects=False, **options)

    def health(self) -> Any:
        """Return what /healthz says."""
        return httpx.get(f"{self.metrics_url}/healthz").json()

    def wait_for(self, **facts: Any) -> Any:
        """Return what /healthz says once it says this, or after 10 s."""
        until = time.monotonic() + 10
        while not facts.items() <= (health := self.health()).items() and time.monotonic() < until:
            time.sleep(0.05)
        return health

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def serving(db_path: Path, *options: str) -> Iterator[Server]:
    """Run ``o2o serve`` on a free port until the block ends."""
    command = [sys.executable, "-m", "o2o", "serve", "--db", str(db_path), "--port", "0"]
    command += ["--metrics-port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            urls = []
            for _ in range(2):
                line = process.stderr.readline()
                found = re.search(r"http://\S+:\d+", line)
                assert found, line + process.stderr.read()
                urls.append(found[0])
            yield Server(process, *urls)
        finally:
            process.kill()

"""Kills a server under load, again and again, and counts what was lost: ``python -m benchmarks.soak``.

In turn the whole server, one of its workers or both are killed with ``kill -9``; now and then it is stopped in good
order, or somebody keeps the file locked for ten seconds before that. After each run the scans that phones were answered
for are compared with the rows; nothing may be lost and nothing doubled.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.phones import Phones
from o2o import times
from o2o.collect.verdicts.scans import last_scan_id
from o2o.db import open_database, rehearsing
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

_TOUCHPOINTS = 300
_CONNECTIONS = 64
_FAULTS = ("server", "worker", "both", "server", "worker", "both", "stop", "locked")
"""What is killed: the parent, a worker, a worker and then the parent; or nothing, and the server is stopped."""
_LOCKED_SECONDS = 10
_PATIENCE_SECONDS = 120  # on a machine that others keep busy


@dataclass(slots=True)
class Tally:
    """How many scans were answered, and of these lost and doubled; ``owed`` were recorded and the answer was cut."""

    answered: int = 0
    lost: int = 0
    doubled: int = 0
    owed: int = 0

    def add(self, other: "Tally") -> None:
        """Add what another run counted."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        return f"{self.answered:,} answered, {self.lost} lost, {self.doubled} doubled ({self.owed} kept unanswered)"


def main() -> int:
    """Run, print a line for each run and the total; the exit code is 1 if anything was lost or doubled."""
    arguments = _parse_arguments()
    until = time.monotonic() + arguments.minutes * 60
    total, runs = Tally(), 0
    with TemporaryDirectory() as folder:
        db_path = Path(folder) / "shop.db"
        paths = make_shop(db_path, Path(folder))
        while runs < arguments.runs and time.monotonic() < until:
            fault = _FAULTS[runs % len(_FAULTS)]
            workers = 1 + runs // len(_FAULTS) % 2
            tally = run_once(db_path, paths, fault, workers)
            runs += 1
            total.add(tally)
            print(f"{runs:3} {fault:6} {workers} worker(s): {tally}", flush=True)
    print(f"{runs} runs: {total}")
    return 1 if total.lost or total.doubled else 0


def run_once(db_path: Path, paths: list[str], fault: str, workers: int) -> Tally:
    """Load a server, let the fault happen at some moment, start it once more, and compare answers with rows."""
    before = _find_newest(db_path)
    with running_server(db_path, workers) as (process, url), Phones(url, paths, _CONNECTIONS) as phones:
        time.sleep(random.uniform(0.3, 1.5))
        _do_fault(process, fault, db_path)
        if fault == "worker":
            time.sleep(1.5)  # it is replaced under load
            process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_SECONDS)
        phones.stop()
    with running_server(db_path, 1) as (process, _):  # takes in what was left
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE_SECONDS)
    return _compare(phones.answered, _find_scans(db_path, before))


def make_shop(db_path: Path, folder: Path) -> list[str]:
    """Make a shop with codes that lead to a destination, and return their paths."""
    with closing(create_shop(db_path, SETTINGS, "https://shop.example.com/")) as db:
        import_catalog(db, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
        return [f"/{touchpoint.code}" for touchpoint in mint_touchpoints(db, MintRequest(Kind.PRODUCT), times.now())]


def _do_fault(process: "subprocess.Popen[str]", fault: str, db_path: Path) -> None:
    if fault in ("worker", "both"):
        os.kill(random.choice(find_workers(process.pid)), signal.SIGKILL)
    if fault in ("server", "both"):
        process.kill()
    if fault == "locked":
        with closing(open_database(db_path)) as db, rehearsing(db):
            time.sleep(_LOCKED_SECONDS)
    if fault in ("stop", "locked"):
        process.send_signal(signal.SIGTERM)


def find_workers(pid: int) -> list[int]:
    """Return the processes that answer for a server."""
    command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)]  # however long the lines are
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line]


@contextmanager
def running_server(db_path: Path, workers: int) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run a server for the length of a block, and yield its process and URL."""
    command = [sys.executable, "-m", "o2o", "serve", "--db", str(db_path), "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            url = re.search(r"http://\S+:\d+", line)
            if not url:
                raise RuntimeError(f"the server did not start: {line}{process.stderr.read()}")
            yield process, url[0]
        finally:
            process.kill()


def _find_newest(db_path: Path) -> int:
    with closing(open_database(db_path)) as db:
        return last_scan_id(db)


def _find_scans(db_path: Path, after: int) -> list[str]:
    with closing(open_database(db_path)) as db:
        return [scan_id for (scan_id,) in db.conn.execute("SELECT scan_id FROM scans WHERE id > ?", [after])]


def _compare(answered: list[str], kept: list[str]) -> Tally:
    unique = set(kept)
    owed = len(unique.difference(answered))
    return Tally(len(answered), len(set(answered) - unique), len(kept) - len(unique), owed)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="How many runs at most.")
    parser.add_argument("--minutes", type=float, default=15, help="After how many minutes no further run begins.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

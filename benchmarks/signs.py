"""Signs that have died, among ten million scans of a year: DuckDB beside SQLite, and SQLite's bare GROUP BY.

``python -m benchmarks.signs 10000000`` takes another number of scans than a million, one turn of each.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.catalog import SETTINGS
from benchmarks.measure import Contest, run_contest
from o2o import times
from o2o.analytics.silent_signs import SilenceTerms, find_silent_signs
from o2o.config import EngineName
from o2o.db import Database, writing
from o2o.shop import create_shop

SIZE = 1_000_000
"""Scans of 5,000 signs in 50 stores, of which a fiftieth dies."""

QUICK_SIZE = 20_000

_SIGNS, _STORES = 5_000, 50
_SPAN = 365
_BARE = """
SELECT (scanned_at - ?) / 86400000 * 1000000 + touchpoint_id AS cell, count(*)
FROM scans WHERE verdict = 'human' AND scanned_at >= ? GROUP BY cell
"""


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Fill a shop's file once, then ask it for its dead signs."""
    start = times.parse_at("2025-01-01", SETTINGS.zone)
    db = create_shop(folder / "shop.db", SETTINGS)
    _hang_signs(db)
    _scan_signs(db, size, start)
    db.conn.execute("ANALYZE")
    terms = SilenceTerms(start + _SPAN * times.DAY)

    def ask(engine: EngineName) -> int:
        find_silent_signs(db, replace(SETTINGS, engine=engine), terms)
        return size

    def count_only() -> int:
        db.conn.execute(_BARE, [start, start]).fetchall()
        return size

    peers = {"our list, SQLite": lambda: ask(EngineName.SQLITE), "SQLite's GROUP BY alone": count_only}
    yield Contest(f"dead signs among {size:,} scans", "scans/s", lambda: ask(EngineName.DUCKDB), peers, size > SIZE)
    db.close()


def _hang_signs(db: Database) -> None:
    signs = [
        (n, f"C{n}", f"P{n}", f"S{n % _STORES}", ("shelf_card", "endcap", "door_sign")[n % 3])
        for n in range(1, _SIGNS + 1)
    ]
    with writing(db):
        db.conn.executemany(
            "INSERT INTO stores (store_id, name) VALUES (?, ?)", [(f"S{n}",) * 2 for n in range(_STORES)]
        )
        db.conn.executemany(
            "INSERT INTO touchpoints (id, code, kind, subject_id, store_id, carrier, minted_at)"
            " VALUES (?, ?, 'place', ?, ?, ?, 0)",
            signs,
        )
        db.conn.execute(
            "INSERT INTO touchpoint_periods (touchpoint_id, subject_id, store_id, carrier, valid_from)"
            " SELECT id, subject_id, store_id, carrier, 0 FROM touchpoints"
        )


def _scan_signs(db: Database, size: int, start: int) -> None:
    """Write scans at random, in order of time, until each sign dies."""
    import numpy as np

    random = np.random.default_rng(1)
    rates = random.gamma(0.8, 1, _SIGNS)
    lives = np.where(random.random(_SIGNS) < 0.02, random.uniform(0, _SPAN, _SIGNS), _SPAN)
    sign = random.choice(_SIGNS, size, p=rates / rates.sum())
    day = np.sort(random.uniform(0, _SPAN, size))
    there = day < lives[sign]
    at = start + (day[there] * times.DAY).astype(np.int64)
    visitor = random.integers(1, size // 10 + 1, size)[there]
    scans = zip(at.tolist(), (sign[there] + 1).tolist(), visitor.tolist(), strict=True)
    with writing(db):
        visitors = ((n, f"{n}") for n in range(1, size // 10 + 1))
        db.conn.executemany("INSERT INTO visitors (id, visitor) VALUES (?, ?)", visitors)
        db.conn.executemany(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            " VALUES (?, '', ?, ?, 'human', 'csv')",
            scans,
        )


def main() -> None:
    """Say what a list of each kind takes."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as folder, contest(Path(folder), size) as made:
        for score in run_contest(made, 3):
            print(f"{score.what}: {size / score.ours:.2f} s; {score.peer} {size / score.theirs:.2f} s")


if __name__ == "__main__":
    main()

"""How stable credit is: the full audit of a million scans, beside mta-audit on ten thousand of them.

``python -m benchmarks.audit 1000000`` takes one turn of so many scans, and tells processor time and wall clock.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.attribution import fill_shop
from benchmarks.catalog import SETTINGS
from benchmarks.measure import Contest
from o2o.attribution.audit import AUDITED, audit
from o2o.attribution.question import Outcome, Question
from o2o.db import Database

SIZE = 1_000_000
"""Scans; there are a quarter as many orders and a tenth as many visitors."""

QUICK_SIZE = 10_000

_FEW = 10_000
"""Rows that mta-audit gets: of ten times as many it takes over four minutes."""


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Fill a shop's file once, then ask how stable the credit of its orders is, by seven models."""
    db = fill_shop(folder, size)
    events = _list_events(db, min(_FEW, size))

    def ours() -> int:
        _audit(db)
        return size

    def theirs() -> int:
        _audit_with_mta_audit(events)
        return len(events)

    what = f"audit of {size:,} scans, 200 resamples"
    yield Contest(what, "scans/s", ours, {f"mta-audit, {len(events):,} rows, 3 models": theirs}, size >= SIZE)
    db.close()


def _audit(db: Database) -> None:
    found = audit(db, SETTINGS, Question(Outcome.ORDERS, AUDITED))
    assert all(check.holds for check in found.checks)


def _list_events(db: Database, count: int) -> Any:
    """Return scans and purchases as a data frame of events, the first ones."""
    import pandas as pd

    scans = db.conn.execute(
        "SELECT visitor_id, scanned_at, touchpoint_id % 20, 0 FROM scans ORDER BY id LIMIT ?", [count * 4 // 5]
    ).fetchall()
    orders = db.conn.execute(
        "SELECT visitor, ordered_at, 0, 1 FROM orders ORDER BY id LIMIT ?", [count - len(scans)]
    ).fetchall()
    rows = pd.DataFrame([*scans, *orders], columns=["user_id", "timestamp", "channel", "conversion"])
    rows["timestamp"] = pd.to_datetime(rows["timestamp"], unit="ms")
    return rows.assign(user_id=rows["user_id"].astype(str), channel="sign " + rows["channel"].astype(str))


def _audit_with_mta_audit(events: Any) -> None:
    from mta_audit import MTAAudit

    auditor = MTAAudit(events, attribution_models=["first_touch", "last_touch", "linear"])
    auditor.run(bootstrap=True, n_bootstrap=200, conversion_windows=["1D", "3D", "7D", "14D", "30D", "60D"])
    for share in (0.1, 0.25, 0.5):
        auditor.simulate_identity_loss(share)
        auditor.simulate_touchpoint_loss(share)


def main(size: int = SIZE) -> None:
    """Take one turn and say what it took."""
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as folder:
        db = fill_shop(Path(folder), size)
        began, spent = time.perf_counter(), os.times()
        _audit(db)
        used = sum(os.times()[:4]) - sum(spent[:4])
        print(f"audit of {size:,} scans: {time.perf_counter() - began:.1f} s, {used:.1f} s of processor time")
        db.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

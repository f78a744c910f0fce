"""The funnel, retention and the lifecycle of a million scans, beside retentioneering, which has the funnel.

``python -m benchmarks.analytics 10000000`` takes another number of scans, one turn of each.
"""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.attribution import fill_shop
from benchmarks.catalog import SETTINGS
from benchmarks.measure import Contest, run_contest
from o2o import times
from o2o.analytics.funnel import FunnelTerms, Step, measure_funnel
from o2o.analytics.lifecycle import LifecycleTerms, measure_lifecycle
from o2o.analytics.retention import RetentionTerms, measure_retention
from o2o.config import EngineName, Settings

SIZE = 1_000_000
"""Scans; there are a quarter as many orders and a tenth as many visitors."""

QUICK_SIZE = 20_000

_STEPS = (Step.SCAN, Step.ORDER)
_EVENTS = """
SELECT visitor_id AS user_id, 'scan' AS event, scanned_at AS at FROM scans WHERE verdict = 'human'
UNION ALL
SELECT visitors.id, 'order', ordered_at FROM orders JOIN visitors ON visitors.visitor = orders.visitor
"""


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Fill a shop's file once, then ask who goes on to an order, who comes back, and in which stage people are."""
    db_path, db = folder / "shop.db", fill_shop(folder, size)
    funnel = funnel_terms()

    def asking(measure: Callable[[Settings], Any], engine: EngineName) -> Callable[[], int]:
        def ask() -> int:
            measure(replace(SETTINGS, engine=engine))
            return size

        return ask

    def retentioneering() -> int:
        find_funnel(db_path)
        return size

    measures: dict[str, Callable[[Settings], Any]] = {
        "funnel": lambda settings: measure_funnel(db, settings, funnel),
        "retention": lambda settings: measure_retention(db, settings, RetentionTerms(None, _until())),
        "lifecycle": lambda settings: measure_lifecycle(db, settings, LifecycleTerms(None, _until())),
    }
    peers = {"funnel": {"retentioneering, two steps in all, no windows": retentioneering}}
    yield tuple(
        Contest(
            f"{name} of {size:,} scans by DuckDB", "scans/s", asking(measure, EngineName.DUCKDB),
            {"ours, SQLite": asking(measure, EngineName.SQLITE)} | peers.get(name, {}), size > SIZE,
        )
        for name, measure in measures.items()
    )  # fmt: skip
    db.close()


def funnel_terms() -> FunnelTerms:
    """Return the terms of a funnel that retentioneering can follow: without windows, to the first order."""
    windows = dict.fromkeys(_STEPS[1:], 3_650 * times.DAY)
    return FunnelTerms(None, _until(), windows=windows, steps=_STEPS)


def _until() -> int:
    return times.parse_at("2027-01-02", SETTINGS.zone)


def find_funnel(db_path: Path) -> list[dict[str, Any]]:
    """Return the steps of the funnel as retentioneering finds them from the same rows."""
    os.environ["RETENTIONEERING_NO_TRACK"] = "1"
    import pandas as pd
    from retentioneering import Eventstream

    with sqlite3.connect(db_path) as connection:
        events = pd.read_sql(_EVENTS, connection)
    connection.close()
    events["timestamp"] = pd.to_datetime(events.pop("at"), unit="ms")
    found: list[dict[str, Any]] = Eventstream(events).funnel_data([str(step) for step in _STEPS])["steps"]
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as made, contest(Path(made), int(sys.argv[1])) as contests:
        for score in (score for one in contests for score in run_contest(one, 1)):
            print(f"{score.what}: {score.ours:,.0f}, {score.peer}: {score.theirs:,.0f} {score.unit}", flush=True)

"""The funnel, retention and the lifecycle of 400,000 scans, beside retentioneering, which has the funnel.

``python -m benchmarks.analytics 10000000`` takes another number of scans. ``python -m benchmarks.analytics shop.db``
asks a file that is there, each question in a process of its own, and prints how long it takes and how much memory.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.attribution import fill_shop
from benchmarks.catalog import SETTINGS
from benchmarks.measure import Contest, run_contest
from benchmarks.weigh import peak_memory
from o2o import times
from o2o.analytics.affinity import Affinity, AffinityTerms, find_affinities
from o2o.analytics.campaigns import CampaignTerms, review_campaigns
from o2o.analytics.funnel import FunnelTerms, Step, measure_funnel
from o2o.analytics.hours import HourTerms, find_busy_hours
from o2o.analytics.lifecycle import LifecycleTerms, measure_lifecycle
from o2o.analytics.matrix import Counted, MatrixTerms, make_matrix
from o2o.analytics.paths import JourneyTerms, map_journeys
from o2o.analytics.people_ranking import PeopleTerms, rank_people
from o2o.analytics.retention import RetentionTerms, measure_retention
from o2o.analytics.unscanned import UnscannedTerms, count_unscanned
from o2o.analytics.value import ValueTerms, value_customers
from o2o.config import EngineName, Settings
from o2o.db import Database, open_database

SIZE = 400_000
"""Scans; there are a quarter as many orders and a tenth as many visitors."""

QUICK_SIZE = 20_000

_REPORTS: dict[str, Callable[[Database, Settings, int], Any]] = {
    "funnel": lambda db, settings, until: measure_funnel(db, settings, FunnelTerms(None, until)),
    "retention": lambda db, settings, until: measure_retention(db, settings, RetentionTerms(None, until)),
    "lifecycle": lambda db, settings, until: measure_lifecycle(db, settings, LifecycleTerms(None, until)),
    "affinity, co-scan": lambda db, settings, until: find_affinities(db, settings, AffinityTerms(None, until)),
    "affinity, scan-to-buy": lambda db, settings, until: find_affinities(
        db, settings, AffinityTerms(None, until, Affinity.SCAN_TO_BUY)
    ),
    "affinity, co-buy": lambda db, settings, until: find_affinities(
        db, settings, AffinityTerms(None, until, Affinity.CO_BUY)
    ),
    "journeys": lambda db, settings, until: map_journeys(db, settings, JourneyTerms(None, until)),
    "matrix": lambda db, settings, until: make_matrix(db, settings, MatrixTerms(None, until)),
    "matrix, orders": lambda db, settings, until: make_matrix(db, settings, MatrixTerms(None, until, Counted.ORDERS)),
    "hours": lambda db, settings, until: find_busy_hours(db, settings, HourTerms(None, until)),
    "value": lambda db, settings, until: value_customers(db, settings, ValueTerms(until)),
    "unscanned": lambda db, settings, until: count_unscanned(db, settings, UnscannedTerms(None, until)),
    "people": lambda db, settings, until: rank_people(db, settings, PeopleTerms(until)),
    "campaigns": lambda db, settings, until: review_campaigns(db, settings, CampaignTerms(None, until)),
}
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
            {"ours, SQLite": asking(measure, EngineName.SQLITE)} | peers.get(name, {}), once=True,
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


def _ask_apart(db_path: Path) -> None:
    for name in _REPORTS:
        subprocess.run([sys.executable, "-m", "benchmarks.analytics", str(db_path), name], check=True)


def _ask(db_path: Path, name: str) -> None:
    """Print what one report takes, all of it: DuckDB's start, and the readers of the file."""
    db = open_database(db_path)
    (last,) = db.conn.execute("SELECT max(scanned_at) FROM scans").fetchone()
    started, before = time.perf_counter(), os.times()
    _REPORTS[name](db, replace(SETTINGS, engine=EngineName.DUCKDB), last + 1)
    seconds, after = time.perf_counter() - started, os.times()
    own, readers = (sum(after[one] - before[one] for one in pair) for pair in ((0, 1), (2, 3)))
    print(f"{name}: {seconds:.1f} s, {own:.1f} + {readers:.1f} s of processors, {peak_memory():,} MB", flush=True)
    db.close()


def _race(size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as made, contest(Path(made), size) as contests:
        for score in (score for one in contests for score in run_contest(one, 1)):
            print(f"{score.what}: {score.ours:,.0f}, {score.peer}: {score.theirs:,.0f} {score.unit}", flush=True)


def main() -> None:
    """Race on a world of so many scans, or ask a file: everything of it, or one report."""
    asked, *names = sys.argv[1:] or [str(SIZE)]
    if asked.isdigit():
        _race(int(asked))
    elif names:
        _ask(Path(asked), *names)
    else:
        _ask_apart(Path(asked))


if __name__ == "__main__":
    main()

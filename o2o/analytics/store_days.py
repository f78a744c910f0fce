"""What each store did on each local day, told from days on which it was closed and days of which nothing is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from o2o.analytics.experiments import Measure
from o2o.config import Settings
from o2o.db import Database, as_json, load_query, rows
from o2o.statistics.estimates import Flags, Numbers
from o2o.times import HOUR, MINUTE, day_end, day_start, local_day, parse_zone

USUALLY = 5.0
"""A store that usually has so many orders (or scans) a day was closed on a day without any."""
_FINEST = 15 * MINUTE
_QUERIES = {
    Measure.ORDERS: "analytics/store_days.orders",
    Measure.REVENUE: "analytics/store_days.orders",
    Measure.UNITS: "analytics/store_days.units",
    Measure.REDEMPTIONS: "analytics/store_days.redemptions",
    Measure.SCANS: "analytics/store_days.scans",
}


@dataclass(frozen=True, slots=True)
class StoreDayQuestion:
    """What is counted in which stores on which days; hours before ``from_hour`` are left out."""

    measure: Measure
    stores: tuple[str, ...]
    days: tuple[date, ...]
    skus: tuple[str, ...] = ()
    signs: tuple[int, ...] | None = None
    from_hour: int = 0


@dataclass(frozen=True, slots=True)
class StoreDays:
    """Values as (stores, days), NaN where nothing is known; ``closed`` marks days on which a store did nothing."""

    values: Numbers
    closed: Flags
    known_until: date | None


def count_store_days(db: Database, settings: Settings, question: StoreDayQuestion, now: int) -> StoreDays:
    """Return what was counted by store and local day (drain the recorder's segments before).

    Days after the newest order (of scans: scan), and those that aren't over, aren't known. Days on which a store had no
    order (where the file has none: no scan), though it usually has five, count as closed and are left out as well.
    """
    zones = _find_zones(db, settings, question.stores)
    counted = _count(db, zones, question, question.measure)
    by_orders = question.measure is not Measure.SCANS and find_newest(db, Measure.ORDERS) is not None
    sign_of_life = Measure.ORDERS if by_orders else Measure.SCANS
    alive = _count(db, zones, StoreDayQuestion(sign_of_life, question.stores, question.days), sign_of_life)
    newest = find_newest(db, sign_of_life)
    known = np.array([
        [newest is not None and day_start(day, zone) <= newest and day_end(day, zone) <= now for day in question.days]
        for zone in zones
    ]).reshape(len(question.stores), len(question.days))  # fmt: skip
    there = (alive > 0) & known
    usual = (alive * there).sum(1) / np.maximum(there.sum(1), 1)
    closed = known & (alive <= 0) & ((usual >= USUALLY) | ~there.any(1))[:, None]
    until = None if newest is None else local_day(newest, settings.zone)
    return StoreDays(np.where(known & ~closed, counted, np.nan), closed, until)


def end_of_day(db: Database, settings: Settings, stores: Sequence[str], day: date) -> int:
    """Return when a day is over in all of the stores."""
    return max(day_end(day, zone) for zone in (*_find_zones(db, settings, stores), settings.zone))


def find_newest(db: Database, measure: Measure) -> int | None:
    """Return when the newest scan (of other measures: order) was taken."""
    column = "scanned_at) FROM scans" if measure is Measure.SCANS else "ordered_at) FROM orders"
    found: int | None = db.conn.execute(f"SELECT max({column}").fetchone()[0]
    return found


def _find_zones(db: Database, settings: Settings, stores: Sequence[str]) -> list[ZoneInfo]:
    named = {row["store_id"]: row["timezone"] for row in rows(db, "SELECT store_id, timezone FROM stores")}
    return [parse_zone(named.get(store) or settings.timezone) for store in stores]


def _count(db: Database, zones: Sequence[ZoneInfo], question: StoreDayQuestion, measure: Measure) -> Numbers:
    """Count by buckets that fit the hours of all zones, and put these into the local days of each store."""
    first, last = question.days[0], question.days[-1]
    bounds = {zone: np.array([*(day_start(day, zone) for day in question.days), day_end(last, zone)]) for zone in zones}
    whole = all(edge % HOUR == 0 for edges in bounds.values() for edge in edges.tolist())
    bucket = HOUR if whole else _FINEST
    asked: dict[str, Any] = {
        "since": min((day_start(first, zone) for zone in zones), default=0),
        "until": max((day_end(last, zone) for zone in zones), default=0),
        "bucket": bucket,
    }
    asked |= {"skus": as_json(question.skus)} if measure is Measure.UNITS else {}
    asked |= {"signs": None if question.signs is None else as_json(question.signs)} if measure is Measure.SCANS else {}
    place = {store: number for number, store in enumerate(question.stores)}
    counted = np.zeros((len(place), len(question.days)))
    for row in rows(db, load_query(_QUERIES[measure]), **asked):
        store = place.get(row["store_id"])
        if store is None:
            continue
        edges, at = bounds[zones[store]], row["bucket"] * bucket
        day = int(np.searchsorted(edges, at, "right")) - 1
        if 0 <= day < len(question.days) and at - edges[day] >= question.from_hour * HOUR:
            counted[store, day] += row[measure]
    return counted

"""When shops are busy and where: scans, visits and orders by weekday and hour, scans by zone and place."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from sqlite3 import Row
from zoneinfo import ZoneInfo

import numpy as np

from o2o.analytics.daily import Period, ShopDays, count_days_by
from o2o.attribution.clock import write_clock
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, make_journeys
from o2o.attribution.question import Question
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.estimates import Estimate, Numbers
from o2o.statistics.intervals import poisson
from o2o.statistics.means import mean_estimate
from o2o.statistics.ratios import Sums, ratio_by_delta
from o2o.times import HOUR, parse_zone, same_time

WEEK = 168
"""Hours of a week."""
FEW_WEEKS = 4
"""Fewer weeks tell little about what is usual on a weekday."""
_UTC = ZoneInfo("UTC")
_THURSDAY = 3  # 1970 began on one; weeks here begin on Monday


@dataclass(frozen=True, slots=True)
class HourTerms:
    """From when to when, and of which store (``""``: of all)."""

    since: int | None
    until: int
    store: str = ""


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week (weekday 0 is Monday): what there is of each on average, over the weeks that were seen."""

    weekday: int
    hour: int
    scans: Estimate
    visits: Estimate
    orders: Estimate


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, or where a product lies, or the whole of a zone (no ``code``): scans of so many signs and days.

    ``a_day`` is what one sign was scanned a day.
    """

    store_id: str
    store_name: str
    zone: str
    walk_order: int | None
    code: str
    name: str
    signs: int
    scans: int
    a_day: Estimate


@dataclass(frozen=True, slots=True)
class BusyHours:
    """The hours of the week with their averages over ``weeks`` weeks, and the floor by zone and by place."""

    hours: tuple[Hour, ...]
    weeks: float
    zones: tuple[Spot, ...]
    spots: tuple[Spot, ...]


def find_busy_hours(db: Database, settings: Settings, terms: HourTerms) -> BusyHours:
    """Return when and where it is busy, by the clocks of stores (drain the recorder's segments before)."""
    (first,) = db.conn.execute("SELECT min(scanned_at) FROM scans WHERE scanned_at >= ?", [terms.since or 0]).fetchone()
    since = terms.since or (terms.until if first is None else min(first, terms.until))
    journeys = make_journeys(settings, Question(since=since, until=terms.until), choose_engine(db, settings.engine))
    with journeys.engine.session():
        counts = _count(journeys, db, settings, terms)
        shops = count_days_by(journeys.engine, db, settings, Period(terms.until, since))
    spots = [spot for shop in shops for spot in _find_spots(shop, terms)]
    return BusyHours(
        tuple(_average(counts, settings, (since, terms.until))),
        (terms.until - since) / HOUR / WEEK,
        tuple(_find_zones(spots)),
        tuple(sorted((spot for spot, _ in spots), key=_find_turn)),
    )


_Counts = dict[str, dict[int, int]]


def _count(journeys: Journeys, db: Database, settings: Settings, terms: HourTerms) -> _Counts:
    """Return scans, visits and orders by local hour."""
    names = {"", *(name for (name,) in db.conn.execute("SELECT DISTINCT timezone FROM stores"))}
    zones = [(name, parse_zone(name or settings.timezone)) for name in sorted(names)]
    journeys.kept["clock"] = write_clock(zones, journeys.parameters["since"], terms.until)
    scanned = list(journeys.rows("analytics/hours.scans", store=terms.store))
    ordered = list(journeys.rows("analytics/hours.orders", store=terms.store))
    return {
        "scans": {row["hour"]: row["scans"] for row in scanned},
        "visits": {row["hour"]: row["visits"] for row in scanned},
        "orders": {row["hour"]: row["orders"] for row in ordered},
    }


def _average(counts: _Counts, settings: Settings, period: tuple[int, int]) -> Iterator[Hour]:
    """Yield each hour of the week with its mean over the weeks, as the chain's own clock bounds them."""
    first, last = (same_time(at, settings.zone, _UTC) for at in (period[0], period[1] - 1))
    hours = np.arange(first // HOUR, last // HOUR + 1)
    of_week = (hours + _THURSDAY * 24) % WEEK
    series = {name: np.array([found.get(hour, 0) for hour in hours.tolist()], float) for name, found in counts.items()}
    for number in range(WEEK):
        chosen = of_week == number
        yield Hour(number // 24, number % 24, *(_mean(series[name][chosen]) for name in ("scans", "visits", "orders")))


def _mean(values: Numbers) -> Estimate:
    """Return a mean over weeks; none is below 0, and of a single week the interval is that of a count."""
    if len(values) < 2 or not values.any():
        return _count_once(float(values.sum()), max(len(values), 1))
    found = mean_estimate(values)
    return Estimate(found.value, np.maximum(found.low, 0), found.high, found.level)


@lru_cache(1 << 10)
def _count_once(count: float, weeks: int) -> Estimate:
    """Return a count by week; most hours of a shop have the same one, none."""
    return poisson(count, weeks)


def _find_spots(shop: ShopDays, terms: HourTerms) -> Iterator[tuple[Spot, float]]:
    """Yield the signs that hang somewhere, with the days on which they were watched."""
    days = np.maximum(shop.length - shop.starts(), 1)
    found = poisson(shop.own, days)
    rates = map(Estimate, found.value, found.low, found.high)
    for mark, scans, watched, a_day in zip(shop.marks, shop.own.tolist(), days.tolist(), rates, strict=True):
        if mark["zone"] and terms.store in ("", mark["store_id"]):
            yield _describe(mark, scans, a_day), float(watched)


def _describe(mark: Row, scans: float, a_day: Estimate) -> Spot:
    place = (mark["store_id"], mark["store_name"], mark["zone"], mark["walk_order"])
    return Spot(*place, mark["code"], mark["name"] or mark["subject_id"], 1, int(scans), a_day)


def _find_zones(spots: list[tuple[Spot, float]]) -> Iterator[Spot]:
    by_zone = sorted(spots, key=lambda one: (one[0].store_id, one[0].zone))
    zones = []
    for (store_id, zone), same in groupby(by_zone, key=lambda one: (one[0].store_id, one[0].zone)):
        found = list(same)
        scans, days = [spot.scans for spot, _ in found], [watched for _, watched in found]
        turns = [spot.walk_order for spot, _ in found if spot.walk_order is not None]
        told = (store_id, found[0][0].store_name, zone, min(turns, default=None), "", zone, len(found), sum(scans))
        zones.append(Spot(*told, _rate_of(scans, days)))
    yield from sorted(zones, key=_find_turn)


def _rate_of(scans: list[int], days: list[float]) -> Estimate:
    """Return scans by sign and day, the doubt being that of which signs there are; of one sign that of a count."""
    if len(scans) < 2:
        return poisson(sum(scans), sum(days))
    found = ratio_by_delta(Sums.of(scans, days))
    return Estimate(found.value[0], np.maximum(found.low[0], 0), found.high[0], found.level)


def _find_turn(spot: Spot) -> tuple[object, ...]:
    return spot.store_id, spot.walk_order is None, spot.walk_order or 0, spot.zone, spot.name, spot.code

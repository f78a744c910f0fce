"""Counted scans of signs by local day, and what their stores' other signs were scanned meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from o2o.analytics.rosters import find_days_on_duty
from o2o.attribution.engines import Engine
from o2o.attribution.engines.choice import choose_engine
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.statistics.estimates import Flags, Numbers, Places, divide
from o2o.statistics.silence import traffic_between
from o2o.times import DAY, day_start, local_day, parse_zone

FEW_SCANS = 30
"""Neighbours that were scanned less often than this in all tell no days apart; then calendar days count."""


@dataclass(frozen=True, slots=True)
class Period:
    """What is counted: up to an instant, perhaps from another on; so many ``recent`` days are kept apart."""

    until: int
    since: int | None = None
    recent: int = 0


@dataclass(frozen=True, slots=True)
class ShopDays:
    """The signs in use in one time zone, with their scans before the recent days, and the scans of stores by day.

    ``origin`` is the first midnight, ``days`` are scans as (stores, days), ``store`` is the row of each sign's store,
    ``recent`` are scans of signs by (touchpoint, day). People whose shifts are known have rows of their own, in which
    each day counts for the ``share`` that they were there, and days off for nothing.
    """

    origin: int
    until: int
    marks: list[Row]
    signs: dict[int, Any]
    recent: dict[tuple[int, int], int]
    store: Places
    days: Numbers
    share: Numbers

    @property
    def length(self) -> int:
        """How many days there are, the last one included."""
        return int(self.days.shape[1])

    @property
    def own(self) -> Numbers:
        """Each sign's scans, recent ones too."""
        counted = {number: sign["scans"] for number, sign in self.signs.items()}
        for (number, _), scans in self.recent.items():
            counted[number] = counted.get(number, 0) + scans
        return np.array([counted.get(mark["id"], 0) for mark in self.marks], float)

    @property
    def alone(self) -> Flags:
        """Whether a sign's neighbours are scanned too rarely to tell days apart."""
        return np.asarray(self.days.sum(1)[self.store] - self.own < FEW_SCANS)

    @property
    def usual(self) -> Numbers:
        """What each sign's neighbours are scanned on a usual day."""
        seen = self.days > 0
        open_days = np.where(seen.any(1), self.length - seen.argmax(1), 1)
        return np.asarray(np.maximum(self.days.sum(1)[self.store] - self.own, 1) / open_days[self.store])

    def traffic(self, start: Places, end: Places) -> Numbers:
        """Return what each sign's store was scanned from a day to before another, in usual days."""
        return np.asarray(traffic_between(self.days, self.store, start, end) / self.usual)

    def exposure(self, start: Places, end: Places, own: Numbers) -> Numbers:
        """Return how long each sign was on show from a day to before another, ``own`` of the scans there being its own.

        In usual days of its neighbours; of one whose neighbours are scanned too rarely, in days.
        """
        others = self.traffic(start, end) - own * self._weigh(start, end) / self.usual
        return np.asarray(np.where(self.alone, self.days_shown(start, end), np.maximum(others, 0)))

    def _weigh(self, start: Places, end: Places) -> Numbers:
        """Return for how much a scan in the store of each sign counts, on average, from a day to before another."""
        counted = traffic_between(self.days * self.share, self.store, start, end)
        return divide(counted, traffic_between(self.days, self.store, start, end), 1.0)

    def days_shown(self, start: Places, end: Places) -> Numbers:
        """Return on how many days each sign was on show from a day to before another; a day off is none."""
        over = (end == self.length) * self.share[self.store, -1] * (1 - (self.until - self.origin) % DAY / DAY)
        return np.asarray(np.maximum(traffic_between(self.share, self.store, start, end) - over, 0.0))

    def starts(self) -> Places:
        """Return the first day on which each sign is watched: of one that was never scanned, the first whole one."""
        return np.array([self._find_start(mark, self.signs.get(mark["id"])) for mark in self.marks])

    def _find_start(self, mark: Row, sign: Any) -> int:
        if sign:
            return self._day_of(min(mark["starts_at"], sign["first_at"]))
        return min(self._day_of(mark["starts_at"]) + 1, self.length)

    def _day_of(self, at: int) -> int:
        return min(max((at - self.origin) // DAY, 0), self.length)


def count_days(db: Database, settings: Settings, period: Period) -> list[ShopDays]:
    """Return the signs in use with their scans by day, those of each time zone together; days are local ones."""
    engine = choose_engine(db, settings.engine)
    with engine.session():
        return count_days_by(engine, db, settings, period)


def count_days_by(engine: Engine, db: Database, settings: Settings, period: Period) -> list[ShopDays]:
    """Return the same by an engine that sees one state of the data already."""
    marks = list(rows(db, load_query("analytics/daily.marks"), now=period.until))
    shops = [
        _gather(engine, period, _find_first(db, period, zone), [mark for mark in marks if mark["timezone"] == name])
        for name, zone in _list_zones(marks, settings)
    ]
    return [_leave_out_days_off(shop, find_days_on_duty(db, shop.marks, shop.origin, shop.until)) for shop in shops]


def _leave_out_days_off(shop: ShopDays, on_duty: Mapping[int, Numbers]) -> ShopDays:
    """Give each person whose shifts are known a row of days on which nothing was scanned on days off."""
    if not on_duty:
        return shop
    places, shares = np.array(list(on_duty)), np.stack(list(on_duty.values()))
    store = shop.store.copy()
    store[places] = len(shop.days) + np.arange(len(places))
    days = np.concatenate((shop.days, shop.days[shop.store[places]] * shares))
    return replace(shop, store=store, days=days, share=np.concatenate((shop.share, shares)))


def _list_zones(marks: Sequence[Row], settings: Settings) -> Iterator[tuple[str, ZoneInfo]]:
    for name in dict.fromkeys(mark["timezone"] for mark in marks):
        yield name, parse_zone(name) if name else settings.zone


def _find_first(db: Database, period: Period, zone: ZoneInfo) -> int:
    """Return the first midnight of what is counted."""
    (first,) = db.conn.execute("SELECT min(scanned_at) FROM scans").fetchone()
    at = period.until if first is None else max(first, period.since or 0)
    return day_start(local_day(min(at, period.until), zone), zone)


def _gather(engine: Engine, period: Period, origin: int, marks: list[Row]) -> ShopDays:
    length = (period.until - origin) // DAY + 1
    first_recent = max((period.until - 1 - origin) // DAY + 1 - period.recent, 0) if period.recent else length
    asked = {"origin": origin, "until": period.until}
    days = engine.keep("days", load_query("analytics/daily.days"), asked)
    placed = engine.keep("placed", load_query("analytics/daily.placed", days=days), {})
    split = {"recent": first_recent}
    scanned = list(engine.rows(load_query("analytics/daily.traffic", placed=placed), {}))
    signs = list(engine.rows(load_query("analytics/daily.signs", placed=placed), split))
    recent = list(engine.rows(load_query("analytics/daily.recent", placed=placed), split))
    stores = {store: number for number, store in enumerate(dict.fromkeys(mark["store_id"] for mark in marks))}
    days_of = np.zeros((len(stores), length))
    for row in scanned:
        if row["store_id"] in stores:
            days_of[stores[row["store_id"]], row["day"]] = row["scans"]
    return ShopDays(
        origin,
        period.until,
        marks,
        {row["touchpoint_id"]: row for row in signs},
        {(row["touchpoint_id"], row["day"]): row["scans"] for row in recent},
        np.array([stores[mark["store_id"]] for mark in marks]),
        days_of,
        np.ones_like(days_of),
    )

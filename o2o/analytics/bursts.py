"""Scans that are odd: sudden bursts, staff who scan their own codes, codes that are scanned once all is paid."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from sqlite3 import Row
from typing import Any

import numpy as np

from o2o.analytics.daily import Period, ShopDays, count_days
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import identified
from o2o.attribution.question import Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.statistics.discoveries import adjust
from o2o.statistics.estimates import Flags, Numbers, Places
from o2o.statistics.silence import Habits, Watch, learn_habits, spread_of_others
from o2o.subjects import Carrier, Kind
from o2o.times import DAY, MINUTE

OFTEN = 3
"""Who scans the same person's code so often in a day is taken for that person."""
FEW = 5
"""Fewer odd scans than this are nothing."""
FALSE_SHARE = 0.05
"""Of the bursts that are told so many may be none."""
_AFTER_ALL = (Carrier.RECEIPT, Carrier.PARCEL, Carrier.EXIT, Carrier.PACK_LABEL)


class Oddity(StrEnum):
    """What is odd about scans."""

    BURST = "burst"
    SELF_SCANS = "self_scans"
    AFTER_PAYMENT = "after_payment"


@dataclass(frozen=True, slots=True)
class OddityTerms:
    """Which days are looked at, back from an instant, what counts as odd, and of which kind of signs (None: of all)."""

    until: int
    days: int = 7
    after: int = 10 * MINUTE
    together: float = 1.0
    kind: Kind | None = None

    def __post_init__(self) -> None:
        if self.days < 1:
            raise SettingError("days", f"{self.days}", "no day", "write 1 or more")
        if self.together < 1:
            raise SettingError("together", f"{self.together}", "less than one scan at a time", "write 1 or more")


@dataclass(frozen=True, slots=True)
class OddScans:
    """Odd scans of one sign: ``odd`` of its ``scans``; of bursts the day, what was to be expected and how likely
    such a burst is to be none at all among those that are told (``chance``)."""

    oddity: Oddity
    code: str
    kind: str
    subject_id: str
    name: str
    store_id: str
    store_name: str
    carrier: str
    label: str
    day: int | None
    scans: int
    odd: int
    expected: float | None
    chance: float | None


def find_odd_scans(db: Database, settings: Settings, terms: OddityTerms) -> list[OddScans]:
    """Return what is odd about the scans of recent days, most odd scans first (drain the recorder's segments before).

    Bursts: days on which a sign was scanned more often than its other days and what its store's other signs were
    scanned that day explain, 5 % of them by chance at most. Self-scans: codes of people of which visitors who scanned
    them three times a day or more make half of the scans. After payment: signs of which half of the scans come within
    minutes after an order of the same visitor, receipts and the like aside. Both from five such scans on.
    """
    shops = count_days(db, settings, Period(terms.until, recent=terms.days))
    marks = {row["id"]: row for row in rows(db, load_query("analytics/bursts.marks"), kind=terms.kind)}
    found = [
        *_find_bursts(shops, terms),
        *_find_self_scans(db, settings, marks, terms),
        *_find_late(db, settings, marks, terms),
    ]
    return sorted(found, key=lambda one: (list(Oddity).index(one.oddity), -one.odd, one.code))


def _find_bursts(shops: Sequence[ShopDays], terms: OddityTerms) -> Iterator[OddScans]:
    tested = [one for shop in shops if (one := _test_days(_watch(shop, terms), terms))]
    ends = np.cumsum([len(one.chance) for one in tested])
    chances = adjust(np.concatenate([one.chance for one in tested] or [np.zeros(0)]))
    for one, adjusted in zip(tested, np.split(chances, ends[:-1]), strict=True) if tested else ():
        scans = one.watched.recent[one.number, one.day]
        for place in np.flatnonzero((adjusted <= FALSE_SHARE) & (scans - one.expected >= FEW)):
            at = one.watched.instant(int(one.day[place]))
            usual, seen = float(one.expected[place]), int(scans[place])
            told = at, seen, round(seen - usual), usual, float(adjusted[place])
            yield _describe(Oddity.BURST, one.watched.shop.marks[one.number[place]], *told)


@dataclass(frozen=True, slots=True)
class _Watched:
    """The signs of a shop on the days that are asked for: scans before these, and in each of them from ``first`` on.

    ``start`` is the day since which each sign is watched.
    """

    shop: ShopDays
    first: int
    start: Places
    before: Numbers
    recent: Numbers

    @property
    def days(self) -> range:
        """The days that are asked for."""
        return range(self.first, self.first + self.recent.shape[1])

    def instant(self, day: int) -> int:
        """Return the midnight of one of them."""
        return self.shop.origin + (self.first + day) * DAY

    @property
    def shown(self) -> Flags:
        """Whether each sign was on show on each day: nobody can tell what a day off should bring."""
        day, start = np.array(self.days), self.start
        shown = [self.shop.days_shown(np.full_like(start, one), np.full_like(start, one + 1)) for one in day]
        return np.asarray((np.stack(shown, 1) > 0) & (start[:, None] <= day))

    def expect(self, measure: Callable[[Places, Places, Numbers], Numbers], together: float) -> tuple[Habits, Numbers]:
        """Return each sign's habits by all other days, for each day, and for how much the day counts."""
        scans, start = self.before + self.recent.sum(1), self.start
        exposure = measure(start, np.full_like(start, self.days.stop), scans)
        windows = [
            measure(np.full_like(start, day), np.full_like(start, day + 1), today)
            for day, today in zip(self.days, self.recent.T, strict=True)
        ]
        window, nothing = np.stack(windows, 1), np.zeros_like(exposure)
        _, kind = np.unique([mark["carrier"] for mark in self.shop.marks], return_inverse=True)
        habits = learn_habits(Watch(scans, exposure, nothing, nothing, kind), together)
        return habits.without(self.recent / together, window), window

    def hold(self, shown: Flags, together: float) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield what is to be expected on each day and the chance of as many scans, by neighbours and by the calendar.

        Few neighbours tell a day's traffic badly: of c scans of theirs, µ expected ones vary by µ + µ²/c.
        """
        shop, events = self.shop, np.ceil(self.recent / together)
        end = np.full_like(self.start, self.days.stop)
        alone = shop.alone | (shop.exposure(self.start, end, self.before + self.recent.sum(1)) <= 0)

        def by_neighbours(start: Places, end: Places, own: Numbers) -> Numbers:
            return np.where(alone, shop.days_shown(start, end), shop.exposure(start, end, own))

        habits, window = self.expect(by_neighbours, together)
        few = np.where(alone, 0.0, 1 / shop.usual)[:, None]
        yield (
            habits.expected * together * window,
            habits.chance_of(events, window, 1 + habits.expected * together * few),
        )
        habits, window = self.expect(lambda start, end, _: shop.days_shown(start, end), together)
        yield (
            habits.expected * together * window,
            habits.chance_of(events, window, spread_of_others(self.recent, shown)),
        )


@dataclass(frozen=True, slots=True)
class _Tested:
    """Days of signs: the number of the sign and of the day, what is to be expected, the chance of as many scans."""

    watched: _Watched
    number: Places
    day: Places
    expected: Numbers
    chance: Numbers


def _test_days(watched: _Watched, terms: OddityTerms) -> _Tested | None:
    """Return each sign's days on show, each held against all its others.

    By what its neighbours were scanned, and by the calendar and how its own days differ; whichever explains more, as
    neighbours may be off that day.
    """
    shop, days = watched.shop, watched.days
    if not days or not shop.marks:
        return None
    shown = watched.shown
    expected, chance = (np.maximum(*pair) for pair in zip(*watched.hold(shown, terms.together), strict=True))
    asked = np.array([terms.kind in (None, mark["kind"]) for mark in shop.marks]) & (days.stop - watched.start > 1)
    number, day = np.nonzero(asked[:, None] & shown)
    return _Tested(watched, number, day, expected[number, day], chance[number, day])


def _watch(shop: ShopDays, terms: OddityTerms) -> _Watched:
    end = (shop.until - 1 - shop.origin) // DAY + 1
    first = max(end - terms.days, 0)
    shop = _leave_out_unseen(shop, end)
    before = [shop.signs[mark["id"]]["scans"] if mark["id"] in shop.signs else 0 for mark in shop.marks]
    days, start = np.arange(first, end), shop.starts()
    recent = [[shop.recent.get((mark["id"], int(day)), 0) for day in days] for mark in shop.marks]
    spread = np.where(days < start[:, None], 0.0, np.array(recent, float).reshape(len(start), len(days)))
    return _Watched(shop, first, start, np.array(before, float), spread)


def _leave_out_unseen(shop: ShopDays, end: int) -> ShopDays:
    """Leave out signs that weren't on show on any day: nothing is known of them."""
    start = np.minimum(shop.starts(), end).astype(np.int64)
    seen = np.flatnonzero(shop.days_shown(start, np.full_like(start, end)) > 0)
    return replace(shop, marks=[shop.marks[place] for place in seen], store=shop.store[seen])


def _describe(oddity: Oddity, mark: Row, *figures: Any) -> OddScans:
    return OddScans(
        *(oddity, mark["code"], mark["kind"], mark["subject_id"], mark["name"], mark["store_id"], mark["store_name"]),
        *(mark["carrier"], mark["label"], *figures),
    )


def _find_self_scans(db: Database, settings: Settings, marks: dict[int, Row], terms: OddityTerms) -> Iterator[OddScans]:
    period = {"since": terms.until - terms.days * DAY, "until": terms.until, "often": OFTEN}
    engine = choose_engine(db, settings.engine)
    with engine.session():
        yield from _tell(Oddity.SELF_SCANS, engine.rows(load_query("analytics/bursts.self_scans"), period), marks)


def _find_late(db: Database, settings: Settings, marks: dict[int, Row], terms: OddityTerms) -> Iterator[OddScans]:
    first = terms.until - terms.days * DAY
    question = Question(Outcome.ORDERS, since=first - terms.after, until=terms.until)
    there = {number: mark for number, mark in marks.items() if mark["carrier"] not in _AFTER_ALL}
    period = {"first": first, "last": terms.until, "after": terms.after}
    with identified(choose_engine(db, settings.engine), settings, question) as journeys:
        yield from _tell(Oddity.AFTER_PAYMENT, journeys.rows("analytics/bursts.after_payment", **period), there)


def _tell(oddity: Oddity, counted: Iterator[Any], marks: dict[int, Row]) -> Iterator[OddScans]:
    for row in counted:
        if row["touchpoint_id"] in marks and row["odd"] >= FEW and row["odd"] * 2 >= row["scans"]:
            yield _describe(oddity, marks[row["touchpoint_id"]], None, row["scans"], row["odd"], None, None)

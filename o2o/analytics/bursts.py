"""Scans that are odd: sudden bursts, staff who scan their own codes, codes that are scanned once all is paid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row
from typing import Any

import numpy as np

from o2o.analytics.daily import Period, ShopDays, count_days
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journeys import identified
from o2o.attribution.question import Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.statistics.discoveries import adjust
from o2o.statistics.silence import Watch, chance_of_burst, learn_habits
from o2o.subjects import Carrier
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
    """Which days are looked at, back from an instant, and what counts as odd."""

    until: int
    days: int = 7
    after: int = 10 * MINUTE
    together: float = 1.0

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

    Bursts: days on which a sign was scanned more often than its own history and what its store's other signs were
    scanned that day explain, 5 % of them by chance at most. Self-scans: codes of people of which visitors who scanned
    them three times a day or more make half of the scans. After payment: signs of which half of the scans come within
    minutes after an order of the same visitor, receipts and the like aside. Both from five such scans on.
    """
    shops = count_days(db, settings, Period(terms.until, recent=terms.days))
    marks = {mark["id"]: mark for shop in shops for mark in shop.marks}
    found = [*_find_bursts(shops, terms), *_find_self_scans(db, marks, terms), *_find_late(db, settings, marks, terms)]
    return sorted(found, key=lambda one: (list(Oddity).index(one.oddity), -one.odd, one.code))


@dataclass(frozen=True, slots=True)
class _SignDay:
    mark: Row
    day: int
    scans: int
    expected: float
    chance: float


def _find_bursts(shops: Sequence[ShopDays], terms: OddityTerms) -> Iterator[OddScans]:
    tested = [sign_day for shop in shops for sign_day in _test_days(shop, terms)]
    for sign_day, chance in zip(tested, adjust([one.chance for one in tested]), strict=True):
        if chance <= FALSE_SHARE and sign_day.scans - sign_day.expected >= FEW:
            odd = round(sign_day.scans - sign_day.expected)
            told = (sign_day.day, sign_day.scans, odd, sign_day.expected, float(chance))
            yield _describe(Oddity.BURST, sign_day.mark, *told)


def _test_days(shop: ShopDays, terms: OddityTerms) -> Iterator[_SignDay]:
    end = (shop.until - 1 - shop.origin) // DAY + 1
    first = max(end - terms.days, 0)
    scans = np.array([(shop.signs.get(mark["id"]) or {"scans": 0})["scans"] for mark in shop.marks], float)
    start = np.minimum(shop.starts(), first)
    exposure = shop.exposure(start, np.full_like(start, first), scans)
    known = np.flatnonzero(exposure > 0)
    if not known.size:
        return
    _, kind = np.unique([mark["carrier"] for mark in shop.marks], return_inverse=True)
    for day in range(first, end):
        recent = np.array([shop.recent.get((mark["id"], day), 0) for mark in shop.marks], float)
        window = shop.exposure(np.full_like(start, day), np.full_like(start, day + 1), recent)
        watch = Watch(scans[known], exposure[known], recent[known], window[known], kind[known])
        expected = learn_habits(watch, terms.together).expected * terms.together * watch.window
        chances = chance_of_burst(watch, terms.together)
        for number, usual, chance in zip(known.tolist(), expected.tolist(), chances.tolist(), strict=True):
            yield _SignDay(shop.marks[number], shop.origin + day * DAY, int(recent[number]), usual, chance)


def _describe(oddity: Oddity, mark: Row, *figures: Any) -> OddScans:
    return OddScans(
        *(oddity, mark["code"], mark["kind"], mark["subject_id"], mark["name"], mark["store_id"], mark["store_name"]),
        *(mark["carrier"], mark["label"], *figures),
    )


def _find_self_scans(db: Database, marks: dict[int, Row], terms: OddityTerms) -> Iterator[OddScans]:
    period = {"since": terms.until - terms.days * DAY, "until": terms.until, "often": OFTEN}
    yield from _tell(Oddity.SELF_SCANS, rows(db, load_query("analytics/bursts.self_scans"), **period), marks)


def _find_late(db: Database, settings: Settings, marks: dict[int, Row], terms: OddityTerms) -> Iterator[OddScans]:
    first = terms.until - terms.days * DAY
    question = Question(Outcome.ORDERS, since=first - terms.after, until=terms.until)
    there = {number: mark for number, mark in marks.items() if mark["carrier"] not in _AFTER_ALL}
    period = {"first": first, "last": terms.until, "after": terms.after}
    with identified(SqliteEngine(db), settings, question) as journeys:
        yield from _tell(Oddity.AFTER_PAYMENT, journeys.rows("analytics/bursts.after_payment", **period), there)


def _tell(oddity: Oddity, counted: Iterator[Any], marks: dict[int, Row]) -> Iterator[OddScans]:
    for row in counted:
        if row["touchpoint_id"] in marks and row["odd"] >= FEW and row["odd"] * 2 >= row["scans"]:
            yield _describe(oddity, marks[row["touchpoint_id"]], None, row["scans"], row["odd"], None, None)

"""Who comes back, how many days later: new people and regulars, by the day they came and by what they scanned then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np

from o2o.analytics.people import gathered_people, load_names
from o2o.analytics.retention_days import NEVER, Entries, Returns, Scans, Signs, find_entries
from o2o.analytics.unit_days import Days, Orders, UnitDays, split_days
from o2o.attribution.clock import write_shift
from o2o.attribution.journeys import Journeys
from o2o.attribution.parts import read_columns
from o2o.attribution.question import Level
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.distinct import find_firsts
from o2o.statistics.estimates import Flags, Places
from o2o.times import local_day

_EPOCH = date(1970, 1, 1)
_MONTHS = 1970 * 12
_END = 1 << 62
_LATER = 1 << 30  # than any cohort


class Cohort(StrEnum):
    """By what the first days of people are put together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, number: int) -> date:
        """Return the first day of the cohort of a number."""
        if self is Cohort.MONTH:
            return date(number // 12, number % 12 + 1, 1)
        return _EPOCH + timedelta(days=number * 7 - 3 if self is Cohort.WEEK else number)

    def last_day(self, number: int) -> date:
        """Return the last day of the cohort of a number."""
        return self.first_day(number + 1) - timedelta(days=1)

    def number(self, days: Days) -> Days:
        """Return the numbers of the cohorts of days."""
        if self is Cohort.MONTH:
            return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32) + _MONTHS
        return (days + 3) // 7 if self is Cohort.WEEK else days


class Active(StrEnum):
    """What counts as coming back."""

    SCAN = "scan"
    ORDER = "order"
    ANY = "any"


class Entry(IntEnum):
    """Whether somebody came for the first time."""

    NEW = 1
    REGULAR = 2


AGES = {Cohort.DAY: 30, Cohort.WEEK: 12, Cohort.MONTH: 12}
"""How many days, weeks or months the triangle goes on."""


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """Who is watched (``since <= at < until``), after how many ``days`` and in what cohorts.

    ``or_later``: who comes back on that day or later counts; else on exactly that day.
    """

    since: int | None
    until: int
    by: Level = Level.TOUCHPOINT
    days: tuple[int, ...] = (1, 7, 30)
    cohort: Cohort = Cohort.WEEK
    active: Active = Active.SCAN
    or_later: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """How many people came, and how many of them came back so many days later."""

    people: int = 0
    returned: int = 0

    def plus(self, other: "Returned") -> "Returned":
        """Return both together."""
        return Returned(self.people + other.people, self.returned + other.returned)


@dataclass(frozen=True, slots=True)
class Cell:
    """New people of a cohort who were there at an age, and what they spent then."""

    cohort: int
    age: int
    people: int
    revenue: int


@dataclass(frozen=True, slots=True)
class Watched:
    """From when on there are scans, the last day of those who are watched, and the last days that are known whole.

    ``known`` is that of what counts as coming back, ``paid`` that of scans and orders.
    """

    began: date
    until: date
    known: date
    paid: date


@dataclass(frozen=True, slots=True)
class Retention:
    """Who came back so many days later: by cohort and by key, new people and regulars.

    ``keys`` hold people of cohorts that are old enough. ``daily`` is the share of scans of visitors who are other ones
    tomorrow.
    """

    terms: RetentionTerms
    watched: Watched
    cohorts: Mapping[tuple[Entry, int, int], Returned]
    keys: Mapping[tuple[str, Entry, int], Returned]
    triangle: Sequence[Cell]
    names: Mapping[str, str]
    daily: float

    def is_old(self, cohort: int, days: int) -> bool:
        """Whether everybody of a cohort has been watched for so many days."""
        return _is_old(self.terms, self.watched, cohort, days)

    def total(self, entry: Entry, days: int) -> Returned:
        """Return all cohorts that are old enough together."""
        parts = [one for (who, cohort, age), one in self.cohorts.items()
                 if (who, age) == (entry, days) and self.is_old(cohort, days)]  # fmt: skip
        return Returned(sum(one.people for one in parts), sum(one.returned for one in parts))

    def young(self, entry: Entry, days: int) -> int:
        """Return how many people are left out of the total, as their cohorts are too young."""
        everybody = sum(one.people for (who, _, age), one in self.cohorts.items() if (who, age) == (entry, days))
        return everybody - self.total(entry, days).people


def measure_retention(db: Database, settings: Settings, terms: RetentionTerms) -> Retention | None:
    """Return who came back; None where nobody scanned in the time asked for."""
    with gathered_people(db, settings) as journeys:
        span = journeys.row("analytics/retention.span")
        if span["first_at"] is None or span["first_at"] >= terms.until:
            return None
        journeys.keep("daily", "analytics/retention.daily")  # a file answers it while days are sorted
        journeys.kept["shift"] = write_shift(settings.zone, "scanned_at", span["first_at"], span["last_at"])
        journeys.parameters.update(since=0, until=_END, scans=span["last_scan"] + 1)
        return _count(journeys, settings, terms, _watch(settings, terms, span))


def _watch(settings: Settings, terms: RetentionTerms, span: Mapping[str, Any]) -> Watched:
    """The day of the last scan isn't over yet, as far as is known; nor is that of the last order."""
    last_at, last_order = span["last_at"], span["last_order"]
    began, until, scanned, paid = (
        local_day(at, settings.zone)
        for at in (
            span["first_at"],
            min(terms.until - 1, last_at),
            last_at,
            last_at if last_order is None else last_order,
        )
    )
    paid = min(scanned, paid) - timedelta(days=1)
    return Watched(began, until, scanned - timedelta(days=1) if terms.active is Active.SCAN else paid, paid)


def _count(journeys: Journeys, settings: Settings, terms: RetentionTerms, watched: Watched) -> Retention:
    scans = Scans(*read_columns(journeys, "analytics/retention.scans", Scans._fields))
    orders = Orders.read(journeys)
    came = UnitDays.of(scans.unit_day)
    returns = Returns.of(came, _find_active(terms, came, orders))
    entered = find_entries(came, *_number_period(settings, terms, watched))
    signs, entries = Signs.read(journeys, terms.by), Entries.of(scans, came)
    tally = _Tally(terms, watched, signs.keys)
    for entry, days in zip(Entry, entered, strict=True):
        codes = entries.find(days, signs, journeys.parameters["scans"])
        tally.add(entry, days, codes, returns)
    cells = tuple(_list_cells(terms, entered[0], returns, came, orders))
    daily = dict(next(journeys.engine.rows(journeys.kept["daily"], {})))
    share = (daily["daily"] or 0) / max(daily["scans"], 1)
    names = load_names(journeys, settings, terms.by)
    return Retention(terms, watched, tally.cohorts, tally.keys, cells, names, share)


def _number_period(settings: Settings, terms: RetentionTerms, watched: Watched) -> tuple[int, int]:
    """Return the first day of the period, and the one after its last."""
    since = watched.began if terms.since is None else local_day(terms.since, settings.zone)
    return number_day(since), number_day(local_day(terms.until - 1, settings.zone)) + 1


def _find_active(terms: RetentionTerms, came: UnitDays, orders: Orders) -> UnitDays:
    """Return the days on which units did what counts as coming back."""
    if terms.active is Active.SCAN:
        return came
    return UnitDays.of(orders.unit_day, *([came.numbers] if terms.active is Active.ANY else []))


@dataclass(frozen=True, slots=True)
class _Tally:
    """Who came and who came back, by cohort and by key."""

    terms: RetentionTerms
    watched: Watched
    names: Sequence[str]
    cohorts: dict[tuple[Entry, int, int], Returned] = field(default_factory=dict)
    keys: dict[tuple[str, Entry, int], Returned] = field(default_factory=dict)

    def add(self, entry: Entry, days: Days, codes: Places, returns: Returns) -> None:
        """Count those who came on their days, by the numbers of their keys."""
        here = np.flatnonzero(days != NEVER)
        if not len(here):
            return
        numbers, ages = self.terms.cohort.number(days[here]), self.terms.days
        first, size = int(numbers.min()), int(np.ptp(numbers)) + 1
        for age, back in zip(ages, returns.after(days, ages, or_later=self.terms.or_later), strict=True):
            for number, one in _count_each(numbers - first, back[here]):
                self.cohorts[entry, first + number, age] = one
            old = np.array([_is_old(self.terms, self.watched, first + number, age) for number in range(size)])
            kept = here[old[numbers - first]]
            for code, one in _count_each(codes[kept], back[kept]):
                self.keys[self.names[code], entry, age] = one


def _count_each(which: Places | Days, back: Flags) -> Iterator[tuple[int, Returned]]:
    """Yield how many of each number there are, and how many of them came back."""
    people = np.bincount(which)
    returned = np.bincount(which[back], minlength=len(people))
    for number in np.flatnonzero(people):
        yield int(number), Returned(int(people[number]), int(returned[number]))


def _list_cells(
    terms: RetentionTerms, entered: Days, returns: Returns, came: UnitDays, orders: Orders
) -> Iterator[Cell]:
    """Yield the cells of the triangle, those that nobody came back for aside."""
    number, ages = terms.cohort.number, AGES[terms.cohort] + 1
    here = entered != NEVER
    started = np.full(len(entered), _LATER, np.int32)
    started[here] = number(entered[here])
    first = int(started.min(initial=_LATER))

    def find_cells(places: Places, days: Days) -> tuple[Places, Days]:
        """Return which days are within the triangle, and in which cells."""
        age = number(days) - started[places]
        kept = np.flatnonzero((age >= 0) & (age < ages))
        return kept, (started[places[kept]] - first) * ages + age[kept]

    kept, cells = find_cells(returns.places, returns.days)
    people = np.bincount(cells[find_firsts(returns.places[kept]) | find_firsts(cells)])
    units, days = split_days(orders.unit_day)
    places, known = came.find(units)
    bought = np.flatnonzero(known)
    bought = bought[days[bought] >= came.first[places[bought]]]
    kept, cells = find_cells(places[bought], days[bought])
    spent = dict.fromkeys(cells.tolist(), 0)
    sums = np.zeros(max(spent, default=-1) + 1, np.int64)
    np.add.at(sums, cells, orders.amount[bought[kept]])
    for cell in sorted({*spent, *np.flatnonzero(people).tolist()}):
        there = int(people[cell]) if cell < len(people) else 0
        yield Cell(first + cell // ages, cell % ages, there, int(sums[cell]) if cell in spent else 0)


def _is_old(terms: RetentionTerms, watched: Watched, cohort: int, days: int) -> bool:
    return min(terms.cohort.last_day(cohort), watched.until) + timedelta(days=days) <= watched.known


def number_day(day: date) -> int:
    """Return the number of a day, from 1970 on."""
    return (day - _EPOCH).days

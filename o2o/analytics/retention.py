"""Who comes back, how many days later: new people and regulars, by the day they came and by what they scanned then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from o2o.analytics.people import gathered_people, key_of, load_names
from o2o.attribution.clock import write_shift
from o2o.attribution.journeys import Journeys
from o2o.attribution.question import Level
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.times import local_day

_EPOCH = date(1970, 1, 1)
_END = 1 << 62


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


class Active(StrEnum):
    """What counts as coming back."""

    SCAN = "scan"
    ORDER = "order"
    ANY = "any"


class Entry(IntEnum):
    """Whether somebody came for the first time."""

    NEW = 1
    REGULAR = 2


_RETURNS = {
    Active.SCAN: "analytics/retention.returns_scan",
    Active.ORDER: "analytics/retention.returns_order",
    Active.ANY: "analytics/retention.returns_any",
}
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
    """From when on there are scans, the last day of those who are watched, and the last day that is known whole."""

    began: date
    until: date
    known: date


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
        watched = _watch(settings, terms, span["first_at"], span["last_at"])
        _keep_days(journeys, settings, terms, span)
        return _count(journeys, settings, terms, watched)


def _watch(settings: Settings, terms: RetentionTerms, first_at: int, last_at: int) -> Watched:
    """The day of the last scan isn't over yet, as far as is known."""
    until = local_day(min(terms.until - 1, last_at), settings.zone)
    return Watched(local_day(first_at, settings.zone), until, local_day(last_at, settings.zone) - timedelta(days=1))


def _keep_days(journeys: Journeys, settings: Settings, terms: RetentionTerms, span: Mapping[str, int]) -> None:
    """Keep the days of everybody, from the first scan of all on."""
    zone = settings.zone
    since = span["first_at"] if terms.since is None else terms.since
    days = {
        "since_day": number_day(local_day(since, zone)),
        "until_day": number_day(local_day(terms.until - 1, zone)) + 1,
    }
    journeys.parameters.update(days, since=0, until=_END, scans=span["last_scan"] + 1)
    journeys.parameters.update(by=terms.by, cohort=terms.cohort, ages=AGES[terms.cohort])
    journeys.kept["shift"] = write_shift(zone, "scanned_at", span["first_at"], span["last_at"])
    for part in ("days", "bought", "firsts", "calendar"):
        journeys.keep(part, f"analytics/retention.{part}")
    journeys.kept["ages"] = " UNION ALL ".join(f"SELECT {age:d} AS age" for age in dict.fromkeys(terms.days))
    journeys.kept["returns"] = load_query(_RETURNS[terms.active], **journeys.kept)
    if terms.active is Active.ANY:
        journeys.keep("returns", "analytics/retention.returns_any")
    placed = load_query("analytics/retention.entries", **journeys.kept)
    journeys.kept["entries"] = journeys.engine.keep(
        "entries", load_query(key_of(terms.by), placed=placed), journeys.parameters
    )


def _count(journeys: Journeys, settings: Settings, terms: RetentionTerms, watched: Watched) -> Retention:
    numbers = {row["day"]: row["cohort"] for row in journeys.rows("analytics/retention.cohorts")}
    cohorts: dict[tuple[Entry, int, int], Returned] = {}
    keys: dict[tuple[str, Entry, int], Returned] = {}
    query = "analytics/retention.from_day" if terms.or_later else "analytics/retention.on_day"
    for row in journeys.rows(query):
        entry, cohort, age = Entry(row["entry"]), numbers[row["day"]], row["age"]
        found = Returned(row["people"], row["returned"])
        cohorts[entry, cohort, age] = cohorts.get((entry, cohort, age), Returned()).plus(found)
        if _is_old(terms, watched, cohort, age):
            keys[row["key"], entry, age] = keys.get((row["key"], entry, age), Returned()).plus(found)
    daily = journeys.row("analytics/retention.daily")
    share = (daily["daily"] or 0) / max(daily["scans"], 1)
    names = load_names(journeys, settings, terms.by)
    return Retention(terms, watched, cohorts, keys, tuple(_list_cells(journeys)), names, share)


def _list_cells(journeys: Journeys) -> Iterator[Cell]:
    """Yield the cells of the triangle, those that nobody came back for aside."""
    spent = {(row["cohort"], row["age"]): row["amount"] for row in journeys.rows("analytics/retention.revenue")}
    people = {(row["cohort"], row["age"]): row["people"] for row in journeys.rows("analytics/retention.triangle")}
    for cohort, age in sorted(people.keys() | spent.keys()):
        yield Cell(cohort, age, people.get((cohort, age), 0), spent.get((cohort, age), 0))


def _is_old(terms: RetentionTerms, watched: Watched, cohort: int, days: int) -> bool:
    return min(terms.cohort.last_day(cohort), watched.until) + timedelta(days=days) <= watched.known


def number_day(day: date) -> int:
    """Return the number of a day, from 1970 on."""
    return (day - _EPOCH).days

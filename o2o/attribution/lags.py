"""How many of their conversions recent scans have had: last week's look bad only because orders are still to come."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Self

from o2o.attribution.journeys import Journeys
from o2o.attribution.question import Outcome, Question
from o2o.times import DAY

if TYPE_CHECKING:
    from o2o.statistics.maturity import Curve

WEEK = 7


@dataclass(frozen=True, slots=True)
class Cohort:
    """The scans that are so many days old, and the share that has converted of those that will, with its 95 % range."""

    youngest: int
    oldest: int
    scans: int
    converted: int
    mature: float
    low: float
    high: float
    young: bool


@dataclass(frozen=True, slots=True)
class Maturity:
    """How far the scans of a period that isn't over have led to what they will lead to within ``horizon`` days.

    ``cohorts`` are weeks back from ``last_day`` (in days since 1970, by the chain's clock), on which conversions may be
    known up to ``known_day`` only; ``shares`` are those of single days, the last one first.
    """

    horizon: int
    last_day: int
    known_day: int
    cohorts: tuple[Cohort, ...]
    shares: tuple[float, ...]

    @property
    def young(self) -> tuple[Cohort, ...]:
        """The cohorts that can't be compared with earlier ones yet, the youngest first."""
        return tuple(takewhile(lambda cohort: cohort.young, self.cohorts))


@dataclass(frozen=True, slots=True)
class _Days:
    """Scans by day, conversions by day, and scans that converted by day and wait."""

    scans: Counter[int]
    conversions: Counter[int]
    converted: Counter[tuple[int, int]]

    @classmethod
    def read(cls, journeys: Journeys) -> Self:
        found = cls(Counter(), Counter(), Counter())
        for row in chain(journeys.rows("attribution/lags.scans"), journeys.rows("attribution/lags.days")):
            if row["what"] == "converted":
                found.converted[row["day"], row["wait"]] += row["number"]
            else:
                getattr(found, row["what"])[row["day"]] += row["number"]
        return found

    @property
    def last(self) -> int:
        """The last day of which anything is known."""
        return max([*self.scans, *self.conversions], default=0)

    @property
    def known(self) -> int:
        """The last day with a conversion: those of later days may not have been imported yet."""
        return max(self.conversions, default=0)


def tells_maturity(question: Question) -> bool:
    """Whether it is asked, and worth asking: a scan leads to its visit at once."""
    return question.intervals and question.outcome is not Outcome.VISITS


def find_maturity(journeys: Journeys) -> Maturity | None:
    """Return how mature the scans of journeys' period are; none where it is over, or too little is known."""
    question = journeys.question
    if not tells_maturity(question):
        return None
    days = _Days.read(journeys)
    is_over = question.until is not None and (question.until - 1 + journeys.parameters["shift"]) // DAY < days.last
    return _measure(days, question) if days.converted and not is_over else None


def _measure(days: _Days, question: Question) -> Maturity | None:
    from o2o.statistics.maturity import conversion_curve, maturity  # loads NumPy

    # days are counted as begun, so that 0 is a day of which no conversion is known yet
    watched = {day: max(0, days.known - day + 1) for day in days.scans}
    horizon = min(-(-question.longest_window // DAY) + 1, max(watched.values()))
    came = [(wait + 1, True, number) for (_, wait), number in days.converted.items()]
    waiting = _count_waiting(days)
    not_yet = [(watched[day], False, number) for day, number in waiting.items() if watched[day] and number > 0]
    if horizon < 2 or not not_yet:
        return None
    curve = conversion_curve(*zip(*came, *not_yet, strict=True))
    cohorts = _list_cohorts(days, curve, watched, horizon)
    ages = range(days.last - days.known + horizon)
    shares = maturity(curve, [max(0, days.known - days.last + age + 1) for age in ages], horizon)
    return Maturity(horizon - 1, days.last, days.known, tuple(cohorts), tuple(shares.tolist()))


def _count_waiting(days: _Days) -> Counter[int]:
    waiting = days.scans.copy()
    for (day, _), number in days.converted.items():
        waiting[day] -= number
    return waiting


def _list_cohorts(days: _Days, curve: "Curve", watched: Mapping[int, int], horizon: int) -> Iterator[Cohort]:
    from o2o.statistics.maturity import cohort_maturity, is_young

    for youngest in range(0, days.last - days.known + horizon, WEEK):
        of = [day for day in days.scans if youngest <= days.last - day < youngest + WEEK]
        if not of:
            continue
        found = cohort_maturity(curve, [watched[day] for day in of], [days.scans[day] for day in of], horizon)
        converted = sum(number for (day, _), number in days.converted.items() if day in of)
        mature, low, high = (float(figure) for figure in (found.value, found.low, found.high))
        scans = sum(days.scans[day] for day in of)
        yield Cohort(youngest, youngest + WEEK - 1, scans, converted, mature, low, high, bool(is_young(mature)))

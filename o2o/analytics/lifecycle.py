"""In which stage of their life with the shop people are: introduction, growth, maturity, slump, lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from o2o.analytics.people import gathered_people
from o2o.analytics.retention import Active, number_day
from o2o.attribution.clock import write_shift
from o2o.attribution.journeys import Journeys
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.estimates import LEVEL, Estimate, Numbers, spread_of
from o2o.times import DAY, day_start, local_day

PERIOD = 30 * DAY
"""How far back stages are compared with, where the question has no first day."""

FEW = 30
"""From fewer people who came again nothing is learned."""

_SLUMP, _LOST = 0.8, 0.95
_DEFAULTS = 30, 90, 3


class Stage(StrEnum):
    """A stage; people are in exactly one."""

    INTRODUCTION = "introduction"
    GROWTH = "growth"
    MATURITY = "maturity"
    SLUMP = "slump"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class LifecycleTerms:
    """What is asked: stages at ``until``, and before at ``since``. Thresholds that are None are learned.

    ``slump`` and ``lost`` are days without a sign of life, ``mature`` is on how many days somebody came. Lists hold
    ``most`` members.
    """

    since: int | None
    until: int
    slump: int | None = None
    lost: int | None = None
    mature: int | None = None
    active: Active = Active.ANY
    most: int = 10_000


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold in days, how surely it is known where it was learned, and from how many people."""

    days: int
    learned: Estimate | None = None
    people: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many days without a sign of life on somebody is in a slump, and lost; from how many visits on mature."""

    slump: Threshold
    lost: Threshold
    mature: Threshold


@dataclass(frozen=True, slots=True)
class Move:
    """How many were in one stage before (None: had not come yet) and are in another now."""

    before: Stage | None
    now: Stage
    people: int
    members: int
    amount: int


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of a list: on how many days he came, when last, what he spent in how many orders, his stage before."""

    customer: str
    days: int
    last: date
    amount: int
    orders: int
    before: Stage | None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Stages on a day and an earlier one, how people moved, and the members to be warned of and to be won back."""

    day: date
    earlier: date
    thresholds: Thresholds
    moves: Sequence[Move]
    churn_warning: Sequence[Member]
    win_back: Sequence[Member]

    def people(self, now: Stage | None = None, before: Stage | None = None) -> int:
        """Return how many are in a stage now, or were in one before."""
        return sum(move.people for move in self.moves if now in (None, move.now) and before in (None, move.before))


def measure_lifecycle(db: Database, settings: Settings, terms: LifecycleTerms) -> Lifecycle | None:
    """Return in which stage everybody is; None where nobody has come yet."""
    asked = {"scans": int(terms.active is not Active.ORDER), "orders": int(terms.active is not Active.SCAN)}
    with gathered_people(db, settings) as journeys:
        journeys.parameters.update(asked, since=0, until=terms.until)
        span = journeys.row("analytics/lifecycle.span")
        if span["last_at"] is None:
            return None
        day, earlier = _choose_days(settings, terms, span["last_at"])
        journeys.parameters.update(until_day=number_day(day) + 1, earlier_day=number_day(earlier) + 1)
        journeys.kept["shift"] = write_shift(settings.zone, "scanned_at", span["first_at"], span["last_at"])
        journeys.keep("contacts", "analytics/lifecycle.contacts")
        journeys.keep("lives", "analytics/lifecycle.lives")
        thresholds = _find_thresholds(journeys, terms)
        journeys.parameters.update(
            slump=thresholds.slump.days, lost=thresholds.lost.days, mature=thresholds.mature.days, most=terms.most
        )
        journeys.keep("staged", "analytics/lifecycle.staged")
        moves = tuple(_list_moves(journeys))
        slipped = tuple(_list_members(journeys, Stage.SLUMP, slipped=1))
        lost = tuple(_list_members(journeys, Stage.LOST, slipped=0))
    return Lifecycle(day, earlier, thresholds, moves, slipped, lost)


def _choose_days(settings: Settings, terms: LifecycleTerms, last_at: int) -> tuple[date, date]:
    """Return the day on which stages are told and the one before: what isn't in the file yet makes nobody lost."""
    day = local_day(min(terms.until - 1, last_at), settings.zone)
    end = day_start(day, settings.zone) + DAY // 2
    before = end - PERIOD if terms.since is None else min(terms.since - 1, end)
    return day, local_day(before, settings.zone)


def _find_thresholds(journeys: Journeys, terms: LifecycleTerms) -> Thresholds:
    """Return the thresholds asked for; the others as the shop's own gaps have them."""
    gaps, votes = _read_pairs(journeys, "analytics/lifecycle.gaps", "gap")
    habits, units = _read_pairs(journeys, "analytics/lifecycle.habits", "days")
    people = round(float(units.sum()))
    given = (terms.slump, terms.lost, terms.mature)
    pairs = ((gaps, votes, _SLUMP), (gaps, votes, _LOST), (habits, units, 0.5))
    slump, lost, mature = (
        _find_threshold(one, people, default, *pair) for one, default, pair in zip(given, _DEFAULTS, pairs, strict=True)
    )
    if terms.lost is None and lost.days <= slump.days:
        lost = Threshold(slump.days + 1)
    return Thresholds(slump, lost, mature if mature.days > 1 else Threshold(2))


def _find_threshold(
    given: int | None, people: int, default: int, values: Numbers, weights: Numbers, share: float
) -> Threshold:
    if given is not None:
        return Threshold(given)
    if people < FEW:
        return Threshold(default)
    learned = find_quantile(values, weights, share, people)
    return Threshold(max(round(float(learned.value)), 1), learned, people)


def find_quantile(values: Numbers, weights: Numbers, share: float, people: int) -> Estimate:
    """Return the value that a share of all weight lies at or below, with a distribution-free interval; values ascend.

    The ends are the quantiles of p ± z √(p (1 - p) / n): order statistics of n independent people.
    """
    below = np.cumsum(weights) / weights.sum()
    half = spread_of(LEVEL) * np.sqrt(share * (1 - share) / people)
    places = np.searchsorted(below, np.clip([share, share - half, share + half], 0, 1) - 1e-12)
    value, low, high = values[np.minimum(places, len(values) - 1)]
    return Estimate(value, low, high)


def _read_pairs(journeys: Journeys, query: str, name: str) -> tuple[Numbers, Numbers]:
    rows = [(row[name], row["units"]) for row in journeys.rows(query)]
    return np.array([value for value, _ in rows], float), np.array([weight for _, weight in rows], float)


def _list_moves(journeys: Journeys) -> Iterator[Move]:
    order = ["", *Stage]
    rows = [dict(row) for row in journeys.rows("analytics/lifecycle.moves")]
    for row in sorted(rows, key=lambda row: (order.index(row["stage_before"]), order.index(row["stage"]))):
        yield Move(_stage(row), Stage(row["stage"]), row["people"], row["members"], row["amount"])


def _list_members(journeys: Journeys, stage: Stage, *, slipped: int) -> Iterator[Member]:
    asked = {"stage": stage, "or_stage": Stage.LOST, "slipped": slipped}
    for row in journeys.rows("analytics/lifecycle.members_of", **asked):
        last = date.fromordinal(date(1970, 1, 1).toordinal() + row["last"])
        yield Member(row["customer"], row["days"], last, row["amount"], row["orders"], _stage(row))


def _stage(row: Mapping[str, str]) -> Stage | None:
    return Stage(row["stage_before"]) if row["stage_before"] else None

"""In which stage of their life with the shop people are: introduction, growth, maturity, slump, lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from o2o.analytics.people import gathered_people
from o2o.analytics.retention import Active, number_day
from o2o.analytics.unit_days import Orders, UnitDays, split_days
from o2o.attribution.clock import write_shift
from o2o.attribution.journeys import Journeys
from o2o.attribution.parts import read_columns
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.estimates import LEVEL, Estimate, Flags, Numbers, Places, spread_of
from o2o.times import DAY, day_start, local_day

PERIOD = 30 * DAY
"""How far back stages are compared with, where the question has no first day."""

FEW = 30
"""From fewer people who came again nothing is learned."""

Names = NDArray[np.object_]
_SLUMP, _LOST = 0.8, 0.95
_DEFAULTS = 30, 90, 3
_EPOCH = date(1970, 1, 1).toordinal()


class Stage(StrEnum):
    """A stage; people are in exactly one."""

    INTRODUCTION = "introduction"
    GROWTH = "growth"
    MATURITY = "maturity"
    SLUMP = "slump"
    LOST = "lost"


_STAGES: tuple[Stage | None, ...] = (None, *Stage)


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
        journeys.kept["shift"] = write_shift(settings.zone, "scanned_at", span["first_at"], span["last_at"])
        lives = _Lives.read(journeys, terms.active)
        day, earlier = _choose_days(settings, terms, span["last_at"])
        thresholds = _find_thresholds(lives.days, terms)
        before, now = (lives.find_stages(thresholds, number_day(one)) for one in (earlier, day))
        slump, lost = (now == _STAGES.index(stage) for stage in (Stage.SLUMP, Stage.LOST))
        slipped = slump & ~np.isin(before, [_STAGES.index(Stage.SLUMP), _STAGES.index(Stage.LOST)])
        names = _name_members(journeys)
        lists = [tuple(_list_members(lives, before, one, names, terms.most)) for one in (slipped, lost)]
    return Lifecycle(day, earlier, thresholds, tuple(_list_moves(lives, before, now)), *lists)


@dataclass(frozen=True, slots=True)
class _Lives:
    """The days on which units came, what each unit spent, and in how many orders."""

    days: UnitDays
    amount: Places
    orders: Places

    @classmethod
    def read(cls, journeys: Journeys, active: Active) -> Self:
        """Ask what counts as coming."""
        orders, parts = Orders.read(journeys), []
        if active is not Active.ORDER:
            parts += read_columns(journeys, "analytics/lifecycle.scans", ["unit_day"])
        if active is not Active.SCAN:
            parts.append(orders.unit_day)
        days = UnitDays.of(*parts)
        places, known = days.find(split_days(orders.unit_day)[0])
        amount = np.zeros(len(days.units), np.int64)
        places = places[known]
        np.add.at(amount, places, orders.amount[known])
        return cls(days, amount, np.bincount(places, minlength=len(amount)))

    def find_stages(self, thresholds: Thresholds, day: int) -> Places:
        """Return in which stage each unit is on a day, 0 where it has not come yet, else by its place in _STAGES."""
        visits = self.days.count_before(day + 1)
        away = day - self.days.days[self.days.starts[:-1] + visits - 1]
        conditions = [
            visits == 0,
            away > thresholds.lost.days,
            away > thresholds.slump.days,
            visits >= thresholds.mature.days,
            visits > 1,
        ]
        stages = [None, Stage.LOST, Stage.SLUMP, Stage.MATURITY, Stage.GROWTH]
        return np.select(conditions, [_STAGES.index(stage) for stage in stages], _STAGES.index(Stage.INTRODUCTION))


def _choose_days(settings: Settings, terms: LifecycleTerms, last_at: int) -> tuple[date, date]:
    """Return the day on which stages are told and the one before: what isn't in the file yet makes nobody lost."""
    day = local_day(min(terms.until - 1, last_at), settings.zone)
    end = day_start(day, settings.zone) + DAY // 2
    before = end - PERIOD if terms.since is None else min(terms.since - 1, end)
    return day, local_day(before, settings.zone)


def _find_thresholds(days: UnitDays, terms: LifecycleTerms) -> Thresholds:
    """Return the thresholds asked for; the others as the shop's own gaps have them."""
    again = days.counts[days.counts > 1]
    gaps, habits = _share_gaps(days), _list_counted(np.bincount(again))
    given = (terms.slump, terms.lost, terms.mature)
    pairs = ((gaps, _SLUMP), (gaps, _LOST), (habits, 0.5))
    slump, lost, mature = (
        _find_threshold(one, len(again), default, *found, share)
        for one, default, (found, share) in zip(given, _DEFAULTS, pairs, strict=True)
    )
    if terms.lost is None and lost.days <= slump.days:
        lost = Threshold(slump.days + 1)
    return Thresholds(slump, lost, mature if mature.days > 1 else Threshold(2))


def _share_gaps(days: UnitDays) -> tuple[Numbers, Numbers]:
    """Return how many days lie between the days of units, and how many units say so, one vote a unit."""
    later = np.ones(len(days.days), bool)
    later[days.starts[:-1]] = False
    rows, gaps = np.flatnonzero(later), days.counts - 1
    return _list_counted(np.bincount(days.days[rows] - days.days[rows - 1], 1 / np.repeat(gaps, gaps)))


def _list_counted(counts: Numbers | Places) -> tuple[Numbers, Numbers]:
    """Return the numbers that are counted, and how often each is."""
    values = np.flatnonzero(counts)
    return values.astype(float), counts[values].astype(float)


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


def _list_moves(lives: _Lives, before: Places, now: Places) -> Iterator[Move]:
    size = len(_STAGES)
    moves = before * size + now
    people, members = np.bincount(moves), np.bincount(moves[lives.days.units < 0], minlength=size**2)
    amounts = np.zeros(size**2, np.int64)
    np.add.at(amounts, moves, lives.amount)
    for move in np.flatnonzero(people).tolist():
        stages = _STAGES[move // size], list(Stage)[move % size - 1]
        yield Move(*stages, int(people[move]), int(members[move]), int(amounts[move]))


def _list_members(lives: _Lives, before: Places, listed: Flags, names: Names, most: int) -> Iterator[Member]:
    """Yield the members among units, the dearest first; members are numbered from -1 down by their names."""
    rows = np.flatnonzero(listed & (lives.days.units < 0))
    rows = rows[np.lexsort((-lives.days.units[rows], -lives.amount[rows]))][:most]
    columns = lives.days.units, lives.days.counts, lives.days.last, lives.amount, lives.orders, before
    for unit, days, last, amount, orders, stage in zip(*(one[rows].tolist() for one in columns), strict=True):
        yield Member(names[-1 - unit], days, date.fromordinal(_EPOCH + last), amount, orders, _STAGES[stage])


def _name_members(journeys: Journeys) -> Names:
    found = journeys.columns("analytics/lifecycle.members")
    names = np.empty(len(found["unit"]), object)
    names[-1 - found["unit"]] = found["customer"]
    return names

"""The ways that people take: what they scan one after another before they order, or don't."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from o2o.analytics.path_tree import ROOT, PathTree
from o2o.analytics.people import load_names
from o2o.analytics.walks import Walks
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, gathered
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning, Transform
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.distinct import tell_apart
from o2o.statistics.estimates import Estimate, Numbers, Places
from o2o.statistics.intervals import wilson
from o2o.statistics.maturity import Curve, conversion_curve
from o2o.times import DAY, HOUR, MINUTE

START, ORDER, NOTHING = "(start)", "(order)", "(nothing)"
"""Where journeys begin and end."""
REST = "(rest)"
"""Keys that are too rare for a column of their own."""
WAITS = (HOUR, DAY, 7 * DAY, 30 * DAY)
"""By when it is told how many have ordered."""
MOST = 10_000
"""So many ways are told, the most trodden."""
_SHOWN_STEPS, _SHOWN_KEYS, _COUNTED = 3, 6, 8


@dataclass(frozen=True, slots=True)
class JourneyTerms:
    """Which orders (``since <= at < until``), by what touches are told apart, and how old (ms) a touch may be."""

    since: int | None
    until: int
    by: Level = Level.CARRIER
    window: int = 30 * DAY


@dataclass(frozen=True, slots=True)
class Way:
    """A path of keys, how many took it to an order and how many to nothing, and what those orders came to."""

    keys: tuple[str, ...]
    orders: int
    nothing: int
    revenue: int

    @property
    def journeys(self) -> int:
        """How many took it."""
        return self.orders + self.nothing


@dataclass(frozen=True, slots=True)
class Step:
    """How many go from one key to another, of all that leave the first (``share``)."""

    source: str
    target: str
    journeys: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class Passage:
    """How many go, at a step of their journey, from one key to the next: a ribbon of a Sankey diagram."""

    step: int
    source: str
    target: str
    journeys: int


@dataclass(frozen=True, slots=True)
class Length:
    """Journeys of so many touches (``is_most``: or more), and how many of them ended in an order."""

    touches: int
    is_most: bool
    orders: int
    journeys: int


@dataclass(frozen=True, slots=True)
class JourneyMap:
    """The ways of a shop, most trodden first; at most ``MOST`` of ``different`` ones, all else is of all.

    ``median`` is by when (ms) half of those who will order within the window have, with its interval; ``ordered`` the
    share by each of ``WAITS``.
    """

    ways: tuple[Way, ...]
    steps: tuple[Step, ...]
    passages: tuple[Passage, ...]
    lengths: tuple[Length, ...]
    ordered: Estimate | None
    median: Estimate | None
    orders: int
    nothing: int
    different: int
    names: Mapping[str, str]


def map_journeys(db: Database, settings: Settings, terms: JourneyTerms) -> JourneyMap:
    """Return which ways lead to orders and which to nothing (drain the recorder's segments before).

    A journey is the scans of a person up to an order, or, where none follows, with no gap over the window; scans of the
    same key in a row are one touch.
    """
    question = Question(
        Outcome.ORDERS, by=terms.by, window=terms.window, since=terms.since, until=terms.until, reach=Reach.STOP,
        transform=Transform(Thinning.EXPOSURE),
    )  # fmt: skip
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        journeys.key_by(terms.by)
        walks = Walks.read(journeys)
        curve = _read_waits(journeys, walks)
        names = load_names(journeys, settings, terms.by)
    ways = _Ways.of(walks)
    ordered, median = _time_orders(curve, terms.window) if curve else (None, None)
    return JourneyMap(
        tuple(ways.list_most_trodden()), tuple(ways.count_steps()), tuple(ways.count_passages()),
        tuple(ways.count_lengths()), ordered, median, round(ways.orders.sum()), round(ways.nothing.sum()),
        len(ways.taken), names,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ways:
    """All ways as a tree, with how many journeys ended at each node in an order and in nothing, and passed it."""

    keys: tuple[str, ...]
    tree: PathTree
    orders: Numbers
    nothing: Numbers
    revenue: Numbers

    @classmethod
    def of(cls, walks: Walks) -> Self:
        tree = PathTree.of(walks.codes, walks.starts)
        return cls(walks.keys, tree, *map(tree.add_up, (walks.orders, walks.nothing, walks.revenue)))

    @property
    def ends(self) -> tuple[tuple[str, Numbers], tuple[str, Numbers]]:
        return (ORDER, self.orders), (NOTHING, self.nothing)

    @property
    def taken(self) -> Places:
        """The nodes at which journeys ended: each is a way that somebody took."""
        return np.flatnonzero(self.orders + self.nothing)

    def list_most_trodden(self) -> Iterator[Way]:
        taken = self.taken
        order = np.lexsort((self.tree.rank()[taken], -self.nothing[taken], -self.orders[taken]))
        for node in taken[order[:MOST]].tolist():
            keys = tuple(self.keys[code] for code in self.tree.spell(node))[::-1]
            yield Way(keys, *(round(found[node]) for found in (self.orders, self.nothing, self.revenue)))

    def count_steps(self) -> list[Step]:
        """Return from what to what journeys go, and how they end."""
        tree, names = self.tree, (START, *self.keys, ORDER, NOTHING)
        sources = np.append(tree.codes, ROOT)[tree.parents] + 1
        counts = _sum_pairs(sources, tree.codes + 1, tree.pass_through(self.orders + self.nothing), len(names))
        for end, ended in self.ends:
            counts += _sum_pairs(tree.codes + 1, np.full(len(ended), names.index(end)), ended, len(names))
        leaving = np.zeros(len(names))
        for source, _, journeys in counts:
            leaving[source] += journeys
        counts.sort(key=lambda one: (-one[2], names[one[0]], names[one[1]]))
        shares = wilson([one[2] for one in counts], [leaving[one[0]] for one in counts])
        doubts = zip(shares.value, shares.low, shares.high, strict=True)
        return [
            Step(names[source], names[target], journeys, Estimate(np.asarray(value), np.asarray(low), np.asarray(high)))
            for (source, target, journeys), (value, low, high) in zip(counts, doubts, strict=True)
        ]

    def count_passages(self) -> list[Passage]:
        """Return the first steps of journeys; keys that are rare at a step are one, later steps lead to the end."""
        counts: Counter[tuple[int, str, str]] = Counter()
        passed = {end: self.tree.pass_through(ended) for end, ended in self.ends}
        before, start = [""], 0
        for step, (first, last) in enumerate(pairwise(self.tree.levels[: _SHOWN_STEPS + 1].tolist())):
            whole = passed[ORDER][first:last] + passed[NOTHING][first:last]
            shown = self._name_common(self.tree.codes[first:last], whole)
            if step:
                sources = [before[parent] for parent in (self.tree.parents[first:last] - start).tolist()]
                _add_up(counts, (step - 1, sources, shown), whole)
            for end, ended in self.ends:
                journeys = (passed[end] if step == _SHOWN_STEPS - 1 else ended)[first:last]
                _add_up(counts, (step, shown, [end] * len(shown)), journeys)
            before, start = shown, first
        return [Passage(*place, journeys) for place, journeys in sorted(counts.items())]

    def _name_common(self, codes: Places, journeys: Numbers) -> list[str]:
        """Return the keys of nodes of one step, those that few journeys come by as one."""
        common = np.argsort(-np.bincount(codes, journeys), kind="stable")[:_SHOWN_KEYS].tolist()
        return [self.keys[code] if code in common else REST for code in codes.tolist()]

    def count_lengths(self) -> list[Length]:
        touches = np.minimum(self.tree.depths, _COUNTED)
        orders, nothing = (np.bincount(touches, ended, _COUNTED + 1) for _, ended in self.ends)
        return [
            Length(length, length == _COUNTED, round(orders[length]), round(orders[length] + nothing[length]))
            for length in np.flatnonzero(orders + nothing).tolist()
        ]


def _sum_pairs(sources: Places, targets: Places, journeys: Numbers, many: int) -> list[tuple[int, int, int]]:
    pairs, which = tell_apart(sources * many + targets)
    sums = np.rint(np.bincount(which, journeys)).astype(np.int64)
    return [
        (pair // many, pair % many, count) for pair, count in zip(pairs.tolist(), sums.tolist(), strict=True) if count
    ]


def _add_up(
    counts: Counter[tuple[int, str, str]], flow: tuple[int, Sequence[str], Sequence[str]], journeys: Numbers
) -> None:
    step, sources, targets = flow
    for source, target, count in zip(sources, targets, journeys.tolist(), strict=True):
        if count:
            counts[step, source, target] += round(count)


def _read_waits(journeys: Journeys, walks: Walks) -> Curve | None:
    """Return the curve of waits; journeys that led to nothing have been watched up to now, at most for a window."""
    ordered = journeys.columns("analytics/paths.waits")
    if not len(ordered["minutes"]):
        return None
    until, window = journeys.parameters["until"], journeys.parameters["window"]
    watched, which = tell_apart(np.minimum(until - walks.begun, window) // MINUTE)
    waits = np.append(ordered["minutes"], watched).astype(float)
    converted = np.repeat([1.0, 0.0], [len(ordered["minutes"]), len(watched)])
    return conversion_curve(waits, converted, np.append(ordered["journeys"], np.bincount(which)).astype(float))


def _time_orders(curve: Curve, window: int) -> tuple[Estimate, Estimate]:
    """Return the shares that have ordered by ``WAITS``, and when half of those who do within the window have.

    The median's interval is where the curve's interval crosses that half: Brookmeyer & Crowley (1982).
    """
    whole = curve.estimate()
    by = [min(wait, window) // MINUTE for wait in WAITS]
    rows = np.searchsorted(curve.times, by, side="right")
    shares, low, high = (np.append(0.0, ends)[rows] for ends in (whole.value, whole.low, whole.high))
    half = float(curve.at(window // MINUTE)) / 2
    first, soonest, latest = (
        float(curve.times[min(int(np.searchsorted(ends, half)), len(curve.times) - 1)]) * MINUTE
        for ends in (whole.value, whole.high, whole.low)
    )
    return (
        Estimate(shares, low, high, whole.level),
        Estimate(np.asarray(first), np.asarray(min(soonest, first)), np.asarray(max(latest, first)), whole.level),
    )

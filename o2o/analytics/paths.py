"""The ways that people take: what they scan one after another before they order, or don't."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from o2o.analytics.people import load_names
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journey_paths import read_paths
from o2o.attribution.journeys import Journeys, gathered
from o2o.attribution.paths import Paths
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning, Transform
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson
from o2o.statistics.maturity import Curve, conversion_curve
from o2o.times import DAY, HOUR, MINUTE

START, ORDER, NOTHING = "(start)", "(order)", "(nothing)"
"""Where journeys begin and end."""
REST = "(rest)"
"""Keys that are too rare for a column of their own."""
WAITS = (HOUR, DAY, 7 * DAY, 30 * DAY)
"""By when it is told how many have ordered."""
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
    """The ways of a shop: most trodden first. ``median`` is by when (ms) half of those who will order within the
    window have, with its interval; ``ordered`` the share by each of ``WAITS``."""

    ways: tuple[Way, ...]
    steps: tuple[Step, ...]
    passages: tuple[Passage, ...]
    lengths: tuple[Length, ...]
    ordered: Estimate | None
    median: Estimate | None
    orders: int
    nothing: int
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
        paths = read_paths(journeys)
        curve = _read_waits(journeys)
        names = load_names(journeys, settings, terms.by)
    ways = _count_ways(paths)
    ordered, median = _time_orders(curve, terms.window) if curve else (None, None)
    return JourneyMap(
        tuple(ways), tuple(_count_steps(ways)), tuple(_count_passages(ways)), tuple(_count_lengths(ways)),
        ordered, median, sum(way.orders for way in ways), sum(way.nothing for way in ways), names,
    )  # fmt: skip


def _count_ways(paths: Paths) -> list[Way]:
    orders: Counter[tuple[str, ...]] = Counter()
    nothing: Counter[tuple[str, ...]] = Counter()
    revenue: Counter[tuple[str, ...]] = Counter()
    codes, starts = paths.codes.tolist(), paths.starts.tolist()
    for number, (converted, value, lost) in enumerate(
        zip(paths.conversions.tolist(), paths.values.tolist(), paths.nulls.tolist(), strict=True)
    ):
        keys = tuple(paths.touches[code] for code in codes[starts[number] : starts[number + 1]])
        orders[keys] += round(converted)
        nothing[keys] += round(lost)
        revenue[keys] += round(value)
    ways = (Way(keys, orders[keys], nothing[keys], revenue[keys]) for keys in orders)
    return sorted((way for way in ways if way.journeys), key=lambda way: (-way.orders, -way.nothing, way.keys))


def _count_steps(ways: list[Way]) -> list[Step]:
    counts: Counter[tuple[str, str]] = Counter()
    for way in ways:
        for source, target in zip((START, *way.keys), way.keys, strict=False):
            counts[source, target] += way.journeys
        for end, journeys in ((ORDER, way.orders), (NOTHING, way.nothing)):
            if journeys:
                counts[way.keys[-1], end] += journeys
    leaving: Counter[str] = Counter()
    for (source, _), journeys in counts.items():
        leaving[source] += journeys
    return [
        Step(source, target, journeys, wilson(journeys, leaving[source]))
        for (source, target), journeys in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def _count_passages(ways: list[Way]) -> list[Passage]:
    """Return the first steps of journeys; keys that are rare at a step are one, later steps lead to the end at once."""
    common = [
        {key for key, _ in Counter(_touches_at(ways, step)).most_common(_SHOWN_KEYS)} for step in range(_SHOWN_STEPS)
    ]
    counts: Counter[tuple[int, str, str]] = Counter()
    for way in ways:
        shown = [key if key in common[step] else REST for step, key in enumerate(way.keys[:_SHOWN_STEPS])]
        for step, (source, target) in enumerate(pairwise(shown)):
            counts[step, source, target] += way.journeys
        for end, journeys in ((ORDER, way.orders), (NOTHING, way.nothing)):
            if journeys:
                counts[len(shown) - 1, shown[-1], end] += journeys
    return [Passage(*place, journeys) for place, journeys in sorted(counts.items())]


def _touches_at(ways: list[Way], step: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for way in ways:
        if len(way.keys) > step:
            counts[way.keys[step]] += way.journeys
    return counts


def _count_lengths(ways: list[Way]) -> list[Length]:
    orders: Counter[int] = Counter()
    journeys: Counter[int] = Counter()
    for way in ways:
        length = min(len(way.keys), _COUNTED)
        orders[length] += way.orders
        journeys[length] += way.journeys
    return [Length(length, length == _COUNTED, orders[length], journeys[length]) for length in sorted(journeys)]


def _read_waits(journeys: Journeys) -> Curve | None:
    rows = list(journeys.rows("analytics/paths.waits"))
    if not any(row["converted"] for row in rows):
        return None
    waits, converted, weights = (
        np.array([row[name] for row in rows], float) for name in ("minutes", "converted", "journeys")
    )
    return conversion_curve(waits, converted, weights)


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

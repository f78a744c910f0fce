"""What is scanned together, what is bought together, and what is bought after what was scanned."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any

import numpy as np

from o2o.analytics.people import gathered_people, key_of, load_names
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, make_journeys
from o2o.attribution.question import Level, Question
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.errors import SettingError
from o2o.statistics.associations import Pairs, chance_of_pairs, confidence, lift, support
from o2o.statistics.discoveries import adjust
from o2o.statistics.estimates import Estimate, Numbers, Places
from o2o.times import DAY

MOST = 10_000
"""So many pairs are told, the surest ones."""
FALSE_SHARE = 0.05
"""Of the pairs that are believed so many may be chance."""


class Affinity(StrEnum):
    """What goes together: scans of a visit, lines of an order, or a scan and what is bought after it."""

    CO_SCAN = "co-scan"
    CO_BUY = "co-buy"
    SCAN_TO_BUY = "scan-to-buy"


@dataclass(frozen=True, slots=True)
class AffinityTerms:
    """What is asked: which pairs, of what level, of which period, counted at least how often together.

    ``bought`` is by what purchases are told apart after scans; ``window`` (ms) is how long after a scan they count.
    """

    since: int | None
    until: int
    of: Affinity = Affinity.CO_SCAN
    by: Level = Level.PRODUCT
    bought: Level = Level.PRODUCT
    window: int = 7 * DAY
    least: int = 5

    def __post_init__(self) -> None:
        if self.least < 1:
            raise SettingError("at least", f"{self.least}", "no pair", "write 1 or more")
        for name, level in (("bought", self.bought), ("by", self.by if self.of is Affinity.CO_BUY else Level.PRODUCT)):
            if level not in (Level.PRODUCT, Level.DEPARTMENT):
                raise SettingError(name, level, "not by what orders are told apart", "write product or department")


@dataclass(frozen=True, slots=True)
class Affinities:
    """Pairs as columns, those to believe first, of them the strongest; ``chances`` are adjusted for all ``tested``.

    ``baskets`` is how many visits, orders or people there were.
    """

    one: tuple[str, ...]
    other: tuple[str, ...]
    counts: Places
    support: Estimate
    confidence: Estimate
    lift: Estimate
    chances: Numbers
    baskets: int
    tested: int
    names: Mapping[str, str]
    other_names: Mapping[str, str]


def find_affinities(db: Database, settings: Settings, terms: AffinityTerms) -> Affinities:
    """Return which pairs go together more, or less, than chance (drain the recorder's segments before)."""
    with (_gathered if terms.of is Affinity.SCAN_TO_BUY else _asked)(db, settings, terms) as journeys:
        items, others, rows, baskets = (_follow if terms.of is Affinity.SCAN_TO_BUY else _pair)(journeys, terms)
        names = load_names(journeys, settings, terms.by)
        other_names = names if others is items else load_names(journeys, settings, terms.bought)
    return _measure((items, others), rows, baskets, (names, other_names))


@contextmanager
def _asked(db: Database, settings: Settings, terms: AffinityTerms) -> Iterator[Journeys]:
    """See one state of the shop, and nothing of whose the orders are."""
    journeys = make_journeys(settings, Question(), choose_engine(db, settings.engine))
    with journeys.engine.session():
        journeys.parameters.update(_parameters(terms))
        yield journeys


@contextmanager
def _gathered(db: Database, settings: Settings, terms: AffinityTerms) -> Iterator[Journeys]:
    with gathered_people(db, settings) as journeys:
        journeys.parameters.update(_parameters(terms))
        yield journeys


def _parameters(terms: AffinityTerms) -> dict[str, Any]:
    return {
        "since": terms.since or 0, "until": terms.until, "by": terms.by, "bought": terms.bought, "window": terms.window,
        "least": terms.least,
    }  # fmt: skip


_Counts = Mapping[str, int]
_Rows = list[tuple[str, str, int, int]]
"""Two items, how many have both, and how many with the other don't count beside the first."""


def _pair(journeys: Journeys, terms: AffinityTerms) -> tuple[_Counts, _Counts, _Rows, int]:
    if terms.of is Affinity.CO_BUY:
        journeys.keep("baskets", "analytics/affinity.bought_together")
        journeys.keep("alone", "analytics/affinity.none_alone")
    else:
        journeys.keep("gaps", "analytics/affinity.gaps")
        _put_under_keys(journeys, terms.by, "analytics/affinity.visits")
        journeys.keep("baskets", "analytics/affinity.scanned_together")
        _put_under_keys(journeys, terms.by, "analytics/affinity.lone_scans")
        journeys.keep("alone", "analytics/affinity.alone")
    journeys.keep("items", "analytics/affinity.items")
    journeys.keep("common", "analytics/affinity.common")
    items = list(journeys.rows("analytics/affinity.items"))
    named = {row["number"]: row["item"] for row in items}
    counts = {row["item"]: row["baskets"] for row in items}
    pairs = [
        (named[row["one"]], named[row["other"]], row["baskets"], 0) for row in journeys.rows("analytics/affinity.pairs")
    ]
    return counts, counts, pairs, journeys.row("analytics/affinity.size")["baskets"]


def _follow(journeys: Journeys, terms: AffinityTerms) -> tuple[_Counts, _Counts, _Rows, int]:
    _put_under_keys(journeys, terms.by, "analytics/people.scans")
    journeys.keep("scanned", "analytics/affinity.scanned")
    journeys.keep("bought", "analytics/affinity.bought")
    journeys.keep("followed", "analytics/affinity.followed")
    causes, effects = (
        {row["item"]: row["baskets"] for row in journeys.rows(query)}
        for query in ("analytics/affinity.causes", "analytics/affinity.effects")
    )
    columns = itemgetter("one", "other", "baskets", "otherwise")
    pairs = [columns(row) for row in journeys.rows("analytics/affinity.sequences")]
    return causes, effects, pairs, journeys.row("analytics/affinity.people")["baskets"]


def _put_under_keys(journeys: Journeys, level: Level, scans: str) -> None:
    placed = load_query(scans, **journeys.kept)
    journeys.kept["keyed"] = load_query(key_of(level), **journeys.kept, placed=placed)


def _measure(
    counts: tuple[_Counts, _Counts], rows: _Rows, baskets: int, names: tuple[Mapping[str, str], Mapping[str, str]]
) -> Affinities:
    first, other, both = (
        np.array(column, np.int64)
        for column in (
            [counts[0].get(one, 0) for one, *_ in rows],
            [counts[1].get(other, 0) - otherwise for _, other, _, otherwise in rows],
            [together for _, _, together, _ in rows],
        )
    )
    pairs = Pairs.of(first, other, both, baskets)
    chances = adjust(chance_of_pairs(pairs)) if rows else np.zeros(0)
    most: Any = np.lexsort((-both, chances))[:MOST]
    order = most[np.lexsort((-lift(pairs.choose(most)).low, chances[most] > FALSE_SHARE))]
    chosen = pairs.choose(order)
    return Affinities(
        tuple(rows[number][0] for number in order.tolist()),
        tuple(rows[number][1] for number in order.tolist()),
        both[order],
        support(chosen),
        confidence(chosen),
        lift(chosen),
        chances[order],
        baskets,
        len(rows),
        names[0],
        names[1],
    )

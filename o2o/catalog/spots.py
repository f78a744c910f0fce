"""The spots where a product lies in a store, over time: what the rows of one file make of what is known.

A spot is known by its label; the first of a product has none. Rows without a label are of the spots that lie where they
say, and of further spots else: '', '2', '3', …. All spots of a product in a store have one price.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count, groupby
from math import inf
from operator import attrgetter
from typing import Any, Self

from o2o.catalog.imports import Record
from o2o.problems import Finding, Message
from o2o.times import SINCE_EVER

STATE = ("price", "member_price", "aisle", "bay", "shelf", "position")
"""What is said of a spot: the columns of its price, then those of its place."""

NOTHING: Record = (None, None, "", "", "", "")
"""The state of a spot of which nothing has been said."""

NOT_GIVEN: Any = object()
"""Stands for the cell of a column that a file hasn't, so that what is stored stays."""

_PRICES = 2
_ALIKE = Message(
    ("与第 {line} 行相同，但{columns}不同", "is in line {line} too, with another {columns}"),
    ("只保留其中一行；已采用第 {line} 行", "leave one of the lines; line {line} was taken"),
)
_ONE_PRICE = Message(
    ("与第 {line} 行同店同商品，但{columns}不同", "is in line {line} too, with another {columns}"),
    (
        "同一门店内同一商品的各陈列位价格须一致；已采用第 {line} 行",
        "all spots of a product in a store have one price; line {line} was taken",
    ),
)
_ENDS_EARLY = Message(
    ("早于开始日期", "is before its first day"),
    ("改正其中一个日期后重新导入", "correct one of the two and import again"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """What is said of a spot from some instant on: until the next period or, where that is earlier, ``end``."""

    state: Record
    end: int | None = None


Timeline = dict[int, Period]
"""The periods of a spot by the instant when each begins."""

Timelines = dict[str, Timeline]
"""The spots of a product in a store by their labels."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When rows are taken in, and when the store's day began that it falls on."""

    now: int
    today: int


@dataclass(frozen=True, slots=True)
class SpotRow:
    """A row of a file about one product in one store; without a ``start`` it is about now."""

    line: int
    sku: str
    label: str
    start: int | None
    end: Any
    state: Record

    @classmethod
    def of(cls, line: int, row: Record) -> Self:
        """Return the row of a line from its product, label, start, end and state."""
        sku, label, start, end, *state = row
        return cls(line, sku, label, start, end, tuple(state))

    def is_over(self, moment: Moment) -> bool:
        """Tell whether the row says of its spot, as it is now, that it has ended."""
        return self.start is None and not lasts(None, self.end, moment)

    def about(self, moment: Moment) -> int:
        """Return the instant that the row is about."""
        if self.start is not None:
            return self.start
        return self.end - 1 if self.is_over(moment) else moment.now


@dataclass(slots=True)
class Settled:
    """The spots of a product after its rows were taken, the rows by their spots, and what was wrong with others."""

    timelines: Timelines
    taken: list[tuple[str, SpotRow]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def settle_spots(known: Timelines, rows: Iterable[SpotRow], moment: Moment) -> Settled:
    """Take the rows of one product in one store; their order makes no difference."""
    settled = Settled({label: dict(timeline) for label, timeline in known.items()})
    distinct = _drop_repeats(rows)
    begun = {row.label for row in distinct if row.start is not None and row.start <= moment.now}
    # a row without a date says how things are now but, beside one that has begun already, how they began
    unheard = not known and not begun and not all(row.is_over(moment) for row in distinct)
    dated = [
        replace(row, start=SINCE_EVER) if row.start is None and (row.label in begun or unheard) else row
        for row in distinct
    ]
    in_turn = sorted(dated, key=lambda row: (moment.now if row.start is None else row.start, row.start is None))
    for _, day in groupby(in_turn, key=attrgetter("start")):
        spots = _one_price(_label_rows(settled, list(day), moment), settled.findings)
        for label, row in (*spots.items(), *_price_others(settled.timelines, spots, moment)):
            timeline = settled.timelines.setdefault(label, {})
            _put(timeline, row, _state_before(settled.timelines, label, row.about(moment)), moment)
        settled.taken += spots.items()
    return settled


def lasts(start: int | None, end: Any, moment: Moment) -> bool:
    """Tell whether a row ends after it begins or, without a beginning, after yesterday."""
    return end is None or end is NOT_GIVEN or end > (moment.today if start is None else start)


def cut_timeline(timeline: Timeline, end: int, last: float = inf) -> Timeline:
    """Return a spot that ends at ``end``: without the periods that begin from then on until ``last``."""
    kept = {start: period for start, period in timeline.items() if not end <= start <= last}
    began = _start_in_force(kept, end - 1)
    if began is not None:
        kept[began] = replace(kept[began], end=end)
    return kept


def period_rows(timeline: Timeline) -> Iterator[tuple[int, int | None, Record]]:
    """Yield the periods of a spot in their order: from when, until when, and what is said."""
    starts = sorted(timeline)
    for start, following in zip(starts, [*starts[1:], None], strict=False):
        ends = [end for end in (timeline[start].end, following) if end is not None]
        yield start, min(ends, default=None), timeline[start].state


def _drop_repeats(rows: Iterable[SpotRow]) -> list[SpotRow]:
    distinct: dict[Record, SpotRow] = {}
    for row in sorted(rows, key=attrgetter("line")):
        distinct.setdefault((row.label, row.start, row.end, row.state), row)
    return list(distinct.values())


def _label_rows(settled: Settled, day: Sequence[SpotRow], moment: Moment) -> dict[str, SpotRow]:
    """Return which rows of one day are of which spot."""
    spots: dict[str, SpotRow] = {}
    places: dict[Record, SpotRow] = {}
    for row in day:
        if row.start is not None and not lasts(row.start, row.end, moment):
            settled.findings.append(Finding(row.line, "to", "", _ENDS_EARLY))
            continue
        first = spots.setdefault(row.label, row) if row.label else places.setdefault(row.state[_PRICES:], row)
        if first is not row:
            settled.findings.append(_differ(_ALIKE, first, row))
    return spots | _label_places(settled.timelines, places, frozenset(spots), moment)


def _label_places(
    timelines: Timelines, places: Mapping[Record, SpotRow], taken: frozenset[str], moment: Moment
) -> dict[str, SpotRow]:
    spots: dict[str, SpotRow] = {}
    further = []
    for place in sorted(places, key=str):
        at = places[place].about(moment)
        open_ones = (label for label in sorted(timelines) if label not in taken and label not in spots)
        label = next((one for one in open_ones if _lies(timelines[one], place, at)), None)
        if label is None:
            further.append(places[place])
        else:
            spots[label] = places[place]
    free = (label for label in chain([""], map(str, count(2))) if label not in taken and label not in spots)
    return spots | dict(zip(free, further, strict=False))


def _lies(timeline: Timeline, place: Record, at: int) -> bool:
    start = _start_in_force(timeline, at)
    return start is not None and _fits(place, timeline[start].state[_PRICES:])


def _fits(given: Record, stored: Record) -> bool:
    return all(one is NOT_GIVEN or one == other for one, other in zip(given, stored, strict=True))


def _one_price(spots: dict[str, SpotRow], findings: list[Finding]) -> dict[str, SpotRow]:
    if len(spots) < 2:
        return spots
    first = min(spots.values(), key=attrgetter("line"))
    agreeing = {label: row for label, row in spots.items() if row.state[:_PRICES] == first.state[:_PRICES]}
    findings += [_differ(_ONE_PRICE, first, spots[label], _PRICES) for label in spots if label not in agreeing]
    return agreeing


def _price_others(timelines: Timelines, spots: Mapping[str, SpotRow], moment: Moment) -> list[tuple[str, SpotRow]]:
    """Return rows that give the spots that a day's rows don't name the price that they say."""
    row = next((row for row in spots.values() if not row.is_over(moment)), None)
    if row is None:
        return []
    priced = replace(row, end=NOT_GIVEN, state=(*row.state[:_PRICES], *[NOT_GIVEN] * (len(STATE) - _PRICES)))
    return [
        (label, priced)
        for label, timeline in timelines.items()
        if label not in spots
        and (start := _start_in_force(timeline, row.about(moment))) is not None
        and not _fits(priced.state, timeline[start].state)
    ]


def _put(timeline: Timeline, row: SpotRow, before: Record, moment: Moment) -> None:
    began = _start_in_force(timeline, row.about(moment))
    state = tuple(old if new is NOT_GIVEN else new for old, new in zip(before, row.state, strict=True))
    end = row.end
    if end is NOT_GIVEN:
        end = None if began is None else timeline[began].end
    if row.start is not None:
        timeline[row.start] = Period(state, end)
    elif row.is_over(moment):
        ended = cut_timeline(timeline, end, moment.now)
        timeline.clear()
        timeline.update(ended)
    elif began is not None and state == before:
        timeline[began] = Period(state, end)
    else:
        timeline[moment.today] = Period(state, end)


def _state_before(timelines: Timelines, label: str, at: int) -> Record:
    """Return what is said of a spot at an instant; of one that isn't there, the price of the product's others."""
    for one in (label, *sorted(timelines)):
        start = _start_in_force(timelines[one], at)
        if start is not None:
            state = timelines[one][start].state
            return state if one == label else (*state[:_PRICES], *NOTHING[_PRICES:])
    return NOTHING


def _start_in_force(timeline: Timeline, at: int) -> int | None:
    start = max((start for start in timeline if start <= at), default=None)
    if start is None:
        return None
    end = timeline[start].end
    return start if end is None or end > at else None


def _differ(message: Message, first: SpotRow, row: SpotRow, columns: int = len(STATE)) -> Finding:
    named = zip(("to", *STATE[:columns]), (first.end, *first.state), (row.end, *row.state), strict=False)
    differing = ", ".join(name for name, one, other in named if one != other)
    return Finding(row.line, "sku", row.sku, message, {"line": first.line, "columns": differing})

"""Products by places: what is scanned or ordered with which place, and which cells stand out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from o2o.analytics.people import load_names
from o2o.analytics.retention_days import Signs
from o2o.analytics.scan_order import order_scans
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import OTHER, Journeys, gathered, make_journeys
from o2o.attribution.parts import read_columns
from o2o.attribution.question import Level, Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.errors import SettingError
from o2o.statistics.associations import find_residuals
from o2o.statistics.discoveries import adjust
from o2o.statistics.distinct import find_firsts, tell_apart
from o2o.statistics.estimates import Places
from o2o.times import DAY

_AT_ONCE = 1_000_000  # keeps the pairs of visits in a few hundred MB


class Counted(StrEnum):
    """What cells count: visits in which both were scanned, or orders after a scan of the place."""

    SCANS = "scans"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class MatrixTerms:
    """What is asked: what cells count, of which rows (product or department) and columns (any level), which period.

    ``window`` (ms) is how old a scan of a place may be when an order counts there; cells that expect fewer than
    ``least`` aren't judged.
    """

    since: int | None
    until: int
    of: Counted = Counted.SCANS
    row: Level = Level.PRODUCT
    by: Level = Level.PLACE
    window: int = 30 * DAY
    least: float = 5.0

    def __post_init__(self) -> None:
        if self.row not in (Level.PRODUCT, Level.DEPARTMENT):
            raise SettingError("rows", self.row, "not by what goods are told apart", "write product or department")


@dataclass(frozen=True, slots=True)
class Cell:
    """A product and a place: how often together, how often if neither minded the other, by how many standard errors
    that is off, and how likely so striking a cell is a false alarm (None: too few to be judged)."""

    row: str
    column: str
    count: int
    expected: float
    off: float
    chance: float | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The cells with something in them, those that stand out first; totals by row and by column."""

    cells: tuple[Cell, ...]
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    row_names: Mapping[str, str]
    column_names: Mapping[str, str]


def make_matrix(db: Database, settings: Settings, terms: MatrixTerms) -> Matrix:
    """Return which products are scanned or ordered with which places (drain the recorder's segments before)."""
    counted, names = (_count_orders if terms.of is Counted.ORDERS else _count_scans)(db, settings, terms)
    return _judge(counted, terms, names)


_Counts = dict[tuple[str, str], int]
_Names = tuple[Mapping[str, str], Mapping[str, str]]


def _count_orders(db: Database, settings: Settings, terms: MatrixTerms) -> tuple[_Counts, _Names]:
    question = Question(Outcome.ORDERS, window=terms.window, since=terms.since, until=terms.until)
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        journeys.key_by(terms.by)
        journeys.parameters["row"] = terms.row
        items = load_query("analytics/matrix.lines")
        cells = {(row["item"], row["key"]): row["together"] for row in journeys.rows(
            "analytics/matrix.cells", {"items": items})}  # fmt: skip
        return cells, (load_names(journeys, settings, terms.row), load_names(journeys, settings, terms.by))


def _count_scans(db: Database, settings: Settings, terms: MatrixTerms) -> tuple[_Counts, _Names]:
    question = Question(since=terms.since or 0, until=terms.until)
    journeys = make_journeys(settings, question, choose_engine(db, settings.engine))
    with journeys.engine.session():
        visitor, at, scan, mark = read_columns(journeys, "analytics/matrix.scans", ("visitor", "at", "scan", "mark"))
        order = order_scans(visitor, at, scan)
        visits = _number_visits(visitor[order], at[order], journeys.parameters["gap"])
        found = []
        for level, name in ((Level.PRODUCT, _name_goods(journeys, terms.row)), (terms.by, _name_column)):
            signs = Signs.read(journeys, level)
            found.append(_Told.of([name(key) for key in signs.keys], visits, signs.find(mark, at)[order]))
        names = load_names(journeys, settings, terms.row), load_names(journeys, settings, terms.by)
    items, columns = found
    return dict(items.meet(columns)), names


def _number_visits(visitors: Places, at: Places, gap: int) -> Places:
    """Return the numbers of the visits that scans in order belong to."""
    begins = np.ones(len(at), bool)
    begins[1:] = (visitors[1:] != visitors[:-1]) | (at[1:] - at[:-1] > gap)
    return np.cumsum(begins)


def _name_column(key: str) -> str:
    return "" if key == OTHER else key


def _name_goods(journeys: Journeys, row: Level) -> Callable[[str], str]:
    """Return what names a product, or its department; nothing where it has none."""
    if row is Level.PRODUCT:
        return _name_column
    departments = {one["sku"]: one["category"] or "" for one in journeys.rows("analytics/matrix.departments")}
    return lambda key: departments.get(key, "")


@dataclass(frozen=True, slots=True)
class _Told:
    """What was scanned in visits, each once: by visit, then by the number of its name."""

    names: list[str]
    visits: Places
    codes: Places

    @classmethod
    def of(cls, named: Sequence[str], visits: Places, codes: Places) -> Self:
        """Leave out what has no name."""
        names = sorted({*named})
        place = {name: number for number, name in enumerate(names)}
        number = np.array([place[name] for name in named], np.int64)[codes]
        kept = number >= (names[0] == "")
        cells = visits[kept] * len(names) + number[kept]
        cells.sort()
        cells = cells[find_firsts(cells)]
        return cls(names, cells // len(names), cells % len(names))

    def meet(self, other: Self) -> Counter[tuple[str, str]]:
        """Return in how many visits each is together with each of the others; so many pairs at a time."""
        counts: Counter[tuple[str, str]] = Counter()
        first, end = (np.searchsorted(other.visits, self.visits, side) for side in ("left", "right"))
        together = np.flatnonzero(end > first)
        for rows in np.array_split(together, len(together) // _AT_ONCE + 1):
            many = end[rows] - first[rows]
            within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
            codes = np.repeat(self.codes[rows], many) * len(other.names)
            cells, where = tell_apart(codes + other.codes[np.repeat(first[rows], many) + within])
            for cell, count in zip(cells.tolist(), np.bincount(where).tolist(), strict=True):
                counts[self.names[cell // len(other.names)], other.names[cell % len(other.names)]] += count
        return counts


def _judge(counted: _Counts, terms: MatrixTerms, names: _Names) -> Matrix:
    rows, columns = ({key: 0 for pair in sorted(counted) for key in (pair[side],)} for side in (0, 1))
    for (row, column), count in counted.items():
        rows[row] += count
        columns[column] += count
    table = np.zeros((len(rows), len(columns)))
    places = {row: number for number, row in enumerate(rows)}, {column: number for number, column in enumerate(columns)}
    for (row, column), count in counted.items():
        table[places[0][row], places[1][column]] = count
    found = find_residuals(table)
    judged = found.expected >= terms.least
    chances = np.full(table.shape, np.nan)
    if judged.any():
        chances[judged] = adjust(found.chances[judged])
    cells = [
        Cell(
            row, column, int(table[r, c]), float(found.expected[r, c]), float(found.off[r, c]),
            float(chances[r, c]) if judged[r, c] else None,
        )
        for row, r in places[0].items() for column, c in places[1].items() if table[r, c] or judged[r, c]
    ]  # fmt: skip
    cells.sort(key=lambda cell: (cell.chance is None, -abs(cell.off), -cell.count, cell.row, cell.column))
    return Matrix(tuple(cells), rows, columns, names[0], names[1])

"""Products by places: what is scanned or ordered with which place, and which cells stand out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from o2o.analytics.people import load_names
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import gathered, make_journeys
from o2o.attribution.question import Level, Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.errors import SettingError
from o2o.statistics.associations import find_residuals
from o2o.statistics.discoveries import adjust
from o2o.times import DAY


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
        journeys.parameters["row"] = terms.row
        journeys.keep("placed", "analytics/matrix.visits")
        journeys.key_by(Level.PRODUCT)
        journeys.kept["keyed_products"] = journeys.kept.pop("journeys")
        journeys.keep("items", "analytics/matrix.products")
        journeys.key_by(terms.by)
        cells = {(row["item"], row["key"]): row["together"] for row in journeys.rows("analytics/matrix.cells")}
        return cells, (load_names(journeys, settings, terms.row), load_names(journeys, settings, terms.by))


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

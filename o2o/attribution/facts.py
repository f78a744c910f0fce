"""The sums that a report is made from: they can be noted, added up and taken from each other, and told again.

Each query of a report counts rows whose owners (visitors and customers that are linked) have nothing to do with each
other. So the sums of some owners can be taken out and put in anew, and the report is that of a full run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from operator import add, sub
from typing import Any, NamedTuple, Self

from o2o.attribution.journeys import Journeys
from o2o.attribution.question import Level

Row = tuple[Any, ...]


class Table(NamedTuple):
    """The rows of a query, and which columns they have; nothing is known of these where there are no rows."""

    columns: Sequence[str]
    rows: Sequence[Row]

    @classmethod
    def of(cls, found: Iterable[Mapping[str, Any]]) -> Self:
        """Return rows as a table."""
        rows = list(found)
        columns = tuple(rows[0].keys()) if rows else ()
        return cls(columns, [tuple(row.values() if isinstance(row, dict) else row) for row in rows])

    def told(self) -> Iterator[dict[str, Any]]:
        """Yield the rows by the names of their columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


Facts = dict[str, Table]
"""The rows of each query of a report, by its name and its number among those of that name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many columns of a query's rows, the first ones, name what is summed; how many rows went into it; their order.

    Without ``count`` there is always a row; else a row into which none went is none.
    """

    keys: int = 0
    count: str = ""
    order: Callable[[Mapping[str, Any]], Any] | None = None


_ROWS = "rows"
"""The count of queries that don't count: it is 1 for each row, and told to nobody."""

SHAPES: Mapping[str, Shape] = {
    "attribution/journeys.totals_orders": Shape(),
    "attribution/journeys.totals_lines": Shape(),
    "attribution/journeys.totals_once": Shape(),
    "attribution/journeys.credited": Shape(),
    "attribution/journeys.left_out": Shape(),
    "attribution/journeys.joinability": Shape(),
    "attribution/journeys.stitching": Shape(),
    "attribution/journeys.reach": Shape(1, "touches"),
    "attribution/journeys.waterfall": Shape(
        2,
        "hits",
        lambda row: (row["verdict"] != "human", -row["hits"], row["verdict"], row["reason"]),
    ),
    "attribution/journeys.shared": Shape(2, _ROWS, lambda row: (-row["customers"], row["visitor"])),
    "attribution/journeys.busy_customers": Shape(2, _ROWS, lambda row: (-row["orders"], row["customer"])),
    "attribution/lags.scans": Shape(3, "number"),
    "attribution/lags.days": Shape(3, "number"),
    "attribution/models.attributed": Shape(),
    "attribution/models.sums": Shape(2, "shares"),
    "attribution/models.real_sums": Shape(2, "shares"),
    "attribution/models.squares": Shape(1, "owners"),
    "attribution/models.squares_left": Shape(),
}
"""The queries that are sums over owners; all others are asked of the file as it is."""


@dataclass(frozen=True, slots=True)
class NotedJourneys(Journeys):
    """Journeys whose sums are noted as they are read.

    ``alone``: nothing but sums is read, and no more than the first row of each is told: nothing is made of them.
    """

    facts: Facts
    alone: bool = False

    @classmethod
    def of(cls, journeys: Journeys, *, alone: bool = False) -> "NotedJourneys":
        """Return journeys that are noted from now on."""
        return cls(journeys.engine, journeys.question, journeys.parameters, journeys.kept, {}, alone)

    def rows(self, query: str, parts: Mapping[str, str] | None = None, /, **parameters: Any) -> Iterator[Any]:
        """Yield the rows of a query, and note them."""
        if query not in SHAPES:
            return iter(()) if self.alone else Journeys.rows(self, query, parts, **parameters)
        found = Table.of(Journeys.rows(self, query, parts, **parameters))
        self.facts[_number(query, self.facts)] = found
        return islice(found.told(), 1 if self.alone else None)


@dataclass(frozen=True, slots=True)
class ToldJourneys(Journeys):
    """Journeys that are not gathered: their sums are known."""

    facts: Facts
    told: set[str]

    @classmethod
    def of(cls, journeys: Journeys, facts: Facts) -> "ToldJourneys":
        """Return journeys of which nothing is gathered."""
        return cls(journeys.engine, journeys.question, journeys.parameters, {}, facts, set())

    def rows(self, query: str, parts: Mapping[str, str] | None = None, /, **parameters: Any) -> Iterator[Any]:
        """Yield the rows of a query as they were noted."""
        if query not in SHAPES:
            return Journeys.rows(self, query, parts, **parameters)
        name = _number(query, self.told)
        self.told.add(name)
        return self.facts[name].told()

    def keep(self, part: str, query: str, **parameters: Any) -> None:
        """Keep nothing: what is asked of it is known."""

    def keep_sql(self, part: str, sql: str, **parameters: Any) -> None:
        """Keep nothing: what is asked of it is known."""

    def key_by(self, level: Level) -> None:
        """Key nothing: what is asked of it is known."""


def replace_facts(facts: Facts, before: Facts, after: Facts) -> Facts:
    """Return facts with those of some owners before taken out and those after put in."""
    return {
        name: _replace_rows(SHAPES[name.partition("#")[0]], table, before[name], after[name])
        for name, table in facts.items()
    }


def _number(query: str, known: Iterable[str]) -> str:
    return f"{query}#{sum(name.startswith(f'{query}#') for name in known)}"


def _replace_rows(shape: Shape, kept: Table, before: Table, after: Table) -> Table:
    columns = kept.columns or before.columns or after.columns
    sums = dict(_split_rows(shape, kept))
    for calculate, table in ((sub, before), (add, after)):
        for key, values in _split_rows(shape, table):
            sums[key] = tuple(map(calculate, sums.get(key, repeat(0)), values))
    if shape.count and sums:
        count = (columns.index(shape.count) if shape.count in columns else len(columns)) - shape.keys
        sums = {key: values for key, values in sums.items() if values[count]}
    found = Table(columns, [(*key, *values)[: len(columns)] for key, values in sums.items()])
    return Table.of(sorted(found.told(), key=shape.order)) if shape.order else found


def _split_rows(shape: Shape, table: Table) -> Iterator[tuple[Row, Row]]:
    """Yield what is summed, and the sums; where rows aren't counted each is one."""
    counted = (1,) if shape.count == _ROWS else ()
    return ((row[: shape.keys], row[shape.keys :] + counted) for row in table.rows)

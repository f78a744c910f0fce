"""The sums that a report is made from: they can be noted, added up and taken from each other, and told again.

Each query of a report counts rows whose owners (visitors and customers that are linked) have nothing to do with each
other. So the sums of some owners can be taken out and put in anew, and the report is that of a full run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
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
        rows = [dict(row) for row in found]
        return cls(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in rows])

    def told(self) -> Iterator[dict[str, Any]]:
        """Yield the rows by the names of their columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


Facts = dict[str, Table]
"""The rows of each query of a report, by its name and its number among those of that name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which columns of a query's rows name what is summed, how many rows went into it, and in which order they come.

    Without ``count`` there is always a row; else a row into which none went is none.
    """

    keys: tuple[str, ...] = ()
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
    "attribution/journeys.reach": Shape(("key",), "touches"),
    "attribution/journeys.waterfall": Shape(
        ("verdict", "reason"),
        "hits",
        lambda row: (row["verdict"] != "human", -row["hits"], row["verdict"], row["reason"]),
    ),
    "attribution/journeys.shared": Shape(
        ("visitor", "customers"), _ROWS, lambda row: (-row["customers"], row["visitor"])
    ),
    "attribution/journeys.busy_customers": Shape(
        ("customer", "orders"), _ROWS, lambda row: (-row["orders"], row["customer"])
    ),
    "attribution/lags.days": Shape(("what", "day", "wait"), "number"),
    "attribution/models.attributed": Shape(),
    "attribution/models.sums": Shape(("key", "denominator"), "shares"),
    "attribution/models.real_sums": Shape(("key", "denominator"), "shares"),
    "attribution/models.squares": Shape(("key",), "owners"),
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
    counted = (*columns, _ROWS) if shape.count == _ROWS else columns
    keys = [place for place, column in enumerate(counted) if column in shape.keys]
    sums = {_key(row, keys): row for row in _count_rows(kept, shape)}
    for calculate, table in ((sub, before), (add, after)):
        for row in _count_rows(table, shape):
            key = _key(row, keys)
            sums[key] = _calculate(calculate, sums.get(key, (0,) * len(row)), row, keys)
    left = [row for row in sums.values() if not shape.count or row[counted.index(shape.count)]]
    found = Table(columns, [row[: len(columns)] for row in left])
    return Table.of(sorted(found.told(), key=shape.order)) if shape.order else found


def _count_rows(table: Table, shape: Shape) -> Sequence[Row]:
    return [(*row, 1) for row in table.rows] if shape.count == _ROWS else table.rows


def _key(row: Row, keys: Sequence[int]) -> Row:
    return tuple(row[place] for place in keys)


def _calculate(calculate: Callable[[Any, Any], Any], total: Row, row: Row, keys: Sequence[int]) -> Row:
    pairs = enumerate(zip(total, row, strict=True))
    return tuple(value if place in keys else calculate(old, value) for place, (old, value) in pairs)

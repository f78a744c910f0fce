"""The sums that a report is made from: they can be noted, added up and taken from each other, and told again.

Each query of a report counts rows whose owners (visitors and customers that are linked) have nothing to do with each
other. So the sums of some owners can be taken out and put in anew, and the report is that of a full run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from o2o.attribution.journeys import Journeys
from o2o.attribution.question import Level

Row = dict[str, Any]
Facts = dict[str, list[Row]]
"""The rows of each query of a report, by its name and its number among those of that name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which columns of a query's rows name what is summed, how many rows went into it, and in which order they come.

    Without ``count`` there is always a row; else a row into which none went is none.
    """

    keys: tuple[str, ...] = ()
    count: str = ""
    order: Callable[[Row], Any] | None = None


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
    "attribution/models.attributed": Shape(),
    "attribution/models.sums": Shape(("key", "denominator"), "shares"),
    "attribution/models.real_sums": Shape(("key", "denominator"), "shares"),
    "attribution/models.squares": Shape(("key",), "owners"),
    "attribution/models.squares_left": Shape(),
}
"""The queries that are sums over owners; all others are asked of the file as it is."""


@dataclass(frozen=True, slots=True)
class NotedJourneys(Journeys):
    """Journeys whose sums are noted as they are read; ``alone``: nothing but sums is read."""

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
        found = [dict(row) for row in Journeys.rows(self, query, parts, **parameters)]
        self.facts[_number(query, self.facts)] = found
        return iter(found)


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
        return iter(self.facts[name])

    def keep(self, part: str, query: str, **parameters: Any) -> None:
        """Keep nothing: what is asked of it is known."""

    def keep_sql(self, part: str, sql: str, **parameters: Any) -> None:
        """Keep nothing: what is asked of it is known."""

    def key_by(self, level: Level) -> None:
        """Key nothing: what is asked of it is known."""


def replace_facts(facts: Facts, before: Facts, after: Facts) -> Facts:
    """Return facts with those of some owners before taken out and those after put in."""
    return {name: _replace_rows(SHAPES[name.partition("#")[0]], rows, before[name], after[name])
            for name, rows in facts.items()}  # fmt: skip


def _number(query: str, known: Iterable[str]) -> str:
    return f"{query}#{sum(name.startswith(f'{query}#') for name in known)}"


def _replace_rows(shape: Shape, rows: list[Row], before: list[Row], after: list[Row]) -> list[Row]:
    sums: dict[tuple[Any, ...], Row] = {}
    for sign, some in ((1, rows), (-1, before), (1, after)):
        for row in some:
            _add(sums.setdefault(tuple(row[key] for key in shape.keys), {}), shape, row, sign)
    left = (row for row in sums.values() if not shape.count or row[shape.count])
    found = [{name: value for name, value in row.items() if name != _ROWS} for row in left]
    return sorted(found, key=shape.order) if shape.order else found


def _add(total: Row, shape: Shape, row: Row, sign: int) -> None:
    for name, value in (row if shape.count in row or not shape.count else row | {shape.count: 1}).items():
        total[name] = value if name in shape.keys else total.get(name, 0) + sign * value

"""What only several cells of a row together show: an end before its start, a member price above the price."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import le, lt
from typing import Any, NamedTuple

from o2o.catalog.kinds import CatalogKind
from o2o.importers.catalog_columns import GOALS
from o2o.importers.messages import (
    ABOVE_PRICE,
    END_BEFORE_START,
    NOT_WHOLE,
    TARGET_WITHOUT_GOAL,
    ZERO_PRICE,
    CellError,
)
from o2o.importers.numbers import minor_units
from o2o.money import Currency
from o2o.problems import Severity

_PERIODS = (("start", "end", le), ("from", "to", lt), ("valid_from", "to", lt), ("produced", "expires", lt))
"""The columns of beginnings and ends; a campaign's end is the instant after its last day, the others are days."""

Columns = dict[str, Sequence[Any]]
"""The values of the columns of a batch of rows, all of the same length."""


class Trouble(NamedTuple):
    """What is wrong with the value of a column in one row of a batch."""

    row: int
    column: str
    error: CellError
    severity: Severity = Severity.ERROR


def check_rows(kind: CatalogKind, columns: Columns, currency: Currency) -> Iterator[Trouble]:
    """Yield what is wrong with rows whose cells are good; a target is brought into the unit of its goal."""
    if kind is not CatalogKind.SHIFTS:  # whose end may be a time alone: they are checked when they are saved
        yield from _check_periods(columns)
    if kind is CatalogKind.CAMPAIGNS:
        yield from _convert_targets(columns, currency)
    yield from _check_prices(columns)


def _check_periods(columns: Columns) -> Iterator[Trouble]:
    for start, end, is_before in _PERIODS:
        if start in columns and end in columns:
            for row, (first, last) in enumerate(zip(columns[start], columns[end], strict=True)):
                if first is not None and last is not None and is_before(last, first):
                    yield Trouble(row, end, CellError(END_BEFORE_START))


def _convert_targets(columns: Columns, currency: Currency) -> Iterator[Trouble]:
    if "target" not in columns:
        return
    targets = columns["target"]
    goals = columns.get("goal", [""] * len(targets))
    converted: list[int | None] = []
    for row, (goal, target) in enumerate(zip(goals, targets, strict=True)):
        converted.append(None)
        try:
            converted[-1] = None if target is None else _convert_target(goal, target, currency)
        except CellError as error:
            yield Trouble(row, "target", error)
    columns["target"] = converted


def _convert_target(goal: str, target: Decimal, currency: Currency) -> int:
    if not goal:
        raise CellError(TARGET_WITHOUT_GOAL, choices=", ".join(f"{goal} {names[0]}" for goal, names in GOALS.items()))
    if goal == "revenue":
        return minor_units(target, currency)
    if target != int(target):
        raise CellError(NOT_WHOLE, least=1)
    return int(target)


def _check_prices(columns: Columns) -> Iterator[Trouble]:
    for name in ("price", "member_price", "promo_price"):
        prices = columns.get(name, ())
        if 0 in prices:
            yield from (_warn(row, name, CellError(ZERO_PRICE)) for row, price in enumerate(prices) if price == 0)
    for lower, higher in (("member_price", "price"), ("promo_price", "price"), ("cost_price", "price")):
        if lower in columns and higher in columns:
            pairs = list(zip(columns[lower], columns[higher], strict=True))
            wrong = {pair for pair in set(pairs) if None not in pair and pair[0] > pair[1]}
            rows = [row for row, pair in enumerate(pairs) if pair in wrong] if wrong else []
            yield from (_warn(row, lower, CellError(ABOVE_PRICE)) for row in rows)


def _warn(row: int, column: str, error: CellError) -> Trouble:
    return Trouble(row, column, error, Severity.WARNING)

"""Sheets of paper and the grid of cells on them, in mm from the top left of the page."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from o2o.errors import SettingError
from o2o.resources import find_resource


@dataclass(frozen=True, slots=True)
class Stock:
    """A page and where its cells lie; origin and pitch are given, never derived, so that nothing drifts."""

    name: str
    about: str
    page: tuple[float, float]
    cell: tuple[float, float]
    grid: tuple[int, int] = (1, 1)
    origin: tuple[float, float] = (0.0, 0.0)
    pitch: tuple[float, float] = (0.0, 0.0)
    dpi: int | None = None
    cut_marks: bool = False

    @property
    def cells(self) -> int:
        """How many cells a page has."""
        return self.grid[0] * self.grid[1]

    def corner(self, cell: int) -> tuple[float, float]:
        """Return the top left corner of a cell; cells count from 0, row by row."""
        row, column = divmod(cell, self.grid[0])
        return self.origin[0] + column * self.pitch[0], self.origin[1] + row * self.pitch[1]


def page_stock(name: str, width: float, height: float) -> Stock:
    """Return a page that is one cell."""
    return Stock(name, "", (width, height), (width, height))


@cache
def read_stocks() -> dict[str, Stock]:
    """Return the stocks that o2o ships, by name."""
    tables = tomllib.loads(find_resource("templates", "stocks.toml").read_text(encoding="utf-8"))
    return {name: Stock(name, **_with_tuples(table)) for name, table in tables.items()}


def _with_tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


@cache
def find_stock(name: str) -> Stock:
    """Return a stock by its name in either case; raises SettingError that lists what there is."""
    stocks = {stock.name.upper(): stock for stock in read_stocks().values()}
    if name.upper() not in stocks:
        raise SettingError("stock", name, "there is no such stock", f"use one of {', '.join(read_stocks())}")
    return stocks[name.upper()]

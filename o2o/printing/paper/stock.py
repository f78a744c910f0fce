"""A sheet of paper and the grid of cells on it, in mm from the top left of the page."""

import re
from dataclasses import dataclass

from o2o.errors import SettingError

_LONGEST = 5080.0  # mm, the side of the largest page that a PDF may have
MOST_CELLS = 9999  # what --start and --skip count to
_SLACK = 0.05  # mm, for what was measured in inches
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×X*,]\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*")


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
    aliases: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """How many cells a page has."""
        return self.grid[0] * self.grid[1]

    @property
    def end(self) -> tuple[float, float]:
        """The bottom right corner of the last cell."""
        x, y = self.corner(self.cells - 1)
        return x + self.cell[0], y + self.cell[1]

    def corner(self, cell: int) -> tuple[float, float]:
        """Return the top left corner of a cell; cells count from 0, row by row."""
        row, column = divmod(cell, self.grid[0])
        return self.origin[0] + column * self.pitch[0], self.origin[1] + row * self.pitch[1]


def page_stock(name: str, width: float, height: float) -> Stock:
    """Return a page that is one cell."""
    return Stock(name, "", (width, height), (width, height))


def parse_size(text: str, what: str = "size") -> tuple[float, float]:
    """Return two lengths in mm, such as ``70x37.125``; raises SettingError."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise SettingError(what, text, "these are not two lengths in mm", "write them as 70x37.125")
    return float(found[1]), float(found[2])


def parse_grid(text: str) -> tuple[int, int]:
    """Return columns and rows, such as ``3x8``; raises SettingError."""
    columns, rows = parse_size(text, "grid")
    if not (columns.is_integer() and rows.is_integer() and columns * rows):
        raise SettingError("grid", text, "these are not columns and rows", "write them as 3x8")
    return int(columns), int(rows)


def check_stock(stock: Stock) -> None:
    """Raise SettingError when cells overrun the page, overlap, or have no size, and when no page can be as large."""
    if max(stock.page) > _LONGEST:
        page = "x".join(f"{side:g}" for side in stock.page)
        raise SettingError("page", page, f"a page has sides of at most {_LONGEST:g} mm", "write them in mm")
    if stock.cells > MOST_CELLS:
        grid = "x".join(map(str, stock.grid))
        raise SettingError("grid", grid, f"a page has at most {MOST_CELLS:,} cells", "count them again")
    for axis, (side, across) in enumerate((("width", "columns"), ("height", "rows"))):
        if stock.cell[axis] <= 0:
            raise SettingError("cell", f"{stock.cell[axis]:g}", f"this is no {side}", "measure a cell, in mm")
        if stock.grid[axis] > 1 and stock.pitch[axis] < stock.cell[axis] - _SLACK:
            raise SettingError(
                "pitch", f"{stock.pitch[axis]:g}",
                f"the {across} overlap, as a cell has a {side} of {stock.cell[axis]:g} mm",
                "measure from the edge of a cell to the same edge of the next",
            )  # fmt: skip
        if stock.end[axis] > stock.page[axis] + _SLACK:
            raise SettingError(
                "grid", "x".join(map(str, stock.grid)),
                f"the {across} end at {stock.end[axis]:g} mm, the page at {stock.page[axis]:g}",
                "measure origin and pitch again, or take a larger page",
            )  # fmt: skip

"""Which label comes to lie in which cell of which page; labels, cells and pages count from 0, cells row by row.

A plan answers for any label and for any page, and keeps no list of either: a million labels take no memory.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from o2o.errors import SettingError

_CELLS = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


class Order(StrEnum):
    """In which order labels fill the cells of sheets."""

    ROWS = "rows"
    COLUMNS = "columns"
    CUT_AND_STACK = "cut-and-stack"


class Flip(StrEnum):
    """About which edge of the paper a printer turns it to print its back."""

    LONG_EDGE = "long-edge"
    SHORT_EDGE = "short-edge"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where labels go on sheets of a grid (columns, rows), of whose first one some cells are used up.

    Only cut and stack needs to know how many labels there are. It fills a stack of cells, one on each
    sheet, before the next: cut through all sheets at once, the stacks lie in the order of the labels.
    """

    grid: tuple[int, int]
    used: frozenset[int] = frozenset()
    order: Order = Order.ROWS
    labels: int = 0

    @property
    def cells(self) -> int:
        """How many cells a sheet has."""
        return self.grid[0] * self.grid[1]

    @property
    def pages(self) -> int:
        """How many sheets all labels take."""
        return -(-(self.labels + len(self.used)) // self.cells) if self.labels else 0

    def place(self, label: int) -> tuple[int, int]:
        """Return the page and the cell of a label."""
        return next(self.place_all([label]))

    def place_all(self, labels: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield the page and the cell of each label."""
        if self.order is Order.CUT_AND_STACK:
            yield from map(self._place_in_stack, labels)
            return
        way, free = _ways(self)
        first, cells = len(free), self.cells
        for label in labels:
            if label < first:
                yield 0, free[label]
            else:
                page, turn = divmod(label - first, cells)
                yield page + 1, way[turn]

    def page(self, page: int) -> Iterator[tuple[int, int]]:
        """Yield each cell of a page that is filled, in the order of its cells, with its label."""
        for cell in range(self.cells):
            label = self.label_at(page, cell)
            if label is not None and label < self.labels:
                yield cell, label

    def label_at(self, page: int, cell: int) -> int | None:
        """Return the label that is due in a cell, None for a cell that is used up."""
        if page == 0 and cell in self.used:
            return None
        if self.order is Order.CUT_AND_STACK:
            return _stack_ends(self)[cell] - self.pages + page
        way, free = _ways(self)
        return free.index(cell) if page == 0 else len(free) + (page - 1) * self.cells + way.index(cell)

    def in_turn(self) -> Iterator[int]:
        """Yield every label in the order in which the pages show them."""
        for page in range(self.pages):
            for _, label in self.page(page):
                yield label

    def _place_in_stack(self, label: int) -> tuple[int, int]:
        ends = _stack_ends(self)
        cell = bisect_right(ends, label)
        return self.pages - ends[cell] + label, cell


@dataclass(frozen=True, slots=True)
class Turns(Collection[int]):
    """The numbers of things in the order in which the pages of a plan show their labels, so many copies of each.

    ``ends``, where there are any, say instead behind which label those of each thing end.
    """

    plan: Plan
    copies: int = 1
    ends: Sequence[int] = ()

    def __len__(self) -> int:
        return self.plan.labels

    def __contains__(self, number: object) -> bool:
        return number in range(len(self.ends) or self.plan.labels // self.copies)

    def __iter__(self) -> Iterator[int]:
        if self.ends:
            return (bisect_right(self.ends, label) for label in self.plan.in_turn())
        return (label // self.copies for label in self.plan.in_turn())


@lru_cache(8)
def _ways(plan: Plan) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the cells of a sheet in the order in which they are filled, and those of the first sheet."""
    columns, rows = plan.grid
    way: Iterable[int] = range(plan.cells)
    if plan.order is Order.COLUMNS:
        way = (row * columns + column for column in range(columns) for row in range(rows))
    way = tuple(way)
    return way, tuple(cell for cell in way if cell not in plan.used)


@lru_cache(8)
def _stack_ends(plan: Plan) -> tuple[int, ...]:
    """Return behind which label each stack ends; one that begins with a used cell lacks its first sheet."""
    return tuple(accumulate(plan.pages - (cell in plan.used) for cell in range(plan.cells)))


def parse_cells(text: str) -> frozenset[int]:
    """Return the cells of a list such as ``1-5,9``, counted from 0; raises SettingError."""
    cells: set[int] = set()
    for part in re.split("[,，]", text):
        found = _CELLS.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 0 < first <= last:
            raise SettingError("skip", text, f"{part.strip()!r} is no label of a sheet", "write them as 1-5,9")
        cells.update(range(first - 1, last))
    return frozenset(cells)


def mirror(page: tuple[float, float], cell: tuple[float, float, float, float], flip: Flip) -> tuple[float, float]:
    """Return the corner of a cell's back on the back of its page; the cell is given as x, y, width, height."""
    x, y, width, height = cell
    upright = page[1] >= page[0]
    if (flip is Flip.LONG_EDGE) == upright:
        return page[0] - x - width, y
    return x, page[1] - y - height

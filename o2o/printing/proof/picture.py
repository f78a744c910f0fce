"""Pictures of a page: the codes in them, their modules, and areas in which nothing is to be seen."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING

from o2o.codes.reader import Corners, Format, Reading, read_codes
from o2o.codes.symbol import QUIET_ZONE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Greys = NDArray[np.uint8]

_LEAST_CONTRAST = 24  # of 255 greys, below which nothing can be seen


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on a page, in mm from its top left."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies in this area."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def widened(self, by: float) -> "Area":
        """Return the area with so many mm more on each side."""
        return Area(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class Picture:
    """Grey pixels, so many to a mm across and down; where on the page their top left lies."""

    greys: "Greys"
    across: float
    down: float
    x: float = 0.0
    y: float = 0.0

    def codes(self, *formats: Format, quick: bool = True) -> list[Reading]:
        """Return the codes with their places in mm on the page."""
        return [self._placed(code, self.across) for code in read_codes(self.greys, *formats, quick=quick)]

    def _placed(self, code: Reading, across: float) -> Reading:
        def place(x: float, y: float) -> tuple[float, float]:
            return self.x + x / across, self.y + y / self.down

        symbol = code.symbol
        if symbol:
            first, right, below = (place(*corner) for corner in symbol.corners)
            symbol = replace(symbol, corners=(first, right, below))
        return Reading(code.text, code.format, *place(code.x, code.y), symbol)

    def cut(self, area: Area) -> "Greys":
        """Return the pixels that an area touches."""
        left, top = floor((area.x - self.x) * self.across), floor((area.y - self.y) * self.down)
        right, bottom = (
            ceil((area.x + area.width - self.x) * self.across),
            ceil((area.y + area.height - self.y) * self.down),
        )
        return self.greys[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]

    def modules(self, corners: Corners, size: int) -> "Greys":
        """Return the greys in the middle of the modules of a symbol and its quiet zone, from its three corners."""
        import numpy as np

        (x, y), (right_x, right_y), (below_x, below_y) = corners
        steps = _middles(size)
        columns, lines = x + steps * (right_x - x), y + steps * (below_y - y)
        turned = abs(right_y - y) + abs(below_x - x) > abs(right_x - x) / size  # or not square to the page
        if turned:
            columns = columns + steps[:, None] * (below_x - x)
            lines = lines[:, None] + steps * (right_y - y)
        height, width = self.greys.shape
        rows = ((lines - self.y) * self.down).astype(np.intp).clip(0, height - 1)
        places = ((columns - self.x) * self.across).astype(np.intp).clip(0, width - 1)
        pixels: Greys = self.greys[rows, places] if turned else self.greys[rows][:, places]
        return pixels

    def flat_areas(self, areas: "NDArray[np.float64]") -> list[Area]:
        """Return those of many areas, as rows of x, y, width and height, in which there is nothing to be seen."""
        blank = (Area(*area.tolist()) for area in areas[self._flat_in_the_middle(areas)])  # most texts show there
        return [area for area in blank if self.is_flat(area)]

    def is_flat(self, area: Area) -> bool:
        """Tell whether there is nothing to be seen in an area."""
        return _is_flat(self.cut(area))

    def _flat_in_the_middle(self, areas: "NDArray[np.float64]") -> "NDArray[np.bool_]":
        import numpy as np

        if not len(areas):
            return np.zeros(0, np.bool_)
        height, width = self.greys.shape
        x, y, long, high = areas.T
        left, right = (((edge - self.x) * self.across).clip(0, width - 1).astype(np.intp) for edge in (x, x + long))
        starts = ((y + high / 2 - self.y) * self.down).clip(0, height - 1).astype(np.intp) * width
        runs = np.stack([starts + left, starts + np.maximum(right, left + 1)], axis=1).ravel()
        runs = runs.clip(0, self.greys.size - 1)
        pixels = self.greys.ravel()
        darkest, lightest = np.minimum.reduceat(pixels, runs)[::2], np.maximum.reduceat(pixels, runs)[::2]
        flat: NDArray[np.bool_] = lightest - darkest < _LEAST_CONTRAST
        return flat


@lru_cache(40)
def _middles(size: int) -> "NDArray[np.float64]":
    """Return where the middles of the modules of a symbol and its quiet zone are, of 1 that its side is."""
    import numpy as np

    return (np.arange(-QUIET_ZONE, size + QUIET_ZONE) + 0.5) / size


def _is_flat(greys: "Greys") -> bool:
    return not greys.size or int(greys.max()) - int(greys.min()) < _LEAST_CONTRAST

"""Codes as PDF operators: a path of rectangles, looked up by what they are, or an image of one bit.

Modules are counted downwards from the code's top left. All of a code is one path, so that rectangles side by side
leave no seam.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from o2o.codes.symbol import Symbol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INSET = 0.001  # modules; a renderer that paints each dot an edge touches (poppler, in black and white at 300 dpi)
# would else add a dot to every dark run: 13.5 % more black, measured, and none with it

_FINDER = 7  # modules of a side
_LEAST_SIZE = 21  # of a symbol, whose finders lie where they lie in every symbol
_LENGTHS = 256  # more than modules a side


def symbol_path(symbol: Symbol) -> str:
    """Return the rectangles of a symbol: a run of dark modules each, and its three finders, alike in every symbol."""
    import numpy as np

    runs = _runs(symbol.size)
    runs.modules[...] = symbol.matrix
    if runs.data is not None:
        runs.modules &= runs.data
    edges = np.flatnonzero(runs.flat[1:] != runs.flat[:-1])
    starts = edges[::2]
    keys = starts * _LENGTHS + (edges[1::2] - starts)
    return runs.finders + "".join(map(runs.__getitem__, keys.tolist()))


class _Runs(dict[int, str]):
    """The rectangle of each run of a size of symbols, by where it begins and how long it is; and room to find runs."""

    def __init__(self, size: int) -> None:
        import numpy as np

        self._width = size + 1
        # a light module before the first and one behind each row: so a run begins and ends at a change
        self.flat = np.zeros(1 + size * self._width, bool)
        self.modules: NDArray[np.bool_] = self.flat[1:].reshape(size, self._width)[:, :size]
        self.data = _data_modules(size) if size >= _LEAST_SIZE else None
        self.finders = _finder_path(size) if size >= _LEAST_SIZE else ""

    def __missing__(self, key: int) -> str:
        start, length = divmod(key, _LENGTHS)
        row, column = divmod(start, self._width)
        shown = self[key] = _rectangle(column, row, length, 1)
        return shown


@cache
def _runs(size: int) -> _Runs:
    return _Runs(size)


def _data_modules(size: int) -> "NDArray[np.bool_]":
    import numpy as np

    data = np.ones((size, size), bool)
    for column, row in _finder_corners(size):
        data[row : row + _FINDER, column : column + _FINDER] = False
    return data


def _finder_corners(size: int) -> tuple[tuple[int, int], ...]:
    return (0, 0), (size - _FINDER, 0), (0, size - _FINDER)


def _finder_path(size: int) -> str:
    return "".join(
        _rectangle(column + x, row + y, width, height)
        for column, row in _finder_corners(size)
        for x, y, width, height in ((0, 0, 7, 1), (0, 1, 1, 5), (6, 1, 1, 5), (0, 6, 7, 1), (2, 2, 3, 3))
    )


def symbol_image(symbol: Symbol) -> str:
    """Return a symbol as an image of one bit in the unit square."""
    import numpy as np

    bits = np.packbits(symbol.matrix, axis=1).tobytes().hex()
    return f"BI/W {symbol.size}/H {symbol.size}/IM true/D[1 0]/F/AHx ID {bits}> EI"


def bars_path(bars: tuple[tuple[int, int, int], ...]) -> str:
    """Return the rectangles of a linear code: first module, modules wide, modules high each."""
    return "".join(map(_bar, bars))


@lru_cache(1 << 14)
def _bar(bar: tuple[int, int, int]) -> str:
    x, width, height = bar
    return _rectangle(x, 0, width, height)


def _rectangle(x: int, y: int, width: int, height: int) -> str:
    return re.sub(r"\b0\.", ".", f"{x} {y} {width - INSET:g} {height - INSET:g} re\n")

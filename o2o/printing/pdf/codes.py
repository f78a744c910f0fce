"""Codes as PDF operators: a path of rectangles, looked up by what they are, or an image of one bit.

Modules are counted downwards from the code's top left. All of a code is one path, so that rectangles side by side
leave no seam.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from o2o.codes.symbol import Symbol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INSET = 0.001  # modules; a renderer that paints each dot an edge touches (poppler, in black and white at 300 dpi)
# would else add a dot to every dark run: 13.5 % more black, measured, and none with it

_FINDER = 7  # modules of a side
_LEAST_SIZE = 21  # of a symbol, whose finders lie where they lie in every symbol


def symbol_path(symbol: Symbol) -> str:
    """Return the rectangles of a symbol: a run of dark modules each, and its three finders, alike in every symbol."""
    return symbol_paths([symbol])[0]


def symbol_paths(symbols: Sequence[Symbol]) -> list[str]:
    """Return ``symbol_path`` of many symbols, in a third of the time for those of one size."""
    paths: dict[int, str] = {}
    for size in {symbol.size for symbol in symbols}:
        places = [place for place, symbol in enumerate(symbols) if symbol.size == size]
        paths |= zip(places, _runs(size).paths([symbols[place].matrix for place in places]), strict=True)
    return [paths[place] for place in range(len(symbols))]


class _Runs:
    """The runs of dark modules in the symbols of one size: room to find them, and the rectangle of each."""

    def __init__(self, size: int) -> None:
        import numpy as np

        self._width = size + 1
        self._size = size
        self._data = _data_modules(size)
        self._finders = _finder_path(size) if size >= _LEAST_SIZE else ""
        self._rectangles = np.empty(size * self._width * (self._width + 1), object)

    def paths(self, matrices: "Sequence[NDArray[np.bool_]]") -> list[str]:
        """Return the rectangles of each symbol."""
        import numpy as np

        # a light module before each symbol and one behind each of its rows: so a run begins and ends where light
        # changes to dark or back, and its number is made of both places
        flat = np.zeros((len(matrices), 1 + self._size * self._width), bool)
        modules = flat[:, 1:].reshape(-1, self._size, self._width)[..., : self._size]
        np.bitwise_and(np.stack(matrices), self._data, out=modules)
        symbols, changes = (flat[:, 1:] != flat[:, :-1]).nonzero()
        starts = changes[::2]
        numbers = starts * self._width + (changes[1::2] - starts)
        bounds = np.searchsorted(symbols[::2], np.arange(len(matrices) + 1)).tolist()
        rectangles = self._rectangles[numbers].tolist()
        try:
            return [self._finders + "".join(rectangles[start:end]) for start, end in pairwise(bounds)]
        except TypeError:  # a run that comes for the first time has none yet
            for number in {number for number in numbers.tolist() if self._rectangles[number] is None}:
                self._rectangles[number] = self._rectangle(number)
            return self.paths(matrices)

    def _rectangle(self, number: int) -> str:
        start, length = divmod(number, self._width)
        row, column = divmod(start, self._width)
        return _rectangle(column, row, length, 1)


@cache
def _runs(size: int) -> _Runs:
    return _Runs(size)


def _data_modules(size: int) -> "NDArray[np.bool_]":
    """Return where the modules lie that are not of the finders."""
    import numpy as np

    data = np.ones((size, size), bool)
    for column, row in _finder_corners(size) if size >= _LEAST_SIZE else ():
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
    return "".join(map(_BARS.__getitem__, bars))


class _Bars(dict[tuple[int, int, int], str]):
    """The rectangle of each bar."""

    def __missing__(self, bar: tuple[int, int, int]) -> str:
        x, width, height = bar
        shown = self[bar] = _rectangle(x, 0, width, height)
        return shown


_BARS = _Bars()


def _rectangle(x: int, y: int, width: int, height: int) -> str:
    return re.sub(r"\b0\.", ".", f"{x} {y} {width - INSET:g} {height - INSET:g} re\n")

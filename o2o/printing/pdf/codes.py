"""Codes as PDF operators: a path of rectangles, looked up by what they are, or an image of one bit.

Modules are counted downwards from the code's top left. All of a code is one path, so that rectangles side by side
leave no seam.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.items import BarGroup

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

INSET = 0.001  # modules; a renderer that paints each dot an edge touches (poppler, in black and white at 300 dpi)
# would else add a dot to every dark run: 13.5 % more black, measured, and none with it

_STRIP = 8  # modules
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
        paths |= zip(places, _strips(size).paths([symbols[place].matrix for place in places]), strict=True)
    return [paths[place] for place in range(len(symbols))]


class _Strips:
    """The symbols of one size as strips of eight modules of a row: the rectangles of each strip, made when first seen.

    A strip is known by its place and nine bits, the last of which tells whether its last run goes on in the next strip.
    """

    def __init__(self, size: int) -> None:
        import numpy as np

        self._size = size
        self._strips = -(-size // _STRIP)  # of a row
        self._data = _data_modules(size)
        self._finders = _finder_path(size) if size >= _LEAST_SIZE else ""
        self._places = np.arange(size * self._strips, dtype=np.int32).reshape(size, -1) << (_STRIP + 1)
        self._rectangles = np.empty(self._places.size << (_STRIP + 1), object)

    def paths(self, matrices: "Sequence[NDArray[np.bool_]]") -> list[str]:
        """Return the rectangles of each symbol."""
        import numpy as np

        modules = np.concatenate(matrices).reshape(-1, self._size, self._size) & self._data
        strips = np.packbits(modules, axis=2).astype(np.int32)
        numbers = self._places + (strips << 1)
        numbers[..., :-1] += strips[..., 1:] >> (_STRIP - 1)
        rectangles = self._rectangles[numbers.reshape(len(matrices), -1)].tolist()
        try:
            return [self._finders + "".join(parts) for parts in rectangles]
        except TypeError:  # a strip that comes for the first time has none yet
            for number in {number for number in numbers.ravel().tolist() if self._rectangles[number] is None}:
                self._rectangles[number] = self._draw(number)
            return self.paths(matrices)

    def _draw(self, number: int) -> str:
        place, bits = divmod(number, 2 << _STRIP)
        row, strip = divmod(place, self._strips)
        runs = (run.span() for run in re.finditer("1+", f"{bits:0{_STRIP + 1}b}"))
        return "".join(
            _rectangle(strip * _STRIP + start, row, min(end, _STRIP) - start, 1, goes_on=end > _STRIP)
            for start, end in runs
            if start < _STRIP
        )


@cache
def _strips(size: int) -> _Strips:
    return _Strips(size)


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


def bars_path(groups: Iterable[BarGroup]) -> str:
    """Return the rectangles of a linear code."""
    return "".join(map(_group_path, groups))


@lru_cache(1 << 14)
def _group_path(group: BarGroup) -> str:
    return "".join(_rectangle(x, 0, width, height) for x, width, height in group)


def _rectangle(x: int, y: int, width: int, height: int, *, goes_on: bool = False) -> str:
    """Return a rectangle; one that ``goes_on`` meets the next one on its right."""
    across = width if goes_on else width - INSET
    return re.sub(r"\b0\.", ".", f"{x} {y} {across:g} {height - INSET:g} re\n")

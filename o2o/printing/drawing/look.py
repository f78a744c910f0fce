"""How a code looks: the shape of its modules, its colours, a logo in its middle, a frame that says what a scan brings.

A look is arranged as a drawing in modules, which each format of a picture draws in its own way.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.errors import InputFileError, SettingError
from o2o.printing.drawing.contrast import BETTER_COLOURS, find_likeness
from o2o.printing.drawing.fonts import BOLD, text_width
from o2o.text_files import read_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLACK, WHITE = "#000000", "#ffffff"
LOGO_LEVEL = "H"
"""The error correction of a code with a logo: the others have too little to spare."""

_LOGO_SHARE = 0.25  # of the side; half of what still reads on a clean print
_LOGO_MARGIN = 0.5
_LOGO_PIXELS = 600
_FINDER = 7
_ROUND = 0.4
_FRAME = 1.5
_BAND = 6.0
_BAND_TEXT = 0.6
_LEAST_TEXT = 0.5
_MARK = 0.12
_CURVE = 0.5523  # how far the handles of a Bézier curve reach that is a quarter of a circle


class Shape(StrEnum):
    """What a module is drawn as."""

    SQUARE = "square"
    DOT = "dot"
    ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class Look:
    """How a code looks; without any of this it is plain: black squares on white."""

    shape: Shape = Shape.SQUARE
    dark: str = BLACK
    light: str = WHITE
    logo: Path | None = None
    call: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing but size and place could make it hard to read."""
        return self == PLAIN

    @property
    def is_square(self) -> bool:
        """Whether it is but squares, of whatever colour."""
        return self.shape is Shape.SQUARE and not self.logo and not self.call

    @property
    def border(self) -> tuple[float, float]:
        """How many modules the frame has on each side, and how many more below."""
        return (_FRAME, _BAND) if self.call else (0.0, 0.0)

    def check(self) -> None:
        """Raise SettingError for colours that a reader can't tell apart."""
        if reason := find_likeness(self.dark, self.light):
            raise SettingError("colours", f"{self.dark} on {self.light}", f"they {reason}", BETTER_COLOURS)


PLAIN = Look()
"""Black squares on white."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle in modules from the top left; ``corners`` (from the top left, clockwise) are the round ones."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 0.0
    corners: tuple[bool, bool, bool, bool] = (False, False, False, False)


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text in the middle of a rectangle; ``size`` is the height of its letters."""

    x: float
    y: float
    width: float
    height: float
    text: str
    size: float
    colour: str


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture in a square, whole and undistorted."""

    x: float
    y: float
    side: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a picture shows, in modules: its size and its parts in their order."""

    width: float
    height: float
    parts: tuple[Block | Words | Logo, ...]


def call_size(call: str, symbol: Symbol) -> float:
    """Return the size in modules of the letters of a call in the frame of a symbol, 0 where they would be too small."""
    full = _BAND_TEXT * (_FRAME + _BAND)
    fitting = (symbol.size + 2 * QUIET_ZONE) / text_width(call, BOLD, 1)
    return min(full, fitting) if fitting >= _LEAST_TEXT * full else 0.0


def arrange(symbol: Symbol, look: Look, mark: str = "") -> Drawing:
    """Return the drawing of a symbol in a look; ``mark`` is written below it, such as SAMPLE."""
    side = symbol.size + 2 * QUIET_ZONE
    edge, band = look.border
    below = side * _MARK if mark else 0.0
    width, height = side + 2 * edge, side + 2 * edge + band + below
    parts = [
        Block(0, 0, width, height, WHITE if look.call else look.light),
        *(_arrange_frame(symbol, look, width, height - below) if look.call else ()),
        *_arrange_code(symbol, look, edge + QUIET_ZONE),
        *([Words(0, height - below, width, below, mark, below * _BAND_TEXT, BLACK)] if mark else ()),
    ]
    return Drawing(width, height, tuple(parts))


def _arrange_frame(symbol: Symbol, look: Look, width: float, height: float) -> Iterator[Block | Words]:
    size = call_size(look.call, symbol)
    if not size:
        raise SettingError("call", look.call, "too long for the frame", "use fewer words")
    side = width - 2 * _FRAME
    yield Block(0, 0, width, height, look.dark, 2.5, (True,) * 4)
    yield Block(_FRAME, _FRAME, side, side, look.light, 1.5, (True,) * 4)
    top = side + _FRAME
    yield Words(0, top, width, height - top, look.call, size, look.light)


def _arrange_code(symbol: Symbol, look: Look, origin: float) -> Iterator[Block | Logo]:
    matrix = symbol.matrix.copy()
    pad = _pad_side(symbol.size) if look.logo else 0
    start = (symbol.size - pad) // 2
    matrix[start : start + pad, start : start + pad] = False
    for block in _SHAPES[look.shape](matrix, look):
        yield Block(
            block.x + origin, block.y + origin, block.width, block.height, block.colour, block.radius, block.corners
        )
    if look.logo:
        place = origin + start + _LOGO_MARGIN
        yield Logo(place, place, pad - 2 * _LOGO_MARGIN, load_logo(look.logo))


def load_logo(path: Path) -> bytes:
    """Return a picture as PNG, no finer than a logo needs; what can't be drawn raises InputFileError."""
    from PIL import UnidentifiedImageError

    try:
        return _shrink(read_bytes(path))
    except (UnidentifiedImageError, OSError):
        raise InputFileError(path, "not a picture that can be drawn", "use a PNG or JPEG") from None


@lru_cache(8)
def _shrink(data: bytes) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((_LOGO_PIXELS, _LOGO_PIXELS))
        image.convert("RGBA").save(out, "PNG")
    return out.getvalue()


def outline(block: Block) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield the steps around a block, clockwise from the top left: m(ove), l(ine), c(urve), each with its points."""
    left, top, right, bottom = block.x, block.y, block.x + block.width, block.y + block.height
    one, two, three, four = (block.radius if corner else 0.0 for corner in block.corners)
    far = 1 - _CURVE
    yield "m", (left + one, top)
    yield "l", (right - two, top)
    if two:
        yield "c", (right - two * far, top, right, top + two * far, right, top + two)
    yield "l", (right, bottom - three)
    if three:
        yield "c", (right, bottom - three * far, right - three * far, bottom, right - three, bottom)
    yield "l", (left + four, bottom)
    if four:
        yield "c", (left + four * far, bottom, left, bottom - four * far, left, bottom - four)
    yield "l", (left, top + one)
    if one:
        yield "c", (left, top + one * far, left + one * far, top, left + one, top)


def _pad_side(size: int) -> int:
    """Return the side of the ground of a logo: whole modules, in the middle."""
    side = int(size * _LOGO_SHARE)
    return side if side % 2 == size % 2 else side - 1


def _squares(matrix: "NDArray[np.bool_]", look: Look) -> Iterator[Block]:
    for y, row in enumerate(matrix):
        for x, length in _runs(row):
            yield Block(x, y, length, 1, look.dark)


def _dots(matrix: "NDArray[np.bool_]", look: Look) -> Iterator[Block]:
    matrix = matrix.copy()
    far = len(matrix) - _FINDER
    for x, y in ((0, 0), (far, 0), (0, far)):
        matrix[y : y + _FINDER, x : x + _FINDER] = False
        for inset, colour, radius in ((0, look.dark, 2.0), (1, look.light, 1.3), (2, look.dark, 1.0)):
            side = _FINDER - 2 * inset
            yield Block(x + inset, y + inset, side, side, colour, radius, (True,) * 4)
    for y, row in enumerate(matrix.tolist()):
        for x, dark in enumerate(row):
            if dark:  # as large as a module: smaller dots cost up to two of the eighteen trials
                yield Block(x, y, 1, 1, look.dark, 0.5, (True,) * 4)


def _rounded(matrix: "NDArray[np.bool_]", look: Look) -> Iterator[Block]:
    """Yield runs of modules whose ends are round where no module touches them above or below."""
    for y, row in enumerate(matrix):
        above = matrix[y - 1] if y else row & False
        below = matrix[y + 1] if y + 1 < len(matrix) else row & False
        for x, length in _runs(row):
            last = x + length - 1
            corners = (not above[x], not above[last], not below[last], not below[x])
            yield Block(x, y, length, 1, look.dark, _ROUND, corners)


def _runs(row: "NDArray[np.bool_]") -> Iterator[tuple[int, int]]:
    """Yield where each run of dark modules of a row begins and how long it is."""
    import numpy as np

    edges = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)).tolist()
    yield from ((start, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True))


_SHAPES = {Shape.SQUARE: _squares, Shape.DOT: _dots, Shape.ROUNDED: _rounded}

"""Texts in whole dots, black or white, as panels of electronic shelf labels and label printers show them.

FreeType's hints for one bit keep strokes apart that a threshold lets run together. Glyphs are kept by columns,
so that a line of text is the columns of its characters one after the other.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from o2o.printing.drawing.fonts import find_chain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ABOVE, _BELOW = 1.3, 0.5  # of the size, from the baseline; no letter of any script reaches further


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture of one bit: its size, its rows padded to whole bytes, how many of them lie above a text's baseline."""

    width: int
    height: int
    rows: bytes
    above: int = 0

    @property
    def row_bytes(self) -> int:
        """How many bytes a row has."""
        return (self.width + 7) // 8

    def cut(self, columns: int, rows: int) -> "Dots":
        """Return it without so many columns on the left and rows at the top; at least a dot is left."""
        import numpy as np

        dots = np.unpackbits(np.frombuffer(self.rows, np.uint8).reshape(self.height, -1), axis=1)[:, : self.width]
        left = dots[min(rows, self.height - 1) :, min(columns, self.width - 1) :]
        return Dots(left.shape[1], left.shape[0], np.packbits(left, axis=1).tobytes())


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character's dots, a byte each, by columns; the first row with ink, and the first below it without."""

    columns: bytes
    top: int
    bottom: int


@lru_cache(1 << 12)
def text_dots(text: str, chain: str, size: float) -> Dots | None:
    """Return a line of text whose size is given in dots, or None when it shows nothing."""
    import numpy as np

    pixels = max(1, round(size))
    widths, end, x, glyphs = find_chain(chain).widths, 0, 0.0, []
    for character in text:
        x += widths[character] * size
        start, end = end, round(x)
        glyphs.append(_glyph(chain, pixels, character, end - start))
    top = min([glyph.top for glyph in glyphs], default=0)
    bottom = max([glyph.bottom for glyph in glyphs], default=0)
    if top >= bottom:
        return None
    height, above = _rows(pixels)
    columns = np.frombuffer(b"".join([glyph.columns for glyph in glyphs]), np.uint8).reshape(end, height)
    # in one piece first: packing bits across columns takes three times as long
    rows = np.packbits(np.ascontiguousarray(columns.T[top:bottom]), axis=1)
    return Dots(end, bottom - top, rows.tobytes(), above - top)


@cache
def _rows(pixels: int) -> tuple[int, int]:
    """Return how many rows a glyph has, and how many of them above the baseline."""
    above = ceil(_ABOVE * pixels)
    return above + ceil(_BELOW * pixels), above


@lru_cache(1 << 16)
def _glyph(chain: str, pixels: int, character: str, width: int) -> _Glyph:
    """Return a character in so many columns; ink that reaches beyond is moved in as far as there is room."""
    import numpy as np

    height = _rows(pixels)[0]
    drawn = _draw(chain, pixels, character)
    ink = np.flatnonzero(drawn.any(axis=1))
    if not len(ink) or not width:
        return _Glyph(bytes(width * height), height, 0)
    left = min(max(pixels, int(ink[-1]) + 1 - width), int(ink[0]))  # the pen starts ``pixels`` columns in
    rows = np.flatnonzero(drawn.any(axis=0))
    columns = drawn[left : left + width]
    return _Glyph(columns.tobytes(), int(rows[0]), int(rows[-1]) + 1)


def _draw(chain: str, pixels: int, character: str) -> "NDArray[np.uint8]":
    """Return a character by columns, with room for overhangs on both sides."""
    import numpy as np
    from PIL import Image, ImageDraw

    height, above = _rows(pixels)
    image = Image.new("1", (4 * pixels, height))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    path = str(find_chain(chain).find(character)[0].path)
    draw.text((pixels, above), character, 1, load_face(path, pixels), anchor="ls")
    return np.ascontiguousarray(np.asarray(image, np.uint8).T)


@lru_cache(256)
def load_face(path: str, pixels: float) -> Any:
    """Return a font file for drawing at a size in pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)

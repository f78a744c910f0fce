"""Labels for printers that know one ink and draw codes themselves: what they share, whatever their language.

Codes are drawn by the printer where it draws the same modules as we would, texts and all else are bitmaps. A label
that equals the one before is not sent again but printed once more.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any, BinaryIO, Protocol

from o2o.errors import SettingError
from o2o.printing.drawing.extents import extent_of
from o2o.printing.drawing.inks import is_dark
from o2o.printing.drawing.items import Art, Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.drawing.sample import sample_marks
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.drawing.writer import Area as PageArea
from o2o.printing.drawing.writer import PageBoxes, Writer
from o2o.printing.raster.dots import Dots, text_dots
from o2o.printing.raster.painter import Painter

DPIS = (203, 300, 600)
"""The resolutions of label printers."""

_INKS = ("black", "white")
_WIDEST = 170.0  # mm


Area = tuple[int, int, int, int]
"""Left, top, right and bottom in dots."""


class Language(Protocol):
    """What a label printer is told, in its own words; all lengths in dots."""

    def start(self, width: int, height: int, dpi: int) -> bytes:
        """Begin a label."""

    def fill(self, area: Area, *, dark: bool) -> bytes:
        """Fill a rectangle."""

    def bitmap(self, x: int, y: int, dots: Dots, *, reverse: bool) -> bytes:
        """Print black dots, or turn what is below them into its opposite."""

    def matrix(self, x: int, y: int, module: int, item: Matrix) -> bytes | None:
        """Print a QR symbol, or return None where the printer would draw another one."""

    def bars(self, x: int, y: int, module: int, item: Bars) -> bytes | None:
        """Print a linear code, or return None where the printer would draw another one."""

    def end(self, copies: int) -> bytes:
        """End a label and print it so many times."""


class LabelWriter(Writer):
    """Labels under way: start a page, place things on it, end it; at last finish the file."""

    def __init__(self, file: BinaryIO, language: Language) -> None:
        self.pages = 0
        self.duplex = ""
        self.inks: tuple[str, ...] = ()
        self._file = file
        self._language = language
        self._scale = 1.0
        self._size = (0.0, 0.0)
        self._left = self._top = 0
        self._parts: list[bytes] = []
        self._dark: list[Area] = []
        self._waiting = b""
        self._copies = 0

    def start_page(self, width: float, height: float, dpi: int, boxes: PageBoxes | None = None) -> None:
        """Begin a label of this size in mm."""
        del boxes  # a label is not cut
        if dpi not in DPIS:
            advice = "choose a template or stock that is made for one, such as shelf-tag-roll"
            raise SettingError("dpi", str(dpi), "label printers have 203, 300 or 600", advice)
        self._scale, self._size = dpi / MM_PER_INCH, (width, height)
        dots = round(width * self._scale), round(height * self._scale)
        if width > _WIDEST:
            advice = "print labels one by one with --stock label, or sheets as PDF"
            raise SettingError("page", f"{width:g} mm wide", "label printers take rolls, no sheets", advice)
        self._parts, self._dark = [self._language.start(*dots, dpi)], []
        self.pages += 1

    def name_page(self, name: str) -> None:
        """Do nothing: a label is no file of its own."""

    def place(self, items: Iterable[Item], x: float, y: float, within: PageArea | None = None) -> None:
        """Draw things from a point of the label on, in mm from its top left."""
        del within  # a label is a page, beyond which nothing is printed
        self._left, self._top = round(x * self._scale), round(y * self._scale)
        for item in items:
            _DRAWERS[type(item)](self, item)

    def mark_sample(self, codes: Iterable[Panel]) -> None:
        """Write 样张 SAMPLE across the label, over everything but codes and their quiet zones."""
        marks = _sample_dots(self._size, self._scale, tuple(codes))
        self._parts.append(self._language.bitmap(0, 0, marks, reverse=True))

    def end_page(self) -> None:
        """Close the label; it is sent when the next one is another."""
        label = b"".join(self._parts)
        if label != self._waiting:
            self._send()
            self._waiting = label
        self._copies += 1

    def close(self) -> None:
        """Do nothing: all that takes long is written."""

    def finish(self, subject: str) -> None:
        """Write the rest of the file; printers have no use for the job's name."""
        del subject
        self._send()

    def _send(self) -> None:
        if self._copies:
            self._file.write(self._waiting + self._language.end(self._copies))
        self._waiting, self._copies = b"", 0

    def draw_text(self, item: Text) -> None:
        """Draw a text."""
        dots = text_dots(item.text, item.font, round(item.size * self._scale, 2))
        if dots:
            x, y = self._x(item.x), self._y(item.y) - dots.above
            self._draw_dots(x, y, dots, item.colour)

    def _draw_dots(self, x: int, y: int, dots: Dots, colour: str) -> None:
        """Draw dots: dark ones anywhere, light ones where it is dark."""
        reverse = not is_dark(colour)
        if not reverse or self._is_dark(x + dots.width // 2, y + dots.height // 2):
            self._bitmap(x, y, dots, reverse=reverse)

    def _bitmap(self, x: int, y: int, dots: Dots, *, reverse: bool = False) -> None:
        """Print dots; what lies beyond the left or upper edge is cut off."""
        if x < 0 or y < 0:
            dots, x, y = dots.cut(max(0, -x), max(0, -y)), max(0, x), max(0, y)
        self._parts.append(self._language.bitmap(x, y, dots, reverse=reverse))

    def _is_dark(self, x: int, y: int) -> bool:
        return any(left <= x < right and top <= y < bottom for left, top, right, bottom in self._dark)

    def draw_panel(self, item: Panel) -> None:
        """Draw a rectangle."""
        if item.radius or item.stroke:
            self._paint(item)
            if item.fill and is_dark(item.fill):
                self._dark.append(self._area(item))
        elif item.fill:
            self._fill(self._area(item), dark=is_dark(item.fill))

    def _area(self, item: Panel) -> Area:
        return self._x(item.x), self._y(item.y), self._x(item.x + item.width), self._y(item.y + item.height)

    def _fill(self, area: Area, *, dark: bool) -> None:
        """Fill a rectangle; what is white already needs no white."""
        left, top, right, bottom = area
        if right <= left or bottom <= top:
            return
        if dark:
            self._dark.append(area)
        elif not any(map(partial(_overlap, area), self._dark)):
            return
        self._parts.append(self._language.fill(area, dark=dark))

    def draw_matrix(self, item: Matrix) -> None:
        """Draw a QR symbol."""
        x, y, module = self._x(item.x), self._y(item.y), round(item.module * self._scale)
        native = self._language.matrix(x, y, module, item) if is_dark(item.colour) else None
        if native:
            self._parts.append(native)
        else:
            self._bitmap(x, y, _matrix_dots(item, module))

    def draw_bars(self, item: Bars) -> None:
        """Draw a linear code."""
        x, y, module = self._x(item.x), self._y(item.y), round(item.module * self._scale)
        native = self._language.bars(x, y, module, item) if is_dark(item.colour) else None
        if native:
            self._parts.append(native)
        else:
            self._paint(item)

    def _paint(self, item: Item) -> None:
        """Draw a thing as a bitmap."""
        left, top, dots = _painted(item, self._scale)
        if dots:
            self._bitmap(self._left + left, self._top + top, dots)

    def _x(self, length: float) -> int:
        return self._left + round(length * self._scale)

    def _y(self, length: float) -> int:
        return self._top + round(length * self._scale)


_DRAWERS: dict[type[Item], Callable[[LabelWriter, Any], None]] = {
    Text: LabelWriter.draw_text,
    Panel: LabelWriter.draw_panel,
    Stroke: LabelWriter._paint,
    Matrix: LabelWriter.draw_matrix,
    Figure: LabelWriter._paint,
    Bars: LabelWriter.draw_bars,
    Picture: LabelWriter._paint,
    Bitmap: LabelWriter._paint,
    Art: LabelWriter._paint,
    Turned: LabelWriter._paint,
}


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@lru_cache(256)
def _painted(item: Item, scale: float) -> tuple[int, int, Dots | None]:
    """Return the dots of a thing, and where they begin."""
    left, top, right, bottom = (side * scale for side in extent_of(item))
    painter = Painter((round(right - left) + 4, round(bottom - top) + 4), scale, _INKS)
    x, y = round(left) - 2, round(top) - 2
    painter.paint([item], -x / scale, -y / scale)
    return x, y, _dots_of(painter)


def _dots_of(painter: Painter) -> Dots | None:
    """Return the dark pixels of a picture without the white around them, at whose corner they stay."""
    from PIL import ImageChops

    dark = ImageChops.invert(painter.image.convert("L"))
    box = dark.getbbox()
    if not box:
        return None
    bits = dark.crop((0, 0, *box[2:])).point([0] * 128 + [255] * 128).convert("1")
    return Dots(bits.width, bits.height, bits.tobytes())


def _matrix_dots(item: Matrix, module: int) -> Dots:
    import numpy as np

    dots = item.symbol.matrix.repeat(module, axis=0).repeat(module, axis=1)
    return Dots(dots.shape[1], dots.shape[0], np.packbits(dots, axis=1).tobytes())


@lru_cache(16)
def _sample_dots(size: tuple[float, float], scale: float, codes: tuple[Panel, ...]) -> Dots:
    painter = Painter((round(size[0] * scale), round(size[1] * scale)), scale, _INKS)
    painter.mark(sample_marks(*size), codes)
    return _dots_of(painter) or Dots(1, 1, b"\0")

"""Where everything of one print lies: boxes and values in, things to draw or problems out.

Lengths are in mm from the top left of the cell, sizes of text too. Codes are set on the grid of the
printer's dots, because a dot that is half covered is printed whole: off the grid a code gains up to a
sixth of dark area, and its light modules close.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from o2o.codes.barcode import LinearCode, linear_format, make_linear
from o2o.codes.reader import Format
from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.printing.fonts import BOLD, REGULAR, missing_characters, text_width
from o2o.printing.items import Bars, Item, Matrix, Panel, Picture, Stroke, Text
from o2o.printing.template import (
    PLACEHOLDER,
    Box,
    EanBox,
    ImageBox,
    LineBox,
    PriceBox,
    QrBox,
    RectBox,
    Template,
    TextBox,
)
from o2o.printing.units import MM_PER_INCH, POINT
from o2o.printing.wrapping import ASCENT, Measure, Room, fit_text, wrap

LEAST_QR_MODULE = 0.25
LEAST_QR_DOTS = 4
"""What phones read from paper: a module of at least so many mm, and of so many dots of the printer."""

LEAST_EAN_MODULE, MOST_EAN_MODULE = 0.264, 0.66
"""GS1 General Specifications, 5.12.3.1: X-dimension of EAN-13 at retail points of sale."""

LEAST_CODE128_MODULE = 0.25
"""What a shop's scanners read from paper."""

_LONGEST_CODE128 = 80  # characters; a wall has room for no more

_FONTS = {"regular": REGULAR, "bold": BOLD}
_DIGIT_HEIGHT = 0.74  # of the size, Noto Sans SC
_STRIKE = 0.07  # how thick the line through a text is
_SMALL = 0.52  # currency and cents beside the large digits


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a box can't be printed as it is."""

    box: str
    text: str
    reason: str
    advice: str


@dataclass(slots=True)
class Layout:
    """What is drawn in one cell, in order; where its codes are, quiet zones included; and what is wrong.

    ``ean`` is what its linear code says, an EAN or Code 128; ``no_barcode`` what there is no room for, or no sign.
    """

    items: list[Item] = field(default_factory=list)
    codes: list[Panel] = field(default_factory=list)
    ean: str = ""
    is_code128: bool = False
    no_barcode: str = ""
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The texts as printed, in drawing order."""
        return [item.text for item in self.items if isinstance(item, Text)]


def lay_out(template: Template, values: Mapping[str, str], symbol: Symbol, dpi: int) -> Layout:
    """Return what a template shows of these values; ``symbol`` is the code of ``values["url"]``."""
    compositor = _Compositor(values, symbol, MM_PER_INCH / dpi, template.path.parent)
    for box in template.boxes:
        if all(values.get(name) for name in box.when) and not any(values.get(name) for name in box.unless):
            compositor.place(box)
    return compositor.layout


def fits_box(box: TextBox, text: str) -> bool:
    """Tell whether a text fits into its box at the least size."""
    size, room = (box.min_size or box.size) * POINT, _room(box)
    lines = wrap(text, room.width / size, _measure(_FONTS[box.font]))
    return lines is not None and len(lines) <= room.lines and room.height_of(len(lines), size) <= room.height + 1e-6


def _room(box: TextBox) -> Room:
    return Room(box.width, box.height, box.lines, box.leading)


class _Compositor:
    """Places one box after another; knows the values, the code and the size of a printer's dot."""

    def __init__(self, values: Mapping[str, str], symbol: Symbol, dot: float, folder: Path) -> None:
        self.layout = Layout()
        self._values = values
        self._symbol = symbol
        self._dot = dot
        self._folder = folder

    def place(self, box: Box) -> None:
        """Add what a box shows."""
        _PLACERS[type(box)](self, box)

    def place_rect(self, box: RectBox) -> None:
        self._draw(Panel(box.x, box.y, box.width, box.height, box.fill, box.stroke, box.line_width, box.radius))

    def place_line(self, box: LineBox) -> None:
        self._draw(Stroke(box.x, box.y, box.x + box.width, box.y + box.height, box.colour, box.line_width, box.dash))

    def place_text(self, box: TextBox) -> None:
        text = self._text_of(box)
        if not text or not self._drawable(box, text):
            return
        font = _FONTS[box.font]
        measure = _measure(font)
        room = _room(box)
        fitted = fit_text(text, room, (box.size * POINT, (box.min_size or box.size) * POINT), measure)
        if fitted is None:
            self._object_to_size(box, text)
            return
        size, lines = fitted
        top = box.y + _offset(box.valign, box.height, room.height_of(len(lines), size))
        for number, line in enumerate(lines):
            x = box.x + _offset(box.align, box.width, measure(line) * size)
            baseline = top + size * (ASCENT + number * box.leading)
            self._draw(Text(x, baseline, line, font, size, box.colour))
            if box.strike:
                height = baseline - _DIGIT_HEIGHT / 2 * size
                self._draw(Stroke(x, height, x + measure(line) * size, height, box.colour, _STRIKE * size))

    def place_price(self, box: PriceBox) -> None:
        price = self._joined(box.field)
        suffix = self._joined(box.suffix)
        suffix = f"/{suffix}" if suffix else ""
        if not price or not self._drawable(box, price + suffix):
            return
        block = _PriceBlock.of(price, suffix, _measure(_FONTS[box.font]))
        size = min(box.size * POINT, box.height / _DIGIT_HEIGHT, box.width / block.width)
        if size < (box.min_size or box.size) * POINT:
            self._object_to_size(box, price + suffix)
            return
        x = box.x + _offset(box.align, box.width, block.width * size)
        baseline = box.y + _offset(box.valign, box.height, _DIGIT_HEIGHT * size) + _DIGIT_HEIGHT * size
        for text, dx, rise, scale in block.parts:
            self._draw(Text(x + dx * size, baseline - rise * size, text, _FONTS[box.font], size * scale, box.colour))

    def place_qr(self, box: QrBox) -> None:
        size = self._symbol.size
        dots = int(min(box.width, box.height) / self._dot / (size + 2 * QUIET_ZONE) + 1e-6)
        module = dots * self._dot
        least = max(LEAST_QR_MODULE, LEAST_QR_DOTS * self._dot)
        if module < least - 1e-9:
            needed = (size + 2 * QUIET_ZONE) * least
            reason = f"its modules would be {module:.2f} mm, phones need {least:.2f}"
            advice = f"make the box {needed:.1f} mm wide and high, or the base URL shorter"
            self._object(box, self._values["url"], reason, advice)
            return
        side = (size + 2 * QUIET_ZONE) * module
        x = self._snap(box.x + (box.width - side) / 2)
        y = self._snap(box.y + (box.height - side) / 2)
        self._reserve(Panel(x, y, side, side, fill="#FFFFFF"))
        inset = QUIET_ZONE * module
        self._draw(Matrix(x + inset, y + inset, module, self._symbol.rows, box.colour))

    def place_ean(self, box: EanBox) -> None:
        barcode = self._values.get("ean") or self._values.get("barcode", "")
        if not barcode:
            return
        is_code128 = linear_format(barcode) is Format.CODE128
        if is_code128 and not (barcode.isascii() and barcode.isprintable() and len(barcode) <= _LONGEST_CODE128):
            self.layout.no_barcode = barcode
            return
        code = make_linear(barcode)
        module = self._largest_module(box, code)
        least = LEAST_CODE128_MODULE if is_code128 else LEAST_EAN_MODULE
        if module >= least - 1e-9:
            self._draw_linear(box, code, module)
            self.layout.ean, self.layout.is_code128 = "".join(text for text, _, _ in code.texts), is_code128
        elif is_code128:
            self.layout.no_barcode = barcode
        else:
            needed = code.width * (int(least / self._dot) + 1) * self._dot
            reason = f"its bars would be {module:.3f} mm, tills need {least}"
            self._object(box, barcode, reason, f"make the box {needed:.1f} mm wide")

    def _largest_module(self, box: EanBox, code: LinearCode) -> float:
        return int(min(box.width / code.width, MOST_EAN_MODULE) / self._dot + 1e-6) * self._dot

    def _draw_linear(self, box: EanBox, code: LinearCode, module: float) -> None:
        measure = _measure(REGULAR)
        size = min(box.size * POINT, *((width - 2) * module / measure(text) for text, _, width in code.texts))
        x = self._snap(box.x + (box.width - code.width * module) / 2)
        y = self._snap(box.y)
        self._reserve(Panel(x, y, code.width * module, box.height, fill="#FFFFFF"))
        left = x + code.quiet[0] * module
        height = int((box.height - _DIGIT_HEIGHT * size) / module - 1)
        self._draw(Bars(left, y, module, _linear_bars(code, height), box.colour))
        for text, start, width in code.texts:
            centre = left + (start + width / 2) * module
            self._draw(Text(centre - measure(text) * size / 2, y + box.height, text, REGULAR, size, box.colour))

    def place_image(self, box: ImageBox) -> None:
        name = box.file or self._joined(box.field)
        if not name:
            return
        path = self._folder / name
        proportions = _image_size(path)
        if proportions is None:
            absent = "" if path.is_file() else ", as there is no such file"
            reason = f"is no picture that can be read{absent}"
            self._object(box, path.name, reason, f"put a PNG or JPEG file at {path}, or name another")
            return
        scale = min(box.width / proportions[0], box.height / proportions[1])
        width, height = proportions[0] * scale, proportions[1] * scale
        x = box.x + _offset(box.align, box.width, width)
        self._draw(Picture(x, box.y + _offset(box.valign, box.height, height), width, height, path))

    def _text_of(self, box: TextBox) -> str:
        if box.field:
            return box.join.join(self._values[name] for name in box.field if self._values.get(name))
        names = PLACEHOLDER.findall(box.text)
        if not all(self._values.get(name) for name in names):
            return ""
        return PLACEHOLDER.sub(lambda match: self._values[match[1]], box.text)

    def _joined(self, names: tuple[str, ...]) -> str:
        return " ".join(self._values[name] for name in names if self._values.get(name))

    def _drawable(self, box: Box, text: str) -> bool:
        missing = missing_characters(text.replace("\n", ""))
        if missing:
            named = ", ".join(f"{character!r} (U+{ord(character):04X})" for character in missing)
            self._object(box, text, f"has {named}, which no font has", "write it otherwise")
        return not missing

    def _object_to_size(self, box: TextBox | PriceBox, text: str) -> None:
        least = box.min_size or box.size
        self._object(box, text, f"does not fit at {least:.3g} pt", "shorten it, or choose a template with more room")

    def _object(self, box: Box, text: str, reason: str, advice: str) -> None:
        self.layout.troubles.append(Trouble(box.name, text, reason, advice))

    def _draw(self, item: Item) -> None:
        self.layout.items.append(item)

    def _reserve(self, area: Panel) -> None:
        self.layout.codes.append(area)
        self._draw(area)

    def _snap(self, length: float) -> float:
        return round(length / self._dot) * self._dot


_PLACERS: dict[type[Box], Callable[[_Compositor, Any], None]] = {
    TextBox: _Compositor.place_text,
    PriceBox: _Compositor.place_price,
    QrBox: _Compositor.place_qr,
    EanBox: _Compositor.place_ean,
    ImageBox: _Compositor.place_image,
    RectBox: _Compositor.place_rect,
    LineBox: _Compositor.place_line,
}


@dataclass(frozen=True, slots=True)
class _PriceBlock:
    """A price at size 1: parts as text, x, rise above the baseline and relative size; and the width of it all."""

    parts: tuple[tuple[str, float, float, float], ...]
    width: float

    @classmethod
    def of(cls, price: str, suffix: str, measure: Measure) -> "_PriceBlock":
        match = re.fullmatch(r"(\D*)([\d,]+)(\.\d+)?(.*)", price)
        symbol, whole, cents, rest = (match[1], match[2], match[3] or "", match[4]) if match else ("", price, "", "")
        suffix = rest + suffix
        parts, x = [], 0.0
        if symbol:
            parts.append((symbol, x, 0.0, _SMALL))
            x += measure(symbol) * _SMALL + 0.04
        parts.append((whole, x, 0.0, 1.0))
        x += measure(whole) + 0.03
        # without cents there is room for the unit alone; with them it goes below, at most as large as half of it
        beside = [(cents, _DIGIT_HEIGHT * (1 - _SMALL), _SMALL)] if cents else []
        below = 0.3 if cents else 0.36
        beside += [(suffix, 0.0, below)] if suffix else []
        parts += [(text, x, rise, scale) for text, rise, scale in beside]
        widest = max((measure(text) * scale for text, _, scale in beside), default=0.0)
        return cls(tuple(parts), x + widest)


def _offset(align: str, room: float, taken: float) -> float:
    if align in ("left", "top"):
        return 0.0
    return (room - taken) / (2 if align in ("center", "middle") else 1)


@cache
def _measure(font: str) -> Measure:
    return lru_cache(1 << 16)(lambda text: text_width(text, font, 1))


def _linear_bars(code: LinearCode, height: int) -> tuple[tuple[int, int, int], ...]:
    return tuple(
        (bar.start(), bar.end() - bar.start(), height + 5 if bar.start() in code.guards else height)
        for bar in re.finditer("1+", code.modules)
    )


def _image_size(path: Path) -> tuple[int, int] | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, UnidentifiedImageError):
        return None

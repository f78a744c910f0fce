"""Where everything of one print lies: boxes and values in, things to draw or problems out.

Lengths are in mm from the top left of the cell, sizes of text too. Codes are set on the grid of the
printer's dots, because a dot that is half covered is printed whole: off the grid a code gains up to a
sixth of dark area, and its light modules close.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from math import ceil, cos, radians, sin
from pathlib import Path
from typing import Any

from o2o.amounts import AmountParts, split_amount
from o2o.codes.barcode import LinearCode, linear_format, make_linear
from o2o.codes.reader import Format
from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.codes.wechat import WIDTHS
from o2o.expiring_links import EXPIRES, LASTING, find_expiring_link
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.figures import figures_of, fit_bitmap, image_size
from o2o.printing.drawing.fonts import BOLD, REGULAR, missing_characters, text_width
from o2o.printing.drawing.items import Art, Bars, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.drawing.look import Look, arrange, call_size
from o2o.printing.drawing.units import MM_PER_INCH, POINT
from o2o.printing.drawing.wrapping import ASCENT, Measure, Room, fit_text, wrap
from o2o.printing.template.boxes import (
    Box,
    EanBox,
    ImageBox,
    LineBox,
    LogoBox,
    MiniProgramBox,
    PriceBox,
    QrBox,
    RectBox,
    Template,
    TextBox,
)
from o2o.printing.template.expressions import read_expression, read_wording
from o2o.printing.template.functions import ExpressionError

LEAST_QR_MODULE = 0.25
LEAST_QR_DOTS = 4
"""What phones read from paper: a module of at least so many mm, and of so many dots of the printer."""

LEAST_QR_PIXELS = 2
"""Of a screen or panel, whose pixels don't spread as a printer's dots do."""

LEAST_EAN_MODULE, MOST_EAN_MODULE = 0.264, 0.66
"""GS1 General Specifications, 5.12.3.1: X-dimension of EAN-13 at retail points of sale."""

LEAST_CODE128_MODULE = 0.25
"""What a shop's scanners read from paper."""

LEAST_PICTURE_DPI, FINE_PICTURE_DPI = 75, 150
"""How fine a mini-program code must be to be printed at all, and so that nobody sees its pixels."""

_KEPT = 256  # words of a box
_LONGEST_CODE128 = 80  # characters; a wall has room for no more

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


@dataclass(frozen=True, slots=True)
class StyledCode:
    """A QR that isn't black squares on white: its box, its level, the area of its drawing, a module in mm."""

    box: str
    level: str
    area: Panel
    module: float


@dataclass(slots=True)
class Layout:
    """What is drawn in one cell, in order; where its codes are, quiet zones included; and what is wrong.

    ``ean`` is what its linear code says, an EAN or Code 128; ``no_barcode`` what there is no room for, or no sign.
    ``coarse`` is the least dpi of its mini-program codes if their pixels will be seen, else 0. ``texts`` are as
    printed, in drawing order.
    """

    items: list[Item] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    codes: list[Panel] = field(default_factory=list)
    styled: list[StyledCode] = field(default_factory=list)
    has_qr: bool = False
    coarse: int = 0
    ean: str = ""
    is_code128: bool = False
    no_barcode: str = ""
    troubles: list[Trouble] = field(default_factory=list)

    def add(self, part: "Layout") -> None:
        """Add what one box shows."""
        self.items += part.items
        self.texts += part.texts
        if part.codes:
            self.codes += part.codes
            self.styled += part.styled
            self.has_qr |= part.has_qr
            self.coarse = min(filter(None, (self.coarse, part.coarse)), default=0)
            self.ean, self.is_code128 = part.ean or self.ean, part.is_code128 or self.is_code128
        if part.no_barcode:
            self.no_barcode = part.no_barcode
        if part.troubles:
            self.troubles += part.troubles


FindPicture = Callable[[], bytes | None]
"""Returns the picture of a mini-program code, if there is one."""


def lay_out(
    template: Template,
    values: Mapping[str, str],
    symbol: Symbol,
    dpi: int,
    find_mini_program: FindPicture = lambda: None,
    *,
    back: bool = False,
) -> Layout:
    """Return what one side of a template shows of these values; ``symbol`` is the code of ``values["url"]``."""
    return Composer(template, dpi, back=back).lay_out(values, symbol, find_mini_program)


class Composer:
    """Lays out one side of a template, again and again: what boxes have shown for the same words is kept."""

    def __init__(self, template: Template, dpi: int, *, back: bool = False) -> None:
        least = LEAST_QR_PIXELS if template.inks or template.pixels else LEAST_QR_DOTS
        dot = MM_PER_INCH / dpi
        self._desk = _Desk(dot, max(LEAST_QR_MODULE, least * dot), template.path.parent)
        self._art = () if back else tuple(_art_of(template))
        boxes = [box for box in (template.back if back else template.boxes) if not box.preprinted]
        self._deciding = tuple(dict.fromkeys(name for box in boxes for name in _deciding_fields(box)))
        self._steps: list[_Step] = [(box, condition_of(box), _SAID.get(type(box)), {}) for box in boxes]
        self._plans: dict[tuple[bool, ...], list[_Step]] = {}

    def lay_out(
        self, values: Mapping[str, str], symbol: Symbol, find_mini_program: FindPicture = lambda: None
    ) -> Layout:
        """Return what the template shows of these values; ``symbol`` is the code of ``values["url"]``."""
        compositor = _Compositor(values, symbol, find_mini_program, self._desk)
        whole = Layout([*self._art])
        for box, is_shown, said, kept in self._plan(values):
            try:
                if is_shown is None or is_shown(values):
                    whole.add(compositor.place(box) if said is None else compositor.recall(box, said, kept))
            except ExpressionError as error:
                whole.troubles.append(Trouble(box.name, "", error.reason, error.advice))
        return whole

    def _plan(self, values: Mapping[str, str]) -> "list[_Step]":
        """Return the boxes that may show something, with the conditions that are still to be asked."""
        key = tuple(map(bool, map(values.get, self._deciding)))
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = [
                (box, None if _is_plain(box) else is_shown, said, kept)
                for box, is_shown, said, kept in self._steps
                if not (_is_empty(box, values) or (is_shown and _is_plain(box) and not is_shown(values)))
            ]
        return plan


def _deciding_fields(box: Box) -> tuple[str, ...]:
    """Return the fields of which it is enough to know whether they have a value to know that a box shows nothing."""
    return (*((*box.when, *box.unless) if _is_plain(box) else ()), *_text_fields(box))


def _is_empty(box: Box, values: Mapping[str, str]) -> bool:
    fields = _text_fields(box)
    return bool(fields) and not any(map(values.get, fields))


def _text_fields(box: Box) -> tuple[str, ...]:
    """Return the fields that are all of a box's text."""
    return box.field if isinstance(box, TextBox | PriceBox) and not box.text else ()


def _art_of(template: Template) -> Iterator[Art]:
    """Yield the drawing below the boxes, which reaches as far as the bleed."""
    if template.art:
        over = template.bleed
        yield Art(-over, -over, template.width + 2 * over, template.height + 2 * over, template.art)


def fits_box(box: TextBox, text: str) -> bool:
    """Tell whether a text fits into its box at the least size."""
    size, room = (box.min_size or box.size) * POINT, _room(box)
    lines = wrap(text, room.width / size, _measure(box.font))
    return lines is not None and len(lines) <= room.lines and room.height_of(len(lines), size) <= room.height + 1e-6


def _room(box: TextBox) -> Room:
    return _make_room(box.width, box.height, box.lines, box.leading)


_make_room = lru_cache(1 << 8)(Room)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a composer knows and keeps: a dot and the least module of a QR symbol in mm, where codes have lain."""

    dot: float
    least_module: float
    folder: Path
    spots: "dict[tuple[str, int, str], _Spot]" = field(default_factory=dict)
    frames: "dict[tuple[Any, ...], _LinearFrame]" = field(default_factory=dict)


_Span = tuple[int, int, int, float]
"""Of a text below bars: its first module, how many they are, how many characters it has, its width at size 1."""


@dataclass(frozen=True, slots=True)
class _LinearFrame:
    """Where a linear code lies: all of it, its first bar, how high bars are in modules, x and size of each text."""

    area: Panel
    left: float
    height: int
    texts: tuple[tuple[float, float], ...]


class _Compositor:
    """Places one box after another; knows the values and the code."""

    def __init__(self, values: Mapping[str, str], symbol: Symbol, find_mini_program: FindPicture, desk: _Desk) -> None:
        self.layout = Layout()
        self._find_mini_program = find_mini_program
        self._values = values
        self._symbol = symbol
        self._desk = desk

    def recall(self, box: Box, said: "_Said", kept: dict[str, Layout]) -> Layout:
        """Return what a box shows, from what is kept if it has said the same before."""
        words = said(box, self._values)
        part = kept.get(words)
        if part is None:
            if len(kept) == _KEPT:
                kept.clear()
            part = kept[words] = self.place(box)
        return part

    def place(self, box: Box) -> Layout:
        """Return what a box shows."""
        self.layout = part = Layout()
        turned = box.rotate % 360
        _PLACERS[type(box)](self, replace(box, x=0.0, y=0.0) if turned else box)
        part.texts = [item.text for item in part.items if isinstance(item, Text)]
        if turned:
            self._turn(part, box)
        return part

    def _turn(self, part: Layout, box: Box) -> None:
        """Put what a box shows into a frame of its own, turned about the box's middle."""
        turn = _Turn.of(box, self._snap)
        part.items = [Turned(turn.x, turn.y, box.rotate % 360, tuple(part.items))]
        part.codes = list(map(turn.area, part.codes))
        part.styled = [replace(code, area=turn.area(code.area)) for code in part.styled]

    def place_rect(self, box: RectBox) -> None:
        self._draw(Panel(box.x, box.y, box.width, box.height, box.fill, box.stroke, box.line_width, box.radius))

    def place_line(self, box: LineBox) -> None:
        self._draw(Stroke(box.x, box.y, box.x + box.width, box.y + box.height, box.colour, box.line_width, box.dash))

    def place_text(self, box: TextBox) -> None:
        text = _text_of(box, self._values)
        if not text or not self._drawable(box, text, box.font):
            return
        measure = _measure(box.font)
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
            self._draw(Text(x, baseline, line, box.font, size, box.colour))
            if box.strike:
                height = baseline - _DIGIT_HEIGHT / 2 * size
                self._draw(Stroke(x, height, x + measure(line) * size, height, box.colour, _STRIKE * size))

    def place_price(self, box: PriceBox) -> None:
        price, suffix = _price_of(box, self._values)
        if not price or not self._drawable(box, price + suffix, box.font):
            return
        block = _PriceBlock.of(price, suffix, _measure(box.font))
        size = min(box.size * POINT, box.height / _DIGIT_HEIGHT, box.width / block.width)
        if size < (box.min_size or box.size) * POINT:
            self._object_to_size(box, price + suffix)
            return
        x = box.x + _offset(box.align, box.width, block.width * size)
        baseline = box.y + _offset(box.valign, box.height, _DIGIT_HEIGHT * size) + _DIGIT_HEIGHT * size
        for text, dx, rise, scale in block.parts:
            self._draw(Text(x + dx * size, baseline - rise * size, text, box.font, size * scale, box.colour))

    def place_qr(self, box: QrBox) -> None:
        key = box.name, self._symbol.size, self._filled(box.call)
        spot = self._desk.spots.get(key) or self._find_spot(box)
        if spot and self._lasting(box, self._values["url"]):
            self._desk.spots[key] = spot
            self._draw_qr(box, *spot)

    def _find_spot(self, box: QrBox) -> "_Spot | None":
        """Return how a code looks, where its drawing lies and its module; None when that can't be printed."""
        look = self._look_of(box)
        if look is None:
            return None
        edge, band = look.border
        width = self._symbol.size + 2 * QUIET_ZONE + 2 * edge
        height = width + band
        dots = int(min(box.width / width, box.height / height) / self._desk.dot + 1e-6)
        module = dots * self._desk.dot
        least = self._desk.least_module
        if module < least - 1e-9:
            reason = f"its modules would be {module:.2f} mm, phones need {least:.2f}"
            room = f"{width * least:.1f} mm wide and " + (f"{height * least:.1f} mm " if band else "") + "high"
            self._object(box, self._values["url"], reason, f"make the box {room}, or the base URL shorter")
            return None
        x = self._snap(box.x + (box.width - width * module) / 2 + edge * module) - edge * module
        y = self._snap(box.y + (box.height - height * module) / 2 + edge * module) - edge * module
        return look, Panel(x, y, width * module, height * module, fill=box.ground), module

    def _draw_qr(self, box: QrBox, look: Look, area: Panel, module: float) -> None:
        self.layout.has_qr = True
        if not look.is_plain:
            self.layout.styled.append(StyledCode(box.name, self._symbol.level, area, module))
        if not look.is_square:
            self.layout.codes.append(area)
            parts = arrange(self._symbol, look).parts
            # the first is the ground, which is the page's own around a frame
            self.layout.items += figures_of(parts[1:] if look.call else parts, area, module)
            return
        self._reserve(area)
        inset = QUIET_ZONE * module
        self._draw(Matrix(area.x + inset, area.y + inset, module, self._symbol, box.colour, self._values["url"]))

    def _look_of(self, box: QrBox) -> Look | None:
        """Return how a code looks, or None when that can't be drawn."""
        call = self._filled(box.call)
        logo = self._desk.folder / box.logo if box.logo else None
        if (call and not self._drawable(box, call, BOLD)) or (logo and not self._picture_size(box, logo)):
            return None
        if call and not call_size(call, self._symbol):
            self._object(box, call, "is too long for the frame of the code", "use fewer words")
            return None
        return Look(box.shape, parse_colour(box.colour).hex, parse_colour(box.ground).hex, logo, call)

    def place_mini_program(self, box: MiniProgramBox) -> None:
        data = self._find_mini_program()
        if data is None:
            if not box.optional:
                self._object(
                    box, "", "it has no mini-program code (小程序码)",
                    "run 'o2o wechat fetch', or bring its picture with 'o2o wechat import'",
                )  # fmt: skip
            return
        side = min(box.width, box.height)
        area = Panel(box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side, side, fill="#FFFFFF")
        pixels = max(image_size(io.BytesIO(data)) or (1, 1))
        dpi = int(pixels * MM_PER_INCH / side)
        if dpi < LEAST_PICTURE_DPI:
            wide = min(ceil(FINE_PICTURE_DPI * side / MM_PER_INCH), max(WIDTHS))
            reason = f"its mini-program code of {pixels} pixels would have {dpi} dpi, {LEAST_PICTURE_DPI} are needed"
            self._object(box, "", reason, f"run 'o2o wechat fetch --width {wide}', or make the box smaller")
            return
        if dpi < FINE_PICTURE_DPI:
            self.layout.coarse = min(dpi, self.layout.coarse or dpi)
        self._reserve(area)
        self._draw(fit_bitmap(data, area))

    def place_ean(self, box: EanBox) -> None:
        barcode = self._values.get("ean") or self._values.get("barcode", "")
        if not barcode or not self._lasting(box, barcode):
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
            self.layout.ean, self.layout.is_code128 = code.said, is_code128
        elif is_code128:
            self.layout.no_barcode = barcode
        else:
            needed = code.width * (int(least / self._desk.dot) + 1) * self._desk.dot
            reason = f"its bars would be {module:.3f} mm, tills need {least}"
            self._object(box, barcode, reason, f"make the box {needed:.1f} mm wide")

    def _largest_module(self, box: EanBox, code: LinearCode) -> float:
        return int(min(box.width / code.width, MOST_EAN_MODULE) / self._desk.dot + 1e-6) * self._desk.dot

    def _draw_linear(self, box: EanBox, code: LinearCode, module: float) -> None:
        measure = _measure(REGULAR)
        spans = tuple([(start, width, len(text), measure(text)) for text, start, width in code.texts])
        key = box.name, module, code.quiet, code.width, spans
        frame = self._desk.frames.get(key)
        if frame is None:
            if len(self._desk.frames) == _KEPT:
                self._desk.frames.clear()
            frame = self._desk.frames[key] = self._frame_linear(box, code, module, spans)
        self._reserve(frame.area)
        bars = _linear_bars(code, frame.height)
        self._draw(Bars(frame.left, frame.area.y, module, bars, box.colour, code.said))
        bottom = frame.area.y + box.height
        for (text, _, _), (x, size) in zip(code.texts, frame.texts, strict=True):
            self._draw(Text(x, bottom, text, REGULAR, size, box.colour))

    def _frame_linear(self, box: EanBox, code: LinearCode, module: float, spans: "Sequence[_Span]") -> "_LinearFrame":
        fitting = [(width - 2) * module / measure for _, width, _, measure in spans]
        longest = max(range(len(spans)), key=lambda number: spans[number][2])
        size = min(box.size * POINT, fitting[longest])
        x, y = self._snap(box.x + (box.width - code.width * module) / 2), self._snap(box.y)
        left = x + code.quiet[0] * module
        texts = []
        for (start, width, _, measure), fit in zip(spans, fitting, strict=True):
            centre, own = left + (start + width / 2) * module, min(size, fit)
            texts.append((centre - measure * own / 2, own))
        height = int((box.height - _DIGIT_HEIGHT * size) / module - 1)
        area = Panel(x, y, code.width * module, box.height, fill="#FFFFFF")
        return _LinearFrame(area, left, height, tuple(texts))

    def place_image(self, box: ImageBox) -> None:
        self._place_picture(box, _image_of(box, self._values))

    def place_logo(self, box: LogoBox) -> None:
        self._place_picture(box, _logo_of(box, self._values))

    def _place_picture(self, box: ImageBox | LogoBox, name: str) -> None:
        if not name:
            return
        path = self._desk.folder / name
        proportions = self._picture_size(box, path)
        if proportions is None:
            return
        scale = min(box.width / proportions[0], box.height / proportions[1])
        width, height = proportions[0] * scale, proportions[1] * scale
        x = box.x + _offset(box.align, box.width, width)
        self._draw(Picture(x, box.y + _offset(box.valign, box.height, height), width, height, path))

    def _picture_size(self, box: Box, path: Path) -> tuple[int, int] | None:
        size = image_size(path)
        if size is None:
            absent = "" if path.is_file() else ", as there is no such file"
            reason = f"is no picture that can be read{absent}"
            self._object(box, path.name, reason, f"put a PNG or JPEG file at {path}, or name another")
        return size

    def _filled(self, text: str) -> str:
        """Return a text with its expressions filled in, or nothing where one of them has no value."""
        return read_wording(text).fill(self._values) if text else ""

    def _drawable(self, box: Box, text: str, font: str) -> bool:
        missing = missing_characters(text.replace("\n", ""), font)
        if missing:
            named = ", ".join(f"{character!r} (U+{ord(character):04X})" for character in missing)
            advice = "write it otherwise, or print with --drop-missing"
            self._object(box, text, f"has {named}, which no font has", advice)
        return not missing and self._lasting(box, text)

    def _lasting(self, box: Box, text: str) -> bool:
        link = find_expiring_link(text)
        if link:
            self._object(box, link, EXPIRES, LASTING)
        return not link

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
        return round(length / self._desk.dot) * self._desk.dot


def _text_of(box: TextBox, values: Mapping[str, str]) -> str:
    return _joined(box.field, values, box.join) if box.field else read_wording(box.text).fill(values)


def _price_of(box: PriceBox, values: Mapping[str, str]) -> tuple[str, str]:
    """Return a price, and what it is for with a stroke before it."""
    price = read_wording(box.text).fill(values) if box.text else _joined(box.field, values)
    suffix = _joined(box.suffix, values)
    return price, f"/{suffix}" if suffix else ""


def _image_of(box: ImageBox, values: Mapping[str, str]) -> str:
    return box.file or _joined(box.field, values)


def _logo_of(box: LogoBox, values: Mapping[str, str]) -> str:
    return values.get("logo") or box.file


def _nothing_of(_box: Box, _values: Mapping[str, str]) -> str:
    return ""


def _joined(names: tuple[str, ...], values: Mapping[str, str], join: str = " ") -> str:
    if len(names) == 1:
        return values.get(names[0], "")
    return join.join(text for name in names if (text := values.get(name)))


Condition = Callable[[Mapping[str, str]], bool]
"""Tells of the values of one print whether a box is shown."""

_Spot = tuple[Look, Panel, float]
_Said = Callable[[Any, Mapping[str, str]], Any]
_Step = tuple[Box, Condition | None, _Said | None, dict[Any, Layout]]
"""A box, what tells whether it is shown if it isn't always, what it says, and what it has shown for what it said."""

_SAID: dict[type[Box], _Said] = {
    TextBox: _text_of,
    PriceBox: _price_of,
    ImageBox: _image_of,
    LogoBox: _logo_of,
    RectBox: _nothing_of,
    LineBox: _nothing_of,
}
"""What a box says of values: all that it shows depends on that. Codes are left out, as each says something else."""

_PLACERS: dict[type[Box], Callable[[_Compositor, Any], None]] = {
    TextBox: _Compositor.place_text,
    PriceBox: _Compositor.place_price,
    QrBox: _Compositor.place_qr,
    MiniProgramBox: _Compositor.place_mini_program,
    EanBox: _Compositor.place_ean,
    ImageBox: _Compositor.place_image,
    LogoBox: _Compositor.place_logo,
    RectBox: _Compositor.place_rect,
    LineBox: _Compositor.place_line,
}


def condition_of(box: Box) -> "Condition | None":
    """Return what tells whether a box is shown; None for one that always is."""
    wanted, barred = ([read_expression(text) for text in texts] for texts in (box.when, box.unless))
    if not (wanted or barred):
        return None
    if _is_plain(box):
        return lambda values: all(map(values.get, box.when)) and not any(map(values.get, box.unless))
    return lambda values: all(one.holds(values) for one in wanted) and not any(one.holds(values) for one in barred)


def _is_plain(box: Box) -> bool:
    """Tell whether all conditions of a box are fields by themselves."""
    return all(read_expression(text).fields == {text} for text in (*box.when, *box.unless))


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where the top left of a turned frame lies, and by how much it is turned: cosine and sine."""

    x: float
    y: float
    along: float
    across: float

    @classmethod
    def of(cls, box: Box, snap: Callable[[float], float]) -> "_Turn":
        """Return the turn about the middle of a box; quarter turns keep what is on the printer's dots on them."""
        along, across = cos(radians(box.rotate)), sin(radians(box.rotate))
        if not box.rotate % 90:
            along, across = round(along), round(across)
        x = box.x + (box.width - box.width * along + box.height * across) / 2
        y = box.y + (box.height - box.width * across - box.height * along) / 2
        return cls(x, y, along, across) if box.rotate % 90 else cls(snap(x), snap(y), along, across)

    def area(self, panel: Panel) -> Panel:
        """Return where an area of the frame lies in the cell; it holds for quarter turns."""
        corners = ((panel.x, panel.y), (panel.x + panel.width, panel.y + panel.height))
        left, right = sorted(self.x + x * self.along - y * self.across for x, y in corners)
        top, bottom = sorted(self.y + x * self.across + y * self.along for x, y in corners)
        return replace(panel, x=left, y=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True)
class _PriceBlock:
    """A price at size 1: parts as text, x, rise above the baseline and relative size; and the width of it all."""

    parts: tuple[tuple[str, float, float, float], ...]
    width: float

    @classmethod
    def of(cls, price: str, suffix: str, measure: Measure) -> "_PriceBlock":
        amount = split_amount(price) or AmountParts("", price, "", "")
        parts, x = [], 0.0
        if amount.before:
            parts.append((amount.before, x, 0.0, _SMALL))
            x += measure(amount.before.rstrip()) * _SMALL + (0.1 if amount.before[-1].isspace() else 0.04)
        parts.append((amount.whole, x, 0.0, 1.0))
        x += measure(amount.whole) + 0.03
        cents, behind = amount.cents, amount.behind
        if not cents and behind:
            parts.append((behind, x, 0.0, _SMALL))
            x += measure(behind) * _SMALL
            behind = ""
        elif not suffix:
            cents, behind = cents + behind, ""
        # without cents there is room for the unit alone; with them it goes below, at most as large as half of it
        beside = [(cents, _DIGIT_HEIGHT * (1 - _SMALL), _SMALL)] if cents else []
        below = 0.3 if cents else 0.36
        beside += [(behind + suffix, 0.0, below)] if behind + suffix else []
        parts += [(text, x, rise, scale) for text, rise, scale in beside]
        widest = max((measure(text) * scale for text, _, scale in beside), default=0.0)
        return cls(tuple(parts), x + widest)


def _offset(align: str, room: float, taken: float) -> float:
    if align in ("left", "top"):
        return 0.0
    return (room - taken) / (2 if align in ("center", "middle") else 1)


@cache
def _measure(font: str) -> Measure:
    return lru_cache(1 << 9)(lambda text: text_width(text, font, 1))


def _linear_bars(code: LinearCode, height: int) -> tuple[tuple[int, int, int], ...]:
    guards, start = code.guards, 0
    bars: list[tuple[int, int, int]] = []
    for part in code.parts:
        bars += _find_bars(part, start, height, guards)
        start += len(part)
    return tuple(bars)


@lru_cache(1 << 14)
def _find_bars(modules: str, first: int, height: int, guards: frozenset[int]) -> list[tuple[int, int, int]]:
    spans = ((bar.start() + first, bar.end() - bar.start()) for bar in re.finditer("1+", modules))
    return [(start, width, height + 5 if start in guards else height) for start, width in spans]

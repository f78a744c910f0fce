"""Texts and prices in their boxes, as large as they fit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from o2o.amounts import AmountParts, split_amount
from o2o.printing.drawing.fonts import find_chain
from o2o.printing.drawing.items import Item, Stroke, Text
from o2o.printing.drawing.units import POINT
from o2o.printing.drawing.wrapping import ASCENT, Measure, Room, cut_text, fit_text, wrap
from o2o.printing.layout.parts import NOTHING, Desk, Part, Stamp, Values, make_word_stamp, object_to, object_to_text
from o2o.printing.template.boxes import PriceBox, TextBox
from o2o.printing.template.expressions import read_wording

DIGIT_HEIGHT = 0.74
"""Of the size, in Noto Sans SC."""

_STRIKE = 0.07  # how thick the line through a text is
_SMALL = 0.52  # currency and cents beside the large digits


def make_text_stamp(box: TextBox, _desk: Desk) -> Stamp:
    """Return the stamp of a text."""
    say = say_fields(box.field, box.join) if box.field else read_wording(box.text).fill
    return make_word_stamp(say, partial(_show_text, box, _Setting.of(box)))


def make_price_stamp(box: PriceBox, _desk: Desk) -> Stamp:
    """Return the stamp of a price."""
    say_price = read_wording(box.text).fill if box.text else say_fields(box.field)
    say_suffix = say_fields(box.suffix)

    def say(values: Values) -> tuple[str, str]:
        suffix = say_suffix(values)
        return say_price(values), f"/{suffix}" if suffix else ""

    return make_word_stamp(say, partial(_show_price, box, measure_of(box.font)))


def say_fields(names: tuple[str, ...], join: str = " ") -> Callable[[Values], str]:
    """Return what joins the values of fields."""
    if len(names) == 1:
        (name,) = names
        return lambda values: values.get(name, "")
    return lambda values: join.join([text for name in names if (text := values.get(name))])


def measure_of(font: str) -> Measure:
    """Return what measures texts in a chain of fonts."""
    width_of = find_chain(font).widths.__getitem__
    return lambda text: sum(map(width_of, text))


def offset(align: str, room: float, taken: float) -> float:
    """Return how far from the start of its room a thing lies."""
    if align in ("left", "top"):
        return 0.0
    return (room - taken) / (2 if align in ("center", "middle") else 1)


def fits_box(box: TextBox, text: str) -> bool:
    """Tell whether a text fits into its box at the least size."""
    setting = _Setting.of(box)
    room, size = setting.room, setting.sizes[1]
    lines = wrap(text, room.width / size, setting.measure)
    return lines is not None and len(lines) <= room.lines and room.height_of(len(lines), size) <= room.height + 1e-6


@dataclass(frozen=True, slots=True)
class _Setting:
    """What texts of a box are set with: what measures them, their room, the most and the least size."""

    measure: Measure
    room: Room
    sizes: tuple[float, float]

    @classmethod
    def of(cls, box: TextBox) -> "_Setting":
        """Return the setting of a box."""
        room = Room(box.width, box.height, box.lines, box.leading)
        return cls(measure_of(box.font), room, (box.size * POINT, (box.min_size or box.size) * POINT))


def _show_text(box: TextBox, setting: _Setting, text: str) -> Part:
    if not text:
        return NOTHING
    objection = object_to_text(box, text, box.font)
    if objection:
        return objection
    size, lines = fit_text(text, setting.room, setting.sizes, setting.measure) or (setting.sizes[1], None)
    if lines is None and box.cut:
        lines = cut_text(text, setting.room, size, setting.measure)
    if lines is None:
        return _object_to_size(box, text)
    top = box.y + offset(box.valign, box.height, setting.room.height_of(len(lines), size))
    items: list[Item] = []
    for number, line in enumerate(lines):
        width = 0.0 if box.align == "left" and not box.strike else setting.measure(line) * size
        x = box.x + offset(box.align, box.width, width)
        baseline = top + size * (ASCENT + number * box.leading)
        items.append(Text(x, baseline, line, box.font, size, box.colour))
        if box.strike:
            height = baseline - DIGIT_HEIGHT / 2 * size
            items.append(Stroke(x, height, x + width, height, box.colour, _STRIKE * size))
    return Part(tuple(items), tuple(lines))


def _show_price(box: PriceBox, measure: Measure, words: tuple[str, str]) -> Part:
    price, suffix = words
    if not price:
        return NOTHING
    objection = object_to_text(box, price + suffix, box.font)
    if objection:
        return objection
    block = _PriceBlock.of(price, suffix, measure)
    size = min(box.size * POINT, box.height / DIGIT_HEIGHT, box.width / block.width)
    if size < (box.min_size or box.size) * POINT:
        return _object_to_size(box, price + suffix)
    x = box.x + offset(box.align, box.width, block.width * size)
    baseline = box.y + offset(box.valign, box.height, DIGIT_HEIGHT * size) + DIGIT_HEIGHT * size
    return Part.of(tuple([
        Text(x + dx * size, baseline - rise * size, text, box.font, size * scale, box.colour)
        for text, dx, rise, scale in block.parts
    ]))  # fmt: skip


def _object_to_size(box: TextBox | PriceBox, text: str) -> Part:
    least = box.min_size or box.size
    return object_to(box, text, f"does not fit at {least:.3g} pt", "shorten it, or choose a template with more room")


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
        beside = [(cents, DIGIT_HEIGHT * (1 - _SMALL), _SMALL)] if cents else []
        below = 0.3 if cents else 0.36
        beside += [(behind + suffix, 0.0, below)] if behind + suffix else []
        parts += [(text, x, rise, scale) for text, rise, scale in beside]
        widest = max((measure(text) * scale for text, _, scale in beside), default=0.0)
        return cls(tuple(parts), x + widest)

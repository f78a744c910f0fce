"""Charts as strips of inline SVG: one strip a table row, so that numbers stay text and every width of screen fits.

All positions are percentages of the strip's width; nothing needs a script, a style attribute or another file.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from o2o.reports.markup import Markup, element

_HEIGHT = 14
_MIDDLE = _HEIGHT // 2
_SHADES = 8
_WIDE = "wide-only"
_HAIR = 0.4  # percent; shows that a small amount isn't none


class Shape(StrEnum):
    """How a mark on a dumbbell is drawn."""

    CHOSEN = "chosen"
    FIRST = "first"
    LAST = "last"
    OTHER = "other"


_PATHS = {Shape.FIRST: "M4-5v10l-8-5z", Shape.LAST: "M-4-5v10l8-5z"}
_RADII = {Shape.CHOSEN: 5, Shape.OTHER: 2.5}


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of values that the strips of one chart share; zero is always in it."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Return the scale that holds these values and zero."""
        known = [0.0, *values]
        low, high = min(known), max(known)
        return cls(low, high if high > low else low + 1)

    def percent(self, value: float) -> float:
        """Return where a value lies, from 0 (left) to 100; what is outside lies on the edge."""
        return 100 * min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


@dataclass(frozen=True, slots=True)
class Mark:
    """One value on a dumbbell."""

    value: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Shade:
    """A cell of a heat map: what it says, and how much (None: no shade)."""

    text: str
    value: float | None


def draw_bar(scale: Scale, value: float, label: str, tone: str = "plus") -> Markup:
    """Return a bar from zero to a value; a negative one lies left of zero and looks it."""
    return draw_span(scale, (0, value), label, "minus" if value < 0 else tone)


def draw_span(scale: Scale, ends: tuple[float, float], label: str, tone: str) -> Markup:
    """Return a bar between two values, as the steps of a waterfall are."""
    left, right = sorted(map(scale.percent, ends))
    width = max(right - left, _HAIR) if ends[0] != ends[1] else 0
    x = min(left, 100 - width)
    bar = element("rect", class_=tone, x=_pc(x), y=2, width=_pc(width), height=_HEIGHT - 4)
    return _strip(label, _zero(scale), bar)


def draw_interval(scale: Scale, value: float, ends: tuple[float, float], label: str) -> Markup:
    """Return a dot on the line of its interval."""
    return _strip(label, _zero(scale), _range(scale, ends), _draw_mark(scale, Mark(value, Shape.CHOSEN)))


def draw_dumbbell(scale: Scale, marks: Sequence[Mark], label: str) -> Markup:
    """Return the marks of several models on the line that spans them, the chosen one on top."""
    if not marks:
        return _strip(label, _zero(scale))
    values = [mark.value for mark in marks]
    ordered = sorted(marks, key=lambda mark: mark.shape == Shape.CHOSEN)
    line = _range(scale, (min(values), max(values)))
    return _strip(label, _zero(scale), line, *(_draw_mark(scale, mark) for mark in ordered))


def draw_heat(
    caption: str,
    header: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Shade]]],
    narrow: Collection[int] | None = None,
) -> Markup:
    """Return a grid of named rows whose cells are the darker the larger their value is; short rows end early.

    Narrow screens show the columns at the places ``narrow`` only (the names of rows aside), so that none is off the
    edge; all where there are none.
    """
    hidden = [narrow is not None and place not in narrow for place in range(len(header) - 1)]
    largest = max((cell.value for _, cells in rows for cell in cells if cell.value is not None), default=0) or 1
    head = element(
        "tr",
        *(
            element("th", text, scope="col", class_=_WIDE if is_hidden else None)
            for text, is_hidden in zip(header, (False, *hidden), strict=True)
        ),
    )
    body = (
        element(
            "tr",
            element("th", name, scope="row"),
            *(_draw_shade(cell, largest, *[_WIDE][: hidden[place]]) for place, cell in enumerate(cells)),
        )
        for name, cells in rows
    )
    table = element(
        "table", element("caption", caption), element("thead", head), element("tbody", *body), class_="heat"
    )
    return element("div", table, class_="scroll", role="region", tabindex=0, aria_label=caption)


def _draw_shade(cell: Shade, largest: float, *classes: str) -> Markup:
    if cell.value is not None:
        classes = (f"heat-{min(int(cell.value / largest * _SHADES), _SHADES - 1)}", *classes)
    return element("td", cell.text, class_=" ".join(classes) or None)


def draw_key(shape: Shape) -> Markup:
    """Return one mark alone, for a legend."""
    mark = _draw_mark(Scale(-1, 1), Mark(0, shape))
    return element("svg", mark, class_="key", width=_HEIGHT, height=_HEIGHT, aria_hidden="true")


def _strip(label: str, *parts: Markup) -> Markup:
    return element("svg", *parts, class_="strip", height=_HEIGHT, role="img", aria_label=label)


def _zero(scale: Scale) -> Markup:
    if scale.low >= 0:
        return Markup()
    x = _pc(scale.percent(0))
    return element("line", class_="zero", x1=x, x2=x, y1=0, y2=_HEIGHT)


def _range(scale: Scale, ends: tuple[float, float]) -> Markup:
    left, right = map(scale.percent, ends)
    return element("line", class_="range", x1=_pc(left), x2=_pc(right), y1=_MIDDLE, y2=_MIDDLE)


def _draw_mark(scale: Scale, mark: Mark) -> Markup:
    x = _pc(scale.percent(mark.value))
    if mark.shape in _PATHS:
        # a nested svg puts a path of fixed size at a position in percent
        return element("svg", element("path", class_=mark.shape, d=_PATHS[mark.shape]), x=x, y=_MIDDLE, class_="at")
    return element("circle", class_=mark.shape, cx=x, cy=_MIDDLE, r=_RADII[mark.shape])


def _pc(percent: float) -> str:
    return f"{round(percent, 2):g}%"

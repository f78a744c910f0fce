"""Heat as one inline SVG: rows of cells, the darker the more; no script, no style attribute."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import east_asian_width

from o2o.reports.markup import Markup, element

_WIDTH, _LEFT, _TALL, _TOP, _NARROWEST = 1_000, 130, 26, 20, 12
_LETTER = 7  # how wide a Latin letter is; a Chinese character is twice as wide
_PALEST = 0.06


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of cells with its name; ``said`` is what each cell says when pointed at."""

    name: str
    values: Sequence[float]
    said: Sequence[str]


def draw_heat(rows: Sequence[HeatRow], columns: Sequence[str], label: str) -> Markup:
    """Return rows of cells under the names of their columns (none: rows of any length), shaded by their values."""
    count = max((len(row.values) for row in rows), default=1)
    wide = (_WIDTH - _LEFT) / max(count, _NARROWEST)
    largest = max((value for row in rows for value in row.values), default=0.0) or 1.0
    heads = [
        element(
            "text",
            element("title", name),
            _shorten(name, wide),
            x=f"{_LEFT + number * wide + wide / 2:.1f}",
            y=_TOP - 6,
            text_anchor="middle",
        )
        for number, name in enumerate(columns)
    ]
    parts = [_draw_row(row, number, wide, largest) for number, row in enumerate(rows)]
    height = _TOP + len(rows) * _TALL
    return element("svg", *heads, *parts, class_="heat", viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=label)


def _draw_row(row: HeatRow, number: int, wide: float, largest: float) -> Markup:
    y = _TOP + number * _TALL
    name = element("text", element("title", row.name), _shorten(row.name, _LEFT), x=0, y=f"{y + _TALL / 2 + 4:.1f}")
    cells = [
        _draw_cell(_LEFT + place * wide, y, wide, (value / largest, said))
        for place, (value, said) in enumerate(zip(row.values, row.said, strict=True))
    ]
    return element("g", name, *cells)


def _shorten(name: str, room: float) -> str:
    """Return as much of a name as there is room for."""
    wide = list(accumulate(_LETTER * (2 if east_asian_width(letter) in "WF" else 1) for letter in name))
    if not wide or wide[-1] <= room:
        return name
    return name[: sum(end + _LETTER <= room for end in wide)].rstrip() + "…"


def _draw_cell(x: float, y: float, wide: float, cell: tuple[float, str]) -> Markup:
    share, said = cell
    shade = f"{_PALEST + (1 - _PALEST) * max(share, 0):.2f}" if share else "0.03"
    return element(
        "rect", element("title", said), class_="plus", x=f"{x:.1f}", y=y, width=f"{wide - 2:.1f}", height=_TALL - 2,
        fill_opacity=shade,
    )  # fmt: skip

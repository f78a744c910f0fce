"""Heat as one inline SVG: rows of cells, the darker the more; no script, no style attribute."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from math import ceil
from unicodedata import east_asian_width

from o2o.config import Language
from o2o.reports.markup import Markup, element, join

_WIDTH, _LEFT, _TALL, _TOP, _NARROWEST = 1_000, 130, 26, 20, 12
_LETTER = 7  # how wide a Latin letter is; a Chinese character is twice as wide
_PALEST = 0.06
_NONE = 0.03
_DARK = 0.55  # a text on a darker cell is white
_CAPPED = 0.95
_KEY_CELLS = 6


class Shading(Enum):
    """What a shade says."""

    SHARE = "in proportion to the largest"
    CAPPED = "in proportion to the value that 95 % of cells don't exceed"
    RANK = "by rank"


_KEYS = {
    Shading.SHARE: ("少 → 多", "less → more"),
    Shading.CAPPED: (
        "少 → 多；最忙的 5% 格子同为最深，个别高峰不会让其余变淡",
        "less → more; the busiest 5% of cells are all darkest, so that a single peak doesn't pale the rest",
    ),
    Shading.RANK: (
        "颜色按名次，不按数值：最浅为最少，最深为最多；数值写在格子里",
        "shades are ranks, not amounts: palest the fewest, darkest the most; the cells say how many",
    ),
}


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of cells with its name; ``said`` is what each cell says when pointed at, ``texts`` what stands in it."""

    name: str
    values: Sequence[float]
    said: Sequence[str]
    texts: Sequence[str] = ()


def draw_heat(
    rows: Sequence[HeatRow],
    columns: Sequence[str],
    label: str,
    shading: Shading = Shading.SHARE,
    language: Language = Language.EN,
) -> Markup:
    """Return rows of cells under the names of their columns (none: rows of any length), shaded by their values."""
    count = max((len(row.values) for row in rows), default=1)
    wide = (_WIDTH - _LEFT) / max(count, _NARROWEST)
    shade = _choose_shade([value for row in rows for value in row.values if value > 0], shading)
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
    parts = [_draw_row(row, number, wide, shade) for number, row in enumerate(rows)]
    height = _TOP + len(rows) * _TALL
    svg = element("svg", *heads, *parts, class_="heat", viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=label)
    # a narrow screen scrolls the picture, not the page: its letters stay large enough to be read
    scrolled = element("div", svg, class_="scroll", role="region", tabindex=0, aria_label=label)
    return join(scrolled, _draw_key(language.of(_KEYS[shading])))


def _choose_shade(values: Sequence[float], shading: Shading) -> Callable[[float], float]:
    """Return what tells of a value how dark it is, from 0 to 1."""
    ordered = sorted(values)
    if not ordered:
        return lambda _value: 0.0
    if shading is Shading.RANK:
        distinct = sorted(set(ordered))
        return lambda value: (bisect_left(distinct, value) + 1) / len(distinct)
    largest = ordered[-1] if shading is Shading.SHARE else ordered[ceil(_CAPPED * (len(ordered) - 1))]
    return lambda value: min(value / largest, 1.0)


def _draw_key(text: str) -> Markup:
    cells = [
        element("rect", class_="plus", x=number * 16, y=0, width=15, height=12, fill_opacity=f"{_opacity(share):.2f}")
        for number in range(_KEY_CELLS)
        for share in [(number + 1) / _KEY_CELLS]
    ]
    svg = element("svg", *cells, class_="heat-key", width=16 * _KEY_CELLS, height=12, aria_hidden="true")
    return element("p", svg, text, class_="note")


def _draw_row(row: HeatRow, number: int, wide: float, shade: Callable[[float], float]) -> Markup:
    y = _TOP + number * _TALL
    name = element("text", element("title", row.name), _shorten(row.name, _LEFT), x=0, y=f"{y + _TALL / 2 + 4:.1f}")
    cells = [
        _draw_cell((_LEFT + place * wide, y, wide), shade(value) if value > 0 else 0.0, said, text)
        for place, (value, said, text) in enumerate(
            zip(row.values, row.said, row.texts or [""] * len(row.values), strict=True)
        )
    ]
    return element("g", name, *cells)


def _shorten(name: str, room: float) -> str:
    """Return as much of a name as there is room for."""
    wide = list(accumulate(_LETTER * (2 if east_asian_width(letter) in "WF" else 1) for letter in name))
    if not wide or wide[-1] <= room:
        return name
    return name[: sum(end + _LETTER <= room for end in wide)].rstrip() + "…"


def _draw_cell(at: tuple[float, float, float], share: float, said: str, text: str) -> Markup:
    x, y, wide = at
    rect = element(
        "rect", element("title", said), class_="plus", x=f"{x:.1f}", y=y, width=f"{wide - 2:.1f}", height=_TALL - 2,
        fill_opacity=f"{_opacity(share):.2f}",
    )  # fmt: skip
    if not text or len(text) * _LETTER > wide:
        return rect
    tone = "light" if _opacity(share) > _DARK else None
    middle = {"x": f"{x + wide / 2 - 1:.1f}", "y": f"{y + _TALL / 2 + 4:.1f}"}
    return join(rect, element("text", text, text_anchor="middle", pointer_events="none", class_=tone, **middle))


def _opacity(share: float) -> float:
    return _PALEST + (1 - _PALEST) * share if share else _NONE

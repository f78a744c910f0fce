"""Where things lie on a page at most, so that there is room for them on a picture of their own."""

from collections.abc import Callable, Iterator
from math import cos, radians, sin
from typing import Any

from o2o.printing.drawing.fonts import text_width
from o2o.printing.drawing.items import Art, Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned

ABOVE, BELOW = 1.3, 0.5
"""How far letters reach at most from their baseline, of their size."""

Extent = tuple[float, float, float, float]
"""Left, top, right and bottom in mm."""


def extent_of(item: Item) -> Extent:
    """Return where a thing lies at most."""
    return _EXTENTS[type(item)](item)


def join_extents(items: tuple[Item, ...]) -> Extent:
    """Return where things lie at most, all of them."""
    lefts, tops, rights, bottoms = zip(*map(extent_of, items), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def turn(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Return a point turned clockwise about 0, 0."""
    cosine, sine = cos(radians(degrees)), sin(radians(degrees))
    return x * cosine - y * sine, x * sine + y * cosine


def _extent_of_text(item: Text) -> Extent:
    width = text_width(item.text, item.font, item.size)
    half = item.size / 2
    return item.x - half, item.y - ABOVE * item.size, item.x + width + half, item.y + BELOW * item.size


def _extent_of_panel(item: Panel) -> Extent:
    half = item.line_width / 2
    return item.x - half, item.y - half, item.x + item.width + half, item.y + item.height + half


def _extent_of_stroke(item: Stroke) -> Extent:
    (left, right), (top, bottom) = sorted((item.x, item.to_x)), sorted((item.y, item.to_y))
    return left - item.width, top - item.width, right + item.width, bottom + item.width


def _extent_of_matrix(item: Matrix) -> Extent:
    side = item.symbol.size * item.module
    return item.x, item.y, item.x + side, item.y + side


def _extent_of_bars(item: Bars) -> Extent:
    width = max(start + width for start, width, _ in item.bars) * item.module
    return item.x, item.y, item.x + width, item.y + max(height for *_, height in item.bars) * item.module


def _extent_of_figure(item: Figure) -> Extent:
    right = max(block.x + block.width for block in item.blocks) * item.module
    bottom = max(block.y + block.height for block in item.blocks) * item.module
    return item.x, item.y, item.x + right, item.y + bottom


def _extent_of_image(item: Picture | Bitmap | Art) -> Extent:
    return item.x, item.y, item.x + item.width, item.y + item.height


def _extent_of_turned(item: Turned) -> Extent:
    corners = _corners(join_extents(item.items)) if item.items else iter([(0.0, 0.0)])
    xs, ys = zip(*(turn(x, y, item.degrees) for x, y in corners), strict=True)
    return item.x + min(xs), item.y + min(ys), item.x + max(xs), item.y + max(ys)


def _corners(extent: Extent) -> Iterator[tuple[float, float]]:
    left, top, right, bottom = extent
    yield from ((left, top), (right, top), (right, bottom), (left, bottom))


_EXTENTS: dict[type[Item], Callable[[Any], Extent]] = {
    Text: _extent_of_text,
    Panel: _extent_of_panel,
    Stroke: _extent_of_stroke,
    Matrix: _extent_of_matrix,
    Figure: _extent_of_figure,
    Bars: _extent_of_bars,
    Picture: _extent_of_image,
    Bitmap: _extent_of_image,
    Art: _extent_of_image,
    Turned: _extent_of_turned,
}

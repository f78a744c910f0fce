"""What each box of a template draws by itself: each thing, and where in the cell it lies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.extents import Extent, turn
from o2o.printing.drawing.fonts import text_width
from o2o.printing.drawing.items import Item, Matrix, Panel, Text, Turned
from o2o.printing.drawing.wrapping import ASCENT, DESCENT
from o2o.printing.layout.composer import lay_out
from o2o.printing.layout.parts import Layout
from o2o.printing.template.boxes import Box, Template
from o2o.printing.template.examples import made_up_picture

TOUCH = 0.05
"""So many mm things may lie over each other, as numbers are rounded."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one box draws: each thing and where it lies in the cell."""

    box: Box
    layout: Layout
    things: tuple[tuple[Item, Extent], ...]


def draw_box(template: Template, box: Box, values: Mapping[str, str], symbol: Symbol) -> Drawn:
    """Return what a box draws of these values when it stands alone."""
    alone = replace(template, boxes=(replace(box, preprinted=False),))
    layout = lay_out(alone, values, symbol, template.dpi, made_up_picture)
    return Drawn(box, layout, tuple(_flatten(layout.items)))


def _flatten(items: Iterable[Item], frames: tuple[Turned, ...] = ()) -> Iterator[tuple[Item, Extent]]:
    for item in items:
        if isinstance(item, Turned):
            yield from _flatten(item.items, (item, *frames))
        elif isinstance(item, Text | Panel | Matrix):
            yield item, _extent_within(_extent(item), frames)


def _extent(item: Text | Panel | Matrix) -> Extent:
    if isinstance(item, Text):
        width = text_width(item.text, item.font, item.size)
        return item.x, item.y - ASCENT * item.size, item.x + width, item.y + DESCENT * item.size
    if isinstance(item, Matrix):
        side = item.symbol.size * item.module
        return item.x, item.y, item.x + side, item.y + side
    return item.x, item.y, item.x + item.width, item.y + item.height


def _extent_within(extent: Extent, frames: Sequence[Turned]) -> Extent:
    """Return where an extent lies in the cell, out of the frames around it."""
    left, top, right, bottom = extent
    for frame in frames:
        corners = [turn(x, y, frame.degrees) for x in (left, right) for y in (top, bottom)]
        xs, ys = [frame.x + x for x, _ in corners], [frame.y + y for _, y in corners]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return left, top, right, bottom


def touches(extent: Extent, area: Panel) -> bool:
    """Tell whether something of an extent lies over an area."""
    left, top, right, bottom = extent
    return (
        left < area.x + area.width - TOUCH
        and right > area.x + TOUCH
        and top < area.y + area.height - TOUCH
        and bottom > area.y + TOUCH
    )


def is_open(item: Item) -> bool:
    """Tell whether what is drawn before an item is seen in its middle."""
    return isinstance(item, Panel) and not item.fill


def surrounds(item: Item, extent: Extent, area: Panel) -> bool:
    """Tell whether an item is a panel with a whole area in it."""
    left, top, right, bottom = extent
    around = left <= area.x + TOUCH and top <= area.y + TOUCH
    below = right >= area.x + area.width - TOUCH and bottom >= area.y + area.height - TOUCH
    return isinstance(item, Panel) and around and below


def ground_of(extent: Extent, panels: Sequence[tuple[Panel, Extent]]) -> str:
    """Return the colour on which the middle of an extent stands: that of the panel drawn last."""
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    below = (
        panel.fill
        for panel, (left, top, right, bottom) in reversed(panels)
        if left <= x <= right and top <= y <= bottom
    )
    return next(below, "#FFFFFF")

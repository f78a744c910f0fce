"""Marks beside the cells of a sheet: where to cut, the bleed, a rule that tells whether it was printed at 100 %."""

from collections.abc import Iterator

from o2o.printing.drawing.fonts import BOLD, REGULAR, text_width
from o2o.printing.drawing.items import Item, Panel, Stroke, Text, Turned
from o2o.printing.paper.stock import Stock

RULE = 50.0
"""The length of the rule in mm."""

_GREY = "#808080"
_BLACK = "#000000"
_CUT_FROM, _CUT_TO = 1.0, 5.0  # mm outside of the cells, or of their bleed
_EDGE = 3.5  # mm of the sheet's edge that printers leave white
_CLEAR = 1.0  # mm between a rule and the cells, or their marks
_RULE_HEIGHT = 2.4
_RULE_WORDS = "按 100% 打印，此线长 50 mm · Print at 100%, this line is 50 mm"
_RULE_SIZE = 2.0
_GAP = 2.0


def cut_lines(stock: Stock, bleed: float = 0.0) -> Iterator[Stroke]:
    """Yield short lines beside the sheet's cells and their bleed, in line with the edges of the cells."""
    (left, top), (right, bottom) = stock.origin, stock.end
    near, far = bleed + _CUT_FROM, bleed + _CUT_TO
    for column in range(stock.grid[0]):
        start = stock.corner(column)[0]
        for x in (start, start + stock.cell[0]):
            yield _cut(x, top - far, x, top - near)
            yield _cut(x, bottom + near, x, bottom + far)
    for row in range(stock.grid[1]):
        start = stock.corner(row * stock.grid[0])[1]
        for y in (start, start + stock.cell[1]):
            yield _cut(left - far, y, left - near, y)
            yield _cut(right + near, y, right + far, y)


def mark_room(bleed: float) -> float:
    """Return how many mm a page must be wider on each side than its trim, for bleed and crop marks."""
    return bleed + _CUT_TO + _CLEAR


def outlines(stock: Stock) -> Iterator[Item]:
    """Yield the outlines of the cells, to hold a trial print against the sheet of labels."""
    for cell in range(stock.cells):
        yield Panel(*stock.corner(cell), *stock.cell, stroke=_GREY, line_width=0.1)


def cell_numbers(stock: Stock) -> Iterator[Item]:
    """Yield the number of each cell in its middle, as ``--start`` and ``--skip`` count them."""
    size = min(stock.cell[0] / 3, stock.cell[1] / 2, 12.0)
    for cell in range(stock.cells):
        x, y = stock.corner(cell)
        text = str(cell + 1)
        width = text_width(text, BOLD, size)
        yield Text(x + (stock.cell[0] - width) / 2, y + stock.cell[1] / 2 + 0.36 * size, text, BOLD, size, _GREY)


def rule(stock: Stock) -> tuple[Item, ...]:
    """Return a line of 50 mm and its words in the waste of a sheet, nothing when there is no room beside the cells."""
    length = RULE + _GAP + text_width(_RULE_WORDS, REGULAR, _RULE_SIZE)
    taken = _EDGE + _CLEAR + (_CUT_TO if stock.cut_marks else 0)
    spare = [waste - taken - _RULE_HEIGHT for waste in _waste(stock)]
    bottom, top, left, right = (room >= 0 for room in spare)
    width, height = stock.page
    if (bottom or top) and width >= length + 2 * _EDGE:
        y = height - _EDGE - spare[0] / 2 - _RULE_HEIGHT if bottom else _EDGE + spare[1] / 2
        return (Turned((width - length) / 2, y, 0, _rule_items()),)
    if (left or right) and height >= length + 2 * _EDGE:
        x = _EDGE + spare[2] / 2 if left else width - _EDGE - spare[3] / 2 - _RULE_HEIGHT
        return (Turned(x, (height + length) / 2, 270, _rule_items()),)
    return ()


def _cut(x: float, y: float, to_x: float, to_y: float) -> Stroke:
    return Stroke(x, y, to_x, to_y, _GREY, 0.1)


def _waste(stock: Stock) -> tuple[float, float, float, float]:
    """Return the white of a sheet at its bottom, top, left and right."""
    right, bottom = stock.end
    return stock.page[1] - bottom, stock.origin[1], stock.origin[0], stock.page[0] - right


def _rule_items() -> tuple[Item, ...]:
    middle = _RULE_HEIGHT / 2
    ends = (Stroke(x, 0, x, _RULE_HEIGHT, _BLACK, 0.1) for x in (0.0, RULE))
    tens = (Stroke(x, middle - 0.5, x, middle + 0.5, _BLACK, 0.1) for x in range(10, int(RULE), 10))
    words = Text(RULE + _GAP, middle + 0.36 * _RULE_SIZE, _RULE_WORDS, REGULAR, _RULE_SIZE, _BLACK)
    return (Stroke(0, middle, RULE, middle, _BLACK, 0.1), *ends, *tens, words)

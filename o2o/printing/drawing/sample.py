"""What is written across every page of a sample."""

from collections.abc import Iterator
from math import hypot

from o2o.printing.drawing.fonts import BOLD, text_width
from o2o.printing.drawing.items import Text, Turned

SAMPLE = "样张 SAMPLE"

_COLOUR = "#E5007D"
_TURN = 30.0  # degrees, rising
_LENGTH = 0.24  # of the diagonal of the page
_MIDDLE = 0.36  # of the size, from the baseline to the middle of a letter


def sample_marks(width: float, height: float) -> Iterator[Turned]:
    """Yield 样张 SAMPLE scattered over an area in mm."""
    length = _LENGTH * hypot(width, height)
    size = length / text_width(SAMPLE, BOLD, 1)
    mark = Text(-length / 2, _MIDDLE * size, SAMPLE, BOLD, size, _COLOUR)
    for x, y in _scatter(width / length, height / length):
        yield Turned(x * length, y * length, -_TURN, (mark,))


def _scatter(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Yield the centres of marks of length 1 over an area: rows in turn of them, shifted by half a step."""
    columns, rows = max(1, round(width / 1.3)), max(2, round(height / 0.85))
    for row in range(rows):
        shift = (0.25 if row % 2 else -0.25) if columns > 1 or rows > 2 else 0.0
        for column in range(columns):
            yield (column + 0.5 + shift / 2) * width / columns, (row + 0.5) * height / rows

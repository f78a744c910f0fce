"""Codes in their looks and pictures as things to draw, in mm."""

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from o2o.printing.drawing.fonts import BOLD, text_width
from o2o.printing.drawing.items import Bitmap, Figure, Item, Panel, Text
from o2o.printing.drawing.look import Block, Logo, Words

_MIDDLE = 0.37  # of the size: from the baseline to the middle of a letter


def figures_of(parts: Iterable[Block | Words | Logo], area: Panel, module: float) -> Iterator[Item]:
    """Yield what shows the parts of a drawing in an area, blocks that follow each other as one figure."""
    for _, stretch in groupby(parts, key=lambda part: isinstance(part, Block)):
        alike = tuple(stretch)
        if blocks := tuple(part for part in alike if isinstance(part, Block)):
            yield Figure(area.x, area.y, module, blocks)
        for part in alike:
            if isinstance(part, Words):
                yield _text_of(part, area, module)
            elif isinstance(part, Logo):
                side = part.side * module
                yield fit_bitmap(part.data, Panel(area.x + part.x * module, area.y + part.y * module, side, side))


def _text_of(words: Words, area: Panel, module: float) -> Text:
    size = words.size * module
    x = area.x + (words.x + words.width / 2) * module - text_width(words.text, BOLD, size) / 2
    baseline = area.y + (words.y + words.height / 2) * module + _MIDDLE * size
    return Text(x, baseline, words.text, BOLD, size, words.colour)


def fit_bitmap(data: bytes, place: Panel) -> Bitmap:
    """Return an image in the middle of a place, whole and undistorted."""
    width, height = image_size(io.BytesIO(data)) or (1, 1)
    scale = min(place.width / width, place.height / height)
    x, y = place.x + (place.width - width * scale) / 2, place.y + (place.height - height * scale) / 2
    return Bitmap(x, y, width * scale, height * scale, data)


def image_size(source: Path | io.BytesIO) -> tuple[int, int] | None:
    """Return how many pixels wide and high an image is, or None where it can't be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(source) as image:
            return image.size
    except (OSError, UnidentifiedImageError):
        return None

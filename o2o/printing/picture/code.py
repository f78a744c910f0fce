"""One code as a picture for other programs: PNG, SVG or PDF, read back before it is handed over.

The finished picture is read clean; one that isn't plain is also read under eighteen simulated troubles of paper and
phone, and refused when too many of them lose it.
"""

from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from o2o.codes.smallest import make_symbol
from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.errors import SettingError
from o2o.expiring_links import check_lasting
from o2o.printing.drawing.fonts import missing_characters
from o2o.printing.drawing.look import LOGO_LEVEL, PLAIN, Drawing, Look, arrange
from o2o.printing.drawing.sample import SAMPLE
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.layout.codes import LEAST_QR_MODULE
from o2o.printing.picture.formats import FORMATS
from o2o.printing.picture.frame import Frame, whole_pixels
from o2o.printing.picture.trial import check_reading, count_survived
from o2o.text_files import whole_file

if TYPE_CHECKING:
    from PIL.Image import Image

_LARGEST_PIXELS = 8000


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """What shall be drawn: the text, the side of the code in mm with its quiet zone, how fine, and how it looks.

    The level is the least one; a higher one is taken where the code stays as large.
    """

    text: str
    side: float = 30.0
    dpi: int = 300
    level: str = "M"
    look: Look = PLAIN
    sample: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn code: the file's bytes, the code's side and the size of a module in mm; ``score``: troubles survived.

    A plain code is not tried, its score is None.
    """

    data: bytes
    side: float
    module: float
    score: int | None


def write_picture(path: Path, order: PictureOrder) -> Picture:
    """Draw a code into a file, whole or not at all; raises when it is too small to read or does not read back."""
    picture = make_picture(order, path.suffix.lower())
    with whole_file(path) as file:
        file.write(picture.data)
    return picture


def make_picture(order: PictureOrder, suffix: str) -> Picture:
    """Return a code drawn in the format of a file suffix, read back; a code with a logo is at level H."""
    check_lasting(order.text)
    order.look.check()
    _check_words(order.look)
    symbol = make_symbol(order.text, level=LOGO_LEVEL if order.look.logo else order.level, raised=True)
    _check_size(symbol, order)
    drawing = arrange(symbol, order.look, SAMPLE if order.sample else "")
    frame = _make_frame(symbol, order, drawing, suffix)
    draw, look_again = FORMATS[suffix]
    data = draw(drawing, frame)
    score = _score(look_again(data), drawing, order)
    return Picture(data, frame.module * _modules(symbol), frame.module, score)


def _modules(symbol: Symbol) -> int:
    return symbol.size + 2 * QUIET_ZONE


def _make_frame(symbol: Symbol, order: PictureOrder, drawing: Drawing, suffix: str) -> Frame:
    pixels = whole_pixels(order.side, _modules(symbol), order.dpi, LEAST_QR_MODULE)
    if suffix != ".png":
        return Frame(order.text, order.side / _modules(symbol), pixels, order.dpi)
    largest = ceil(pixels * max(drawing.width, drawing.height))
    if largest > _LARGEST_PIXELS:
        raise SettingError("dpi", str(order.dpi), f"a picture of {largest} x {largest} pixels is too large",
                           "use a lower --dpi, or SVG or PDF")  # fmt: skip
    return Frame(order.text, pixels * MM_PER_INCH / order.dpi, pixels, order.dpi)


def _check_size(symbol: Symbol, order: PictureOrder) -> None:
    module = order.side / _modules(symbol)
    if module < LEAST_QR_MODULE:
        least = ceil(LEAST_QR_MODULE * _modules(symbol))
        raise SettingError("size", f"{order.side:g} mm", f"modules of {module:.2f} mm are too small to read",
                           f"use --size {least} or more")  # fmt: skip


def _check_words(look: Look) -> None:
    if lacking := missing_characters(look.call):
        raise SettingError("call", look.call, f"no font of ours has {''.join(lacking)!r}", "use other words")


def _score(image: "Image", drawing: Drawing, order: PictureOrder) -> int | None:
    """Return how many troubles the finished picture survives; raises UnreadableCodeError when it doesn't read."""
    check_reading(image, order.text, order.text, "raise --size or --dpi")
    if order.look.is_plain:
        return None
    return count_survived(image, order.text, (drawing.width, drawing.height), order.text)

"""Reads codes back out of what was drawn: the zxing engine on a picture."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Picture = Image | memoryview | NDArray[np.uint8]

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


class Format(StrEnum):
    """The kinds of code that we print."""

    QR = "QRCode"
    EAN13 = "EAN13"
    EAN8 = "EAN8"
    CODE128 = "Code128"


@dataclass(frozen=True, slots=True)
class Reading:
    """A code found in a picture: what it says, its kind, and its middle in pixels from the top left.

    Of a QR also what its symbol says of itself, and its outer corners: the first, the one after it in the first row,
    and the one below it in the first column.
    """

    text: str
    format: Format
    x: float
    y: float
    symbol: "SymbolRead | None" = None


@dataclass(frozen=True, slots=True)
class SymbolRead:
    """What a QR symbol that was read says of itself; ``unused`` is the reader's share of error correction left."""

    version: int
    level: str
    mask: int
    unused: float
    corners: Corners


def read_codes(picture: "Picture", *formats: Format, quick: bool = False) -> list[Reading]:
    """Return the codes of these kinds (of all that we print when none is named) in a picture.

    A picture may be rows of grey bytes. ``quick`` is half the time for upright, clean prints.
    """
    import zxingcpp

    wanted = {getattr(zxingcpp.BarcodeFormat, name): name for name in formats or tuple(Format)}
    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(list(wanted)),
        try_invert=False,
        try_rotate=not quick,
        try_downscale=not quick,
    )
    return [_reading(code, wanted[code.format]) for code in found]


def read_symbol(picture: "Picture") -> str:
    """Return what a QR symbol says that fills a picture, squarely, but for its quiet zone; nothing if it can't be read.

    A pixel a module will do; twenty times as fast as looking for it.
    """
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(
        picture, formats, try_rotate=False, try_downscale=False, try_invert=False, is_pure=True
    )
    return "".join(code.text for code in found)


def _reading(code: Any, code_format: Format) -> Reading:
    symbol = _symbol_read(code) if code_format is Format.QR else None
    return Reading(code.text, code_format, *_middle(code.position), symbol)


def _symbol_read(code: Any) -> SymbolRead:
    said, position = code.extra, code.position
    corners = (position.top_left, position.top_right, position.bottom_left)
    first, right, below = ((float(corner.x), float(corner.y)) for corner in corners)
    return SymbolRead(
        int(said["Version"]), said["ECLevel"], int(said["DataMask"]), float(said["UEC"]), (first, right, below)
    )


def _middle(position: Any) -> tuple[float, float]:
    one, other = position.top_left, position.bottom_right
    return (one.x + other.x) / 2, (one.y + other.y) / 2

"""Reads codes back out of what was drawn: the zxing engine on a picture."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

    Picture = Image | memoryview


class Format(StrEnum):
    """The kinds of code that we print."""

    QR = "QRCode"
    EAN13 = "EAN13"
    EAN8 = "EAN8"
    CODE128 = "Code128"


@dataclass(frozen=True, slots=True)
class Reading:
    """A code found in a picture: what it says, its kind, and its middle in pixels from the top left."""

    text: str
    format: Format
    x: float
    y: float


def read_codes(picture: "Picture", *formats: Format, quick: bool = False) -> list[Reading]:
    """Return the codes of these kinds (of all that we print when none is named) in a picture.

    A picture may be a memoryview of rows of grey bytes. ``quick`` is half the time for upright, clean prints.
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
    return [Reading(code.text, wanted[code.format], *_middle(code.position)) for code in found]


def _middle(position: Any) -> tuple[float, float]:
    one, other = position.top_left, position.bottom_right
    return (one.x + other.x) / 2, (one.y + other.y) / 2

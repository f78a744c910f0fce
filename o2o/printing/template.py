"""What a print looks like: boxes in mm.

A box shows one or more fields of what is printed (``field = "name"``), or a text with fields in
braces (``text = "{name} {spec}"``). A box whose value is missing is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from o2o.printing.look import LOGO_LEVEL, Shape

DEFAULT_DPI = 300
"""Whole dots at 300 dpi are whole dots at 600 and 1200 dpi too: sharp on every office printer."""

FIELDS = frozenset({
    "code", "url", "id", "name", "label", "carrier", "date",
    "store", "store_id", "city", "campaign", "campaign_id",
    "sku", "gtin", "ean", "barcode", "spec", "unit", "origin", "category",
    "price", "member_price", "promo_price", "unit_price", "net_content", "lowest_price_7", "lowest_price_30",
    "aisle", "aisle_name", "bay", "shelf", "slot", "position",
    "person_id", "role", "place_id", "zone",
})  # fmt: skip
"""What a print may show of its subject; a template's own words come beside them."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A field in a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of a template; it is drawn when all fields of ``when`` and none of ``unless`` have a value."""

    name: str
    x: float
    y: float
    width: float
    height: float
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBox(Box):
    """Text that shrinks from ``size`` to ``min_size`` (points) until it fits into ``lines``; ``strike``: struck out."""

    size: float
    min_size: float = 0.0
    field: tuple[str, ...] = ()
    text: str = ""
    join: str = " "
    font: str = "regular"
    lines: int = 1
    leading: float = 1.25
    align: str = "left"
    valign: str = "middle"
    colour: str = "#000000"
    strike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBox(Box):
    """A price with large digits, small cents above, and what it is for (``suffix``) below them."""

    size: float
    min_size: float = 0.0
    field: tuple[str, ...] = ("price",)
    suffix: tuple[str, ...] = ()
    font: str = "bold"
    align: str = "left"
    valign: str = "middle"
    colour: str = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class QrBox(Box):
    """The code of the touchpoint, with its quiet zone and frame inside the box.

    ``logo`` is a file beside the template, ``call`` the words of a frame; with a field in braces that is empty, or
    without words, there is no frame.
    """

    colour: str = "#000000"
    ground: str = "#FFFFFF"
    shape: Shape = Shape.SQUARE
    logo: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniProgramBox(Box):
    """The mini-program code (小程序码) of the touchpoint, as WeChat drew it; ``optional``: left out without one."""

    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EanBox(Box):
    """An EAN-13 with its digits, or what else the barcode can be, with its quiet zones inside the box."""

    size: float = 8.0
    colour: str = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBox(Box):
    """A picture, whole and undistorted: a file beside the template, or one that a field names."""

    field: tuple[str, ...] = ()
    file: str = ""
    align: str = "center"
    valign: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class RectBox(Box):
    """A rectangle, filled, outlined, or both."""

    fill: str = ""
    stroke: str = ""
    line_width: float = 0.25
    radius: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBox(Box):
    """A line from the top left of its box to the bottom right."""

    colour: str = "#000000"
    line_width: float = 0.25
    dash: float = 0.0


KINDS: dict[str, type[Box]] = {
    "text": TextBox,
    "price": PriceBox,
    "qr": QrBox,
    "mini_program": MiniProgramBox,
    "ean13": EanBox,
    "image": ImageBox,
    "rect": RectBox,
    "line": LineBox,
}


@dataclass(frozen=True, slots=True)
class Template:
    """A template ready for use: its size in mm, its boxes in drawing order, its own words in each language."""

    name: str
    path: Path
    width: float
    height: float
    dpi: int
    stock: str
    words: Mapping[str, Mapping[str, str]]
    boxes: tuple[Box, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The names that the boxes use."""
        return frozenset(name for box in self.boxes for name in field_names(box))

    @property
    def level(self) -> str:
        """The error correction of its codes."""
        return LOGO_LEVEL if any(isinstance(box, QrBox) and box.logo for box in self.boxes) else "M"


def field_names(box: Box) -> Iterator[str]:
    """Yield the names of the fields that a box uses."""
    for key in ("field", "suffix", "when", "unless"):
        yield from getattr(box, key, ())
    for key in ("text", "call"):
        yield from PLACEHOLDER.findall(getattr(box, key, ""))

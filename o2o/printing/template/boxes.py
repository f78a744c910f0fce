"""What a print looks like: boxes in mm.

A box shows one or more fields of what is printed (``field = "name"``), or a text with expressions
in braces (``text = "{name} {spec}"``). A box whose value is missing is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from o2o.printing.drawing.look import LOGO_LEVEL, Shape
from o2o.printing.template.expressions import read_expression, read_wording

DEFAULT_DPI = 300
"""Whole dots at 300 dpi are whole dots at 600 and 1200 dpi too: sharp on every office printer."""

SCREEN_DPI = 96
"""A screen's pixels in an inch, as browsers reckon."""

FIELDS = frozenset({
    "code", "url", "id", "name", "label", "carrier", "date", "currency", "language", "locale", "logo", "slogan",
    "store", "store_id", "city", "campaign", "campaign_id",
    "sku", "gtin", "ean", "barcode", "spec", "unit", "origin", "category",
    "price", "member_price", "promo_price", "promo_from", "promo_to", "unit_price", "net_content",
    "lowest_price_7", "lowest_price_30",
    "aisle", "aisle_name", "bay", "shelf", "slot", "position",
    "person_id", "role", "place_id", "zone",
})  # fmt: skip
"""What a print may show of its subject; a template's own words come beside them."""


FRONT, BACK = "front", "back"
"""The sides of a print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of a template, turned clockwise about its middle by ``rotate`` degrees.

    It is drawn when all expressions of ``when`` hold and none of ``unless``; a field alone holds when it has a value.
    What is ``preprinted`` is on the paper already: it is in previews, not in prints.
    """

    name: str
    x: float
    y: float
    width: float
    height: float
    rotate: float = 0.0
    side: str = FRONT
    preprinted: bool = False
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
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBox(Box):
    """A price with large digits, small cents above, and what it is for (``suffix``) below them.

    It is that of a ``field``, or a ``text`` such as ``{price - promo_price|price}``.
    """

    size: float
    min_size: float = 0.0
    field: tuple[str, ...] = ("price",)
    text: str = ""
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
class LogoBox(Box):
    """The logo of the settings, else a ``file`` beside the template; left out when there is neither."""

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
    "logo": LogoBox,
    "rect": RectBox,
    "line": LineBox,
}


@dataclass(frozen=True, slots=True)
class Template:
    """A template ready for use: its size in mm, its boxes in drawing order, its own words in each language.

    ``pixels`` is the size of a screen; ``bleed`` how far its ground goes over the edge, ``safe`` how far from it
    texts stay; ``art`` a drawing below all boxes; ``inks`` what an electronic label can show; ``duplex`` the edge
    about which its back is turned; ``distance`` in mm from where it is read; ``fonts`` its own chains by their names.
    """

    name: str
    path: Path
    width: float
    height: float
    dpi: int
    stock: str
    words: Mapping[str, Mapping[str, str]]
    boxes: tuple[Box, ...]
    back: tuple[Box, ...] = ()
    pixels: tuple[int, int] | None = None
    bleed: float = 0.0
    safe: float = 0.0
    art: Path | None = None
    inks: tuple[str, ...] = ()
    duplex: str = ""
    distance: float = 0.0
    about: str = ""
    carrier: str = ""
    fonts: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        """The names that the boxes of both sides use."""
        return frozenset(name for box in (*self.boxes, *self.back) for name in field_names(box))

    @property
    def level(self) -> str:
        """The error correction of its codes."""
        return LOGO_LEVEL if any(isinstance(box, QrBox) and box.logo for box in (*self.boxes, *self.back)) else "M"

    def with_preprinted(self) -> "Template":
        """Return it with what is on the paper already, as previews show it."""
        boxes, back = ([replace(box, preprinted=False) for box in side] for side in (self.boxes, self.back))
        return replace(self, boxes=tuple(boxes), back=tuple(back))


def field_names(box: Box) -> Iterator[str]:
    """Yield the names of the fields that a box uses."""
    if isinstance(box, LogoBox):
        yield "logo"
    if not getattr(box, "text", ""):
        yield from getattr(box, "field", ())
    yield from getattr(box, "suffix", ())
    for key in ("text", "call"):
        yield from read_wording(getattr(box, key, "")).fields
    for condition in (*box.when, *box.unless):
        yield from read_expression(condition).fields

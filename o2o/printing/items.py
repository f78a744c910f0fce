"""Things that can be drawn, in mm from the top left of what they are placed in; sizes of text too."""

from dataclasses import dataclass
from pathlib import Path

from o2o.printing.look import Block


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text from its left end on its baseline."""

    x: float
    y: float
    text: str
    font: str
    size: float
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    line_width: float = 0.0
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str
    width: float
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class Matrix:
    """A QR symbol from its top left, without quiet zone."""

    x: float
    y: float
    module: float
    rows: tuple[tuple[bool, ...], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Blocks in modules, from the top left of their drawing."""

    x: float
    y: float
    module: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a linear code (first module, modules wide, modules high), without quiet zones."""

    x: float
    y: float
    module: float
    bars: tuple[tuple[int, int, int], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file in a rectangle of its own proportions."""

    x: float
    y: float
    width: float
    height: float
    path: Path


@dataclass(frozen=True, slots=True)
class Bitmap:
    """An image file's bytes in a rectangle of its own proportions."""

    x: float
    y: float
    width: float
    height: float
    data: bytes


Item = Text | Panel | Stroke | Matrix | Figure | Bars | Picture | Bitmap

"""Things that can be drawn, in mm from the top left of what they are placed in; sizes of text too."""

from dataclasses import dataclass
from pathlib import Path

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.look import Block

# none is ever changed, though none is frozen: frozen ones take four times as long to make, and a job makes millions


@dataclass(slots=True, unsafe_hash=True)
class Text:
    """One line of text from its left end on its baseline."""

    x: float
    y: float
    text: str
    font: str
    size: float
    colour: str


@dataclass(slots=True, unsafe_hash=True)
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


@dataclass(slots=True, unsafe_hash=True)
class Stroke:
    """A line from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str
    width: float
    dash: float = 0.0


@dataclass(slots=True, unsafe_hash=True)
class Matrix:
    """A QR symbol from its top left, without quiet zone; ``text`` is what it says."""

    x: float
    y: float
    module: float
    symbol: Symbol
    colour: str
    text: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Figure:
    """Blocks in modules, from the top left of their drawing."""

    x: float
    y: float
    module: float
    blocks: tuple[Block, ...]


BarGroup = tuple[tuple[int, int, int], ...]
"""Bars side by side: first module, modules wide, modules high each."""


@dataclass(slots=True, unsafe_hash=True)
class Bars:
    """The bars of a linear code without quiet zones, in groups that many codes share; what it says."""

    x: float
    y: float
    module: float
    groups: tuple[BarGroup, ...]
    colour: str
    text: str = ""

    @property
    def bars(self) -> BarGroup:
        """All bars from left to right."""
        return tuple([bar for group in self.groups for bar in group])


@dataclass(slots=True, unsafe_hash=True)
class Picture:
    """An image file in a rectangle of its own proportions."""

    x: float
    y: float
    width: float
    height: float
    path: Path


@dataclass(slots=True, unsafe_hash=True)
class Bitmap:
    """An image file's bytes in a rectangle of its own proportions."""

    x: float
    y: float
    width: float
    height: float
    data: bytes


@dataclass(slots=True, unsafe_hash=True)
class Art:
    """A drawing of any tool (``o2o.printing.pdf.art``) that fills a rectangle."""

    x: float
    y: float
    width: float
    height: float
    path: Path


@dataclass(slots=True, unsafe_hash=True)
class Turned:
    """Things in a frame of their own whose top left lies at x, y, turned clockwise by ``degrees`` about that corner."""

    x: float
    y: float
    degrees: float
    items: tuple["Item", ...]


Item = Text | Panel | Stroke | Matrix | Figure | Bars | Picture | Bitmap | Art | Turned

"""What the drawing of a code is drawn into, and how plain it is."""

from dataclasses import dataclass
from math import ceil

from o2o.printing.drawing.look import Block, Drawing, Logo
from o2o.printing.drawing.units import MM_PER_INCH


@dataclass(frozen=True, slots=True)
class Frame:
    """What a drawing is drawn into: its title, the size of a module in mm, and for a PNG in pixels, with its dpi."""

    title: str
    module: float
    pixels: int
    dpi: int


def is_sharp(drawing: Drawing) -> bool:
    """Tell whether a drawing has straight edges alone."""
    return all(not part.radius for part in drawing.parts if isinstance(part, Block)) and not any(
        isinstance(part, Logo) for part in drawing.parts
    )


def colours_of(drawing: Drawing) -> set[str]:
    """Return the colours of blocks and words."""
    return {part.colour for part in drawing.parts if not isinstance(part, Logo)}


def whole_pixels(side: float, modules: int, dpi: int, least: float) -> int:
    """Return the pixels of a module: as many whole ones as come nearest to a side in mm, no fewer than ``least`` mm."""
    per_inch = dpi / MM_PER_INCH
    return max(ceil(least * per_inch), round(side * per_inch / modules))

"""A page of a print as an eye sees it: the codes and texts in each area, in mm from the top left."""

from collections.abc import Iterator
from typing import Protocol

from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.proof.picture import Area, Picture

CLOSER = (200, 300, 600)
"""The dpi at which an area is looked at, one after the other."""

_MOST_PIXELS = 4000


class Sheet(Protocol):
    """One page of a print."""

    def look(self, dpi: float, across: float = 0.0) -> Picture:
        """Return the whole page, so many pixels an inch; perhaps more of them across."""

    def look_at(self, area: Area, dpi: float) -> Picture:
        """Return an area of the page, its pixels in step with those of the whole page."""

    def text(self, area: Area) -> str | None:
        """Return the text in an area without white space; None where a page has pixels only."""

    def hidden_texts(self, area: Area) -> list[str]:
        """Return texts that stand in an area but can't be seen, because something lies over them."""


def closer_looks(sheet: Sheet, area: Area) -> Iterator[Picture]:
    """Yield pictures of an area at ever higher resolution."""
    finest = _MOST_PIXELS * MM_PER_INCH / max(area.width, area.height)
    for dpi in CLOSER:
        picture = sheet.look_at(area, min(dpi, finest))
        if not picture.greys.size:  # the page was turned or cut
            return
        yield picture
        if dpi > finest:
            return

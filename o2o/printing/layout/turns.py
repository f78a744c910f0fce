"""Boxes that are turned about their middle."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, radians, sin

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.items import Panel, Turned
from o2o.printing.layout.parts import Desk, FindPicture, Part, Stamp, Values
from o2o.printing.template.boxes import Box


def make_turned_stamp(box: Box, make_stamp: Callable[[Box, Desk], Stamp], desk: Desk) -> Stamp:
    """Return the stamp of a box in a frame of its own, turned about the box's middle."""
    turn = _Turn.of(box, desk.snap)
    show = make_stamp(replace(box, x=0.0, y=0.0), desk)

    def stamp(values: Values, symbol: Symbol, find: FindPicture) -> Part:
        return turn.part(show(values, symbol, find))

    return stamp


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where the top left of a turned frame lies, and by how much it is turned: degrees, cosine and sine."""

    x: float
    y: float
    degrees: float
    along: float
    across: float

    @classmethod
    def of(cls, box: Box, snap: Callable[[float], float]) -> "_Turn":
        """Return the turn about the middle of a box; quarter turns keep what is on the printer's dots on them."""
        along, across = cos(radians(box.rotate)), sin(radians(box.rotate))
        if not box.rotate % 90:
            along, across = round(along), round(across)
        x = box.x + (box.width - box.width * along + box.height * across) / 2
        y = box.y + (box.height - box.width * across - box.height * along) / 2
        if not box.rotate % 90:
            x, y = snap(x), snap(y)
        return cls(x, y, box.rotate % 360, along, across)

    def part(self, part: Part) -> Part:
        """Return a part of the frame as a part of the cell."""
        items = part.items and (Turned(self.x, self.y, self.degrees, part.items),)
        found = part.findings
        if found is None:
            return Part(items, part.texts)
        codes = tuple(map(self.area, found.codes))
        styled = tuple([replace(code, area=self.area(code.area)) for code in found.styled])
        return Part(items, part.texts, replace(found, codes=codes, styled=styled))

    def area(self, panel: Panel) -> Panel:
        """Return where an area of the frame lies in the cell; it holds for quarter turns."""
        corners = ((panel.x, panel.y), (panel.x + panel.width, panel.y + panel.height))
        left, right = sorted(self.x + x * self.along - y * self.across for x, y in corners)
        top, bottom = sorted(self.y + x * self.across + y * self.along for x, y in corners)
        return replace(panel, x=left, y=top, width=right - left, height=bottom - top)

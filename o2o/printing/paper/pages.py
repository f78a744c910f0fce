"""What the pages of a template are: their stock, where they are cut, what stands beside the cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from o2o.db import Database
from o2o.errors import SettingError
from o2o.printing.drawing.items import Item
from o2o.printing.drawing.writer import Area, PageBoxes
from o2o.printing.paper.imposition import Flip, mirror
from o2o.printing.paper.marks import cut_lines, mark_room, outlines, rule
from o2o.printing.paper.printers import Printer, find_printer
from o2o.printing.paper.stock import Stock, page_stock
from o2o.printing.paper.stocks import find_stock
from o2o.printing.template.boxes import Template

OF_THE_TEMPLATE = "label"
"""The name of the stock whose pages have the size of the template."""

_BLEED = 3.0


class Mark(StrEnum):
    """What is printed beyond the trim."""

    CROP = "crop"
    BLEED = "bleed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """What is asked of the paper: its stock and marks, how far it bleeds, the printer's name, outlines for a trial."""

    stock: str = ""
    marks: tuple[Mark, ...] = ()
    bleed: float | None = None
    printer: str = ""
    outlines: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Paper:
    """The pages of a template."""

    stock: Stock
    dpi: int
    boxes: PageBoxes | None = None
    bleed: float = 0.0
    printer: Printer | None = None
    flip: Flip | None = None
    inks: tuple[str, ...] = ()

    @property
    def sides(self) -> int:
        """How many sides of a sheet are printed."""
        return 2 if self.flip else 1

    def cell(self, number: int, *, back: bool = False) -> Area:
        """Return left, top, width and height of a cell in the file, moved by as much as the printer is off."""
        return self._lay(*self.stock.corner(number), *self.stock.cell, back=back)

    def reach(self, number: int, *, back: bool = False) -> Area:
        """Return how far a cell may be printed: to its bleed, but no more than halfway to the next cell."""
        x, y = self.stock.corner(number)
        spots = zip(reversed(divmod(number, self.stock.grid[0])), self.stock.grid, strict=True)
        (left, right), (top, bottom) = (self._beyond(axis, *spot) for axis, spot in enumerate(spots))
        width, height = self.stock.cell
        return self._lay(x - left, y - top, width + left + right, height + top + bottom, back=back)

    def _beyond(self, axis: int, place: int, count: int) -> tuple[float, float]:
        """Return the bleed before and behind the cells of a column or row."""
        inner = min(self.bleed, max(0.0, self.stock.pitch[axis] - self.stock.cell[axis]) / 2)
        return inner if place else self.bleed, inner if place < count - 1 else self.bleed

    def _lay(self, x: float, y: float, width: float, height: float, *, back: bool) -> Area:
        if back and self.flip:
            x, y = mirror(self.stock.page, (x, y, width, height), self.flip)
        if self.printer:
            middle_x, middle_y = self.printer.aim(x + width / 2, y + height / 2)
            x, y = middle_x - width / 2, middle_y - height / 2
        return x, y, width, height

    def around(self, terms: PaperTerms) -> Iterator[Item]:
        """Yield what stands beside the cells of each page."""
        stock = self._aimed()
        if terms.outlines:
            yield from outlines(stock)
        if stock.cut_marks:
            yield from cut_lines(stock, self.bleed)
        yield from rule(stock)

    def _aimed(self) -> Stock:
        """Return the stock with its cells where they lie in the file."""
        if not self.printer:
            return self.stock
        pitch = (self.stock.pitch[0] / self.printer.scale[0], self.stock.pitch[1] / self.printer.scale[1])
        return replace(self.stock, origin=self.cell(0)[:2], pitch=pitch)


def choose_paper(db: Database, template: Template, terms: PaperTerms) -> Paper:
    """Return the paper of a template; raises SettingError when the template is too large for its cells."""
    name = "" if terms.stock.lower() == OF_THE_TEMPLATE else terms.stock or template.stock
    stock = find_stock(db, name) if name else page_stock(template.name, template.width, template.height)
    _check_fits(template, stock)
    printer = find_printer(db, terms.printer) if terms.printer else None
    flip = Flip(template.duplex or Flip.LONG_EDGE) if template.back else None
    dpi = (printer and printer.dpi) or stock.dpi or template.dpi
    paper = Paper(stock, dpi, printer=printer, flip=flip, inks=template.inks)
    bleed = _bleed(template, stock, terms)
    if stock.cell != stock.page:
        return replace(paper, stock=_with_cut_marks(stock, terms), bleed=bleed)
    return _widen(paper, bleed, terms)


def _check_fits(template: Template, stock: Stock) -> None:
    if template.width > stock.cell[0] + 0.01 or template.height > stock.cell[1] + 0.01:
        raise SettingError(
            "stock", stock.name, f"a cell of {stock.cell[0]:g} x {stock.cell[1]:g} mm is too small for the template "
            f"{template.name!r} of {template.width:g} x {template.height:g} mm", "choose a larger one",
        )  # fmt: skip


def _with_cut_marks(stock: Stock, terms: PaperTerms) -> Stock:
    return replace(stock, cut_marks=Mark.CROP in terms.marks) if terms.marks else stock


def _bleed(template: Template, stock: Stock, terms: PaperTerms) -> float:
    """Return how far a cell bleeds: as asked, else as its template, where there is room for it or marks are wanted."""
    if Mark.NONE in terms.marks:
        return 0.0
    if terms.bleed is not None:
        return terms.bleed
    own = template.bleed
    if Mark.BLEED in terms.marks:
        return own or _BLEED
    has_room = stock.cell != stock.page or not (terms.stock or template.stock)
    return own if terms.marks or has_room else 0.0


def _widen(paper: Paper, bleed: float, terms: PaperTerms) -> Paper:
    """Return a page with room around its trim for bleed and crop marks, where there are any."""
    crop = Mark.CROP in terms.marks
    room = mark_room(bleed) if crop else bleed
    if not room:
        return paper
    stock, (width, height) = paper.stock, paper.stock.page
    wide = replace(stock, page=(width + 2 * room, height + 2 * room), origin=(room, room), cut_marks=crop)
    beyond = room - bleed
    boxes = PageBoxes((room, room, width, height), (beyond, beyond, width + 2 * bleed, height + 2 * bleed))
    return replace(paper, stock=wide, boxes=boxes, bleed=bleed)

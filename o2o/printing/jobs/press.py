"""The press: fills sheet after sheet, and writes down what each cell shows."""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, count
from json.encoder import encode_basestring

from o2o.db import Database
from o2o.errors import SettingError
from o2o.printing.drawing.items import Item, Panel
from o2o.printing.drawing.writer import Area, Writer
from o2o.printing.jobs.composers import Composers
from o2o.printing.jobs.manifest import Manifest
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.remarks import Remarks
from o2o.printing.layout.parts import Layout
from o2o.printing.paper.imposition import Order, Plan, Turns
from o2o.printing.paper.pages import Paper
from o2o.printing.paper.stock import Stock
from o2o.printing.picture.trial import try_print
from o2o.printing.selection.dropping import Dropper
from o2o.printing.selection.faces import Faces
from o2o.printing.selection.records import Record, Records

Sides = tuple[Layout, ...]
"""The front of a label, and its back where it has one."""


class Press:
    """Fills sheet after sheet; knows the page under way and writes the manifest."""

    def __init__(self, db: Database, writer: Writer, order: PrintOrder) -> None:
        self.writer = writer
        self.order = order
        self.manifest = Manifest(db)
        self.dropper = Dropper()
        self._faces = Faces()
        self.templates: dict[str, int] = {}  # the dpi that each was laid out for
        self.remarks = Remarks()
        self.composers = Composers(db, order.paper)
        self._paper: Paper | None = None
        self._used = frozenset(order.used)
        self._plan = Plan((1, 1))
        self._places: Iterator[tuple[int, int]] = iter(())
        self._copies_of: Callable[[str], int] = lambda _: 1
        self._page = -1
        self._spots: dict[tuple[int, bool], _Spot] = {}
        self._backs: list[tuple[Record, Layout, int]] = []
        self._tried: set[tuple[object, ...]] = set()
        self._codes: list[Panel] = []

    @property
    def _in_stacks(self) -> bool:
        return self.order.turn is Order.CUT_AND_STACK

    def in_turn(self, records: Records) -> Collection[int]:
        """Return the numbers of records in the order in which pages show them; stacks name each once a copy."""
        self._copies_of = records.copies_of
        if not (self._in_stacks and len(records)):
            return range(len(records))
        ends = array("Q", accumulate(copies * self.order.copies for copies in records.own_copies))
        paper = self.composers.paper_of(records.take([0])[0].template)
        self._turn_to(paper, ends[-1] if ends else len(records) * self.order.copies)
        return Turns(self._plan, self.order.copies, ends)

    def put(self, record: Record, sides: Sides) -> None:
        """Print a record into the next cells, once for each copy."""
        paper = self.composers.paper_of(record.template)
        self._turn_to(paper)
        self.templates[record.template.name] = paper.dpi
        self.remarks.note(sides)
        for layout in sides:
            if layout.styled:
                self._try(record, layout)
        for _ in range(1 if self._in_stacks else self.order.copies * self._copies_of(record.subject_id)):
            page, cell = next(self._places)
            if page != self._page:
                self._start_page(page)
            self._fill(record, sides[0], cell)
            self._backs += [(record, back, cell) for back in sides[1:]]

    def leave_out(self) -> None:
        """Pass over a record: in a stack its cell stays empty, else the next record takes it."""
        if self._in_stacks:
            next(self._places)

    def end_page(self) -> None:
        """Close the page under way, if there is one, and print its back."""
        if self._paper is None or self._page < 0:
            return
        self._finish_page(self._paper.around(self.order.paper))
        if self._backs:
            self._open_page(self._paper)
            for record, layout, cell in self._backs:
                self._fill(record, layout, cell, back=True)
            self._finish_page(())
        self._page, self._backs = -1, []

    def _try(self, record: Record, layout: Layout) -> None:
        template = record.template
        for code in layout.styled:
            look = (template.path, code.box, code.level, code.module, code.area.width)
            if look not in self._tried:
                what = f"template {template.name!r}, box {code.box!r}: {record.values['url']}"
                try_print(layout, code, record.values["url"], self.composers.paper_of(template).dpi, what)
                self._tried.add(look)

    def _turn_to(self, paper: Paper, labels: int = 0) -> None:
        if self._paper is paper or self._paper == paper:
            return
        if self._paper is not None and self._in_stacks:
            raise SettingError(
                "order", Order.CUT_AND_STACK, "these are labels of several sizes, of which no stack can be cut",
                "choose those of one with --carrier, or name one --template",
            )  # fmt: skip
        self.end_page()
        _check_used(self._used, paper.stock)
        self._paper = paper
        self._spots.clear()
        self.writer.duplex = paper.flip or self.writer.duplex
        self._plan = Plan(paper.stock.grid, self._used, self.order.turn, labels)
        self._used = frozenset()
        self._places = self._plan.place_all(self._plan.in_turn() if self._in_stacks else count())

    def _start_page(self, page: int) -> None:
        if self._paper is not None:
            self.end_page()
            self._open_page(self._paper)
            self._page = page

    def _spot(self, cell: int, *, back: bool) -> "_Spot":
        """Return where a cell lies: the same on every sheet."""
        if self._paper is not None and (cell, back) not in self._spots:
            self._spots[cell, back] = _Spot.of(self._paper, cell, back=back)
        return self._spots[cell, back]

    def _open_page(self, paper: Paper) -> None:
        self.writer.inks = paper.inks
        self.writer.start_page(*paper.stock.page, paper.dpi, paper.boxes)

    def _finish_page(self, around: Iterable[Item]) -> None:
        self.writer.place(around, 0, 0)
        if self.order.sample:
            self.writer.mark_sample(self._codes)
        self.writer.end_page()
        self._codes = []

    def _fill(self, record: Record, layout: Layout, cell: int, *, back: bool = False) -> None:
        template = record.template
        spot = self._spots.get((cell, back)) or self._spot(cell, back=back)
        x, y, width, height = spot.area
        left, top = x + (width - template.width) / 2, y + (height - template.height) / 2
        if template.inks:
            self.writer.name_page(record.subject_id)
        parts = [part.items for part in layout.parts]
        self.writer.place_parts(parts, left, top, spot.reach if template.bleed else None)
        if self.order.sample:
            self._codes += [Panel(left + c.x, top + c.y, c.width, c.height) for c in layout.codes]
        self.manifest.add((
            self.writer.pages, cell + 1, record.touchpoint_id, template.name,
            record.values["url"] if layout.has_qr else "", layout.ean, _encode_list(layout.texts),
            *spot.kept, self._faces.write(record),
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a cell lies, how far it may be printed, and what the manifest says of its place and size."""

    area: Area
    reach: Area
    kept: Area

    @classmethod
    def of(cls, paper: Paper, cell: int, *, back: bool) -> "_Spot":
        """Return the spot of a cell."""
        x, y, width, height = area = paper.cell(cell, back=back)
        return cls(area, paper.reach(cell, back=back), (round(x, 3), round(y, 3), width, height))


def _encode_list(texts: Iterable[str]) -> str:
    """Return texts as JSON, as the encoder of any value writes them, but many times as fast."""
    return f"[{', '.join(map(encode_basestring, texts))}]"


def _check_used(used: frozenset[int], stock: Stock) -> None:
    if used and (max(used) >= stock.cells or len(used) == stock.cells):
        raise SettingError(
            "used labels", f"{min(used) + 1} to {max(used) + 1}", f"{stock.name} has {stock.cells} label(s) a sheet",
            "leave one of them to print on",
        )  # fmt: skip

"""Print jobs: lay out every record, refuse or print, and keep what each cell of each page shows.

A record with a problem is never printed. Without ``skip_problems`` nothing is printed as long as
there is one. File and manifest appear together: the rows are committed once the file is written, and
then the file takes its name; a PDF without its manifest could not be proved. Until then they wait in
temporary tables, and nobody who uses the shop's file meanwhile waits for the print.
"""

import json
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from itertools import accumulate, count, islice
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from o2o.codes.smallest import make_symbols
from o2o.codes.symbol import Symbol
from o2o.collector import without_collector
from o2o.config import Settings, check_reachable
from o2o.db import Database, reading, writing
from o2o.errors import O2OError, OutputError, SettingError
from o2o.expiring_links import check_lasting
from o2o.mini_program_codes import find_picture
from o2o.printing.drawing.items import Item, Panel
from o2o.printing.drawing.writer import Area, Writer
from o2o.printing.jobs.manifest import Again, Manifest, Problems
from o2o.printing.jobs.writers import find_writer
from o2o.printing.paper.imposition import Order, Plan, Turns
from o2o.printing.paper.pages import Paper, PaperTerms, choose_paper
from o2o.printing.paper.stock import Stock
from o2o.printing.picture.trial import try_print
from o2o.printing.selection.choice import PrintProblem
from o2o.printing.selection.dropping import Dropper
from o2o.printing.selection.faces import Faces
from o2o.printing.selection.records import Record, Records
from o2o.printing.selection.selections import Selection
from o2o.printing.template.boxes import Template
from o2o.printing.template.layout import FINE_PICTURE_DPI, Composer, Layout
from o2o.text_files import whole_file

Progress = Callable[[Collection[int]], Iterable[int]]
"""Passes on the numbers of the records as they are printed, and shows how far they are."""

_Sides = tuple[Layout, ...]
_BATCH = 1200
MOST_COPIES = 1_000_000


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """How a selection is printed: where to, on which paper, how often each, in which cells of the sheets.

    ``used`` are the cells of the first sheet that are used up, counted from 0; ``qr`` says whether codes are drawn as
    ``vector`` or ``image``. What is printed ``again`` must show the same.
    """

    out: Path
    command: str
    paper: PaperTerms = field(default_factory=PaperTerms)
    copies: int = 1
    used: tuple[int, ...] = ()
    turn: Order = Order.ROWS
    skip_problems: bool = field(default=False, kw_only=True)
    drop_missing: bool = field(default=False, kw_only=True)
    sample: bool = field(default=False, kw_only=True)
    qr: str = field(default="vector", kw_only=True)
    again: Again | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What a job printed, and what it left out: so many problems, of which the first are at hand."""

    job_id: int
    pages: int
    cells: int
    problems: tuple[PrintProblem, ...]
    problem_count: int
    problems_file: Path | None
    remarks: tuple[str, ...] = ()


class PrintRefusedError(O2OError):
    """Records that can't be printed as they are; nothing was printed."""

    def __init__(self, problems: Problems, problems_file: Path | None, *, skipped: bool) -> None:
        self.problems = problems.first
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        what = "nothing is left to print" if skipped else "correct them, or print the rest with --skip-problems"
        more = (
            f"\n  and {len(problems) - len(self.problems):,} more, listed in {problems_file}" if problems_file else ""
        )
        super().__init__(f"nothing was printed: {len(problems):,} problem(s); {what}{listed}{more}")


@without_collector()
def print_selection(
    db: Database,
    settings: Settings,
    selection: Selection,
    order: PrintOrder,
    now: int,
    progress: Progress = iter,
) -> PrintResult:
    """Print a selection into one file and keep its manifest; raises PrintRefusedError with all problems.

    One code of each look is tried as it will be printed; raises UnreadableCodeError when it would be hard to scan.
    """
    _check_order(settings, order)
    begin = find_writer(order.out)
    problems = Problems(db)
    job_id = None
    try:
        with whole_file(order.out) as file:
            press = _Press(db, begin(file, order.out, selection.title, settings.language, order.qr), order)
            with reading(db):
                _fill(press, selection, problems, progress)
            if problems and not (order.skip_problems and press.manifest):
                raise _refusal(order, problems)
            job_id = _keep(db, press, selection, now)
            file.flush()
    except OutputError:
        if job_id is not None and not _is_whole(order):
            forget_job(db, job_id)
        raise
    return PrintResult(
        job_id,
        press.writer.pages,
        len(press.manifest),
        problems.first,
        len(problems),
        problems.list_beside(order.out),
        (*_remark_barcodes(press), *_remark_pictures(press), *_remark_sides(press), *press.dropper.remarks()),
    )


def _refusal(order: PrintOrder, problems: Problems) -> PrintRefusedError:
    listed = problems.list_beside(order.out) if len(problems) > len(problems.first) else None
    return PrintRefusedError(problems, listed, skipped=order.skip_problems)


def _fill(press: "_Press", selection: Selection, problems: Problems, progress: Progress) -> None:
    """Print the records, unless there is a problem and problems aren't to be skipped."""
    for problem in selection.problems:
        problems.add(problem)
    for record, sides in _lay_out_all(selection.records, press, progress):
        for problem in _problems_of(record, sides):
            problems.add(problem)
        if any(side.troubles for side in sides) or (problems and not press.order.skip_problems):
            press.leave_out()
        else:
            press.put(record, sides)
    press.end_page()


def _remark_barcodes(press: "_Press") -> Iterator[str]:
    parts = [f"{press.as_code128:,} printed as Code 128"] if press.as_code128 else []
    if press.no_barcode:
        such = press.such_barcode
        parts.append(f"{press.no_barcode:,} left out, too long for the box or not ASCII, such as {such!r}")
    if parts:
        yield f"barcodes that are no EAN: {', '.join(parts)}; 'o2o catalog check' names their products"


def _remark_pictures(press: "_Press") -> Iterator[str]:
    if press.coarse:
        yield (
            f"{press.coarse.total():,} mini-program code(s) are coarse at their size, down to {min(press.coarse)} dpi; "
            f"at {FINE_PICTURE_DPI} they look sharp: fetch them with a larger 'o2o wechat fetch --width'"
        )


def _remark_sides(press: "_Press") -> Iterator[str]:
    if len(press.sides) > 1:
        yield "some pages have backs and others none: print those of two sides by themselves, with --template"


def _check_order(settings: Settings, order: PrintOrder) -> None:
    if not 1 <= order.copies <= MOST_COPIES:
        raise SettingError("copies", str(order.copies), "not a number of copies", f"write 1 to {MOST_COPIES}")
    check_reachable(settings, sample=order.sample)
    check_lasting(settings.base_url)


def _lay_out_all(records: Records, press: "_Press", progress: Progress) -> Iterator[tuple[Record, _Sides]]:
    """Yield each record with its layouts; records and codes are made in batches."""
    remaining = iter(progress(press.in_turn(records)))
    while numbers := list(islice(remaining, _BATCH)):
        batch = records.take(numbers, shown_only=True)
        if press.order.drop_missing:
            batch = list(map(press.dropper.drop, batch))
        for record, symbol in zip(batch, symbols_of(batch), strict=True):
            find = partial(find_picture, records.db, record.touchpoint_id)
            composers = press.composers_of(record.template)
            yield record, tuple([composer.lay_out(record.values, symbol, find) for composer in composers])


def symbols_of(records: Sequence[Record]) -> list[Symbol]:
    """Return the symbol of each record, at the highest level that makes it no larger than its template's."""
    level_of = {template.path: template.level for template in {id(r.template): r.template for r in records}.values()}
    levels = [level_of[record.template.path] for record in records]
    made = {}
    for level in dict.fromkeys(levels):
        urls = [record.values["url"] for record, own in zip(records, levels, strict=True) if own == level]
        made[level] = iter(make_symbols(urls, level=level, raised=True))
    return [next(made[level]) for level in levels]


def _problems_of(record: Record, sides: _Sides) -> Iterator[PrintProblem]:
    for trouble in (trouble for side in sides for trouble in side.troubles):
        yield PrintProblem(
            record.kind, record.subject_id, record.values.get("name", ""), trouble.reason, trouble.advice,
            trouble.box, trouble.text,
        )  # fmt: skip


class _Press:
    """Fills sheet after sheet; knows the page under way and writes the manifest."""

    def __init__(self, db: Database, writer: Writer, order: PrintOrder) -> None:
        self.writer = writer
        self.order = order
        self.manifest = Manifest(db)
        self.dropper = Dropper()
        self._faces = Faces()
        self.templates: dict[str, int] = {}  # the dpi that each was laid out for
        self.sides: set[int] = set()
        self.as_code128 = 0
        self.no_barcode = 0
        self.such_barcode = ""
        self.coarse: Counter[int] = Counter()
        self._db = db
        self._papers: dict[Path, Paper] = {}
        self._composers: dict[Path, tuple[Composer, ...]] = {}
        self._paper: Paper | None = None
        self._used = frozenset(order.used)
        self._plan = Plan((1, 1))
        self._labels: Iterator[int] = iter(())
        self._copies_of: Callable[[str], int] = lambda _: 1
        self._page = -1
        self._spots: dict[tuple[int, bool], tuple[Area, Area]] = {}
        self._backs: list[tuple[Record, Layout, int]] = []
        self._tried: set[tuple[object, ...]] = set()
        self._codes: list[Panel] = []

    @property
    def _in_stacks(self) -> bool:
        return self.order.turn is Order.CUT_AND_STACK

    def paper_of(self, template: Template) -> Paper:
        """Return what a template is printed on."""
        if template.path not in self._papers:
            self._papers[template.path] = choose_paper(self._db, template, self.order.paper)
        return self._papers[template.path]

    def composers_of(self, template: Template) -> tuple[Composer, ...]:
        """Return what lays out a template's front, and its back if there is one."""
        if template.path not in self._composers:
            paper = self.paper_of(template)
            sides = (False, True)[: paper.sides]
            self._composers[template.path] = tuple(Composer(template, paper.dpi, back=back) for back in sides)
        return self._composers[template.path]

    def in_turn(self, records: Records) -> Collection[int]:
        """Return the numbers of records in the order in which pages show them; stacks name each once a copy."""
        self._copies_of = records.copies_of
        if not (self._in_stacks and len(records)):
            return range(len(records))
        ends = array("Q", accumulate(copies * self.order.copies for copies in records.own_copies))
        paper = self.paper_of(records.take([0])[0].template)
        self._turn_to(paper, ends[-1] if ends else len(records) * self.order.copies)
        return Turns(self._plan, self.order.copies, ends)

    def put(self, record: Record, sides: _Sides) -> None:
        """Print a record into the next cells, once for each copy."""
        paper = self.paper_of(record.template)
        self._turn_to(paper)
        self.templates[record.template.name] = paper.dpi
        self.sides.add(len(sides))
        for layout in sides:
            self._note(layout)
            self._try(record, layout)
        for _ in range(1 if self._in_stacks else self.order.copies * self._copies_of(record.subject_id)):
            page, cell = self._plan.place(next(self._labels))
            self._start_page(page)
            self._fill(record, sides[0], cell)
            self._backs += [(record, back, cell) for back in sides[1:]]

    def leave_out(self) -> None:
        """Pass over a record: in a stack its cell stays empty, else the next record takes it."""
        if self._in_stacks:
            next(self._labels)

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

    def _note(self, layout: Layout) -> None:
        self.as_code128 += layout.is_code128
        if layout.no_barcode:
            self.no_barcode += 1
            self.such_barcode = self.such_barcode or layout.no_barcode
        if layout.coarse:
            self.coarse[layout.coarse] += 1

    def _try(self, record: Record, layout: Layout) -> None:
        template = record.template
        for code in layout.styled:
            look = (template.path, code.box, code.level, code.module, code.area.width)
            if look not in self._tried:
                what = f"template {template.name!r}, box {code.box!r}: {record.values['url']}"
                try_print(layout, code, record.values["url"], self.paper_of(template).dpi, what)
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
        self._labels = self._plan.in_turn() if self._in_stacks else count()

    def _start_page(self, page: int) -> None:
        if self._paper is not None and self._page != page:
            self.end_page()
            self._open_page(self._paper)
            self._page = page

    def _spot(self, cell: int, *, back: bool) -> tuple[Area, Area]:
        """Return where a cell lies and how far it may be printed: the same on every sheet."""
        if self._paper is not None and (cell, back) not in self._spots:
            self._spots[cell, back] = self._paper.cell(cell, back=back), self._paper.reach(cell, back=back)
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
        (x, y, width, height), reach = self._spot(cell, back=back)
        left, top = x + (width - template.width) / 2, y + (height - template.height) / 2
        if template.inks:
            self.writer.name_page(record.subject_id)
        self.writer.place(layout.items, left, top, reach if template.bleed else None)
        if self.order.sample:
            self._codes += [Panel(left + c.x, top + c.y, c.width, c.height) for c in layout.codes]
        self.manifest.add((
            self.writer.pages, cell + 1, record.touchpoint_id, template.name,
            record.values["url"] if layout.has_qr else "", layout.ean, _encode_list(layout.texts),
            round(x, 3), round(y, 3), width, height, _encode_fields(self._faces.of(record)),
        ))  # fmt: skip


def _encode_list(texts: Iterable[str]) -> str:
    """Return texts as JSON, as the encoder of any value writes them, but many times as fast."""
    return f"[{', '.join(map(encode_basestring, texts))}]"


def _encode_fields(texts: Mapping[str, str]) -> str:
    parts = [f"{encode_basestring(name)}: {encode_basestring(text)}" for name, text in texts.items()]
    return f"{{{', '.join(parts)}}}"


def _is_whole(order: PrintOrder) -> bool:
    return order.again is not None and order.again.whole


def _check_used(used: frozenset[int], stock: Stock) -> None:
    if used and (max(used) >= stock.cells or len(used) == stock.cells):
        raise SettingError(
            "used labels", f"{min(used) + 1} to {max(used) + 1}", f"{stock.name} has {stock.cells} label(s) a sheet",
            "leave one of them to print on",
        )  # fmt: skip


def _keep(db: Database, press: _Press, selection: Selection, now: int) -> int:
    again = press.order.again
    if again:
        again.check(press.manifest)
        if again.whole:
            press.writer.finish(f"o2o job {again.job_id}")
            return again.job_id
    with writing(db):
        job_id: int = db.conn.execute(_INSERT_JOB, _describe_job(press, selection, now)).fetchone()[0]
        press.manifest.move(job_id)
        press.writer.finish(f"o2o job {job_id}")
    return job_id


_INSERT_JOB = """
INSERT INTO print_jobs (printed_at, command, template, file_name, pages, sample, store_id, day, options)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id
"""


def _describe_job(press: _Press, selection: Selection, now: int) -> tuple[object, ...]:
    order, choice = press.order, selection.choice
    return (
        now, order.command, " ".join(press.templates), order.out.name, press.writer.pages, order.sample,
        choice.store_id, selection.day.isoformat(), json.dumps(_options(selection, press), ensure_ascii=False),
    )  # fmt: skip


def _options(selection: Selection, press: _Press) -> dict[str, Any]:
    """Return what it takes to print the same again, beside the job's store and day: what isn't as by default.

    ``dpi`` says for which printer's dots each template was laid out; a proof tries the codes on them.
    """
    choice, title = _said(selection.choice), selection.title
    order = _said(press.order)
    return {"kind": selection.records.kind, "title": title, "choice": choice, "order": order, "dpi": press.templates}


def _said(terms: Any) -> dict[str, Any]:
    said = {}
    for one in fields(terms):
        value = getattr(terms, one.name)
        value = _said(value) if is_dataclass(value) else value
        if value not in ("", (), {}, one.default) and one.name not in _OF_THE_JOB:
            said[one.name] = value
    return said


_OF_THE_JOB = ("store_id", "on", "out", "command", "again")


def forget_job(db: Database, job_id: int) -> None:
    """Remove a job and what its cells show from the file."""
    with writing(db):
        db.conn.execute("DELETE FROM print_cells WHERE job_id = ?", [job_id])
        db.conn.execute("DELETE FROM print_jobs WHERE id = ?", [job_id])

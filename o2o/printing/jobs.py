"""Print jobs: lay out every record, refuse or print, and keep what each cell of each page shows.

A record with a problem is never printed. Without ``skip_problems`` nothing is printed as long as
there is one. File and manifest appear together: the rows are committed once the file is written, and
then the file takes its name; a PDF without its manifest could not be proved. Until then they wait in
temporary tables, and nobody who uses the shop's file meanwhile waits for the print.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from o2o.codes.symbol import Symbol, make_symbols
from o2o.config import Settings, check_reachable
from o2o.db import Database, reading, writing
from o2o.errors import O2OError, OutputError, SettingError
from o2o.expiring_links import check_lasting
from o2o.mini_program_codes import find_picture
from o2o.printing.items import Panel
from o2o.printing.layout import FINE_PICTURE_DPI, Layout, lay_out
from o2o.printing.manifest import Manifest, Problems
from o2o.printing.pdf import PdfWriter
from o2o.printing.records import PrintProblem, Record, Records, Selection
from o2o.printing.stock import Stock, find_stock, page_stock
from o2o.printing.template import Template
from o2o.printing.trial import try_print
from o2o.printing.writer import Writer
from o2o.text_files import whole_file

Progress = Callable[[Sequence[int]], Iterable[int]]
"""Passes on the numbers of the records as they are printed, and shows how far they are."""

_BATCH = 960


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """How a selection is printed: where to, on which stock, how often each, from which label of the first sheet."""

    out: Path
    command: str
    stock: str = ""
    copies: int = 1
    start: int = 1
    skip_problems: bool = field(default=False, kw_only=True)
    sample: bool = field(default=False, kw_only=True)


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
    problems = Problems(db)
    job_id = None
    try:
        with whole_file(order.out) as file:
            press = _Press(PdfWriter(file, selection.title, settings.language), order, Manifest(db))
            with reading(db):
                _fill(press, selection, problems, progress)
            if problems and not (order.skip_problems and press.manifest):
                raise _refusal(order, problems)
            job_id = _keep(db, press, selection, now)
            file.flush()
    except OutputError:
        if job_id is not None:
            _forget(db, job_id)
        raise
    return PrintResult(
        job_id,
        press.writer.pages,
        len(press.manifest),
        problems.first,
        len(problems),
        problems.list_beside(order.out),
        (*_remark_barcodes(press), *_remark_pictures(press)),
    )


def _refusal(order: PrintOrder, problems: Problems) -> PrintRefusedError:
    listed = problems.list_beside(order.out) if len(problems) > len(problems.first) else None
    return PrintRefusedError(problems, listed, skipped=order.skip_problems)


def _fill(press: "_Press", selection: Selection, problems: Problems, progress: Progress) -> None:
    """Print the records, unless there is a problem and problems aren't to be skipped."""
    for problem in selection.problems:
        problems.add(problem)
    for record, layout in _lay_out_all(selection.records, press.order, progress):
        for problem in _problems_of(record, layout):
            problems.add(problem)
        if not layout.troubles and (press.order.skip_problems or not problems):
            press.put(record, layout)
    press.end_page()


def _remark_barcodes(press: "_Press") -> Iterator[str]:
    parts = [f"{press.as_code128:,} printed as Code 128"] if press.as_code128 else []
    if press.no_barcode:
        such = press.no_barcode[0]
        parts.append(f"{len(press.no_barcode):,} left out, too long for the box or not ASCII, such as {such!r}")
    if parts:
        yield f"barcodes that are no EAN: {', '.join(parts)}; 'o2o catalog check' names their products"


def _remark_pictures(press: "_Press") -> Iterator[str]:
    if press.coarse:
        yield (
            f"{len(press.coarse):,} mini-program code(s) are coarse at their size, down to {min(press.coarse)} dpi; "
            f"at {FINE_PICTURE_DPI} they look sharp: fetch them with a larger 'o2o wechat fetch --width'"
        )


def _check_order(settings: Settings, order: PrintOrder) -> None:
    if order.copies < 1:
        raise SettingError("copies", str(order.copies), "not a number of copies", "write 1 or more")
    check_reachable(settings, sample=order.sample)
    check_lasting(settings.base_url)


def _lay_out_all(records: Records, order: PrintOrder, progress: Progress) -> Iterator[tuple[Record, Layout]]:
    """Yield each record with its layout; records and codes are made in batches."""
    remaining = iter(progress(range(len(records))))
    while numbers := list(islice(remaining, _BATCH)):
        batch = records.take(numbers, shown_only=True)
        for record, symbol in zip(batch, _make_symbols(batch), strict=True):
            find = partial(find_picture, records.db, record.touchpoint_id)
            yield record, lay_out(record.template, record.values, symbol, _dpi(record.template, order), find)


def _make_symbols(records: Sequence[Record]) -> list[Symbol]:
    """Return the symbol of each record, at the highest level that makes it no larger than its template's."""
    levels = [record.template.level for record in records]
    made = {}
    for level in dict.fromkeys(levels):
        urls = [record.values["url"] for record in records if record.template.level == level]
        made[level] = iter(make_symbols(urls, level=level, raised=True))
    return [next(made[level]) for level in levels]


def _problems_of(record: Record, layout: Layout) -> Iterator[PrintProblem]:
    for trouble in layout.troubles:
        yield PrintProblem(
            record.kind, record.subject_id, record.values.get("name", ""), trouble.reason, trouble.advice,
            trouble.box, trouble.text,
        )  # fmt: skip


def _stock_of(template: Template, order: PrintOrder) -> Stock:
    name = order.stock or template.stock
    stock = find_stock(name) if name else page_stock(template.name, template.width, template.height)
    if template.width > stock.cell[0] + 0.01 or template.height > stock.cell[1] + 0.01:
        raise SettingError(
            "stock", stock.name, f"a cell of {stock.cell[0]:g} x {stock.cell[1]:g} mm is too small for the template "
            f"{template.name!r} of {template.width:g} x {template.height:g} mm", "choose a larger one",
        )  # fmt: skip
    return stock


def _dpi(template: Template, order: PrintOrder) -> int:
    return _stock_of(template, order).dpi or template.dpi


class _Press:
    """Fills sheet after sheet; knows the page under way and writes the manifest."""

    def __init__(self, writer: Writer, order: PrintOrder, manifest: Manifest) -> None:
        self.writer = writer
        self.order = order
        self.manifest = manifest
        self.templates: dict[str, None] = {}
        self.as_code128 = 0
        self.no_barcode: list[str] = []
        self.coarse: list[int] = []
        self._tried: set[tuple[object, ...]] = set()
        self._sheet: tuple[Stock, int] | None = None
        self._next = order.start - 1
        self._codes: list[Panel] = []

    def put(self, record: Record, layout: Layout) -> None:
        """Print a record into the next cells, once for each copy."""
        stock = _stock_of(record.template, self.order)
        self.templates[record.template.name] = None
        self.as_code128 += layout.is_code128
        self.no_barcode += [layout.no_barcode] if layout.no_barcode else []
        self.coarse += [layout.coarse] if layout.coarse else []
        self._try(record, layout)
        for _ in range(self.order.copies):
            self._turn_to(stock, _dpi(record.template, self.order))
            self._fill(record, layout, stock)
            self._next += 1

    def end_page(self) -> None:
        """Close the page under way, if there is one."""
        if self._sheet is None:
            return
        if self._sheet[0].cut_marks:
            self.writer.mark_cuts(self._sheet[0])
        if self.order.sample:
            self.writer.mark_sample(self._codes)
        self.writer.end_page()
        self._sheet, self._next, self._codes = None, 0, []

    def _try(self, record: Record, layout: Layout) -> None:
        template = record.template
        for code in layout.styled:
            look = (template.path, code.box, code.level, code.module, code.area.width)
            if look not in self._tried:
                what = f"template {template.name!r}, box {code.box!r}: {record.values['url']}"
                try_print(layout, code, record.values["url"], _dpi(template, self.order), what)
                self._tried.add(look)

    def _turn_to(self, stock: Stock, dpi: int) -> None:
        if self._sheet is not None and (self._sheet != (stock, dpi) or self._next == stock.cells):
            self.end_page()
        if self._sheet is None:
            if self._next >= stock.cells:
                raise SettingError(
                    "start", str(self._next + 1), f"{stock.name} has {stock.cells} label(s) a sheet", "name one of them"
                )
            self.writer.start_page(*stock.page, dpi)
            self._sheet = (stock, dpi)

    def _fill(self, record: Record, layout: Layout, stock: Stock) -> None:
        x, y = stock.corner(self._next)
        template = record.template
        left, top = x + (stock.cell[0] - template.width) / 2, y + (stock.cell[1] - template.height) / 2
        self.writer.place(layout.items, left, top)
        self._codes += [Panel(left + c.x, top + c.y, c.width, c.height) for c in layout.codes]
        texts = json.dumps(layout.texts, ensure_ascii=False)
        self.manifest.add((
            self.writer.pages, self._next + 1, record.touchpoint_id, template.name,
            record.values["url"] if layout.has_qr else "", layout.ean, texts, round(x, 3), round(y, 3), *stock.cell,
        ))  # fmt: skip


def _keep(db: Database, press: _Press, selection: Selection, now: int) -> int:
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
        choice.store_id, selection.day.isoformat(), json.dumps(_options(selection, order), ensure_ascii=False),
    )  # fmt: skip


def _options(selection: Selection, order: PrintOrder) -> dict[str, Any]:
    """Return what it takes to print the same again, beside the job's store and day: what isn't as by default."""
    choice = {name: value for name, value in asdict(selection.choice).items() if value and name not in _OF_THE_JOB}
    asked = {name: value for name, value in asdict(order).items() if value and name not in _OF_THE_JOB}
    return {"kind": selection.records.kind, "choice": choice, "order": asked}


_OF_THE_JOB = ("store_id", "on", "out", "command")


def _forget(db: Database, job_id: int) -> None:
    with writing(db):
        db.conn.execute("DELETE FROM print_cells WHERE job_id = ?", [job_id])
        db.conn.execute("DELETE FROM print_jobs WHERE id = ?", [job_id])

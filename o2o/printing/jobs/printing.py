"""Print jobs: lay out every record, refuse or print, and keep what each cell of each page shows.

A record with a problem is never printed. Without ``skip_problems`` nothing is printed as long as
there is one. File and manifest appear together: the rows are committed once the file is written, and
then the file takes its name; a PDF without its manifest could not be proved. Until then they wait in
temporary tables, and nobody who uses the shop's file meanwhile waits for the print.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from o2o.codes.smallest import make_symbols
from o2o.codes.symbol import Symbol
from o2o.collector import without_collector
from o2o.config import Settings, check_reachable
from o2o.db import Database, reading
from o2o.errors import O2OError, OutputError, SettingError
from o2o.expiring_links import check_lasting
from o2o.mini_program_codes import find_picture
from o2o.printing.jobs.manifest import Problems
from o2o.printing.jobs.order import MOST_COPIES, PrintOrder
from o2o.printing.jobs.press import Press, Sides
from o2o.printing.jobs.register import find_replaced, forget_job, keep_job
from o2o.printing.jobs.writers import find_writer
from o2o.printing.layout.parts import Trouble
from o2o.printing.selection.choice import PrintProblem
from o2o.printing.selection.records import Record, Records
from o2o.printing.selection.selections import Selection
from o2o.text_files import whole_file

Progress = Callable[[Collection[int]], Iterable[int]]
"""Passes on the numbers of the records as they are printed, and shows how far they are."""

_BATCH = 4800  # a batch of symbols takes some time before the first


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
    job_id, replaced = None, find_replaced(db, order.out)
    try:
        with whole_file(order.out) as file:
            press = Press(db, begin(file, order.out, selection.title, settings.language, order.qr), order)
            with reading(db):
                _fill(press, selection, problems, progress)
            if problems and not (order.skip_problems and press.manifest):
                raise _refusal(order, problems)
            job_id = keep_job(db, press, selection, now)
            file.flush()
    except OutputError:
        if job_id is not None and not order.is_whole_job:
            forget_job(db, job_id)
        raise
    return PrintResult(
        job_id,
        press.writer.pages,
        len(press.manifest),
        problems.first,
        len(problems),
        problems.list_beside(order.out),
        (*press.remarks, *press.dropper.remarks(), *_remark_on(replaced, job_id)),
    )


def _remark_on(replaced: int, job_id: int) -> Iterator[str]:
    if replaced not in (0, job_id):
        yield (
            f"the file is that of job {job_id} now, no longer that of job {replaced}; if what that printed was never "
            f"hung up: o2o print jobs forget {replaced}"
        )


def _refusal(order: PrintOrder, problems: Problems) -> PrintRefusedError:
    listed = problems.list_beside(order.out) if len(problems) > len(problems.first) else None
    return PrintRefusedError(problems, listed, skipped=order.skip_problems)


def _fill(press: Press, selection: Selection, problems: Problems, progress: Progress) -> None:
    """Print the records, unless there is a problem and problems aren't to be skipped."""
    for problem in selection.problems:
        problems.add(problem)
    for record, sides in _lay_out_all(selection.records, press, progress):
        troubles = [trouble for side in sides for trouble in side.troubles]
        for trouble in troubles:
            problems.add(_problem_of(record, trouble))
        if troubles or (not press.order.skip_problems and problems):
            press.leave_out()
        else:
            press.put(record, sides)
    press.end_page()


def _check_order(settings: Settings, order: PrintOrder) -> None:
    if not 1 <= order.copies <= MOST_COPIES:
        raise SettingError("copies", str(order.copies), "not a number of copies", f"write 1 to {MOST_COPIES}")
    check_reachable(settings, sample=order.sample)
    check_lasting(settings.base_url)


def _lay_out_all(records: Records, press: Press, progress: Progress) -> Iterator[tuple[Record, Sides]]:
    """Yield each record with its layouts; records and codes are made in batches."""
    remaining = iter(progress(press.in_turn(records)))
    while numbers := list(islice(remaining, _BATCH)):
        batch = records.take(numbers, shown_only=True)
        if press.order.drop_missing:
            batch = list(map(press.dropper.drop, batch))
        for record, symbol in zip(batch, symbols_of(batch), strict=True):
            find = partial(find_picture, records.db, record.touchpoint_id)
            composers = press.composers.of(record.template)
            yield record, tuple([composer.lay_out(record.values, symbol, find) for composer in composers])


def symbols_of(records: Sequence[Record]) -> list[Symbol]:
    """Return the symbol of each record, at the highest level that makes it no larger than its template's."""
    level_of = {id(template): template.level for template in {id(r.template): r.template for r in records}.values()}
    levels = [level_of[id(record.template)] for record in records]
    made = {}
    for level in dict.fromkeys(levels):
        urls = [record.values["url"] for record, own in zip(records, levels, strict=True) if own == level]
        made[level] = iter(make_symbols(urls, level=level, raised=True))
    return [next(made[level]) for level in levels]


def _problem_of(record: Record, trouble: Trouble) -> PrintProblem:
    return PrintProblem(
        record.kind, record.subject_id, record.values.get("name", ""), trouble.reason, trouble.advice,
        trouble.box, trouble.text,
    )  # fmt: skip

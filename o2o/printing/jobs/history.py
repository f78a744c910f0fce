"""The print jobs that are kept: which there are, what each printed, and how to print one again."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from sqlite3 import Row
from typing import Any

from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import NotFoundError, O2OError
from o2o.printing.jobs.manifest import Again
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.register import forget_job
from o2o.printing.paper.imposition import Order
from o2o.printing.paper.pages import Mark, PaperTerms
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import Selection, select_badges, select_signage, select_tags
from o2o.subjects import Carrier

_SELECT: dict[str, Callable[[Database, Settings, Choice, int], Selection]] = {
    "tags": select_tags,
    "badges": select_badges,
    "signage": select_signage,
}


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A job that was printed: when, what of which store, for which day, into which file; ``options`` say how."""

    job_id: int
    printed_at: int
    what: str
    store_id: str
    day: str
    template: str
    file: str
    pages: int
    cells: int
    sample: bool
    options: Mapping[str, Any]


class NoSuchCellsError(O2OError):
    """Pages or subjects that a job didn't print."""

    def __init__(self, job: PrintJob) -> None:
        super().__init__(
            f"job {job.job_id} printed nothing of that; it has {job.pages:,} page(s), "
            f"'o2o print jobs show {job.job_id}' says of what"
        )


def list_jobs(db: Database, store_id: str | None = None, job_id: int | None = None) -> Iterator[PrintJob]:
    """Yield the jobs (of a store, if one is named), the last first."""
    for row in rows(db, load_query("printing/jobs/history.all"), store_id=store_id, job_id=job_id):
        yield PrintJob(**{**dict(row), "sample": bool(row["sample"]), "options": json.loads(row["options"])})


def find_job(db: Database, job_id: int) -> PrintJob:
    """Return a job; raises NotFoundError."""
    job = next(list_jobs(db, job_id=job_id), None)
    if job is None:
        raise NotFoundError("print job", str(job_id), "'o2o print jobs list' shows what there is")
    return job


def cells_of_job(db: Database, job_id: int, page: int | None = None) -> Iterator[Row]:
    """Yield what lies in each cell of a job, or of one of its pages."""
    return rows(db, load_query("printing/jobs/history.cells"), job_id=job_id, page=page)


def remove_job(db: Database, job_id: int) -> PrintJob:
    """Forget a job and what it printed: its file can no longer be proved, and tags are not compared with it."""
    job = find_job(db, job_id)
    forget_job(db, job_id)
    return job


def order_again(job: PrintJob, order: PrintOrder, again: Again, *, as_now: bool = False) -> PrintOrder:
    """Return how a job is printed again: as it was, but into the file of ``order``.

    Of a part, or ``as_now``, each is printed once, or as often and into the cells that ``order`` says. Unless
    ``as_now``, it must show what it showed.
    """
    said = dict(_options_of(job, "order"))
    paper = said.pop("paper", {})
    marks = tuple(map(Mark, paper.get("marks", ())))
    terms = PaperTerms(**{**paper, "marks": marks})
    was = PrintOrder(order.out, order.command, terms, **{**said, "used": tuple(said.get("used", ()))})
    was = replace(was, turn=Order(was.turn), again=None if as_now else again)
    if again.whole and not as_now:
        return was
    printer = order.paper.printer or terms.printer
    return replace(was, used=order.used, copies=order.copies, paper=replace(terms, printer=printer))


def select_again(db: Database, settings: Settings, job: PrintJob, again: Again) -> Selection:
    """Return what a job printed, or those pages and subjects of it, as the file had it then."""
    choice = _choice_of(job, date.fromisoformat(job.day), again)
    return _narrow(job, again, _select(db, settings, job, choice, job.printed_at))


def select_as_now(
    db: Database, settings: Settings, job: PrintJob, again: Again, on: date | None, now: int
) -> Selection:
    """Return what a job printed, or those pages and subjects of it, with the names and prices of a day."""
    return _narrow(job, again, _select(db, settings, job, _choice_of(job, on, again), now))


def _select(db: Database, settings: Settings, job: PrintJob, choice: Choice, now: int) -> Selection:
    if job.what not in _SELECT:
        raise NoSuchCellsError(job)
    return _SELECT[job.what](db, settings, choice, now)


def _narrow(job: PrintJob, again: Again, selection: Selection) -> Selection:
    """Return those of a selection that the job printed; raises NoSuchCellsError when there are none."""
    chosen = f"touchpoint_id IN (SELECT touchpoint_id FROM ({load_query('printing/jobs/manifest.cells')}))"
    records = selection.records.keep(chosen, **again.parameters)
    if not records:
        raise NoSuchCellsError(job)
    title = job.options.get("title", selection.title) if again.whole else selection.title
    return replace(selection, title=title, records=records, problems=(), remarks=())


def _choice_of(job: PrintJob, on: date | None, again: Again) -> Choice:
    """Return what a job was to print; a part of it is printed once each."""
    said = _options_of(job, "choice")
    listed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    if "carrier" in listed:
        listed["carrier"] = Carrier(listed["carrier"])
    copies = listed.pop("copies", {}) if again.whole else {}
    return Choice(job.store_id or None, on, **{**listed, "copies": copies})


def _options_of(job: PrintJob, part: str) -> Mapping[str, Any]:
    if part not in job.options:
        raise NotFoundError("options of print job", str(job.job_id), "it is of an earlier version; print it anew")
    said: Mapping[str, Any] = job.options[part]
    return said

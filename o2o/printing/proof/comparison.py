"""Reads printed files back and compares them with what their print jobs wrote: pages, codes and texts of each cell."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from o2o.codes.barcode import linear_format
from o2o.db import Database, rows
from o2o.errors import InputFileError
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.proof.dot_trials import MOST_DOTS, PRINTER_DPIS, DotTrial, try_dots
from o2o.printing.proof.files import PrintFile, PrintSource, list_prints, opened_print
from o2o.printing.proof.messages import NOT_OF_THE_JOB, PAGE_MISSING, PAGES_MISSING, WRONG_PLACE, Fault
from o2o.printing.proof.parts import PAGES_OF_PART, Kind, PageSeen, Part, PartFindings, prove_parts, worst_of
from o2o.printing.proof.reading import ProvedJob
from o2o.printing.proof.report import PageCount, ProofProblem, ProofReport, ProofTerms
from o2o.printing.proof.scoring import CodeScore

Progress = Callable[[Sequence[int]], Iterable[int]]

_BARCODES = """
SELECT min(ean) FROM print_cells WHERE job_id = ? AND ean <> '' GROUP BY length(ean), ean GLOB '*[^0-9]*'
"""  # one of each kind


def prove_pdf(db: Database, path: Path, progress: Progress = iter) -> ProofReport:
    """Compare each page of a PDF with the print job that made it; raises InputFileError when none did."""
    return prove_prints(db, [path], ProofTerms(), progress)[0]


def prove_prints(
    db: Database, paths: Iterable[Path], terms: ProofTerms, progress: Progress = iter
) -> list[ProofReport]:
    """Compare PDFs and pictures, folders and Zip archives of them, with their print jobs: a report for each job."""
    parts = list(_list_parts(db, list_prints(paths)))
    tallies: dict[int, _Tally] = {}
    found = prove_parts(db, parts, terms)
    for number in progress(range(len(parts))):
        tallies.setdefault(parts[number].job.id, _Tally(parts[number].job)).add(parts[number], next(found))
    return [tally.report(terms.dpis) for tally in tallies.values()]


def _list_parts(db: Database, sources: Iterable[PrintSource]) -> Iterator[Part]:
    """Yield the files in parts that are read at once."""
    before = 0
    pages_of: Counter[int] = Counter()  # by job: how many its files before this one have
    for source in sources:
        with opened_print(source) as file:
            job, pages = _find_job(db, source, file), file.pages
        for first in range(0, pages, PAGES_OF_PART):
            expected = pages_of[job.id] + first + 1
            yield Part(source, job, first, min(first + PAGES_OF_PART, pages), expected, before + first)
        before += pages
        pages_of[job.id] += pages


def _find_job(db: Database, source: PrintSource, file: PrintFile) -> ProvedJob:
    name = source.path if not source.member else Path(source.name)
    if not file.job_id:
        raise InputFileError(name, "it doesn't say which print job made it", "name a file made by 'o2o print'")
    job_id = file.job_id
    for job in rows(db, "SELECT pages, sample, options FROM print_jobs WHERE id = :job_id", job_id=job_id):
        barcodes = db.conn.execute(_BARCODES, [job_id])
        linear = dict.fromkeys(linear_format(barcode) for (barcode,) in barcodes)
        dpi_of = json.loads(job["options"] or "{}").get("dpi", {})
        return ProvedJob(job_id, job["pages"], tuple(linear), bool(job["sample"]), dpi_of)
    raise InputFileError(name, f"print job {job_id} is not in this file", "name the file it was printed from with --db")


class _Tally:
    """The findings of a job added up: how far in the job its files are, and what differed."""

    def __init__(self, job: ProvedJob) -> None:
        self._job = job
        self._order: dict[str, int] = {}  # the files as they came
        self._seen: set[int] = set()
        self._last = 0  # the highest page of the job that the file under way has shown
        self._counts: list[tuple[str, PageSeen]] = []
        self._total = PartFindings()
        self._sources: dict[Kind, PrintSource] = {}

    def add(self, part: Part, findings: PartFindings) -> None:
        """Add what was found in the next part."""
        file, total = part.source.name, self._total
        self._order.setdefault(file, len(self._order))
        self._last = self._last if part.first else 0
        for page in findings.pages:
            total.problems += self._check_order(file, page)
            self._counts.append((file, page))
        total.problems += findings.problems
        total.strangers += findings.strangers
        total.scores += findings.scores
        total.grades += findings.grades
        total.worst = worst_of([*total.worst, *findings.worst])
        for kind in findings.firsts.keys() - total.firsts.keys():
            total.firsts[kind], self._sources[kind] = findings.firsts[kind], part.source

    def report(self, dpis: Iterable[int]) -> ProofReport:
        """Return what was found, and what printers make of the first code of each kind."""
        total, codes = self._total, sum(page.codes for _, page in self._counts)
        if total.strangers and not codes:
            raise InputFileError(
                next(iter(self._order)),
                f"none of its codes is of print job {self._job.id}",
                "name the file it was printed from with --db",
            )
        trials = list(self._try_kinds({*dpis}))
        problems = sorted(
            (*total.problems, *self._trial_problems(trials, {*dpis})),
            key=lambda problem: (self._order[problem.file], problem.page, problem.cell or 0),
        )
        of_page = Counter((problem.file, problem.page) for problem in problems)
        counts = (PageCount(file, page.number, page.codes, of_page[file, page.number]) for file, page in self._counts)
        return ProofReport(
            self._job.id, len(self._counts), codes, (*problems, *self._missing_pages()), tuple(counts),
            total.scores, total.grades, tuple(total.worst), tuple(trial for _, trial in trials),
        )  # fmt: skip

    def _check_order(self, file: str, page: PageSeen) -> Iterator[ProofProblem]:
        """Find a page at the wrong place."""
        expected = page.says or (self._last or max(self._seen, default=0)) + 1
        starts_file = page.number == 1 and page.shown not in self._seen
        if (page.shown < expected and not starts_file) or (page.says and page.shown != page.says):
            yield ProofProblem(page.number, None, "", Fault.of(WRONG_PLACE, page=page.shown), file)
        elif page.shown > self._job.pages:
            yield ProofProblem(page.number, None, "", Fault(NOT_OF_THE_JOB), file)
        self._seen.add(page.shown)
        self._last = max(self._last, page.shown)

    def _missing_pages(self) -> Iterator[ProofProblem]:
        """Yield a problem for each run of pages of the job that no file has."""
        missing = sorted(set(range(1, self._job.pages + 1)) - self._seen)
        for _, run in groupby(enumerate(missing), lambda place: place[1] - place[0]):
            pages = [page for _, page in run]
            one, several = (
                Fault.of(PAGE_MISSING, page=pages[0]),
                Fault.of(PAGES_MISSING, first=pages[0], last=pages[-1]),
            )
            yield ProofProblem(pages[0], None, "", one if len(pages) == 1 else several)

    def _try_kinds(self, dpis: set[int]) -> Iterator[tuple[CodeScore, DotTrial]]:
        """Try the first code of each template and size on the dots of printers."""
        for kind, score in sorted(self._total.firsts.items()):
            wanted = sorted({*PRINTER_DPIS, *self._wanted(score, dpis)})
            with opened_print(self._sources[kind]) as file, file.sheet(score.place.page - 1) as sheet:
                for dpi in wanted:
                    if score.module * dpi <= MOST_DOTS * MM_PER_INCH:
                        yield score, try_dots(sheet, score, dpi)

    def _wanted(self, score: CodeScore, dpis: set[int]) -> set[int]:
        """Return the printers that a code must do for: those asked for, and that of its template."""
        own = self._job.dpi_of.get(score.place.template)
        return {*dpis, own} if own else dpis

    def _trial_problems(self, trials: Iterable[tuple[CodeScore, DotTrial]], dpis: set[int]) -> Iterator[ProofProblem]:
        for score, trial in trials:
            if trial.fault and trial.dpi in self._wanted(score, dpis):
                place = score.place
                yield ProofProblem(place.page, place.cell, place.code, trial.fault.of_all(), place.file, score.area)

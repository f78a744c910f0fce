"""Parts of printed files, proved one after the other or several at once, each by a process of its own.

A file is opened anew for each part: an open PDF keeps every page that it has shown.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import nsmallest
from pathlib import Path

from o2o.codes.reader import Format, Reading
from o2o.db import Database, open_database, shop_file
from o2o.printing.proof.cells import find_linear_faults, find_score_faults, find_text_faults
from o2o.printing.proof.files import PrintFile, PrintSource, opened_print
from o2o.printing.proof.messages import ANOTHER_CODE, CODE_BESIDE, CODE_UNREAD, IN_NO_CELL, NOT_PRINTED, Fault
from o2o.printing.proof.picture import Picture
from o2o.printing.proof.pixel_sheet import PixelSheet
from o2o.printing.proof.reading import Cell, PageReader, ProvedJob, code_of
from o2o.printing.proof.report import ProofProblem, ProofTerms
from o2o.printing.proof.scoring import Again, CodePlace, CodeScore, Scoring, unread
from o2o.printing.proof.sheet import Sheet, closer_looks

PAGES_OF_PART = 200
_WORST, _BEST = 12, 100

Kind = tuple[str, int]
"""Of a code: its template, and how many modules a side has."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of a file, from the first to before the last, counted from 0.

    ``expected`` is the page of the job that its first one should be, ``before`` how many pages come before it in all.
    """

    source: PrintSource
    job: ProvedJob
    first: int
    last: int
    expected: int
    before: int


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page of a file: which of the job it shows, which it says it is (0 for none), and how many codes were read."""

    number: int
    shown: int
    says: int
    codes: int


@dataclass(slots=True)
class PartFindings:
    """What was found in a part; ``firsts`` is the first code of each kind that is on paper."""

    pages: list[PageSeen] = field(default_factory=list)
    problems: list[ProofProblem] = field(default_factory=list)
    strangers: int = 0
    scores: Counter[int] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    worst: list[CodeScore] = field(default_factory=list)
    firsts: dict[Kind, CodeScore] = field(default_factory=dict)


def worst_of(scores: Iterable[CodeScore]) -> list[CodeScore]:
    """Return a dozen scores, the lowest first."""
    return nsmallest(_WORST, scores, key=lambda score: score.quality.score)


def prove_parts(db: Database, parts: Iterable[Part], terms: ProofTerms) -> Iterator[PartFindings]:
    """Yield what is found in each part, in their order."""
    if terms.jobs == 1:
        yield from (prove_part(db, part, terms) for part in parts)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    start = partial(_start_worker, shop_file(db), terms)
    with ProcessPoolExecutor(terms.jobs, get_context("spawn"), start) as pool:
        yield from pool.map(_work, parts)


_workers: list[Callable[[Part], PartFindings]] = []
"""In a process that proves parts: how it does that."""


def _start_worker(path: Path, terms: ProofTerms) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    db = open_database(path)
    _workers.append(lambda part: prove_part(db, part, terms))


def _work(part: Part) -> PartFindings:
    return _workers[0](part)


def prove_part(db: Database, part: Part, terms: ProofTerms) -> PartFindings:
    """Compare the pages of a part with what the job printed."""
    proof = _PartProof(PageReader(db, part.job), sample=part.job.sample)
    expected = part.expected
    with opened_print(part.source) as file:
        for index in range(part.first, part.last):
            full = not (part.before + index - part.first) % terms.every
            with file.sheet(index) as sheet:
                shown = proof.check_page(file, index, sheet, file.job_page or expected, full=full)
            expected = max(expected, shown + 1)
        proof.finish()
    return proof.findings


@dataclass(frozen=True, slots=True)
class _Page:
    """A page under proof; ``again`` opens it anew where it is on paper."""

    file: str
    number: int
    sheet: Sheet
    picture: Picture
    again: Again | None

    def place(self, cell: Cell) -> CodePlace:
        return CodePlace(self.file, self.number, cell.number, cell.code, cell.url, cell.template)


class _PartProof:
    """The comparison of a part under way."""

    def __init__(self, reader: PageReader, *, sample: bool) -> None:
        self.findings = PartFindings()
        self._reader = reader
        self._sample = sample
        self._codes = 0
        self._scoring = Scoring(self._take_score)

    def finish(self) -> None:
        """Score the codes that still wait for it."""
        self._scoring.flush()

    def check_page(self, file: PrintFile, index: int, sheet: Sheet, expected: int, *, full: bool) -> int:
        """Compare a page, and return which page of the job it shows."""
        read = self._reader.read(sheet, expected, full=full)
        again = None if isinstance(sheet, PixelSheet) else partial(file.sheet, index)
        page = _Page(file.name, index + 1, sheet, read.picture, again)
        codes = self._codes
        owned: dict[int, list[Reading]] = {}
        for reading in read.readings:
            owner = next((cell.number for cell in read.cells if cell.area.holds(reading.x, reading.y)), 0)
            owned.setdefault(owner, []).append(reading)
        for cell in read.cells:
            self._check_cell(page, cell, owned.get(cell.number, []))
        self._check_strays(page, owned.get(0, []))
        self.findings.pages.append(PageSeen(page.number, read.shown, file.job_page, self._codes - codes))
        return read.shown

    def _check_strays(self, page: _Page, readings: Iterable[Reading]) -> None:
        for reading in readings:
            if reading.format is Format.QR:
                self.findings.strangers += 1
                fault = Fault.of(IN_NO_CELL, text=reading.text)
                self.findings.problems.append(ProofProblem(page.number, None, code_of(reading.text), fault, page.file))

    def _check_cell(self, page: _Page, cell: Cell, readings: list[Reading]) -> None:
        self._score(page, cell, readings)
        faults = [
            *self._find_url_faults(page, cell, readings),
            *find_linear_faults(page.sheet, cell, readings),
            *find_text_faults(page.sheet, cell, sample=self._sample),
        ]
        for fault in faults:
            self.findings.problems.append(
                ProofProblem(page.number, cell.number, cell.code, fault, page.file, cell.area)
            )

    def _score(self, page: _Page, cell: Cell, readings: Iterable[Reading]) -> None:
        for reading in readings:
            if reading.text == cell.url and reading.symbol:
                self._scoring.add(page.place(cell), reading, page.picture, page.again)
                return

    def _find_url_faults(self, page: _Page, cell: Cell, readings: Iterable[Reading]) -> Iterator[Fault]:
        found = {reading.text for reading in readings if reading.format is Format.QR}
        if not cell.url:
            yield from (Fault.of(NOT_PRINTED, shown=other) for other in sorted(found))
            return
        if cell.url not in found:
            found |= self._look_closer(page, cell)
        others = ", ".join(sorted(found - {cell.url}))
        self._codes += cell.url in found
        self.findings.strangers += cell.url not in found and bool(others)
        if cell.url not in found:
            self._take_score(unread(page.place(cell), cell.area))
            yield Fault.of(ANOTHER_CODE, shown=others) if others else Fault(CODE_UNREAD)
        elif others:
            yield Fault.of(CODE_BESIDE, shown=others)

    def _look_closer(self, page: _Page, cell: Cell) -> set[str]:
        """Return the QR codes that can be read in a cell at ever higher resolution, and score its own one."""
        found: set[str] = set()
        for picture in closer_looks(page.sheet, cell.area):
            readings = picture.codes(Format.QR, quick=False)
            found |= {reading.text for reading in readings}
            if cell.url in found:
                self._score(replace(page, picture=picture), cell, readings)
                break
        return found

    def _take_score(self, score: CodeScore, again: Again | None = None) -> None:
        """Count a score, keep it when it is among the worst, and say what is wrong with the code."""
        findings, place, value = self.findings, score.place, score.quality.score
        findings.scores[value] += 1
        findings.grades[score.quality.grade] += 1
        if value < _BEST and (len(findings.worst) < _WORST or value < findings.worst[-1].quality.score):
            findings.worst = worst_of([*findings.worst, score])
        if not score.module:  # it can't be read, which is said already
            return
        if again:
            findings.firsts.setdefault((place.template, score.size), score)
        for fault in find_score_faults(score, on_paper=again is not None):
            findings.problems.append(ProofProblem(place.page, place.cell, place.code, fault, place.file, score.area))

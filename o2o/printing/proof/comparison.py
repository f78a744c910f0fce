"""Reads printed files back and compares them with what their print jobs wrote: pages, codes and texts of each cell."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import nsmallest
from itertools import groupby
from pathlib import Path

from o2o.codes.barcode import linear_format
from o2o.codes.reader import Format, Reading
from o2o.codes.scannability import PASSING_GRADES
from o2o.codes.symbol import QUIET_ZONE
from o2o.db import Database, load_query, rows
from o2o.errors import InputFileError
from o2o.links import read_code
from o2o.printing.drawing.sample import SAMPLE
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.layout.codes import LEAST_QR_MODULE
from o2o.printing.proof.dot_trials import MOST_DOTS, PRINTER_DPIS, DotTrial, try_dots
from o2o.printing.proof.files import PrintFile, PrintSource, list_prints, opened_print
from o2o.printing.proof.messages import (
    ANOTHER_CODE,
    BAD_GRADE,
    BARCODE,
    CODE_BESIDE,
    CODE_UNREAD,
    COVERED,
    EAN,
    IN_NO_CELL,
    LINEAR_UNREAD,
    NOT_OF_THE_JOB,
    NOT_PRINTED,
    PAGE_MISSING,
    PAGES_MISSING,
    QUIET_ZONE_LOST,
    SMALL_MODULES,
    TEXT_ADDED,
    TEXT_MISSING,
    WRONG_PLACE,
    Fault,
    but_found,
)
from o2o.printing.proof.scoring import Again, CodePlace, CodeScore, Scoring, unread
from o2o.printing.proof.sheet import Area, Picture, PixelSheet, Sheet, closer_looks

Progress = Callable[[Sequence[int]], Iterable[int]]

# dots an inch down and across a page: a linear code needs more across
_LOOKS: tuple[tuple[int, int], ...] = ((100, 100), (150, 150), (200, 200), (300, 300))
_LINEAR_LOOKS: tuple[tuple[int, int], ...] = ((100, 200), (200, 200), (300, 300))
_FULL_LOOKS = ((200, 200), (300, 300))
_FEW = 2  # codes of a page that are looked for one by one before the whole page is read anew
_WORST, _BEST = 12, 100
_ROUNDING = 0.97  # of a module as measured in a picture
_BARCODES = """
SELECT min(ean) FROM print_cells WHERE job_id = ? AND ean <> '' GROUP BY length(ean), ean GLOB '*[^0-9]*'
"""  # one of each kind


@dataclass(frozen=True, slots=True)
class ProofTerms:
    """How thorough a proof is: every so many pages one is read in full; for which printers codes must do."""

    every: int = 25
    dpis: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofProblem:
    """What is wrong on a page of a file, or in one of its cells."""

    page: int
    cell: int | None
    code: str
    fault: Fault
    file: str = ""
    area: Area | None = None

    @property
    def reason(self) -> str:
        """What is wrong, in English."""
        return self.fault.reason()

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return self.fault.advice()


@dataclass(frozen=True, slots=True)
class PageCount:
    """How many codes of a page were read back, and how many problems it has."""

    file: str
    page: int
    codes: int
    problems: int


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What was compared, and all that differs; how well the codes will scan.

    ``scores`` counts codes by score, ``grades`` by grade; ``worst`` are a dozen with the lowest below 100.
    """

    job_id: int
    pages: int
    codes: int
    problems: tuple[ProofProblem, ...]
    counts: tuple[PageCount, ...] = ()
    scores: Counter[int] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    worst: tuple[CodeScore, ...] = ()
    trials: tuple[DotTrial, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    id: int
    pages: int
    linear: tuple[Format, ...]
    sample: bool
    dpi_of: Mapping[str, int]  # by template


@dataclass(frozen=True, slots=True)
class _Cell:
    number: int
    code: str
    url: str
    ean: str
    texts: tuple[str, ...]
    template: str
    area: Area


@dataclass(frozen=True, slots=True)
class _Page:
    """A page under proof: its file, its number there, how it looked, what was read on it."""

    file: str
    number: int
    sheet: Sheet
    picture: Picture
    readings: list[Reading]
    again: Again | None


def prove_pdf(db: Database, path: Path, progress: Progress = iter) -> ProofReport:
    """Compare each page of a PDF with the print job that made it; raises InputFileError when none did."""
    return prove_prints(db, [path], ProofTerms(), progress)[0]


def prove_prints(
    db: Database, paths: Iterable[Path], terms: ProofTerms, progress: Progress = iter
) -> list[ProofReport]:
    """Compare PDFs and pictures, folders and Zip archives of them, with their print jobs: a report for each job."""
    proofs: dict[int, _Proof] = {}
    sources = list_prints(paths)
    for number in progress(range(len(sources))) if len(sources) > 1 else (0,):
        with opened_print(sources[number]) as file:
            if file.job_id not in proofs:
                proofs[file.job_id] = _Proof(db, _find_job(db, sources[number], file), terms)
            proofs[file.job_id].check_file(file, progress if len(sources) == 1 else iter)
    for job_id, proof in proofs.items():
        if proof.strangers and not proof.codes:
            raise InputFileError(
                proof.files[0],
                f"none of its codes is of print job {job_id}",
                "name the file it was printed from with --db",
            )
    return [proof.report() for proof in proofs.values()]


def _find_job(db: Database, source: PrintSource, file: PrintFile) -> _Job:
    name = source.path if not source.member else Path(source.name)
    if not file.job_id:
        raise InputFileError(name, "it doesn't say which print job made it", "name a file made by 'o2o print'")
    job_id = file.job_id
    for job in rows(db, "SELECT pages, sample, options FROM print_jobs WHERE id = :job_id", job_id=job_id):
        barcodes = db.conn.execute(_BARCODES, [job_id])
        linear = dict.fromkeys(linear_format(barcode) for (barcode,) in barcodes)
        dpi_of = json.loads(job["options"] or "{}").get("dpi", {})
        return _Job(job_id, job["pages"], tuple(linear), bool(job["sample"]), dpi_of)
    raise InputFileError(name, f"print job {job_id} is not in this file", "name the file it was printed from with --db")


class _Proof:
    """A comparison under way: how far in the job it is, which pages it has seen, and what differed."""

    def __init__(self, db: Database, job: _Job, terms: ProofTerms) -> None:
        self.job = job
        self.codes = 0
        self.strangers = 0
        self.files: list[str] = []
        self._db = db
        self._terms = terms
        self._problems: list[ProofProblem] = []
        self._seen: set[int] = set()
        self._last = 0  # the highest page of the job that the file under way has shown
        self._looks = _LINEAR_LOOKS if job.linear else _LOOKS
        self._lines: list[float] = []  # where linear codes were found on a page, in mm from its top
        self._counts: list[tuple[str, int, int]] = []
        self._scoring = Scoring(self._take_score)
        self._scores: Counter[int] = Counter()
        self._grades: Counter[str] = Counter()
        self._worst: list[CodeScore] = []
        self._kinds: set[tuple[str, int]] = set()
        self._trials: list[DotTrial] = []

    def check_file(self, file: PrintFile, progress: Progress) -> None:
        """Compare the pages of a file."""
        self.files.append(file.name)
        self._last = 0
        for page in progress(range(1, file.pages + 1)):
            with file.sheet(page - 1) as sheet:
                self._check_page(file, page, sheet)
        if file.pages:
            self._scoring.flush()

    def report(self) -> ProofReport:
        """Return what was found."""
        order = {name: place for place, name in enumerate(self.files)}
        problems = sorted(self._problems, key=lambda p: (order[p.file], p.page, p.cell or 0))
        of_page = Counter((p.file, p.page) for p in problems)
        counts = (PageCount(file, page, codes, of_page[file, page]) for file, page, codes in self._counts)
        return ProofReport(
            self.job.id, len(self._counts), self.codes, (*problems, *self._missing_pages()), tuple(counts),
            self._scores, self._grades, tuple(self._worst), tuple(self._trials),
        )  # fmt: skip

    def _check_page(self, file: PrintFile, number: int, sheet: Sheet) -> None:
        expected = file.job_page or (self._last or max(self._seen, default=0)) + 1
        full = not len(self._counts) % self._terms.every
        shown, cells, picture, readings = self._read(sheet, expected, full=full)
        again = None if isinstance(sheet, PixelSheet) else partial(file.sheet, number - 1)
        page = _Page(file.name, number, sheet, picture, readings, again)
        self._check_order(page, shown, expected, file.job_page)
        self._seen.add(shown)
        self._last = max(self._last, shown)
        codes = self.codes
        owned: dict[int, list[Reading]] = {}
        for reading in readings:
            owner = next((cell.number for cell in cells if cell.area.holds(reading.x, reading.y)), 0)
            owned.setdefault(owner, []).append(reading)
        for cell in cells:
            self._check_cell(page, cell, owned.get(cell.number, []))
        for reading in owned.get(0, []):
            if reading.format is Format.QR:
                self.strangers += 1
                self._add(page, Fault.of(IN_NO_CELL, text=reading.text), _code_of(reading.text))
        self._counts.append((file.name, number, self.codes - codes))

    def _check_order(self, page: _Page, shown: int, expected: int, says: int) -> None:
        """Find a page at the wrong place; ``says`` is the page that a picture itself says it is."""
        starts_file = page.number == 1 and shown not in self._seen
        if (shown < expected and not starts_file) or (says and shown != says):
            self._add(page, Fault.of(WRONG_PLACE, page=shown))
        elif shown > self.job.pages:
            self._add(page, Fault(NOT_OF_THE_JOB))

    def _missing_pages(self) -> Iterator[ProofProblem]:
        """Yield a problem for each run of pages of the job that no file has."""
        missing = sorted(set(range(1, self.job.pages + 1)) - self._seen)
        for _, run in groupby(enumerate(missing), lambda place: place[1] - place[0]):
            pages = [page for _, page in run]
            one, several = (
                Fault.of(PAGE_MISSING, page=pages[0]),
                Fault.of(PAGES_MISSING, first=pages[0], last=pages[-1]),
            )
            yield ProofProblem(pages[0], None, "", one if len(pages) == 1 else several)

    def _read(self, sheet: Sheet, expected: int, *, full: bool) -> tuple[int, list[_Cell], Picture, list[Reading]]:
        """Return the page of the job that is shown, its cells, and the codes read as coarsely as shows them."""
        looks = _FULL_LOOKS if full else self._looks
        for tried, look in enumerate(looks):
            picture = sheet.look(*look)
            readings = picture.codes(Format.QR, quick=False) if full else picture.square_codes()
            shown, cells = self._page_shown(expected, readings)
            readings += self._read_linear(picture, cells, full=full)
            unread = {code for cell in cells for code in (cell.url, cell.ean) if code} - {r.text for r in readings}
            if len(unread) <= _FEW:
                self._looks = self._looks if full else looks[tried:]  # what this page needs, later ones will
                break
        return shown, cells, picture, readings

    def _read_linear(self, picture: Picture, cells: list[_Cell], *, full: bool) -> list[Reading]:
        """Return the linear codes: on the lines where the page before had them, or wherever they are."""
        wanted = {cell.ean for cell in cells if cell.ean}
        if not wanted:
            return []
        if self._lines and not full:
            found = picture.codes_on_lines(self._lines, *self.job.linear)
            if len(wanted - {reading.text for reading in found}) <= _FEW:
                return found
        found = picture.codes(*self.job.linear)
        self._lines = sorted({round(reading.y) for reading in found})
        return found

    def _page_shown(self, expected: int, readings: list[Reading]) -> tuple[int, list[_Cell]]:
        """Return which page of the job the codes are of, and its cells: the expected one, unless another fits."""
        found = {reading.text for reading in readings}
        cells = self._cells(expected)
        if cells and all(cell.url in found for cell in cells if cell.url):
            return expected, cells
        codes = json.dumps([_code_of(text) for text in found])
        query = load_query("printing/proof/comparison.job_pages")
        pages = rows(self._db, query, codes=codes, job_id=self.job.id, expected=expected)
        shown = next((row["page"] for row in pages), expected)
        return shown, cells if shown == expected else self._cells(shown)

    def _cells(self, page: int) -> list[_Cell]:
        query = rows(self._db, load_query("printing/proof/comparison.cells"), job_id=self.job.id, page=page)
        return [
            _Cell(
                row["cell"], row["code"], row["url"], row["ean"], tuple(json.loads(row["texts"])), row["template"],
                Area(row["x"], row["y"], row["width"], row["height"]),
            )
            for row in query
        ]  # fmt: skip

    def _check_cell(self, page: _Page, cell: _Cell, readings: list[Reading]) -> None:
        self._score(page, cell, readings)
        faults = [
            *self._differing_url(page, cell, readings),
            *_differing_ean(page, cell, readings),
            *_differing_text(page, cell, SAMPLE if self.job.sample else ""),
        ]
        for fault in faults:
            self._problems.append(ProofProblem(page.number, cell.number, cell.code, fault, page.file, cell.area))

    def _score(self, page: _Page, cell: _Cell, readings: list[Reading]) -> None:
        place = CodePlace(page.file, page.number, cell.number, cell.code, cell.url, cell.template)
        for reading in readings:
            if reading.text == cell.url and reading.symbol:
                self._scoring.add(place, reading, page.picture, page.again)
                return

    def _differing_url(self, page: _Page, cell: _Cell, readings: list[Reading]) -> Iterator[Fault]:
        found = {reading.text for reading in readings if reading.format is Format.QR}
        if not cell.url:
            yield from (Fault.of(NOT_PRINTED, shown=other) for other in sorted(found))
            return
        if cell.url not in found:
            found |= self._look_closer(page, cell)
        others = ", ".join(sorted(found - {cell.url}))
        self.codes += cell.url in found
        self.strangers += cell.url not in found and bool(others)
        if cell.url not in found:
            place = CodePlace(page.file, page.number, cell.number, cell.code, cell.url, cell.template)
            self._take_score(unread(place, cell.area))
            yield Fault.of(ANOTHER_CODE, shown=others) if others else Fault(CODE_UNREAD)
        elif others:
            yield Fault.of(CODE_BESIDE, shown=others)

    def _look_closer(self, page: _Page, cell: _Cell) -> set[str]:
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
        value = score.quality.score
        self._scores[value] += 1
        self._grades[score.quality.grade] += 1
        if value < _BEST and (len(self._worst) < _WORST or value < self._worst[-1].quality.score):
            self._worst = nsmallest(_WORST, [*self._worst, score], key=lambda kept: kept.quality.score)
        if not score.module:  # it can't be read, which is said already
            return
        for fault in (*_faults(score, on_paper=again is not None), *self._try_kind(score, again)):
            place = score.place
            self._problems.append(ProofProblem(place.page, place.cell, place.code, fault, place.file, score.area))

    def _try_kind(self, score: CodeScore, again: Again | None) -> Iterator[Fault]:
        """Try the first code of each template and size on the dots of printers."""
        kind = (score.place.template, score.size)
        if again is None or kind in self._kinds:
            return
        self._kinds.add(kind)
        own = self.job.dpi_of.get(score.place.template)
        wanted = {*self._terms.dpis, own} if own else {*self._terms.dpis}
        dpis = sorted({*PRINTER_DPIS, *wanted})
        with again() as sheet:
            trials = [try_dots(sheet, score, dpi) for dpi in dpis if score.module * dpi <= MOST_DOTS * MM_PER_INCH]
        self._trials += trials
        for trial in trials:
            if trial.dpi in wanted and trial.fault:
                yield trial.fault.of_all()

    def _add(self, page: _Page, fault: Fault, code: str = "") -> None:
        self._problems.append(ProofProblem(page.number, None, code, fault, page.file))


def _faults(score: CodeScore, *, on_paper: bool) -> Iterator[Fault]:
    """Yield what will make a code that was read hard to scan, and what to do."""
    quality = score.quality
    if on_paper and score.module < LEAST_QR_MODULE * _ROUNDING:
        yield Fault.of(SMALL_MODULES, module=score.module, least=LEAST_QR_MODULE)
    if quality.grade not in PASSING_GRADES:
        yield Fault.of(BAD_GRADE, grade=quality.grade, unused=quality.unused, contrast=quality.contrast)
    if score.quiet < QUIET_ZONE:
        yield Fault.of(QUIET_ZONE_LOST, quiet=score.quiet, wanted=QUIET_ZONE)


def _differing_ean(page: _Page, cell: _Cell, readings: list[Reading]) -> Iterator[Fault]:
    if not cell.ean or any(cell.ean == reading.text for reading in readings):
        return
    wanted = linear_format(cell.ean)
    found = {reading.text for reading in readings if reading.format is wanted}
    for picture in closer_looks(page.sheet, cell.area):
        found |= {reading.text for reading in picture.codes(wanted, quick=False)}
        if cell.ean in found:
            break
    if cell.ean not in found:
        kind, others = BARCODE if wanted is Format.CODE128 else EAN, but_found(", ".join(sorted(found)))
        yield Fault.of(LINEAR_UNREAD, kind=kind, wanted=cell.ean, found=others)


def _differing_text(page: _Page, cell: _Cell, mark: str) -> Iterator[Fault]:
    """Yield what differs between the texts of a job and those in a cell, but for the mark across a sample."""
    printed = ["".join(text.split()) for text in cell.texts]
    rest = page.sheet.text(cell.area)
    if rest is None:
        return
    for text in page.sheet.hidden_texts(cell.area):
        yield Fault.of(COVERED, text=_quoted([text]))
    if rest == "".join(printed):
        return
    missing = []
    for text in sorted(printed, key=len, reverse=True):
        if text not in rest:
            missing.append(text)
        rest = rest.replace(text, "", 1)
    added = "".join(character for character in rest if character not in mark)
    if missing:
        yield Fault.of(TEXT_MISSING, text=_quoted(missing), found=but_found(_quoted([added]) if added else ""))
    elif added:
        yield Fault.of(TEXT_ADDED, text=_quoted([added]))


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def _code_of(url: str) -> str:
    return read_code(url) or url.rsplit("/", 1)[-1].upper()[:64]

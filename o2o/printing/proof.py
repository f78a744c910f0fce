"""Reads a printed PDF back and compares it with what its print job wrote: pages, codes and texts of each cell."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from o2o.codes.barcode import linear_format
from o2o.codes.reader import Format, Reading
from o2o.db import Database, load_query, rows
from o2o.errors import InputFileError
from o2o.links import read_code
from o2o.printing.pdf import SAMPLE
from o2o.printing.sheet import Area, Sheet, opened_pdf, opened_sheet

Progress = Callable[[Sequence[int]], Iterable[int]]

_SUBJECT = re.compile(r"o2o job (\d{1,18})")
_DPIS = (100, 150, 200, 300)
_EAN_DPIS = _DPIS[1:]
_FEW = 2  # codes of a page that are looked for one by one before the whole page is read anew
_AGAIN = "throw this page away and print it again"
_AS_PRINTED = "take the PDF as 'o2o print' made it"


@dataclass(frozen=True, slots=True)
class ProofProblem:
    """What is wrong on a page of the PDF, or in one of its cells."""

    page: int
    cell: int | None
    code: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What was compared, and all that differs."""

    job_id: int
    pages: int
    codes: int
    problems: tuple[ProofProblem, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    id: int
    pages: int
    linear: tuple[Format, ...]
    sample: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    number: int
    code: str
    url: str
    ean: str
    texts: tuple[str, ...]
    area: Area


def prove_pdf(db: Database, path: Path, progress: Progress = iter) -> ProofReport:
    """Compare each page of a PDF with the print job that made it; raises InputFileError when none did."""
    with opened_pdf(path) as document:
        proof = _Proof(db, _find_job(db, path, document))
        pages = len(document)
        for page in progress(range(1, pages + 1)):
            with opened_sheet(document, page - 1) as sheet:
                proof.check(page, sheet)
    if proof.strangers and not proof.codes:
        raise InputFileError(
            path, f"none of its codes is of print job {proof.job.id}", "name the file it was printed from with --db"
        )
    return ProofReport(proof.job.id, pages, proof.codes, (*proof.problems, *proof.missing_pages()))


def _find_job(db: Database, path: Path, document: Any) -> _Job:
    subject = _SUBJECT.fullmatch(document.get_metadata_value("Subject"))
    if not subject:
        raise InputFileError(path, "it doesn't say which print job made it", "name a PDF made by 'o2o print'")
    job_id = int(subject[1])
    for job in rows(db, "SELECT pages, sample FROM print_jobs WHERE id = :job_id", job_id=job_id):
        barcodes = db.conn.execute("SELECT DISTINCT ean FROM print_cells WHERE job_id = ? AND ean <> ''", [job_id])
        linear = dict.fromkeys(linear_format(barcode) for (barcode,) in barcodes)
        return _Job(job_id, job["pages"], tuple(linear), bool(job["sample"]))
    raise InputFileError(path, f"print job {job_id} is not in this file", "name the file it was printed from with --db")


class _Proof:
    """A comparison under way: how far in the job it is, which pages it has seen, and what differed."""

    def __init__(self, db: Database, job: _Job) -> None:
        self.job = job
        self.codes = 0
        self.strangers = 0
        self.problems: list[ProofProblem] = []
        self._db = db
        self._seen: set[int] = set()
        self._dpis: tuple[int, ...] = _EAN_DPIS if job.linear else _DPIS
        self._formats = (Format.QR, *job.linear)

    def check(self, page: int, sheet: Sheet) -> None:
        """Compare a page of the PDF with the page of the job that it shows."""
        expected = max(self._seen, default=0) + 1
        shown, cells, readings = self._read(sheet, expected)
        if shown < expected:
            self._add(page, None, "", f"this is page {shown} of the job, at the wrong place or twice", _AS_PRINTED)
        elif shown > self.job.pages:
            self._add(page, None, "", "this page is not of the job", _AS_PRINTED)
        self._seen.add(shown)
        for cell in cells:
            self._check_cell(page, cell, sheet, [code for code in readings if cell.area.holds(code.x, code.y)])
        for reading in readings:
            if reading.format is Format.QR and not any(cell.area.holds(reading.x, reading.y) for cell in cells):
                self.strangers += 1
                self._add(page, None, _code_of(reading.text), f"{reading.text} lies in no cell of the job", _AGAIN)

    def missing_pages(self) -> Iterator[ProofProblem]:
        """Yield a problem for each run of pages of the job that the PDF has not."""
        missing = sorted(set(range(1, self.job.pages + 1)) - self._seen)
        for _, run in groupby(enumerate(missing), lambda place: place[1] - place[0]):
            pages = [page for _, page in run]
            names = f"page {pages[0]} is" if len(pages) == 1 else f"pages {pages[0]} to {pages[-1]} are"
            yield ProofProblem(pages[0], None, "", f"{names} missing", _AS_PRINTED)

    def _read(self, sheet: Sheet, expected: int) -> tuple[int, list[_Cell], list[Reading]]:
        """Return the page of the job that is shown, its cells, and the codes read as coarsely as shows them."""
        for tried, dpi in enumerate(self._dpis):
            readings = sheet.codes(dpi, *self._formats)
            shown = self._page_shown(expected, readings)
            cells = self._cells(shown)
            unread = {code for cell in cells for code in (cell.url, cell.ean) if code} - {r.text for r in readings}
            if len(unread) <= _FEW:
                self._dpis = self._dpis[tried:]  # what this page needs, later ones will
                break
        return shown, cells, readings

    def _page_shown(self, expected: int, readings: list[Reading]) -> int:
        """Return which page of the job the codes are of: the expected one, unless they are of another."""
        found = {reading.text for reading in readings}
        cells = self._cells(expected)
        if cells and all(cell.url in found for cell in cells if cell.url):
            return expected
        codes = json.dumps([_code_of(text) for text in found])
        pages = rows(
            self._db, load_query("printing/proof.job_pages"), codes=codes, job_id=self.job.id, expected=expected
        )
        return next((row["page"] for row in pages), expected)

    def _cells(self, page: int) -> list[_Cell]:
        query = rows(self._db, load_query("printing/proof.cells"), job_id=self.job.id, page=page)
        return [
            _Cell(row["cell"], row["code"], row["url"], row["ean"], tuple(json.loads(row["texts"])), Area(*row[5:]))
            for row in query
        ]

    def _check_cell(self, page: int, cell: _Cell, sheet: Sheet, readings: list[Reading]) -> None:
        reasons = [
            *self._differing_url(cell, sheet, readings),
            *_differing_ean(cell, sheet, readings),
            *_differing_text(cell, sheet, SAMPLE if self.job.sample else ""),
        ]
        for reason in reasons:
            self._add(page, cell.number, cell.code, reason, _AGAIN)

    def _differing_url(self, cell: _Cell, sheet: Sheet, readings: list[Reading]) -> Iterator[str]:
        found = {reading.text for reading in readings if reading.format is Format.QR}
        if not cell.url:
            yield from (f"shows {other}, which was not printed by the job" for other in sorted(found))
            return
        if cell.url not in found:
            found |= sheet.look_closer(cell.area, cell.url, Format.QR)
        others = ", ".join(sorted(found - {cell.url}))
        self.codes += cell.url in found
        self.strangers += cell.url not in found and bool(others)
        if cell.url not in found:
            yield f"shows {others} instead of its own code" if others else "its code can't be read"
        elif others:
            yield f"shows {others} beside its own code"

    def _add(self, page: int, cell: int | None, code: str, reason: str, advice: str) -> None:
        self.problems.append(ProofProblem(page, cell, code, reason, advice))


def _differing_ean(cell: _Cell, sheet: Sheet, readings: list[Reading]) -> Iterator[str]:
    wanted = linear_format(cell.ean)
    found = {reading.text for reading in readings if reading.format is wanted}
    if not cell.ean or cell.ean in found:
        return
    found |= sheet.look_closer(cell.area, cell.ean, wanted)
    if cell.ean not in found:
        others, name = ", ".join(sorted(found)), "barcode" if wanted is Format.CODE128 else "EAN"
        yield f"its {name} {cell.ean} can't be read" + (f", but {others}" if others else "")


def _differing_text(cell: _Cell, sheet: Sheet, mark: str) -> Iterator[str]:
    """Yield what differs between the texts of a job and those in a cell, but for the mark across a sample."""
    printed = ["".join(text.split()) for text in cell.texts]
    rest = sheet.text(cell.area)
    for text in sheet.hidden_texts(cell.area):
        yield f"something lies over {_quoted([text])}"
    if rest == "".join(printed):
        return
    missing = []
    for text in sorted(printed, key=len, reverse=True):
        if text not in rest:
            missing.append(text)
        rest = rest.replace(text, "", 1)
    added = "".join(character for character in rest if character not in mark)
    if missing:
        yield f"{_quoted(missing)} is not there" + (f", but {_quoted([added])}" if added else "")
    elif added:
        yield f"{_quoted([added])} was not printed by the job"


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def _code_of(url: str) -> str:
    return read_code(url) or url.rsplit("/", 1)[-1].upper()[:64]

"""Reads the codes of a page as coarsely as shows them, and finds out which page of its print job it is."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from o2o.codes.reader import Format, Reading
from o2o.db import Database, load_query, rows
from o2o.links import read_code
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.proof.picture import Area, Picture
from o2o.printing.proof.sheet import Sheet

_DPIS: tuple[int, ...] = (100, 150, 200, 300)
_FULL_DPIS = (200, 300)
_LINEAR_DPIS = (200, 300)
_FEW = 2  # codes of a page that are looked for one by one before the whole page is read anew
_MOST_LINES = 24  # with linear codes on a page, above which the whole page is as quick
_STRIP = 0.4  # mm above and below the line on which a linear code is read


@dataclass(frozen=True, slots=True)
class ProvedJob:
    """A print job as its proof needs it: its kinds of linear codes, the printer's dpi by template."""

    id: int
    pages: int
    linear: tuple[Format, ...]
    sample: bool
    dpi_of: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a job printed into a cell."""

    number: int
    code: str
    url: str
    ean: str
    texts: tuple[str, ...]
    template: str
    area: Area


@dataclass(frozen=True, slots=True)
class PageRead:
    """Which page of the job was read, its cells, how it looked, and the codes on it."""

    shown: int
    cells: list[Cell]
    picture: Picture
    readings: list[Reading]


class PageReader:
    """Reads pages one after the other, each as finely as the one before it needed."""

    def __init__(self, db: Database, job: ProvedJob) -> None:
        self._db = db
        self._job = job
        self._dpis = _DPIS
        self._lines: list[int] = []  # where linear codes were found on a page, in mm from its top

    def read(self, sheet: Sheet, expected: int, *, full: bool) -> PageRead:
        """Read a page that should be this one of the job; in full, at 200 dpi and in all directions."""
        dpis = _FULL_DPIS if full else self._dpis
        for tried, dpi in enumerate(dpis):
            picture = sheet.look(dpi)
            readings = picture.codes(Format.QR, quick=not full)
            shown, cells = self._page_shown(expected, readings)
            if _count_unread((cell.url for cell in cells), readings) <= _FEW:
                self._dpis = self._dpis if full else dpis[tried:]
                break
        linear = self._read_linear(sheet, picture, cells, full=full)
        return PageRead(shown, cells, picture, readings + linear)

    def _read_linear(self, sheet: Sheet, picture: Picture, cells: Sequence[Cell], *, full: bool) -> list[Reading]:
        """Return the linear codes: on the lines where the page before had them, or wherever they are."""
        wanted = {cell.ean for cell in cells if cell.ean}
        if not wanted:
            return []
        if 0 < len(self._lines) <= _MOST_LINES and not full:
            found = self._read_lines(sheet, cells)
            if _count_unread(wanted, found) <= _FEW:
                return found
        for dpi in _LINEAR_DPIS:
            seen = picture if picture.across * MM_PER_INCH >= dpi else sheet.look(dpi)
            found = seen.codes(*self._job.linear)
            if _count_unread(wanted, found) <= _FEW:
                break
        self._lines = sorted({round(reading.y) for reading in found})
        return found

    def _read_lines(self, sheet: Sheet, cells: Sequence[Cell]) -> list[Reading]:
        left, right = min(cell.area.x for cell in cells), max(cell.area.x + cell.area.width for cell in cells)
        strips = (Area(left, line - _STRIP, right - left, 2 * _STRIP) for line in self._lines)
        pictures = (sheet.look_at(strip, _LINEAR_DPIS[0]) for strip in strips)
        return [code for picture in pictures if picture.greys.size for code in picture.codes(*self._job.linear)]

    def _page_shown(self, expected: int, readings: Sequence[Reading]) -> tuple[int, list[Cell]]:
        """Return which page of the job the codes are of, and its cells: the expected one, unless another fits."""
        found = {reading.text for reading in readings}
        cells = self._cells(expected)
        if cells and all(cell.url in found for cell in cells if cell.url):
            return expected, cells
        pages = rows(
            self._db,
            load_query("printing/proof/reading.pages"),
            codes=json.dumps([code_of(text) for text in found]),
            job_id=self._job.id,
            expected=expected,
        )
        shown = next((row["page"] for row in pages), expected)
        return shown, cells if shown == expected else self._cells(shown)

    def _cells(self, page: int) -> list[Cell]:
        query = rows(self._db, load_query("printing/proof/reading.cells"), job_id=self._job.id, page=page)
        return [
            Cell(
                row["cell"], row["code"], row["url"], row["ean"], tuple(json.loads(row["texts"])), row["template"],
                Area(row["x"], row["y"], row["width"], row["height"]),
            )
            for row in query
        ]  # fmt: skip


def _count_unread(texts: Iterable[str], readings: Iterable[Reading]) -> int:
    return len({text for text in texts if text} - {reading.text for reading in readings})


def code_of(url: str) -> str:
    """Return the short code of a link; of another text, what a list can show of it."""
    return read_code(url) or url.rsplit("/", 1)[-1].upper()[:64]

"""Reads the sheets of .xlsx and .xls workbooks as text."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from o2o.errors import InputFileError
from o2o.importers.archives import check_archive
from o2o.importers.cells import BATCH, DateText, Grid, NumberText, RowBatch
from o2o.importers.shown import Shown, read_shown

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_EXACT = 10**15
_Cell = int | float | str | bool | date | datetime | time | timedelta


def is_workbook(start: bytes) -> bool:
    """Tell by its first bytes whether a file is a workbook."""
    return start.startswith(_SIGNATURES)


def open_workbook(path: Path, wanted: Sequence[str] = ()) -> list[Grid]:
    """Return the sheets of a workbook that people see and that have something in them, or those that are wanted."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    check_archive(path)
    with _explaining(path):
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))  # .xls is often the name of an .xlsx
        hidden = [one.name for one in book.sheets_metadata if one.visible != SheetVisibleEnum.Visible]
    names = list(dict.fromkeys(_find_sheet(path, book.sheet_names, one) for one in wanted))
    with _explaining(path):
        sheets = [book.get_sheet_by_name(name) for name in names or book.sheet_names if names or name not in hidden]
        sheets = [sheet for sheet in sheets if sheet.height]
        rows = [_read_sheet(sheet, read_shown(path, sheet.name)) for sheet in sheets]
    grids = [Grid(sheet.name, of_sheet) for sheet, of_sheet in zip(sheets, rows, strict=True)]
    if hidden and grids and not wanted:
        grids[0] = replace(grids[0], remarks=[_passed_over(hidden)])
    return grids


def _passed_over(hidden: Sequence[str]) -> tuple[str, str]:
    names = ", ".join(map(repr, hidden))
    return f"已跳过隐藏的工作表 {names}", f"passed over what is hidden: sheet {names}"


def _find_sheet(path: Path, names: Sequence[str], wanted: str) -> str:
    if wanted in names:
        return wanted
    if wanted.isdecimal() and 0 < int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise InputFileError(path, f"no sheet of it is {wanted!r}", f"its sheets are {', '.join(map(repr, names))}")


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:  # calamine's errors share no base class, and a panic is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if "assword" in str(error):
            raise InputFileError(path, "locked with a password", "save it without one") from None
        raise InputFileError(path, f"not a readable workbook ({error})", "save it as .xlsx again") from None


def _read_sheet(sheet: "CalamineSheet", shown: Shown) -> Iterator[RowBatch]:
    left = sheet.start[1] if sheet.start else 0
    merges = _Merges(sheet, left)
    rows = sheet.iter_rows()
    for start in count(0, BATCH):
        batch = [[cell.strip() if type(cell) is str else _text_of(cell) for cell in row] for row in islice(rows, BATCH)]
        if not batch:
            return
        if shown:
            for row, cells in enumerate(batch, start):
                for column, text in shown.get(row, ()):
                    cells[column - left] = text
        merges.fill(start, batch)
        yield RowBatch(range(start + 1, start + 1 + len(batch)), batch)


class _Merges:
    """Gives merged cells the text of the first of them, down their rows."""

    def __init__(self, sheet: "CalamineSheet", left: int) -> None:
        ranges = sheet.merged_cell_ranges or ()
        self._ranges = [(top, bottom, column - left) for (top, column), (bottom, _) in ranges if bottom > top]
        self._texts: dict[tuple[int, int], str] = {}

    def fill(self, start: int, batch: list[list[str]]) -> None:
        """Fill the cells of some rows that are the next of the sheet."""
        end = start + len(batch)
        for top, bottom, column in self._ranges:
            if top >= end or bottom < start or not 0 <= column < len(batch[0]):
                continue
            if top >= start:
                self._texts[top, column] = batch[top - start][column]
            for row in batch[max(top + 1, start) - start : bottom + 1 - start]:
                if any(row):  # else it is a blank row
                    row[column] = self._texts[top, column]


def _text_of(cell: _Cell) -> str:
    if type(cell) is float or type(cell) is int:
        return _write_number(cell)
    match cell:
        case bool():
            return str(cell).upper()
        case datetime():
            return DateText(cell.isoformat(" ", "seconds").removesuffix(" 00:00:00"))
    return DateText(cell)


@lru_cache(1 << 14)
def _write_number(number: float) -> NumberText:
    # 15 digits, as a spreadsheet keeps them: 26.7 is in its file as 26.700000000000003
    if abs(number) >= _EXACT:
        return NumberText(f"{number:.14E}")
    return NumberText(int(number) if number == int(number) else format(Decimal(f"{number:.15g}"), "f"))

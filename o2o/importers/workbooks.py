"""Reads the sheets of .xlsx and .xls workbooks as text."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from o2o.errors import InputFileError
from o2o.importers.cells import BATCH, Grid, NumberText, RowBatch

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_EXACT = 10**15
_Cell = int | float | str | bool | date | datetime | time | timedelta


def is_workbook(start: bytes) -> bool:
    """Tell by its first bytes whether a file is a workbook."""
    return start.startswith(_SIGNATURES)


def open_workbook(path: Path) -> list[Grid]:
    """Return the sheets of a workbook that have something in them."""
    from python_calamine import CalamineWorkbook

    with _explaining(path):
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    return [Grid(sheet.name, _read_sheet(sheet), []) for sheet in sheets if sheet.height]


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # calamine's errors share no base class of their own
        raise InputFileError(path, f"not a readable workbook ({error})", "save it as .xlsx again") from None


def _read_sheet(sheet: "CalamineSheet") -> Iterator[RowBatch]:
    rows = sheet.iter_rows()
    for start in count(1, BATCH):
        batch = [[cell if type(cell) is str else _text_of(cell) for cell in row] for row in islice(rows, BATCH)]
        if not batch:
            return
        yield RowBatch(range(start, start + len(batch)), batch)


def _text_of(cell: _Cell) -> str:
    match cell:
        case bool():
            return str(cell).upper()
        case int() | float():
            return NumberText(_plain(cell))
        case datetime():
            return cell.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    return str(cell)


def _plain(number: int | float) -> str:
    # 15 digits, as a spreadsheet keeps them: 26.7 is in its file as 26.700000000000003
    if abs(number) >= _EXACT:
        return f"{number:.14E}"
    return str(int(number)) if number == int(number) else format(Decimal(f"{number:.15g}"), "f")

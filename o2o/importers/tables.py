"""Reads a table from CSV (UTF-8, UTF-16, GB18030) or XLSX: a header and rows of text with their line numbers."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from o2o.errors import InputFileError
from o2o.text_files import decode_text, read_bytes, unguard_formula

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CELL_LIMIT = 10_000_000

Row = tuple[int, tuple[str, ...]]
"""The number of a line and its cells."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it, each with its line number; blank rows are left out."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """Return the table of a CSV or XLSX file; raises InputFileError when there is none in it."""
    header, lines = stream_table(path)
    return Table(path, header, tuple(lines))


def stream_table(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the header of a table and its rows one by one, for files with millions of them."""
    data = read_bytes(path)
    read = _read_workbook(path) if data.startswith(_WORKBOOKS) else _read_csv(path, decode_text(path, data))
    lines = ((line, cells) for line, cells in read if any(cells))
    line_and_header = next(lines, None)
    if line_and_header is None:
        raise InputFileError(path, "there is no table in it", "export it again with its header and rows")
    header = tuple(cell.strip() for cell in line_and_header[1])
    return header, lines


def other_sheets(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, beyond the first, that have something in them."""
    with path.open("rb") as file:
        if not file.read(8).startswith(_WORKBOOKS):
            return []
    from python_calamine import CalamineWorkbook

    with _explaining(path):
        book = CalamineWorkbook.from_path(path)
        return [name for name in book.sheet_names[1:] if book.get_sheet_by_name(name).height]


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # calamine's errors share no base class of their own
        raise InputFileError(path, f"not a readable workbook ({error})", "save it as .xlsx again") from None


def _read_csv(path: Path, text: str) -> Iterator[Row]:
    csv.field_size_limit(_CELL_LIMIT)
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(_split_lines(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, tuple([unguard_formula(cell) if cell[:1] == "'" else cell for cell in map(str.strip, cells)])
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputFileError(path, f"not a CSV table ({error})", "save it as CSV again", line) from None


def _split_lines(text: str) -> Iterator[str]:
    # a StringIO would hold a large text once more, four bytes a character
    if "\n" not in text:
        yield from io.StringIO(text, newline="")
        return
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _read_workbook(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineWorkbook

    with _explaining(path):
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    start = sheet.start[0] if sheet.start else 0
    for line, cells in enumerate(sheet.to_python(skip_empty_area=True), start=start + 1):
        yield line, tuple(unguard_formula(_text_of(cell)) for cell in cells)


def _text_of(cell: float | str | bool | datetime | date | time | timedelta) -> str:
    if isinstance(cell, float):
        # 15 digits, as a spreadsheet shows it: 26.7 is kept as 26.700000000000003 in its file
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else f"{cell:.15g}"
    return str(cell).strip()

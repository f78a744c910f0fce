"""Tables of the catalogue as sheets of one workbook, in which a spreadsheet bends no id and runs no text."""

from collections.abc import Callable, Iterable
from itertools import count, islice
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from o2o.catalog.exports import ExportTable, ValueType
from o2o.errors import MissingPackageError, OutputError
from o2o.money import Currency
from o2o.text_files import escape_text, whole_file

_MOST_ROWS = 1_048_576 - 1
"""How many rows a sheet has below its header."""
_LONGEST_TEXT = 32_767
_MEASURED = 200
_WIDTHS = (9, 48)

_CellWriter = Callable[[Any, int, int, Any], object]
"""Writes a value into a row and a column of a sheet."""


def write_workbook(out: Path, tables: Iterable[ExportTable]) -> list[int]:
    """Write each table as a sheet, or as several if it has too many rows for one; return their numbers of rows."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingPackageError("XLSX", "xlsxwriter", "excel") from None
    with whole_file(out) as file:
        # constant_memory: a row is on the disk as soon as the next begins
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        try:
            return [_write_table(out, book, table) for table in tables]
        finally:
            book.close()


def _write_table(out: Path, book: Any, table: ExportTable) -> int:
    formats = {type_: book.add_format({"num_format": code}) for type_, code in _number_formats(table.money).items()}
    bold = book.add_format({"bold": True, "bottom": 1})
    total = 0
    for number in count(1):
        sheet = book.add_worksheet(f"{table.kind}{'' if number == 1 else f' {number}'}")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(table.header):
            sheet.write_string(0, column, escape_text(name), bold)
        written = _write_records(out, sheet, table, formats)
        total += written
        if written < _MOST_ROWS:
            break
    return total


def _write_records(out: Path, sheet: Any, table: ExportTable, formats: dict[ValueType, Any]) -> int:
    types = [column.type for column in table.columns]
    writers = [_cell_writer(out, type_, formats.get(type_), table.money) for type_ in types]
    widths = [_width(name) + 2 for name in table.header]
    row = 0
    for row, record in enumerate(islice(table.records, _MOST_ROWS), start=1):
        for column, (write, value) in enumerate(zip(writers, record, strict=True)):
            if value is not None and value != "":
                write(sheet, row, column, value)
        if row <= _MEASURED:
            widths = [max(width, _width(str(value))) for width, value in zip(widths, record, strict=True)]
    for column, (type_, width) in enumerate(zip(types, widths, strict=True)):
        # the format of a whole column holds for cells that are filled in later, too
        sheet.set_column(column, column, min(max(width + 1, _WIDTHS[0]), _WIDTHS[1]), formats.get(type_))
    return row


def _number_formats(money: Currency) -> dict[ValueType, str]:
    amount = "0." + "0" * money.digits if money.digits else "0"
    return {ValueType.ID: "@", ValueType.TEXT: "@", ValueType.AMOUNT: amount, ValueType.DAY: "yyyy-mm-dd"}


def _cell_writer(out: Path, type_: ValueType, style: Any, money: Currency) -> _CellWriter:
    unit = 10**money.digits

    def write_text(sheet: Any, row: int, column: int, value: str) -> None:
        if len(value) >= _LONGEST_TEXT:
            where = f"row {row + 1} holds a text of {len(value):,} characters"
            raise OutputError(out, f"{where}, more than a cell of a workbook takes", "export it as CSV")
        sheet.write_string(row, column, escape_text(value), style)

    match type_:
        case ValueType.AMOUNT:
            return lambda sheet, row, column, value: sheet.write_number(row, column, value / unit, style)
        case ValueType.NUMBER | ValueType.INTEGER:
            return lambda sheet, row, column, value: sheet.write_number(row, column, value, style)
        case ValueType.DAY:
            return lambda sheet, row, column, value: sheet.write_datetime(row, column, value, style)
        case _:
            return write_text


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

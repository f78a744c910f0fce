"""Tables of the catalogue as files: CSV for programs or for spreadsheets, JSON, XLSX and Parquet."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from o2o.catalog.exports import ExportTable, Selection, ValueType, as_texts, export_table
from o2o.catalog.kinds import CatalogKind
from o2o.db import Database
from o2o.errors import OutputError
from o2o.text_files import guard_cells, spreadsheet_cell, whole_file, write_csv


class FileFormat(StrEnum):
    """The formats of exported files; ``excel`` is the CSV whose ids a spreadsheet leaves as they are."""

    CSV = "csv"
    EXCEL = "excel"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A table that was written: where to, and its number of rows."""

    kind: CatalogKind
    path: Path
    rows: int


def export_catalog(
    db: Database,
    kinds: Sequence[CatalogKind],
    out: Path,
    file_format: FileFormat = FileFormat.CSV,
    selection: Selection | None = None,
) -> list[ExportedTable]:
    """Write tables of the catalogue, all of one state of the file: each file appears whole or not at all.

    One table, or a workbook, becomes the file ``out``; of several tables each becomes a file in the folder ``out``.
    """
    with _one_state(db):
        tables = (export_table(db, kind, selection) for kind in kinds)
        if file_format is FileFormat.XLSX:
            from o2o.catalog.workbooks import write_workbook

            counts = write_workbook(out, tables)
            return [ExportedTable(kind, out, count) for kind, count in zip(kinds, counts, strict=True)]
        write = _WRITERS[file_format]
        if len(kinds) == 1:
            return [ExportedTable(table.kind, out, write(out, table)) for table in tables]
        paths = _paths_in(out, kinds, file_format)
        return [ExportedTable(table.kind, path, write(path, table)) for path, table in zip(paths, tables, strict=True)]


def format_of(path: Path | None) -> FileFormat:
    """Return the format that the name of a file says; CSV where it says none."""
    suffix = path.suffix[1:].lower() if path else ""
    return FileFormat(suffix) if suffix in ("json", "xlsx", "parquet") else FileFormat.CSV


@contextmanager
def _one_state(db: Database) -> Iterator[None]:
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()


def _paths_in(folder: Path, kinds: Sequence[CatalogKind], file_format: FileFormat) -> list[Path]:
    suffix = "csv" if file_format is FileFormat.EXCEL else file_format.value
    if folder.suffix[1:].lower() in (suffix, "csv"):
        raise OutputError(folder, f"{len(kinds)} tables need a folder, or one workbook", "name a folder, or a .xlsx")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(folder, (error.strerror or str(error)).lower(), "choose another folder") from None
    return [folder / f"{kind}.{suffix}" for kind in kinds]


def _write_csv(out: Path, table: ExportTable) -> int:
    return write_csv(out, guard_cells(table.header), map(guard_cells, as_texts(table)))


def _write_excel(out: Path, table: ExportTable) -> int:
    guards = [_EXCEL_CELLS.get(column.type, str) for column in table.columns]
    rows = ([guard(cell) for guard, cell in zip(guards, row, strict=True)] for row in as_texts(table))
    return write_csv(out, guard_cells(table.header), rows)


_EXCEL_CELLS: dict[ValueType, Callable[[str], str]] = {
    ValueType.ID: partial(spreadsheet_cell, is_id=True),
    ValueType.TEXT: spreadsheet_cell,
}


def _write_json(out: Path, table: ExportTable) -> int:
    count = 0
    with whole_file(out) as file:
        for count, row in enumerate(as_texts(table), start=1):
            start = "[\n" if count == 1 else ",\n"
            file.write((start + json.dumps(dict(zip(table.header, row, strict=True)), ensure_ascii=False)).encode())
        file.write(b"\n]\n" if count else b"[]\n")
    return count


def _write_parquet(out: Path, table: ExportTable) -> int:
    from o2o.catalog.parquet import write_parquet

    return write_parquet(out, table)


_WRITERS: dict[FileFormat, Callable[[Path, ExportTable], int]] = {
    FileFormat.CSV: _write_csv,
    FileFormat.EXCEL: _write_excel,
    FileFormat.JSON: _write_json,
    FileFormat.PARQUET: _write_parquet,
}

"""Opens the tables in a file as people send it: CSV in any of their encodings, .xlsx and .xls, with their titles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from o2o.catalog.kinds import CatalogKind
from o2o.errors import InputFileError
from o2o.importers.cells import Grid, RowBatch, clean_batches
from o2o.importers.delimited import read_delimited
from o2o.importers.encodings import recognise_encoding
from o2o.importers.header_rows import find_header
from o2o.importers.headers import Layout, recognise_layout
from o2o.importers.workbooks import is_workbook, open_workbook
from o2o.text_files import open_bytes

Row = tuple[int, tuple[str, ...]]
"""The number of a line and its cells."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read where that isn't left to us; ``names``: header cell -> column, empty: left out."""

    kind: CatalogKind | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    encoding: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it in batches; ``remarks`` may grow while they are read."""

    path: Path
    sheet: str
    header: tuple[str, ...]
    header_line: int
    layout: Layout
    batches: Iterator[RowBatch]
    remarks: list[str]


AS_IT_IS = Reading()


def open_tables(path: Path, reading: Reading = AS_IT_IS) -> list[Table]:
    """Return the tables of a file that we know by their headers; raises InputFileError when there is none."""
    tables = [_open_table(path, grid, reading) for grid in _open_grids(path, reading)[:1]]
    if not tables:
        raise _empty(path)
    return tables


def read_lines(path: Path, reading: Reading, sheet: str, lines: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the cells of some lines of a table, read again."""
    wanted = set(lines)
    grid = next(grid for grid in _open_grids(path, reading) if grid.sheet == sheet)
    return {line: cells for line, cells in _rows_of(grid.batches) if line in wanted}


def stream_table(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the header of a table, its first line, and its rows one by one, for what isn't of the catalogue."""
    grids = _open_grids(path, AS_IT_IS)
    rows = _rows_of(clean_batches(grids[0].batches)) if grids else iter(())
    first = next(rows, None)
    if first is None:
        raise _empty(path)
    return first[1], rows


def _empty(path: Path) -> InputFileError:
    return InputFileError(path, "there is no table in it", "export it again with its header and rows")


def _rows_of(batches: Iterable[RowBatch]) -> Iterator[Row]:
    for batch in batches:
        yield from zip(batch.lines, map(tuple, batch.rows), strict=True)


def _open_grids(path: Path, reading: Reading) -> list[Grid]:
    with open_bytes(path) as file:
        start = file.read(8)
    if is_workbook(start):
        return open_workbook(path)
    return [Grid("", read_delimited(path, reading.encoding or recognise_encoding(path)), [])]


def _open_table(path: Path, grid: Grid, reading: Reading) -> Table:
    batches = clean_batches(grid.batches)
    first = next(batches, None)
    if first is None:
        raise _empty(path)
    header = find_header(first.rows, reading.kind, reading.names)
    layout = recognise_layout(path, header.cells, reading.kind, reading.names)
    below = header.first + header.height
    rest = RowBatch(first.lines[below:], first.rows[below:])
    body = _pad(chain([rest], batches), len(header.cells))
    return Table(path, grid.sheet, header.cells, first.lines[header.first], layout, body, grid.remarks)


def _pad(batches: Iterable[RowBatch], width: int) -> Iterator[RowBatch]:
    for batch in batches:
        if min(map(len, batch.rows), default=width) < width:
            yield RowBatch(batch.lines, [[*row, *[""] * (width - len(row))] for row in batch.rows])
        else:
            yield batch

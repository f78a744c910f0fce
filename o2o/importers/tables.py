"""Opens the tables in a file as people send it: CSV in any of their encodings, .xlsx and .xls, with their titles."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, takewhile
from pathlib import Path

from o2o.catalog.kinds import CatalogKind
from o2o.errors import InputFileError
from o2o.importers.body import Body
from o2o.importers.cells import Grid, RowBatch, clean_batches, clean_rows, drop_blank_rows
from o2o.importers.columns import fold_name
from o2o.importers.delimited import read_delimited
from o2o.importers.encodings import UTF8, check_encoding, looks_like_utf8, name_of, recognise_encoding
from o2o.importers.header_rows import find_header
from o2o.importers.headers import Layout, find_near, recognise_layout
from o2o.importers.workbooks import is_workbook, open_workbook
from o2o.text_files import open_bytes

Row = tuple[int, tuple[str, ...]]
"""The number of a line and its cells."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read where that isn't left to us.

    ``names`` says what cells of its header mean (cell -> column; empty: left out); sheets are named or counted from 1.
    ``longest_line`` is what a row of a text file may have in bytes, about.
    """

    kind: CatalogKind | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    encoding: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    longest_line: int = 1_000_000


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
_START = 64
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(<(?:!DOCTYPE|html|head|meta|table|style|\?xml)|%PDF)", re.IGNORECASE)


def open_tables(path: Path, reading: Reading = AS_IT_IS) -> list[Table]:
    """Return the tables of a file that we know by their headers, one a sheet.

    Raises InputFileError when there is none, or two of one kind.
    """
    grids = _open_grids(path, reading)
    if not grids:
        raise _empty(path)
    if len(grids) == 1 or reading.sheets:
        tables = [_open_table(path, grid, reading) for grid in grids]
    else:
        tables = _open_known(path, grids, reading)
    _refuse_doubles(path, tables)
    return tables


def read_lines(path: Path, reading: Reading, sheet: str, lines: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the cells of some lines of a table, read again."""
    wanted = set(lines)
    if not wanted:
        return {}
    grid = next(grid for grid in _open_grids(path, reading) if grid.sheet == sheet)
    last = max(wanted)
    rows = takewhile(lambda row: row[0] <= last, _rows_of(clean_batches(grid.batches)))
    return {line: cells for line, cells in rows if line in wanted}


def stream_table(path: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the header of a table, its first line, and its rows one by one, for what isn't of the catalogue."""
    header, batches = _stream_batches(path, AS_IT_IS, clean_batches)
    return header, _rows_of(batches)


def stream_as_it_is(path: Path, longest_line: int) -> tuple[tuple[str, ...], Iterator[RowBatch]]:
    """Return the header of a table, its first line, and its rows in batches, with their cells as they are in the file.

    ``longest_line`` is of so many bytes.
    """
    header, batches = _stream_batches(path, Reading(longest_line=longest_line), drop_blank_rows)
    return tuple(clean_rows([header])[0]), batches


def _stream_batches(
    path: Path, reading: Reading, clean: Callable[[Iterable[RowBatch]], Iterator[RowBatch]]
) -> tuple[tuple[str, ...], Iterator[RowBatch]]:
    grids = _open_grids(path, reading)
    batches = clean(grids[0].batches) if grids else iter(())
    first = next(batches, None)
    if first is None:
        raise _empty(path)
    return tuple(first.rows[0]), chain([RowBatch(first.lines[1:], first.rows[1:])], batches)


def _empty(path: Path | str) -> InputFileError:
    return InputFileError(path, "there is no table in it", "export it again with its header and rows")


def _rows_of(batches: Iterable[RowBatch]) -> Iterator[Row]:
    for batch in batches:
        yield from zip(batch.lines, map(tuple, batch.rows), strict=True)


def _open_grids(path: Path, reading: Reading) -> list[Grid]:
    with open_bytes(path) as file:
        start = file.read(_START)
    if is_workbook(start):
        return open_workbook(path, reading.sheets)
    if page := _PAGE.match(start):
        what = "a PDF" if page[1] == b"%PDF" else "a web page or XML, whatever its name ends in"
        raise InputFileError(path, f"no table but {what}", "open it in a spreadsheet and save it as .xlsx")
    if reading.sheets:
        raise InputFileError(path, "a text file has no sheets", "leave --sheet out")
    encoding = check_encoding(reading.encoding) if reading.encoding else recognise_encoding(path)
    remarks = (
        [] if encoding == UTF8 else list(_encoding_remarks(path, name_of(encoding), is_said=bool(reading.encoding)))
    )
    return [Grid("", read_delimited(path, encoding, reading.longest_line), remarks)]


def _encoding_remarks(path: Path, name: str, *, is_said: bool) -> Iterator[tuple[str, str]]:
    if not is_said:
        english = f"read as {name}, not UTF-8; if its letters look wrong, say --encoding"
        yield f"按 {name} 读取，不是 UTF-8；如有乱码，请用 --encoding 指明", english
    elif looks_like_utf8(path):
        english = f"read as {name}, as --encoding says, but it is UTF-8; leave --encoding out if letters look wrong"
        yield f"按 --encoding 以 {name} 读取，但文件像是 UTF-8；如有乱码，请去掉 --encoding", english


def _open_known(path: Path, grids: Iterable[Grid], reading: Reading) -> list[Table]:
    tables, others = [], []
    for grid in grids:
        try:
            tables.append(_open_table(path, grid, reading))
        except InputFileError as error:
            others.append(error)
    if not tables:
        raise others[0]
    passed_over = tables[0].layout.language.of(("此工作表已跳过", "the sheet is passed over"))
    tables[0].remarks.extend(f"{error}; {passed_over}" for error in others)
    return tables


def _refuse_doubles(path: Path, tables: list[Table]) -> None:
    seen: dict[CatalogKind, str] = {}
    for table in tables:
        first = seen.setdefault(table.layout.kind, table.sheet)
        if first != table.sheet:
            reason = f"its sheets {first!r} and {table.sheet!r} are both {table.layout.kind}"
            raise InputFileError(path, reason, f"name one with --sheet {first!r}, or import each as a file")


def _open_table(path: Path, grid: Grid, reading: Reading) -> Table:
    where = f"{path}, sheet {grid.sheet!r}" if grid.sheet else str(path)
    batches = clean_batches(grid.batches)
    first = next(batches, None)
    if first is None:
        raise _empty(where)
    start = None if reading.header_row is None else _find_line(where, first, reading.header_row)
    header = find_header(first.rows, reading.kind, reading.names, start)
    layout = recognise_layout(where, header.cells, reading.kind, reading.names)
    said = [*grid.remarks, *_header_remarks(header.cells, layout, reading.names)]
    remarks = [f"{where}: {layout.language.of(texts)}" for texts in said]
    below = header.first + header.height
    rest = RowBatch(first.lines[below:], first.rows[below:])
    body = Body(where, header.cells, layout, remarks).read(chain([rest], batches))
    return Table(path, grid.sheet, header.cells, first.lines[header.first], layout, body, remarks)


def _find_line(where: str, batch: RowBatch, line: int) -> int:
    if line not in batch.lines:
        raise InputFileError(where, "there is nothing in the line given as --header-row", "count lines from 1", line)
    return batch.lines.index(line)


def _header_remarks(header: tuple[str, ...], layout: Layout, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    folded = set(map(fold_name, header))
    for cell in names:
        if fold_name(cell) not in folded:
            yield f"没有“{cell}”这一列（--map）", f"no column of it is {cell!r} (--map)"
    if layout.extra:
        kept = ", ".join(name for name, _ in layout.extra)
        yield f"作为自有列保留：{kept}", f"kept as columns of your own: {kept}"
    if layout.ignored:
        ignored = ", ".join(map(repr, layout.ignored))
        yield f"未导入的列：{ignored}", f"ignored the columns {ignored}"
    for cell, column in find_near(layout, header):
        yield (
            f"“{cell}”与 {column} 相近；如就是它，请加 --map {cell}={column}",
            f"{cell!r} looks like {column}; if it is meant, say --map {cell}={column}",
        )

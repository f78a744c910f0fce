"""Reads CSV and its like: rows of cells between commas, semicolons, tabs or bars."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TextIO

from o2o.errors import InputFileError
from o2o.importers.cells import BATCH, RowBatch
from o2o.importers.encodings import open_text
from o2o.text_files import open_bytes

_CELL_LIMIT = 10_000_000
_BLOCK = 1_000_000
_SEPARATORS = ",;\t|"
_SAMPLED = 50
_ADVICE = "save it as CSV again, or put a text with quotes in it in quotes and double its own"
_SAID = re.compile(r"sep=(.)\s*")
"""The first line of a table whose writer tells Excel what separates its cells."""


def read_delimited(path: Path, encoding: str, longest_line: int = _BLOCK) -> Iterator[RowBatch]:
    """Yield the rows of a text file; what is no table raises InputFileError with its line."""
    _check_lines(path, longest_line)
    csv.field_size_limit(max(_CELL_LIMIT, longest_line))
    with open_text(path, encoding) as file:
        sample = list(islice(file, _SAMPLED))
    with open_text(path, encoding) as file:
        said = _SAID.fullmatch(sample[0]) if sample else None
        if said:
            next(file)
        yield from _read_batches(path, file, find_separator(sample), first_line=2 if said else 1)


def _check_lines(path: Path, longest: int) -> None:
    # a line without an end may be larger than the memory; looked for in blocks, which is far cheaper than line by line
    line, length = 1, 0
    with open_bytes(path) as file:
        while len(block := file.read(_BLOCK)) == _BLOCK:
            length = 0 if b"\n" in block or b"\r" in block else length + len(block)
            if length >= longest:
                reason = f"a line of {longest:,} bytes or more is no row of a table"
                raise InputFileError(path, reason, "export it again as CSV, with a row on each line", line)
            line += block.count(b"\n")


def find_separator(lines: list[str]) -> str:
    """Return what separates the cells of the first lines of a table: what gives most of them the same width."""
    said = _SAID.fullmatch(lines[0]) if lines else None
    if said:
        return said[1]
    return max(_SEPARATORS, key=lambda separator: _count_alike(lines, separator))


def _count_alike(lines: list[str], separator: str) -> tuple[int, int]:
    widths = Counter[int]()
    with suppress(csv.Error):  # a quote that is never closed is told where the rows are read
        widths.update(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _read_batches(path: Path, file: TextIO, separator: str, first_line: int) -> Iterator[RowBatch]:
    reader = csv.reader(file, delimiter=separator, strict=True)
    line = first_line
    while True:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, BATCH))
        except csv.Error as error:
            line = _lines_of(rows, line, -1)[-1]
            raise InputFileError(path, f"not a CSV table ({error})", _ADVICE, line) from None
        if not rows:
            return
        end = reader.line_num + first_line
        yield RowBatch(_lines_of(rows, line, end), rows)
        line = end


def _lines_of(rows: list[list[str]], start: int, end: int) -> range | list[int]:
    if end - start == len(rows):
        return range(start, end)
    lines = [start]
    for row in rows:
        breaks = sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
        lines.append(lines[-1] + 1 + breaks)
    return lines if end < 0 else lines[:-1]

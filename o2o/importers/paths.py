"""Reads aggregated paths from a CSV or XLSX: each row is a sequence of touches and how often it came to what."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from o2o.attribution.paths import MOST, PathError, Paths
from o2o.errors import InputFileError
from o2o.importers.cells import RowBatch, clean_rows
from o2o.importers.columns import find_columns, language_of, only_places
from o2o.importers.messages import (
    MISSING,
    NOT_A_COUNT,
    NOT_A_PATH,
    TOO_MANY_CELLS,
    TOO_MANY_TO_BE_TRUE,
    VALUE_OF_NOTHING,
)
from o2o.importers.tables import stream_as_it_is
from o2o.problems import Finding, Message, Origin

PATH_COLUMNS = {
    "path": ("路径", "触点路径", "转化路径", "channels", "journey"),
    "conversions": ("转化", "转化数", "转化次数", "total_conversions", "conversion", "conv"),
    "value": ("金额", "转化金额", "价值", "total_conversion_value", "conversion_value", "revenue"),
    "nulls": ("未转化", "未转化数", "未转化次数", "total_null", "null"),
}
"""The columns of a file of paths and their other names."""

_LONGEST = 100_000_000
"""A line of more bytes is refused: a path of a million touches has some ten million."""

_NEEDED = ("path", "conversions")
_COUNTS = ("conversions", "value", "nulls")
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)"
_NUMBERS = re.compile(rf"(?:{_NUMBER}\n)*", re.ASCII)
_ONE = re.compile(_NUMBER, re.ASCII)


@dataclass(slots=True)
class _Columns:
    """What was read so far: paths, their amounts, and on which lines they stand, a batch at a time."""

    path: list[str] = field(default_factory=list)
    amounts: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in _COUNTS})
    firsts: list[int] = field(default_factory=list)
    lines: list[Sequence[int]] = field(default_factory=list)

    def line_of(self, row: int) -> int:
        batch = bisect_right(self.firsts, row) - 1
        return self.lines[batch][row - self.firsts[batch]]


def read_paths(path: Path) -> Paths:
    """Return the paths of a file; raises InputFileError, with its line, for the first row that can't be taken.

    Columns: path and conversions, perhaps value (of all the row's conversions) and nulls.
    """
    header, batches = stream_as_it_is(path, _LONGEST)
    places = only_places(path, header, find_columns(header, PATH_COLUMNS))
    missing = [column for column in _NEEDED if column not in places]
    if missing:
        raise InputFileError(path, f"the header has no {', '.join(missing)}", f"name it {','.join(PATH_COLUMNS)}", 1)
    called = {column: header[place] for column, place in places.items()}
    reader = _Reader(Origin(str(path), called, language_of(called.values())), len(header), places)
    columns = reader.read(batches)
    try:
        return Paths.of(columns.path, *(columns.amounts[name] for name in _COUNTS))
    except PathError as error:
        raise reader.refusal(columns.line_of(error.row), "path", error.path, NOT_A_PATH) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    origin: Origin
    width: int
    places: dict[str, int]

    def read(self, batches: Iterator[RowBatch]) -> _Columns:
        columns = _Columns()
        for batch in batches:
            if not batch.rows:
                continue
            cells = self._columns(batch)
            columns.firsts.append(len(columns.path))
            columns.lines.append(batch.lines)
            columns.path += cells["path"]
            numbers = {name: self._read_numbers(batch.lines, name, cells.get(name, ())) for name in _COUNTS}
            self._check_values(batch, numbers)
            for name, found in numbers.items():
                columns.amounts[name] += found
        return columns

    def refusal(self, line: int, column: str, value: str, message: Message, **facts: object) -> InputFileError:
        """Return the error of one cell, in the language of the file."""
        problem = self.origin.explain(Finding(line, column, value, message, facts))
        shown = f"{problem.column} {problem.value!r}: " if column else ""
        return InputFileError(problem.file, f"{shown}{problem.reason}", problem.advice, line)

    def _columns(self, batch: RowBatch) -> dict[str, tuple[str, ...]]:
        rows = batch.rows
        if set(map(len, rows)) != {self.width}:
            rows = list(map(self._widen, batch.lines, rows))
        columns = list(zip(*rows, strict=True))
        return {name: columns[place] for name, place in self.places.items()}

    def _widen(self, line: int, row: Sequence[str]) -> Sequence[str]:
        if any(map(str.strip, row[self.width :])):
            raise self.refusal(line, "", "", TOO_MANY_CELLS, cells=len(row), width=self.width)
        return [*row, *[""] * (self.width - len(row))][: self.width]

    def _read_numbers(self, lines: Sequence[int], column: str, cells: Sequence[str]) -> list[float]:
        if not cells:
            return [0.0] * len(lines)
        cells = clean_rows([cells])[0]
        if column not in _NEEDED and "" in cells:
            cells = [cell or "0" for cell in cells]
        if not _NUMBERS.fullmatch("\n".join([*cells, ""])):
            bad = next(place for place, cell in enumerate(cells) if not _ONE.fullmatch(cell))
            raise self.refusal(lines[bad], column, cells[bad], NOT_A_COUNT if cells[bad] else MISSING)
        numbers = list(map(float, cells))
        if max(numbers) > MOST:
            bad = next(place for place, number in enumerate(numbers) if number > MOST)
            raise self.refusal(lines[bad], column, cells[bad], TOO_MANY_TO_BE_TRUE)
        return numbers

    def _check_values(self, batch: RowBatch, numbers: dict[str, list[float]]) -> None:
        for line, conversions, value in zip(batch.lines, numbers["conversions"], numbers["value"], strict=True):
            if value and not conversions:
                raise self.refusal(line, "value", f"{value:g}", VALUE_OF_NOTHING)

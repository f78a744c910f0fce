"""A table read row by row with its columns by name, and the problems met on the way."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from o2o.errors import InputFileError
from o2o.importers.column_readers import IdColumn
from o2o.importers.columns import find_columns, language_of, only_places
from o2o.importers.messages import MISSING, TOO_MANY_CELLS, TOO_MANY_TO_BE_TRUE, CellError
from o2o.importers.tables import Row, stream_table
from o2o.money import TooLargeError
from o2o.problems import Finding, Message, Origin, Problem, Severity

_T = TypeVar("_T")
_NOWHERE = 1 << 30
Progress = Callable[[Iterable[Row]], Iterable[Row]]
"""Passes on the rows that it is given and shows how far it is."""


class BadCellError(CellError):
    """A cell that can't be taken: which column, why, and what to do."""

    def __init__(self, column: str, value: str, message: Message, **facts: object) -> None:
        super().__init__(message, **facts)
        self.column, self.value = column, value


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its line in the file, its cells as they came, and where the columns stand that we know by name."""

    line: int
    cells: tuple[str, ...]
    places: Mapping[str, int]

    def get(self, column: str) -> str:
        """Return the text of a column, empty where there is none."""
        place = self.places.get(column, _NOWHERE)
        return self.cells[place] if place < len(self.cells) else ""

    def get_id(self, column: str) -> str:
        """Return the id in a column, empty where there is none; one that a spreadsheet has bent is a bad cell."""
        value = self.get(column)
        if type(value) is str and "+" not in value:
            return value
        try:
            return IdColumn().parse(value)
        except CellError as error:
            raise BadCellError(column, value, error.message, **error.facts) from None

    def need_id(self, column: str) -> str:
        """Return the id in a column that may not be empty."""
        self.need(column)
        return self.get_id(column)

    def need(self, column: str) -> str:
        """Return the text of a column that may not be empty."""
        value = self.get(column)
        if not value:
            raise BadCellError(column, "", MISSING)
        return value

    def parse(self, column: str, parse: Callable[[str], _T], message: Message, **facts: object) -> _T:
        """Return the parsed text of a column; a ValueError of ``parse`` becomes a bad cell with a message.

        A TooLargeError becomes one that says just that.
        """
        value = self.need(column)
        try:
            return parse(value)
        except TooLargeError:
            raise BadCellError(column, value, TOO_MANY_TO_BE_TRUE) from None
        except ValueError:
            raise BadCellError(column, value, message, **facts) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The header of a table, where its columns stand, its rows to come, and the problems so far."""

    path: Path
    header: tuple[str, ...]
    places: Mapping[str, int]
    lines: Iterator[Row]
    origin: Origin
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Self:
        """Open a table by ``names`` (column -> its other names); raises InputFileError when a needed one is missing."""
        header, lines = stream_table(path)
        places = only_places(path, header, find_columns(header, names))
        missing = [column for column in needed if column not in places]
        if missing:
            raise InputFileError(path, f"the header has no {', '.join(missing)}", f"name it {','.join(names)}", 1)
        called = {column: header[place] for column, place in places.items()}
        return cls(path, header, places, lines, Origin(str(path), called, language_of(called.values())))

    def read(self, parse: Callable[[SheetRow], _T | None], progress: Progress = iter) -> Iterator[_T]:
        """Yield what ``parse`` makes of each row; a bad row becomes a problem, None is passed over."""
        width = len(self.header)
        for line, cells in progress(self.lines):
            row = SheetRow(line, cells, self.places)
            try:
                _check_width(cells, width)
                parsed = parse(row)
            except BadCellError as bad:
                self.remark(row, bad, Severity.ERROR)
            else:
                if parsed is not None:
                    yield parsed

    def remark(self, row: SheetRow, bad: BadCellError, severity: Severity = Severity.WARNING) -> None:
        """Note a problem of a row."""
        finding = Finding(row.line, bad.column, bad.value, bad.message, bad.facts, severity)
        self.problems.append(self.origin.explain(finding, row.cells))


def _check_width(cells: Sequence[str], width: int) -> None:
    if len(cells) > width and any(cells[width:]):
        raise BadCellError("", "", TOO_MANY_CELLS, cells=len(cells), width=width)

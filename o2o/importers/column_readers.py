"""Reads whole columns of cells into values: a cell is looked at only when it is new or its column looks odd."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as _encode
from typing import Any, Protocol
from unicodedata import normalize

from o2o.importers.cells import HIDDEN, DateText, NumberText
from o2o.importers.messages import (
    CONTROL_CHARACTER,
    CUT_ZEROS,
    ERROR_VALUE,
    ID_BROKEN,
    ID_FRACTION,
    ID_SHORTENED,
    ID_TOO_LONG,
    MADE_A_DATE,
    UNKNOWN_ID,
    CellError,
)
from o2o.problems import Message, Words

Values = Sequence[Any]
"""The values of a column; a CellError stands where a cell can't be taken."""

LONGEST_ID = 64

_ERROR_VALUES = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_IN_ID = re.compile(r"[\x00-\x1f\x7f]")
_HIDDEN = re.compile(f"[{HIDDEN}]")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_REMEMBERED = 200_000


class ColumnReader(Protocol):
    """Reads the cells of one column, batch by batch."""

    def read(self, cells: Sequence[str]) -> tuple[Values, bool]:
        """Return the values of cells, and whether one of them is a CellError."""


class Memo(dict[str, Any]):
    """What the cells of a column mean; one that can't be taken is never kept, so that each is told."""

    __slots__ = ("_parse", "failed")

    def __init__(self, parse: Callable[[str], Any]) -> None:
        super().__init__()
        self._parse = parse
        self.failed = False

    def __missing__(self, cell: str) -> Any:
        try:
            check_error_value(cell)
            value = self._parse(cell)
        except CellError as error:
            self.failed = True
            return error
        if len(self) >= _REMEMBERED:
            self.clear()
        self[cell] = value
        return value

    def has_failed(self) -> bool:
        """Tell whether a cell failed since this was asked last."""
        failed, self.failed = self.failed, False
        return failed


class TextColumn:
    """Reads texts, which are taken as they are; a real date is one only where dates are expected."""

    def __init__(self, *, dates: bool = False) -> None:
        self._dates = dates

    def read(self, cells: Sequence[str]) -> tuple[Values, bool]:
        """Return the texts."""
        types = set(map(type, cells))
        if types != {str} and (self._dates or DateText not in types):
            cells, types = list(map(str, cells)), {str}
        together = "".join(cells)
        if types == {str} and together.isprintable() and ("#" not in together or _ERROR_VALUES.isdisjoint(cells)):
            return cells, False
        values = list(map(_try(_check_text), cells))
        return values, _has_error(values)


class MemoColumn:
    """Reads cells that mean something; ``parse_number`` reads number cells where they mean something else."""

    def __init__(self, parse: Callable[[str], Any], parse_number: Callable[[str], Any] | None = None) -> None:
        self._texts = Memo(parse)
        self._numbers = Memo(parse_number) if parse_number else self._texts

    def read(self, cells: Sequence[str]) -> tuple[Values, bool]:
        """Return what the cells mean."""
        texts, numbers = self._texts, self._numbers
        if numbers is texts or NumberText not in set(map(type, cells)):
            return list(map(texts.__getitem__, cells)), texts.has_failed()
        values = [numbers[cell] if type(cell) is NumberText else texts[cell] for cell in cells]
        return values, any((texts.has_failed(), numbers.has_failed()))


@dataclass(frozen=True, slots=True)
class Ways:
    """Two ways of writing the same cell, of which a column uses one.

    ``find`` names the ways in which a cell can be read: none where it doesn't matter, two where it is unclear;
    ``describe`` says what it means in one; ``usual`` is the way of an unclear one where nothing says another, if any.
    ``plain`` is the way of number cells.
    """

    find: Callable[[str], tuple[str, ...]]
    describe: Callable[[str, str], object]
    usual: Callable[[str], str | None] | None
    plain: str
    unclear: Message
    contrary: Message


class DecidedColumn:
    """Reads cells that can be written in two ways.

    The column's way is that of most of the cells that have one only, in the first rows where there are any; cells
    that need the other are bad, and so are unclear ones when the column says nothing, or both.
    """

    def __init__(self, ways: Ways, parse: Callable[[str, str], Any]) -> None:
        self._ways, self._parse = ways, parse
        self._way: str | None = None
        self._is_mixed = False
        self._column = MemoColumn(self._parse_text, lambda cell: parse(cell, ways.plain))
        self.is_waiting = False

    @property
    def is_decided(self) -> bool:
        """Whether the way of the column is known."""
        return self._way is not None

    def weigh(self, cells: Sequence[str]) -> None:
        """Look for the way of the column in more of its cells; ``is_waiting`` for more while only unclear ones came."""
        if "".join(cells).isdigit():
            return
        found = [self._ways.find(cell) for cell in {cell for cell in cells if type(cell) is not NumberText}]
        votes = Counter(ways[0] for ways in found if len(ways) == 1).most_common()
        self._is_mixed = len(votes) > 1
        if votes and (not self._is_mixed or votes[0][1] > votes[1][1]):
            self._way = votes[0][0]
        self.is_waiting = not votes and (self.is_waiting or any(len(ways) > 1 for ways in found))

    def read(self, cells: Sequence[str]) -> tuple[Values, bool]:
        """Return what the cells mean in the way of the column."""
        return self._column.read(cells)

    def _parse_text(self, cell: str) -> Any:
        found = self._ways.find(cell)
        way = self._way or self._usual_way(cell)
        if len(found) > 1 and (way is None or self._is_mixed):
            one, other = (self._ways.describe(cell, each) for each in found)
            raise CellError(self._ways.unclear, one=one, other=other)
        if len(found) == 1 and found[0] != way:
            raise CellError(self._ways.contrary)
        return self._parse(cell, way or self._ways.plain)

    def _usual_way(self, cell: str) -> str | None:
        return self._ways.usual(cell) if self._ways.usual and not self._is_mixed else None


class IdColumn:
    """Reads ids of the merchant's: text as given, without the marks of no width that were copied along."""

    def __init__(self) -> None:
        self.removed = 0

    def read(self, cells: Sequence[str]) -> tuple[Values, bool]:
        """Return the ids."""
        if _are_plain_ids(cells):
            return cells, False
        values = list(map(_try(self.parse), cells))
        return values, _has_error(values)

    def parse(self, cell: str) -> str:
        """Return an id; raises CellError for one that a spreadsheet has bent or that no system can hold."""
        check_error_value(cell)
        _check_date(cell)
        text, count = _HIDDEN.subn("", cell)
        self.removed += count
        if _SHORTENED.fullmatch(text) and ("+" in text or type(cell) is NumberText):
            raise CellError(ID_SHORTENED)
        if type(cell) is NumberText and "." in text:
            whole, _, decimals = text.partition(".")
            if decimals.strip("0"):
                raise CellError(ID_FRACTION)
            text = whole
        if len(text) > LONGEST_ID:
            raise CellError(ID_TOO_LONG, longest=LONGEST_ID)
        if _CONTROL_IN_ID.search(text):
            raise CellError(ID_BROKEN)
        return str(text)


class IdListColumn(IdColumn):
    """Reads cells with several numbers between ``;``."""

    def parse(self, cell: str) -> str:
        """Return the numbers of a cell; raises CellError for what one alone can't be either."""
        if type(cell) is not str:
            return super().parse(cell)
        return ";".join(super(IdListColumn, self).parse(part.strip()) for part in cell.replace("；", ";").split(";"))


class ReferenceColumn:
    """Reads ids of what another table has; ``empty`` is the value of a cell without one."""

    def __init__(self, known: Iterable[str], names: tuple[Words, Words], empty: str | None) -> None:
        self._known: dict[str, str | None] = {one: one for one in known}
        self._unpadded = {_unpad(one): one for one in self._known if one[:1] == "0"}
        self._known[""] = empty
        self._names = names
        self._ids = IdColumn()

    @property
    def removed(self) -> int:
        """How many marks of no width were taken out of ids."""
        return self._ids.removed

    def read(self, cells: Sequence[str]) -> tuple[Values, bool]:
        """Return the ids, each the one object that the other table's id is."""
        try:
            return list(map(self._known.__getitem__, cells)), False
        except KeyError:
            values = list(map(_try(self._find), cells))
            return values, _has_error(values)

    def _find(self, cell: str) -> str | None:
        text = self._ids.parse(cell)
        if text in self._known:
            return self._known[text]
        what, kind = self._names
        if known := self._unpadded.get(_unpad(text)):
            raise CellError(CUT_ZEROS, what=what, known=known)
        raise CellError(UNKNOWN_ID, what=what, kind=kind)


def encode_extra(names: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """Return for each row the JSON object of the texts in the merchant's own columns, as SQLite writes it."""
    template = "{" + ",".join(f"{_encode(name).replace('%', '%%')}:%s" for name in names) + "}"
    encoded = [list(map(_encode, texts)) for texts in columns]
    return list(map(template.__mod__, zip(*encoded, strict=True)))


def check_error_value(cell: str) -> None:
    """Raise CellError for what a formula that failed leaves in its cell."""
    if cell in _ERROR_VALUES:
        raise CellError(ERROR_VALUE)


def _check_text(cell: str) -> str:
    check_error_value(cell)
    _check_date(cell)
    if _CONTROL.search(cell):
        raise CellError(CONTROL_CHARACTER)
    return str(cell)


def _check_date(cell: str) -> None:
    if type(cell) is DateText:
        raise CellError(MADE_A_DATE)


def _are_plain_ids(cells: Sequence[str]) -> bool:
    together = "".join(cells)
    return (
        together.isprintable()
        and not any(mark in together for mark in ("E+", "e+", "#", ";", "；"))
        and max(map(len, cells), default=0) <= LONGEST_ID
        and set(map(type, cells)) <= {str}
    )


def _unpad(text: str) -> str:
    return normalize("NFKC", text).lstrip("0")


def _try(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def attempt(cell: str) -> Any:
        try:
            return parse(cell)
        except CellError as error:
            return error

    return attempt


def _has_error(values: Values) -> bool:
    return CellError in set(map(type, values))

"""The cells of tables as text, in batches of rows: without the blanks and marks around them that nobody sees."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

from o2o.text_files import unguard_formula

BATCH = 5_000
HIDDEN = "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\xad"
"""Characters of no width that come along when text is copied."""
_RARE_BLANKS = "\u3000\xa0\t\n\r\v\f\x85\u2002\u2003\u2009\u202f"
_AROUND = re.compile(rf"^[\s{HIDDEN}]+|[\s{HIDDEN}]+$")
_BETWEEN = "\x1f"
"""Stands between cells that are looked through together, which is far cheaper than each by itself."""


class NumberText(str):
    """A number cell of a workbook as a plain decimal with a point: nothing about it needs to be guessed."""

    __slots__ = ()


class DateText(str):
    """A date or time cell of a workbook: whoever typed ``1-2`` or ``1:30`` there meant none, perhaps."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Rows of a table and the lines on which they stand in their file."""

    lines: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """All the rows of a file or of one sheet, and what there is to say about it, in Chinese and English."""

    sheet: str
    batches: Iterator[RowBatch]
    remarks: Sequence[tuple[str, str]] = ()


def clean_batches(batches: Iterable[RowBatch]) -> Iterator[RowBatch]:
    """Yield the rows that have something in them, with their cells as people see them."""
    for batch in batches:
        rows = clean_rows(batch.rows)
        yield from _keep(RowBatch(batch.lines, rows), list(map(any, rows)))


def drop_blank_rows(batches: Iterable[RowBatch]) -> Iterator[RowBatch]:
    """Yield the rows that have something in them, with their cells as they are."""
    for batch in batches:
        yield from _keep(batch, [any(map(str.strip, row)) for row in batch.rows])


def _keep(batch: RowBatch, kept: Sequence[bool]) -> Iterator[RowBatch]:
    if all(kept):
        yield batch
    elif any(kept):
        yield RowBatch(list(compress(batch.lines, kept)), list(compress(batch.rows, kept)))


def clean_rows(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return rows with their cells as people see them."""
    text = f"{_BETWEEN}{_BETWEEN.join(map(_BETWEEN.join, rows))}{_BETWEEN}"
    if any(hidden in text for hidden in HIDDEN):
        rows = _change(rows, lambda cell: _AROUND.sub("", cell))
    elif f"{_BETWEEN} " in text or f" {_BETWEEN}" in text or any(blank in text for blank in _RARE_BLANKS):
        rows = _change(rows, str.strip)
    return _change(rows, unguard_formula) if "'" in text or f"{_BETWEEN}=" in text else rows


def _change(rows: Sequence[Sequence[str]], change: Callable[[str], str]) -> list[list[str]]:
    return [[change(cell) if type(cell) is str else cell for cell in row] for row in rows]

"""The cells of tables as text, in batches of rows: without the blanks and marks around them that nobody sees."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from o2o.text_files import unguard_formula

BATCH = 5_000
HIDDEN = "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\xad"
"""Characters of no width, as the inside of a regular expression's set."""

_HIDDEN_ANYWHERE = re.compile(f"[{HIDDEN}]")
_AROUND = re.compile(rf"^[\s{HIDDEN}]+|[\s{HIDDEN}]+$")


class NumberText(str):
    """A number cell of a workbook as a plain decimal with a point: nothing about it needs to be guessed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Rows of a table and the lines on which they stand in their file."""

    lines: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """All the rows of a file or of one sheet; ``remarks`` may grow while they are read."""

    sheet: str
    batches: Iterator[RowBatch]
    remarks: list[str]


def clean_batches(batches: Iterable[RowBatch]) -> Iterator[RowBatch]:
    """Yield the rows that have something in them, with their cells as people see them."""
    for batch in batches:
        rows = [list(map(_strip, row)) for row in batch.rows]
        if all(map(any, rows)):
            yield RowBatch(batch.lines, rows)
        elif kept := [number for number, row in enumerate(rows) if any(row)]:
            yield RowBatch([batch.lines[number] for number in kept], [rows[number] for number in kept])


def _strip(cell: str) -> str:
    if isinstance(cell, NumberText):
        return cell
    cell = cell.strip()
    if _HIDDEN_ANYWHERE.search(cell):
        cell = _AROUND.sub("", cell)
    return unguard_formula(cell) if cell[:1] in ("'", "=") else cell

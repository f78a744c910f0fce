"""Tables for terminals: words stay whole, and what is too wide for the screen goes on beneath."""

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from re import compile as compile_pattern
from typing import Any

_BETWEEN = 3
_LEAST, _MOST = 12, 24
"""How wide a column of words is at least and at most before it is broken."""
_WHOLE = "\ue000"
"""Stands for a space at which a figure is not broken; no text has it, and it is as wide."""
_SPACE = compile_pattern(r" (?!\()")


def lay_out_table(
    header: Sequence[str], rows: Sequence[Sequence[Any]], figures: Collection[str], keys: int, width: int
) -> str:
    """Return an aligned table no wider than ``width``; the first ``keys`` columns stand before each part of it."""
    columns = [
        _Column(name, [row[place] for row in rows], is_figure=name in figures) for place, name in enumerate(header)
    ]
    parts = (_draw(part, width) for part in _part(columns, keys, width))
    return "\n\n".join(parts)


class _Column:
    """A column as text, with how wide it must and would be."""

    def __init__(self, name: str, cells: Sequence[Any], *, is_figure: bool) -> None:
        from rich.cells import cell_len

        self.name = name
        self.is_figure = is_figure or (bool(cells) and all(isinstance(cell, int | float | None) for cell in cells))
        texts = ("" if cell is None else f"{cell}" for cell in cells)
        self.cells = [_SPACE.sub(_WHOLE, text) if self.is_figure else text for text in texts]
        self.natural = max(map(cell_len, (name, *self.cells)))
        longest = max((cell_len(word) for text in (name, *self.cells) for word in text.split(" ")), default=0)
        self.least = longest if self.is_figure else min(max(longest, _LEAST), self.natural, _MOST)


def _part(columns: Sequence[_Column], keys: int, width: int) -> Iterator[Sequence[_Column]]:
    first, rest = columns[:keys], columns[keys:]
    while first[1:] and _need(first) > width // 2:
        first, rest = first[:-1], [first[-1], *rest]
    part: list[_Column] = []
    for column in rest:
        if part and _need([*first, *part, column]) > width:
            yield [*first, *part]
            part = []
        part.append(column)
    yield [*first, *part]


def _need(columns: Sequence[_Column]) -> int:
    return sum(column.least for column in columns) + _BETWEEN * (len(columns) - 1)


def _draw(columns: Sequence[_Column], width: int) -> str:
    widths = _share_out(columns, width)
    names, *rows = zip(*((column.name, *column.cells) for column in columns), strict=True)
    lines = [*_lines(names, columns, widths), "─" * (sum(widths) + _BETWEEN * (len(widths) - 1))]
    for cells in rows:
        lines += _lines(cells, columns, widths)
    return "\n".join(line.replace(_WHOLE, " ").rstrip() for line in lines)


def _lines(cells: Sequence[str], columns: Sequence[_Column], widths: Sequence[int]) -> Iterator[str]:
    broken = [_break(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    for texts in zip_longest(*broken, fillvalue=""):
        padded = (
            _pad(text, wide, is_figure=column.is_figure)
            for text, column, wide in zip(texts, columns, widths, strict=True)
        )
        yield (" " * _BETWEEN).join(padded)


def _break(text: str, width: int) -> list[str]:
    from rich.cells import cell_len

    if cell_len(text) <= width and text.replace(_WHOLE, "").isprintable():
        return [text]
    from rich.console import Console
    from rich.text import Text

    return [line.plain for line in Text(text).wrap(Console(), width, overflow="fold")] or [""]


def _pad(text: str, width: int, *, is_figure: bool) -> str:
    from rich.cells import cell_len

    room = " " * (width - cell_len(text.rstrip()))
    return room + text.rstrip() if is_figure else text.rstrip() + room


def _share_out(columns: Sequence[_Column], width: int) -> list[int]:
    """Return how wide each column is: what it would be, or what it must be and a share of the room that is left."""
    wanted = [column.natural - column.least for column in columns]
    left = max(0, min(width - _need(columns), sum(wanted)))
    shares = [left * want // (sum(wanted) or 1) for want in wanted]
    return [column.least + share for column, share in zip(columns, shares, strict=True)]

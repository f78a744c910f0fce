"""Finds the header of a table below its title: one row, or two that name the columns together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from o2o.catalog.kinds import CatalogKind
from o2o.importers.headers import is_known, rate_header

_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, and which rows they stand in."""

    cells: tuple[str, ...]
    first: int
    height: int = 1


def find_header(
    rows: Sequence[Sequence[str]], kind: CatalogKind | None, names: Mapping[str, str], start: int | None = None
) -> Header:
    """Return the row, or pair of rows, that names most columns of a kind: of the first rows, or from ``start`` on.

    Of rows that name none it is the first.
    """
    starts = range(min(len(rows), _LOOKED_AT)) if start is None else [start]
    singles = [Header(tuple(rows[number]), number) for number in starts]
    pairs = [
        Header(tuple(_combine(rows[number], rows[number + 1], names)), number, 2)
        for number in starts
        if number + 1 < len(rows)
    ]
    return max(
        singles + pairs,
        key=lambda header: (*rate_header(header.cells, kind, names), -header.height, -header.first),
    )


def _combine(upper: Sequence[str], lower: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    above = ""
    width = max(len(upper), len(lower))
    for own, under in zip(_widen(upper, width), _widen(lower, width), strict=True):
        above = own or above  # a cell merged over several columns has its text in the first
        if under and above != under and is_known(above + under, names):
            yield above + under
        elif under and (is_known(under, names) or not is_known(own, names)):
            yield under
        else:
            yield own


def _widen(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]

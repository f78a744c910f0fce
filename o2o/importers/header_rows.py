"""Finds the header of a table below its title: one row, or two that name the columns together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from o2o.catalog.kinds import CatalogKind
from o2o.importers.headers import count_known

_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns and which of the rows they took."""

    cells: tuple[str, ...]
    first: int
    height: int = 1


def find_header(
    rows: Sequence[Sequence[str]], kind: CatalogKind | None, names: Mapping[str, str], only: int | None = None
) -> Header:
    """Return the row, or pair of rows, that names most columns of a kind; of none that does, the first row."""
    starts = range(min(len(rows), _LOOKED_AT)) if only is None else [only]
    headers = [Header(tuple(rows[start]), start) for start in starts]
    headers += [
        Header(_combine(rows[start], rows[start + 1], names), start, 2) for start in starts if start + 1 < len(rows)
    ]
    return max(headers, key=lambda header: (*count_known(header.cells, kind, names), -header.height, -header.first))


def _combine(upper: Sequence[str], lower: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    above, filled = "", []
    for cell in [*upper, *[""] * (width - len(upper))]:
        above = cell or above
        filled.append(above)
    pairs = zip([*upper, *[""] * width], filled, [*lower, *[""] * (width - len(lower))], strict=False)
    return tuple(_name(own, over, under, names) for own, over, under in pairs)


def _name(own: str, over: str, under: str, names: Mapping[str, str]) -> str:
    if under and over != under and count_known([over + under], None, names)[1]:
        return over + under
    if under and (not own or count_known([under], None, names)[1] or not count_known([own], None, names)[1]):
        return under
    return own

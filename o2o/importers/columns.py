"""Finds the columns of a table by any of the names that people give them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from o2o.errors import InputFileError

_NOISE = re.compile(r"\(.*?\)|[\W_]")


def fold_name(cell: str) -> str:
    """Return the name of a column without what people write differently: case, width, blanks, units in brackets."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", cell).casefold())


def find_columns(
    header: Sequence[str], names: Mapping[str, Sequence[str]], given: Mapping[str, str] = MappingProxyType({})
) -> dict[str, list[int]]:
    """Return where the columns of ``names`` (column -> its other names) stand in a header, some perhaps twice.

    ``given`` says what some cells of the header mean (cell -> column; empty: nothing), whatever else they might.
    """
    meaning = {fold_name(alias): column for column, aliases in names.items() for alias in (column, *aliases)}
    meaning |= {fold_name(cell): column if column in names else "" for cell, column in given.items()}
    found: dict[str, list[int]] = {}
    for position, cell in enumerate(header):
        if column := meaning.get(fold_name(cell)):
            found.setdefault(column, []).append(position)
    return found


def only_places(path: Path | str, header: Sequence[str], found: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return the one place of each column; raises InputFileError for a column that stands there twice."""
    for column, places in found.items():
        if len(places) > 1:
            cells = " and ".join(repr(header[place]) for place in places)
            raise InputFileError(path, f"{cells} both mean {column}", "rename or remove one of them")
    return {column: places[0] for column, places in found.items()}

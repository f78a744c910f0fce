"""A list of subjects by the merchant's ids: a table with a column for them, or plain lines."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from o2o.catalog.kinds import CatalogKind
from o2o.errors import InputFileError
from o2o.importers.columns import fold_name
from o2o.importers.headers import find_column
from o2o.importers.tables import stream_table
from o2o.subjects import KIND_TABLES, Kind

BARCODE = "barcode"
_COPIES = ("copies", "份数", "张数", "打印份数")
_MOST_COPIES = 10_000
_COLUMNS: dict[str, tuple[CatalogKind, str, Kind | None]] = {
    id_column: (CatalogKind(table), id_column, kind) for kind, (table, id_column) in KIND_TABLES.items()
}
_COLUMNS[BARCODE] = (CatalogKind.PRODUCTS, "gtin", None)
"""What a list may hold: the table and the column that it is called by, and the kind of such subjects."""


def read_ids(path: Path, kind: Kind) -> tuple[str, ...]:
    """Return the ids of a CSV or XLSX file, each once: a column of them, those of our export, or one a line.

    Raises InputFileError when there is none: nothing listed isn't the same as everything.
    """
    return read_named(path, (KIND_TABLES[kind][1],))[1]


def read_named(path: Path, wanted: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return what a file lists, the first of ``sku``, ``barcode``, ``place_id`` or ``person_id`` wanted, and the ids.

    Plain lines are of the first wanted. Raises InputFileError when it lists none, or something else.
    """
    header, rows = stream_table(path)
    lines: Iterable[Sequence[str]] = (cells for _, cells in rows)
    name, column = _find(path, header, wanted)
    if {"kind", "subject_id"} <= set(header) and column == header.index("subject_id"):
        place, kind = header.index("kind"), _COLUMNS[name][2]
        lines = (cells for cells in lines if cells[place] == kind)
    elif column is None:
        column, lines = 0, chain([header], lines)
    cells_of_ids = (cells[column].strip() for cells in lines if len(cells) > column)
    ids = tuple(dict.fromkeys(one for one in cells_of_ids if one))
    if not ids:
        raise InputFileError(path, "there is no id in it", f"list one {name} a line")
    return name, ids


def read_copies(path: Path, wanted: str) -> dict[str, int]:
    """Return how often each id of a list is to be printed, if it has a column ``copies`` (份数); an empty cell is one.

    Raises InputFileError with the line of what is no number.
    """
    header, rows = stream_table(path)
    place = next((place for place, name in enumerate(header) if fold_name(name) in _COPIES), None)
    column = _find(path, header, (wanted,))[1]
    if place is None or column is None:
        return {}
    copies: Counter[str] = Counter()
    for line, cells in rows:
        text = cells[place].strip() if len(cells) > place else ""
        if not (text or "1").isdecimal() or int(text or "1") > _MOST_COPIES:
            raise InputFileError(path, f"{text!r} is no number of copies", "write 0, 1, 2, …", line)
        if len(cells) > column:
            copies[cells[column].strip()] += int(text or "1")
    return copies


def _find(path: Path, header: Sequence[str], wanted: Sequence[str]) -> tuple[str, int | None]:
    """Return which of what is wanted a table lists, and in which column; no column for plain lines."""
    found = {name: find_column(header, *_COLUMNS[name][:2]) for name in _COLUMNS}
    for name in wanted:
        if found[name] is not None:
            return name, found[name]
    if {"kind", "subject_id"} <= set(header):  # of 'o2o touchpoint export'
        return wanted[0], header.index("subject_id")
    listed = [name for name, column in found.items() if column is not None]
    if len(header) > 1 or listed:
        named = " or ".join(wanted)
        reason = f"it lists {listed[0]}" if listed else f"no column of it is {named}"
        advice = f"name a list of {named}" if listed else f"name one {named}, or list one a line"
        raise InputFileError(path, reason, advice)
    return wanted[0], None

"""What an import changes, told row by row as people know them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from o2o.catalog.images import Difference, Image, ImageReader
from o2o.catalog.imports import Import
from o2o.catalog.versions import Change, list_changes, shape_of
from o2o.db import Database, rows

_DATED = ("assortment", "prices")
_SUBJECT = {"barcodes": 0, "assignments": 1, "prices": 0}
"""The tables that follow products, people and places, and where in their keys the subject's id stands."""


@dataclass(slots=True)
class PriceMoves:
    """How many prices an import raises and lowers."""

    up: int = 0
    down: int = 0

    def count(self, change: Change) -> None:
        """Count the price of a row that was there before."""
        before, after = ((image or {}).get("price") for image in (change.before, change.after))
        if before is not None and after is not None:
            self.up += after > before
            self.down += after < before


def list_differences(db: Database, run: Import, moves: PriceMoves) -> Iterator[Difference]:
    """Yield what an import changed, and count the prices that it moved; the row of a new subject is one difference.

    A price that is said anew from a day on is a change of the one that holds until then. What merely follows from
    another row (the price of a product in the table of prices) is not told twice.
    """
    reader = ImageReader(db)
    told: set[str] = set()
    for stored in list_changes(db, run.id):
        if stored.table == run.kind:
            told.add(stored.key[0])
        elif stored.key[_SUBJECT.get(stored.table, 0)] in told:
            continue
        change = _against_former(db, stored) if stored.table in _DATED else stored
        if _is_closed_only(db, change):
            continue
        moves.count(change)
        if change.before is None or change.after is None:
            yield reader.row(change)
        else:
            yield from reader.columns(change)


def _against_former(db: Database, change: Change) -> Change:
    """Return a row that is said anew from a day on as a change of the row that holds until then."""
    after = change.after
    if change.before is not None or after is None:
        return change
    for former in _find_rows(db, change.table, after | {"valid_to": after["valid_from"]}, "valid_to"):
        return replace(change, before=former | {"valid_from": after["valid_from"], "valid_to": after["valid_to"]})
    return change


def _is_closed_only(db: Database, change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or after is None or "valid_to" not in after or before["valid_to"] == after["valid_to"]:
        return False
    same = before | {"valid_to": None, "import_id": None} == after | {"valid_to": None, "import_id": None}
    return same and any(_find_rows(db, change.table, after | {"valid_from": after["valid_to"]}, "valid_from"))


def _find_rows(db: Database, table: str, image: Image, day: str) -> list[dict[str, Any]]:
    columns = [column for column in shape_of(db, table).key if column != "valid_from"]
    where = " AND ".join(f"{column} = :{column}" for column in (*columns, day))
    return [dict(row) for row in rows(db, f"SELECT * FROM {table} WHERE {where}", **image)]

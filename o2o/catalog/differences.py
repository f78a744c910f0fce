"""What an import changes, told row by row as people know them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from o2o.catalog.images import Difference, Image, ImageReader
from o2o.catalog.imports import Import
from o2o.catalog.prices import Asked, Price, prices_in_force
from o2o.catalog.versions import Change, Key, list_changes, shape_of
from o2o.db import Database, rows

_AMOUNTS = ("price", "member_price", "promo_price")
_AT_ONCE = 1_000
_SUBJECT = {"barcodes": 0, "assignments": 1, "prices": 0}
"""The tables that follow products, people and places, and where in their keys the subject's id stands."""


@dataclass(slots=True)
class PriceMoves:
    """How many prices an import raises and lowers."""

    up: int = 0
    down: int = 0

    def count(self, before: int | None, after: int | None) -> None:
        """Count what is paid for something before and after."""
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

    def is_news(table: str, key: Key) -> bool:
        if table == run.kind:
            told.add(key[0])
            return True
        return key[_SUBJECT.get(table, 0)] not in told

    for change, paid in _against_former(db, list_changes(db, run.id, is_news)):
        moves.count(paid, _paid(change.after))
        if change.before is None or change.after is None:
            yield reader.row(change)
        else:
            yield from reader.columns(change)


def _paid(image: Image | None) -> int | None:
    if image is None:
        return None
    amounts = [image[name] for name in ("price", "promo_price") if image.get(name) is not None]
    return min(amounts, default=None)


def _against_former(db: Database, changes: Iterable[Change]) -> Iterator[tuple[Change, int | None]]:
    """Yield what is said anew from a day on as a change of what holds until then, with what is paid until then.

    What merely ends on that day is passed over.
    """
    waiting = iter(changes)
    while some := list(islice(waiting, _AT_ONCE)):
        prices = _prices_before(db, some)
        for change in some:
            if change.table == "prices" and change.key in prices:
                price = prices[change.key]
                yield _against_price(change, price), price.charged
            elif change.table == "assortment" and change.before is None:
                told = _against_former_row(db, change)
                yield told, _paid(told.before)
            elif not _is_closed_only(db, change):
                yield change, _paid(change.before)


def _prices_before(db: Database, changes: Iterable[Change]) -> dict[Key, Price]:
    """Return what holds before each new row of a price list begins, by the row's key, where something does."""
    new: dict[int, dict[Key, Asked]] = defaultdict(dict)
    for change in changes:
        if change.table == "prices" and change.before is None and change.after:
            new[change.after["valid_from"]][change.key] = change.after["sku"], change.after["store_id"]
    found = {start: prices_in_force(db, asked.values(), start - 1) for start, asked in new.items()}
    prices = {key: found[start][asked] for start, keys in new.items() for key, asked in keys.items()}
    return {key: price for key, price in prices.items() if price.charged is not None}


def _against_price(change: Change, price: Price) -> Change:
    after = change.after or {}
    before = {name: getattr(price, name) for name in _AMOUNTS if after[name] is not None}
    return replace(change, before=after | dict.fromkeys(_AMOUNTS) | before)


def _against_former_row(db: Database, change: Change) -> Change:
    after = change.after or {}
    for former in _find_rows(db, change.table, {**after, "valid_to": after["valid_from"]}, "valid_to"):
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

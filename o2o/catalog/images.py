"""Stored rows as people know them: columns as in a file, money plain, instants as local days."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from o2o.catalog.stores import store_zones
from o2o.catalog.versions import Change
from o2o.config import load_settings
from o2o.db import Database
from o2o.times import SINCE_EVER, format_local, local_day

Image = Mapping[str, Any]
"""A row as it is stored."""

_NAMES = {
    "starts_at": "start",
    "ends_at": "end",
    "valid_from": "from",
    "valid_to": "to",
    "retired_at": "retired",
    "started_at": "start",
    "ended_at": "end",
    "counted_from": "at",
}
_AMOUNTS = frozenset(("price", "member_price", "promo_price", "cost", "cost_price", "amount"))
_FIRST_DAYS = frozenset(("starts_at", "valid_from", "retired_at"))
_LAST_DAYS = frozenset(("ends_at", "valid_to"))
_INNER = frozenset(("import_id", "extra", "kind", "source", "number", "counted_to"))
_TIMES = frozenset(("started_at", "ended_at", "counted_from"))
_KEYS = {
    "stores": ("store_id",),
    "campaigns": ("campaign_id",),
    "products": ("sku",),
    "people": ("person_id",),
    "places": ("place_id",),
    "aisles": ("store_id", "aisle"),
    "barcodes": ("sku", "barcode"),
    "assignments": ("subject_id", "valid_from"),
    "assortment": ("store_id", "sku", "label", "valid_from"),
    "prices": ("sku", "store_id", "valid_from"),
    "lots": ("sku", "lot"),
    "shifts": ("person_id", "started_at"),
    "traffic": ("store_id", "counted_from"),
    "costs": ("kind", "key", "valid_from", "note"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import does to one column of a row; ``change``: new, changed, retired, back or removed."""

    kind: str
    key: str
    name: str
    change: str
    column: str = ""
    before: str = ""
    after: str = ""


class ImageReader:
    """Reads stored rows into texts: knows the currency, the time zones, and the names of products and stores."""

    def __init__(self, db: Database) -> None:
        settings = load_settings(db)
        self._money = settings.money
        self._chain_zone, self._store_zones = settings.zone, store_zones(db)
        self._db = db

    def row(self, change: Change) -> Difference:
        """Return a change as a whole, without its columns."""
        image = change.after or change.before or {}
        return Difference(change.table, self.key(change.table, image), self._name(image), _kind_of(change))

    def columns(self, change: Change) -> Iterator[Difference]:
        """Yield what a change does to each column of a row that is there after it."""
        row = self.row(change)
        before, after = change.before or {}, change.after or {}
        names = [name for name in after if before.get(name) != after[name]]
        was, now = self.cells(change.table, before, names), self.cells(change.table, after, names)
        for column in dict.fromkeys((*now, *was)):
            texts = was.get(column, ""), now.get(column, "")
            if texts[0] != texts[1]:
                yield Difference(row.kind, row.key, row.name, row.change, column, *texts)

    def cells(self, table: str, image: Image, names: Iterable[str] | None = None) -> dict[str, str]:
        """Return what a row says beside its key in these columns, or in all; what is empty is left out."""
        names = list(image if names is None else names)
        hidden = _INNER.union(_KEYS[table])
        said = {_NAMES.get(name, name): self._text(name, image) for name in names if name not in hidden}
        own: dict[str, str] = json.loads(image.get("extra") or "{}") if "extra" in names else {}
        return {name: text for name, text in (said | own).items() if text}

    def key(self, table: str, image: Image) -> str:
        """Return the key of a row as one text."""
        return " / ".join(filter(None, (self._text(name, image) for name in _KEYS[table])))

    def _text(self, name: str, image: Image) -> str:
        value = image.get(name)
        if value is None:
            return ""
        if name in _AMOUNTS or (name == "target" and image.get("goal") == "revenue"):
            return self._money.plain(value)
        zone = self._store_zones.get(image.get("store_id") or "", self._chain_zone)
        if name in _FIRST_DAYS:
            return "" if value == SINCE_EVER else local_day(value, zone).isoformat()
        if name in _TIMES:
            return format_local(value, zone)
        if name in _LAST_DAYS:
            return local_day(value - 1, zone).isoformat()
        return f"{value:.15g}" if isinstance(value, float) else str(value)

    def _name(self, image: Image) -> str:
        if "name" in image:
            return str(image["name"])
        table, key = ("products", "sku") if "sku" in image else ("stores", "store_id")
        found = self._db.conn.execute(f"SELECT name FROM {table} WHERE {key} = ?", [image.get(key)]).fetchone()
        return found[0] if found else ""


def _kind_of(change: Change) -> str:
    if change.before is None:
        return "new"
    if change.after is None:
        return "removed"
    was, now = (image.get("retired_at") is not None for image in (change.before, change.after))
    if was != now:
        return "retired" if now else "back"
    return "changed"

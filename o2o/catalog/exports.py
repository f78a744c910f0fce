"""The catalogue out again, in the columns in which it is imported."""

from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.kinds import COLUMNS, KEYS, CatalogKind
from o2o.catalog.stores import store_zones
from o2o.config import load_settings
from o2o.db import Database
from o2o.money import Currency
from o2o.times import SINCE_EVER, local_day

_STORED_NAMES = {"start": "starts_at", "end": "ends_at"}
_EXPORTED = {
    CatalogKind.PEOPLE: ("person_id", "store_id", "name", "role"),
    CatalogKind.PLACES: ("place_id", "store_id", "name", "carrier", "zone"),
}


def export_columns(kind: CatalogKind) -> tuple[str, ...]:
    """Return the columns of ``export_records``."""
    return _EXPORTED.get(kind, COLUMNS[kind])


def export_records(db: Database, kind: CatalogKind) -> list[tuple[str, ...]]:
    """Return a table of the catalogue as texts, in the columns in which it is imported."""
    settings = load_settings(db)
    zones = store_zones(db) if kind is CatalogKind.ASSORTMENT else {}
    columns = export_columns(kind)
    stored = [_STORED_NAMES.get(column, column) for column in columns]
    keys = [key for key in KEYS[kind] if key in stored]
    found = db.conn.execute(f"SELECT {', '.join(stored)} FROM {kind} ORDER BY {', '.join(keys)}")
    return [
        tuple(
            "" if value is None else _format(column, value, settings.money, zones.get(row[0], settings.zone))
            for column, value in zip(columns, row, strict=True)
        )
        for row in found
    ]


def _format(column: str, value: Any, money: Currency, zone: ZoneInfo) -> str:
    match column:
        case "price" | "member_price" | "cost" | "cost_price":
            return money.plain(value)
        case "start":
            return local_day(value, zone).isoformat()
        case "end":
            return local_day(value - 1, zone).isoformat()
        case "valid_from":
            return "" if value == SINCE_EVER else local_day(value, zone).isoformat()
    return str(value)

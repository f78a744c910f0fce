"""What is in the chain: stores, campaigns, products, people, places, and what each store carries."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from o2o.config import load_settings
from o2o.db import Database, load_query, rows, writing
from o2o.money import Currency
from o2o.subjects import Kind
from o2o.times import SINCE_EVER, day_start, local_day, parse_zone

Record = tuple[Any, ...]
"""The values of one row of a table, in the order of the columns that go with it."""


class CatalogKind(StrEnum):
    """The tables of the catalogue, each after those that it refers to."""

    STORES = "stores"
    CAMPAIGNS = "campaigns"
    PRODUCTS = "products"
    PEOPLE = "people"
    PLACES = "places"
    ASSORTMENT = "assortment"


COLUMNS: dict[CatalogKind, tuple[str, ...]] = {
    CatalogKind.STORES: ("store_id", "name", "city", "timezone"),
    CatalogKind.CAMPAIGNS: ("campaign_id", "name", "start", "end", "cost"),
    CatalogKind.PRODUCTS: (
        "sku", "name", "gtin", "spec", "unit", "origin", "category", "price", "member_price",
    ),
    CatalogKind.PEOPLE: ("person_id", "store_id", "name", "role"),
    CatalogKind.PLACES: ("place_id", "store_id", "name", "carrier", "zone"),
    CatalogKind.ASSORTMENT: ("store_id", "sku", "price", "member_price", "aisle", "bay", "shelf", "valid_from"),
}  # fmt: skip
"""The columns of the table of each kind as merchants exchange it."""

KEYS: dict[CatalogKind, tuple[str, ...]] = {
    CatalogKind.STORES: ("store_id",),
    CatalogKind.CAMPAIGNS: ("campaign_id",),
    CatalogKind.PRODUCTS: ("sku",),
    CatalogKind.PEOPLE: ("person_id",),
    CatalogKind.PLACES: ("place_id",),
    CatalogKind.ASSORTMENT: ("store_id", "sku", "valid_from"),
}
"""The columns by which a row of each table is known again."""

_STORED_NAMES = {"start": "starts_at", "end": "ends_at"}
_ASSIGNED = {CatalogKind.PEOPLE: Kind.PERSON, CatalogKind.PLACES: Kind.PLACE}


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows of an import were new, how many changed, and how many said what was known."""

    new: int
    changed: int
    unchanged: int


def known_ids(db: Database, kind: CatalogKind) -> frozenset[str]:
    """Return the merchant's ids in a table that has one id a row."""
    return frozenset(key for (key,) in db.conn.execute(f"SELECT {KEYS[kind][0]} FROM {kind}"))


def store_zones(db: Database) -> dict[str, ZoneInfo]:
    """Return the time zone of each store: its own, else the chain's."""
    chain = load_settings(db).timezone
    return {key: parse_zone(zone or chain) for key, zone in db.conn.execute("SELECT store_id, timezone FROM stores")}


def save_records(
    db: Database, kind: CatalogKind, columns: Sequence[str], records: Sequence[Record], now: int
) -> Changes:
    """Take rows into a table, known again by the merchant's id; columns that are not given stay as they are.

    The ids must be different. ``valid_from`` of the assortment is a date, or None for one that isn't given.
    """
    with writing(db):
        if kind is CatalogKind.ASSORTMENT:
            return _save_assortment(db, _spread(columns, records), now)
        stored = [_STORED_NAMES.get(column, column) for column in columns]
        known = {row[0]: row for row in db.conn.execute(f"SELECT {', '.join(stored)} FROM {kind}")}
        different = [record for record in records if known.get(record[0]) != record]
        db.conn.executemany(_upsert_of(kind, stored), different)
        if kind in _ASSIGNED and "store_id" in columns:
            position = columns.index("store_id")
            _assign(db, _ASSIGNED[kind], {record[0]: record[position] for record in different}, now)
        new = sum(record[0] not in known for record in different)
    return Changes(new, len(different) - new, len(records) - len(different))


def export_records(db: Database, kind: CatalogKind) -> list[tuple[str, ...]]:
    """Return a table of the catalogue as texts, in the columns in which it is imported."""
    settings = load_settings(db)
    zones = store_zones(db) if kind is CatalogKind.ASSORTMENT else {}
    stored = [_STORED_NAMES.get(column, column) for column in COLUMNS[kind]]
    found = db.conn.execute(f"SELECT {', '.join(stored)} FROM {kind} ORDER BY {', '.join(KEYS[kind])}")
    return [
        tuple(
            "" if value is None else _format(column, value, settings.money, zones.get(row[0], settings.zone))
            for column, value in zip(COLUMNS[kind], row, strict=True)
        )
        for row in found
    ]


def _format(column: str, value: Any, money: Currency, zone: ZoneInfo) -> str:
    match column:
        case "price" | "member_price" | "cost":
            return money.plain(value)
        case "start":
            return local_day(value, zone).isoformat()
        case "end":
            return local_day(value - 1, zone).isoformat()
        case "valid_from":
            return "" if value == SINCE_EVER else local_day(value, zone).isoformat()
    return str(value)


def _upsert_of(kind: CatalogKind, columns: Sequence[str]) -> str:
    key = KEYS[kind][0]
    taken = ", ".join(f"{column} = excluded.{column}" for column in columns if column != key)
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {kind} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {taken}"


def _assign(db: Database, kind: Kind, stores: dict[str, str | None], now: int) -> None:
    last = {
        subject: (store, since)
        for subject, store, since in db.conn.execute(
            "SELECT subject_id, store_id, valid_from FROM assignments WHERE kind = ? AND valid_to IS NULL", [kind]
        )
    }
    moved = {subject: store for subject, store in stores.items() if last.get(subject, ("", 0))[0] != store}
    # at `now` again (or on a clock put back) the last period is corrected, not followed
    starts = {subject: max(now, last[subject][1]) if subject in last else SINCE_EVER for subject in moved}
    db.conn.executemany(
        "UPDATE assignments SET valid_to = ? WHERE kind = ? AND subject_id = ? AND valid_to IS NULL AND valid_from < ?",
        ((start, kind, subject, start) for subject, start in starts.items()),
    )
    db.conn.executemany(
        "INSERT OR REPLACE INTO assignments VALUES (?, ?, ?, ?, NULL)",
        ((kind, subject, store, starts[subject]) for subject, store in moved.items()),
    )


_SHELF = COLUMNS[CatalogKind.ASSORTMENT]
_NOTHING = (None, None, "", "", "")
_NOT_GIVEN = object()
_PAIR = itemgetter(0, 1)
_Timeline = dict[int, Record]
"""What a store's row for a product says (price … shelf), by the instant from which it says so."""


def _spread(columns: Sequence[str], records: Sequence[Record]) -> Sequence[Record]:
    if tuple(columns) == _SHELF:
        return records
    positions = [columns.index(name) if name in columns else None for name in _SHELF]
    return [tuple(_NOT_GIVEN if position is None else record[position] for position in positions) for record in records]


def _save_assortment(db: Database, records: Sequence[Record], now: int) -> Changes:
    zones = store_zones(db)
    counts: Counter[str] = Counter()
    for store_id, of_store in groupby(sorted(records, key=_PAIR), key=itemgetter(0)):
        known = _load_timelines(db, store_id)
        changed: dict[str, _Timeline] = {}
        for sku, of_sku in groupby(of_store, key=itemgetter(1)):
            group = list(of_sku)
            old = known.get(sku, {})
            new = _merge(old, group, zones[store_id], now)
            if new != old:
                changed[sku] = new
            counts["new" if not old else "changed" if new != old else "unchanged"] += len(group)
        _write_timelines(db, store_id, changed)
    return Changes(counts["new"], counts["changed"], counts["unchanged"])


def _merge(old: _Timeline, group: Sequence[Record], zone: ZoneInfo, now: int) -> _Timeline:
    timeline = dict(old)
    today = local_day(now, zone)
    days = [_day_of(record) for record in group]
    # a row without a date says how things are now but, beside one that has begun already, how they began
    undated = SINCE_EVER if not old or any(day and day <= today for day in days) else None
    for record in sorted(group, key=lambda record: _day_of(record) or date.min):
        day = _day_of(record)
        start = undated if day is None else max(SINCE_EVER, _day_start(day, zone))
        before = _in_force(timeline, now if start is None else start)
        state = tuple(b if r is _NOT_GIVEN else r for b, r in zip(before, record[2:7], strict=True))
        if start is not None:
            timeline[start] = state
        elif state != before:
            timeline[_day_start(today, zone)] = state
    return timeline


def _day_of(record: Record) -> date | None:
    return None if record[7] is _NOT_GIVEN else record[7]


def _in_force(timeline: _Timeline, at: int) -> Record:
    begun = [start for start in timeline if start <= at]
    return timeline[max(begun)] if begun else _NOTHING


_day_start = cache(day_start)


def _load_timelines(db: Database, store_id: str) -> dict[str, _Timeline]:
    timelines: dict[str, _Timeline] = {}
    for sku, start, *state in rows(db, load_query("catalog.timelines"), store_id=store_id):
        timelines.setdefault(sku, {})[start] = tuple(state)
    return timelines


def _write_timelines(db: Database, store_id: str, timelines: dict[str, _Timeline]) -> None:
    db.conn.executemany("DELETE FROM assortment WHERE store_id = ? AND sku = ?", ((store_id, sku) for sku in timelines))
    db.conn.executemany(
        "INSERT INTO assortment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (store_id, sku, *timeline[start], start, end)
            for sku, timeline in timelines.items()
            for start, end in _spans(timeline)
        ),
    )


def _spans(timeline: _Timeline) -> Iterator[tuple[int, int | None]]:
    starts = sorted(timeline)
    yield from zip(starts, [*starts[1:], None], strict=True)

"""The catalogue out again, in the columns in which it is imported."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from itertools import groupby
from sqlite3 import Cursor
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.kinds import COLUMNS, CONFIDENTIAL, WITH_EXTRA, CatalogKind
from o2o.catalog.stores import store_zones
from o2o.config import load_settings
from o2o.db import Database, load_query
from o2o.money import Currency
from o2o.times import SINCE_EVER, format_local, local_day
from o2o.times import now as this_instant


class ValueType(StrEnum):
    """What the values of a column are: an amount is an int of minor units, a day a date, a number any number.

    A time is a text, local to the store.
    """

    ID = "id"
    TEXT = "text"
    AMOUNT = "amount"
    NUMBER = "number"
    INTEGER = "integer"
    DAY = "day"
    TIME = "time"


RETIRED = "retired"
"""The column behind our others: since which day a row is retired."""

_DAYS = ("start", "end", "from", "to", "valid_from", "produced", "expires", RETIRED)
_TYPES = (
    dict.fromkeys(
        ("store_id", "campaign_id", "sku", "person_id", "place_id", "gtin", "lot", "gln", "gsrn", "giai", "gcn"),
        ValueType.ID,
    )
    | dict.fromkeys(("price", "member_price", "promo_price", "cost_price", "cost", "amount"), ValueType.AMOUNT)
    | dict.fromkeys(("net_content", "target"), ValueType.NUMBER)
    | dict.fromkeys(("walk_order", "count"), ValueType.INTEGER)
    | dict.fromkeys(_DAYS, ValueType.DAY)
)
_TIMES = {CatalogKind.SHIFTS: ("start", "end"), CatalogKind.TRAFFIC: ("at",)}
_STORED = {RETIRED: "retired_at"}
_QUERIES = {
    CatalogKind.STORES: "catalog/exports.stores",
    CatalogKind.CAMPAIGNS: "catalog/exports.campaigns",
    CatalogKind.PRODUCTS: "catalog/exports.products",
    CatalogKind.PEOPLE: "catalog/exports.people",
    CatalogKind.PLACES: "catalog/exports.places",
    CatalogKind.AISLES: "catalog/exports.aisles",
    CatalogKind.ASSORTMENT: "catalog/exports.assortment",
    CatalogKind.PRICES: "catalog/exports.prices",
    CatalogKind.LOTS: "catalog/exports.lots",
    CatalogKind.SHIFTS: "catalog/exports.shifts",
    CatalogKind.TRAFFIC: "catalog/exports.traffic",
    CatalogKind.COSTS: "catalog/exports.costs",
}
_ALWAYS = {
    CatalogKind.STORES: 4,
    CatalogKind.CAMPAIGNS: 5,
    CatalogKind.PRODUCTS: 9,
    CatalogKind.PEOPLE: 4,
    CatalogKind.PLACES: 5,
    CatalogKind.ASSORTMENT: 8,
    CatalogKind.COSTS: 5,
}
"""How many columns of a kind stand in each export; the later ones stand there if a row says something in them."""


_Query = Callable[..., Cursor]
"""Runs the query of a kind: what of its rows, and what follows them in SQL."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported: what is in use at an instant, or with ``retired`` all; costs only when asked for."""

    at: int = field(default_factory=this_instant)
    retired: bool = False
    with_cost: bool = False


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table of the catalogue; ``records`` yields its rows once, in the order of the columns."""

    kind: CatalogKind
    columns: tuple[Column, ...]
    records: Iterator[tuple[Any, ...]]
    money: Currency

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def column_type(name: str, kind: CatalogKind) -> ValueType:
    """Return what the values of one of our columns of a kind are."""
    if name in _TIMES.get(kind, ()):
        return ValueType.TIME
    return _TYPES.get(name, ValueType.TEXT)


def export_table(db: Database, kind: CatalogKind, selection: Selection | None = None) -> ExportTable:
    """Return a table of the catalogue as it is imported, the merchant's own columns behind ours."""
    selection = selection or Selection()
    settings = load_settings(db)
    query = partial(_query, db, kind, selection, settings.money)
    ours, own = _our_columns(query, kind, selection), _own_columns(query, kind)
    columns = [Column(name, column_type(name, kind)) for name in ours]
    zones = defaultdict(lambda: settings.zone, store_zones(db))
    records = _read(query, tuple(columns), own, zones)
    if kind in (CatalogKind.PEOPLE, CatalogKind.PLACES) and "from" in ours:
        records = _last_of_days(records, ours.index("from"))
    columns += [Column(name, ValueType.TEXT) for name in own]
    return ExportTable(kind, tuple(columns), records, settings.money)


def export_records(db: Database, kind: CatalogKind, selection: Selection | None = None) -> list[tuple[str, ...]]:
    """Return a table of the catalogue as texts."""
    return list(as_texts(export_table(db, kind, selection)))


def as_texts(table: ExportTable) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table as texts: amounts and numbers as plain decimals, days as ISO 8601."""
    texts: dict[ValueType, Callable[[Any], str]] = {
        ValueType.AMOUNT: cache(table.money.plain),
        ValueType.DAY: date.isoformat,
        ValueType.NUMBER: plain_number,
    }
    formats = [texts.get(column.type, str) for column in table.columns]
    for record in table.records:
        yield tuple(["" if value is None else text(value) for text, value in zip(formats, record, strict=True)])


def plain_number(number: float | Decimal) -> str:
    """Return a number as a plain decimal, without an exponent."""
    text = format(Decimal(str(number)), "f")
    return text.removesuffix(".0")


def _query(db: Database, kind: CatalogKind, selection: Selection, money: Currency, what: str, rest: str = "") -> Cursor:
    sql = f"SELECT {what} FROM ({load_query(_QUERIES[kind])}) {rest}"
    unit = 10**money.digits
    return db.conn.execute(sql, {"at": selection.at, "retired": selection.retired, "unit": unit})


def _our_columns(query: _Query, kind: CatalogKind, selection: Selection) -> list[str]:
    names = [name for name in COLUMNS[kind] if selection.with_cost or name not in CONFIDENTIAL]
    first = _ALWAYS.get(kind, len(names))
    if names[first:]:
        said = ", ".join(f"""max("{name}" <> {0 if name in _DAYS else "''"})""" for name in names[first:])
        filled = query(said).fetchone()
        names[first:] = [name for name, some in zip(names[first:], filled, strict=True) if some]
    return [*names, RETIRED] if selection.retired else names


def _own_columns(query: _Query, kind: CatalogKind) -> list[str]:
    if kind not in WITH_EXTRA:
        return []
    # in the order of the merchant's file, as nearly as its rows tell
    each = ", json_each(extra) AS own WHERE extra <> '{}' GROUP BY own.key ORDER BY min(own.id), own.key"
    return [key for (key,) in query("own.key", each)]


def _read(
    query: _Query, columns: Sequence[Column], own: list[str], zones: Mapping[str, ZoneInfo]
) -> Iterator[tuple[Any, ...]]:
    ours = [column.name for column in columns]
    what = ", ".join(f'"{_STORED.get(name, name)}"' for name in ours)
    store = ours.index("store_id") if "store_id" in ours else None
    days = [(number, read) for number, column in enumerate(columns) if (read := _reader_of(column))]
    for *row, extra in query(f"{what}, {'extra' if own else 'NULL'}"):
        zone = zones["" if store is None else row[store]]
        for number, read in days:
            if row[number] is not None:
                row[number] = read(row[number], zone)
        yield (*row, *map(json.loads(extra).get, own)) if own else tuple(row)


def _last_of_days(records: Iterator[tuple[Any, ...]], start: int) -> Iterator[tuple[Any, ...]]:
    """Yield of several rows of one subject that begin on the same day the last one."""
    for _, same in groupby(records, key=lambda record: (record[0], record[start])):
        *_, last = same
        yield last


def _reader_of(column: Column) -> Callable[[Any, ZoneInfo], date | str | None] | None:
    match column.type:
        case ValueType.DAY:
            return _day_reader(column.name)
        case ValueType.TIME:
            return format_local
    return None


def _day_reader(name: str) -> Callable[[Any, ZoneInfo], date | None]:
    if name in ("produced", "expires"):
        return _calendar_day
    return _last_day if name in ("end", "to") else _first_day


def _calendar_day(day: str, _: ZoneInfo) -> date:
    return date.fromisoformat(day)


@cache
def _first_day(at: int, zone: ZoneInfo) -> date | None:
    return None if at == SINCE_EVER else local_day(at, zone)


@cache
def _last_day(end: int, zone: ZoneInfo) -> date:
    return local_day(end - 1, zone)

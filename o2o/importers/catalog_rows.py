"""Turns the cells of a catalogue table into values, and says what is wrong with a row that can't be taken."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from operator import itemgetter
from typing import Any

from o2o.catalog.imports import Record
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.records import known_ids
from o2o.codes.gs1 import GTIN_LENGTHS, is_gtin
from o2o.config import Settings, load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.importers.headers import NEEDED, Layout
from o2o.importers.sheet import BadCellError, check_width
from o2o.importers.tables import Table
from o2o.money import Currency
from o2o.problems import Problem, Severity
from o2o.subjects import parse_carrier
from o2o.times import day_end, day_start, parse_date, parse_zone

CellParser = Callable[[str], Any]
"""Returns the value of a cell, or raises ValueError with ``reason; advice``."""

_LONGEST_ID = 64
_LARGEST_PRICE = 10_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_IN_ID = re.compile(r"[\x00-\x1f\x7f]")
_SHORTENED = re.compile(r"\d\.\d+E\+\d+", re.ASCII)
_AS_TEXT = "format the column as text in the spreadsheet, and export it again"
_CORRECT = "correct it and import again"


def cell_parsers(db: Database, kind: CatalogKind) -> dict[str, CellParser]:
    """Return how each column of a kind is read that is more than plain text."""
    settings = load_settings(db)
    own_ids = [column for column in KEYS[kind] if column.endswith("_id") or column == "sku"]
    parsers: dict[str, CellParser] = dict.fromkeys(own_ids, _parse_id)
    match kind:
        case CatalogKind.STORES:
            parsers["timezone"] = _parse_zone_name
        case CatalogKind.CAMPAIGNS:
            parsers |= _campaign_parsers(settings)
        case CatalogKind.PRODUCTS:
            parsers |= _price_parsers(settings.money)
        case CatalogKind.PEOPLE:
            parsers["store_id"] = _reference(db, CatalogKind.STORES)
        case CatalogKind.PLACES:
            parsers |= {"store_id": _reference(db, CatalogKind.STORES), "carrier": _parse_carrier}
        case CatalogKind.ASSORTMENT:
            parsers |= _price_parsers(settings.money) | {
                "store_id": _reference(db, CatalogKind.STORES),
                "sku": _reference(db, CatalogKind.PRODUCTS),
                "valid_from": _parse_day,
            }
    return parsers


class RowReader:
    """Reads the rows of one table into records, each id once, and keeps what is wrong with the others."""

    def __init__(self, table: Table, layout: Layout, parsers: dict[str, CellParser]) -> None:
        self.problems: list[Problem] = []
        self.repeats = 0
        self._path = table.path
        self._width = len(table.header)
        self._layout = layout
        self._cells = [
            (name, position, parsers.get(name), name in NEEDED[layout.kind])
            for name, position in zip(layout.columns, layout.positions, strict=True)
        ]
        self._check = _CHECKS.get(layout.kind)
        self._key_of = itemgetter(*(layout.columns.index(name) for name in KEYS[layout.kind] if name in layout.columns))
        self._taken: dict[Any, tuple[int, Record]] = {}

    @property
    def records(self) -> list[Record]:
        """The rows that can be taken, in the order of the columns of the layout."""
        return [record for _, record in self._taken.values()]

    def read(self, line: int, cells: tuple[str, ...]) -> None:
        """Read one row; a trouble with it is kept in ``problems``."""
        try:
            self._check_shape(cells)
            record = self._parse(cells + ("",) * (self._width - len(cells)))
            warning = self._check(dict(zip(self._layout.columns, record, strict=True))) if self._check else None
            self._take(line, record)
        except BadCellError as error:
            self.problems.append(error.as_problem(self._path, (line, cells), Severity.ERROR))
        else:
            if warning:
                self.problems.append(warning.as_problem(self._path, (line, cells), Severity.WARNING))

    def _check_shape(self, cells: tuple[str, ...]) -> None:
        check_width(cells, self._width)
        if _CONTROL.search("".join(cells)):
            value = next(cell for cell in cells if _CONTROL.search(cell))
            raise BadCellError("", value, "holds a control character", "delete it and import again")

    def _parse(self, cells: tuple[str, ...]) -> Record:
        values = []
        for name, position, parse, needed in self._cells:
            cell = cells[position]
            if needed and not cell:
                raise BadCellError(name, "", "is missing", "fill it in and import again")
            try:
                values.append(parse(cell) if parse else cell)
            except ValueError as error:
                reason, _, advice = str(error).partition("; ")
                raise BadCellError(name, cell, reason, advice or _CORRECT) from None
        return tuple(values)

    def _take(self, line: int, record: Record) -> None:
        first, taken = self._taken.setdefault(self._key_of(record), (line, record))
        if taken is record:
            return
        if taken != record:
            raise _duplicate(self._layout, first, taken, record)
        self.repeats += 1


def _duplicate(layout: Layout, first: int, taken: Record, record: Record) -> BadCellError:
    pairs = zip(layout.columns, taken, record, strict=True)
    differing = [name for name, one, other in pairs if one != other]
    key = KEYS[layout.kind][1 if layout.kind is CatalogKind.ASSORTMENT else 0]
    advice = f"leave one of the lines; line {first} was taken"
    if "store_id" in differing:
        advice = f"one {key.removesuffix('_id')} is in one store: {advice}"
    value = str(record[layout.columns.index(key)])
    return BadCellError(key, value, f"is in line {first} too, with another {', '.join(differing)}", advice)


def _parse_id(text: str) -> str:
    if len(text) > _LONGEST_ID:
        raise ValueError(f"longer than {_LONGEST_ID} characters; give a shorter id")
    if _CONTROL_IN_ID.search(text):
        raise ValueError("an id with a tab or a line break in it; delete it and import again")
    if _SHORTENED.fullmatch(text):
        raise ValueError(f"a spreadsheet has shortened this number; {_AS_TEXT}")
    return text


def _reference(db: Database, kind: CatalogKind) -> CellParser:
    known = known_ids(db, kind)
    unpadded = {one.lstrip("0"): one for one in known if one[:1] == "0"}
    what = {CatalogKind.STORES: "store", CatalogKind.PRODUCTS: "product"}[kind]

    def parse(text: str) -> str | None:
        if text in unpadded and text not in known:
            raise ValueError(f"no such {what}, but {unpadded[text]}: a spreadsheet has cut the zeros; {_AS_TEXT}")
        if text and text not in known:
            raise ValueError(f"no such {what}; import the {kind} first, or correct it")
        return text or None

    return parse


def _price_parsers(currency: Currency) -> dict[str, CellParser]:
    parse = cache(partial(_parse_price, currency))
    return {"price": parse, "member_price": parse}


def _parse_price(currency: Currency, text: str) -> int | None:
    price = _parse_amount(currency, text)
    if price is not None and price > _LARGEST_PRICE * 10**currency.digits:
        raise ValueError(f"more than {_LARGEST_PRICE:,} for one piece; check it for a barcode or a slipped point")
    return price


def _parse_amount(currency: Currency, text: str) -> int | None:
    if not text:
        return None
    amount = currency.parse(text)
    if amount < 0:
        raise ValueError("negative; write it without the minus")
    return amount


def _campaign_parsers(settings: Settings) -> dict[str, CellParser]:
    zone = settings.zone

    def start(text: str) -> int | None:
        day = _parse_day(text)
        return None if day is None else day_start(day, zone)

    def end(text: str) -> int | None:
        day = _parse_day(text)
        return None if day is None else day_end(day, zone)

    return {"start": start, "end": end, "cost": partial(_parse_amount, settings.money)}


@cache
def _parse_day(text: str) -> date | None:
    if not text:
        return None
    day = parse_date(text)
    if not 1970 <= day.year < 3000:
        raise ValueError("not between 1970 and 3000; check the year")
    return day


def _parse_zone_name(text: str) -> str:
    try:
        return parse_zone(text).key if text else ""
    except SettingError:
        raise ValueError("no such time zone; use an IANA name such as Asia/Shanghai, or leave it empty") from None


def _parse_carrier(text: str) -> str:
    return parse_carrier(text).value


def _check_product(record: dict[str, Any]) -> BadCellError | None:
    gtin = record.get("gtin")
    if gtin and not is_gtin(gtin):
        wrong = "has a wrong check digit" if gtin.isdigit() and len(gtin) in GTIN_LENGTHS else "is not a GTIN"
        advice = _AS_TEXT if _SHORTENED.fullmatch(gtin) else "compare it with the pack"
        return BadCellError("gtin", gtin, wrong, f"{advice}; taken as it is, it is not printed as EAN-13")
    return _check_prices(record)


def _check_prices(record: dict[str, Any]) -> BadCellError | None:
    price, member_price = record.get("price"), record.get("member_price")
    for column, amount in (("price", price), ("member_price", member_price)):
        if amount == 0:
            return BadCellError(
                column, "0", "would be printed as 0", "taken as it is; leave it empty where there is none"
            )
    if price is not None and member_price is not None and member_price > price:
        return BadCellError("member_price", "", "is above the price", "taken as it is; check whether they were swapped")
    return None


def _check_campaign(record: dict[str, Any]) -> BadCellError | None:
    start, end = record.get("start"), record.get("end")
    if start is not None and end is not None and end <= start:
        raise BadCellError("end", "", "is before the start", "correct one of the two dates")
    return None


_CHECKS: dict[CatalogKind, Callable[[dict[str, Any]], BadCellError | None]] = {
    CatalogKind.CAMPAIGNS: _check_campaign,
    CatalogKind.PRODUCTS: _check_product,
    CatalogKind.ASSORTMENT: _check_prices,
}

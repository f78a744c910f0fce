"""How each column of a catalogue table is read that is more than plain text."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.records import known_ids
from o2o.codes.identifiers import fits
from o2o.collect.verdicts.hours import parse_hours
from o2o.config import Settings, load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.importers.column_readers import (
    ColumnReader,
    DecidedColumn,
    IdColumn,
    IdListColumn,
    MemoColumn,
    ReferenceColumn,
    TextColumn,
    Ways,
)
from o2o.importers.dates import (
    DAY_FIRST,
    find_orders,
    parse_day,
    parse_instant,
    parse_last_day,
    parse_moment,
    usual_order,
)
from o2o.importers.messages import (
    AMBIGUOUS_DATE,
    AMBIGUOUS_NUMBER,
    NO_SUCH_ZONE,
    NOT_A_CARRIER,
    NOT_A_COST,
    NOT_A_GOAL,
    NOT_A_KEY,
    NOT_A_LINK,
    NOT_A_NUMBER,
    NOT_A_UNIT,
    NOT_DEGREES,
    NOT_HOURS,
    NOT_POSITIVE,
    NOT_WHOLE,
    OTHER_DATE_ORDER,
    OTHER_SEPARATOR,
    TOO_LARGE,
    TOO_MANY_TO_BE_TRUE,
    CellError,
)
from o2o.importers.numbers import (
    NOTHING,
    check_mark,
    find_separators,
    find_whole_separators,
    parse_amount,
    read_decimal,
    take_apart,
)
from o2o.money import Currency
from o2o.problems import Message, Words
from o2o.subjects import CARRIER_NAMES, parse_carrier
from o2o.times import day_end, day_start, parse_zone

GOALS = {"visits": ("到访", "到店", "扫码到访"), "orders": ("订单", "订单数"), "revenue": ("销售额", "营业额")}
"""What a campaign's target may count, and its Chinese names."""

COSTS = {
    "campaign": ("活动", "campaign_id"), "touchpoint": ("触点", "短码", "code", "sign"), "carrier": ("物料", "载体"),
}  # fmt: skip
"""What something may be paid for, and other names of it."""

NET_UNITS = {
    "g": ("克", "gram", "grams"), "kg": ("千克", "公斤"), "mg": ("毫克",), "jin": ("斤", "市斤"),
    "ml": ("毫升",), "cl": ("厘升",), "l": ("升", "litre", "liter"),
    "m": ("米",), "cm": ("厘米",), "m2": ("平方米", "㎡", "m²"),
    "pcs": ("个", "片", "只", "枚", "件", "张", "pc", "piece", "pieces", "szt", "szt.", "stk"),
}  # fmt: skip
"""The units of net contents and their other names."""

_LARGEST_PRICE = 10_000_000
_LARGEST_NUMBER = Decimal(10**12)
_SUBJECTS = {
    CatalogKind.STORES: (("门店", "store"), ("门店表", "stores")),
    CatalogKind.PRODUCTS: (("商品", "product"), ("商品表", "products")),
    CatalogKind.PEOPLE: (("员工", "person"), ("员工表", "people")),
}
_REFERENCES = {"store_id": CatalogKind.STORES, "sku": CatalogKind.PRODUCTS, "person_id": CatalogKind.PEOPLE}
_LINK = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_PACKS = re.compile(r"([1-9]\d{0,2})\s*[xX×*]\s*(\S+)", re.ASCII)
_WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_DATE_WAYS = Ways(
    find=find_orders,
    describe=parse_day,
    usual=usual_order,
    plain=DAY_FIRST,
    unclear=AMBIGUOUS_DATE,
    contrary=OTHER_DATE_ORDER,
)

_Maker = Callable[[], ColumnReader]


def make_columns(db: Database, kind: CatalogKind, names: Sequence[str]) -> dict[str, ColumnReader]:
    """Return a reader for each of the columns of a table of one kind."""
    makers = _makers(kind, load_settings(db))
    columns = {name: makers.get(name, TextColumn)() for name in names}
    # a price without a store is the chain's; a person or place without one is in none
    empty = "" if kind is CatalogKind.PRICES else None
    for name, other in _REFERENCES.items():
        if name in columns and other is not kind:
            columns[name] = ReferenceColumn(known_ids(db, other), _SUBJECTS[other], empty)
    return columns


def _makers(kind: CatalogKind, settings: Settings) -> Mapping[str, _Maker]:
    ids = [name for name in KEYS[kind] if name.endswith("_id") or name in ("sku", "lot")]
    makers: dict[str, _Maker] = dict.fromkeys(ids, IdColumn)
    makers |= _MAKERS_OF_KEYS
    makers |= _MAKERS_OF_KINDS.get(kind, {})
    match kind:
        case CatalogKind.CAMPAIGNS:
            makers |= _makers_of_campaigns(settings)
        case CatalogKind.PRODUCTS | CatalogKind.ASSORTMENT | CatalogKind.PRICES:
            makers |= _makers_of_prices(settings.money)
        case CatalogKind.COSTS:
            makers |= _makers_of_costs(settings.money)
    return makers


def _dates(parse: Callable[[str, str], Any]) -> _Maker:
    return partial(DecidedColumn, _DATE_WAYS, parse)


def _numbers(parse: Callable[[str, str], Any], currency: Currency | None = None) -> _Maker:
    has_decimals = currency is None or currency.digits > 0
    ways = Ways(
        find=find_separators if has_decimals else find_whole_separators,
        describe=read_decimal,
        usual=None,
        plain=".",
        unclear=AMBIGUOUS_NUMBER,
        contrary=OTHER_SEPARATOR,
    )
    return partial(DecidedColumn, ways, parse)


def _makers_of_prices(currency: Currency) -> dict[str, _Maker]:
    names = ("price", "member_price", "promo_price", "cost_price")
    return dict.fromkeys(names, _numbers(partial(_parse_price, currency), currency))


def _makers_of_campaigns(settings: Settings) -> dict[str, _Maker]:
    zone, currency = settings.zone, settings.money
    return {
        "start": _dates(partial(_parse_instant, parse_day, day_start, zone)),
        "end": _dates(partial(_parse_instant, parse_last_day, day_end, zone)),
        "cost": _numbers(lambda cell, separator: parse_amount(cell, separator, currency), currency),
        "goal": partial(MemoColumn, partial(_parse_choice, GOALS, NOT_A_GOAL)),
        "target": _numbers(partial(_parse_target, currency)),
    }


def _makers_of_costs(currency: Currency) -> dict[str, _Maker]:
    return {
        "kind": partial(MemoColumn, partial(_parse_choice, COSTS, NOT_A_COST)),
        "key": IdColumn,
        "amount": _numbers(lambda cell, separator: parse_amount(cell, separator, currency), currency),
    }


def _parse_price(currency: Currency, cell: str, separator: str) -> int | None:
    price = parse_amount(cell, separator, currency)
    if price is not None and price > _LARGEST_PRICE * 10**currency.digits:
        raise CellError(TOO_LARGE, limit=f"{_LARGEST_PRICE:,}")
    return price


def _parse_target(currency: Currency, cell: str, separator: str) -> Decimal | None:
    numeral = take_apart(cell)
    if numeral and numeral.mark:
        check_mark(numeral.mark, currency)
        cell = cell.replace(numeral.mark, "")
    return _parse_number(cell, separator)


def _parse_content(cell: str, separator: str) -> float | None:
    """Return a net content, that of all packs of a multi-pack (``6x330``)."""
    packs = _PACKS.fullmatch(cell)
    number = _parse_number(packs[2] if packs else cell, separator)
    if number is None:
        return None
    return float(f"{number * int(packs[1]) if packs else number:.15g}")  # the digits that SQLite's JSON keeps


def _parse_number(cell: str, separator: str) -> Decimal | None:
    if cell in NOTHING:
        return None
    numeral, number = take_apart(cell), read_decimal(cell, separator)
    if numeral is None or number is None or numeral.mark:
        raise CellError(NOT_A_NUMBER)
    if number >= _LARGEST_NUMBER:
        raise CellError(TOO_MANY_TO_BE_TRUE)
    if numeral.negative or not number:
        raise CellError(NOT_POSITIVE)
    return number


def _parse_whole(cell: str, least: int = 0) -> int | None:
    if not cell:
        return None
    match = _WHOLE.fullmatch(cell)
    if not match or int(match[1]) < least:
        raise CellError(NOT_WHOLE, least=least)
    return int(match[1])


def _parse_packs(cell: str) -> str:
    numbers = [_parse_whole(part.strip(), 1) for part in cell.replace("；", ";").split(";")]
    return ";".join("" if number is None else str(number) for number in numbers)


def _parse_instant(
    parse: Callable[[str, str], Any], instant_of: Callable[[Any, ZoneInfo], int], zone: ZoneInfo, cell: str, order: str
) -> int | None:
    day = parse(cell, order)
    return None if day is None else instant_of(day, zone)


def _parse_iso_day(parse: Callable[[str, str], Any], cell: str, order: str) -> str | None:
    day = parse(cell, order)
    return None if day is None else day.isoformat()


def _parse_choice(choices: Mapping[str, Sequence[str]], message: Message, cell: str) -> str:
    known = {name.casefold(): choice for choice, names in choices.items() for name in (choice, *names)}
    if cell and cell.casefold() not in known:
        raise CellError(message, choices=", ".join(f"{choice} {names[0]}" for choice, names in choices.items()))
    return known[cell.casefold()] if cell else ""


def _parse_zone_name(cell: str) -> str:
    try:
        return parse_zone(cell).key if cell else ""
    except SettingError:
        raise CellError(NO_SUCH_ZONE) from None


def _parse_degrees(most: int, cell: str) -> float | None:
    try:
        degrees = float(cell) if cell else None
    except ValueError:
        raise CellError(NOT_DEGREES) from None
    if degrees is not None and not -most <= degrees <= most:
        raise CellError(NOT_DEGREES)
    return degrees


def _parse_hours(cell: str) -> str:
    try:
        parse_hours(cell)
    except ValueError:
        raise CellError(NOT_HOURS) from None
    return cell


def _parse_carrier(cell: str) -> str:
    try:
        return parse_carrier(cell).value
    except ValueError:
        choices = ", ".join(f"{carrier} {chinese}" for carrier, (chinese, _) in CARRIER_NAMES.items())
        raise CellError(NOT_A_CARRIER, choices=choices) from None


def _parse_key(name: str, ai: str, cell: str) -> str:
    key = IdColumn().parse(cell)
    if key and not fits(ai, key):
        raise CellError(NOT_A_KEY, name=name.upper(), shape=_KEY_SHAPES[name])
    return key


def _parse_link(cell: str) -> str:
    if cell and not _LINK.fullmatch(cell):
        raise CellError(NOT_A_LINK)
    return cell


_MAKERS_OF_STORES: dict[str, _Maker] = {
    "timezone": partial(MemoColumn, _parse_zone_name),
    "latitude": partial(MemoColumn, partial(_parse_degrees, 90)),
    "longitude": partial(MemoColumn, partial(_parse_degrees, 180)),
    "hours": partial(MemoColumn, _parse_hours),
}
_MAKERS_OF_PRODUCTS: dict[str, _Maker] = {
    "gtin": IdListColumn,
    "pack_quantity": partial(MemoColumn, _parse_packs),
    "net_content": _numbers(_parse_content),
    "net_unit": partial(MemoColumn, partial(_parse_choice, NET_UNITS, NOT_A_UNIT)),
}
_KEYS = {"gln": "414", "gsrn": "8017", "giai": "8004", "gcn": "255"}
_KEY_SHAPES: dict[str, Words] = {
    "gln": ("13 位数字，末位是校验位", "13 digits, the last of them a check digit"),
    "gsrn": ("18 位数字，末位是校验位", "18 digits, the last of them a check digit"),
    "giai": ("不超过 30 个字母、数字和符号", "at most 30 letters, digits and signs"),
    "gcn": (
        "13 位数字，第 13 位是校验位，后面可有不超过 12 位的序列号",
        "13 digits, the last of them a check digit, and a serial of at most 12",
    ),
}
_MAKERS_OF_KEYS: dict[str, _Maker] = {
    name: partial(MemoColumn, partial(_parse_key, name, ai)) for name, ai in _KEYS.items()
}
_MAKERS_OF_DAYS: dict[str, _Maker] = {
    "from": _dates(parse_day),
    "to": _dates(parse_last_day),
    "valid_from": _dates(parse_day),
}
_MAKERS_OF_LOTS: dict[str, _Maker] = {
    "produced": _dates(partial(_parse_iso_day, parse_day)),
    "expires": _dates(partial(_parse_iso_day, parse_last_day)),
    "certificate_url": partial(MemoColumn, _parse_link),
}
_MAKERS_OF_KINDS: dict[CatalogKind, dict[str, _Maker]] = {
    CatalogKind.STORES: _MAKERS_OF_STORES,
    CatalogKind.PRODUCTS: _MAKERS_OF_PRODUCTS,
    CatalogKind.PEOPLE: _MAKERS_OF_DAYS,
    CatalogKind.PLACES: _MAKERS_OF_DAYS
    | {"carrier": partial(MemoColumn, _parse_carrier), "walk_order": partial(MemoColumn, _parse_whole)},
    CatalogKind.AISLES: {"aisle": IdColumn, "walk_order": partial(MemoColumn, _parse_whole)},
    CatalogKind.ASSORTMENT: _MAKERS_OF_DAYS,
    CatalogKind.PRICES: _MAKERS_OF_DAYS,
    CatalogKind.LOTS: _MAKERS_OF_LOTS,
    CatalogKind.SHIFTS: {"start": _dates(parse_instant), "end": _dates(parse_moment)},
    CatalogKind.TRAFFIC: {"at": _dates(parse_instant), "count": partial(MemoColumn, _parse_whole)},
    CatalogKind.COSTS: _MAKERS_OF_DAYS,
}

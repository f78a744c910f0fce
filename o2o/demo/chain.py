"""Invents a small chain of supermarkets as the files that an operator would have; the same seed, the same chain."""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from o2o.codes.check_digits import check_digit
from o2o.demo.workbook import write_workbook
from o2o.money import Currency
from o2o.subjects import Carrier
from o2o.text_files import whole_file, write_csv

CURRENCY = Currency.of("CNY")
FLAGSHIP = "S001"
"""The store that carries everything and whose shelf tags are printed."""

_EXAMPLE_PREFIX = "952"  # GS1 keeps it for demonstrations and examples: nobody's products
_OTHERS = {"S002": 220, "S003": 160}
_STORES = (
    (FLAGSHIP, "西湖旗舰店 West Lake", "杭州", "Asia/Shanghai"),
    ("S002", "锦江店 Jinjiang", "成都", "Asia/Shanghai"),
    ("S003", "中央大街店 Central Street", "哈尔滨", "Asia/Shanghai"),
)
_PEOPLE = {
    FLAGSHIP: (("林佳怡", "导购"), ("陈思远", "导购"), ("吴桂芳", "收银员"), ("周立军", "拣货员")),
    "S002": (("唐雨桐", "导购"), ("何志强", "导购"), ("罗春梅", "收银员"), ("邓长青", "拣货员")),
    "S003": (("孙婉清", "导购"), ("赵铁林", "导购"), ("高秀兰", "收银员"), ("马冬生", "拣货员")),
}
_PLACES = (
    (Carrier.DOOR_SIGN, "正门门头 Main door sign", "门口"),
    (Carrier.ENTRANCE, "入口立牌 Entrance stand", "门口"),
    (Carrier.SCREEN, "收银区电子屏 Checkout screen", "收银区"),
    (Carrier.ENDCAP, "牛奶堆头 Milk end-cap", "主通道"),
    (Carrier.ENDCAP, "粮油堆头 Rice and oil end-cap", "主通道"),
    (Carrier.ENDCAP, "零食堆头 Snack end-cap", "休闲区"),
    (Carrier.SHELF_CARD, "酱油跳跳卡 Soy sauce shelf card", "调味区"),
    (Carrier.SHELF_STRIP, "茶叶货架条 Tea shelf strip", "茶咖区"),
    (Carrier.HANG_TAG, "红酒吊牌 Wine hang tag", "酒类区"),
    (Carrier.HANGING_FLAG, "生鲜吊旗 Fresh food flag", "生鲜区"),
    (Carrier.PILLAR, "中庭包柱 Atrium pillar", "中庭"),
    (Carrier.WALL_POSTER, "扶梯海报 Escalator poster", "扶梯"),
    (Carrier.LEAFLET, "周末单页 Weekend leaflet", "派发"),
    (Carrier.EXIT, "出口立牌 Exit stand", "出口"),
    (Carrier.TABLE, "休息区桌码 Rest area table", "休息区"),
    (Carrier.CHECKOUT, "1号收银台 Checkout 1", "收银区"),
    (Carrier.CHECKOUT, "2号收银台 Checkout 2", "收银区"),
    (Carrier.CART, "购物车把手 Cart handle", "入口"),
    (Carrier.BAG, "环保购物袋 Shopping bag", "收银区"),
    (Carrier.MAGNET, "冰箱贴 Fridge magnet", "赠品"),
)

CAMPAIGN_CARRIERS = {
    "NEW": (Carrier.DOOR_SIGN, Carrier.ENTRANCE, Carrier.LEAFLET, Carrier.BAG, Carrier.MAGNET),
    "WEEKEND": (Carrier.ENDCAP, Carrier.HANGING_FLAG, Carrier.PILLAR, Carrier.WALL_POSTER),
}
"""What each campaign uses of every store's places."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of the operator: its name, its header and its rows, all of them text."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str = "utf-8-sig"


@dataclass(frozen=True, slots=True)
class Good:
    """One product as the chain knows it; prices are minor units."""

    sku: str
    name: str
    gtin: str
    spec: str
    unit: str
    origin: str
    category: str
    price: int
    member_price: int | None


def make_chain(seed: int, today: date) -> tuple[Sheet, ...]:
    """Return the files of the chain: stores, people, products, places, campaigns and what each store carries."""
    goods = make_goods(seed)
    return (
        Sheet("stores.csv", ("store_id", "name", "city", "timezone"), _STORES),
        Sheet("people.csv", ("员工号", "门店编号", "姓名", "岗位"), tuple(_people()), "gb18030"),
        _products(goods),
        Sheet("places.csv", ("place_id", "store_id", "name", "carrier", "zone"), tuple(_places())),
        _campaigns(today),
        _assortment(goods, Random(seed), today - timedelta(days=60)),
    )


def write_sheets(sheets: Iterable[Sheet], folder: Path) -> list[Path]:
    """Write files as their operator would have saved them and return where they are."""
    return [_write_sheet(sheet, folder / sheet.name) for sheet in sheets]


def _write_sheet(sheet: Sheet, path: Path) -> Path:
    if path.suffix == ".xlsx":
        write_workbook(path, [sheet.header, *sheet.rows])
        return path
    if sheet.encoding == "utf-8-sig":
        write_csv(path, sheet.header, sheet.rows)
        return path
    text = io.StringIO(newline="")
    csv.writer(text).writerows([sheet.header, *sheet.rows])
    with whole_file(path) as file:
        file.write(text.getvalue().encode(sheet.encoding))
    return path


def make_goods(seed: int) -> tuple[Good, ...]:
    """Return the 300 products of the chain."""
    rng = Random(seed)
    categories = tomllib.loads(files("o2o.demo").joinpath("goods.toml").read_text(encoding="utf-8"))["categories"]
    return tuple(
        _make_good(category, (number, item, brand), rng)
        for number, category in enumerate(categories, start=1)
        for item in range(len(category["items"]))
        for brand in range(len(category["brands"]))
    )


def _make_good(category: dict[str, Any], position: tuple[int, int, int], rng: Random) -> Good:
    number, item, brand = position
    chinese, english, spec, unit, price_text = category["items"][item]
    brand_chinese, brand_english = category["brands"][brand]
    sku = f"{number:03d}{item + 1:02d}{brand + 1}"
    price = _tag_price(CURRENCY.parse(price_text) * (1 + 0.25 * brand))
    member_price = _tag_price(price * 0.88) if rng.random() < 0.35 else None
    return Good(
        sku=sku,
        name=f"{brand_chinese}{chinese} {brand_english} {english}",
        gtin="" if category.get("weighed") else make_gtin(sku),
        spec=spec,
        unit=unit,
        origin=category["origins"][brand],
        category=category["name"],
        price=price,
        member_price=member_price,
    )


def make_gtin(sku: str) -> str:
    """Return the valid GTIN-13 of a product number of nine digits at most, under the prefix kept for examples."""
    digits = _EXAMPLE_PREFIX + sku.zfill(9)
    return digits + check_digit(digits)


def _tag_price(price: float) -> int:
    """Return the nearest price that ends in a whole 0.10 yuan."""
    return round(price / 10) * 10


def _people() -> Iterator[tuple[str, ...]]:
    for store, people in _PEOPLE.items():
        for number, (name, role) in enumerate(people, start=1):
            yield f"{store[1:]}{number:02d}", store, name, role


def _places() -> Iterator[tuple[str, ...]]:
    for store, *_ in _STORES:
        for number, (carrier, name, zone) in enumerate(_PLACES, start=1):
            yield f"{store}-{number:02d}", store, name, carrier, zone


def _products(goods: tuple[Good, ...]) -> Sheet:
    header = ("商品编码", "品名", "条码", "规格", "单位", "产地", "分类", "价格", "会员价")
    rows = (
        (g.sku, g.name, g.gtin, g.spec, g.unit, g.origin, g.category, CURRENCY.plain(g.price), _plain(g.member_price))
        for g in goods
    )
    return Sheet("products.xlsx", header, tuple(rows))


def _campaigns(today: date) -> Sheet:
    def around(before: int, after: int) -> tuple[str, str]:
        return (today - timedelta(days=before)).isoformat(), (today + timedelta(days=after)).isoformat()

    rows = (
        ("NEW", "新客礼 Welcome gift", *around(30, 60), "12000.00"),
        ("WEEKEND", "周末会员日 Members' weekend", *around(3, 4), "4500.00"),
    )
    return Sheet("campaigns.csv", ("campaign_id", "name", "start", "end", "cost"), rows)


def _assortment(goods: tuple[Good, ...], rng: Random, since: date) -> Sheet:
    header = ("store_id", "sku", "price", "member_price", "aisle", "bay", "shelf", "valid_from")
    carried = {FLAGSHIP: list(goods)} | {store: rng.sample(goods, size) for store, size in _OTHERS.items()}
    rows = (
        (store, *_place_on_shelf(good, 1 if store == FLAGSHIP else 0.96), since.isoformat())
        for store, chosen in carried.items()
        for good in sorted(chosen, key=lambda good: good.sku)
    )
    return Sheet("assortment.csv", header, tuple(rows))


def _place_on_shelf(good: Good, factor: float) -> tuple[str, ...]:
    category, item, brand = int(good.sku[:3]), int(good.sku[3:5]), int(good.sku[5:])
    prices = [None if price is None else _tag_price(price * factor) for price in (good.price, good.member_price)]
    return (
        good.sku,
        _plain(prices[0]),
        _plain(prices[1]),
        f"{category:02d}",
        f"{(item + 1) // 2}",
        f"{item % 2 * 2 + brand}",
    )


def _plain(price: int | None) -> str:
    return "" if price is None else CURRENCY.plain(price)

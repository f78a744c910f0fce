"""Invents the files of two chains at any size: a Chinese supermarket, and a Polish one with decimal commas.

``python -m tests.chains FOLDER`` writes both at full size: 60,000 SKUs, 300 stores and 4.8 million shelf spots; 8,000
SKUs and 40 stores.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from o2o.codes.check_digits import check_digit

MONDAY = date(2026, 5, 25)
"""The day of the first files; the second ones come a week later."""

NEXT = MONDAY + timedelta(days=7)
_GOODS = ("酱油", "香醋", "大米", "挂面", "牛奶", "酸奶", "鸡蛋", "苹果", "洗衣液", "抽纸", "薯片", "绿茶")
_BRANDS = ("海天", "鲁花", "伊利", "蒙牛", "农夫山泉", "维达", "统一", "恒顺")
_TOWARY = ("Mleko", "Śmietana", "Żółty ser", "Chleb żytni", "Masło", "Jabłka", "Kiełbasa", "Piwo", "Miód", "Ćwikła")


@dataclass(frozen=True)
class Chain:
    """The files of a chain: those of the first day in the order of their import, and those that come a week later."""

    first: tuple[Path, ...]
    master: Path
    next_master: Path
    prices: Path
    skus: tuple[str, ...]
    missing: tuple[str, ...]
    store: str


def write_supermarket(folder: Path, skus: int, stores: int, carried: int) -> Chain:
    """Write a Chinese supermarket: GB18030 with titles and totals, several barcodes, its own columns, leavers."""
    random = Random(1)
    ids = tuple(f"{number:06}" for number in range(1, skus + 1))
    shops = tuple(f"{number:04}" for number in range(1, stores + 1))
    header = "商品编码,品名,条码,条码数量,规格,单位,产地,类别,售价,会员价,进价,净含量,净含量单位,品牌,等级"
    rows = {sku: _product(sku, random) for sku in ids}
    master, later = folder / "商品主档.csv", folder / "商品主档-下周.csv"
    titles = ["某某超市商品主档", f"打印日期：{MONDAY:%Y-%m-%d}", ""]
    _write(master, [*titles, header, *map(_line, rows.values()), f"合计,{skus}"], "gb18030")
    kept = {sku: row for number, (sku, row) in enumerate(rows.items()) if number % 100 != 99}
    for sku in list(kept)[::20]:
        kept[sku] = [*kept[sku][:8], f"¥{random.randint(100, 9900) / 100:.2f}", *kept[sku][9:]]
    _write(later, [*titles, header, *map(_line, kept.values()), f"合计,{len(kept)}"], "gb18030")
    people = folder / "员工.csv"
    _write(
        people,
        ["工号,门店编号,姓名,岗位,入职日期,离职日期", *(_person(shop, turn) for shop in shops for turn in range(3))],
        "gb18030",
    )
    places = folder / "点位.csv"
    _write(
        places,
        ["点位编号,门店编号,位置,物料,动线顺序", *(f"{shop}-门,{shop},正门,门头,1" for shop in shops)],
        "utf-8-sig",
    )
    stock = folder / "门店商品.csv"
    spots = (_line(row) for shop in shops for row in _spots(shop, ids, carried, random))
    _write(stock, _chain(["门店编号,商品编码,通道,货架,层,排位,门店售价"], spots), "utf-8")
    prices = folder / "变价单.csv"
    promo = [
        [sku, "" if turn % 2 else shops[0], "", "1.00", NEXT, NEXT + timedelta(days=6)]
        for turn, sku in enumerate(ids[::50])
    ]
    _write(prices, ["商品编码,门店编号,新售价,促销价,开始日期,结束日期", *map(_line, promo)], "gb18030")
    shop_file = folder / "门店.csv"
    _write(shop_file, ["门店编号,门店名称,城市", *(f"{shop},第{int(shop)}分店,杭州" for shop in shops)], "gb18030")
    missing = tuple(sku for sku in ids if sku not in kept)
    return Chain((shop_file, master, people, places, stock), master, later, prices, ids, missing, shops[0])


def write_polish_chain(folder: Path, skus: int, stores: int) -> Chain:
    """Write a Polish chain: semicolons, Windows-1250, decimal commas, headers that only ``--map`` explains."""
    random = Random(2)
    ids = tuple(f"PL{number:05}" for number in range(1, skus + 1))
    header = "indeks;nazwa;kod kreskowy;jm;cena;zawartość;jednostka"
    rows = {sku: _towar(sku, random) for sku in ids}
    master, later = folder / "towary.csv", folder / "towary-2.csv"
    _write(master, ["Raport: towary", "", header, *map(_semicolons, rows.values()), "Razem;;;;;;"], "cp1250")
    kept = {sku: row for number, (sku, row) in enumerate(rows.items()) if number % 100 != 99}
    for sku in list(kept)[::20]:
        kept[sku] = [*kept[sku][:4], _comma(random.randint(100, 199_900)), *kept[sku][5:]]
    _write(later, ["Raport: towary", "", header, *map(_semicolons, kept.values()), "Razem;;;;;;"], "cp1250")
    shops = tuple(f"W{number:02}" for number in range(1, stores + 1))
    shop_file = folder / "stores.csv"
    _write(shop_file, ["store_id;name;city", *(f"{shop};Sklep Łódź {shop};Łódź" for shop in shops)], "cp1250")
    stock = folder / "assortment.csv"
    spots = [f"{shop};{sku};A{turn % 9 + 1};{turn % 20}" for shop in shops for turn, sku in enumerate(ids[:400])]
    _write(stock, ["store_id;sku;aisle;bay", *spots], "utf-8-sig")
    prices = folder / "promocje.csv"
    promo = [[sku, "", "", "0,99", f"{NEXT:%d.%m.%Y}", f"{NEXT + timedelta(days=13):%d.%m.%Y}"] for sku in ids[::40]]
    _write(prices, ["sku;store_id;price;promo_price;from;to", *map(_semicolons, promo)], "cp1250")
    missing = tuple(sku for sku in ids if sku not in kept)
    return Chain((shop_file, master, stock), master, later, prices, ids, missing, shops[0])


MAPPING = (
    "indeks=sku",
    "nazwa=name",
    "kod kreskowy=gtin",
    "jm=unit",
    "cena=price",
    "zawartość=net_content",
    "jednostka=net_unit",
)
"""What the headers of the Polish master mean."""


def ean(number: int, prefix: str = "690") -> str:
    """Return the EAN-13 of a number."""
    digits = f"{prefix}{number:0{12 - len(prefix)}}"
    return digits + check_digit(digits)


def _product(sku: str, random: Random) -> list[object]:
    number = int(sku)
    name = f"{_BRANDS[number % 8]}{_GOODS[number % 12]} {number}号"
    price = random.randint(100, 19_900)
    barcodes = f"{ean(number)};{ean(number, '691')}" if number % 10 == 0 else ean(number)
    packs = "1;24" if number % 10 == 0 else "1"
    cells = [name, barcodes, packs, "500g", "袋", "浙江", _GOODS[number % 12], f"¥{price / 100:.2f}"]
    return [
        sku,
        *cells,
        f"{price * 0.009:.2f}",
        f"{price * 0.007:.2f}",
        "500",
        "克",
        _BRANDS[number % 8],
        "一级",
    ]


def _towar(sku: str, random: Random) -> list[object]:
    number = int(sku[2:])
    cells = [f"{_TOWARY[number % 10]} nr {number}", ean(number, "590"), "szt", _comma(random.randint(99, 250_000))]
    return [sku, *cells, "0,5", "kg"]


def _comma(minor: int) -> str:
    whole, rest = divmod(minor, 100)
    return f"{whole:,}".replace(",", "\u00a0") + f",{rest:02}"


def _person(shop: str, turn: int) -> str:
    left = f"{NEXT:%Y/%m/%d}" if turn == 2 else ""
    return f"{shop}-{turn},{shop},王小{'一二三'[turn]},导购,2025-03-01,{left}"


def _spots(shop: str, ids: Sequence[str], carried: int, random: Random) -> Iterator[list[object]]:
    first = random.randrange(len(ids))
    for turn in range(carried):
        sku = ids[(first + turn) % len(ids)]
        own = f"{random.randint(100, 9900) / 100:.2f}" if turn % 4 == 0 else ""
        yield [shop, sku, f"A{turn // 800 + 1}", turn // 40 % 20 + 1, turn // 8 % 5 + 1, turn % 8 + 1, own]


def _chain(*parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        yield from part


def _line(cells: Sequence[object]) -> str:
    return ",".join(map(str, cells))


def _semicolons(cells: Sequence[object]) -> str:
    return ";".join(map(str, cells))


def _write(path: Path, lines: Iterable[str], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="\r\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def main(folder: Path) -> None:
    """Write both chains at full size."""
    for name in ("supermarket", "polish"):
        (folder / name).mkdir(parents=True)
    write_supermarket(folder / "supermarket", 60_000, 300, 16_000)
    write_polish_chain(folder / "polish", 8_000, 40)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

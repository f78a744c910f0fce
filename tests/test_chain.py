"""The invented chain: what its operator would hand over, fit to print and to import."""

import re
from datetime import date
from pathlib import Path

import pytest

from o2o.codes.barcode_forms import ean13_of
from o2o.demo.chain import FLAGSHIP, Sheet, make_chain, make_goods, write_sheets
from o2o.subjects import Carrier

SHEETS = {sheet.name: sheet for sheet in make_chain(1, date(2026, 5, 17))}


def column(sheet: Sheet, name: str) -> list[str]:
    return [row[sheet.header.index(name)] for row in sheet.rows]


def test_the_chain_has_the_size_that_the_demo_promises() -> None:
    sizes = {name: len(sheet.rows) for name, sheet in SHEETS.items()}
    assert sizes == {
        "stores.csv": 3,
        "people.csv": 12,
        "products.xlsx": 300,
        "places.csv": 60,
        "campaigns.csv": 2,
        "assortment.csv": 300 + 220 + 160,
    }


def test_the_same_seed_makes_the_same_chain() -> None:
    assert make_chain(1, date(2026, 5, 17)) == tuple(SHEETS.values())
    assert make_goods(1) != make_goods(2)


@pytest.mark.parametrize(
    ("name", "key"),
    [("stores.csv", "store_id"), ("people.csv", "员工号"), ("products.xlsx", "商品编码"), ("places.csv", "place_id")],
)
def test_ids_are_unique(name: str, key: str) -> None:
    ids = column(SHEETS[name], key)
    assert len(set(ids)) == len(ids)


def test_ids_of_people_and_products_have_leading_zeros() -> None:
    ids = column(SHEETS["people.csv"], "员工号") + column(SHEETS["products.xlsx"], "商品编码")
    assert all(each.startswith("0") for each in ids)


def test_every_product_has_a_name_of_its_own_in_both_scripts() -> None:
    names = column(SHEETS["products.xlsx"], "品名")
    assert len(set(names)) == 300
    assert all(re.search(r"[\u4e00-\u9fff]", name) and re.search(r"[A-Za-z]{3}", name) for name in names)


def test_gtins_are_valid_unique_and_nobodys() -> None:
    gtins = [gtin for gtin in column(SHEETS["products.xlsx"], "条码") if gtin]
    assert len(set(gtins)) == len(gtins) == 240
    assert all(ean13_of(gtin) == gtin and gtin.startswith("952") for gtin in gtins)


def test_member_prices_are_below_the_price() -> None:
    members = [(good.price, good.member_price) for good in make_goods(1) if good.member_price is not None]
    assert 50 < len(members) < 150
    assert all(member < price for price, member in members)


def test_each_store_has_every_carrier_of_the_flagship() -> None:
    places = SHEETS["places.csv"]
    by_store = {store: sorted(row[3] for row in places.rows if row[1] == store) for store in column(places, "store_id")}
    assert len(by_store) == 3
    assert len({tuple(carriers) for carriers in by_store.values()}) == 1
    assert set(by_store[FLAGSHIP]) <= set(Carrier)


def test_files_are_written_as_operators_save_them(tmp_path: Path) -> None:
    paths = write_sheets(SHEETS.values(), tmp_path)
    assert [path.name for path in paths] == list(SHEETS)
    assert (tmp_path / "people.csv").read_bytes().decode("gb18030").startswith("员工号,门店编号,姓名,岗位\r\n")
    assert (tmp_path / "stores.csv").read_bytes().startswith(b"\xef\xbb\xbfstore_id,name,city,timezone\r\n")

"""Which table a header belongs to."""

from pathlib import Path

import pytest

from o2o.catalog.kinds import COLUMNS, KEYS, CatalogKind
from o2o.errors import InputFileError
from o2o.importers.headers import NAMES, NEEDED, recognise_layout

PATH = Path("file.csv")


@pytest.mark.parametrize("kind", CatalogKind)
def test_the_columns_are_those_of_the_catalogue(kind: CatalogKind) -> None:
    assert tuple(NAMES[kind]) == COLUMNS[kind]
    assert set(NEEDED[kind]) >= set(KEYS[kind]) - {"valid_from"}
    assert recognise_layout(PATH, COLUMNS[kind]).kind is kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("门店编号,门店名称,城市,时区", "stores"),
        ("员工号,门店编号,姓名,岗位", "people"),
        ("门店编号,门店名称,城市,工号,姓名,职位", "people"),
        ("商品编码,品名,条码,规格,单位,产地,类别,价格,会员价", "products"),
        ("货号,商品名称,国际条码,零售价（元）", "products"),
        ("点位编号,门店编号,点位名称,物料,区域", "places"),
        ("点位编号,位置,物料", "places"),
        ("活动编号,活动名称,开始日期,结束日期,费用", "campaigns"),
        ("门店编号,商品编码,售价,会员价,通道,货架,层,生效日期", "assortment"),
        ("store_id,sku,name,price", "assortment"),
        (" SKU , Product Name ,Unit-Price", "products"),
        ("Store ID*,Name", "stores"),
    ],
)
def test_a_header_is_known_in_either_language(header: str, kind: str) -> None:
    assert recognise_layout(PATH, header.split(",")).kind.value == kind


def test_columns_that_are_not_ours_are_kept() -> None:
    layout = recognise_layout(PATH, ("remark", "name", "", "sku", "备注"))
    assert layout.columns == ("sku", "name")
    assert layout.positions == (3, 1)
    assert layout.extra == (("remark", 0), ("备注", 4))


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("sku,price", r"nearest to products, but without the column name \(品名\); .*--as"),
        ("place_id,store_id,zone", r"nearest to places, but without the column name \(位置\), carrier \(物料\); "),
        ("a,b,c", "no column of ours; .*stores, campaigns, products, people, places, assortment"),
        ("sku,place_id,name,carrier", "it may be places or products; say which with --as places"),
        ("store_id,sku,name,spec,unit,price", "it may be products or assortment; say which with --as products"),
        ("sku,name,价格,售价", "'价格' and '售价' both mean price; rename or remove one"),
    ],
)
def test_a_header_that_is_unclear_says_what_to_do(header: str, message: str) -> None:
    with pytest.raises(InputFileError, match=message):
        recognise_layout(PATH, header.split(","))


def test_a_kind_that_is_given_is_taken_and_its_missing_columns_are_named() -> None:
    header = ("store_id", "sku", "name", "spec", "unit", "price")
    assert recognise_layout(PATH, header, CatalogKind.ASSORTMENT).extra == (("name", 2), ("spec", 3), ("unit", 4))
    with pytest.raises(InputFileError, match=r"as people it lacks the column person_id \(员工号\)"):
        recognise_layout(PATH, header, CatalogKind.PEOPLE)

"""Which table a header belongs to."""

from pathlib import Path

import pytest

from o2o.catalog.kinds import COLUMNS, KEYS, CatalogKind
from o2o.errors import InputFileError
from o2o.importers.column_names import NAMES
from o2o.importers.headers import NEEDED, find_near, recognise_layout

PATH = Path("file.csv")


@pytest.mark.parametrize("kind", CatalogKind)
def test_the_columns_are_those_of_the_catalogue(kind: CatalogKind) -> None:
    assert tuple(NAMES[kind]) == COLUMNS[kind]
    optional = {"valid_from", "label", "note"} | {CatalogKind.PRICES: {"store_id"}, CatalogKind.COSTS: {"kind"}}.get(
        kind, set()
    )
    assert set(NEEDED[kind]) >= set(KEYS[kind]) - optional
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
        ("商品編號,商品名稱,售價,條碼", "products"),
        ("ｓｋｕ,nаme,рrice", "products"),
        ("编码,品名,售价", "products"),
        ("Indeks;Nazwa towaru;Cena brutto;JM".replace(";", ","), "products"),
        ("Material,Material Description,EAN/UPC,Base Unit", "products"),
        ("Artikel-Nr.,Bezeichnung,VK-Preis,EAN", "products"),
        ("Référence,Désignation,Prix de vente,Code-barres", "products"),
        ("存货编码,存货名称,规格型号,主计量单位,参考成本", "products"),
        ("门店编号,通道,动线顺序,名称", "aisles"),
        ("商品编码,批次,生产日期,失效日期,产地", "lots"),
        ("sku,name,lot,expires", "lots"),
        ("商品编码,门店编号,促销价,开始日期,结束日期", "prices"),
        ("商品编码,品名,新价,生效日期,结束日期", "prices"),
        ("商品编码,售价,生效日期", "prices"),
        ("sku,store_id,price,from", "prices"),
        ("store_id,sku,price,from,to", "prices"),
        ("store_id,sku,price,aisle,from,to", "assortment"),
        ("门店编号,商品编码,售价,生效日期", "assortment"),
        ("store_id,sku,price,aisle,valid_from", "assortment"),
    ],
)
def test_a_header_is_known_in_either_language(header: str, kind: str) -> None:
    assert recognise_layout(PATH, header.split(",")).kind.value == kind


def test_columns_that_mean_the_same_are_twins_of_the_first() -> None:
    layout = recognise_layout(PATH, ("sku", "name", "价格", "售价"))
    assert (layout.columns, layout.positions, layout.twins) == (("sku", "name", "price"), (0, 1, 2), ((2, 3),))


@pytest.mark.parametrize(
    ("header", "extra"),
    [
        ("sku,name,等级,品牌,图片,英文品名", ["grade", "brand", "photo", "name_en"]),
        ("sku,name,Best　 before,ｗｅｉｇｈｔ", ["Best_before", "weight"]),
        ("sku,name,备注,备注,备注_2", ["备注", "备注_2", "备注_2_2"]),
        ("sku,name,line", ["line"]),
        ("sku,name,line,column,severity,reason,advice", []),
    ],
)
def test_columns_of_a_merchants_own_have_plain_names(header: str, extra: list[str]) -> None:
    assert [name for name, _ in recognise_layout(PATH, header.split(",")).extra] == extra


@pytest.mark.parametrize(("header", "language"), [("sku,name,备注", "en"), ("sku,品名", "zh"), ("商品编码,品名", "zh")])
def test_the_language_is_that_of_the_columns_that_are_known(header: str, language: str) -> None:
    assert recognise_layout(PATH, header.split(",")).language == language


@pytest.mark.parametrize(
    ("names", "columns", "extra"),
    [
        ({"特供 价": "price"}, ("sku", "name", "price"), ("零售价",)),
        ({"零售价": ""}, ("sku", "name"), ("特供价",)),
        ({"特供价": "zone"}, ("sku", "name", "price"), ("特供价",)),
        ({"特供价": "price", "零售价": "member_price"}, ("sku", "name", "price", "member_price"), ()),
    ],
)
def test_what_a_cell_of_the_header_means_may_be_given(names, columns, extra) -> None:
    layout = recognise_layout(PATH, ("sku", "name", "零售价", "特供价"), names=names)
    assert (layout.columns, tuple(name for name, _ in layout.extra)) == (columns, extra)


@pytest.mark.parametrize(
    ("header", "near"),
    [
        ("sku,name,prise", [("prise", "price")]),
        ("sku,name,price,prise", []),
        ("sku,品名,国际条玛", [("国际条玛", "gtin")]),
        ("sku,品名,品牌", []),
    ],
)
def test_a_column_that_looks_like_one_of_ours_is_found(header: str, near: list[tuple[str, str]]) -> None:
    cells = header.split(",")
    assert find_near(recognise_layout(PATH, cells), cells) == near


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
        ("a,b,c", "no column of ours; .*stores, campaigns, products, people, places, aisles, assortment, prices, lots"),
        ("sku,place_id,name,carrier", "it may be places or products; say which with --as places"),
        ("store_id,sku,name,spec,unit,price", "it may be products or assortment; say which with --as products"),
        ("编码,名称,城市", "nearest to stores, but without the column store_id"),
        ("sku,store_id,price,promo_price,from,to,aisle", "it may be prices or assortment; say which with --as prices"),
    ],
)
def test_a_header_that_is_unclear_says_what_to_do(header: str, message: str) -> None:
    with pytest.raises(InputFileError, match=message):
        recognise_layout(PATH, header.split(","))


def test_a_kind_that_is_given_is_taken_and_its_missing_columns_are_named() -> None:
    header = ("store_id", "sku", "name", "spec", "unit", "price")
    assert recognise_layout(PATH, header, CatalogKind.ASSORTMENT).ignored == ("name", "spec", "unit")
    with pytest.raises(InputFileError, match=r"as people it lacks the column person_id \(员工号\)"):
        recognise_layout(PATH, header, CatalogKind.PEOPLE)


def test_the_first_day_of_a_spot_may_be_called_from_as_that_of_a_price() -> None:
    layout = recognise_layout(PATH, ["store_id", "sku", "aisle", "from", "to"])
    assert (layout.kind, layout.ignored) == (CatalogKind.ASSORTMENT, ())
    assert dict(zip(layout.columns, layout.positions, strict=True))["valid_from"] == 3

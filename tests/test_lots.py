"""Lots of a product: from a table to the product's page."""

from datetime import date
from pathlib import Path

import pytest
from collecting import make_touchpoint

from o2o.catalog.lots import is_web_link, list_lots
from o2o.collect.serving.pages import find_page, show_page
from o2o.config import load_settings
from o2o.db import Database
from o2o.importers.catalog import import_catalogs

NOW = 1_780_000_000_000
"""2026-05-29 in Shanghai."""
LOTS = """商品编码,批次,生产日期,到期日期,产地,检验报告,检测机构
0042,L3,,,云南,,
0042,L1,2026-05-01,2026-05-29,北京,https://cert.example/1?a=1&b="2,SGS
0042,L2,2026-05-20,2026-06-30,,,
0042,OLD,2026-04-01,2026-05-28,,,
0042,COMING,2026-05-30,2026-07-30,,,
"""


@pytest.fixture
def goods(db: Database, tmp_path: Path) -> Database:
    """A product with five lots, of which three may be on sale."""
    (tmp_path / "p.csv").write_text("sku,name\n0042,鸡蛋\n0043,牛奶\n", encoding="utf-8")
    (tmp_path / "l.csv").write_text(LOTS, encoding="utf-8")
    results = import_catalogs(db, [tmp_path / "p.csv", tmp_path / "l.csv"], now=NOW)
    assert [(r.new, r.rejected) for r in results] == [(2, 0), (5, 0)]
    return db


def test_lots_on_sale_on_a_day_are_listed_first_what_expires_first(goods: Database) -> None:
    lots = list_lots(goods, "0042", date(2026, 5, 29))
    assert [lot.lot for lot in lots] == ["L1", "L2", "L3"]
    assert (lots[0].produced, lots[0].expires, lots[0].origin) == (date(2026, 5, 1), date(2026, 5, 29), "北京")
    assert lots[0].extra == {"检测机构": "SGS"}
    assert [lot.lot for lot in list_lots(goods, "0042", date(2026, 5, 28))] == ["OLD", "L1", "L2", "L3"]
    assert list_lots(goods, "0043", date(2026, 5, 29)) == []


def test_a_lot_is_known_again_by_its_product_and_number(goods: Database, tmp_path: Path) -> None:
    (tmp_path / "l2.csv").write_text("sku,lot,origin\n0042,L2,山东\n0043,L2,山西\n", encoding="utf-8")
    (result,) = import_catalogs(goods, [tmp_path / "l2.csv"], now=NOW)
    assert (result.new, result.changed) == (1, 1)
    assert [lot.origin for lot in list_lots(goods, "0042", date(2026, 5, 29))] == ["北京", "山东", "云南"]


def test_the_page_of_a_product_shows_its_lots_and_a_safe_link(goods: Database) -> None:
    code = make_touchpoint(goods, "0042")
    page = find_page(goods, load_settings(goods), code, NOW)
    assert page
    html = show_page(page).decode()
    assert "<h2>批次与检验</h2>" in html
    assert "2026-05-29" in html
    assert 'href="https://cert.example/1?a=1&amp;b=&quot;2" rel="noopener noreferrer">检验报告</a>' in html
    assert html.count("<dt>批次</dt>") == 3
    assert "OLD" not in html


def test_a_page_shows_five_lots_at_most(goods: Database) -> None:
    goods.table("lots").insert_all({"sku": "0043", "lot": f"B{number}"} for number in range(9))
    page = find_page(goods, load_settings(goods), make_touchpoint(goods, "0043"), NOW)
    assert page
    assert [lot.lot for lot in page.lots] == ["B0", "B1", "B2", "B3", "B4"]


@pytest.mark.parametrize(
    ("text", "is_link"),
    [
        ("https://a.b/c?d=1#e", True),
        ("http://a.b", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.b/c", False),
        ("https://", False),
        ("https://a.b/\nx", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_a_web_address_is_a_link(text: str, is_link: bool) -> None:
    assert is_web_link(text) is is_link

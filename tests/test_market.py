"""What the law wants on a price tag: which templates can't show it, and which products' tags would lack it."""

from pathlib import Path

import pytest

from o2o.config import load_settings
from o2o.db import Database
from o2o.printing.layout.lints import Level
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.market import Market, check_market, check_store
from o2o.printing.template.file import shipped_templates
from o2o.times import SINCE_EVER
from tests.prints import NOW, fill_shop

DAY = 86_400_000
TAG = """\
size = [70, 37]
[box.name]
kind = "text"
field = "name"
x = 2
y = 2
width = 40
height = 8
size = 9
[box.price]
kind = "price"
text = "{promo_price or price}"
suffix = "unit"
x = 2
y = 12
width = 40
height = 9
size = 20
[box.facts]
kind = "text"
text = "FACTS"
x = 2
y = 24
width = 60
height = 5
size = 7
min_size = 4
"""


def write(folder: Path, facts: str, name: str = "law.toml") -> str:
    path = folder / name
    path.write_text(TAG.replace("FACTS", facts), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("market", "facts", "rules"),
    [
        ("cn", "x", {"cn-grade", "cn-basis", "cn-dates"}),
        ("cn", "{grade} {if(promo_price, price, '')} {promo_to or ''}", set()),
        ("cn", "{grade} {default(lowest_price_7, '')} {default(promo_to, '')}", set()),
        ("eu", "x", {"eu-unit-price", "eu-prior-price"}),
        ("eu", "{unit_price}", {"eu-prior-price"}),
        ("eu", "{unit_price}{if(promo_price, lowest_price_30, '')}", set()),
        ("eu", "{unit_price} {lowest_price_30}", {"eu-unit-price"}),
    ],
)
def test_a_template_shows_what_a_market_wants_in_each_case(
    tmp_path: Path, market: Market, facts: str, rules: set[str]
) -> None:
    found = check_market(write(tmp_path, facts), Market(market))
    assert {lint.rule for lint in found} == rules


@pytest.mark.parametrize("path", shipped_templates(), ids=lambda path: path.stem)
def test_what_is_shipped_shows_what_each_market_wants(path: Path) -> None:
    markets = [Market.EU] if path.stem == "shelf-tag-eu" else list(Market)
    assert [lint for market in markets for lint in check_market(path.stem, market) if lint.level == Level.ERROR] == []


def test_what_shows_no_price_is_no_price_tag() -> None:
    (lint,) = check_market("badge", Market.CN)
    assert (lint.level, lint.rule) == ("warning", "cn-price")


def test_products_of_a_store_are_told_whose_tags_would_lack_what(db: Database, tmp_path: Path) -> None:
    fill_shop(db)
    db.table("products").update("008", {"unit": ""})
    promotion = {"sku": "007", "store_id": "", "source": "list", "promo_price": 990, "valid_from": NOW - 2 * DAY}
    db.table("prices").insert(promotion | {"valid_to": None})
    template = write(tmp_path, "{price} {promo_to|date('M.D')} {unit_price}{lowest_price_30}")
    choice, settings = Choice("S1", template=template), load_settings(db)
    found = {(lack.sku, lack.duty) for lack in check_store(db, settings, choice, Market.CN, NOW)}
    assert found == {("007", "dates"), ("007", "basis"), ("008", "unit")}
    found = {(lack.sku, lack.duty) for lack in check_store(db, settings, choice, Market.EU, NOW)}
    assert found == {("007", "unit-price"), ("007", "prior-price"), ("008", "unit-price")}


def test_a_promotion_with_its_days_and_basis_lacks_nothing(db: Database, tmp_path: Path) -> None:
    fill_shop(db)
    promotion = {"sku": "007", "store_id": "", "source": "list", "promo_price": 990, "valid_from": NOW - 2 * DAY}
    db.table("prices").insert(promotion | {"valid_to": NOW + 2 * DAY})
    choice = Choice("S1", template=write(tmp_path, "{price} {promo_from|date('M.D')}-{promo_to|date('M.D')}"))
    assert list(check_store(db, load_settings(db), choice, Market.CN, NOW)) == []
    assert SINCE_EVER < NOW

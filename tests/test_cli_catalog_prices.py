"""``o2o catalog prices`` as its user types it, from price lists as they come."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.errors import NotFoundError

Run = Callable[..., Result]


@pytest.fixture
def prices(run: Run, tmp_path: Path) -> Run:
    """Run ``catalog prices`` on a store with one product, a week's promotion, and a price of its own from June on."""
    tables = {
        "stores.csv": "门店编号,门店名称\nS1,徐家汇店\n",
        "products.csv": "商品编码,商品名称,售价,会员价\n007,鸡蛋,12.80,11.80\n",
        "变价单.csv": "商品编码,门店编号,新售价,促销价,生效日期,结束日期\n"
        "007,,,9.90,2026-05-01,2026-05-07\n007,S1,13.50,,2026-06-01,\n",
    }
    for name, text in tables.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = run("catalog", "import", *(tmp_path / name for name in tables))
    assert "prices: 2 new" in result.stdout, result.output
    return lambda *arguments: run("catalog", "prices", *arguments)


def test_the_timeline_the_day_and_the_lowest_prices_are_shown(prices: Run) -> None:
    lines = prices("007", "--store", "S1", "--on", "2026-05-07").stdout.splitlines()
    assert lines[0] == "007 鸡蛋, store S1, CNY"
    assert [line.split() for line in lines[4:8]] == [
        ["2026-04-30", "12.80", "11.80"],
        ["2026-05-01", "2026-05-07", "12.80", "11.80", "9.90", "yes"],
        ["2026-05-08", "2026-05-31", "12.80", "11.80"],
        ["2026-06-01", "13.50"],
    ]
    assert [line.split() for line in lines[9:]] == [
        ["on", "2026-05-07"],
        ["price", "12.80"],
        ["member_price", "11.80"],
        ["promo_price", "9.90"],
        ["lowest_price_7", "12.80"],
        ["lowest_price_30", "12.80"],
    ]


def test_json_has_it_all_and_csv_the_timeline(prices: Run) -> None:
    found = json.loads(prices("007", "--on", "2026-05-10", "--format", "json").stdout)
    assert {name: found[name] for name in ("store_id", "on", "price", "promo_price", "lowest_price_7")} == {
        "store_id": "", "on": "2026-05-10", "price": "12.80", "promo_price": "", "lowest_price_7": "9.90",
    }  # fmt: skip
    assert len(found["periods"]) == 3
    rows = prices("007", "--on", "2026-05-10", "--format", "csv").stdout.splitlines()
    assert rows[0] == "from,to,price,member_price,promo_price,holds"
    assert rows[-1] == "2026-05-08,,12.80,11.80,,yes"


@pytest.mark.parametrize("arguments", [("008",), ("007", "--store", "S2")])
def test_what_is_not_known_is_said(prices: Run, arguments: tuple[str, ...]) -> None:
    assert isinstance(prices(*arguments).exception, NotFoundError)

"""What was paid and what came back: days of a cost in the period, margin where costs of goods are known, intervals."""

import csv
import io
from dataclasses import replace

import pytest

from o2o.analytics.cost_prices import list_former_costs
from o2o.analytics.costs import Basis, Paid, ReturnTerms, Verdict, find_returns, sum_costs, sum_earned
from o2o.attribution.models import Model
from o2o.config import load_settings
from o2o.db import Database, writing
from o2o.errors import SettingError
from o2o.times import DAY, HOUR
from tests.collecting import make_touchpoint

START = 1_780_000_000_000 // DAY * DAY
COST, PRICE, BUYERS = 600, 1_000, 40


@pytest.fixture
def shop(db: Database) -> Database:
    """A campaign's poster and a poster of none: each of 40 customers scans one of them and buys a box for 10.00."""
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', 'one')")
    db.conn.execute("INSERT INTO campaigns (campaign_id, name) VALUES ('C1', 'spring')")
    db.conn.execute("INSERT INTO products (sku, name, cost_price) VALUES ('1', 'box', ?), ('2', 'bag', NULL)", [COST])
    db.conn.execute("INSERT INTO places (place_id, store_id, name, carrier) VALUES ('L1', 'S1', 'in', 'wall_poster')")
    kind = {"kind": "place", "store_id": "S1", "carrier": "wall_poster"}
    for campaign in ("C1", None):
        make_touchpoint(db, "L1", campaign_id=campaign, **kind)
    with writing(db):
        for number in range(2 * BUYERS):
            sell(db, number, 1 + number % 2, "1")
    return db


def sell(db: Database, number: int, sign: int, sku: str) -> None:
    at = START + number % 5 * DAY + number * 60_000
    visitor = f"v{number}"
    db.conn.execute("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [number + 1, visitor])
    db.conn.execute(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source) "
        "VALUES (?, '', ?, ?, 'human', '')",
        [at, sign, number + 1],
    )
    db.conn.execute(
        "INSERT INTO orders (id, order_id, store_id, ordered_at, visitor, amount) VALUES (?, ?, 'S1', ?, ?, ?)",
        [number + 1, f"o{number}", at + HOUR, visitor, PRICE],
    )
    db.conn.execute("INSERT INTO order_lines VALUES (?, 1, ?, 1, ?)", [number + 1, sku, PRICE])


def pay(db: Database, kind: str, key: str, days: tuple[int, int], amount: int) -> None:
    values = [kind, key, START + days[0] * DAY, START + days[1] * DAY, amount]
    db.conn.execute("INSERT INTO costs (kind, key, valid_from, valid_to, amount) VALUES (?, ?, ?, ?, ?)", values)


def codes(db: Database) -> list[str]:
    return [code for (code,) in db.conn.execute("SELECT code FROM touchpoints ORDER BY id")]


@pytest.mark.parametrize(
    ("since", "until", "part"), [(None, None, 1), (0, 5, 0.5), (2, 4, 0.2), (9, 20, 0.1), (10, 20, 0)]
)
def test_of_a_cost_the_days_within_the_period_count(shop, since, until, part: float) -> None:
    pay(shop, "campaign", "C1", (0, 10), 50_000)
    bounds = [None if day is None else START + day * DAY for day in (since, until)]
    assert sum_costs(shop, Paid.CAMPAIGN, *bounds).get("C1", 0) == pytest.approx(50_000 * part)


def test_a_touchpoints_cost_is_its_campaigns_and_its_carriers_but_not_the_other_way_round(shop) -> None:
    sign = codes(shop)[0]
    pay(shop, "touchpoint", sign, (0, 1), 300)
    pay(shop, "campaign", "C1", (0, 1), 1_000)
    pay(shop, "carrier", "wall_poster", (0, 1), 70)
    assert sum_costs(shop, Paid.CAMPAIGN) == {"C1": 1_300, "": 70}
    assert sum_costs(shop, Paid.CARRIER) == {"wall_poster": 370, "": 1_000}
    assert sum_costs(shop, Paid.TOUCHPOINT) == {sign: 300, "": 1_070}


def test_a_campaigns_own_cost_counts_until_one_is_imported_for_it(shop) -> None:
    shop.conn.execute("UPDATE campaigns SET cost = 900, starts_at = ?, ends_at = ?", [START, START + 10 * DAY])
    assert sum_costs(shop, Paid.CAMPAIGN, START, START + DAY) == {"C1": 90}
    pay(shop, "campaign", "C1", (0, 1), 50)
    assert sum_costs(shop, Paid.CAMPAIGN, START, START + DAY) == {"C1": 50}


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_margin_is_what_goods_leave_of_what_is_credited(shop, engine: str) -> None:
    if engine == "duckdb":
        pytest.importorskip("duckdb")
    settings = replace(load_settings(shop), engine=engine)
    (campaign,) = (one for one in sum_earned(shop, settings, ReturnTerms()) if one.key == "C1")
    assert (campaign.owners, campaign.conversions, campaign.revenue) == (BUYERS, BUYERS, BUYERS * PRICE)
    assert campaign.margin == pytest.approx(BUYERS * (PRICE - COST))
    assert campaign.margin_squares == pytest.approx(BUYERS * (PRICE - COST) ** 2)
    assert campaign.basis is Basis.MARGIN


def test_shares_of_orders_are_alike_on_all_engines(shop) -> None:
    pytest.importorskip("duckdb")
    signs = "(SELECT min(touchpoint_id) FROM scans) + (SELECT max(touchpoint_id) FROM scans) - touchpoint_id"
    columns = "scanned_at, code, touchpoint_id, visitor_id, verdict, source"
    other = f"SELECT scanned_at - 1, code, {signs}, visitor_id, 'human', 'csv' FROM scans LIMIT 1"
    shop.conn.execute(f"INSERT INTO scans ({columns}) {other}")
    found = [
        sorted((one.key, one.conversions) for one in sum_earned(shop, replace(load_settings(shop), engine=name), terms))
        for name in ("sqlite", "duckdb")
        for terms in [ReturnTerms(by=Paid.TOUCHPOINT)]
    ]
    assert found[0] == found[1]
    assert any(share % 1 for _, share in found[0])


def test_a_return_is_on_revenue_where_costs_of_goods_are_unknown(shop) -> None:
    shop.conn.execute("UPDATE order_lines SET sku = '2'")
    pay(shop, "campaign", "C1", (0, 10), 20_000)
    (row,) = find_returns(shop, load_settings(shop), ReturnTerms()).rows
    assert (row.basis, row.gain, row.verdict) == (Basis.REVENUE, BUYERS * PRICE, Verdict.PAYS)


def test_goods_of_unknown_cost_are_taken_to_leave_as_much_as_the_others(shop) -> None:
    shop.conn.execute("UPDATE order_lines SET sku = '2' WHERE order_row % 8 = 1")
    pay(shop, "campaign", "C1", (0, 10), 1_000)
    (row,) = find_returns(shop, load_settings(shop), ReturnTerms()).rows
    assert row.gain == pytest.approx(BUYERS * (PRICE - COST))


@pytest.mark.parametrize(("cost", "verdict"), [(8_000, Verdict.PAYS), (16_000, Verdict.EVEN), (40_000, Verdict.LOSES)])
def test_a_cost_that_margin_hardly_covers_is_neither_called_paid_nor_lost(shop, cost: int, verdict: Verdict) -> None:
    pay(shop, "campaign", "C1", (0, 10), cost)
    (row,) = find_returns(shop, load_settings(shop), ReturnTerms()).rows
    assert row.verdict is verdict
    assert row.roi.value == pytest.approx(BUYERS * (PRICE - COST) / cost - 1)
    assert row.roas.value == pytest.approx(BUYERS * PRICE / cost)
    assert row.roi.low < row.roi.value < row.roi.high


def test_of_a_handful_of_buyers_no_return_is_told(shop) -> None:
    pay(shop, "campaign", "C1", (0, 10), 1_000)
    (row,) = find_returns(shop, load_settings(shop), ReturnTerms(until=START + DAY)).rows
    assert (row.roi, row.verdict) == (None, Verdict.FEW)


def test_a_model_that_learns_is_refused() -> None:
    with pytest.raises(SettingError, match="learns from all journeys"):
        ReturnTerms(model=Model("markov"))


def test_the_command_says_what_it_is_on_and_that_credit_is_not_cause(shop, run) -> None:
    pay(shop, "touchpoint", codes(shop)[0], (0, 10), 1_000)
    said = run("report", "returns", "--by", "campaign")
    assert said.output.splitlines()[0] == "Which campaigns earned back what they cost?"
    assert "Credit is not cause" in said.output
    rows = list(csv.DictReader(io.StringIO(run("report", "returns", "--format", "csv").stdout)))
    assert [(row["key"], row["cost"], row["gain"], row["basis"], row["verdict"]) for row in rows] == [
        ("C1", "1000", "16000", "margin", "pays"),
    ]
    assert "o2o catalog import" in run("report", "returns", "--until", "2020-01-01").output


@pytest.mark.parametrize("report", ["returns", "ranking"])
def test_carriers_are_called_as_on_all_other_reports(shop, run, report: str) -> None:
    pay(shop, "carrier", "wall_poster", (0, 10), 1_000)
    (row,) = csv.DictReader(io.StringIO(run("report", report, "--by", "carrier", "--format", "csv").stdout))
    assert (row["key"], row["name"]) == ("wall_poster", "墙面海报")


def write_products(folder, cost: object) -> str:
    path = folder / "products.csv"
    path.write_text(f"sku,name,cost_price\n1,box,{cost}\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_margins_are_of_the_cost_on_the_day_of_the_order(shop, run, tmp_path, engine) -> None:
    if engine == "duckdb":
        pytest.importorskip("duckdb")
    shop.conn.execute("DELETE FROM products WHERE sku = '1'")
    for day, cost in ((-1, "6.00"), (2, "2.00"), (4, "9.00")):
        assert run("catalog", "import", write_products(tmp_path, cost), "--as", "products").exit_code == 0
        at = START + day * DAY + 5 * HOUR
        shop.conn.execute("UPDATE imports SET imported_at = ? WHERE id = (SELECT max(id) FROM imports)", [at])
    settings = replace(load_settings(shop), engine=engine, timezone="UTC")
    (all_,) = (one for one in sum_earned(shop, settings, ReturnTerms(by=Paid.CARRIER)))
    # sixteen boxes a day: 6.00 on days 0 and 1, 2.00 on 2 and 3, 9.00 on day 4
    assert all_.margin == pytest.approx(32 * (PRICE - 600) + 32 * (PRICE - 200) + 16 * (PRICE - 900))
    periods = list_former_costs(shop, settings)
    assert [(one.until, one.cost) for one in periods] == [(START + 2 * DAY, 600), (START + 4 * DAY, 200)]


def test_without_a_change_of_cost_margins_are_of_today_and_it_is_said(shop, run) -> None:
    pay(shop, "campaign", "C1", (0, 5), 1_000)
    found = find_returns(shop, load_settings(shop), ReturnTerms())
    assert (found.dated, found.rows[0].gain) == (0, BUYERS * (PRICE - COST))
    assert "Margins are of today's cost prices" in run("report", "returns").stderr


def test_a_cost_that_is_said_for_the_first_time_was_so_since_ever(shop, run, tmp_path) -> None:
    shop.conn.execute("DELETE FROM products WHERE sku = '1'")
    for cost in ("", "6.00"):
        assert run("catalog", "import", write_products(tmp_path, cost), "--as", "products").exit_code == 0
    assert list_former_costs(shop, load_settings(shop)) == []


def test_an_undone_change_of_cost_never_was(shop, run, tmp_path) -> None:
    shop.conn.execute("DELETE FROM products WHERE sku = '1'")
    for cost in ("6.00", "7.00"):
        assert run("catalog", "import", write_products(tmp_path, cost), "--as", "products").exit_code == 0
    assert [one.cost for one in list_former_costs(shop, load_settings(shop))] == [600]
    assert run("catalog", "undo").exit_code == 0
    assert list_former_costs(shop, load_settings(shop)) == []

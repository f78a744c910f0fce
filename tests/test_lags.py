"""How much of what recent scans will bring has come."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from o2o.attribution.keeping import attribute_kept
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import attribute
from o2o.cli import cli
from o2o.config import Language
from o2o.db import shop_file, writing
from o2o.reports.phrases import say_young
from o2o.reports.remarks import list_remarks
from o2o.reports.touchpoints import survey_touchpoints
from o2o.reports.words import Words
from o2o.subjects import Kind
from o2o.times import DAY, parse_at
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.conftest import SETTINGS

START = parse_at("2026-05-01", SETTINGS.zone)
ORDERS = Question(Outcome.ORDERS)
DAYS, LAG = 60, 5


@pytest.fixture
def shop(db):
    """Two signs, one hung up a week before the end; three scans in ten lead to an order, after five days on average."""
    db["places"].insert_all({"place_id": name, "name": name, "carrier": "poster"} for name in ("OLD", "NEW"))
    old, new = (sign.id for sign in mint_touchpoints(db, MintRequest(Kind.PLACE), START))
    random = np.random.default_rng(4)
    at = START + np.sort(random.uniform(0, DAYS * DAY, 6_000)).astype(np.int64)
    lag = (random.exponential(LAG, 6_000) * DAY).astype(np.int64)
    scans, orders = [], []
    for visitor, (scanned, wait) in enumerate(zip(at.tolist(), lag.tolist(), strict=True), 1):
        scans.append((scanned, new if scanned > START + 53 * DAY and visitor % 2 else old, visitor))
        if visitor % 10 < 3 and scanned + wait < START + DAYS * DAY:
            orders.append((f"{visitor}", scanned + wait, f"v{visitor}"))
    with writing(db):
        insert = db.conn.executemany
        insert("INSERT INTO visitors (id, visitor) VALUES (?, ?)", ((one, f"v{one}") for one in range(1, 6_001)))
        insert(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            " VALUES (?, '', ?, ?, 'human', 'csv')",
            scans,
        )
        insert("INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, 100)", orders)
    return db


def test_the_last_week_s_orders_are_still_to_come_as_many_as_truly_are(shop) -> None:
    maturity = attribute(shop, SETTINGS, ORDERS).maturity
    assert maturity is not None and maturity.horizon == 30
    week, before, *_, first = maturity.cohorts
    days = np.arange(7) + 0.5
    assert week.mature == pytest.approx(np.mean(1 - np.exp(-days / LAG)), abs=0.06)
    assert week.low < week.mature < week.high and (week.youngest, week.oldest) == (0, 6)
    assert week.young and not first.young and week.mature < before.mature < first.mature
    assert sum(cohort.scans for cohort in maturity.cohorts) < 6_000  # older ones have had their time


def test_a_period_that_is_over_has_nothing_to_come(shop) -> None:
    assert attribute(shop, SETTINGS, replace(ORDERS, until=START + 50 * DAY)).maturity is None
    assert attribute(shop, SETTINGS, replace(ORDERS, until=START + 70 * DAY)).maturity is not None


def test_a_short_period_tells_of_as_many_days_of_the_shop_s_clock_as_it_has(shop) -> None:
    maturity = attribute(shop, SETTINGS, replace(ORDERS, since=START + 50 * DAY)).maturity
    assert maturity is not None and maturity.horizon == 9  # its days are the shop's, not those of UTC


def test_visits_and_shops_without_orders_have_none(db, shop) -> None:
    assert attribute(shop, SETTINGS, Question(Outcome.VISITS)).maturity is None
    assert attribute(shop, SETTINGS, replace(ORDERS, intervals=False)).maturity is None
    shop.conn.execute("DELETE FROM orders")
    assert attribute(shop, SETTINGS, ORDERS).maturity is None


def test_scans_since_the_last_import_of_orders_have_brought_nothing_that_is_known(shop) -> None:
    shop.conn.execute("DELETE FROM orders WHERE ordered_at >= ?", [START + 50 * DAY])
    maturity = attribute(shop, SETTINGS, ORDERS).maturity
    assert maturity is not None and maturity.cohorts[0].mature == 0 and maturity.last_day - maturity.known_day >= 9


def test_a_kept_report_goes_on_with_it(shop) -> None:
    last = shop.conn.execute("SELECT max(id) FROM orders").fetchone()[0]
    row = shop.conn.execute("SELECT order_id, ordered_at, visitor, amount FROM orders WHERE id = ?", [last]).fetchone()
    shop.conn.execute("DELETE FROM orders WHERE id = ?", [last])
    attribute_kept(shop, SETTINGS, ORDERS, now=START)
    shop["orders"].insert(dict(zip(("order_id", "ordered_at", "visitor", "amount"), row, strict=True)))
    found = attribute_kept(shop, SETTINGS, ORDERS, now=START)
    assert found.run.late == 1 and found.report.maturity == attribute(shop, SETTINGS, ORDERS).maturity


def test_a_sign_that_was_hung_up_last_week_is_marked(shop) -> None:
    report = survey_touchpoints(shop, SETTINGS, ORDERS)
    old, new = sorted(report.rows, key=lambda row: -row.scans)
    assert new.young and not old.young
    assert report.maturity and new.mature == pytest.approx(report.maturity.cohorts[0].mature, abs=0.05)


def test_it_is_said_in_both_languages_and_in_each_form(shop) -> None:
    report = attribute(shop, SETTINGS, ORDERS)
    assert any("orders still to come" in remark for remark in list_remarks(report, SETTINGS))
    assert "最近 7 天的" in say_young(Words(Language.ZH), Outcome.ORDERS, report.maturity)
    path = str(shop_file(shop))
    asked = ["report", "attribution", "--outcome", "orders", "--db", path, "--format"]
    data = json.loads(CliRunner().invoke(cli, [*asked, "json"]).stdout)
    assert data["maturity"]["cohorts"][0]["young"] is True
    assert "最近 7 天的" in CliRunner().invoke(cli, [*asked, "html"]).stdout
    told = CliRunner().invoke(cli, ["report", "touchpoints", "--db", path])
    assert "came" in told.stdout and "orders still to come" in told.stderr

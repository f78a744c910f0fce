"""Campaigns looked back on: what was planted is found, and what can't be told isn't."""

from datetime import date, timedelta

import numpy as np
import pytest

from o2o.analytics.campaigns import CampaignTerms, Control, compare_sales, review_campaigns
from o2o.config import load_settings
from o2o.db import Database, writing
from o2o.errors import SettingError
from o2o.reports.campaigns import analyse_campaigns
from o2o.statistics.intervals import wilson
from o2o.times import HOUR, day_start
from tests.collecting import make_touchpoint
from tests.conftest import SETTINGS

FIRST = date(2026, 5, 4)
BEFORE, DURING = 14, 14
STORES = [f"S{number:02}" for number in range(12)]
OWN = STORES[:5]


def at(day: int, hours: float = 10) -> int:
    return day_start(FIRST + timedelta(days=day), SETTINGS.zone) + int(hours * HOUR)


@pytest.fixture
def shop(db: Database) -> Database:
    """Twelve stores over four weeks; in the last two a campaign lets five of them sell 200.00 more a day."""
    random = np.random.default_rng(5)
    with writing(db):
        for number, store in enumerate(STORES):
            db.conn.execute("INSERT INTO stores (store_id, name) VALUES (?, ?)", [store, store])
            for day in range(-BEFORE, DURING):
                amount = 300_000 + number * 20_000 + int(random.normal(0, 6_000)) + day % 7 * 8_000
                sell(db, store, day, amount + 20_000 * (day >= 0 and store in OWN))
        db.conn.execute(
            "INSERT INTO campaigns (campaign_id, name, starts_at, ends_at, cost) VALUES ('C1', '端午', ?, ?, 900000)",
            [at(0, 0), at(DURING, 0)],
        )
    for store in OWN:
        make_touchpoint(db, f"L{store}", kind="place", store_id=store, campaign_id="C1", carrier="wall_poster")
    return db


def sell(db: Database, store: str, day: int, amount: int, **named: object) -> int:
    values = {
        "order_id": f"{store}-{day}-{amount}",
        "store_id": store,
        "ordered_at": at(day),
        "amount": amount,
        **named,
    }
    marks = ", ".join("?" * len(values))
    found = db.conn.execute(f"INSERT INTO orders ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    return int(found.lastrowid or 0)


def scan(db: Database, visitor: int, day: int) -> None:
    db.conn.execute("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [visitor, f"v{visitor}"])
    db.conn.execute(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source) "
        "SELECT ?, code, id, ?, 'human', '' FROM touchpoints ORDER BY id LIMIT 1",
        [at(day, 9), visitor],
    )


def test_what_a_campaign_added_to_its_stores_is_found_beside_the_others(shop):
    (review,) = review_campaigns(shop, load_settings(shop), CampaignTerms())
    sales = review.sales
    assert (sales.control, sales.stores, sales.controls, sales.days) == (Control.STORES, 5, 7, DURING)
    assert sales.a_day is not None and sales.added is not None
    assert sales.a_day.low < 20_000 < sales.a_day.high
    assert sales.a_day.high - sales.a_day.low < 10_000
    assert float(sales.added.value) == pytest.approx(float(sales.a_day.value) * 5 * DURING)


def test_the_intervals_of_what_was_added_hold_the_truth_as_often_as_they_say():
    random = np.random.default_rng(11)
    held, worlds = 0, 400
    treated = np.arange(14) < 6
    for _ in range(worlds):
        sales = random.normal(0, 30, (14, 28)) + random.normal(0, 50, (14, 1)) + random.normal(0, 20, 28)
        sales[:6, 14:] += 25
        found = compare_sales(sales, treated, 14).a_day
        assert found is not None
        held += bool(found.low <= 25 <= found.high)
    assert 0.92 <= held / worlds <= 0.98


@pytest.mark.parametrize(("stores", "controls", "wilder"), [(2, 2, 1), (2, 2, 2), (2, 8, 2)])
def test_few_stores_raise_few_false_alarms(stores, controls, wilder):
    """Stores drift apart, and what was odd yesterday is half so today; ``wilder``: times as much in its own stores."""
    random, alarms, worlds = np.random.default_rng(stores * 10 + wilder), 0, 120
    treated = np.arange(stores + controls) < stores
    wild = np.where(treated, wilder, 1.0)[:, None]
    for _ in range(worlds):
        noise = random.normal(0, 30, (treated.size, 28))
        noise[:, 1:] += 0.5 * noise[:, :-1]
        drift = random.normal(0, 15, (treated.size, 1)) * np.linspace(0, 1, 28)
        sales = (noise + drift) * wild + random.normal(0, 50, (treated.size, 1)) + random.normal(0, 20, 28)
        found = compare_sales(sales, treated, 14).a_day
        assert found is not None
        alarms += bool(found.excludes())
    assert wilson(alarms, worlds, 0.999).low <= 0.05


def test_a_store_that_was_closed_on_some_days_is_compared_by_the_others():
    sales = np.tile(np.arange(28) % 7 * 10.0, (6, 1)) + np.arange(6)[:, None]
    sales[:3, 14:] += 5
    sales[0, 15:20] = np.nan
    found = compare_sales(sales, np.arange(6) < 3, 14).a_day
    assert found is not None
    assert [float(end) for end in (found.value, found.low, found.high)] == pytest.approx([5.0] * 3, abs=1.5)


def test_customers_whose_first_order_is_credited_are_new_and_others_are_not(shop):
    with writing(shop):
        for number, earlier in enumerate((True, False, False), start=1):
            scan(shop, number, 1)
            if earlier:
                sell(shop, "S00", -5, 10 + number, customer=f"c{number}")
            sell(shop, "S00", 1, 1_000 + number, customer=f"c{number}", visitor=f"v{number}")
    (review,) = review_campaigns(shop, load_settings(shop), CampaignTerms(campaign_id="C1"))
    assert (review.scans, review.visitors, review.new_customers) == (3, 3, 2)
    assert review.cost_each is not None and float(review.cost_each.value) == 450_000
    assert review.earned.conversions == pytest.approx(3)
    assert review.break_even == pytest.approx(900_000)
    assert review.roi is None  # three buyers tell nothing


def test_without_other_stores_the_weeks_before_are_all_there_is_and_the_report_says_so(shop):
    shop.conn.execute("DELETE FROM orders WHERE store_id > 'S04'")
    (review,) = review_campaigns(shop, load_settings(shop), CampaignTerms())
    assert review.sales.control is Control.BEFORE
    analysis = analyse_campaigns([review], SETTINGS)
    assert any("no other stores" in english for _, english in analysis.remarks)


def test_a_campaign_of_no_store_is_everywhere_and_is_held_against_the_weeks_before(shop):
    shop.conn.execute("UPDATE touchpoint_periods SET store_id = NULL")
    (review,) = review_campaigns(shop, load_settings(shop), CampaignTerms())
    assert (review.sales.control, review.sales.stores, review.sales.controls) == (Control.BEFORE, 12, 0)


def test_orders_outside_of_a_campaigns_own_days_are_not_its_own(shop):
    with writing(shop):
        scan(shop, 1, -3)
        scan(shop, 2, 3)
        for number, day in ((1, -2), (2, 4)):
            sell(shop, "S00", day, 1_000 + number, visitor=f"v{number}")
        shop.conn.execute("INSERT INTO campaigns (campaign_id, name, starts_at) VALUES ('C0', '早', ?)", [at(-9)])
    found = {review.campaign_id: review for review in review_campaigns(shop, load_settings(shop), CampaignTerms())}
    assert found["C1"].earned.revenue == 1_002
    assert found["C0"].earned.revenue == 0


def test_a_campaign_without_dates_or_stores_is_held_against_nothing(shop):
    shop.conn.execute("INSERT INTO campaigns (campaign_id, name) VALUES ('C2', '随时')")
    found = {review.campaign_id: review for review in review_campaigns(shop, load_settings(shop), CampaignTerms())}
    assert found["C2"].sales.control is Control.NOTHING and found["C2"].sales.added is None
    assert "import costs" in str(analyse_campaigns(list(found.values()), SETTINGS).remarks)


@pytest.mark.parametrize(("since", "until", "expected"), [(0, 5, ["C1"]), (20, 30, []), (-20, 0, []), (-20, 1, ["C1"])])
def test_campaigns_that_ran_in_the_period_are_looked_at(shop, since, until, expected):
    found = review_campaigns(shop, load_settings(shop), CampaignTerms(at(since, 0), at(until, 0)))
    assert [review.campaign_id for review in found] == expected


def test_an_unknown_campaign_is_told(shop):
    with pytest.raises(SettingError, match="not a campaign of this file"):
        review_campaigns(shop, load_settings(shop), CampaignTerms(campaign_id="C9"))


@pytest.mark.parametrize("output_format", ["table", "csv", "json", "html"])
def test_the_command_shows_campaigns(shop, run, output_format):
    said = run("report", "campaigns", "--until", "2026-05-31", "--format", output_format).stdout
    assert "端午" in said


def test_stores_of_which_none_was_open_before_and_while_it_ran_tell_nothing() -> None:
    sales = np.full((4, 4), np.nan)
    for store, days in enumerate((slice(0, 2), slice(2, 4)) * 2):
        sales[store, days] = 100 + store
    found = compare_sales(sales, np.array([True, True, False, False]), 2)
    assert (found.control, found.a_day, found.stores, found.controls) == (Control.NOTHING, None, 2, 2)

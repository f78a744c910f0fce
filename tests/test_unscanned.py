"""Orders and people without a scan, by store and day."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from o2o.analytics.unscanned import UnscannedTerms, count_unscanned
from o2o.config import load_settings
from o2o.db import Database
from o2o.times import DAY, HOUR, parse_at
from tests.conftest import SETTINGS
from tests.test_busy_hours import scan
from tests.test_silent_signs import hang

START = parse_at("2026-01-05", SETTINGS.zone)
TERMS = UnscannedTerms(START, START + 10 * DAY)


@pytest.fixture
def shop(db: Database) -> Database:
    """V scans and orders twice, the second time a week later; W and a stranger order without a scan."""
    scan(db, hang(db, "S1", "A0"), "V", START + 9 * HOUR)
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S2', 'S2店')")
    sales = [("V", "S1", 10), ("V", "S2", 170), ("W", "S2", 11), (None, "S2", 12), ("V", "S1", 400)]
    for number, (visitor, store, hours) in enumerate(sales):
        row = [f"{number}", START + hours * HOUR, store, visitor]
        db.conn.execute(
            "INSERT INTO orders (order_id, ordered_at, store_id, visitor, amount) VALUES (?, ?, ?, ?, 9)", row
        )
    return db


def test_orders_without_a_scan_are_counted_by_store_and_day(shop: Database) -> None:
    found = count_unscanned(shop, load_settings(shop), TERMS)
    assert (found.total.orders, found.total.known, found.total.unscanned) == (4, 3, 2)
    assert [(one.key, one.orders, one.unscanned) for one in found.stores] == [("S2", 3, 2), ("S1", 1, 0)]
    assert [(str(one.day), one.orders, one.unscanned) for one in found.days] == [
        ("2026-01-05", 3, 2), ("2026-01-12", 1, 0)
    ]  # fmt: skip


def test_a_scan_that_is_too_old_is_none(shop: Database) -> None:
    found = count_unscanned(shop, load_settings(shop), replace(TERMS, window=2 * HOUR))
    assert found.total.unscanned == 3


def test_those_who_come_in_are_set_beside_scan_visits_of_the_hours_that_were_counted(shop: Database) -> None:
    count = "INSERT INTO traffic (store_id, counted_from, counted_to, count) VALUES ('S1', ?, ?, ?)"
    shop.conn.execute(count, [START + 9 * HOUR, START + 10 * HOUR, 40])
    shop.conn.execute(count, [START + 10 * HOUR, START + 11 * HOUR, 60])
    (crowd,) = count_unscanned(shop, load_settings(shop), TERMS).crowds
    assert (crowd.store_id, crowd.came, crowd.visits) == ("S1", 100, 1)


def test_engines_agree(shop: Database) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
        pytest.importorskip(package)
    shop.conn.execute("INSERT INTO traffic VALUES ('S1', ?, ?, 40, NULL)", [START + 9 * HOUR, START + 10 * HOUR])
    settings = load_settings(shop)
    one, other = (count_unscanned(shop, replace(settings, engine=name), TERMS) for name in ("sqlite", "duckdb"))
    assert one == other


def test_the_command_says_the_share_and_what_is_not_known(shop: Database, run: Callable[..., Result]) -> None:
    result = run("report", "unscanned", "--since", "2026-01-05", "--until", "2026-01-14")
    assert "Of 4 orders 2 followed no scan: 50.0%" in result.stdout
    assert "1 orders (25.0%) name no customer" in result.stderr and "no door counts" in result.stderr


def test_an_empty_shop_is_no_trouble(db: Database, run: Callable[..., Result]) -> None:
    assert "no scans and no orders yet" in run("report", "unscanned").stdout

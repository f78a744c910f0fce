"""Sales in the minutes after scans that nothing joins: planted ones are found, none are where none are, none twice."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from o2o.analytics.walk_ins import WalkInTerms, compare_walk_ins
from o2o.config import Settings, load_settings
from o2o.db import Database, writing
from o2o.errors import SettingError
from o2o.times import DAY, HOUR, MINUTE, day_start, local_day
from tests.collecting import make_touchpoint

ZONE = Settings("https://s.shop.cn", "CNY", "Asia/Shanghai").zone
START = day_start(local_day(1_780_000_000_000, ZONE), ZONE)
DAYS = 84
END = START + DAYS * DAY
TERMS = WalkInTerms(END, START)
STORES, SKUS = ("S1", "S2"), ("milk", "eggs", "rice")
PRICE = 250


def is_closed(store: str, day: int) -> bool:
    return store == "S1" and 30 <= day < 44


def fill(db: Database, extra: float, seed: int = 1) -> int:
    """Open two stores from 9 to 19, more lively at 17; return how many sales scans of milk truly brought."""
    random = np.random.default_rng(seed)
    for store in STORES:
        db.conn.execute("INSERT INTO stores (store_id, name) VALUES (?, ?)", [store, f"{store}店"])
    for sku in SKUS:
        db.conn.execute("INSERT INTO products (sku, name) VALUES (?, ?)", [sku, sku])
    signs = [(store, sku) for store in STORES for sku in SKUS]
    for store, sku in signs:
        make_touchpoint(db, sku, store_id=store)
    brought = 0
    with writing(db):
        for sign, (store, sku) in enumerate(signs, 1):
            for day in range(DAYS):
                for hour in range(9, 19) if not is_closed(store, day) else ():
                    at, crowd = START + day * DAY + hour * HOUR, 3 if hour == 17 else 1
                    for moment in at + random.integers(0, HOUR, random.poisson(0.3 * crowd)):
                        scan(db, sign, int(moment))
                        if sku == "milk" and random.random() < extra:
                            brought += 1
                            sell(db, store, sku, int(moment + random.integers(MINUTE, 29 * MINUTE)))
                    for moment in at + random.integers(0, HOUR, random.poisson(0.8 * crowd)):
                        sell(db, store, sku, int(moment))
    return brought


def scan(db: Database, sign: int, at: int, visitor: int | None = None) -> None:
    columns = "scanned_at, code, touchpoint_id, visitor_id, verdict, source"
    db.conn.execute(f"INSERT INTO scans ({columns}) VALUES (?, '', ?, ?, 'human', '')", [at, sign, visitor])


def sell(db: Database, store: str, sku: str, at: int, visitor: str | None = None) -> None:
    sql = "INSERT INTO orders (order_id, store_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?, ?)"
    row = db.conn.execute(sql, [f"{store} {sku} {at} {visitor}", store, at, visitor, PRICE]).lastrowid
    db.conn.execute("INSERT INTO order_lines VALUES (?, 1, ?, 1, ?)", [row, sku, PRICE])


@pytest.mark.parametrize("seed", range(3))
def test_planted_sales_are_found_where_they_were_planted_with_an_interval(db, seed: int) -> None:
    brought = fill(db, 0.4, seed)
    found = compare_walk_ins(db, load_settings(db), TERMS)
    milk = found.products[0]
    assert milk.key == "milk"
    assert milk.extra.low < brought < milk.extra.high
    assert milk.extra.low > 0.4 * brought
    assert milk.worth.value == pytest.approx(milk.extra.value * PRICE)
    others = {one.key: one.extra for one in found.products[1:]}
    assert not any(extra.excludes(0) for extra in others.values())
    assert found.total.extra.low < brought < found.total.extra.high


def test_a_busy_hour_or_a_closed_fortnight_brings_nothing_by_itself(db) -> None:
    fill(db, 0.0)
    found = compare_walk_ins(db, load_settings(db), TERMS)
    assert not found.total.extra.excludes(0)
    assert [one.key for one in sorted(found.stores, key=lambda one: one.key)] == list(STORES)
    assert found.total.sales == pytest.approx(found.total.usual, rel=0.1)


def test_hours_of_a_single_week_tell_nothing(db) -> None:
    make_touchpoint(db, "milk")
    with writing(db):
        for minute in range(20):
            scan(db, 1, START + 9 * HOUR)
            sell(db, None, "milk", START + 9 * HOUR + minute * MINUTE)
    total = compare_walk_ins(db, load_settings(db), replace(TERMS, until=START + 6 * DAY)).total
    assert total.scanned_hours and total.extra is None


def test_duckdb_finds_the_same(db) -> None:
    pytest.importorskip("duckdb")
    fill(db, 0.4)
    one, other = (
        compare_walk_ins(db, replace(load_settings(db), engine=engine), TERMS) for engine in ("sqlite", "duckdb")
    )
    assert one == other


def test_orders_that_are_credited_are_left_out_so_that_nothing_counts_twice(db) -> None:
    fill(db, 0.0)
    before = compare_walk_ins(db, load_settings(db), TERMS).total
    with writing(db):
        for day in range(0, DAYS, 2):
            db.conn.execute("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [day + 1, f"v{day}"])
            at = START + day * DAY + 12 * HOUR
            scan(db, 1, at, visitor=day + 1)
            sell(db, "S1", "milk", at + 5 * MINUTE, visitor=f"v{day}")
    after = compare_walk_ins(db, load_settings(db), TERMS).total
    assert after.sales - before.sales < 25  # only what else was sold in those minutes
    assert not after.extra.excludes(0)


def test_overlapping_windows_cover_each_minute_once_and_reach_into_the_next_hour(db) -> None:
    db.conn.execute("INSERT INTO products (sku, name) VALUES ('milk', 'milk')")
    make_touchpoint(db, "milk")
    with writing(db):
        for minute in (0, 10, 50):
            scan(db, 1, START + 9 * HOUR + minute * MINUTE)
        for day, minute in ((0, 15), (0, 65), (0, 85), (7, 15), (7, 75)):
            sell(db, None, "milk", START + day * DAY + 9 * HOUR + minute * MINUTE)
    total = compare_walk_ins(db, load_settings(db), TERMS).total
    assert total.scanned_hours == pytest.approx((40 + 30) / 60)
    assert total.sales == 2  # 9:15 and 10:05; 10:25 is too late
    # 9:15 a week later in 60 + 10 other minutes, and 10:25 and 10:15 in 40 + 60 at 10
    assert total.usual == pytest.approx(1 * 50 / 70 + 2 * 20 / 100)
    assert total.extra is None


@pytest.mark.parametrize("after", [0, 2 * HOUR])
def test_minutes_that_make_no_sense_are_refused(after: int) -> None:
    with pytest.raises(SettingError):
        WalkInTerms(END, after=after)


def test_an_empty_shop_has_nothing_to_tell(db) -> None:
    found = compare_walk_ins(db, load_settings(db), WalkInTerms(END))
    assert (found.total.extra, found.products) == (None, ())


def test_the_command_says_that_it_is_a_comparison(db, run) -> None:
    brought = fill(db, 0.4)
    period = ["--since", str(local_day(START, ZONE)), "--until", str(local_day(END - 1, ZONE))]
    said = run("report", "walk-ins", *period)
    assert said.output.splitlines()[0] == "How much more is sold after scans that nothing joins to them?"
    assert "A comparison, not credit" in said.output
    rows = list(csv.DictReader(io.StringIO(run("report", "walk-ins", *period, "--format", "csv").stdout)))
    assert float(rows[0]["extra_low"]) < brought < float(rows[0]["extra_high"])
    listed = run("report", "walk-ins", *period, "--sheet", "products", "--format", "csv").stdout
    assert next(csv.DictReader(io.StringIO(listed)))["key"] == "milk"


def test_what_lacks_for_an_answer_is_said_and_what_to_do_next(db, run) -> None:
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', 'one')")
    make_touchpoint(db, "L1", kind="place", store_id="S1")
    db.conn.execute("INSERT INTO products (sku, name) VALUES ('milk', 'milk')")
    asked = ("report", "walk-ins", "--since", str(local_day(START, ZONE)), "--until", str(local_day(END - 1, ZONE)))
    with writing(db):
        scan(db, 1, START + 9 * HOUR)
    assert "hang up codes of products" in run(*asked).stdout
    make_touchpoint(db, "milk")
    with writing(db):
        scan(db, 2, START + 9 * HOUR)
    assert "import orders with their lines" in run(*asked).stdout
    with writing(db):
        sell(db, "S1", "tea", START + 9 * HOUR)
    assert "Take a longer period" in run(*asked).stdout
    with writing(db):
        sell(db, None, "milk", START + 9 * HOUR + MINUTE)
    assert "can be held against another week" in run(*asked).stdout
    with writing(db):
        sell(db, None, "milk", START + 7 * DAY + 9 * HOUR + 59 * MINUTE)
    assert "so far there are 1.3; at this rate wait some" in run(*asked).stdout


def test_the_report_of_credit_points_to_it_where_orders_tell_what_was_bought(db, run) -> None:
    asked = ("report", "attribution", "--outcome", "orders")
    make_touchpoint(db, "milk")
    with writing(db):
        scan(db, 1, START + 9 * HOUR)
        db.conn.execute("INSERT INTO orders (order_id, ordered_at, amount) VALUES ('o', ?, 100)", [START + 10 * HOUR])
    assert "o2o report walk-ins" not in run(*asked).stderr
    with writing(db):
        sell(db, None, "milk", START + 9 * HOUR + MINUTE)
    assert "o2o report walk-ins" in run(*asked).stderr

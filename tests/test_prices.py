"""Prices over time: which of several holds, what held before, and the lowest of the days before."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.catalog.imports import Batch, Saved, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.prices import (
    CHAIN,
    Price,
    PricePeriod,
    list_prices,
    lowest_price,
    lowest_prices,
    price_in_force,
    prices_in_force,
)
from o2o.catalog.records import save_records
from o2o.catalog.undo import revert_import
from o2o.db import Database, writing
from o2o.times import DAY, SINCE_EVER
from tests.conftest import make_shop


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


NOW = at("2026-05-29 12:00")
LISTED = ("sku", "store_id", "price", "member_price", "promo_price", "from", "to")


def fill(db: Database) -> None:
    db.table("stores").insert_all([
        {"store_id": "S1", "name": "one", "timezone": ""},
        {"store_id": "S2", "name": "two", "timezone": "Asia/Urumqi"},
    ])  # fmt: skip
    db.table("products").insert_all([{"sku": "1", "name": "egg"}, {"sku": "2", "name": "milk"}])


@pytest.fixture(autouse=True)
def chain(db: Database) -> None:
    """Two stores, the second in another time zone, and two products without a price."""
    fill(db)


def put(db: Database, rows: Iterable[tuple]) -> None:
    """Add rows of (where, from, until, price, member, promo): master, chain, list, shelf, or shelf:LABEL."""
    for where, start, end, price, member_price, promo_price in rows:
        source, _, label = where.partition(":")
        row = {"sku": "1", "valid_from": start, "valid_to": end, "price": price, "member_price": member_price}
        if source == "shelf":
            db.table("assortment").insert({"store_id": "S1", "label": label, **row})
        else:
            store_id = "S1" if source == "list" else CHAIN
            kind = "master" if source == "master" else "list"
            db.table("prices").insert({"store_id": store_id, "source": kind, "promo_price": promo_price, **row})


MASTER = ("master", 0, None, 1000, 900, None)
CASES = {
    "nothing is known": ([], None, None, None),
    "the master alone": ([MASTER], 1000, 900, None),
    "the assortment comes before the master": ([MASTER, ("shelf", 0, None, 1100, 950, None)], 1100, 950, None),
    "a price of the store hides the chain's for members": (
        [MASTER, ("shelf", 0, None, 1100, None, None)], 1100, None, None,
    ),
    "a member price of the store leaves the chain's price": (
        [MASTER, ("shelf", 0, None, None, 850, None)], 1000, 850, None,
    ),
    "an assortment without price says nothing": ([MASTER, ("shelf", 0, None, None, None, None)], 1000, 900, None),
    "a list of the chain over the master": ([MASTER, ("chain", 5, 20, 800, None, None)], 800, None, None),
    "a list that has ended": ([MASTER, ("chain", 5, 10, 800, None, None)], 1000, 900, None),
    "a list that has not begun": ([MASTER, ("chain", 11, None, 800, None, None)], 1000, 900, None),
    "at equal start the list": ([MASTER, ("chain", 0, None, 800, None, None)], 800, None, None),
    "the master changed after the list began": (
        [("master", 0, 7, 1000, None, None), ("master", 7, None, 1200, None, None), ("chain", 5, 20, 800, None, None)],
        1200, None, None,
    ),
    "the store before a later list of the chain": (
        [("shelf", 0, None, 1100, None, None), ("chain", 5, 20, 800, None, None)], 1100, None, None,
    ),
    "a list of the store over its assortment": (
        [("shelf", 0, None, 1100, None, None), ("list", 5, 20, 700, None, None)], 700, None, None,
    ),
    "the assortment changed after the list of the store began": (
        [("shelf", 0, 8, 1100, None, None), ("shelf", 8, None, 1150, None, None), ("list", 5, 20, 700, None, None)],
        1150, None, None,
    ),
    "a product moved while a list holds": (
        [("shelf", 0, 8, 1100, None, None), ("shelf", 8, None, 1100, None, None), ("list", 5, 20, 700, None, None)],
        700, None, None,
    ),
    "of two lists the later": (
        [("list", 1, None, 700, None, None), ("list", 5, 20, 650, None, None)], 650, None, None,
    ),
    "two spots that agree": (
        [MASTER, ("shelf:", 0, None, 1100, 990, None), ("shelf:end", 3, None, 1100, 990, None)], 1100, 990, None,
    ),
    "a promotion of the chain": ([MASTER, ("chain", 5, 20, None, None, 600)], 1000, 900, 600),
    "a promotion of the chain in a store with its own price": (
        [("shelf", 0, None, 1100, None, None), ("chain", 5, 20, None, None, 600)], 1100, None, 600,
    ),
    "a promotion that saves nothing": ([MASTER, ("chain", 5, 20, None, None, 1000)], 1000, 900, None),
    "a promotion without a price": ([("chain", 5, 20, None, None, 600)], None, None, None),
    "the store's promotion before the chain's": (
        [MASTER, ("list", 2, 20, None, None, 650), ("chain", 5, 20, None, None, 600)], 1000, 900, 650,
    ),
    "a member price of a list": ([MASTER, ("chain", 5, 20, None, 700, None)], 1000, 700, None),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "price", "member_price", "promo_price"), CASES.values(), ids=CASES)
def test_which_price_holds(
    db: Database, rows: list[tuple], price: int | None, member_price: int | None, promo_price: int | None
) -> None:
    put(db, rows)
    found = price_in_force(db, "1", "S1", 10)
    assert (found.price, found.member_price, found.promo_price) == (price, member_price, promo_price)


AMOUNT = st.one_of(st.none(), st.integers(1, 9))


@st.composite
def price_rows(draw: st.DrawFn) -> list[tuple]:
    found = []
    for where in ("master", "chain", "list", "shelf:", "shelf:end"):
        starts = sorted(draw(st.sets(st.integers(0, 12), max_size=4)))
        for start, following in zip(starts, [*starts[1:], None], strict=False):
            bounded = where not in ("chain", "list") and following is not None
            end = draw(st.one_of(st.none(), st.integers(start + 1, 14)))
            end = min(end or following, following) if bounded else end
            promo = draw(AMOUNT) if where in ("chain", "list") else None
            found.append((where, start, end, draw(AMOUNT), draw(AMOUNT), promo))
    return found


def naive_price(rows: list[tuple], instant: int) -> Price:
    """Return what holds by the words of the rule, row after row."""

    def begun(row: tuple) -> int:
        where, start, _, *amounts = row
        before = [r for r in rows if r[0] == where and where.startswith("shelf") and r[2] == start]
        return begun(before[0]) if before and list(before[0][3:]) == amounts else start

    def height(row: tuple) -> tuple:
        return row[0] not in ("master", "chain"), begun(row), row[0] in ("chain", "list")

    stack = sorted((r for r in rows if r[1] <= instant and (r[2] is None or r[2] > instant)), key=height, reverse=True)
    price = next((row for row in stack if row[3] is not None), None)
    member = next((row for row in stack if row[4] is not None), None)
    promo = next((row for row in stack if row[5] is not None), None)
    if price and member and height(member) < height(price):
        member = None
    shown = promo and price and promo[5] < max(r[3] for r in stack if r[3] and height(r) == height(price))
    return Price(
        price and max(r[3] for r in stack if r[3] and height(r) == height(price)),
        member and max(r[4] for r in stack if r[4] and height(r) == height(member)),
        promo[5] if shown else None,
        promo[1] if shown else None,
    )


@given(price_rows())
@settings(max_examples=60, deadline=None)
def test_what_holds_is_what_the_words_of_the_rule_say(rows: list[tuple]) -> None:
    with TemporaryDirectory() as folder:
        db = make_shop(Path(folder) / "shop.db")
        fill(db)
        put(db, rows)
        naive = [naive_price(rows, instant) for instant in range(15)]
        assert [price_in_force(db, "1", "S1", instant) for instant in range(15)] == naive
        told = {
            instant: period.price
            for period in list_prices(db, "1", "S1")
            for instant in range(period.valid_from, min(period.valid_to or 15, 15))
        }
        assert [told.get(instant, Price()) for instant in range(15)] == naive
        db.close()


def lists(db: Database, *records: tuple, now: int = NOW, columns: tuple[str, ...] = LISTED) -> Saved:
    with writing(db):
        run = start_import(db, CatalogKind.PRICES, now)
        return save_records(db, run, columns, [Batch(range(2, len(records) + 2), records)])


def master(db: Database, price: int | None, member_price: int | None = None, *, now: int = NOW) -> int:
    with writing(db):
        run = start_import(db, CatalogKind.PRODUCTS, now)
        save_records(
            db, run, ("sku", "price", "member_price", "name"), [Batch((2,), [("1", price, member_price, "egg")])]
        )
    return run.id


def stored(db: Database) -> list[tuple]:
    return db.conn.execute(
        "SELECT store_id, source, valid_from, valid_to, price FROM prices ORDER BY valid_from"
    ).fetchall()


def test_days_of_a_price_list_are_days_of_the_store_and_of_the_chain(db: Database) -> None:
    week = (date(2026, 6, 1), date(2026, 6, 7))
    assert lists(db, ("1", "", 800, None, None, *week), ("1", "S2", 700, None, None, *week)).changes.new == 2
    assert stored(db) == [
        ("", "list", at("2026-06-01"), at("2026-06-08"), 800),
        ("S2", "list", at("2026-06-01", "Asia/Urumqi"), at("2026-06-08", "Asia/Urumqi"), 700),
    ]


def test_days_of_the_chain_are_local_days_in_each_store(db: Database) -> None:
    put(db, [MASTER])
    lists(db, ("1", "", None, None, 600, date(2026, 6, 1), date(2026, 6, 7)))
    for store_id, zone in (("S1", "Asia/Shanghai"), ("S2", "Asia/Urumqi")):
        first, after = at("2026-06-01", zone), at("2026-06-08", zone)
        periods = [(p.valid_from, p.valid_to, p.price.promo_price) for p in list_prices(db, "1", store_id)]
        assert periods == [(SINCE_EVER, first, None), (first, after, 600), (after, None, None)]
        held = [
            price_in_force(db, "1", store_id, instant).promo_price for instant in (first - 1, first, after - 1, after)
        ]
        assert held == [None, 600, 600, None]


def test_the_same_product_store_and_first_day_again_corrects_the_row(db: Database) -> None:
    lists(db, ("1", "", 800, None, 700, date(2026, 6, 1), None))
    again = lists(db, ("1", 850, date(2026, 6, 1)), columns=("sku", "price", "from"))
    assert (again.changes.new, again.changes.changed) == (0, 1)
    assert price_in_force(db, "1", CHAIN, at("2026-06-01")) == Price(850, None, 700, at("2026-06-01"))
    ended = lists(db, ("1", None, 850, None, 700, date(2026, 6, 1), date(2026, 6, 1)))
    assert ended.changes.changed == 1
    assert price_in_force(db, "1", CHAIN, at("2026-06-02")) == Price()
    assert lists(db, ("1", None, 850, None, 700, date(2026, 6, 1), date(2026, 6, 1))).changes.unchanged == 1


def test_a_row_that_says_nothing_or_ends_before_it_begins_is_left_out(db: Database) -> None:
    saved = lists(
        db,
        ("1", "", None, None, None, date(2026, 6, 1), None),
        ("1", "", 800, None, None, date(2026, 6, 2), date(2026, 6, 1)),
        ("2", "", 800, None, None, date(2026, 6, 2), date(2026, 6, 2)),
    )
    assert [(finding.line, finding.column) for finding in saved.findings] == [(2, "price"), (3, "to")]
    assert saved.changes.new == 1


def test_a_new_product_has_its_price_since_ever_and_a_changed_one_from_today(db: Database) -> None:
    master(db, 1000)
    master(db, 1000, now=NOW + DAY)
    master(db, 1100, now=NOW + 2 * DAY)
    assert stored(db) == [
        ("", "master", SINCE_EVER, at("2026-05-31"), 1000),
        ("", "master", at("2026-05-31"), None, 1100),
    ]


def test_a_second_change_on_one_day_takes_the_place_of_the_first(db: Database) -> None:
    master(db, 1000)
    master(db, 1100, now=NOW + DAY)
    master(db, 1200, now=NOW + DAY + 1)
    assert [row[4] for row in stored(db)] == [1000, 1200]
    master(db, None, now=NOW + DAY + 2)
    assert stored(db) == [("", "master", SINCE_EVER, at("2026-05-30"), 1000)]
    master(db, 1300, now=NOW + DAY + 3)
    assert stored(db)[1] == ("", "master", at("2026-05-30"), None, 1300)


def test_a_price_that_is_cleared_ends_today(db: Database) -> None:
    master(db, 1000)
    master(db, None, now=NOW + DAY)
    assert stored(db) == [("", "master", SINCE_EVER, at("2026-05-30"), 1000)]
    assert price_in_force(db, "1", "S1", NOW + DAY) == Price()
    master(db, 900, now=NOW + 3 * DAY)
    assert [period.price.price for period in list_prices(db, "1", "S1")] == [1000, 900]


def test_undoing_an_import_brings_back_the_prices_before(db: Database) -> None:
    master(db, 1000)
    before = stored(db)
    undone = master(db, 1100, now=NOW + DAY)
    revert_import(db, undone, now=NOW + 2 * DAY)
    assert stored(db) == before


def test_a_timeline_tells_what_holds_from_when_to_when(db: Database) -> None:
    master(db, 1000)
    lists(db, ("1", "", None, None, 800, date(2026, 6, 1), date(2026, 6, 7)))
    promo = (at("2026-06-01"), at("2026-06-08"))
    assert list_prices(db, "1", "S1") == [
        PricePeriod(SINCE_EVER, promo[0], Price(1000)),
        PricePeriod(*promo, Price(1000, None, 800, promo[0])),
        PricePeriod(promo[1], None, Price(1000)),
    ]


LOWEST = {
    "the price of always": (["2026-01-01 1000"], "2026-06-10", 7, 1000),
    "a price that ended on the eighth day before": (
        ["2026-05-01 700 2026-06-02", "2026-01-01 1000"], "2026-06-10", 7, 1000,
    ),
    "a price that ended on the seventh day before": (
        ["2026-05-01 700 2026-06-03", "2026-01-01 1000"], "2026-06-10", 7, 700,
    ),
    "today does not count": (["2026-01-01 1000", "2026-06-10 500"], "2026-06-10", 30, 1000),
    "a promotion of before counts": (
        ["2026-01-01 1000", "2026-05-20 -800 2026-05-22"], "2026-06-10", 30, 800,
    ),
    "while a promotion holds the days before it count": (
        ["2026-01-01 1000", "2026-05-20 900 2026-05-22", "2026-06-01 -800 2026-06-20"], "2026-06-10", 30, 900,
    ),
    "and not those before its time": (
        ["2026-01-01 1000", "2026-05-20 900 2026-05-22", "2026-06-01 -800 2026-06-20"], "2026-06-10", 7, 1000,
    ),
    "no price in those days": (["2026-06-10 500"], "2026-06-10", 30, None),
}  # fmt: skip
"""Lists of ``from amount to`` (a promotion has a minus), a day, of how many days, and the lowest price."""


@pytest.mark.parametrize(("texts", "day", "days", "lowest"), LOWEST.values(), ids=LOWEST)
def test_the_lowest_price_of_the_days_before(
    db: Database, texts: list[str], day: str, days: int, lowest: int | None
) -> None:
    for text in texts:
        start, amount, *end = text.split()
        price, promo = (int(amount), None) if int(amount) > 0 else (None, -int(amount))
        to = date.fromisoformat(end[0]) if end else None
        lists(db, ("1", "", price, None, promo, date.fromisoformat(start), to))
    assert lowest_price(db, "1", "S1", at(day) + DAY // 2, days) == lowest


def test_many_products_are_asked_for_at_once(db: Database) -> None:
    lists(db, ("1", "", 800, None, None, date(2026, 5, 1), None), ("2", "S1", 300, None, None, date(2026, 5, 1), None))
    asked = [("1", "S1"), ("2", "S1"), ("2", CHAIN), ("1", "S1")]
    assert prices_in_force(db, asked, NOW) == {
        ("1", "S1"): Price(800), ("2", "S1"): Price(300), ("2", CHAIN): Price(),
    }  # fmt: skip
    assert lowest_prices(db, asked, NOW, [7]) == {("1", "S1", 7): 800, ("2", "S1", 7): 300}


def test_the_view_reads_like_a_price_list(db: Database) -> None:
    lists(db, ("1", "", 800, None, None, date(2026, 6, 1), date(2026, 6, 7)))
    (row,) = db.query("SELECT name, store, price, from_utc, until_utc FROM v_prices")
    assert row == {
        "name": "egg", "store": "*", "price": 800, "from_utc": "2026-05-31 16:00", "until_utc": "2026-06-07 16:00",
    }  # fmt: skip

"""The catalogue over time: where people and places were, and what a store carried at which price from when."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.catalog.exports import export_records
from o2o.catalog.imports import Batch, Changes, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import save_records
from o2o.db import Database
from o2o.subjects import Carrier, Kind
from o2o.times import DAY, SINCE_EVER
from o2o.touchpoints import MintRequest, list_touchpoints, mint_touchpoints
from tests.conftest import make_shop


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


NOW = at("2026-05-29 12:00")
LOOP = {
    "stores": ("store_id", "name", "city", "timezone"),
    "products": ("sku", "name", "gtin", "spec", "unit", "origin", "category", "price", "member_price"),
    "people": ("person_id", "store_id", "name", "role"),
    "places": ("place_id", "store_id", "name", "carrier", "zone"),
    "campaigns": ("campaign_id", "name", "start", "end", "cost"),
    "assortment": ("store_id", "sku", "price", "member_price", "aisle", "bay", "shelf", "valid_from"),
}
"""The columns that a table of each kind has at least, as the tests write them."""


@pytest.fixture(autouse=True)
def chain(db: Database) -> None:
    """Two stores, the second in another time zone, and two products of which the first has chain prices."""
    save(db, "stores", ("S1", "one", "", ""), ("S2", "two", "", "Asia/Urumqi"))
    save(
        db,
        "products",
        ("1", "egg", "", "", "", "", "", 500, 450),
        ("2", "milk", "", "", "", "", "", None, None),
    )


def save(db: Database, kind: str, *records: tuple, now: int = NOW, columns: tuple[str, ...] | None = None) -> Changes:
    run = start_import(db, CatalogKind(kind), now)
    return save_records(db, run, columns or LOOP[kind], [Batch(range(2, len(records) + 2), records)]).changes


def shelf(db: Database, *records: tuple, now: int = NOW) -> Changes:
    """Save rows of (store, sku, price, date)."""
    return save(db, "assortment", *records, now=now, columns=("store_id", "sku", "price", "valid_from"))


def periods(db: Database, store_id: str = "S1", sku: str = "1") -> list[tuple]:
    sql = "SELECT price, valid_from, valid_to FROM assortment WHERE store_id = ? AND sku = ? ORDER BY valid_from"
    return db.conn.execute(sql, [store_id, sku]).fetchall()


def assignments(db: Database) -> list[tuple]:
    sql = "SELECT store_id, role, valid_from, valid_to FROM assignments ORDER BY valid_from"
    return db.conn.execute(sql).fetchall()


def test_a_person_is_in_a_store_since_ever_and_in_the_next_store_or_role_from_the_import_on(db: Database) -> None:
    save(db, "people", ("P1", "S1", "Li", ""))
    save(db, "people", ("P1", "S1", "Li", "cashier"), now=NOW + 1)
    save(db, "people", ("P1", "S2", "Li", "cashier"), now=NOW + DAY)
    save(db, "people", ("P1", None, "Li", "cashier"), now=NOW + 2 * DAY)
    assert assignments(db) == [
        ("S1", "", SINCE_EVER, NOW + 1),
        ("S1", "cashier", NOW + 1, NOW + DAY),
        ("S2", "cashier", NOW + DAY, NOW + 2 * DAY),
        (None, "cashier", NOW + 2 * DAY, None),
    ]
    assert db.conn.execute("SELECT store_id, role FROM people").fetchone() == (None, "cashier")


def test_a_second_move_at_one_instant_or_on_a_clock_put_back_corrects_the_first(db: Database) -> None:
    save(db, "people", ("P1", "S1", "Li", ""))
    save(db, "people", ("P1", "S2", "Li", ""), now=NOW)
    save(db, "people", ("P1", None, "Li", ""), now=NOW)
    save(db, "people", ("P1", "S2", "Li", ""), now=NOW - DAY)
    assert assignments(db) == [("S1", "", SINCE_EVER, NOW), ("S2", "", NOW, None)]


def test_moving_a_place_in_the_catalogue_leaves_its_touchpoints_where_they_are(db: Database) -> None:
    save(db, "places", ("D1", "S1", "door", Carrier.DOOR_SIGN.value, ""))
    minted = mint_touchpoints(db, MintRequest(Kind.PLACE), NOW)
    save(db, "places", ("D1", "S2", "door", Carrier.DOOR_SIGN.value, ""), now=NOW + DAY)
    assert list_touchpoints(db) == minted
    assert [t.store_id for t in mint_touchpoints(db, MintRequest(Kind.PLACE), NOW + DAY)] == ["S2"]


def test_a_first_row_without_a_date_holds_since_ever_and_again_changes_nothing(db: Database) -> None:
    assert shelf(db, ("S1", "1", 480, None)) == Changes(1, 0, 0)
    assert shelf(db, ("S1", "1", 480, None), now=NOW + DAY) == Changes(0, 0, 1)
    assert periods(db) == [(480, SINCE_EVER, None)]


def test_a_change_without_a_date_holds_from_the_start_of_the_stores_day(db: Database) -> None:
    for store_id, zone in (("S1", "Asia/Shanghai"), ("S2", "Asia/Urumqi")):
        shelf(db, (store_id, "1", 480, None))
        assert shelf(db, (store_id, "1", 470, None)) == Changes(0, 1, 0)
        today = at("2026-05-29", zone)
        assert periods(db, store_id) == [(480, SINCE_EVER, today), (470, today, None)]


def test_a_second_change_on_one_day_replaces_the_first(db: Database) -> None:
    for price in (480, 470, 460):
        shelf(db, ("S1", "1", price, None))
    assert [price for price, _, _ in periods(db)] == [480, 460]


def test_a_dated_row_closes_the_one_before_and_is_closed_by_the_one_after(db: Database) -> None:
    may, june, july = (at(f"2026-{month}-01") for month in ("05", "06", "07"))
    shelf(db, ("S1", "1", 1, date(2026, 5, 1)))
    shelf(db, ("S1", "1", 3, date(2026, 7, 1)))
    shelf(db, ("S1", "1", 2, date(2026, 6, 1)))
    assert periods(db) == [(1, may, june), (2, june, july), (3, july, None)]
    assert shelf(db, ("S1", "1", 4, date(2026, 6, 1))) == Changes(0, 1, 0)
    assert [price for price, _, _ in periods(db)] == [1, 4, 3]


def test_a_change_of_today_is_closed_by_a_price_that_is_planned(db: Database) -> None:
    shelf(db, ("S1", "1", 1, None))
    shelf(db, ("S1", "1", 3, date(2026, 7, 1)))
    shelf(db, ("S1", "1", 2, None))
    assert [price for price, _, _ in periods(db)] == [1, 2, 3]
    assert shelf(db, ("S1", "1", 2, None), now=NOW + DAY) == Changes(0, 0, 1)


def test_a_file_with_the_whole_history_changes_nothing_when_it_comes_again(db: Database) -> None:
    rows = (("S1", "1", 3, date(2026, 5, 1)), ("S1", "1", 1, None), ("S1", "1", 2, date(2026, 3, 1)))
    assert shelf(db, *rows) == Changes(3, 0, 0)
    assert shelf(db, *rows, now=NOW + DAY) == Changes(0, 0, 3)
    assert [price for price, _, _ in periods(db)] == [1, 2, 3]


def test_a_price_of_now_beside_a_planned_one_leaves_the_past_as_it_was(db: Database) -> None:
    planned = ("S1", "1", 8, date(2026, 7, 1))
    shelf(db, ("S1", "1", 10, None), planned)
    shelf(db, ("S1", "1", 9, None), planned)
    assert periods(db) == [
        (10, SINCE_EVER, at("2026-05-29")),
        (9, at("2026-05-29"), at("2026-07-01")),
        (8, at("2026-07-01"), None),
    ]
    assert shelf(db, ("S1", "1", 9, None), planned, now=NOW + DAY) == Changes(0, 0, 2)


def test_what_a_row_does_not_give_stays_as_it_was(db: Database) -> None:
    columns = ("store_id", "sku", "price", "aisle", "shelf")
    save(db, "assortment", ("S1", "1", 480, "A", "3"), columns=columns)
    shelf(db, ("S1", "1", 470, date(2026, 6, 1)))
    kept = db.conn.execute("SELECT price, aisle, shelf FROM assortment ORDER BY valid_from").fetchall()
    assert kept == [(480, "A", "3"), (470, "A", "3")]


def test_a_campaign_is_exported_in_the_chains_days_whatever_a_store_is_called(db: Database) -> None:
    save(db, "campaigns", ("S2", "spring", at("2026-03-01"), at("2026-03-03"), 100_000))
    assert export_records(db, CatalogKind.CAMPAIGNS) == [("S2", "spring", "2026-03-01", "2026-03-02", "1000.00")]


days = st.none() | st.dates(date(2026, 5, 20), date(2026, 6, 10))
imports = st.lists(st.lists(st.tuples(st.integers(1, 3), days), min_size=1, max_size=3, unique_by=lambda row: row[1]))


@settings(max_examples=30, deadline=None)
@given(imports)
def test_periods_never_overlap_or_leave_a_gap_and_the_last_import_again_changes_nothing(files: list[list]) -> None:
    with TemporaryDirectory() as folder:
        db = make_shop(Path(folder) / "shop.db")
        save(db, "stores", ("S1", "one", "", ""))
        save(db, "products", ("1", "egg", "", "", "", "", "", None, None))
        for number, file in enumerate(files):
            given_rows = [("S1", "1", price, day) for price, day in file]
            shelf(db, *given_rows, now=NOW + number * DAY)
            kept = periods(db)
            assert shelf(db, *given_rows, now=NOW + number * DAY) == Changes(0, 0, len(file))
            assert periods(db) == kept
            assert [end for _, _, end in kept] == [*(start for _, start, _ in kept[1:]), None]
        db.close()

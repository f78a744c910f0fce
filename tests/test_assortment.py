"""What stores carry: spots of a product, when they begin and end, and what rows of a file make of them."""

import random
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.catalog.imports import Batch, Changes, Saved, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import gather_batches, save_records
from o2o.catalog.retirement import RetirementRefusedError, Whole
from o2o.db import Database
from o2o.times import DAY, SINCE_EVER
from tests.conftest import make_shop

NOW = int(datetime(2026, 5, 29, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
TODAY = NOW - 12 * 3_600_000
COLUMNS = ("store_id", "sku", "price", "aisle")


def fill(db: Database) -> Database:
    db.table("stores").insert_all([{"store_id": "S1", "name": "one"}, {"store_id": "S2", "name": "two"}])
    db.table("products").insert_all([{"sku": str(sku), "name": "x"} for sku in range(1, 6)])
    return db


@pytest.fixture(autouse=True)
def shop(db: Database) -> Database:
    return fill(db)


def carry(
    db: Database, *rows: tuple, columns: Sequence[str] = COLUMNS, now: int = NOW, whole: Whole | None = None
) -> Saved:
    run = start_import(db, CatalogKind.ASSORTMENT, now)
    return save_records(db, run, columns, [Batch(range(2, len(rows) + 2), rows)], whole)


def spots(db: Database, what: str = "label, price, aisle", where: str = "1") -> list[tuple]:
    return db.conn.execute(f"SELECT {what} FROM assortment WHERE {where} ORDER BY 1, valid_from").fetchall()


def troubles(saved: Saved) -> list[tuple[int, object]]:
    return [(finding.line, finding.facts["line"]) for finding in saved.findings]


def test_rows_of_one_product_at_two_places_are_two_spots_whatever_their_order(db: Database) -> None:
    carry(db, ("S1", "1", 5, "B"), ("S1", "1", 5, "A"))
    assert spots(db) == [("", 5, "A"), ("2", 5, "B")]
    assert carry(db, ("S1", "1", 5, "A"), ("S1", "1", 5, "B"), now=NOW + DAY).changes == Changes(0, 0, 2)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([("1", 5, "C")], [("", 5, "C"), ("2", 5, "B")], id="one row elsewhere: the first spot moves"),
        pytest.param([("1", 5, "B")], [("", 5, "A"), ("2", 5, "B")], id="one row where the second lies: unchanged"),
        pytest.param(
            [("1", 5, "C"), ("1", 5, "A")], [("", 5, "A"), ("2", 5, "C")], id="a place is kept, the other spot moves"
        ),
        pytest.param(
            [("1", 5, "A"), ("1", 5, "B"), ("1", 5, "C")],
            [("", 5, "A"), ("2", 5, "B"), ("3", 5, "C")],
            id="a third place is a third spot",
        ),
        pytest.param([("1", 7, "B")], [("", 7, "A"), ("2", 7, "B")], id="all spots have the price of the one named"),
    ],
)
def test_a_row_without_a_label_is_of_the_spot_that_lies_there(db: Database, rows: list, expected: list) -> None:
    yesterday = NOW - DAY
    carry(db, ("S1", "1", 5, "A"), ("S1", "1", 5, "B"), now=yesterday)
    carry(db, *(("S1", *row) for row in rows))
    assert spots(db, where="valid_to IS NULL") == expected


def test_a_label_names_a_spot(db: Database) -> None:
    columns = (*COLUMNS, "label")
    carry(db, ("S1", "1", 5, "A", ""), ("S1", "1", 5, "E1", "endcap"), columns=columns)
    assert carry(db, ("S1", "1", 5, "E2", "endcap"), columns=columns, now=NOW + DAY).changes == Changes(0, 1, 0)
    assert spots(db, where="valid_to IS NULL") == [("", 5, "A"), ("endcap", 5, "E2")]
    assert carry(db, ("S1", "1", 5, "E2"), now=NOW + DAY).changes == Changes(0, 0, 1)


def test_a_row_that_names_no_place_is_of_the_product_in_all_its_spots(db: Database) -> None:
    carry(db, ("S1", "1", 5, "A"), ("S1", "1", 5, "B"), now=NOW - DAY)
    carry(db, ("S1", "1", 6), columns=("store_id", "sku", "price"))
    assert spots(db, where="valid_to IS NULL") == [("", 6, "A"), ("2", 6, "B")]


def test_a_further_spot_begins_today_with_the_price_of_the_others(db: Database) -> None:
    carry(db, ("S1", "1", 5, "A"), now=NOW - DAY)
    carry(db, ("S1", "1", "A"), ("S1", "1", "B"), columns=("store_id", "sku", "aisle"))
    assert spots(db, "label, price, valid_from") == [("", 5, SINCE_EVER), ("2", 5, TODAY)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([(5, "A"), (5, "A")], [], id="alike"),
        pytest.param([(5, "A"), (6, "A")], [(3, 2)], id="one place, two prices"),
        pytest.param([(5, "A"), (6, "B")], [(3, 2)], id="two places, two prices"),
        pytest.param([(5, "A"), (5, "B"), (6, "B"), (6, "C")], [(4, 3), (5, 2)], id="both"),
    ],
)
def test_rows_that_differ_are_told_with_both_lines(db: Database, rows: list, expected: list) -> None:
    assert troubles(carry(db, *(("S1", "1", *row) for row in rows))) == expected
    assert {price for (price,) in spots(db, "price")} == {5}


def test_rows_of_one_label_and_day_that_differ_are_told(db: Database) -> None:
    columns = (*COLUMNS, "label")
    (finding,) = carry(db, ("S1", "1", 5, "A", "x"), ("S1", "1", 5, "B", "x"), columns=columns).findings
    assert (finding.line, finding.value, finding.facts) == (3, "1", {"line": 2, "columns": "aisle"})


BEFORE, SOON = date(2026, 5, 10), date(2026, 6, 10)


def ends(db: Database, *rows: tuple, now: int = NOW) -> Changes:
    """Save rows of (price, from, to) of one spot."""
    columns = ("store_id", "sku", "price", "valid_from", "to")
    return carry(db, *(("S1", "1", *row) for row in rows), columns=columns, now=now).changes


def days(db: Database) -> list[tuple]:
    """Return price, first and last day of each period."""
    zone = ZoneInfo("Asia/Shanghai")

    def day(at: int | None) -> date | None:
        return None if not at else datetime.fromtimestamp(at / 1000, zone).date()

    found = spots(db, "price, valid_from, valid_to - 1")
    return sorted(((price, day(start), day(end)) for price, start, end in found), key=lambda row: row[1] or date.min)


def test_a_spot_ends_with_the_last_day_that_a_row_says_and_may_come_back(db: Database) -> None:
    ends(db, (5, None, SOON))
    assert days(db) == [(5, None, SOON)]
    assert ends(db, (5, None, SOON), now=NOW + DAY) == Changes(0, 0, 1)
    assert ends(db, (6, date(2026, 8, 1), None)) == Changes(0, 1, 0)
    assert days(db) == [(5, None, SOON), (6, date(2026, 8, 1), None)]


def test_an_empty_last_day_clears_it(db: Database) -> None:
    ends(db, (5, None, SOON))
    assert ends(db, (5, None, None)) == Changes(0, 1, 0)
    assert days(db) == [(5, None, None)]


def test_a_last_day_that_is_over_ends_the_spot_without_another_word(db: Database) -> None:
    ends(db, (5, None, None), now=NOW - 60 * DAY)
    assert ends(db, (6, None, BEFORE)) == Changes(0, 1, 0)
    assert days(db) == [(5, None, BEFORE)]
    assert ends(db, (6, None, BEFORE)) == Changes(0, 0, 1)


def test_a_row_that_does_not_say_when_it_ends_keeps_the_end(db: Database) -> None:
    ends(db, (5, None, SOON), now=NOW - DAY)
    carry(db, ("S1", "1", 6, "A"))
    assert days(db) == [(5, None, date(2026, 5, 28)), (6, date(2026, 5, 29), SOON)]


def test_spots_that_a_complete_file_lacks_end_with_yesterday(db: Database) -> None:
    carry(db, ("S1", "1", 5, "A"), ("S1", "1", 5, "B"), ("S2", "1", 5, "A"), now=NOW - DAY)
    carry(db, ("S1", "2", 5, "A"), ("S1", "3", 5, "A"))
    saved = carry(db, ("S1", "1", 5, "B"), ("S1", "2", 5, "A"), whole=Whole(frozenset([("S1", "3")]), confirmed=True))
    assert saved.changes == Changes(0, 0, 2, 1)
    gone = [("1", "", TODAY)]
    assert spots(db, "sku, label, valid_to", "valid_to IS NOT NULL") == gone
    saved = carry(db, ("S1", "1", 5, "B"), ("S1", "2", 5, "A"), whole=Whole(confirmed=True))
    assert saved.changes == Changes(0, 0, 2, 1)


def test_a_spot_that_a_complete_file_lacks_on_its_first_day_was_never_there(db: Database) -> None:
    carry(db, ("S1", "1", 5, "A"), ("S1", "2", 5, "A"), now=NOW - DAY)
    carry(db, ("S1", "2", 5, "A"), ("S1", "2", 5, "B"))
    carry(db, ("S1", "1", 5, "A"), ("S1", "2", 5, "A"), whole=Whole(confirmed=True))
    assert spots(db, "sku, label, valid_to") == [("1", "", None), ("2", "", None)]


def test_a_complete_file_that_lacks_many_is_refused(db: Database) -> None:
    carry(db, ("S1", "1", 5, "A"), ("S1", "2", 5, "A"))
    with pytest.raises(RetirementRefusedError, match="1 of 2 spots"):
        carry(db, ("S1", "1", 5, "A"), whole=Whole())


cells = st.tuples(
    st.sampled_from(["S1", "S2"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([5, 6, None]),
    st.sampled_from(["A", "B", ""]),
    st.sampled_from(["", "x"]),
    st.none() | st.dates(date(2026, 5, 20), date(2026, 6, 10)),
    st.none() | st.dates(date(2026, 5, 20), date(2026, 6, 20)),
)
ALL = (*COLUMNS, "label", "valid_from", "to")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.lists(cells, min_size=1, max_size=6), st.sets(st.sampled_from(ALL[2:]))), max_size=4),
    st.randoms(use_true_random=False),
)
def test_periods_never_overlap_and_a_file_again_in_another_order_changes_nothing(
    files: list[tuple[list[tuple], set[str]]], shuffler: random.Random
) -> None:
    with TemporaryDirectory() as folder:
        db = fill(make_shop(Path(folder) / "shop.db"))
        for number, (rows, missing) in enumerate(files):
            columns = [name for name in ALL if name not in missing]
            lined = [
                (line, tuple(cell for name, cell in zip(ALL, row, strict=True) if name not in missing))
                for line, row in enumerate(rows, start=2)
            ]
            at = NOW + number * DAY
            take(db, columns, lined, at)
            stored = spots(db, "*")
            shuffler.shuffle(lined)
            again = take(db, columns, lined, at)
            assert (again.new, again.changed) == (0, 0)
            assert spots(db, "*") == stored
            found = spots(db, "store_id || sku || label, valid_from, valid_to")
            assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(found))
        db.close()


def take(db: Database, columns: Sequence[str], lined: Sequence[tuple[int, tuple]], now: int) -> Changes:
    run = start_import(db, CatalogKind.ASSORTMENT, now)
    batch = Batch([line for line, _ in lined], [row for _, row in lined])
    return save_records(db, run, columns, [batch]).changes


def test_rows_of_many_batches_are_put_together_by_store(db: Database) -> None:
    skus = [str(sku) for sku in range(1, 6)]
    batches = (Batch([number], [("S1" if number % 2 else "S2", sku, 5, "A")]) for number, sku in enumerate(skus * 2))
    staged = gather_batches(CatalogKind.ASSORTMENT, COLUMNS, batches)
    run = start_import(db, CatalogKind.ASSORTMENT, NOW)
    assert save_records(db, run, COLUMNS, staged).changes == Changes(10, 0, 0)
    assert spots(db, "store_id, count(*)", "1 GROUP BY 1") == [("S1", 5), ("S2", 5)]

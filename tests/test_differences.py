"""What an import changes is told row by row, in the words of its reader."""

from datetime import date

import pytest

from o2o.catalog.differences import PriceMoves, list_differences
from o2o.catalog.imports import Batch, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import save_records
from o2o.catalog.retirement import Whole
from o2o.db import Database, writing
from o2o.times import DAY, day_start, parse_date, parse_zone

NOW = day_start(parse_date("2026-05-29"), parse_zone("Asia/Shanghai"))


def compare(
    db: Database, kind: str, columns: str, *records: tuple, whole: bool = False, now: int = NOW
) -> tuple[list[tuple], tuple[int, int]]:
    moves = PriceMoves()
    with writing(db):
        run = start_import(db, CatalogKind(kind), now)
        batches = [Batch(range(2, len(records) + 2), records)]
        save_records(db, run, columns.split(), batches, Whole(confirmed=True) if whole else None)
        found = list(list_differences(db, run, moves))
    said = [(one.kind, one.key, one.name, one.change, one.column, one.before, one.after) for one in found]
    return said, (moves.up, moves.down)


@pytest.fixture
def chain(db: Database) -> Database:
    """A store, two products of which one has a price, and a person."""
    compare(db, "stores", "store_id name timezone", ("S1", "one", "Asia/Urumqi"))
    compare(db, "products", "sku name price extra", ("1", "egg", 500, '{"grade": "A"}'), ("2", "milk", None, "{}"))
    compare(db, "people", "person_id store_id name", ("P1", None, "Li"))
    compare(db, "campaigns", "campaign_id name start end cost", ("C1", "spring", NOW, NOW + DAY, 100_000))
    return db


@pytest.mark.parametrize(
    ("kind", "columns", "record", "differences", "moves"),
    [
        ("products", "sku name", ("3", "tea"), [("products", "3", "tea", "new", "", "", "")], (0, 0)),
        (
            "products", "sku name price", ("1", "eggs", 600),
            [
                ("products", "1", "eggs", "changed", "name", "egg", "eggs"),
                ("products", "1", "eggs", "changed", "price", "5.00", "6.00"),
            ],
            (1, 0),
        ),
        ("products", "sku price name", ("2", 100, "milk"),
         [("products", "2", "milk", "changed", "price", "", "1.00")], (0, 0)),
        ("products", "sku name price", ("1", "egg", 499),
         [("products", "1", "egg", "changed", "price", "5.00", "4.99")], (0, 1)),
        (
            "products", "sku name extra", ("1", "egg", '{"grade": "B", "brand": "x"}'),
            [
                ("products", "1", "egg", "changed", "grade", "A", "B"),
                ("products", "1", "egg", "changed", "brand", "", "x"),
            ],
            (0, 0),
        ),
        ("people", "person_id store_id name", ("P1", "S1", "Li"),
         [("people", "P1", "Li", "changed", "store_id", "", "S1")], (0, 0)),
        ("campaigns", "campaign_id name end cost", ("C1", "spring", NOW + 2 * DAY, 50),
         [
             ("campaigns", "C1", "spring", "changed", "end", "2026-05-29", "2026-05-30"),
             ("campaigns", "C1", "spring", "changed", "cost", "1000.00", "0.50"),
         ], (0, 0)),
        ("stores", "store_id name", ("S1", "one"), [], (0, 0)),
        ("prices", "sku store_id price from to", ("2", "S1", 300, date(2026, 6, 1), date(2026, 6, 7)),
         [("prices", "2 / S1 / 2026-06-01", "milk", "new", "", "", "")], (0, 0)),
    ],
)  # fmt: skip
def test_each_difference_is_told_with_its_column_before_and_after(
    chain: Database, kind, columns, record, differences, moves
) -> None:
    assert compare(chain, kind, columns, record) == (differences, moves)


def test_a_retired_row_is_told_with_its_day_and_so_is_its_return(chain: Database) -> None:
    retired, _ = compare(chain, "products", "sku name", ("1", "egg"), whole=True)
    assert retired == [("products", "2", "milk", "retired", "retired", "", "2026-05-29")]
    back, _ = compare(chain, "products", "sku name", ("2", "milk"))
    assert back == [("products", "2", "milk", "back", "retired", "2026-05-29", "")]


def test_a_price_of_a_store_from_today_is_told_as_a_change_of_the_one_before(chain: Database) -> None:
    columns = "store_id sku price aisle"
    new, _ = compare(chain, "assortment", columns, ("S1", "1", 480, "A"))
    assert new == [("assortment", "S1 / 1", "egg", "new", "", "", "")]
    changed, moves = compare(chain, "assortment", columns, ("S1", "1", 470, "A"))
    assert changed == [("assortment", "S1 / 1 / 2026-05-28", "egg", "changed", "price", "4.80", "4.70")]
    assert moves == (0, 1)


@pytest.mark.parametrize(
    ("record", "told", "moves"),
    [
        (("1", "", 550, None), ("price", "5.00", "5.50"), (1, 0)),
        (("1", "S1", 450, None), ("price", "5.00", "4.50"), (0, 1)),
        (("1", "", None, 399), ("promo_price", "", "3.99"), (0, 1)),
    ],
)
def test_a_list_of_prices_is_told_against_the_prices_that_hold_before_it(chain: Database, record, told, moves) -> None:
    columns = "sku store_id price promo_price from"
    differences, moved = compare(chain, "prices", columns, (*record, date(2026, 6, 1)))
    assert [(one[3], *one[4:]) for one in differences] == [("changed", *told)]
    assert moved == moves


def test_a_spot_that_ends_is_told_with_its_last_day(chain: Database) -> None:
    columns = "store_id sku price"
    compare(chain, "assortment", columns, ("S1", "1", 480), ("S1", "2", 300))
    ended, _ = compare(chain, "assortment", columns, ("S1", "1", 480), whole=True)
    assert ended == [("assortment", "S1 / 2", "milk", "changed", "to", "", "2026-05-27")]


def test_a_date_of_a_person_alone_is_told_of_the_assignment(chain: Database) -> None:
    columns = "person_id store_id name from"
    compare(chain, "people", columns, ("P1", "S1", "Li", None))
    told, _ = compare(chain, "people", columns, ("P1", "S1", "Li", date(2026, 5, 1)), now=NOW + DAY)
    assert {one[0] for one in told} <= {"assignments", "people"}
    assert told

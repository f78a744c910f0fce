"""Barcodes of products: what a product may say of them, whose they are, and the rows that hold them."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.catalog.barcodes import list_barcodes
from o2o.catalog.imports import Batch, Saved, finish_import, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import save_records
from o2o.catalog.retirement import Whole
from o2o.catalog.undo import revert_import
from o2o.codes.barcode_forms import normalise_barcode
from o2o.codes.check_digits import check_digit
from o2o.db import Database, writing
from o2o.problems import Severity

NOW = 1_800_000_000_000
COLUMNS = ("sku", "name", "gtin", "pack_quantity")
A, B, C, D = ("6901234567892", "6901234567908", "6901234567915", "6901234567922")


def save(db: Database, *products: tuple[str, ...], whole: bool = False, now: int = NOW) -> Saved:
    """Save products (id, barcodes, pack quantities), the first of them from line 2."""
    records = [(sku, f"name of {sku}", *cells, *[""] * (2 - len(cells))) for sku, *cells in products]
    with writing(db):
        run = start_import(db, CatalogKind.PRODUCTS, now, file="products.csv", whole=whole)
        batches = [Batch(range(2, len(records) + 2), records)]
        saved = save_records(db, run, COLUMNS, batches, Whole(confirmed=True) if whole else None)
        finish_import(db, run, saved.changes, 0)
    return saved


def barcodes(db: Database) -> list[tuple[str, str, int, str]]:
    sql = "SELECT sku, barcode, pack_quantity, form FROM barcodes ORDER BY sku, position"
    return db.conn.execute(sql).fetchall()


def told(saved: Saved) -> list[tuple[int, str, str]]:
    """Return line, value and reason in English of each finding."""
    return [(found.line, found.value, found.message.reason[1].format(**found.facts)) for found in saved.findings]


@pytest.mark.parametrize(
    ("gtin", "quantities", "expected"),
    [
        ("", "", []),
        (A, "", [(A, 1)]),
        (A, "6", [(A, 6)]),
        (f"{A};{B}", "", [(A, 1), (B, 1)]),
        (f"{A};{B}", "24", [(A, 1), (B, 24)]),
        (f"{A}；{B}；{C}", "1；6；24", [(A, 1), (B, 6), (C, 24)]),
        ("614141999996;0614141999996", "1;1", [("614141999996", 1)]),
        ("ABC;无", "", [("ABC", 1), ("无", 1)]),
    ],
)
def test_each_barcode_has_a_quantity(gtin: str, quantities: str, expected: list[tuple[str, int]]) -> None:
    assert list_barcodes(gtin, quantities) == expected


def test_each_barcode_of_a_product_has_a_row_and_its_text_stays_as_it_came(db: Database) -> None:
    save(db, ("1", f" {A} ；4011、978-0-306-40615-7", "1;1;12"))
    assert barcodes(db) == [("1", A, 1, "ean13"), ("1", "4011", 1, "plu"), ("1", "978-0-306-40615-7", 12, "isbn13")]
    assert db.conn.execute("SELECT gtin FROM products").fetchone() == (f" {A} ；4011、978-0-306-40615-7",)


def test_barcodes_follow_their_product_and_an_undo(db: Database) -> None:
    save(db, ("1", f"{A};{B}"), ("2", C))
    before = barcodes(db)
    save(db, ("1", f"{B};{D}", "6"), ("2", ""))
    assert barcodes(db) == [("1", B, 1, "ean13"), ("1", D, 6, "ean13")]
    revert_import(db, 2, now=NOW)
    assert barcodes(db) == before


def test_nothing_is_written_where_nothing_changed(db: Database) -> None:
    save(db, ("1", A))
    before = db.conn.total_changes
    save(db, ("1", A))
    written = db.conn.execute("SELECT count(*) FROM barcodes WHERE import_id = 2").fetchone()
    assert written == (0,)
    assert db.conn.total_changes - before < 5


@pytest.mark.parametrize(
    ("barcode", "reason"),
    [
        ("2100123456789", "is a number of the store's own"),
        ("4011", "is a PLU"),
        ("210012300500012345", "is a scale's code of 18 digits"),
        ("6901234567893", "has a wrong check digit"),
        ("ABC", "is not a GTIN"),
    ],
)
def test_what_is_no_ean_is_taken_with_a_warning_that_strict_refuses(db: Database, barcode: str, reason: str) -> None:
    saved = save(db, ("1", barcode))
    assert told(saved) == [(2, barcode, reason)]
    assert (saved.findings[0].severity, saved.findings[0].strict) == (Severity.WARNING, True)
    assert barcodes(db)[0][1] == barcode


@pytest.mark.parametrize("barcode", ["0-306-40615-2", "0317-8471", "04252614", "614141999996", "10614141000415", ""])
def test_numbers_of_books_serials_and_upcs_are_no_trouble(db: Database, barcode: str) -> None:
    assert save(db, ("1", barcode)).findings == ()


@pytest.mark.parametrize("quantities", ["x", "0", "-1", "1.5", "1;2;3", "999999999999999999999"])
def test_quantities_that_cant_be_read_leave_their_row_out(db: Database, quantities: str) -> None:
    saved = save(db, ("1", f"{A};{B}", quantities), ("2", C))
    assert told(saved) == [(2, quantities, "is not the quantities of 2 barcode(s)")]
    assert barcodes(db) == [("2", C, 1, "ean13")]


@pytest.mark.parametrize("quantities", ["12", "1;12", "x"])
def test_the_quantity_of_a_product_without_barcodes_is_kept_and_says_nothing(db: Database, quantities: str) -> None:
    assert save(db, ("1", "", quantities)).findings == ()
    assert db.conn.execute("SELECT pack_quantity FROM products").fetchone() == (quantities,)
    assert barcodes(db) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, A),
        ("614141999996", "0614141999996"),
        ("978-0-306-40615-7", "0306406152"),
        (f"{B};{A}", f"{A};{C}"),
        ("2100123456789", "2100123456789"),
        ("4011", "4011"),
        ("HOUSE-17", "HOUSE-17"),
    ],
)
def test_a_barcode_on_two_products_leaves_the_second_out(db: Database, one: str, other: str) -> None:
    saved = save(db, ("1", one), ("2", other), ("3", D))
    [clash] = [found for found in saved.findings if found.severity is Severity.ERROR]
    assert (clash.line, clash.message.reason[1].format(**clash.facts)) == (3, "is a barcode of 1 in line 2 too")
    assert {row[0] for row in barcodes(db)} == {"1", "3"}
    again = save(db, ("2", other))
    assert "is a barcode of 1 already" in {reason for _, _, reason in told(again)}
    assert {row[0] for row in barcodes(db)} == {"1", "3"}


@pytest.mark.parametrize("nothing", ["0", "无", "-", "0000000000000"])
def test_what_stands_for_no_barcode_may_stand_often(db: Database, nothing: str) -> None:
    save(db, ("1", nothing), ("2", nothing))
    assert [row[0] for row in barcodes(db)] == ["1", "2"]


def test_a_barcode_may_move_within_one_file(db: Database) -> None:
    save(db, ("1", A), ("2", B))
    assert save(db, ("2", A), ("1", B)).findings == ()
    assert barcodes(db) == [("1", B, 1, "ean13"), ("2", A, 1, "ean13")]


def test_a_row_that_is_left_out_keeps_its_barcode_from_others(db: Database) -> None:
    save(db, ("1", A), ("2", B), ("3", C))
    saved = save(db, ("1", C), ("2", A))  # 1 can't have 3's, so it keeps its own, which 2 then can't have
    assert told(saved) == [(2, C, "is a barcode of 3 already"), (3, A, "is a barcode of 1 already")]
    assert barcodes(db) == [("1", A, 1, "ean13"), ("2", B, 1, "ean13"), ("3", C, 1, "ean13")]


def test_the_barcode_of_a_retired_product_may_be_used_again(db: Database) -> None:
    save(db, ("1", A), ("2", B))
    save(db, ("2", B), whole=True, now=NOW + 1)
    assert save(db, ("3", A), now=NOW + 2).findings == ()


def test_products_older_than_the_table_keep_their_barcodes_too(db: Database) -> None:
    db.table("products").insert({"sku": "1", "name": "old", "gtin": A, "spec": "", "unit": "", "origin": ""})
    assert told(save(db, ("2", A))) == [(2, A, "is a barcode of 1 already")]
    save(db, ("3", B))
    assert barcodes(db) == [("1", A, 1, "ean13"), ("3", B, 1, "ean13")]


cells = st.lists(st.sampled_from([A, B, C, D, "614141999996", "0614141999996", "4011", "0"]), max_size=3).map(";".join)
files = st.lists(st.dictionaries(st.sampled_from("123456"), cells, max_size=6), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(files)
def test_a_barcode_is_never_on_two_products(db: Database, files: list[dict[str, str]]) -> None:
    with writing(db):
        for file in files:
            save(db, *file.items())
        sql = "SELECT count(DISTINCT sku) FROM barcodes WHERE number <> '' GROUP BY number"
        assert all(count == 1 for (count,) in db.conn.execute(sql))
        for sku, gtin in db.conn.execute("SELECT sku, gtin FROM products").fetchall():
            kept = {number for (number,) in db.conn.execute("SELECT number FROM barcodes WHERE sku = ?", [sku])}
            assert kept == {normalise_barcode(text) for text in gtin.split(";") if text}
        db.conn.execute("DELETE FROM barcodes")
        db.conn.execute("DELETE FROM products")


def test_a_hundred_thousand_take_less_than_seconds(db: Database) -> None:
    bodies = [f"69{number:010}" for number in range(20_000)]
    products = [(body, body + check_digit(body)) for body in bodies]
    start = time.perf_counter()
    save(db, *products)
    save(db, *((sku, products[place - 1][1]) for place, (sku, _) in enumerate(products)))
    assert time.perf_counter() - start < 10  # a tenth of it where nothing else runs; quadratic, it was minutes

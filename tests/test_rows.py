"""Tables with one row for each id: what differs goes in, the rest is left alone."""

import json
import sqlite3

import pytest

from o2o.catalog.imports import Batch, Changes, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.rows import save_rows
from o2o.db import Database

NOW = 1_780_000_000_000


def take(db: Database, columns: tuple[str, ...], *records: tuple, kind: str = "products", now: int = NOW) -> Changes:
    run = start_import(db, CatalogKind(kind), now)
    return save_rows(db, run, columns, [Batch((), records)]).changes


@pytest.mark.parametrize(
    ("records", "changes"),
    [
        ([("1", "a"), ("2", "b"), ("3", "c")], Changes(0, 0, 3)),
        ([("3", "c"), ("1", "a"), ("2", "b")], Changes(0, 0, 3)),
        ([("0", "z"), ("1", "a"), ("2", "b"), ("3", "c")], Changes(1, 0, 3)),
        ([("2", "b"), ("3", "x")], Changes(0, 1, 1)),
        ([("1", "a"), ("2", "c"), ("3", "b"), ("4", "d")], Changes(1, 2, 1)),
        ([], Changes(0, 0, 0)),
    ],
)
def test_rows_are_new_changed_or_as_before_in_any_order(db: Database, records, changes: Changes) -> None:
    columns = ("sku", "name")
    take(db, columns, ("1", "a"), ("2", "b"), ("3", "c"))
    assert take(db, columns, *records) == changes
    stored = dict(db.conn.execute("SELECT sku, name FROM products").fetchall())
    assert stored == {"1": "a", "2": "b", "3": "c"} | dict(records)
    assert take(db, columns, *records) == Changes(0, 0, len(records))


def test_rows_are_compared_that_are_too_many_for_one_text(db: Database) -> None:
    products = [(str(number), f"product {number}") for number in range(100)]
    take(db, ("sku", "name"), *products)
    db.conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000)
    assert take(db, ("sku", "name"), *products) == Changes(0, 0, 100)


def test_an_import_without_changes_writes_no_row(db: Database) -> None:
    take(db, ("sku", "name"), ("1", "a"))
    take(db, ("sku", "name"), ("1", "a"))
    assert db.conn.execute("SELECT import_id FROM products").fetchall() == [(1,)]
    assert db.conn.execute("SELECT count(*) FROM catalog_changes").fetchone() == (0,)


def test_columns_that_are_not_given_stay_as_they_are(db: Database) -> None:
    take(db, ("sku", "name", "price"), ("1", "a", 500))
    assert take(db, ("sku", "name"), ("1", "b")) == Changes(0, 1, 0)
    assert db.conn.execute("SELECT name, price FROM products").fetchone() == ("b", 500)


@pytest.mark.parametrize(
    ("stored", "given", "merged", "changed"),
    [
        ({}, {"a": "1"}, {"a": "1"}, 1),
        ({"a": "1"}, {"a": "1"}, {"a": "1"}, 0),
        ({"a": "1", "b": "2"}, {"a": "1"}, {"a": "1", "b": "2"}, 0),
        ({"a": "1", "b": "2"}, {"a": "3"}, {"a": "3", "b": "2"}, 1),
        ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}, 1),
        ({"b": "2", "a": "1"}, {"a": "1", "b": "2"}, {"a": "1", "b": "2"}, 0),
        ({"a": "1"}, {"a": ""}, {"a": ""}, 1),
    ],
)
def test_columns_of_the_merchants_own_are_merged(db: Database, stored, given, merged, changed: int) -> None:
    columns = ("sku", "name", "extra")
    take(db, columns, ("1", "a", json.dumps(stored)))
    assert take(db, columns, ("1", "a", json.dumps(given))) == Changes(0, changed, 1 - changed)
    assert json.loads(db.conn.execute("SELECT extra FROM products").fetchone()[0]) == merged


@pytest.mark.parametrize(("retired_at", "left"), [(NOW - 1, None), (NOW, None), (NOW + 1, NOW + 1)])
def test_a_row_that_comes_back_lives_again_but_a_planned_end_stays(db: Database, retired_at: int, left) -> None:
    take(db, ("sku", "name"), ("1", "a"))
    db.conn.execute("UPDATE products SET retired_at = ?", [retired_at])
    assert take(db, ("sku", "name"), ("1", "a")) == Changes(0, int(left is None), int(left is not None))
    assert db.conn.execute("SELECT retired_at FROM products").fetchone() == (left,)


def test_a_table_may_have_a_key_of_two_columns(db: Database) -> None:
    take(db, ("store_id", "name"), ("S1", "one"), kind="stores")
    columns = ("store_id", "aisle", "walk_order")
    take(db, columns, ("S1", "A", 1), ("S1", "B", 2), kind="aisles")
    assert take(db, columns, ("S1", "B", 3), ("S1", "C", 4), kind="aisles") == Changes(1, 1, 0)
    assert db.conn.execute("SELECT aisle, walk_order FROM aisles").fetchall() == [("A", 1), ("B", 3), ("C", 4)]

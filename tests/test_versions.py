"""Rows that remember: what each import did to a row is told from what was kept, and put back."""

import pytest

from o2o.catalog.imports import start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.versions import (
    VERSIONED,
    Change,
    added_keys,
    find_later,
    keep_rows,
    list_changes,
    put_rows,
    remove_rows,
    restore_rows,
    shape_of,
    trace_rows,
)
from o2o.db import Database

Step = tuple[object, ...]


@pytest.fixture
def chain(db: Database) -> Database:
    """Two stores that were there before imports were logged."""
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', 'one'), ('S2', 'two')")
    return db


def put(db: Database, *rows: tuple, known: tuple = (), table: str = "aisles") -> int:
    run = start_import(db, CatalogKind.AISLES, 0)
    put_rows(db, run.id, table, ("store_id", "aisle", "walk_order"), rows, known=known)
    return run.id


def remove(db: Database, *keys: tuple) -> int:
    run = start_import(db, CatalogKind.AISLES, 0)
    remove_rows(db, run.id, "aisles", keys)
    return run.id


def steps(changes) -> list[tuple]:
    """Say changes shortly: import, key, walk order before and after."""
    return [
        (one.import_id, one.key, one.before and one.before["walk_order"], one.after and one.after["walk_order"])
        for one in changes
    ]


def test_every_versioned_table_has_a_key_and_the_import_that_wrote_it(db: Database) -> None:
    for table in VERSIONED:
        shape = shape_of(db, table)
        assert shape.key
        assert "import_id" in shape.columns


def test_an_import_tells_what_it_added_changed_and_removed(chain: Database) -> None:
    assert put(chain, ("S1", "A", 1), ("S1", 'B"', 2)) == 1
    assert put(chain, ("S1", "A", 3), ("S2", "C", 4), known=(("S1", "A"),)) == 2
    assert remove(chain, ("S1", 'B"'), ("S1", "none")) == 3
    assert sorted(steps(list_changes(chain, 2))) == [(2, ("S1", "A"), 1, 3), (2, ("S2", "C"), None, 4)]
    assert steps(list_changes(chain, 3)) == [(3, ("S1", 'B"'), 2, None)]
    assert [added_keys(chain, number, "aisles") for number in (2, 3)] == [[("S2", "C")], []]


def test_what_an_import_wrote_itself_is_kept_once_as_it_was_before_it(chain: Database) -> None:
    put(chain, ("S1", "A", 1))
    run = start_import(chain, CatalogKind.AISLES, 0)
    columns, key = ("store_id", "aisle", "walk_order"), ("S1", "A")
    for order in (2, 3):
        put_rows(chain, run.id, "aisles", columns, [(*key, order)], known=[key])
    keep_rows(chain, run.id, "aisles", [("S1", "A")])
    assert steps(list_changes(chain, run.id)) == [(run.id, ("S1", "A"), 1, 3)]
    assert restore_rows(chain, run.id, "aisles") == 1
    assert chain.conn.execute("SELECT walk_order, import_id FROM aisles").fetchall() == [(1, 1)]


def test_a_row_is_traced_over_imports_that_change_remove_and_bring_it_again(chain: Database) -> None:
    key = ("S1", "A")
    put(chain, (*key, 1))
    put(chain, (*key, 2), known=(key,))
    remove(chain, key)
    put(chain, (*key, 5))
    remove(chain, key)
    assert steps(trace_rows(chain, "aisles", key)) == [
        (1, key, None, 1), (2, key, 1, 2), (3, key, 2, None), (4, key, None, 5), (5, key, 5, None),
    ]  # fmt: skip
    assert trace_rows(chain, "aisles", ("S1", "B")) == []


def test_rows_are_traced_by_the_begin_of_their_key_and_no_further(chain: Database) -> None:
    put(chain, ("S1", "A", 1), ("S1", "B", 2), ("S2", "A", 3))
    put(chain, ("S1", "A", 4), ("S2", "A", 5), known=(("S1", "A"), ("S2", "A")))
    assert steps(trace_rows(chain, "aisles", ("S1",))) == [
        (1, ("S1", "A"), None, 1), (1, ("S1", "B"), None, 2), (2, ("S1", "A"), 1, 4),
    ]  # fmt: skip


def test_a_row_older_than_the_log_is_of_no_import(chain: Database) -> None:
    (only,) = trace_rows(chain, "stores", ("S1",))
    assert isinstance(only, Change)
    assert (only.import_id, only.before) == (None, None)


@pytest.mark.parametrize(
    ("then", "later"),
    [
        (lambda db: None, None),
        (lambda db: put(db, ("S2", "C", 9)), None),
        (lambda db: put(db, ("S1", "A", 9), known=(("S1", "A"),)), 3),
        (lambda db: remove(db, ("S1", "A")), 3),
        (lambda db: put(db, ("S1", "B", 9)), 3),
        (lambda db: (put(db, ("S1", "B", 9)), remove(db, ("S1", "B"))), 4),
    ],
)
def test_the_last_import_that_touched_the_same_rows_again_is_found(chain: Database, then, later) -> None:
    put(chain, ("S1", "B", 2))
    run = start_import(chain, CatalogKind.AISLES, 0)
    put_rows(chain, run.id, "aisles", ("store_id", "aisle", "walk_order"), [("S1", "A", 1)], known=())
    remove_rows(chain, run.id, "aisles", [("S1", "B")])
    then(chain)
    assert find_later(chain, run.id) == later


def test_a_person_and_a_place_of_one_id_are_two(chain: Database) -> None:
    run = start_import(chain, CatalogKind.PEOPLE, 0)
    columns = ("kind", "subject_id", "valid_from", "name")
    put_rows(chain, run.id, "assignments", columns, [("person", "1", 0, "Li"), ("place", "1", 0, "door")], known=())
    later = start_import(chain, CatalogKind.PLACES, 0)
    put_rows(chain, later.id, "assignments", columns, [("place", "1", 0, "gate")], known=[("place", "1", 0)])
    assert added_keys(chain, run.id, "assignments") == [("person", "1", 0)]
    assert added_keys(chain, later.id, "assignments") == []

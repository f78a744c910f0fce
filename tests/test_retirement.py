"""What a complete export no longer has is retired, and comes back with its row; too much of it is refused."""

import pytest

from o2o.catalog.imports import Batch, Changes, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import save_records
from o2o.catalog.retirement import RetirementRefusedError, Whole, check_retirable
from o2o.db import Database, writing
from o2o.times import DAY, day_start, parse_date, parse_zone

NOW = 1_780_000_000_000
COLUMNS = {
    "stores": ("store_id", "name"),
    "campaigns": ("campaign_id", "name"),
    "products": ("sku", "name"),
    "people": ("person_id", "name"),
    "places": ("place_id", "name", "carrier"),
    "aisles": ("store_id", "aisle", "walk_order"),
    "lots": ("sku", "lot"),
    "assortment": ("store_id", "sku", "price"),
}
SIMPLE = ("stores", "campaigns", "products", "people", "places")


def take(db: Database, kind: str, *records: tuple, whole: Whole | None = None, now: int = NOW) -> Changes:
    with writing(db):
        run = start_import(db, CatalogKind(kind), now, file=f"{kind}.csv", whole=whole is not None)
        batches = [Batch(range(2, len(records) + 2), records)]
        return save_records(db, run, COLUMNS[kind], batches, whole).changes


def rows_of(kind: str, count: int) -> list[tuple]:
    return [(f"{number:02}", "a name", "screen")[: len(COLUMNS[kind])] for number in range(count)]


def retired(db: Database, kind: str) -> list[str]:
    return [key for (key,) in db.conn.execute(f"SELECT {COLUMNS[kind][0]} FROM {kind} WHERE retired_at IS NOT NULL")]


@pytest.mark.parametrize("kind", SIMPLE)
def test_rows_that_a_complete_export_lacks_are_retired_and_live_again_when_they_come_back(db, kind: str) -> None:
    rows = rows_of(kind, 10)
    take(db, kind, *rows)
    assert take(db, kind, *rows[:8], whole=Whole(), now=NOW + DAY) == Changes(0, 0, 8, 2)
    assert retired(db, kind) == ["08", "09"]
    assert db.conn.execute(f"SELECT max(retired_at) FROM {kind}").fetchone() == (NOW + DAY,)
    assert take(db, kind, *rows[:8], whole=Whole(), now=NOW + 2 * DAY) == Changes(0, 0, 8, 0)
    assert take(db, kind, *rows, now=NOW + 3 * DAY) == Changes(0, 2, 8, 0)
    assert retired(db, kind) == []


@pytest.mark.parametrize("kind", SIMPLE)
def test_without_saying_that_it_is_complete_nothing_is_retired(db: Database, kind: str) -> None:
    rows = rows_of(kind, 3)
    take(db, kind, *rows)
    assert take(db, kind, rows[0]) == Changes(0, 0, 1, 0)
    assert retired(db, kind) == []


@pytest.mark.parametrize(
    ("rows", "kept", "new", "count"),
    [(10, 8, 0, 2), (10, 7, 0, None), (5, 4, 0, 1), (5, 3, 0, None), (10, 7, 20, None), (1, 0, 0, None), (0, 0, 3, 0)],
)
def test_more_than_a_fifth_of_the_known_rows_is_refused_unless_confirmed(db, rows, kept, new, count) -> None:
    known = [(f"{number:02}", "a name") for number in range(rows)]
    more = [(f"n{number}", "new") for number in range(new)]
    take(db, "products", *known)
    if count is None:
        with pytest.raises(RetirementRefusedError, match=rf"{rows - kept} of {rows} products .* then say --yes"):
            take(db, "products", *known[:kept], *more, whole=Whole())
        assert db.conn.execute("SELECT count(*) FROM products").fetchone() == (rows,)
        assert retired(db, "products") == []
        count = rows - kept
    changes = take(db, "products", *known[:kept], *more, whole=Whole(confirmed=True))
    assert (changes.new, changes.retired, len(retired(db, "products"))) == (new, count, count)


def test_a_bad_row_whose_id_can_be_read_is_not_retired(db: Database) -> None:
    take(db, "products", *rows_of("products", 3))
    take(db, "products", *rows_of("products", 2), whole=Whole(frozenset({("02",)})))
    assert retired(db, "products") == []


@pytest.mark.parametrize(
    ("kind", "rows", "given", "left"),
    [
        ("aisles", [("S1", "A", 1), ("S1", "B", 2), ("S2", "A", 1)], [("S1", "B", 2)], [("S1", "B"), ("S2", "A")]),
        ("lots", [("1", "L1"), ("1", "L2"), ("2", "L1")], [("1", "L2")], [("1", "L2"), ("2", "L1")]),
    ],
)
def test_aisles_and_lots_are_complete_for_what_they_name_and_removed(db: Database, kind, rows, given, left) -> None:
    take(db, "stores", ("S1", "one"), ("S2", "two"))
    take(db, "products", ("1", "egg"), ("2", "milk"))
    take(db, kind, *rows)
    assert take(db, kind, *given, whole=Whole(confirmed=True)) == Changes(0, 0, 1, 1)
    columns = ", ".join(COLUMNS[kind][:2])
    assert db.conn.execute(f"SELECT {columns} FROM {kind} ORDER BY 1, 2").fetchall() == left


def test_a_spot_that_an_assortment_lacks_ends_before_today_where_the_store_is_named(db: Database) -> None:
    take(db, "stores", ("S1", "one"), ("S2", "two"))
    take(db, "products", ("1", "egg"), ("2", "milk"))
    take(db, "assortment", ("S1", "1", 5), ("S1", "2", 6), ("S2", "1", 7))
    assert take(db, "assortment", ("S1", "1", 5), whole=Whole(confirmed=True)).retired == 1
    today = day_start(parse_date("2026-05-29"), parse_zone("Asia/Shanghai"))
    assert db.conn.execute("SELECT store_id, sku, valid_to FROM assortment ORDER BY 1, 2").fetchall() == [
        ("S1", "1", None), ("S1", "2", today), ("S2", "1", None),
    ]  # fmt: skip


def test_a_list_of_prices_is_never_complete() -> None:
    with pytest.raises(RetirementRefusedError, match=r"p.csv: a list of prices is never complete.* without --full"):
        check_retirable("p.csv", CatalogKind.PRICES)
    check_retirable("p.csv", CatalogKind.PRODUCTS)

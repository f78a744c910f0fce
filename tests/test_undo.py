"""An import undone: all is as before, exactly; what stands on it by now stays or forbids it."""

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.catalog.imports import Batch, finish_import, list_imports, start_import
from o2o.catalog.kinds import COLUMNS, CatalogKind
from o2o.catalog.records import save_records
from o2o.catalog.retirement import Whole
from o2o.catalog.undo import _STANDING, NothingToUndoError, UndoRefusedError, revert_import
from o2o.catalog.versions import VERSIONED
from o2o.db import Database, load_query, writing
from o2o.errors import NotFoundError
from o2o.subjects import Kind
from o2o.times import DAY
from o2o.touchpoints import MintRequest, list_touchpoints, mint_touchpoints
from tests.conftest import make_shop

NOW = 1_780_000_000_000
GIVEN = {
    CatalogKind.STORES: ("store_id", "name"),
    CatalogKind.PRODUCTS: ("sku", "name", "price", "extra"),
    CatalogKind.PEOPLE: ("person_id", "store_id", "name", "from", "to"),
    CatalogKind.PLACES: ("place_id", "store_id", "name", "carrier"),
    CatalogKind.CAMPAIGNS: ("campaign_id", "name"),
    CatalogKind.AISLES: ("store_id", "aisle", "walk_order"),
    CatalogKind.ASSORTMENT: ("store_id", "sku", "price", "valid_from"),
    CatalogKind.PRICES: ("sku", "store_id", "price", "from", "to"),
    CatalogKind.LOTS: ("sku", "lot", "origin"),
    CatalogKind.SHIFTS: ("person_id", "store_id", "start", "end"),
    CatalogKind.TRAFFIC: ("store_id", "at", "count"),
    CatalogKind.COSTS: ("kind", "key", "from", "to", "amount"),
}


def take(db: Database, kind: str, *records: tuple, now: int = NOW, whole: bool = False) -> int:
    kind = CatalogKind(kind)
    with writing(db):
        run = start_import(db, kind, now, file=f"{kind}.csv", whole=whole)
        saved = save_records(
            db, run, GIVEN[kind], [Batch(range(len(records)), records)], Whole(confirmed=True) if whole else None
        )
        return finish_import(db, run, saved.changes, 0).id


def dump(db: Database) -> dict[str, list[tuple]]:
    return {table: db.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4").fetchall() for table in VERSIONED}


@pytest.fixture
def chain(db: Database) -> Database:
    """Two stores, two products and a person, each table of an import of its own: 1, 2 and 3."""
    take(db, "stores", ("S1", "one"), ("S2", "two"))
    take(db, "products", ("1", "egg", 500, "{}"), ("2", "milk", None, "{}"))
    take(db, "people", ("P1", "S1", "Li", None, None))
    return db


CASES = {
    "a row more": ("stores", [("S3", "three")], False),
    "a change": ("products", [("1", "eggs", 450, '{"grade": "A"}')], False),
    "a move": ("people", [("P1", "S2", "Li", None, None)], False),
    "nothing new": ("stores", [("S1", "one")], False),
    "no row": ("stores", [], False),
    "one retired": ("stores", [("S1", "one")], True),
    "an assortment": ("assortment", [("S1", "1", 480, None)], False),
    "aisles": ("aisles", [("S1", "A", 1), ("S1", "B", 2)], False),
    "a price": ("prices", [("1", None, 300, date(2026, 6, 1), date(2026, 6, 7))], False),
    "a whole assortment": ("assortment", [("S1", "1", 480, None)], True),
    "a lot": ("lots", [("1", "L1", "here")], False),
}


@pytest.mark.parametrize("name", CASES)
def test_an_undone_import_leaves_everything_as_it_was(chain: Database, name: str) -> None:
    kind, records, whole = CASES[name]
    before = dump(chain)
    number = take(chain, kind, *records, now=NOW + DAY, whole=whole)
    assert revert_import(chain, now=NOW + DAY).run.id == number
    assert dump(chain) == before
    assert chain.conn.execute("SELECT count(*) FROM catalog_changes").fetchone() == (0,)
    assert [run.undone_at for run in list_imports(chain)] == [NOW + DAY, None, None, None]


def test_the_last_that_is_not_undone_is_meant_until_there_is_none(chain: Database) -> None:
    assert [revert_import(chain, now=NOW).run.id for _ in range(3)] == [3, 2, 1]
    with pytest.raises(NothingToUndoError, match="nothing to undo"):
        revert_import(chain, now=NOW)
    with pytest.raises(UndoRefusedError, match="import 3: it has been undone already"):
        revert_import(chain, 3, now=NOW)
    with pytest.raises(NotFoundError, match="no import '9'"):
        revert_import(chain, 9, now=NOW)


@pytest.mark.parametrize(
    ("number", "later", "message"),
    [
        (2, ("products", ("1", "eggs", 500, "{}")), r"import 4 \(products.csv\) changed its rows again; undo that one"),
        (1, None, r"import 3 \(people.csv\) names stores that it added; undo that one first: o2o catalog undo 3"),
        (2, ("lots", ("1", "L1", "here")), r"import 4 \(lots.csv\) names products that it added"),
        (2, ("assortment", ("S1", "1", 480, None)), r"import 4 \(assortment.csv\) names products that it added"),
        (1, ("people", ("P1", "S2", "Li", None, None)), r"import 4 \(people.csv\) names stores that it added"),
    ],
)
def test_an_import_that_others_stand_on_is_undone_after_them(chain: Database, number, later, message: str) -> None:
    if later:
        take(chain, *later)
    before = dump(chain)
    with pytest.raises(UndoRefusedError, match=message):
        revert_import(chain, number, now=NOW)
    assert dump(chain) == before


def test_an_older_import_that_nothing_stands_on_is_undone_alone(chain: Database) -> None:
    take(chain, "stores", ("S3", "three"))
    revert_import(chain, 2, now=NOW)
    assert dump(chain)["products"] == []
    assert len(dump(chain)["stores"]) == 3


def test_a_row_that_codes_or_orders_name_stays_retired(chain: Database) -> None:
    mint_touchpoints(chain, MintRequest(Kind.PERSON), NOW)
    chain.conn.execute("INSERT INTO orders (id, order_id, ordered_at, amount) VALUES (1, 'O1', 0, 0)")
    chain.conn.execute("INSERT INTO order_lines VALUES (1, 1, '2', 1, 100)")
    for number, kept in ((3, ("P1",)), (2, ("2",)), (1, ("S1",))):
        undone = revert_import(chain, number, now=NOW + DAY)
        assert undone.kept == kept
    left = {table: rows for table, rows in dump(chain).items() if rows}
    assert {table: [row[0] for row in rows] for table, rows in left.items()} == {
        "stores": ["S1"], "products": ["2"], "people": ["P1"],
    }  # fmt: skip
    assert chain.conn.execute("SELECT retired_at, import_id FROM people").fetchone() == (NOW + DAY, None)
    take(chain, "people", ("P1", "S1", "Li", None, None), now=NOW + 2 * DAY)
    assert chain.conn.execute("SELECT retired_at FROM people").fetchone() == (None,)


@pytest.mark.parametrize("alike", [False, True])
def test_a_touchpoint_that_the_import_retired_lives_again_unless_one_alike_does(chain: Database, alike: bool) -> None:
    (old,) = mint_touchpoints(chain, MintRequest(Kind.PERSON), NOW)
    number = take(chain, "people", whole=True)
    chain.conn.execute("UPDATE touchpoints SET retired_at = ?, retired_by = ?", [NOW, number])
    if alike:
        take(chain, "campaigns", ("C", "spring"))
        chain.conn.execute("UPDATE people SET retired_at = NULL")
        chain.conn.execute("UPDATE assignments SET valid_to = NULL")
        (new,) = mint_touchpoints(chain, MintRequest(Kind.PERSON), NOW)
    undone = revert_import(chain, number, now=NOW)
    assert (undone.revived, undone.retired) == (((), (old.code,)) if alike else ((old.code,), ()))
    assert [t.code for t in list_touchpoints(chain)] == [new.code if alike else old.code]


ids = st.sampled_from(["1", "2", '3"', "四"])
texts = st.sampled_from(["", "a", 'b"', "中\n文", "\\"])
amounts = st.none() | st.integers(0, 3)
extras = st.sampled_from(["{}", '{"a": "1"}', '{"b": "2"}', '{"a": "3", "b": "\\""}'])


def test_the_end_that_an_earlier_import_said_holds_again(chain: Database) -> None:
    mint_touchpoints(chain, MintRequest(Kind.PERSON), NOW)
    ends = []
    for day in (date(2026, 6, 30), date(2026, 7, 31), None):
        take(chain, "people", ("P1", "S1", "Li", None, day), now=NOW)
        ends.append(chain.conn.execute("SELECT retired_at, retired_by FROM touchpoints").fetchone())
    assert ends[0][0] < ends[1][0]
    assert ends[2] == (None, None)
    for end in (ends[1], ends[0], (None, None)):
        revert_import(chain, now=NOW)
        assert chain.conn.execute("SELECT retired_at, retired_by FROM touchpoints").fetchone() == end


days = st.none() | st.dates(date(2026, 5, 20), date(2026, 6, 10))
moments = st.integers(0, 60).map(lambda hours: datetime(2026, 5, 20) + timedelta(hours=hours))
ROWS = {
    CatalogKind.STORES: st.tuples(ids, texts),
    CatalogKind.PRODUCTS: st.tuples(ids, texts, amounts, extras),
    CatalogKind.PEOPLE: st.tuples(ids, st.none() | ids, texts, days, days),
    CatalogKind.PLACES: st.tuples(ids, st.none() | ids, texts, st.just("screen")),
    CatalogKind.CAMPAIGNS: st.tuples(ids, texts),
    CatalogKind.AISLES: st.tuples(ids, texts, st.integers(0, 3)),
    CatalogKind.ASSORTMENT: st.tuples(ids, ids, amounts, days),
    CatalogKind.PRICES: st.tuples(ids, st.none() | ids, amounts, days.filter(bool), st.none()),
    CatalogKind.LOTS: st.tuples(ids, texts, texts),
    CatalogKind.SHIFTS: st.tuples(ids, ids, moments, moments),
    CatalogKind.TRAFFIC: st.tuples(ids, moments, st.integers(0, 9)),
    CatalogKind.COSTS: st.tuples(st.just("campaign"), ids, st.just(date(2026, 5, 20)), days, st.integers(0, 9)),
}
WIDTH = {CatalogKind.AISLES: 2, CatalogKind.ASSORTMENT: 2, CatalogKind.PRICES: 2, CatalogKind.LOTS: 2}
WIDTH |= {CatalogKind.TRAFFIC: 2, CatalogKind.COSTS: 3}
NEVER_WHOLE = (CatalogKind.PRICES, CatalogKind.SHIFTS, CatalogKind.TRAFFIC, CatalogKind.COSTS)


@st.composite
def an_import(draw: st.DrawFn) -> tuple[CatalogKind, list[tuple], bool]:
    kind = draw(st.sampled_from(list(ROWS)))
    width = WIDTH.get(kind, 1)
    records = draw(st.lists(ROWS[kind], max_size=4, unique_by=lambda record: record[:width]))
    return kind, records, draw(st.booleans()) and kind not in NEVER_WHOLE


def known(db: Database, kind: CatalogKind, records: list[tuple]) -> list[tuple]:
    """Those rows that name stores and products that are there, as an importer sees to."""
    there = {
        "store_id": {row[0] for row in db.conn.execute("SELECT store_id FROM stores")} | {None},
        "sku": {row[0] for row in db.conn.execute("SELECT sku FROM products")},
        "person_id": {row[0] for row in db.conn.execute("SELECT person_id FROM people")},
    }
    own = {(CatalogKind.STORES, "store_id"), (CatalogKind.PRODUCTS, "sku"), (CatalogKind.PEOPLE, "person_id")}
    named = [
        (position, there[name])
        for position, name in enumerate(GIVEN[kind])
        if name in there and (kind, name) not in own
    ]
    if kind in (CatalogKind.SHIFTS, CatalogKind.TRAFFIC):
        there["store_id"].discard(None)
    return [record for record in records if all(record[position] in keys for position, keys in named)]


@settings(max_examples=60, deadline=None)
@given(st.lists(an_import(), min_size=1, max_size=10), st.integers(1, 10))
def test_any_imports_undone_in_reverse_leave_every_table_as_it_was_before_them(imports: list, back: int) -> None:
    with TemporaryDirectory() as folder:
        db = make_shop(Path(folder) / "shop.db")
        states = []
        for number, (kind, records, whole) in enumerate(imports):
            states.append(dump(db))
            take(db, kind, *known(db, kind, records), now=NOW + number * DAY, whole=whole)
        for state in states[: -back - 1 : -1]:
            revert_import(db, now=NOW)
            assert dump(db) == state
            assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
        db.close()


def test_everything_that_can_name_a_row_of_the_catalogue_is_looked_at(db: Database) -> None:
    tables = [name for (name,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    naming = {
        (table, row[3], row[2])
        for table in tables
        for row in db.conn.execute(f"PRAGMA foreign_key_list({table})")
        if row[2] in VERSIONED
    }
    standing = {(table, column, str(kind)) for kind, places in _STANDING.items() for table, column, _ in places}
    named = load_query("catalog/undo.named")
    others = {(table, column) for table, column, _ in naming - standing}
    assert others == {
        ("touchpoints", "store_id"), ("touchpoints", "campaign_id"), ("touchpoint_periods", "store_id"),
        ("touchpoint_periods", "campaign_id"), ("orders", "store_id"), ("redemptions", "store_id"),
        ("print_jobs", "store_id"), ("take_downs", "store_id"),
    }  # fmt: skip
    assert all(column in named for _, column in others)
    assert {"touchpoint_periods", "orders", "order_lines", "print_jobs", "take_downs"} <= set(named.split())


def test_the_columns_used_here_are_those_of_imports() -> None:
    assert all(set(columns) <= {*COLUMNS[kind], "extra"} for kind, columns in GIVEN.items())

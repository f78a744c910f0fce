"""People and places over time: each rule one table of cases, its days days of May 2026 and None since or for ever."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.catalog.assignments import end_assignments, retire_badges
from o2o.catalog.imports import Batch, Changes, Import, Saved, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.records import save_records
from o2o.db import Database, writing
from o2o.subjects import Kind
from o2o.times import DAY, HOUR, SINCE_EVER, local_day, parse_zone
from o2o.touchpoints import MintRequest, list_touchpoints, mint_touchpoints
from tests.conftest import make_shop

SHANGHAI = parse_zone("Asia/Shanghai")
MAY = 1_777_564_800_000 - DAY  # so that MAY + n * DAY is the start of the nth in Shanghai
COLUMNS = ("person_id", "store_id", "name", "from", "to")


@pytest.fixture(autouse=True)
def chain(db: Database) -> None:
    """Two stores, the second two hours behind the first."""
    add_stores(db)


def add_stores(db: Database) -> None:
    db.table("stores").insert_all(
        [
            {"store_id": "S1", "name": "one", "timezone": ""},
            {"store_id": "S2", "name": "two", "timezone": "Asia/Urumqi"},
        ]
    )


def start(db: Database, day: int, kind: CatalogKind = CatalogKind.PEOPLE) -> Import:
    """Begin an import at noon of a day."""
    return start_import(db, kind, MAY + day * DAY + 12 * HOUR)


def save(db: Database, day: int, *records: tuple, columns: tuple[str, ...] = COLUMNS) -> Saved:
    return save_records(db, start(db, day), columns, [Batch(range(2, len(records) + 2), records)])


def say(db: Database, day: int, *stays: tuple) -> Saved:
    """Import rows of (store, from, to) of one person called Li."""
    return save(db, day, *(("P1", store, "Li", on(first), on(last)) for store, first, last in stays))


def on(day: int | None) -> date | None:
    return None if day is None else date(2026, 5, day)


def periods(db: Database) -> list[tuple]:
    """Return (store, first instant, end) of one person: whole days as numbers, others as (day, hour)."""
    found = db.conn.execute("SELECT store_id, valid_from, valid_to FROM assignments ORDER BY valid_from")
    return [(store, show(begin), show(end)) for store, begin, end in found]


def show(at: int | None) -> object:
    if at is None or at == SINCE_EVER:
        return None
    day, hour = divmod((at - MAY) // HOUR, 24)
    return (day, hour) if hour else day


def test_the_first_of_may_begins_at_midnight() -> None:
    assert local_day(MAY + DAY, SHANGHAI) == date(2026, 5, 1)
    assert local_day(MAY + DAY - 1, SHANGHAI) == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # one file: a stay begins with its first local day and ends with its last
        ([(10, ("S1", 3, None))], [("S1", 3, None)]),
        ([(10, ("S2", 3, None))], [("S2", (3, 2), None)]),
        ([(10, (None, 3, 8))], [(None, 3, 9)]),
        ([(10, ("S1", None, 8))], [("S1", None, 9)]),
        ([(10, ("S1", 20, 25))], [("S1", 20, 26)]),
        # several rows of one person follow each other, whatever their order
        ([(10, ("S1", 15, None), ("S1", 3, 8), (None, 9, None))], [("S1", 3, 9), (None, 9, 15), ("S1", 15, None)]),
        ([(10, ("S1", None, None), (None, 5, None))], [("S1", None, 5), (None, 5, None)]),
        ([(10, ("S1", 3, 20), (None, 8, None))], [("S1", 3, 8), (None, 8, None)]),
        # a move that is known ahead
        ([(10, ("S1", None, None)), (11, (None, 20, None))], [("S1", None, 20), (None, 20, None)]),
        ([(10, ("S1", 3, None)), (11, (None, 20, None)), (12, (None, 22, None))],
         [("S1", 3, 20), (None, 20, None)]),
        # the day of hiring stays in its column: what changes beside it changes from the import on
        ([(10, ("S1", 3, None)), (11, (None, 3, None))], [("S1", 3, (11, 12)), (None, (11, 12), None)]),
        ([(10, ("S1", 3, None)), (11, (None, 3, None)), (12, (None, 3, None))],
         [("S1", 3, (11, 12)), (None, (11, 12), None)]),
        # another day that is known is corrected
        ([(10, ("S1", 3, None), (None, 6, None)), (11, ("S1", 6, None))], [("S1", 3, None)]),
        ([(10, ("S1", 20, None)), (11, (None, 20, None))], [(None, 20, None)]),
        # a day tells more than since ever
        ([(10, ("S1", None, None)), (11, ("S1", 3, None))], [("S1", 3, None)]),
        ([(10, ("S1", None, None)), (11, (None, 3, None))], [("S1", None, 3), (None, 3, None)]),
        # an end comes, moves, goes; it ends the stay with all that lies behind
        ([(10, ("S1", 3, None)), (11, ("S1", 3, 20))], [("S1", 3, 21)]),
        ([(10, ("S1", 3, 20)), (11, ("S1", 3, 25))], [("S1", 3, 26)]),
        ([(10, ("S1", 3, 20)), (11, ("S1", 3, 15))], [("S1", 3, 16)]),
        ([(10, ("S1", 3, 20)), (11, ("S1", 3, None))], [("S1", 3, None)]),
        ([(10, ("S1", 3, None)), (11, (None, 3, None)), (12, (None, 3, 9))], [(None, 3, 10)]),
        ([(10, ("S1", None, None)), (11, (None, None, 9))], [(None, None, 10)]),
        # who was gone comes back: from a day, or from the import on
        ([(10, ("S1", 3, 8)), (15, ("S1", 14, None))], [("S1", 3, 9), ("S1", 14, None)]),
        ([(10, ("S1", 3, 8)), (15, ("S1", None, None))], [("S1", 3, 9), ("S1", (15, 12), None)]),
        ([(10, ("S1", 3, 8), ("S1", 14, 20)), (15, (None, 14, None))],
         [("S1", 3, 9), ("S1", 14, (15, 12)), (None, (15, 12), None)]),
        # a season that has its days already stays when this one changes
        ([(10, ("S1", 3, 18), ("S1", 25, 28)), (11, ("S1", 3, 15))], [("S1", 3, 16), ("S1", 25, 29)]),
    ],
)  # fmt: skip
def test_stays_follow_from_what_files_say(db: Database, files: list[tuple], expected: list[tuple]) -> None:
    for day, *stays in files:
        say(db, day, *stays)
    assert periods(db) == expected
    day, *stays = files[-1]
    assert say(db, day, *stays).changes == Changes(0, 0, len(stays))
    assert periods(db) == expected


@pytest.mark.parametrize(
    ("stays", "row"),
    [
        ((("S1", 3, 8), (None, 9, None)), (None, None)),
        ((("S1", 3, None), (None, 20, None)), ("S1", None)),
        ((("S1", 3, 8),), ("S1", 9)),
        ((("S1", 3, 20),), ("S1", 21)),
        ((("S1", 20, None),), ("S1", None)),
    ],
)
def test_the_row_of_a_person_says_how_it_is_now_and_when_it_ends(db: Database, stays: tuple, row: tuple) -> None:
    say(db, 10, *stays)
    store, retired_at = db.conn.execute("SELECT store_id, retired_at FROM people").fetchone()
    assert (store, show(retired_at)) == row


def test_what_a_file_does_not_say_stays_as_it_was(db: Database) -> None:
    save(
        db,
        10,
        ("P1", "S1", "Li", "cashier", date(2026, 5, 20)),
        columns=("person_id", "store_id", "name", "role", "to"),
    )
    save(db, 11, ("P1", "Li Lei"), columns=("person_id", "name"))
    found = db.conn.execute("SELECT store_id, name, role, valid_from, valid_to FROM assignments").fetchall()
    assert [(*row[:3], show(row[3]), show(row[4])) for row in found] == [
        ("S1", "Li", "cashier", None, (11, 12)),
        ("S1", "Li Lei", "cashier", (11, 12), 21),
    ]
    assert show(db.conn.execute("SELECT retired_at FROM people").fetchone()[0]) == 21


def test_a_place_keeps_its_names_and_its_own_columns(db: Database) -> None:
    columns = ("place_id", "store_id", "name", "carrier", "zone", "walk_order", "from")
    for day, name in ((10, "door"), (11, "gate")):
        record = ("D1", "S1", name, "door_sign", "in", 3, date(2026, 5, 1))
        save_records(db, start(db, day, CatalogKind.PLACES), columns, [Batch((2,), [record])])
    found = db.conn.execute("SELECT kind, name, role, zone, valid_from FROM assignments ORDER BY valid_from").fetchall()
    assert [(*row[:4], show(row[4])) for row in found] == [
        ("place", "door", "", "in", 1),
        ("place", "gate", "", "in", (11, 12)),
    ]
    assert db.conn.execute("SELECT name, carrier, walk_order FROM places").fetchall() == [("gate", "door_sign", 3)]


def test_an_end_before_its_begin_is_a_finding_and_the_row_left_out(db: Database) -> None:
    saved = save(db, 10, ("P1", "S1", "Li", on(5), on(4)), ("P2", "S1", "Wu", on(5), on(5)))
    (finding,) = saved.findings
    assert (finding.line, finding.column, finding.value) == (2, "to", "2026-05-04")
    assert saved.changes == Changes(1, 0, 0)
    assert db.conn.execute("SELECT person_id FROM people").fetchall() == [("P2",)]


def badges(db: Database) -> list[object]:
    return [show(mark.retired_at) for mark in list_touchpoints(db, live_only=False)]


def mint(db: Database, day: int) -> int:
    return len(mint_touchpoints(db, MintRequest(Kind.PERSON), MAY + day * DAY + 13 * HOUR))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([("S1", 3, 8)], [9]),
        ([("S1", 3, 20)], [21]),
        ([("S1", 3, 20), ("S1", 3, 25)], [26]),
        ([("S1", 3, 20), ("S1", 3, None)], [None]),
        ([("S1", 3, 8), ("S1", 3, 9)], [9]),
        ([("S2", 3, None)], [None]),
        ([("S1", 3, 8), ("S1", 14, None)], [9]),
    ],
)
def test_the_codes_of_a_person_end_when_he_leaves(db: Database, files: list[tuple], expected: list) -> None:
    say(db, 10, ("S1", 3, None))
    mint(db, 10)
    for stay in files:
        say(db, 11, stay)
    assert badges(db) == expected


def test_a_code_that_is_minted_for_one_who_will_leave_ends_then_and_goes_on_if_he_stays(db: Database) -> None:
    say(db, 10, ("S1", 3, 20))
    (minted,) = mint_touchpoints(db, MintRequest(Kind.PERSON), MAY + 10 * DAY)
    assert [minted] == list_touchpoints(db, live_only=False)
    assert badges(db) == [21]
    say(db, 11, ("S1", 3, None))
    assert badges(db) == [None]


def test_a_person_who_comes_back_gets_a_new_code(db: Database) -> None:
    save(db, 9, ("P2", "S1", "Wu", None, None))
    assert mint(db, 10) == 1
    say(db, 10, ("S1", 3, None))
    assert mint(db, 10) == 1
    say(db, 11, ("S1", 3, 20))
    assert [mint(db, day) for day in (11, 20, 21)] == [0, 0, 0]
    say(db, 25, ("S1", 25, None))
    assert [mint(db, day) for day in (25, 26)] == [1, 0]
    assert badges(db) == [None, 21, None]


def test_a_place_out_of_season_keeps_its_codes(db: Database) -> None:
    columns = ("place_id", "store_id", "name", "carrier", "from", "to")
    record = ("D1", "S1", "ice", "table", on(3), on(12))
    save_records(db, start(db, 10, CatalogKind.PLACES), columns, [Batch((2,), [record])])
    mint_touchpoints(db, MintRequest(Kind.PLACE), MAY + 10 * DAY)
    record = ("D1", "S1", "ice", "table", on(3), on(8))
    save_records(db, start(db, 11, CatalogKind.PLACES), columns, [Batch((2,), [record])])
    assert badges(db) == [None]


def test_who_is_retired_is_nowhere_since_and_has_no_live_code(db: Database) -> None:
    say(db, 10, ("S1", 3, None), (None, 20, None))
    mint(db, 10)
    run = start(db, 12)
    with writing(db):
        db.conn.execute("UPDATE people SET retired_at = ?, import_id = ?", [run.imported_at, run.id])
        end_assignments(Kind.PERSON, db, run, ["P1", "P9"])
    assert periods(db) == [("S1", 3, (12, 12))]
    assert badges(db) == [(12, 12)]
    assert db.conn.execute("SELECT retired_by FROM touchpoints").fetchone() == (run.id,)


def test_codes_that_an_undo_brought_back_end_with_what_was_known_before(db: Database) -> None:
    say(db, 10, ("S1", 3, 20))
    mint(db, 10)
    retire_badges(db, ["P1"], MAY + 10 * DAY)
    assert badges(db) == [21]
    db.conn.execute("UPDATE people SET retired_at = NULL")
    retire_badges(db, ["P1"], MAY + 10 * DAY)
    assert badges(db) == [None]


stays = st.tuples(st.sampled_from(("S1", "S2", None)), st.none() | st.integers(1, 28), st.none() | st.integers(1, 28))
imports = st.lists(st.lists(stays, min_size=1, max_size=3, unique_by=lambda stay: stay[1]), max_size=4)


@settings(max_examples=60, deadline=None)
@given(imports)
def test_stays_never_overlap_and_the_last_import_again_changes_nothing(files: list[list]) -> None:
    with TemporaryDirectory() as folder:
        db = make_shop(Path(folder) / "shop.db")
        add_stores(db)
        for day, rows in enumerate(files, start=8):
            say(db, day, *rows)
            kept = periods(db)
            changes = say(db, day, *rows).changes
            assert (changes.new, changes.changed) == (0, 0)
            assert periods(db) == kept
            found = db.conn.execute("SELECT valid_from, valid_to FROM assignments ORDER BY valid_from").fetchall()
            assert all(end is not None and end <= later for (_, end), (later, _) in pairwise(found))
        db.close()

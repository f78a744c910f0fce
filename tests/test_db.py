"""The file: ours, whole, and never older than the program that opens it."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.db import Database, explaining, load_query, open_database, rows, writing
from o2o.db.migrations import latest_version
from o2o.errors import DatabaseError
from tests.conftest import largest_file

PACKAGE = Path(__file__).parent.parent / "o2o"
QUERIES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix()
    for path in PACKAGE.rglob("*.sql")
    if path.parent.name != "migrations"
)


class AnyParameters(dict[str, None]):
    """Named parameters of any name, all NULL."""

    def __missing__(self, name: str) -> None:
        return None


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_prepares_on_a_fresh_file(db: Database, name: str) -> None:
    db.conn.execute("EXPLAIN " + load_query(name), AnyParameters())


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_is_used(name: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    included = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.sql"))
    assert f'"{name}"' in code or f": {name}\n" in included


def test_a_query_holds_the_text_of_those_that_it_includes() -> None:
    whole = load_query("attribution/journeys.credited")
    assert "-- include" not in whole
    assert load_query("attribution/journeys.credited", journeys="SELECT 1 AS scan").count("SELECT") == 2


def test_all_tables_are_strict(db: Database) -> None:
    loose = [row["name"] for row in rows(db, "PRAGMA table_list") if row["type"] == "table" and not row["strict"]]
    assert set(loose) <= {"sqlite_schema", "sqlite_temp_schema", "sqlite_sequence"}


def test_the_file_is_in_wal_mode_with_foreign_keys(db: Database) -> None:
    assert db.conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.conn.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    with pytest.raises(sqlite3.IntegrityError):
        db.conn.execute("INSERT INTO people (person_id, store_id, name) VALUES ('P1', 'nowhere', '小王')")


def test_a_unit_of_work_is_kept_whole_or_not_at_all(db: Database) -> None:
    with pytest.raises(KeyboardInterrupt), writing(db):
        db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', '一店')")
        raise KeyboardInterrupt
    assert list(rows(db, "SELECT * FROM stores")) == []


def test_an_inner_unit_can_fail_alone(db: Database) -> None:
    with writing(db):
        db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', '一店')")
        with pytest.raises(ValueError, match="no"), writing(db):
            db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S2', '二店')")
            raise ValueError("no")
    assert [row["store_id"] for row in rows(db, "SELECT store_id FROM stores")] == ["S1"]


def test_opening_again_migrates_nothing(db: Database, db_path: Path) -> None:
    again = open_database(db_path)
    assert again.conn.execute("PRAGMA user_version").fetchone()[0] == latest_version()
    again.close()


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="o2o init"):
        open_database(tmp_path / "none.db")


def test_a_file_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1);").close()
    with pytest.raises(DatabaseError, match="not an o2o file"):
        open_database(tmp_path / "other.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are notes " * 100)
    with pytest.raises(DatabaseError, match="o2o init"):
        open_database(tmp_path / "notes.db")


def test_a_newer_file_is_refused(db: Database, db_path: Path) -> None:
    db.conn.execute(f"PRAGMA user_version = {latest_version() + 1}")
    with pytest.raises(DatabaseError, match=r"newer o2o .* pip install -U o2o"):
        open_database(db_path)


def test_the_views_read_like_a_page(db: Database) -> None:
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', '一店')")
    db.conn.execute("INSERT INTO places (place_id, store_id, name, carrier) VALUES ('D1', 'S1', '大门', 'door_sign')")
    db.conn.execute(
        "INSERT INTO touchpoints (id, code, kind, subject_id, store_id, carrier, minted_at)"
        " VALUES (1, 'K7M2X9PQ', 'place', 'D1', 'S1', 'door_sign', 0)"
    )
    db.conn.execute(
        "INSERT INTO touchpoint_periods (touchpoint_id, subject_id, store_id, carrier, valid_from)"
        " VALUES (1, 'D1', 'S1', 'door_sign', 0)"
    )
    db.conn.execute("INSERT INTO visitors VALUES (1, 'v')")
    for verdict in ("human", "human", "bot"):
        db.conn.execute(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            " VALUES (86400000, 'K7M2X9PQ', 1, 1, ?, 'serve')",
            [verdict],
        )
    assert [tuple(row)[3:6] for row in rows(db, "SELECT * FROM v_touchpoints")] == [("大门", "S1", "一店")]
    assert [row["scanned_utc"] for row in rows(db, "SELECT * FROM v_scans")] == ["1970-01-02 00:00:00"] * 3
    assert [
        (row["day_utc"], row["scans"], row["visitors"]) for row in rows(db, "SELECT * FROM v_touchpoint_daily")
    ] == [("1970-01-02", 2, 1)]


def test_a_full_disk_says_to_free_room_and_nothing_of_the_work_is_kept(db: Database, db_path: Path) -> None:
    pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
    db.conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseError, match="the disk is full; free some room"), explaining(db_path), writing(db):
        db.table("stores").insert_all({"store_id": str(number), "name": "店" * 100} for number in range(1_000))
    assert db.table("stores").count == 0


def test_a_file_that_another_program_holds_says_to_wait(db: Database, db_path: Path) -> None:
    other = open_database(db_path)
    other.conn.execute("PRAGMA busy_timeout = 0")
    with writing(db), pytest.raises(DatabaseError, match="wait until"), explaining(db_path), writing(other):
        pass
    other.close()


def test_a_damaged_file_says_to_take_the_backup(db: Database, db_path: Path) -> None:
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cut = db_path.with_name("cut.db")
    cut.write_bytes(db_path.read_bytes()[:5_000])
    with pytest.raises(DatabaseError, match="restore it from a backup"):
        open_database(cut)


def test_a_fault_of_our_own_is_not_explained_away(db: Database, db_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError), explaining(db_path):
        db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', NULL)")


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit to set")
def test_an_import_that_finds_no_room_is_one_line_and_takes_nothing(
    db: Database, run: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name\n" + "".join(f"{number},商品{number}\n" for number in range(9_000)), encoding="utf-8")
    with largest_file(300_000):
        result = run("catalog", "import", path)
    assert isinstance(result.exception, DatabaseError)
    assert "run it again" in str(result.exception)
    assert db.table("products").count == 0


def test_analyzing_a_file_of_scans_without_ids_leaves_their_indexes_in_use(db: Database, db_path: Path) -> None:
    scans = ({"scanned_at": at, "code": "", "verdict": "orphan", "source": "csv"} for at in range(2_000))
    db.table("scans").insert_all(scans)
    db.conn.execute("ANALYZE")
    db.close()
    again = open_database(db_path)
    for column in ("scan_id", "import_key"):
        lookup = f"SELECT orders.id, scans.scanned_at FROM orders LEFT JOIN scans ON scans.{column} = orders.scan_id"
        plan = [row[3] for row in again.conn.execute(f"EXPLAIN QUERY PLAN {lookup}")]
        assert f"SEARCH scans USING INDEX scans_by_{column} ({column}=?) LEFT-JOIN" in plan
    again.close()


def test_to_open_a_file_takes_neither_pandas_nor_numpy_which_can_be_imported_later():
    code = "import o2o.db, sys; print('pandas' in sys.modules, 'numpy' in sys.modules); import numpy"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

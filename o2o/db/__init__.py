"""The one SQLite file that is the whole state of a shop: open it, migrate it, query it."""

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from o2o.db.database import Database
from o2o.db.migrations import APPLICATION_ID, latest_version, migrate
from o2o.errors import DatabaseError, OutputError
from o2o.times import parse_zone, same_time

__all__ = [
    "Database", "add_rows", "as_json", "backup_database", "create_database", "data_version", "explaining", "load_query",
    "open_database", "reading", "rehearsing", "remove_database", "rows", "spill", "sync_changes", "writing",
]  # fmt: skip

_BUSY_SECONDS = 30
_ROWS_AT_ONCE = 20  # to begin a statement takes about as long as to add a row
_ON_DISK = 1  # of PRAGMA temp_store
_SMALL_CACHE = 16384  # KB; as much is sorted in memory
_TROUBLES = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free some room and run it again"),
    sqlite3.SQLITE_IOERR: ("the disk can't be read or written", "check that it isn't full, and run it again"),
    sqlite3.SQLITE_READONLY: ("the file or its folder is read-only", "ask for the right to write to both"),
    sqlite3.SQLITE_CANTOPEN: ("it can't be opened", "check that you may read and write it and its folder"),
    sqlite3.SQLITE_BUSY: ("another program keeps it locked", "wait until that one is done, and run it again"),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", "restore it from a backup"),
    sqlite3.SQLITE_NOTADB: ("this is not an o2o file", "name a file made by 'o2o init'"),
}
"""What can happen to any file, by SQLite's primary result code: the reason and what to do."""
_INCLUDE = re.compile(r"^ *-- include (\w+): (\S+)$", re.MULTILINE)


def create_database(path: Path) -> Database:
    """Create the file of a new shop and return it open; a file that exists already is left alone."""
    if path.exists():
        raise DatabaseError(path, "there is a file already", "choose another name with --db, or go on with this one")
    try:
        path.touch(exist_ok=False)
    except OSError as error:
        raise OutputError(path, error.strerror or str(error), "choose a folder you may write to") from None
    try:
        with explaining(path):
            db = _connect(path)
            db.conn.execute("PRAGMA journal_mode = WAL")
            db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrate(db)
    except BaseException:
        remove_database(path)
        raise
    return db


def remove_database(path: Path) -> None:
    """Remove a file that could not be made whole, and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def open_database(path: Path) -> Database:
    """Return a shop's file open and up to date.

    Raises DatabaseError when there is none, it isn't ours, or a newer o2o wrote it.
    """
    if not path.is_file():
        raise DatabaseError(path, "no such file", "create it with 'o2o init', or name yours with --db or O2O_DB")
    with explaining(path):
        db = _connect(path)
        _check_ours(db, path)
        migrate(db)
    return db


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Raise DatabaseError for what can happen to any file: full disk, locked, read-only, damaged; a bug stays one."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        trouble = _TROUBLES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if trouble is None:
            raise
        raise DatabaseError(path, *trouble) from None


def sync_changes(path: Path) -> None:
    """Wait until all that was committed to a file is on the disk, also by those who didn't wait for it themselves."""
    with suppress(FileNotFoundError), path.with_name(path.name + "-wal").open("r+b") as log:
        os.fsync(log.fileno())


def shop_file(db: Database) -> Path:
    """Return where a shop's file lies."""
    return Path(db.conn.execute("PRAGMA database_list").fetchone()[2])


def shop_folder(db: Database) -> Path:
    """Return the folder of a shop's file, in which its pictures are looked for."""
    return shop_file(db).parent


def _connect(path: Path) -> Database:
    # autocommit: a transaction is what `writing` opens, nothing else
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")  # 64 MB: the indexes of a large import stay in memory
    connection.create_function("same_time", 3, _same_time, deterministic=True)
    return Database(connection, execute_plugins=False)


@lru_cache(1 << 12)
def _same_time(at: int, zone: str, other: str) -> int:
    return same_time(at, parse_zone(zone), parse_zone(other))


def _check_ours(db: Database, path: Path) -> None:
    if db.conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        db.close()
        raise DatabaseError(path, "this is not an o2o file", "name a file made by 'o2o init'")
    version = db.conn.execute("PRAGMA user_version").fetchone()[0]
    if version > latest_version():
        db.close()
        raise DatabaseError(path, f"a newer o2o wrote it (version {version})", "install that o2o: pip install -U o2o")


@contextmanager
def writing(db: Database) -> Iterator[Database]:
    """Hold the write lock for one unit of work: all of it is kept, or none (savepoints when nested)."""
    if db.conn.in_transaction:
        with db.atomic():
            yield db
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise


@contextmanager
def reading(db: Database) -> Iterator[Database]:
    """Read one state of the file, whatever others write meanwhile; only temporary tables are written."""
    if db.conn.in_transaction:
        yield db
        return
    db.conn.execute("BEGIN")
    try:
        db.conn.execute("SELECT 1 FROM sqlite_schema").fetchone()  # the state is that of the first read
        yield db
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise


def spill(db: Database) -> None:
    """Keep temporary tables on disk from now on, and little of any in memory: a job may need more than there is."""
    db.conn.execute(f"PRAGMA cache_size = -{_SMALL_CACHE}")
    if not db.conn.in_transaction and db.conn.execute("PRAGMA temp_store").fetchone() != (_ON_DISK,):
        db.conn.execute(f"PRAGMA temp_store = {_ON_DISK}")


@contextmanager
def rehearsing(db: Database) -> Iterator[Database]:
    """Hold the write lock for a unit of work of which nothing is kept."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield db
    finally:
        db.conn.rollback()


@cache
def load_query(name: str, **parts: str) -> str:
    """Return the SQL of ``module.function``: the file ``function.sql`` prefixed by its module, beside that module.

    ``load_query("attribution/journeys.links")`` reads ``o2o/attribution/journeys.links.sql``. A line
    ``-- include part: module.function`` stands for the text of that query, or for the SQL given as ``part``.
    """
    text = files("o2o").joinpath(*f"{name}.sql".split("/")).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda line: parts.get(line[1]) or load_query(line[2], **parts), text)


def rows(db: Database, sql: str, /, **parameters: Any) -> Iterator[sqlite3.Row]:
    """Yield the rows of a query with named parameters; columns are read by name or by position."""
    cursor = db.conn.cursor()
    cursor.row_factory = sqlite3.Row
    yield from cursor.execute(sql, parameters)


def add_rows(db: Database, table: str, columns: Sequence[str], values: Sequence[object]) -> int:
    """Add rows, of which ``values`` holds one after the other, and return how many were not there yet.

    Others that a constraint forbids are left out as well: nothing in a column that needs something.
    """
    size = _ROWS_AT_ONCE * len(columns)
    whole = len(values) // size * size
    new = 0
    if whole:
        slices = (values[start : start + size] for start in range(0, whole, size))
        new = db.conn.executemany(_insert(table, columns, _ROWS_AT_ONCE), slices).rowcount
    if rest := values[whole:]:
        new += db.conn.execute(_insert(table, columns, len(rest) // len(columns)), rest).rowcount
    return new


def _insert(table: str, columns: Sequence[str], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def data_version(db: Database) -> int:
    """Return a number that is another one once anybody else has written to the file."""
    return int(db.conn.execute("PRAGMA data_version").fetchone()[0])


def as_json(values: Iterable[object]) -> str:
    """Return values as JSON, for a query about many of them: ``IN (SELECT value FROM json_each(:values))``."""
    return json.dumps(list(values))


def backup_database(db: Database, out: Path) -> None:
    """Copy the open file to ``out`` while others go on writing; ``out`` appears whole or not at all."""
    if out.exists():
        raise OutputError(out, "there is a file already", "choose another name")
    part = out.with_name(out.name + ".part")
    try:
        target = sqlite3.connect(part)
        try:
            db.conn.backup(target)
        finally:
            target.close()
        part.replace(out)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise OutputError(out, str(error), "choose a folder with room that you may write to") from None

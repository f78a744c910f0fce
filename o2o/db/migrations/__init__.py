"""The schema, step by step: ``NNNN.sql`` takes a file from version NNNN - 1 to NNNN, once, in one transaction."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from sqlite3 import complete_statement

from sqlite_utils import Database

APPLICATION_ID = 0x6F326F31
"""``o2o1`` in the header of each file that is ours."""


@cache
def latest_version() -> int:
    """Return the version of the schema that this o2o writes."""
    return max(_steps())


def migrate(db: Database) -> None:
    """Bring a file up to the latest version; each step and its number are kept together or not at all."""
    version = db.conn.execute("PRAGMA user_version").fetchone()[0]
    for step, sql in sorted(_steps().items()):
        if step > version:
            _apply(db, step, sql)


def _apply(db: Database, step: int, sql: str) -> None:
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        if db.conn.execute("PRAGMA user_version").fetchone()[0] < step:  # another process may have been first
            for statement in _statements(sql):
                db.conn.execute(statement)
            db.conn.execute(f"PRAGMA user_version = {step}")
    except BaseException:
        db.conn.rollback()
        raise
    db.conn.execute("COMMIT")


@cache
def _steps() -> dict[int, str]:
    folder = files("o2o.db.migrations")
    return {
        int(file.name.removesuffix(".sql")): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    }


def _statements(sql: str) -> Iterator[str]:
    # executescript would commit by itself; our statements, triggers among them, end at the end of a line
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""

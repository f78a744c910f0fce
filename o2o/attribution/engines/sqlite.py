"""The shop's own file, in place: nothing is copied."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from o2o.db import Database

_ROWS = 65_536  # that become columns at once


@dataclass(frozen=True, slots=True)
class SqliteEngine:
    """SQLite on the shop's file; what is kept are temporary tables."""

    db: Database
    name = "sqlite"
    version = sqlite3.sqlite_version

    @contextmanager
    def session(self) -> Iterator[None]:
        """See one state of the file, whatever is written meanwhile."""
        self.db.conn.execute("SAVEPOINT journeys")
        try:
            yield
        finally:
            self.db.conn.execute("ROLLBACK TO journeys")
            self.db.conn.execute("RELEASE journeys")

    def keep(self, part: str, sql: str, parameters: Mapping[str, Any], index: str = "") -> str:
        """Keep the rows of a query in a temporary table."""
        table = f"temp.kept_{part}"
        self.db.conn.execute(f"DROP TABLE IF EXISTS {table}")
        self.db.conn.execute(f"CREATE TABLE {table} AS {sql}", parameters)
        if index:
            self.db.conn.execute(f"CREATE INDEX {table}_index ON kept_{part} ({index})")
        return f"SELECT * FROM {table}"

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query."""
        cursor = self.db.conn.cursor()
        cursor.row_factory = sqlite3.Row
        yield from cursor.execute(sql, parameters)

    def columns(self, sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a query as NumPy arrays."""
        import numpy as np

        cursor = self.db.conn.cursor()
        cursor.row_factory = None
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        parts: list[list[Any]] = [[] for _ in names]
        while rows := cursor.fetchmany(_ROWS):
            for part, values in zip(parts, zip(*rows, strict=True), strict=True):
                part.append(np.array(values, object if isinstance(values[0], str) else None))
        nothing = [np.zeros(0, np.int64)]
        return {name: np.concatenate(part or nothing) for name, part in zip(names, parts, strict=True)}

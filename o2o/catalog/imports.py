"""Imports into the catalogue: each is a unit that is logged, can be told row by row, and can be undone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from sqlite3 import Row
from typing import Any

from o2o.catalog.kinds import CatalogKind
from o2o.db import Database, rows
from o2o.errors import NotFoundError
from o2o.problems import Finding

Record = tuple[Any, ...]
"""The values of one row of a table, in the order of the columns that go with it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows of an import were new, changed, said what was known, or were retired by it."""

    new: int
    changed: int
    unchanged: int
    retired: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table and the lines where they stand in their file."""

    lines: Sequence[int]
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did, and what it found wrong with rows that only the whole catalogue shows."""

    changes: Changes
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """One table taken in; ``whole``: it was said to be complete. The counts are of rows."""

    id: int
    imported_at: int
    file: str
    kind: CatalogKind
    sheet: str = ""
    whole: bool = False
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    rejected: int = 0
    undone_at: int | None = None


def start_import(
    db: Database, kind: CatalogKind, now: int, *, file: str = "", sheet: str = "", whole: bool = False
) -> Import:
    """Log the begin of an import inside the caller's transaction; its rows carry its id."""
    sql = "INSERT INTO imports (imported_at, file, sheet, kind, whole) VALUES (?, ?, ?, ?, ?) RETURNING id"
    number: int = db.conn.execute(sql, [now, file, sheet, kind, whole]).fetchone()[0]
    return Import(number, now, file, kind, sheet, whole)


def finish_import(db: Database, run: Import, changes: Changes, rejected: int) -> Import:
    """Log what an import did."""
    run = replace(run, **asdict(changes), rejected=rejected)
    sql = """
        UPDATE imports SET new = :new, changed = :changed, unchanged = :unchanged, retired = :retired,
            rejected = :rejected WHERE id = :id
    """
    db.conn.execute(sql, asdict(run))
    return run


def list_imports(db: Database) -> list[Import]:
    """Return all imports, the last first."""
    return [_make_import(row) for row in rows(db, "SELECT * FROM imports ORDER BY id DESC")]


def find_import(db: Database, import_id: int) -> Import:
    """Return an import by its number; else raise NotFoundError."""
    for row in rows(db, "SELECT * FROM imports WHERE id = :id", id=import_id):
        return _make_import(row)
    raise NotFoundError("import", str(import_id), "see 'o2o catalog imports'")


def _make_import(row: Row) -> Import:
    return Import(**dict(row) | {"kind": CatalogKind(row["kind"]), "whole": bool(row["whole"])})

"""An import undone: what it changed is as before, unless codes, orders or prints stand on it by now."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from o2o.catalog.assignments import retire_badges
from o2o.catalog.imports import Import, find_import, list_imports
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.versions import (
    VERSIONED,
    added_keys,
    find_later,
    forget_changes,
    kept_keys,
    restore_rows,
)  # fmt: skip
from o2o.db import Database, load_query, rows, writing
from o2o.errors import O2OError

_STANDING: dict[CatalogKind, tuple[tuple[str, str, str], ...]] = {
    CatalogKind.STORES: tuple(
        (table, "store_id", "")
        for table in ("people", "places", "aisles", "assignments", "assortment", "prices", "shifts", "traffic")
    ),
    CatalogKind.PRODUCTS: tuple((table, "sku", "") for table in ("barcodes", "assortment", "prices", "lots")),
    CatalogKind.PEOPLE: (("assignments", "subject_id", "person"), ("shifts", "person_id", "")),
    CatalogKind.PLACES: (("assignments", "subject_id", "place"),),
    CatalogKind.CAMPAIGNS: (("costs", "key", "campaign"),),
}
"""Where rows of the catalogue name one of each kind: their table, its column and, if need be, their own kind."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: rows put back and rows taken out; ``kept`` are the ids of those that had to stay, retired.

    ``revived`` are the codes of touchpoints that live again, ``retired`` of those that don't, as one alike does.
    """

    run: Import
    restored: int
    removed: int
    kept: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


class UndoRefusedError(O2OError):
    """An import that can't be undone, as it is or any more."""

    def __init__(self, import_id: int, reason: str, advice: str) -> None:
        super().__init__(f"import {import_id}: {reason}; {advice}")


class NothingToUndoError(O2OError):
    """A file without an import that could be undone."""

    def __init__(self) -> None:
        super().__init__("nothing to undo: no import has been made, or all are undone; see 'o2o catalog imports'")


def revert_import(db: Database, import_id: int | None = None, *, now: int) -> Undone:
    """Take an import back, by default the last that wasn't yet: what it changed is exactly as before.

    Rows that it added and that codes, orders or prints name by now stay, retired. Raises UndoRefusedError when it has
    been undone, or when a later import changed its rows again or stands on them.
    """
    with without_key_checks(db), writing(db):
        run = _find_undoable(db, import_id)
        kept = _find_kept(db, run) if run.kind in _STANDING else set()
        restored = sum(restore_rows(db, run.id, table) for table in VERSIONED)
        if kept:
            _retire(db, run, kept, now)
        # what still is of this import is what it added
        removed = sum(
            db.conn.execute(f"DELETE FROM {table} WHERE import_id = ?", [run.id]).rowcount for table in VERSIONED
        )
        revived, left = _revive_touchpoints(db, run, now)
        forget_changes(db, run.id)
        db.conn.execute("UPDATE imports SET undone_at = ? WHERE id = ?", [now, run.id])
        return Undone(replace(run, undone_at=now), restored, removed, tuple(sorted(kept)), revived, left)


@contextmanager
def without_key_checks(db: Database) -> Iterator[None]:
    """Leave foreign keys to ``revert_import``, which looks once for what names its rows; inside a transaction no-op.

    SQLite would read all assortments for each product that goes.
    """
    db.conn.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.conn.execute("PRAGMA foreign_keys = ON")


def _find_undoable(db: Database, import_id: int | None) -> Import:
    if import_id is None:
        run = next((run for run in list_imports(db) if run.undone_at is None), None)
        if run is None:
            raise NothingToUndoError
    else:
        run = find_import(db, import_id)
    if run.undone_at is not None:
        raise UndoRefusedError(run.id, "it has been undone already", "see 'o2o catalog imports' for the others")
    later = find_later(db, run.id)
    if later is not None:
        raise _refused(db, run, later, "changed its rows again")
    return run


def _refused(db: Database, run: Import, later: int, what: str) -> UndoRefusedError:
    other = find_import(db, later)
    return UndoRefusedError(
        run.id, f"import {later} ({other.file}) {what}", f"undo that one first: o2o catalog undo {later}"
    )


def _find_kept(db: Database, run: Import) -> set[str]:
    added = [key[0] for key in added_keys(db, run.id, run.kind)]
    if not added:
        return set()
    ids = json.dumps(added)
    kept = {row[0] for row in rows(db, load_query("catalog/undo.named"), kind=run.kind, ids=ids)}
    later: list[int] = []
    for key, import_id in _find_standing(db, run, ids):
        if import_id is not None and import_id > run.id:
            later.append(import_id)
        kept.add(key)
    if later:
        raise _refused(db, run, max(later), f"names {run.kind} that it added")
    return kept


def _find_standing(db: Database, run: Import, ids: str) -> Iterator[tuple[str, int | None]]:
    for table, column, kind in _STANDING[run.kind]:
        parameters = {"import_id": run.id, "ids": ids, "kind": kind, "table": table}
        yield from db.conn.execute(
            f"SELECT DISTINCT {column}, import_id FROM {table} WHERE import_id IS NOT :import_id "
            f"AND {column} IN (SELECT value FROM json_each(:ids))" + (" AND kind = :kind" if kind else ""),
            parameters,
        )
        # a row as it was before a later import names it, too: undoing that one would bring the row back
        yield from db.conn.execute(
            f"SELECT DISTINCT json_extract(before, '$.{column}'), import_id FROM catalog_changes "
            f"WHERE import_id > :import_id AND kind = :table AND (:kind = '' OR before ->> '$.kind' = :kind) "
            f"AND json_extract(before, '$.{column}') IN (SELECT value FROM json_each(:ids))",
            parameters,
        )


def _revive_touchpoints(db: Database, run: Import, now: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Let the touchpoints that an import retired live again; return the codes of those, and of the others."""
    ended = [code for (code,) in db.conn.execute(_ENDED_BY, [run.id])]
    db.conn.execute(_REVIVE, {"import_id": run.id})
    if run.kind is CatalogKind.PEOPLE:  # the end that an earlier import had said is theirs again
        retire_badges(db, [key[0] for key in kept_keys(db, run.id, run.kind)], now)
    left = [code for (code,) in db.conn.execute(_ENDED_BY, [run.id])]
    live = {code for (code,) in db.conn.execute("SELECT code FROM touchpoints WHERE retired_at IS NULL")}
    return tuple(code for code in ended if code in live), tuple(left)


def _retire(db: Database, run: Import, kept: Collection[str], now: int) -> None:
    db.conn.executemany(
        f"UPDATE {run.kind} SET retired_at = min(coalesce(retired_at, ?), ?), import_id = NULL "
        f"WHERE {KEYS[run.kind][0]} = ?",
        ((now, now, key) for key in kept),
    )


_ENDED_BY = "SELECT code FROM touchpoints WHERE retired_by = ? ORDER BY id"
_REVIVE = """
    UPDATE touchpoints SET retired_at = NULL, retired_by = NULL
    WHERE retired_by = :import_id AND NOT EXISTS (
        SELECT 1 FROM touchpoints AS live
        WHERE live.kind = touchpoints.kind AND live.subject_id = touchpoints.subject_id
            AND coalesce(live.store_id, '') = coalesce(touchpoints.store_id, '')
            AND coalesce(live.campaign_id, '') = coalesce(touchpoints.campaign_id, '')
            AND live.carrier = touchpoints.carrier AND live.label = touchpoints.label AND live.retired_at IS NULL
    )
"""

"""Rows of the catalogue go in: those that differ from what is known, each under the merchant's own id."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from o2o.catalog.assignments import assign
from o2o.catalog.assortment import save_assortment
from o2o.catalog.imports import Batch, Import, Saved
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.retirement import Whole, check_share, retire_missing
from o2o.catalog.rows import SavedRows, save_rows
from o2o.catalog.versions import Key
from o2o.db import Database, writing
from o2o.subjects import Kind

_SAVERS: dict[CatalogKind, Callable[[Database, Import, Sequence[str], Sequence[Batch]], Saved]] = {
    CatalogKind.ASSORTMENT: save_assortment,
}
"""How the rows of a kind are saved that are more than one row of a table."""

_FOLLOWERS: dict[CatalogKind, tuple[Callable[[Database, Import, Sequence[str]], None], ...]] = {
    CatalogKind.PEOPLE: (partial(assign, Kind.PERSON),),
    CatalogKind.PLACES: (partial(assign, Kind.PLACE),),
}
"""What is to be brought up to date after rows of a kind have changed: called with the ids of those rows."""


def known_ids(db: Database, kind: CatalogKind) -> frozenset[str]:
    """Return the merchant's ids in a table that has one id a row."""
    return frozenset(key for (key,) in db.conn.execute(f"SELECT {KEYS[kind][0]} FROM {kind}"))


def save_records(
    db: Database, run: Import, columns: Sequence[str], batches: Sequence[Batch], whole: Whole | None = None
) -> Saved:
    """Take rows into a table, known again by the merchant's id; columns that are not given stay as they are.

    The ids must be different. ``valid_from`` of the assortment is a date, or None for one that isn't given. What a
    ``whole`` table no longer has is retired; RetirementRefusedError is raised where that is too much.
    """
    with writing(db):
        if run.kind in _SAVERS:
            return _SAVERS[run.kind](db, run, columns, batches)
        saved = save_rows(db, run, columns, batches)
        retired = _retire(db, run, batches, saved, whole) if whole else ()
        ids = [key[0] for key in (*saved.keys, *retired)]
        for follow in _FOLLOWERS.get(run.kind, ()):
            follow(db, run, ids)
        return Saved(replace(saved.changes, retired=len(retired)))


def _retire(db: Database, run: Import, batches: Sequence[Batch], saved: SavedRows, whole: Whole) -> tuple[Key, ...]:
    width = len(KEYS[run.kind])
    seen = {record[:width] for batch in batches for record in batch.records}
    retired = retire_missing(db, run, seen | whole.bad_keys)
    if not whole.confirmed:
        check_share(run, len(retired.keys), retired.of - saved.changes.new)
    return retired.keys

"""Rows of the catalogue go in: those that differ from what is known, each under the merchant's own id."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain

from o2o.catalog.assignments import assign
from o2o.catalog.assortment import save_assortment
from o2o.catalog.imports import Batch, Changes, Import, Saved
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.versions import put_rows
from o2o.db import Database, writing
from o2o.subjects import Kind

_STORED_NAMES = {"start": "starts_at", "end": "ends_at"}
_SAVERS: dict[CatalogKind, Callable[[Database, Import, Sequence[str], Iterable[Batch]], Saved]] = {
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


def save_records(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    """Take rows into a table, known again by the merchant's id; columns that are not given stay as they are.

    The ids must be different. ``valid_from`` of the assortment is a date, or None for one that isn't given.
    """
    with writing(db):
        return _SAVERS.get(run.kind, _save_rows)(db, run, columns, batches)


def _save_rows(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    records = list(chain.from_iterable(batch.records for batch in batches))
    stored = [_STORED_NAMES.get(column, column) for column in columns]
    known = {row[0]: row for row in db.conn.execute(f"SELECT {', '.join(stored)} FROM {run.kind}")}
    different = [record for record in records if known.get(record[0]) != record]
    changed = [record[:1] for record in different if record[0] in known]
    put_rows(db, run.id, run.kind, stored, different, known=changed)
    for follow in _FOLLOWERS.get(run.kind, ()):
        follow(db, run, [record[0] for record in different])
    return Saved(Changes(len(different) - len(changed), len(changed), len(records) - len(different)))

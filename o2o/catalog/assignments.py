"""People and places over time: in which store, under which name and role or zone, from when until when."""

from collections.abc import Sequence

from o2o.catalog.imports import Import
from o2o.catalog.versions import keep_rows, put_rows
from o2o.db import Database
from o2o.subjects import KIND_TABLES, Kind
from o2o.times import SINCE_EVER

_STATE = {Kind.PERSON: "store_id, name, role, ''", Kind.PLACE: "store_id, name, '', zone"}
_COLUMNS = ("kind", "subject_id", "valid_from", "store_id", "name", "role", "zone")


def assign(kind: Kind, db: Database, run: Import, subject_ids: Sequence[str]) -> None:
    """Let the last row of each subject's time say what its table says, from the import on where that is new."""
    table, key = KIND_TABLES[kind]
    now = {row[0]: row[1:] for row in db.conn.execute(f"SELECT {key}, {_STATE[kind]} FROM {table}")}
    last = {
        row[0]: row[1:]
        for row in db.conn.execute(
            "SELECT subject_id, valid_from, store_id, name, role, zone FROM assignments "
            "WHERE kind = ? AND valid_to IS NULL",
            [kind],
        )
    }
    moved = [subject for subject in subject_ids if subject not in last or last[subject][1:] != now[subject]]
    # at the same instant again (or on a clock put back) the last period is corrected, not followed
    starts = {subject: max(run.imported_at, last[subject][0]) if subject in last else SINCE_EVER for subject in moved}
    closed = [subject for subject in moved if subject in last and last[subject][0] < starts[subject]]
    keep_rows(db, run.id, "assignments", ((kind, subject, last[subject][0]) for subject in moved if subject in last))
    db.conn.executemany(
        "UPDATE assignments SET valid_to = ?, import_id = ? WHERE kind = ? AND subject_id = ? AND valid_from = ?",
        ((starts[subject], run.id, kind, subject, last[subject][0]) for subject in closed),
    )
    rows = [(kind, subject, starts[subject], *now[subject]) for subject in moved]
    put_rows(db, run.id, "assignments", _COLUMNS, rows, known=())

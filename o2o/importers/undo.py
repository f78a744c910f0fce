"""Takes an import back, with what it meant for the scans of those who had left by it."""

from o2o.batches import Batch, BatchKind, add_batch
from o2o.catalog.undo import Undone, revert_import, without_key_checks
from o2o.collect.verdicts.rejudging import orphan_retired, revive_scans
from o2o.config import load_settings
from o2o.db import Database, writing


def undo_import(db: Database, import_id: int | None = None, *, now: int) -> Undone:
    """Take an import back, by default the last that wasn't yet: what it changed is exactly as before.

    Rows that it added and that codes, orders or prints name by now stay, retired. Raises UndoRefusedError when it has
    been undone, or when a later import changed its rows again or stands on them.
    """
    with without_key_checks(db), writing(db):
        undone = revert_import(db, import_id, now=now)
        rows = undone.restored + undone.removed
        add_batch(db, Batch(BatchKind.UNDONE, rows, f"import {undone.run.id}".encode(), undone.run.file), now)
        orphan_retired(db)
        revive_scans(db, load_settings(db), undone.revived)
    return undone

"""The newest scans, as they go in."""

from typing import NamedTuple

from o2o.db import Database, load_query, rows


class RecentScan(NamedTuple):
    """A row of scans with what its code stands for."""

    id: int
    scanned_at: int
    code: str
    verdict: str
    reason: str
    source: str
    kind: str
    subject_id: str
    store_id: str
    user_agent: str


def newest_scans(db: Database, after_id: int, limit: int) -> list[RecentScan]:
    """Return the last rows newer than ``after_id``, in the order in which they went in."""
    found = rows(db, load_query("collect/verdicts/recent.newest"), after_id=after_id, limit=limit)
    return [RecentScan(*row) for row in found][::-1]

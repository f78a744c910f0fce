"""How far each log has been read, so that a grown one is gone on with, even under another name."""

from pathlib import Path

from o2o.db import Database
from o2o.importers.scans.files import Mark

_KEEP = """
INSERT INTO imported_logs (beginning, path, position, lines, ending, read_at)
VALUES (:beginning, :path, :position, :lines, :ending, :read_at)
ON CONFLICT (beginning) DO UPDATE SET
    path = :path, position = :position, lines = :lines, ending = :ending, read_at = :read_at
"""


def find_mark(db: Database, beginning: bytes) -> Mark | None:
    """Return how far the log that begins so was read."""
    query = "SELECT position, lines, ending FROM imported_logs WHERE beginning = ?"
    found = db.conn.execute(query, [beginning]).fetchone()
    return Mark(*found) if found else None


def keep_mark(db: Database, beginning: bytes, path: Path, mark: Mark, now: int) -> None:
    """Keep how far a log was read, inside the transaction that keeps what was read."""
    values = {"beginning": beginning, "path": str(path), "read_at": now}
    db.conn.execute(_KEEP, values | mark._asdict())

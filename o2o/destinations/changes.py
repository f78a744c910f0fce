"""The record of every change of where scans go."""

from dataclasses import dataclass

from o2o.db import Database, rows


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when, of which code, kind or default, of which rule (None: the fixed destination)."""

    changed_at: int
    scope: str
    key: str
    rule_id: int | None
    change: str
    detail: str = ""


def log_change(db: Database, change: Change) -> None:
    """Put a change on record, within the transaction that makes it."""
    values = [change.changed_at, change.scope, change.key, change.rule_id, change.change, change.detail]
    db.conn.execute(
        "INSERT INTO destination_changes (changed_at, scope, key, rule_id, change, detail) VALUES (?, ?, ?, ?, ?, ?)",
        values,
    )


def list_changes(db: Database, scope: str | None = None, key: str | None = None) -> list[Change]:
    """Return the changes of one scope, or all, the last first."""
    query = """
        SELECT changed_at, scope, key, rule_id, change, detail FROM destination_changes
        WHERE scope = coalesce(:scope, scope) AND key = coalesce(:key, key)
        ORDER BY id DESC
    """
    return [Change(*row) for row in rows(db, query, scope=scope, key=key)]

"""What happened before a scan, as the file says."""

from o2o.db import Database, load_query


class FileCounts:
    """Counts of scans that people made; each question is one query."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def uses(self, rule_id: int) -> int:
        """Return how many scans the address of a rule has answered, under earlier rules of its scope too."""
        return self._ask("destinations/counts.uses", {"rule_id": rule_id}) or 0

    def scans_before(self, visitor: str, code: str, at: int) -> int:
        """Return how many scans of a code by a visitor were made until a time."""
        return self._ask("destinations/counts.before", {"visitor": visitor, "code": code, "at": at}) or 0

    def first_scan(self, visitor: str) -> int | None:
        """Return when a visitor first scanned any code, or None."""
        return self._ask("destinations/counts.first", {"visitor": visitor})

    def _ask(self, query: str, parameters: dict[str, str | int]) -> int | None:
        found = self._db.conn.execute(load_query(query), parameters).fetchone()
        return found[0] if found else None

"""What happened before a scan, for a server that answers: what the file says, and what this worker answered since."""

import sqlite3
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from o2o.db import Database, load_query, open_database, reading
from o2o.destinations.counts import FileCounts
from o2o.destinations.routes import Map
from o2o.errors import DatabaseError

_CALM = 5  # so few scans of a rule that aren't in the file yet are no rush
Address = tuple[str, str, str]
"""Scope, key and address of rules: their uses are counted together."""


class RunningCounts:
    """Counts of one of several workers, who know each other's uses once they are in the file and share what is left.

    ``refresh`` belongs to the keeper's thread, all else to that of the answers.
    """

    def __init__(self, db_path: Path, workers: int = 1) -> None:
        self._db_path = db_path
        self._workers = workers
        self._file: Database | None = None
        self._is_stale = False
        self._map: Map | None = None
        self._last_id: int | None = None
        self._addresses: dict[int, Address] = {}
        self._kept: dict[Address, int] = {}
        self._answered: defaultdict[Address, set[str]] = defaultdict(set)
        self._unsettled: set[Address] = set()

    def uses(self, rule_id: int) -> int:
        """Return how many scans that may be human the address of a rule has answered, at most.

        In a rush, each of ours that isn't in the file yet may have one like it at every other worker.
        """
        address = self._addresses.get(rule_id)
        if not address:
            return 0
        ours = len(self._answered[address])
        others = max(0, ours - _CALM) * (self._workers - 1)
        return self._kept.get(address, 0) + ours + others

    def scans_before(self, visitor: str, code: str, at: int) -> int:
        """Return how many scans of a code by a visitor were made until a time; 0 while the file can't be read."""
        with suppress(sqlite3.Error, DatabaseError):
            return FileCounts(self._open()).scans_before(visitor, code, at)
        return 0

    def first_scan(self, visitor: str) -> int | None:
        """Return when a visitor first scanned any code, or None, also while the file can't be read."""
        with suppress(sqlite3.Error, DatabaseError):
            return FileCounts(self._open()).first_scan(visitor)
        return None

    def take(self, rule_id: int, click_id: str) -> None:
        """Count a scan that may be human and is about to be answered by a rule, until it is found in the file."""
        if address := self._addresses.get(rule_id):
            self._answered[address].add(click_id)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def refresh(self, db: Database, routes: Map) -> None:
        """Take in what has come into the file; all of it when the rules have changed."""
        if routes is not self._map:
            self._addresses = {
                rule.rule_id: (rule.scope, rule.key, rule.url)
                for rule in routes.all_rules()
                if "uses" in dict(rule.conditions)
            }
            self._is_stale = True  # perhaps another file lies there now
        if self._addresses:
            with reading(db):
                self._read(db, whole=routes is not self._map)
        self._map = routes

    def _read(self, db: Database, *, whole: bool) -> None:
        after, self._last_id = self._last_id, db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()[0]
        # what was there at the start is in the whole count
        start = self._last_id if after is None else after
        new = db.conn.execute(load_query("collect/routing/counts.new"), {"after": start}).fetchall()
        found = [(address, scan_id) for rule_id, scan_id in new if (address := self._addresses.get(rule_id))]
        touched = {address for address, _ in found}
        counts = FileCounts(db)
        for rule_id, address in self._addresses.items():
            if whole or address in touched or address in self._unsettled:
                self._kept[address] = counts.uses(rule_id)
        self._unsettled = touched  # their verdicts may change once those around them are known
        for address, scan_id in found:
            self._answered[address].discard(scan_id)

    def _open(self) -> Database:
        if self._is_stale:
            self.close()
            self._is_stale = False
        if self._file is None:
            self._file = open_database(self._db_path)
        return self._file

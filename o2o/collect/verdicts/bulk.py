"""Many hits at once: they go in by slices that hold the lock for some 200 ms, and are compared when all are in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from time import perf_counter

from o2o.batches import Batch, BatchKind, add_batch
from o2o.collect.verdicts.hit import Hit
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.new_scans import NewScans, ScanMaker
from o2o.collect.verdicts.scans import insert_scans, last_scan_id, newest_visitor, take_back_unknown
from o2o.collect.verdicts.verdict import Verdict
from o2o.config import Settings
from o2o.db import Database, data_version, writing

_SECONDS = 0.2
_FEWEST, _FIRST, _MOST = 2_000, 4_000, 20_000
_DIGEST_BYTES = 16
_COUNT = "SELECT verdict, count(*) FROM scans WHERE id > ? AND id <= ? GROUP BY verdict"
_QUICK = {"synchronous": 1, "wal_autocheckpoint": 16_000, "foreign_keys": 0, "ignore_check_constraints": 1}
"""Commits wait for no disk meanwhile, the log of changes is worked in more seldom, and ids aren't looked up again.

Nor is each verdict looked for among all of them: SQLite makes a table of those for every statement.
"""


@contextmanager
def writing_quickly(db: Database) -> Iterator[None]:
    """Let many transactions wait for the disk but once, at the end; a power cut takes back the last ones, whole."""
    before = {name: db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in _QUICK}
    write_quickly(db)
    try:
        yield
    finally:
        _set(db, before)
        db.conn.execute("PRAGMA wal_checkpoint(PASSIVE)")  # which waits for the disk


def write_quickly(db: Database) -> None:
    """Let no transaction wait for the disk any more; see ``sync_changes``."""
    _set(db, _QUICK)


def _set(db: Database, values: Mapping[str, int]) -> None:
    for name, value in values.items():
        db.conn.execute(f"PRAGMA {name} = {value}")


class BulkWriter:
    """Writes scans in slices, as large as the lock may be held; ``mended``: orphans of these scans go in anew."""

    def __init__(self, db: Database, settings: Settings, *, mended: bool = False) -> None:
        self.read = self.new = 0
        self._db = db
        self._judge = Judge(db, settings)
        self._maker = ScanMaker(self._judge)
        self._mended = mended
        self._waiting: list[NewScans] = []
        self._keep: Callable[[], object] | None = None
        self._size = _FIRST
        self._version = -1
        self._known = 0
        self._spans: list[tuple[int, int]] = []
        self._content = blake2b(digest_size=_DIGEST_BYTES)

    def write_hits(self, hits: Sequence[Hit], keep: Callable[[], object] | None = None) -> None:
        """Add hits that nobody has judged yet; see ``write``."""
        self.write(self._maker.make(hits), keep)

    def write(self, scans: NewScans, keep: Callable[[], object] | None = None) -> None:
        """Add scans of one stream, which go in once they are enough; ``keep`` is called in their transaction."""
        self._waiting.append(scans)
        self._content.update(b"".join(filter(None, scans.columns.import_key)))
        self._keep = keep or self._keep
        if sum(map(len, self._waiting)) >= self._size:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not any(self._waiting) and not self._keep:
            return
        started = perf_counter()
        with writing(self._db):
            after_id = last_scan_id(self._db)
            if self._mended:
                for scans in self._waiting:
                    take_back_unknown(self._judge, scans.columns)
                after_id = min(after_id, last_scan_id(self._db))  # ids of the newest rows are given again
            self._see_others()
            for scans in self._waiting:
                self.new += insert_scans(self._judge, scans, self._known)
            if self._keep:
                self._keep()
            self._add_span(after_id, last_scan_id(self._db))
        self._keep = None
        written = sum(map(len, self._waiting))
        self.read += written
        self._waiting.clear()
        self._size = min(_MOST, max(_FEWEST, int(written * _SECONDS / (perf_counter() - started))))

    def _see_others(self) -> None:
        """Find which visitors may have scans that others wrote: none of those that we have added since they did."""
        version = data_version(self._db)
        if version != self._version:
            self._version, self._known = version, newest_visitor(self._db)

    def finish(self, file: str, now: int) -> None:
        """Write what waits, add it all to the chain of batches, and compare it with what else its visitors did."""
        self.flush()
        with writing(self._db):
            add_batch(self._db, Batch(BatchKind.SCANS, self.new, self._content.digest(), file), now)
        judge_scans(self._judge)

    def count_verdicts(self) -> dict[Verdict, int]:
        """Return how many of the rows that went in have each verdict by now."""
        counts = dict.fromkeys(Verdict, 0)
        for span in self._spans:
            for verdict, count in self._db.conn.execute(_COUNT, span):
                counts[Verdict(verdict)] += count
        return counts

    def _add_span(self, after_id: int, last_id: int) -> None:
        if self._spans and self._spans[-1][1] == after_id:
            after_id, _ = self._spans.pop()
        self._spans.append((after_id, last_id))

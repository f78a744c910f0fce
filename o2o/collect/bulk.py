"""Many hits at once: they go in by slices that hold the lock for some 50 ms, and are compared when all are in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter

from o2o.collect.hit import Hit
from o2o.collect.judge import Judge
from o2o.collect.judging import judge_scans
from o2o.collect.scans import insert_hits, last_scan_id, take_back_unknown
from o2o.collect.verdict import Verdict
from o2o.config import Settings
from o2o.db import Database, writing

_SECONDS = 0.04
_FEWEST, _FIRST, _MOST = 500, 1_000, 10_000
_COUNT = "SELECT verdict, count(*) FROM scans WHERE id > ? AND id <= ? GROUP BY verdict"
_QUICK = {"synchronous": 1, "wal_autocheckpoint": 16_000}
"""Commits wait for no disk meanwhile, and the log of changes is worked in more seldom."""


@contextmanager
def writing_quickly(db: Database) -> Iterator[None]:
    """Let many transactions wait for the disk but once, at the end; a power cut takes back the last ones, whole."""
    before = {name: db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in _QUICK}
    _set(db, _QUICK)
    try:
        yield
    finally:
        _set(db, before)
        db.conn.execute("PRAGMA wal_checkpoint(PASSIVE)")  # which waits for the disk


def _set(db: Database, values: Mapping[str, int]) -> None:
    for name, value in values.items():
        db.conn.execute(f"PRAGMA {name} = {value}")


class BulkWriter:
    """Writes hits in slices, as large as the lock may be held; ``mended``: orphans of these hits go in anew."""

    def __init__(self, db: Database, settings: Settings, *, mended: bool = False) -> None:
        self.read = self.new = 0
        self._db = db
        self._judge = Judge(db, settings)
        self._mended = mended
        self._waiting: list[Hit] = []
        self._keep: Callable[[], object] | None = None
        self._size = _FIRST
        self._spans: list[tuple[int, int]] = []

    def write(self, hits: Sequence[Hit], keep: Callable[[], object] | None = None) -> None:
        """Add hits, which go in once they are enough; ``keep`` is called in the transaction of the last of them."""
        self._waiting += hits
        self._keep = keep or self._keep
        if len(self._waiting) >= self._size:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        start = 0
        while start < len(self._waiting) or self._keep:
            end = start + self._size
            last = end >= len(self._waiting)
            self._write_slice(self._waiting[start:end], self._keep if last else None)
            if last:
                self._keep = None
            start = end
        self._waiting.clear()

    def finish(self) -> None:
        """Write what waits and compare all with what else its visitors did."""
        self.flush()
        judge_scans(self._judge)

    def count_verdicts(self) -> dict[Verdict, int]:
        """Return how many of the rows that went in have each verdict by now."""
        counts = dict.fromkeys(Verdict, 0)
        for span in self._spans:
            for verdict, count in self._db.conn.execute(_COUNT, span):
                counts[Verdict(verdict)] += count
        return counts

    def _write_slice(self, hits: Sequence[Hit], keep: Callable[[], object] | None) -> None:
        started = perf_counter()
        with writing(self._db):
            after_id = last_scan_id(self._db)
            if self._mended:
                take_back_unknown(self._judge, hits)
                after_id = min(after_id, last_scan_id(self._db))  # ids of the newest rows are given again
            self.new += insert_hits(self._judge, hits)
            self.read += len(hits)
            if keep:
                keep()
            self._add_span(after_id, last_scan_id(self._db))
        self._size = min(_MOST, max(_FEWEST, int(len(hits) * _SECONDS / (perf_counter() - started))))

    def _add_span(self, after_id: int, last_id: int) -> None:
        if self._spans and self._spans[-1][1] == after_id:
            after_id, _ = self._spans.pop()
        self._spans.append((after_id, last_id))

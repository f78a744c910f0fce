"""Five rule-based models gone on with after a thousandth of new rows, beside all counted anew.

``python -m benchmarks.incremental 10000000`` takes another number of scans than a million, one turn of each.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest, Done, run_contest
from o2o import times
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.keeping import attribute_kept
from o2o.attribution.models import parse_models
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import attribute
from o2o.config import EngineName
from o2o.db import Database, writing
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 1_000_000
"""Scans; there are a quarter as many visitors, an eighth as many orders."""

QUICK_SIZE = 20_000

_TOUCHPOINTS = 300
_SPAN = 90 * times.DAY
_LATE = 1_000
"""One row in so many is late."""

_MODELS = parse_models(["first,last,linear,position,time-decay"])


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Fill a shop's file, keep a report, and bring late rows before each turn; only processor time is counted."""
    db = create_shop(folder / "shop.db", SETTINGS)
    import_catalog(db, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
    mint_touchpoints(db, MintRequest(Kind.PRODUCT), times.now())
    rows = _Rows(db, size)
    rows.add(size)
    db.conn.execute("ANALYZE")
    question = Question(Outcome.ORDERS, _MODELS)
    attribute_kept(db, SETTINGS, question, now=0)

    def gone_on() -> Done:
        rows.add(size // _LATE)
        return _time(size, lambda: attribute_kept(db, SETTINGS, question, now=0))

    def anew(name: EngineName) -> Done:
        return _time(size, lambda: attribute(db, SETTINGS, question, choose_engine(db, name)))

    peers = {"all anew, DuckDB": lambda: anew(EngineName.DUCKDB), "all anew, SQLite": lambda: anew(EngineName.SQLITE)}
    what = f"five models of {size:,} scans after {size // _LATE:,} new ones"
    yield Contest(what, "scans/s of processor time", gone_on, peers, once=size > SIZE)
    db.close()


def _time(size: int, work: Callable[[], object]) -> Done:
    started = time.process_time()
    work()
    return Done(size, 0, time.process_time() - started)


class _Rows:
    """Scans and orders of visitors and times at random, as their importers would leave them."""

    def __init__(self, db: Database, size: int) -> None:
        import numpy as np

        self._db, self._visitors = db, size // 4
        self._random = np.random.default_rng(1)
        self._start = times.parse_at("2026-01-01", SETTINGS.zone)
        self._orders = 0
        with writing(db):
            numbers = range(1, self._visitors + 1)
            db.conn.executemany("INSERT INTO visitors (id, visitor) VALUES (?, ?)", ((n, f"{n}") for n in numbers))

    def add(self, scans: int) -> None:
        """Add scans, and an eighth as many orders."""
        columns = "scanned_at, code, touchpoint_id, visitor_id, verdict, source"
        marks = zip(
            self._draw_times(scans), self._draw(scans, _TOUCHPOINTS), self._draw(scans, self._visitors), strict=True
        )
        sales = zip(self._draw_times(scans // 8), self._draw(scans // 8, self._visitors), strict=True)
        with writing(self._db):
            self._db.conn.executemany(f"INSERT INTO scans ({columns}) VALUES (?, '', ?, ?, 'human', 'csv')", marks)
            self._db.conn.executemany(
                "INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?)",
                (
                    (f"{number}", at, f"{visitor}", 100 + number % 19_900)
                    for number, (at, visitor) in enumerate(sales, start=self._orders)
                ),
            )
        self._orders += scans // 8

    def _draw(self, count: int, most: int) -> list[int]:
        drawn: list[int] = self._random.integers(1, most + 1, count).tolist()
        return drawn

    def _draw_times(self, count: int) -> list[int]:
        return sorted(self._start + at for at in self._draw(count, _SPAN))


def main() -> None:
    """Say what a run of each kind costs."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as folder, contest(Path(folder), size) as made:
        for score in run_contest(made, 3):
            ours, theirs = size / score.ours, size / score.theirs
            print(f"{score.what}: {ours:.2f} s; {score.peer} {theirs:.2f} s; {ours / theirs:.1%} of it")


if __name__ == "__main__":
    main()

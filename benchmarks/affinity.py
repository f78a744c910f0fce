"""What is scanned together: ours beside mlxtend on the same visits, counts, confidence and lift held equal.

``python -m benchmarks.affinity 10000000`` takes another number of scans than 400,000.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest
from o2o import times
from o2o.analytics.affinity import Affinities, AffinityTerms, find_affinities
from o2o.config import EngineName
from o2o.db import Database, writing
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 400_000
QUICK_SIZE = 40_000
_PRODUCTS, _TOGETHER, _LEAST = 300, 4, 50


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Fill a shop's file with visits once, then ask what is scanned together in them."""
    db, scanned = _fill(folder, size)

    def by_engine(engine: EngineName) -> int:
        find_affinities(db, replace(SETTINGS, engine=engine), AffinityTerms(None, times.now(), least=_LEAST))
        return size

    def mlxtend() -> int:
        _ask_mlxtend(scanned)
        return size

    yield Contest(
        f"pairs of {_PRODUCTS} products in visits of {size:,} scans by DuckDB",
        "scans/s",
        partial(by_engine, EngineName.DUCKDB),
        {"mlxtend, finished visits in memory": mlxtend, "ours, SQLite": partial(by_engine, EngineName.SQLITE)},
        once=True,
    )
    db.close()


def main() -> None:
    """Say what each takes, and fail where they differ."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as folder:
        db, scanned = _fill(Path(folder), size)
        start, cpu = time.perf_counter(), time.process_time()
        ours = find_affinities(db, SETTINGS, AffinityTerms(None, times.now(), least=_LEAST))
        print(f"o2o: {time.perf_counter() - start:.1f} s ({time.process_time() - cpu:.1f} s of this process)")
        start = time.perf_counter()
        theirs = _ask_mlxtend(scanned)
        print(f"mlxtend: {time.perf_counter() - start:.1f} s")
        _compare(ours, theirs)
        db.close()


def _fill(folder: Path, size: int) -> tuple[Database, np.ndarray]:
    """Write visits of four scans a minute apart, and return the products of each."""
    random = np.random.default_rng(1)
    db = create_shop(folder / "shop.db", SETTINGS)
    import_catalog(db, write_products(folder / "products.csv", _PRODUCTS), now=times.now())
    marks = mint_touchpoints(db, MintRequest(Kind.PRODUCT), times.now())
    visits = size // _TOGETHER
    scanned = np.minimum(random.exponential(40, (visits, _TOGETHER)), _PRODUCTS - 1).astype(int)
    start = times.parse_at("2026-01-01", SETTINGS.zone)
    at = np.sort(random.integers(0, 180 * times.DAY, visits)) + start
    rows = (
        (int(at[visit]) + step * times.MINUTE, marks[scanned[visit, step]].id, visit + 1)
        for visit in range(visits)
        for step in range(_TOGETHER)
    )
    with writing(db):
        db.conn.executemany(
            "INSERT INTO visitors (id, visitor) VALUES (?, ?)", ((v, f"{v}") for v in range(1, visits + 1))
        )
        db.conn.executemany(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            " VALUES (?, '', ?, ?, 'human', 'csv')",
            rows,
        )
        db.conn.execute("UPDATE touchpoint_periods SET valid_from = 0")
    names = np.array([mark.subject_id for mark in marks])
    return db, names[scanned]


def _ask_mlxtend(scanned: np.ndarray) -> dict[tuple[str, str], tuple[float, float, float]]:
    import pandas as pd
    from mlxtend.frequent_patterns import apriori, association_rules

    items, codes = np.unique(scanned, return_inverse=True)
    table = np.zeros((len(scanned), len(items)), bool)
    table[np.repeat(np.arange(len(scanned)), _TOGETHER), codes.ravel()] = True
    least = (_LEAST - 0.5) / len(scanned)
    found = apriori(pd.DataFrame(table, columns=items), min_support=least, use_colnames=True, max_len=2)
    rules = association_rules(found, metric="support", min_threshold=least)
    return {
        (*one, *other): (support * len(scanned), confidence, lift)
        for one, other, support, confidence, lift in zip(
            *(rules[name] for name in ("antecedents", "consequents", "support", "confidence", "lift")), strict=True
        )
    }


def _compare(ours: Affinities, theirs: dict[tuple[str, str], tuple[float, float, float]]) -> None:
    for number, pair in enumerate(zip(ours.one, ours.other, strict=True)):
        figures = ours.counts[number], ours.confidence.value[number], ours.lift.value[number]
        assert np.allclose(figures, theirs[pair]), pair
    assert ours.tested == len(theirs) // 2
    print(f"{ours.tested:,} pairs, all equal")


if __name__ == "__main__":
    main()

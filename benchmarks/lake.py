"""Five models by touchpoint from a lake of as many scans as asked: ``python -m benchmarks.lake 1000000 10000000``.

4 scans a visitor, 1 order per 8 scans, 300 touchpoints, 90 days. Prints seconds, processor seconds and the most memory,
and microseconds of processor a scan: what grows faster than the data shows there.
"""

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.catalog import SETTINGS, write_products
from o2o.attribution.engines.choice import open_lake
from o2o.attribution.engines.export import LakeExport, export_lake
from o2o.attribution.engines.lake import MANIFEST
from o2o.attribution.models import MODELS
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import answer_levels
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.times import now, parse_at
from o2o.touchpoints import MintRequest, mint_touchpoints

_TOUCHPOINTS = 300
_TABLES = {
    "visitors": "SELECT i + 1 AS id, CAST(i + 1 AS VARCHAR) AS visitor FROM range($size // 4) AS r(i)",
    "scans": """
        SELECT i + 1 AS id, $start + hash(i, 1) % 7776000000 AS scanned_at, 1 + hash(i, 2) % 300 AS touchpoint_id,
            1 + hash(i, 3) % ($size // 4) AS visitor_id, 'human' AS verdict, '' AS reason, NULL AS scan_id,
            'csv' AS source, 0 AS signals, '' AS note
        FROM range($size) AS r(i)
    """,
    "orders": """
        SELECT i + 1 AS id, CAST(i AS VARCHAR) AS order_id, NULL AS store_id,
            $start + hash(i, 4) % 7776000000 AS ordered_at, NULL AS customer,
            CAST(1 + hash(i, 5) % ($size // 4) AS VARCHAR) AS visitor, NULL AS scan_id,
            100 + hash(i, 6) % 20000 AS amount, NULL AS refund_of
        FROM range($size // 8) AS r(i)
    """,
}


def make_lake(folder: Path, size: int) -> None:
    """Write a lake as the export would, its large tables made by DuckDB."""
    db = create_shop(folder / "shop.db", SETTINGS)
    import_catalog(db, write_products(folder / "products.csv", _TOUCHPOINTS), now=now())
    mint_touchpoints(db, MintRequest(Kind.PRODUCT), now())
    manifest = export_lake(db, str(folder), LakeExport())
    db.close()
    start = parse_at("2026-01-01", SETTINGS.zone)
    for table, sql in _TABLES.items():
        _write_table(folder / manifest.folder / table, sql, manifest.columns[table], {"size": size, "start": start})
    rows = dict(manifest.rows) | {"scans": size, "visitors": size // 4, "orders": size // 8}
    (folder / MANIFEST).write_bytes(replace(manifest, rows=rows).dump())


def _write_table(folder: Path, sql: str, columns: Any, numbers: dict[str, int]) -> None:
    import duckdb

    named = [name for name in columns if f" AS {name}" in sql]
    values = {name: name if name in named else "NULL" for name in columns}
    chosen = ", ".join(f"CAST({values[name]} AS {kind}) AS {name}" for name, kind in columns.items())
    for name, value in numbers.items():
        sql = sql.replace(f"${name}", str(value))
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = FALSE")
        connection.execute(f"COPY (SELECT {chosen} FROM ({sql})) TO '{folder}/part-0.parquet' (FORMAT parquet)")


def measure(size: int) -> Iterator[str]:
    """Make a lake of a size and return a row of the table without the range of each figure, and one with it."""
    with TemporaryDirectory() as temporary:
        make_lake(Path(temporary), size)
        for shown, intervals in (("", False), (", with ranges", True)):
            took, work = _ask(temporary, Question(Outcome.ORDERS, MODELS, intervals=intervals))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            yield f"| {size:,}{shown} | {took:.1f} s | {work:.1f} s | {1e6 * work / size:.2f} | {peak:.1f} GB |"


def _ask(target: str, question: Question) -> tuple[float, float]:
    """Return the seconds and the processor's seconds that an answer takes."""
    engine, manifest = open_lake(target)
    began, worked = time.perf_counter(), time.process_time()
    answer_levels(engine, lambda: manifest.state, manifest.shop_settings, question, [question.by])
    return time.perf_counter() - began, time.process_time() - worked


if __name__ == "__main__":
    sys.stdout.write("| scans | took | processor | µs a scan | memory |\n|---|---|---|---|---|\n")
    for text in sys.argv[1:]:
        for row in measure(int(text)):
            sys.stdout.write(row + "\n")
            sys.stdout.flush()

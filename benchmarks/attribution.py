"""Attribution of orders by touchpoint, linear and by five models, beside pandas and Polars on the same question.

Polars is raced twice: from the file on, and on rows that both have in memory, where what comes out is compared, too.
"""

import math
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest
from o2o import times
from o2o.attribution.crediting import Credit, credit_journeys
from o2o.attribution.engines.duckdb import DuckdbEngine
from o2o.attribution.engines.shop_file import ShopFile
from o2o.attribution.journeys import gathered
from o2o.attribution.models import MODELS
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import attribute
from o2o.db import Database, shop_file, writing
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 400_000
"""Scans; there are a quarter as many orders and a tenth as many visitors."""

_TOUCHPOINTS = 300
_YEAR = 365 * times.DAY


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Fill a shop's file once, then ask it who brought the orders."""
    db = fill_shop(folder, size)
    db_path = shop_file(db)

    def ours() -> int:
        attribute(db, SETTINGS, Question(Outcome.ORDERS))
        return size + size // 4

    def pandas_merge() -> int:
        _attribute_with_pandas(db_path)
        return size + size // 4

    def five_models() -> int:
        attribute(db, replace(SETTINGS, engine="duckdb"), Question(Outcome.ORDERS, MODELS))
        return size + size // 4

    def without_intervals() -> int:
        attribute(db, replace(SETTINGS, engine="duckdb"), Question(Outcome.ORDERS, MODELS, intervals=False))
        return size + size // 4

    def on_sqlite(*, intervals: bool) -> int:
        attribute(db, replace(SETTINGS, engine="sqlite"), Question(Outcome.ORDERS, MODELS, intervals=intervals))
        return size + size // 4

    def polars_join() -> int:
        _credit_with_polars(*_read_with_polars(db_path))
        return size + size // 4

    with _loaded(db_path, size) as in_memory:
        yield (
            Contest("linear attribution", "scans and orders/s", ours, {"pandas read_sql and merge": pandas_merge}),
            Contest(
                "five models by DuckDB",
                "scans and orders/s",
                five_models,
                {"Polars by hand": polars_join, "the same without intervals": without_intervals},
            ),
            Contest(
                "five models with intervals by SQLite",
                "scans and orders/s",
                partial(on_sqlite, intervals=True),
                {"the same without intervals": partial(on_sqlite, intervals=False)},
            ),
            in_memory,
        )
    db.close()


class _LoadedEngine(DuckdbEngine):
    """DuckDB whose session goes on from question to question, so that what was loaded stays."""

    @contextmanager
    def session(self) -> Iterator[None]:
        yield

    def loaded(self) -> AbstractContextManager[None]:
        return super().session()


@contextmanager
def _loaded(db_path: Path, size: int) -> Iterator[Contest]:
    """Load the same rows into DuckDB and into Polars, and see that both tell the same of them."""
    engine = _LoadedEngine(ShopFile(db_path))
    with engine.loaded():
        scans, orders, codes = _read_with_polars(db_path)

        def ours() -> int:
            _credit(engine)
            return size + size // 4

        def polars() -> int:
            _credit_with_polars(scans, orders, codes)
            return size + size // 4

        _compare(_credit(engine), _credit_with_polars(scans, orders, codes))
        what = "five models by DuckDB, rows in memory"
        yield Contest(what, "scans and orders/s", ours, {"Polars by hand, in memory": polars})


def _credit(engine: DuckdbEngine) -> list[Credit]:
    question = Question(Outcome.ORDERS, MODELS, intervals=False)  # Polars has none either
    with gathered(engine, SETTINGS, question) as journeys:
        journeys.key_by(question.by)
        return list(credit_journeys(journeys).credits)


def _compare(ours: list[Credit], theirs: Any) -> None:
    """Raise AssertionError unless credits are the same, and money but for what is rounded to whole minor units."""
    found = {row["code"]: row for row in theirs.iter_rows(named=True)}
    for credit in ours:
        row, name = found[credit.key], credit.model.name
        assert math.isclose(credit.conversions, row[name], rel_tol=1e-6), (credit, row)
        assert math.isclose(credit.revenue, row[f"{name}_money"], rel_tol=1e-4), (credit, row)


def fill_shop(folder: Path, size: int) -> Database:
    """Return a shop's file with so many scans, a quarter as many orders and a tenth as many visitors."""
    db = create_shop(folder / "shop.db", SETTINGS)
    import_catalog(db, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
    touchpoints = mint_touchpoints(db, MintRequest(Kind.PRODUCT), times.now())
    _fill(db, [touchpoint.id for touchpoint in touchpoints], size)
    return db


def _fill(db: Database, touchpoints: list[int], size: int) -> None:
    """Write scans and orders as their importers would leave them; how fast those are is another contest."""
    random = Random(1)
    visitors = range(1, size // 10 + 1)
    start = times.parse_at("2026-01-01", SETTINGS.zone)
    scans = (
        (start + random.randrange(_YEAR), "", random.choice(touchpoints), random.choice(visitors), "human", "csv")
        for _ in range(size)
    )
    orders = (
        (str(number), start + random.randrange(_YEAR), str(random.choice(visitors)), random.randrange(100, 20_000))
        for number in range(size // 4)
    )
    with writing(db):
        db.conn.executemany("INSERT INTO visitors (id, visitor) VALUES (?, ?)", ((v, str(v)) for v in visitors))
        db.conn.executemany(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            scans,
        )
        db.conn.executemany("INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?)", orders)


def _read_with_polars(db_path: Path) -> tuple[Any, Any, Any]:
    """Return the counted scans, the orders with the visitors' ids, and the codes of touchpoints."""
    import polars as pl

    uri = f"sqlite:///{db_path}"
    queries = (
        "SELECT id, scanned_at, touchpoint_id, visitor_id FROM scans WHERE verdict = 'human'",
        "SELECT orders.id AS sale, ordered_at, amount, visitors.id AS visitor_id "
        "FROM orders JOIN visitors ON visitors.visitor = orders.visitor",
        "SELECT id AS touchpoint_id, code FROM touchpoints",
    )
    scans, orders, codes = (pl.read_database_uri(query, uri, engine="adbc") for query in queries)
    return scans, orders, codes


def _credit_with_polars(scans: Any, orders: Any, codes: Any) -> Any:
    """Return credit by touchpoint under five models: no verdicts but one, no refunds, money as floats."""
    import polars as pl

    age = pl.col("ordered_at") - pl.col("scanned_at")
    touches = orders.join(scans, on="visitor_id").filter((age >= 0) & (age <= 30 * times.DAY))
    touches = touches.sort("sale", "scanned_at", "id").with_columns(
        place=pl.int_range(pl.len()).over("sale"),
        length=pl.len().over("sale"),
        weight=(-(pl.col("scanned_at").max().over("sale") - pl.col("scanned_at")) / (7 * times.DAY))
        .mul(math.log(2))
        .exp(),
    )
    is_end = (pl.col("place") == 0) | (pl.col("place") == pl.col("length") - 1)
    weight = pl.when(is_end).then(0.4).otherwise(0.2 / (pl.col("length") - 2))
    whole = pl.when(pl.col("length") == 1).then(0.4).when(pl.col("length") == 2).then(0.8).otherwise(1.0)
    shares = {
        "first": (pl.col("place") == 0).cast(float),
        "last": (pl.col("place") == pl.col("length") - 1).cast(float),
        "linear": 1 / pl.col("length"),
        "position": weight / whole,
        "time-decay": pl.col("weight") / pl.col("weight").sum().over("sale"),
    }
    touches = touches.with_columns(**shares)
    sums = touches.group_by("touchpoint_id").agg(
        *(pl.col(name).sum() for name in shares),
        *((pl.col(name) * pl.col("amount")).sum().alias(f"{name}_money") for name in shares),
    )
    return sums.join(codes, on="touchpoint_id")


def _attribute_with_pandas(db_path: Path) -> None:
    """Return credit and revenue by touchpoint: no verdicts, no shared visitors, no refunds, cents as floats."""
    import pandas as pd

    with sqlite3.connect(db_path) as connection:
        scans = pd.read_sql(
            "SELECT scanned_at, touchpoint_id, visitor FROM scans JOIN visitors ON visitors.id = scans.visitor_id "
            "WHERE verdict = 'human'",
            connection,
        )
        orders = pd.read_sql("SELECT id, ordered_at, visitor, amount FROM orders", connection)
    touches = orders.merge(scans, on="visitor")
    age = touches["ordered_at"] - touches["scanned_at"]
    touches = touches[(age >= 0) & (age <= 30 * times.DAY)]
    touches = touches.assign(credit=1 / touches.groupby("id")["id"].transform("size"))
    touches = touches.assign(revenue=touches["credit"] * touches["amount"])
    touches.groupby("touchpoint_id")[["credit", "revenue"]].sum()
    connection.close()

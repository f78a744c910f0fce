"""Linear attribution of orders by touchpoint, beside a merge in pandas that answers the same question."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest
from o2o import times
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import attribute
from o2o.db import Database, writing
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 400_000
"""Scans; there are a quarter as many orders and a tenth as many visitors."""

_TOUCHPOINTS = 300
_YEAR = 365 * times.DAY


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Fill a shop's file once, then ask it who brought the orders."""
    db_path = folder / "shop.db"
    db = create_shop(db_path, SETTINGS)
    import_catalog(db, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
    touchpoints = mint_touchpoints(db, MintRequest(Kind.PRODUCT), times.now())
    _fill(db, [touchpoint.id for touchpoint in touchpoints], size)

    def ours() -> int:
        attribute(db, SETTINGS, Question(Outcome.ORDERS))
        return size + size // 4

    def pandas_merge() -> int:
        _attribute_with_pandas(db_path)
        return size + size // 4

    yield Contest("linear attribution", "scans and orders/s", ours, {"pandas read_sql and merge": pandas_merge})
    db.close()


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

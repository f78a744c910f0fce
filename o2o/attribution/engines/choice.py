"""Which engine answers a question about a shop's file: SQLite in place, or DuckDB where copying pays.

Only SQLite is always there: all else is imported once it is asked for.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from o2o.attribution.engines import Engine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.config import EngineName
from o2o.db import Database, shop_file
from o2o.errors import MissingPackageError, SettingError

if TYPE_CHECKING:
    from o2o.attribution.engines.lake import LakeManifest

CLICKHOUSE = ("clickhouse://", "clickhouses://")
"""How addresses of ClickHouse begin: by HTTP, and by HTTPS."""

SPARK = ("spark:", "local", "yarn", "k8s:")
"""How the masters of Spark begin."""

MANY_ROWS = 500_000
"""From so many scans and order lines on DuckDB is faster: SQLite takes as long for these as that takes to start."""

_PACKAGES = ("adbc_driver_sqlite", "duckdb", "pyarrow", "sqlglot")


def choose_engine(db: Database, name: str) -> Engine:
    """Return the engine of a name, on an open file.

    DuckDB reads what is committed: inside a transaction only SQLite sees what the transaction wrote.
    """
    if name == EngineName.SQLITE or (name == EngineName.AUTO and not _pays(db)):
        return SqliteEngine(db)
    if name not in (EngineName.AUTO, EngineName.DUCKDB):
        raise SettingError("engine", name, "doesn't read a shop's file", "export a lake and add --lake TARGET")
    if package := _find_missing():
        raise MissingPackageError("--engine duckdb", package, "engines")
    from o2o.attribution.engines.duckdb import DuckdbEngine
    from o2o.attribution.engines.shop_file import ShopFile

    return DuckdbEngine(ShopFile(shop_file(db)))


def open_lake(target: str, name: str = EngineName.AUTO) -> "tuple[Engine, LakeManifest]":
    """Return the engine of a name on a lake, and what the lake holds; ClickHouse has a copy and needs no ``target``."""
    if name.startswith(CLICKHOUSE):
        from o2o.attribution.engines import clickhouse

        return clickhouse.open_server(name)
    if package := _find_missing():
        raise MissingPackageError("a lake", package, "engines")
    from o2o.attribution.engines.lake import Lake

    lake = Lake.open(target)
    if name in (EngineName.AUTO, EngineName.DUCKDB):
        from o2o.attribution.engines.duckdb import DuckdbEngine

        return DuckdbEngine(lake), lake.manifest
    if name.startswith(SPARK) and find_spec("pyspark"):
        from o2o.attribution.engines.spark import SparkEngine

        return SparkEngine(name, lake), lake.manifest
    if name.startswith(SPARK):
        raise MissingPackageError(f"--engine {name}", "pyspark", "spark")
    raise SettingError("engine", name, "reads no lake", "leave --engine out, or name duckdb or a master of Spark")


def _pays(db: Database) -> bool:
    return _is_large(db) and not db.conn.in_transaction and not _find_missing()


def _is_large(db: Database) -> bool:
    (scans,) = db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()
    more = max(0, MANY_ROWS - scans)
    (lines,) = db.conn.execute("SELECT count(*) FROM (SELECT 1 FROM order_lines LIMIT ?)", [more]).fetchone()
    return bool(lines >= more)


def _find_missing() -> str | None:
    return next((package for package in _PACKAGES if find_spec(package) is None), None)

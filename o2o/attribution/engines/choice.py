"""Which engine answers a question about a shop's file: SQLite in place, or DuckDB where copying pays."""

from importlib.util import find_spec

from o2o.attribution.engines import Engine, clickhouse, spark
from o2o.attribution.engines.duckdb import DuckdbEngine
from o2o.attribution.engines.lake import Lake, LakeManifest
from o2o.attribution.engines.shop_file import ShopFile
from o2o.attribution.engines.spark import SparkEngine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.config import EngineName
from o2o.db import Database, shop_file
from o2o.errors import MissingPackageError, SettingError

MANY_SCANS = 500_000
"""From so many scans on DuckDB is faster: to start it and its readers takes as long as SQLite takes for these."""

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
    return DuckdbEngine(ShopFile(shop_file(db)))


def open_lake(target: str, name: str = EngineName.AUTO) -> tuple[Engine, LakeManifest]:
    """Return the engine of a name on a lake, and what the lake holds; ClickHouse has a copy and needs no ``target``."""
    if name.startswith(clickhouse.SCHEMES):
        return clickhouse.open_server(name)
    if package := _find_missing():
        raise MissingPackageError("a lake", package, "engines")
    lake = Lake.open(target)
    if name in (EngineName.AUTO, EngineName.DUCKDB):
        return DuckdbEngine(lake), lake.manifest
    if name.startswith(spark.SCHEMES) and find_spec("pyspark"):
        return SparkEngine(name, lake), lake.manifest
    if name.startswith(spark.SCHEMES):
        raise MissingPackageError(f"--engine {name}", "pyspark", "spark")
    raise SettingError("engine", name, "reads no lake", "leave --engine out, or name duckdb or a master of Spark")


def _pays(db: Database) -> bool:
    (scans,) = db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()
    return scans >= MANY_SCANS and not db.conn.in_transaction and not _find_missing()


def _find_missing() -> str | None:
    return next((package for package in _PACKAGES if find_spec(package) is None), None)

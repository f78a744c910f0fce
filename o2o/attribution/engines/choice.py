"""Which engine answers a question about a shop's file: SQLite in place, or DuckDB where copying pays."""

from importlib.util import find_spec

from o2o.attribution.engines import Engine
from o2o.attribution.engines.duckdb import DuckdbEngine
from o2o.attribution.engines.shop_file import ShopFile
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.config import EngineName
from o2o.db import Database, shop_file
from o2o.errors import MissingPackageError

MANY_SCANS = 500_000
"""From so many scans on DuckDB is faster: to start it and its readers takes as long as SQLite takes for these."""

_PACKAGES = ("adbc_driver_sqlite", "duckdb", "pyarrow", "sqlglot")


def choose_engine(db: Database, name: str) -> Engine:
    """Return the engine of a name, on an open file.

    DuckDB reads what is committed: inside a transaction only SQLite sees what the transaction wrote.
    """
    if name == EngineName.SQLITE or (name == EngineName.AUTO and not _pays(db)):
        return SqliteEngine(db)
    if package := _find_missing():
        raise MissingPackageError("--engine duckdb", package, "engines")
    return DuckdbEngine(ShopFile(shop_file(db)))


def _pays(db: Database) -> bool:
    (scans,) = db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()
    return scans >= MANY_SCANS and not db.conn.in_transaction and not _find_missing()


def _find_missing() -> str | None:
    return next((package for package in _PACKAGES if find_spec(package) is None), None)

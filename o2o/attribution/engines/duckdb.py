"""DuckDB beside the shop's file: what journeys are made of is copied by columns into memory, the rest stays there."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from o2o.attribution.engines.dialect import Translation, translate

_DIALECT = "duckdb"


class Source(Protocol):
    """Where an engine finds the tables of a shop."""

    def session(self, connect: Callable[[], Any]) -> AbstractContextManager[None]:
        """See one state of the data, and connect to the engine."""

    def answers(self, query: Translation) -> bool:
        """Tell whether a query reads what isn't given to the engine and is to be answered here."""

    def answer(self, sql: str, parameters: Mapping[str, Any]) -> "Future[Any]":
        """Return the rows of our SQL as an Arrow table."""

    def load(self, table: str) -> None:
        """Give the engine a table."""


@dataclass(slots=True)
class DuckdbEngine:
    """DuckDB in this process on the tables of a source."""

    source: Source
    threads: int = 0
    _connection: Any = None
    _there: set[str] = field(default_factory=set)
    _coming: dict[str, "Future[Any]"] = field(default_factory=dict)
    name = "duckdb"

    @property
    def version(self) -> str:
        """DuckDB's version."""
        import duckdb

        return str(duckdb.__version__)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Start DuckDB, and forget all after."""
        with ExitStack() as stack, self.source.session(lambda: self._connect(stack)):
            self._there, self._coming = set(), {}
            yield

    def _connect(self, stack: ExitStack) -> Any:
        import duckdb
        import pyarrow  # noqa: F401 -- asked for by the first table that comes

        folder = stack.enter_context(TemporaryDirectory(prefix="o2o-duckdb-", ignore_cleanup_errors=True))
        threads = self.threads or os.cpu_count() or 1
        self._connection = stack.enter_context(duckdb.connect(config={"temp_directory": folder, "threads": threads}))
        self._connection.execute("SET python_enable_replacements = FALSE")  # tables only, no variables of ours
        return self._connection

    def keep(self, part: str, sql: str, parameters: Mapping[str, Any], _index: str = "") -> str:
        """Keep the rows of a query in a table; DuckDB needs no index."""
        table = f"kept_{part}"
        query = translate(sql, _DIALECT, parameters)
        self._there.discard(table)
        if self.source.answers(query):
            self._coming[table] = self.source.answer(sql, parameters)
        else:
            self._run(f"CREATE OR REPLACE TEMP TABLE {table} AS {query.sql}", query, parameters)
            self._there.add(table)
        return f"SELECT * FROM {table}"

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query."""
        query = translate(sql, _DIALECT, parameters)
        if self.source.answers(query):
            yield from self.source.answer(sql, parameters).result().to_pylist()
            return
        found = self._run(query.sql, query, parameters)
        names = [column[0] for column in found.description]
        while rows := found.fetchmany(10_000):
            yield from (dict(zip(names, row, strict=True)) for row in rows)

    def columns(self, sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a query as NumPy arrays."""
        query = translate(sql, _DIALECT, parameters)
        found: dict[str, Any] = self._run(query.sql, query, parameters).fetchnumpy()
        return found

    def _run(self, sql: str, query: Translation, parameters: Mapping[str, Any]) -> Any:
        for table in sorted(query.tables - self._there):
            self._fetch(table)
        return self._connection.execute(sql, query.select(parameters))

    def _fetch(self, table: str) -> None:
        if table in self._coming:
            self._connection.register(table, self._coming.pop(table).result())
        else:
            self.source.load(table)
        self._there.add(table)

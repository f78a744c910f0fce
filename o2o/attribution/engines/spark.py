"""Spark on a lake: ``spark://host:7077`` for a cluster of its own, ``local[2]`` for this machine, ``yarn``, ``k8s://…``."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from o2o.attribution.engines.dialect import Translation, translate
from o2o.attribution.engines.lake import Lake
from o2o.errors import SettingError

_TYPES = {"BIGINT": "BIGINT", "DOUBLE": "DOUBLE", "VARCHAR": "STRING"}

_TASK_ROWS = 1_000_000
"""How many rows of the largest table a task of a sort or a join is given where all cores have enough to do."""


@dataclass(slots=True)
class SparkEngine:
    """Spark at a master, on a lake that all its workers can read and write.

    What is kept lies beside the lake's tables until the session ends: a worker that is lost takes nothing with it, and
    each query is planned from files whose size is known, not from all queries before it.
    """

    master: str
    lake: Lake
    _spark: Any = None
    _there: set[str] = field(default_factory=set)
    _kept: int = 0
    _folder: str = field(default_factory=lambda: f"kept-{uuid4().hex}")
    name = "spark"

    @property
    def version(self) -> str:
        """Spark's version."""
        import pyspark

        return str(pyspark.__version__)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Join the cluster, and leave it after; a session that runs already is used and left running."""
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        running = SparkSession.getActiveSession()
        try:
            self._spark = running or SparkSession.builder.master(self.master).appName("o2o").getOrCreate()
        except (Py4JJavaError, PySparkException) as error:
            reason = error.java_exception.getMessage() if isinstance(error, Py4JJavaError) else error
            raise SettingError("engine", self.master, f"Spark can't be joined: {reason}", "check it") from None
        self._spark.conf.set("spark.sql.shuffle.partitions", self._count_tasks())
        self._there, self._kept = set(), 0
        try:
            yield
        finally:
            if not running:
                self._spark.stop()
            self.lake.folder.remove(self._folder)

    def keep(self, part: str, sql: str, parameters: Mapping[str, Any], _index: str = "") -> str:
        """Keep the rows of a query as Parquet files."""
        view = f"kept_{part}"
        self._kept += 1  # a part that is kept anew may be made of its former rows
        files = f"{self.lake.folder.url}/{self._folder}/{self._kept}"
        rows = self._run(sql, parameters)
        rows.write.parquet(files)
        self._spark.read.schema(rows.schema).parquet(files).createOrReplaceTempView(view)
        self._there.add(view)
        return f"SELECT * FROM {view}"

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query."""
        yield from (row.asDict() for row in self._run(sql, parameters).collect())

    def _count_tasks(self) -> int:
        """Return by how many tasks a sort or a join is done at most; Spark joins those that turn out small."""
        rows = max(self.lake.manifest.rows.values())
        return int(max(2 * self._spark.sparkContext.defaultParallelism, rows // _TASK_ROWS))

    def _run(self, sql: str, parameters: Mapping[str, Any]) -> Any:
        query = translate(sql, "spark", parameters)
        self._show(query)
        return self._spark.sql(query.sql, args=query.select(parameters))

    def _show(self, query: Translation) -> None:
        for table in sorted(query.tables - self._there):
            self._read(table).createOrReplaceTempView(table)
            self._there.add(table)

    def _read(self, table: str) -> Any:
        columns = {name: _TYPES[kind] for name, kind in self.lake.manifest.columns[table].items()}
        if not self.lake.manifest.rows[table]:
            blanks = (f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
            return self._spark.sql(f"SELECT {', '.join(blanks)} WHERE FALSE")
        described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        files = f"{self.lake.folder.url}/{self.lake.manifest.folder}/{table}"
        return self._spark.read.schema(described).parquet(files).select(*columns)

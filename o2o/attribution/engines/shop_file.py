"""The tables of a shop's file, read by columns: of scans the counted ones, all else that our queries name."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from o2o.attribution.engines.dialect import Translation, fill_in
from o2o.attribution.engines.readers import Reader, reading_file

_READERS = 2
_EARLY = ("orders", "visitors")
"""What every question needs: it is read before scans, so that something can be done with it while they are."""

_EXTENT = """
SELECT
    coalesce(max(id), 0) / 2 AS middle,
    coalesce(
        max(id) < 1 << 30
        AND (SELECT max(id) FROM scans) < 1 << 33
        AND (SELECT min(scanned_at) FROM scans) >= 0
        AND (SELECT max(scanned_at) FROM scans) < 1 << 43
        AND (SELECT max(id) FROM touchpoints) < 1 << 20,
        0
    ) AS fits
FROM visitors
"""
"""Where half of the visitors end, and whether all numbers of scans fit into the bits that packing has for them."""
_COUNTED = "SELECT {columns} FROM scans WHERE verdict = 'human' AND visitor_id {range}"
_PLAIN = "id, scanned_at, touchpoint_id, visitor_id"
_PACKED = "id << 30 | visitor_id AS who, scanned_at << 20 | coalesce(touchpoint_id, 0) AS what"
"""Two numbers for four: the driver takes longer for each than SQLite takes to find it."""
_UNPACKED = """\
who >> 30 AS id, what >> 20 AS scanned_at, nullif(what & 1048575, 0) AS touchpoint_id, who & 1073741823 AS visitor_id
"""

_NAMED = """\
SELECT 0 AS id, 0 AS scanned_at, 0 AS touchpoint_id, 0 AS visitor_id, '' AS verdict, '' AS scan_id
UNION ALL
SELECT id, scanned_at, touchpoint_id, visitor_id, verdict, scan_id FROM scans
WHERE scan_id IN (
    SELECT scan_id FROM orders UNION SELECT scan_id FROM redemptions UNION SELECT scan_id FROM page_views
)
"""
_SCANS = """
CREATE TEMP VIEW scans AS
SELECT id, scanned_at, touchpoint_id, visitor_id, 'human' AS verdict, NULL AS scan_id FROM counted_scans
UNION ALL
SELECT * FROM named_scans
"""
_BLANKS = {"INTEGER": "0", "REAL": "0.0", "TEXT": "''"}
"""What the first row holds: of a column that begins with many NULLs the driver would not know the type."""
TYPES = {"INTEGER": "BIGINT", "REAL": "DOUBLE", "TEXT": "VARCHAR"}
"""What SQLite's types are called elsewhere."""

_COLUMNS = """
SELECT tables.name AS tbl, columns.name AS name, columns.type AS type
FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND columns.type <> 'BLOB'
ORDER BY tables.name, columns.cid
"""
_ELSEWHERE = frozenset(("reason", "signals", "note", "region", "rule_id", "user_agent_id"))
"""Of scans only: a query that names one of them is about all hits, and is answered by the file."""


@dataclass(slots=True)
class ShopFile:
    """A shop's file as the source of another engine; what is written while it is read stays unseen."""

    path: Path
    _connection: Any = None
    _readers: list[Reader] = field(default_factory=list)
    _columns: dict[str, dict[str, str]] = field(default_factory=dict)
    _coming: "dict[str, list[Future[Any]]]" = field(default_factory=dict)

    @contextmanager
    def session(self, connect: Callable[[], Any]) -> Iterator[None]:
        """See one state of the file, and begin to read what every question needs."""

        def connect_meanwhile() -> None:
            self._connection = connect()

        with reading_file(self.path, _READERS, connect_meanwhile) as readers:
            self._readers = readers
            self._columns = read_columns(readers[-1])
            self._coming = {table: [self._ask(table)] for table in _EARLY}
            extent = readers[0].fetch(_EXTENT).result().to_pylist()[0]
            columns = _PACKED if extent["fits"] else _PLAIN
            ranges = ((columns, f"<= {extent['middle']}"), (columns, f"> {extent['middle']}"), (_PLAIN, "IS NULL"))
            self._coming["scans"] = [
                readers[number % _READERS].fetch(_COUNTED.format(columns=columns, range=text))
                for number, (columns, text) in enumerate(ranges)
            ]
            yield

    def answers(self, query: Translation) -> bool:
        """Tell whether a query is about all hits, of which only the counted ones are read."""
        return "scans" in query.tables and not _ELSEWHERE.isdisjoint(query.columns)

    def answer(self, sql: str, parameters: Mapping[str, Any]) -> "Future[Any]":
        """Let SQLite answer, beside what else is done."""
        return self._readers[0].fetch(fill_in(sql, parameters))

    def load(self, table: str) -> None:
        """Give the engine the columns of a table that our queries name."""
        parts = self._coming.pop(table, None) or [self._ask(table)]
        if table == "scans":
            self._put_scans([part.result() for part in parts])
        else:
            self._put(table, [part.result().slice(1) for part in parts])

    def _ask(self, table: str) -> "Future[Any]":
        return self._readers[-1].fetch(select_rows(table, self._columns[table]))

    def _put_scans(self, counted: list[Any]) -> None:
        named = self._readers[-1].fetch(_NAMED).result().slice(1)
        self._put("named_scans", [named])
        self._put("counted_scans", counted)
        if len(named):
            self._connection.execute("DELETE FROM counted_scans WHERE id IN (SELECT id FROM named_scans)")
        self._connection.execute(_SCANS)

    def _put(self, table: str, parts: list[Any]) -> None:
        for number, part in enumerate(parts):
            self._connection.register(f"part_{number}", part)
        rows = " UNION ALL ".join(
            f"SELECT {_UNPACKED if 'who' in part.column_names else '*'} FROM part_{number}"
            for number, part in enumerate(parts)
        )
        self._connection.execute(f"CREATE TEMP TABLE {table} AS {rows}")
        for number in range(len(parts)):
            self._connection.unregister(f"part_{number}")


def read_columns(reader: Reader) -> dict[str, dict[str, str]]:
    """Return the columns that our queries name, and their types, by the tables that they name."""
    described = reader.fetch(_COLUMNS).result().to_pylist()
    named = [row for row in described if {row["tbl"], row["name"]} <= _names_in_queries()]
    tables = dict.fromkeys(row["tbl"] for row in named)
    return {table: {row["name"]: row["type"] for row in named if row["tbl"] == table} for table in tables}


def select_rows(table: str, columns: Mapping[str, str], rest: str = "", extra: Mapping[str, str] | None = None) -> str:
    """Return a query of a table's columns, and of others made for it, whose first row is blank."""
    names = {f"{table}.{name}": name for name in columns} | dict(extra or {})
    blank = ", ".join(f"{_BLANKS[columns.get(name, 'INTEGER')]} AS {name}" for name in names.values())
    chosen = ", ".join(f"{value} AS {name}" for value, name in names.items())
    return f"SELECT {blank} UNION ALL SELECT {chosen} FROM {table} {rest}"


@cache
def _names_in_queries() -> frozenset[str]:
    # other steps ask journeys by queries of their own, such as reports/touchpoints.activity
    paths = (path for step in ("attribution", "analytics", "reports") for path in files(f"o2o.{step}").iterdir())
    texts = [path.read_text(encoding="utf-8") for path in paths if path.name.endswith(".sql")]
    return frozenset(re.findall(r"\w+", " ".join(texts)))

"""ClickHouse, one server or a cluster of them, by HTTP; ``clickhouse://user@host:8123/database`` says where."""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from o2o.attribution.engines.dialect import fill_in, translate
from o2o.attribution.engines.lake import Lake, LakeManifest
from o2o.errors import O2OError, SettingError

PASSWORD = "O2O_CLICKHOUSE_PASSWORD"  # noqa: S105  its name
"""The environment's variable that holds the password, which belongs into no command."""

_PORTS = {"clickhouse": 8123, "clickhouses": 8443}
_HOUR = 3600
_SETTINGS = "join_use_nulls = 1, prefer_column_name_to_alias = 1, output_format_json_quote_64bit_integers = 0"
"""What makes it answer as SQL has it: missing rows of joins are NULL, a name is a column before it is an alias."""

_TYPES = {"BIGINT": "Int64", "DOUBLE": "Float64", "VARCHAR": "String"}
_ORDERS = {"scans": "visitor_id, scanned_at", "orders": "customer, ordered_at", "visitors": "visitor"}
"""By what large tables are ordered; others by nothing."""


class ClickhouseError(O2OError):
    """ClickHouse couldn't do what it was asked."""

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"ClickHouse at {server}: {reason}")


@dataclass(frozen=True, slots=True)
class Server:
    """Where ClickHouse answers."""

    address: str

    def ask(self, sql: str, body: bytes = b"") -> bytes:
        """Return what a statement gives; ``body`` are rows to be inserted."""
        parts = urlsplit(self.address)
        connect = HTTPSConnection if parts.scheme == "clickhouses" else HTTPConnection
        connection = connect(parts.hostname or "", parts.port or _PORTS[parts.scheme], timeout=_HOUR)
        user = f"{parts.username or 'default'}:{os.environ.get(PASSWORD, '')}"
        headers = {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}
        database = quote(parts.path.strip("/") or "default")
        # without an end to wait for, what goes wrong midway would come after rows, as if all was well
        query = f"/?database={database}&wait_end_of_query=1" + (f"&query={quote(sql)}" if body else "")
        try:
            connection.request("POST", query, body or sql.encode(), headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError as error:
            raise ClickhouseError(parts.netloc, f"{error}; check the address and that it runs") from None
        finally:
            connection.close()
        if answer.status != 200:
            raise ClickhouseError(parts.netloc, content.decode(errors="replace").strip()[:2000])
        return content

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        return [json.loads(line) for line in self.ask(f"{sql} FORMAT JSONEachRow SETTINGS {_SETTINGS}").splitlines()]


@dataclass(slots=True)
class ClickhouseEngine:
    """ClickHouse on the tables that ``load_lake`` made; what is kept are tables that go when the report is done."""

    server: Server
    _run: str = ""
    _kept: set[str] = field(default_factory=set)
    name = "clickhouse"

    @property
    def version(self) -> str:
        """The server's version."""
        return str(self.server.rows("SELECT version() AS version")[0]["version"])

    @contextmanager
    def session(self) -> Iterator[None]:
        """Keep tables under names of this run, and drop them after."""
        self._run, self._kept = f"kept_{uuid4().hex[:12]}", set()
        try:
            yield
        finally:
            for table in self._kept:
                self.server.ask(f"DROP TABLE IF EXISTS {table}")

    def keep(self, part: str, sql: str, parameters: Mapping[str, Any], _index: str = "") -> str:
        """Keep the rows of a query in a table."""
        table = f"{self._run}_{part}"
        query = translate(fill_in(sql, parameters), "clickhouse", {}).sql
        self.server.ask(f"DROP TABLE IF EXISTS {table}")
        self._kept.add(table)
        self.server.ask(f"CREATE TABLE {table} ENGINE = MergeTree ORDER BY tuple() AS {query} SETTINGS {_SETTINGS}")
        return f"SELECT * FROM {table}"

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query."""
        yield from self.server.rows(translate(fill_in(sql, parameters), "clickhouse", {}).sql)


def open_server(address: str) -> tuple[ClickhouseEngine, LakeManifest]:
    """Return ClickHouse at an address, and what was loaded into it."""
    server = Server(address)
    found = server.rows("SELECT content FROM o2o_manifest")
    if not found:
        raise SettingError("engine", address, "nothing was loaded there", "load a lake: o2o lake load LAKE ADDRESS")
    return ClickhouseEngine(server), LakeManifest.load(address, found[-1]["content"].encode())


def load_lake(lake: Lake, address: str) -> int:
    """Put a lake's tables into a database of ClickHouse, in place of what was there; return how many rows."""
    server = Server(address)
    server.ask("CREATE TABLE IF NOT EXISTS o2o_manifest (content String) ENGINE = MergeTree ORDER BY tuple()")
    server.ask("TRUNCATE TABLE o2o_manifest")
    for table, columns in lake.manifest.columns.items():
        described = ", ".join(f"{name} Nullable({_TYPES[kind]})" for name, kind in columns.items())
        order = _ORDERS.get(table, "tuple()")
        server.ask(f"DROP TABLE IF EXISTS {table}")
        server.ask(
            f"CREATE TABLE {table} ({described}) ENGINE = MergeTree ORDER BY ({order}) SETTINGS allow_nullable_key = 1"
        )
        for content in lake.files(table):
            server.ask(f"INSERT INTO {table} FORMAT Parquet", content)
    row = json.dumps({"content": lake.manifest.dump().decode()}).encode()
    server.ask("INSERT INTO o2o_manifest FORMAT JSONEachRow", row)
    return sum(lake.manifest.rows.values())

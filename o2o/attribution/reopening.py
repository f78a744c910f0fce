"""Finds what late data touches, and shows those rows alone to queries: as they were, and as they are.

A row says who it is of: a visitor, a customer, a click id, an order. Whatever says the same belongs together, however
many steps away, and is reopened with a new or changed row. Temporary tables under the names of the file's own then
hold these rows, so that every query reads them as it would read the whole file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from o2o.db import Database

GROWING = ("scans", "orders", "redemptions", "page_views")
"""The tables whose newer rows have larger ids."""

_SAYS = (
    ("scans", "visitor", "visitor_id"),
    ("scans", "click", "scan_id"),
    ("orders", "name", "visitor"),
    ("orders", "customer", "customer"),
    ("orders", "click", "scan_id"),
    ("orders", "order", "order_id"),
    ("orders", "order", "refund_of"),
    ("redemptions", "name", "visitor"),
    ("redemptions", "customer", "customer"),
    ("redemptions", "click", "scan_id"),
    ("redemptions", "order", "nullif(order_id, '')"),
    ("page_views", "visitor", "visitor_id"),
    ("page_views", "customer", "customer"),
    ("page_views", "click", "scan_id"),
)
"""Which columns say what; the number of an order is one of its store's."""

_FINDS = (
    ("scans", "visitor", "t.visitor_id = said.value AND t.signals & 8 = 0"),
    ("scans", "visitor", "t.visitor_id = said.value AND t.signals & 8 <> 0"),
    ("scans", "click", "t.scan_id = said.value"),
    ("orders", "name", "t.visitor = said.value"),
    ("orders", "customer", "t.customer = said.value"),
    ("orders", "click", "t.scan_id = said.value"),
    ("orders", "order", "t.order_id = said.value AND coalesce(t.store_id, '') = said.store"),
    ("orders", "order", "t.refund_of = said.value AND coalesce(t.store_id, '') = said.store"),
    ("redemptions", "name", "t.visitor = said.value"),
    ("redemptions", "customer", "t.customer = said.value"),
    ("redemptions", "click", "t.scan_id = said.value"),
    ("redemptions", "order", "t.order_id = said.value AND t.order_id <> '' AND coalesce(t.store_id, '') = said.store"),
    ("page_views", "visitor", "t.visitor_id = said.value"),
    ("page_views", "customer", "t.customer = said.value"),
    ("page_views", "click", "t.scan_id = said.value"),
)
"""How the rows are found that say it, each by an index of its own."""

_LEADS = (
    ("visitor", "customer", "visitor_customers", "t.customer", "t.visitor_id = said.value"),
    ("customer", "visitor", "visitor_customers", "t.visitor_id", "t.customer = said.value"),
    ("visitor", "name", "visitors", "t.visitor", "t.id = said.value"),
    ("name", "visitor", "visitors", "t.id", "t.visitor = said.value"),
)
"""What leads to what without a row between: who a visitor is, and how he is called."""

_INDEXES = (
    "scans (id)",
    "scans (visitor_id, scanned_at, touchpoint_id) WHERE verdict = 'human'",
    "scans (scan_id) WHERE scan_id IS NOT NULL",
    "orders (id)",
    "orders (coalesce(store_id, ''), order_id)",
    "orders (customer) WHERE customer IS NOT NULL",
    "orders (refund_of, coalesce(store_id, '')) WHERE refund_of IS NOT NULL",
    "order_lines (order_row)",
    "redemptions (id)",
    "page_views (id)",
    "visitors (id)",
    "visitors (visitor)",
    "visitor_customers (visitor_id)",
)
"""Those of the file's own that queries of reports look rows up by."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How far a file was filled: the newest row of each table that grows, and the newest change of a row."""

    scans: int
    orders: int
    redemptions: int
    page_views: int
    change: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """How many rows were late, how many earlier ones had changed, and how many belong to either."""

    late: int
    changed: int
    rows: int


def read_marks(db: Database) -> Marks:
    """Return how far the file is filled."""
    scans, orders, redemptions, views = (_number(db, f"SELECT coalesce(max(id), 0) FROM {name}") for name in GROWING)
    # the log is emptied as far as no report needs it, so that its newest row may be gone
    change = _number(db, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'row_changes'")
    return Marks(scans, orders, redemptions, views, change)


class Reopening:
    """The rows that belong to what is newer than ``marks``, or has changed since; ``most``: more of them are too many.

    It stands in temporary tables inside the caller's transaction, which drops them by going back.
    """

    def __init__(self, db: Database, marks: Marks, most: int) -> None:
        self._db = db
        self._marks = {name: getattr(marks, name) for name in (*GROWING, "change")}
        self.changed = sum(map(self._keep_before, GROWING))
        self._keep_late_links()
        self._run("CREATE TEMP TABLE reopened (name, id, round, PRIMARY KEY (name, id)) WITHOUT ROWID")
        self._run("CREATE TEMP TABLE said (kind, value, store, round, PRIMARY KEY (kind, value, store)) WITHOUT ROWID")
        self._sow()
        self.late = self.rows - self.changed
        round_ = 0
        while self.rows <= most and self._has(round_):
            self._spread(round_)
            round_ += 1

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return _number(self._db, "SELECT count(*) FROM reopened")

    @contextmanager
    def shown(self, *, before: bool) -> Iterator[None]:
        """Let queries read these rows alone, as they were before or as they are."""
        self._run("SAVEPOINT shown")
        try:
            for name in GROWING:
                self._show(name, self._rows_before(name) if before else f"SELECT t.* {_REOPENED.format(name)}")
            self._show("order_lines", "SELECT * FROM main.order_lines WHERE order_row IN (SELECT id FROM orders)")
            self._show("visitor_customers", _LINKS_BEFORE if before else _LINKS)
            self._show("visitors", f"SELECT * FROM main.visitors WHERE id IN ({_SAID} 'visitor')")
            for number, index in enumerate(_INDEXES):
                self._run(f"CREATE INDEX temp.shown_{number} ON {index}")
            yield
        finally:
            self._run("ROLLBACK TO shown")
            self._run("RELEASE shown")

    def _show(self, name: str, sql: str) -> None:
        # under the name of the file's own table, before which it is found
        self._run(f"CREATE TEMP TABLE {name} AS {sql}")

    def _rows_before(self, name: str) -> str:
        kept = f"t.id <= {self._marks[name]} AND t.id NOT IN (SELECT id FROM before_{name})"
        return f"SELECT t.* {_REOPENED.format(name)} AND {kept} UNION ALL SELECT * FROM before_{name}"

    def _keep_before(self, name: str) -> int:
        """Keep rows that have changed as they were, and return how many they are."""
        columns = [row[1] for row in self._run(f"PRAGMA main.table_info({name})")]
        parts = ", ".join(f"json_extract(before, '$.{column}') AS {column}" for column in columns)
        first = (
            f"SELECT min(id) FROM row_changes WHERE name = '{name}' AND id > {self._marks['change']}"
            f" AND changed_row <= {self._marks[name]} GROUP BY changed_row"
        )
        self._run(f"CREATE TEMP TABLE before_{name} AS SELECT {parts} FROM row_changes WHERE id IN ({first})")
        return _number(self._db, f"SELECT count(*) FROM before_{name}")

    def _keep_late_links(self) -> None:
        self._run(
            "CREATE TEMP TABLE late_links AS SELECT changed_row AS visitor_id, json_extract(before, '$.customer') AS"
            f" customer FROM row_changes WHERE name = 'visitor_customers' AND id > {self._marks['change']}"
        )

    def _sow(self) -> None:
        for name in GROWING:
            self._add_rows(name, f"SELECT id FROM main.{name} WHERE id > {self._marks[name]}", 0)
            self._add_rows(name, f"SELECT id FROM before_{name}", 0)
        self._add_said("visitor", "SELECT visitor_id, '' FROM late_links", 0)
        self._add_said("customer", "SELECT customer, '' FROM late_links", 0)

    def _spread(self, round_: int) -> None:
        """Go one step on: what the rows of this round say, and the rows that say it."""
        for name, kind, column in _SAYS:
            store = "coalesce(t.store_id, '')" if kind == "order" else "''"
            rows = f"CROSS JOIN {{}} AS t ON t.id = reopened.id WHERE name = '{name}' AND round = {round_}"
            for source in _sources(name):
                said = f"SELECT {column}, {store} FROM reopened {rows.format(source)} AND {column} IS NOT NULL"
                self._add_said(kind, said, round_)
        said = f"FROM said CROSS JOIN {{}} AS t ON {{}} WHERE said.round = {round_} AND said.kind = '{{}}'"
        for name, kind, condition in _FINDS:
            for source in _sources(name):
                self._add_rows(name, f"SELECT t.id {said.format(source, condition, kind)}", round_ + 1)
        for kind, other, table, column, condition in _LEADS:
            led = f"SELECT {column}, '' {said.format(f'main.{table}', condition, kind)}"
            self._add_said(other, led, round_ + 1)

    def _add_rows(self, name: str, ids: str, round_: int) -> None:
        self._run(f"INSERT OR IGNORE INTO reopened SELECT '{name}', id, {round_} FROM ({ids})")

    def _add_said(self, kind: str, said: str, round_: int) -> None:
        self._run(f"INSERT OR IGNORE INTO said SELECT '{kind}', *, {round_} FROM ({said})")

    def _has(self, round_: int) -> bool:
        query = (
            "SELECT EXISTS (SELECT 1 FROM reopened WHERE round = {0}) OR EXISTS (SELECT 1 FROM said WHERE round = {0})"
        )
        return bool(_number(self._db, query.format(round_)))

    def _run(self, sql: str) -> sqlite3.Cursor:
        return self._db.conn.execute(sql)


_REOPENED = "FROM reopened CROSS JOIN main.{0} AS t ON t.id = reopened.id WHERE reopened.name = '{0}'"
_SAID = "SELECT value FROM said WHERE kind ="
_LINKS = f"SELECT * FROM main.visitor_customers WHERE visitor_id IN ({_SAID} 'visitor')"
_LINKS_BEFORE = f"{_LINKS} AND (visitor_id, customer) NOT IN (SELECT visitor_id, customer FROM late_links)"


def _sources(name: str) -> tuple[str, str]:
    return f"main.{name}", f"before_{name}"


def _number(db: Database, sql: str) -> int:
    return int(db.conn.execute(sql).fetchone()[0])

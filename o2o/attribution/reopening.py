"""Finds what late data touches, and shows those rows alone to queries: as they were, and as they are.

A row says who it is of: a visitor, a customer, a click id, an order. Whatever says the same belongs together, however
many steps away, and is reopened with a new or changed row. Temporary tables under the names of the file's own
hold these rows, so that every query reads them as it would read the whole file.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from o2o.db import Database

TELLING = ("scans", "orders", "redemptions", "page_views")
"""The tables whose rows are late, or change."""

GROWING = (*TELLING, "visitors")
"""The tables whose newer rows have larger ids."""

_SAYS = (
    ("scans", "visitor", "visitor_id"),
    ("scans", "click", "scan_id"),
    ("orders", "name", "visitor"),
    ("orders", "customer", "customer"),
    ("orders", "click", "scan_id"),
    ("orders", "sale", "order_id"),
    ("orders", "order", "refund_of"),
    ("redemptions", "name", "visitor"),
    ("redemptions", "customer", "customer"),
    ("redemptions", "click", "scan_id"),
    ("redemptions", "order", "nullif(order_id, '')"),
    ("page_views", "visitor", "visitor_id"),
    ("page_views", "customer", "customer"),
    ("page_views", "click", "scan_id"),
    ("visitors", "visitor", "id"),
    ("visitors", "name", "visitor"),
)
"""Which columns say what: whose a row is, which order it names or is (a sale); orders have numbers of their stores."""

_FINDS = (
    ("scans", "visitor", "t.visitor_id = said.value AND t.verdict = 'human'"),
    ("scans", "click", "t.scan_id = said.value"),
    ("orders", "name", "t.visitor = said.value"),
    ("orders", "customer", "t.customer = said.value"),
    ("orders", "click", "t.scan_id = said.value"),
    ("orders", "order", "t.order_id = said.value AND coalesce(t.store_id, '') = said.store"),
    ("orders", "sale", "t.refund_of = said.value AND coalesce(t.store_id, '') = said.store"),
    ("redemptions", "name", "t.visitor = said.value"),
    ("redemptions", "customer", "t.customer = said.value"),
    ("redemptions", "click", "t.scan_id = said.value"),
    ("redemptions", "sale", "t.order_id = said.value AND t.order_id <> '' AND coalesce(t.store_id, '') = said.store"),
    ("page_views", "visitor", "t.visitor_id = said.value"),
    ("page_views", "customer", "t.customer = said.value"),
    ("page_views", "click", "t.scan_id = said.value"),
    ("visitors", "visitor", "t.id = said.value"),
    ("visitors", "name", "t.visitor = said.value"),
)
"""How the rows are found that say it, each by an index of its own."""

_NAMED_FINDS = (
    ("scans", "visitor", "t.visitor_id = said.value AND t.signals & 8 = 0 AND t.verdict <> 'human'"),
    ("scans", "visitor", "t.visitor_id = said.value AND t.signals & 8 <> 0 AND t.verdict <> 'human'"),
)
"""Scans that don't count matter where orders and the like name scans: they tell whose the order is."""

_LEADS = (
    ("visitor", "customer", "t.customer", "t.visitor_id = said.value"),
    ("customer", "visitor", "t.visitor_id", "t.customer = said.value"),
)
"""What leads to what by ``visitor_customers``: it says both."""

_BESIDE = (
    ("order_lines", "order_row IN (SELECT id FROM temp.orders)"),
    ("visitor_customers", "visitor_id IN (SELECT value FROM said WHERE kind = 'visitor')"),
)
"""What belongs to rows without an id of its own."""

_BARE = {"verdict": "'human'"} | {name: f"t.{name}" for name in ("id", "scanned_at", "touchpoint_id", "visitor_id")}
"""What journeys ask of a counted scan that nothing names stands in one index."""

_IS_QUIET = """
    t.visitor_id IS NULL OR t.verdict <> 'human' OR t.visitor_id <= :visitors
    AND EXISTS (
        SELECT 1 FROM main.scans AS seen
        WHERE seen.visitor_id = t.visitor_id AND seen.verdict = 'human' AND seen.id <= :scans
        AND seen.scanned_at >= :earliest AND seen.scanned_at < :until
    )
    AND NOT EXISTS (SELECT 1 FROM main.page_views AS view WHERE view.visitor_id = t.visitor_id)
    AND NOT EXISTS (SELECT 1 FROM main.visitor_customers AS link WHERE link.visitor_id = t.visitor_id)
    AND NOT EXISTS (SELECT 1 FROM main.redemptions AS used WHERE used.visitor = named.visitor)
    AND NOT EXISTS (
        SELECT 1 FROM main.orders AS sale
        WHERE sale.visitor = named.visitor AND (
            sale.customer IS NOT NULL
            OR sale.ordered_at BETWEEN t.scanned_at AND t.scanned_at + :window
            OR EXISTS (
                SELECT 1 FROM main.redemptions AS used
                WHERE used.order_id = sale.order_id AND used.order_id <> ''
                AND coalesce(used.store_id, '') = coalesce(sale.store_id, '')
            )
        )
    )
"""
"""Which late scans change no journey where nothing names a scan: no conversion can see them, their visitors were seen.

A visitor whose customer is known isn't asked further: others' conversions may be his, too.
"""

_INDEXES = (
    "scans (visitor_id, scanned_at, touchpoint_id) WHERE verdict = 'human'",
    "scans (scan_id) WHERE scan_id IS NOT NULL",
    "orders (coalesce(store_id, ''), order_id)",
    "orders (customer) WHERE customer IS NOT NULL",
    "orders (refund_of, coalesce(store_id, '')) WHERE refund_of IS NOT NULL",
    "order_lines (order_row)",
    "visitors (visitor)",
    "visitor_customers (visitor_id)",
)
"""Those of the file's own that queries of reports look rows up by, beside the ids."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How far a file was filled: the newest row of each table that grows, and the newest change of a row."""

    scans: int
    orders: int
    redemptions: int
    page_views: int
    visitors: int
    change: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What the conversions of a question see: scans from ``earliest`` to ``until``, each for so long after."""

    earliest: int
    until: int
    window: int


def read_marks(db: Database) -> Marks:
    """Return how far the file is filled."""
    newest = {name: _number(db, f"SELECT coalesce(max(id), 0) FROM {name}") for name in GROWING}
    # the log is emptied as far as no report needs it, so that its newest row may be gone
    change = _number(db, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'row_changes'")
    return Marks(**newest, change=change)


class Reopening:
    """The rows that belong to what is newer than ``marks``, or has changed since; ``most``: more of them are too many.

    Late scans that nothing of a ``sight`` sees don't reopen their visitors'; without one scans are conversions.
    From now on queries read these rows alone, as they are; inside the caller's transaction, which rolls it back.
    """

    def __init__(self, db: Database, marks: Marks, most: int, sight: Sight | None = None) -> None:
        self._db = db
        self._marks = asdict(marks)
        self._columns = {name: [row[1] for row in self._run(f"PRAGMA main.table_info({name})")] for name in GROWING}
        self.changed = sum(map(self._keep_before, TELLING))
        naming = (table for name in TELLING[1:] for table in (f"main.{name}", f"before_{name}"))
        self._has_clicks = any(
            _number(db, f"SELECT EXISTS (SELECT 1 FROM {table} WHERE scan_id IS NOT NULL)") for table in naming
        )
        for name in GROWING:
            others = ", ".join(column for column in self._columns[name] if column != "id")
            self._run(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY, {others}, round)")
        self._run("CREATE TEMP TABLE said (kind, value, store, round, PRIMARY KEY (kind, value, store)) WITHOUT ROWID")
        late = (_number(db, f"SELECT count(*) FROM main.{name} WHERE id > {self._marks[name]}") for name in TELLING)
        self.late = self._hidden = sum(late)
        round_ = 0
        if self.late <= most:
            self._sow(sight if not self._has_clicks else None)
        while self.rows <= most and self._spread(round_):
            round_ += 1

    @property
    def rows(self) -> int:
        """How many rows are late, have changed, or belong to such."""
        return self._hidden + sum(_number(self._db, f"SELECT count(*) FROM temp.{name}") for name in TELLING)

    def show(self) -> None:
        """Make ready what belongs to these rows, and all by which they are looked up."""
        for name, theirs in _BESIDE:
            self._run(f"CREATE TEMP TABLE {name} AS SELECT * FROM main.{name} WHERE {theirs}")
        for number, index in enumerate(_INDEXES):
            self._run(f"CREATE INDEX temp.shown_{number} ON {index}")

    def go_back(self) -> None:
        """Let queries read the rows as they were at the marks."""
        for name in GROWING:
            self._run(f"DELETE FROM temp.{name} WHERE id > {self._marks[name]}")
        for name in TELLING:
            columns = ", ".join(self._columns[name])
            self._run(f"INSERT OR REPLACE INTO temp.{name} ({columns}) SELECT {columns} FROM before_{name}")
        self._run("DELETE FROM temp.order_lines WHERE order_row NOT IN (SELECT id FROM temp.orders)")
        self._run(
            "DELETE FROM temp.visitor_customers"
            " WHERE (visitor_id, customer) IN (SELECT visitor_id, customer FROM late_links)"
        )

    def show_new_scans(self) -> None:
        """Let queries read nothing of scans but those that are late or have changed, as they are."""
        new = f"id > {self._marks['scans']} OR id IN (SELECT id FROM temp.before_scans)"
        self._run("DROP TABLE temp.scans")
        self._run(f"CREATE TEMP TABLE scans AS SELECT * FROM main.scans WHERE {new}")

    def show_former_scans(self) -> None:
        """Let queries read nothing of scans but those that have changed, as they were."""
        self._run("DROP TABLE temp.scans")
        self._run("CREATE TEMP TABLE scans AS SELECT * FROM temp.before_scans")

    def _keep_before(self, name: str) -> int:
        """Keep rows that have changed as they were, and return how many they are."""
        parts = ", ".join(f"json_extract(before, '$.{column}') AS {column}" for column in self._columns[name])
        first = (
            f"SELECT min(id) FROM row_changes WHERE name = '{name}' AND id > {self._marks['change']}"
            f" AND changed_row <= {self._marks[name]} GROUP BY changed_row"
        )
        self._run(f"CREATE TEMP TABLE before_{name} AS SELECT {parts} FROM row_changes WHERE id IN ({first})")
        return _number(self._db, f"SELECT count(*) FROM before_{name}")

    def _sow(self, sight: Sight | None) -> None:
        self._run(
            "CREATE TEMP TABLE late_links AS SELECT changed_row AS visitor_id, json_extract(before, '$.customer') AS"
            f" customer FROM row_changes WHERE name = 'visitor_customers' AND id > {self._marks['change']}"
        )
        for name in TELLING:
            late = f"FROM main.{name} AS t WHERE t.id > {self._marks[name]}"
            self._hidden -= self._add_seen(sight) if name == "scans" and sight else self._add_rows(name, late, 0)
            self._add_rows(name, f"FROM main.{name} AS t WHERE t.id IN (SELECT id FROM before_{name})", 0)
        self._add_said("visitor", "SELECT visitor_id, '' FROM late_links", 0)
        self._add_said("customer", "SELECT customer, '' FROM late_links", 0)

    def _add_seen(self, sight: Sight) -> int:
        """Add late scans without those that change no journey."""
        late = "FROM main.scans AS t LEFT JOIN main.visitors AS named ON named.id = t.visitor_id WHERE t.id > :scans"
        return self._add_rows("scans", f"{late} AND NOT ({_IS_QUIET})", 0, **self._marks, **asdict(sight))

    def _spread(self, round_: int) -> bool:
        """Go one step on: what the rows of this round say, and the rows that say it; return whether there are any."""
        said = f"FROM said CROSS JOIN main.{{}} AS t ON {{}} WHERE said.round = {round_} AND said.kind = '{{}}'"
        kinds, found = self._say(round_), 0
        for name, kind, condition in (*_FINDS, *(_NAMED_FINDS if self._has_clicks else ())):
            if kind in kinds:
                found += self._add_rows(name, said.format(name, condition, kind), round_ + 1)
        for kind, other, column, condition in _LEADS:
            if kind in kinds:
                led = f"SELECT {column}, '' {said.format('visitor_customers', condition, kind)}"
                found += self._add_said(other, led, round_ + 1)
        return found > 0

    def _say(self, round_: int) -> set[str]:
        """Add what the rows of this round say that none before said, and return of which kinds that is."""
        for name, kind, column in _SAYS:
            if (name == "scans" and round_ and not self._has_clicks) or (kind == "click" and not self._has_clicks):
                continue  # they were found by their visitor, and say nothing else; nothing says a click
            store = "coalesce(store_id, '')" if kind in ("order", "sale") else "''"
            new = f"SELECT {column}, {store} FROM temp.{name} WHERE round = {round_} AND {column} IS NOT NULL"
            self._add_said(kind, new, round_)
            if name in TELLING and not round_:
                self._add_said(kind, f"SELECT {column}, {store} FROM before_{name} WHERE {column} IS NOT NULL", 0)
        return {kind for (kind,) in self._run(f"SELECT DISTINCT kind FROM said WHERE round = {round_}")}

    def _add_rows(self, name: str, found: str, round_: int, **parameters: int) -> int:
        columns = self._columns[name]
        is_bare = name == "scans" and round_ > 0 and not self._has_clicks
        values = (_BARE.get(column, "NULL") if is_bare else f"t.{column}" for column in columns)
        into = f"INSERT OR IGNORE INTO temp.{name} ({', '.join(columns)}, round)"
        return self._run(f"{into} SELECT {', '.join(values)}, {round_} {found}", parameters).rowcount

    def _add_said(self, kind: str, said: str, round_: int) -> int:
        return self._run(f"INSERT OR IGNORE INTO said SELECT '{kind}', *, {round_} FROM ({said})").rowcount

    def _run(self, sql: str, parameters: Mapping[str, int] | None = None) -> sqlite3.Cursor:
        return self._db.conn.execute(sql, parameters or {})


def _number(db: Database, sql: str) -> int:
    return int(db.conn.execute(sql).fetchone()[0])

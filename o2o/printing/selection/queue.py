"""The queue of a print: which touchpoints come in which order, on disk as there may be a million of them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from sqlite3 import Cursor
from typing import Any, Self
from unicodedata import decimal

from o2o.collector import without_collector
from o2o.db import Database, load_query, reading, spill

_COLUMNS = (
    "touchpoint_id", "subject_id", "carrier", "sku", "stay_from", "spot", "spot_from",
    "chain_wide", "over", "elsewhere", "there",
)  # fmt: skip
_LISTED = ", ".join(_COLUMNS)
_QUEUE = f"CREATE TEMP TABLE IF NOT EXISTS print_queue (number INTEGER PRIMARY KEY, {_LISTED})"
_FOUND = f"CREATE TEMP TABLE print_found ({_LISTED}, turn, way)"
_FIND = f"INSERT INTO temp.print_found VALUES ({', '.join('?' * (len(_COLUMNS) + 2))})"
_LINE_UP = f"""
INSERT INTO temp.print_queue ({_LISTED})
SELECT {_LISTED} FROM temp.print_found ORDER BY there DESC, turn IS NULL, turn, way, touchpoint_id
"""
_KEEP_BEST = f"""
INSERT INTO temp.print_queue ({_LISTED})
SELECT {_LISTED}
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY sku
        ORDER BY CASE carrier WHEN :first THEN 0 WHEN :last THEN 2 ELSE 1 END, touchpoint_id
    ) AS choice
    FROM temp.print_queue
    WHERE number >= :since AND number < :until
)
WHERE choice = 1
ORDER BY number
"""
_ALL = "SELECT * FROM temp.print_queue WHERE number >= :since AND number < :until"
_SOME = """
SELECT queue.*
FROM json_each(:numbers) AS wanted
CROSS JOIN temp.print_queue AS queue ON queue.number = wanted.value
"""


_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Queue:
    """Touchpoints in the order in which they are printed, numbered from 0; those ``gone`` stand behind them."""

    db: Database
    start: int
    length: int
    gone: int

    @classmethod
    def of(cls, db: Database, parameters: Mapping[str, Any], named: Iterable[str] = ()) -> Self:
        """Line up the touchpoints that ``queue.marks`` finds, as one walks by or in the order of the ids named."""
        spill(db)
        db.conn.execute(_QUEUE)
        with reading(db), without_collector():
            db.conn.execute("DROP TABLE IF EXISTS temp.print_found")
            db.conn.execute(_FOUND)
            db.conn.executemany(_FIND, _find(db, parameters, named))
            queue = cls._add(db, _LINE_UP, {})
            db.conn.execute("DROP TABLE temp.print_found")
        return queue

    @classmethod
    def _add(cls, db: Database, statement: str, parameters: Mapping[str, Any]) -> Self:
        (start,) = db.conn.execute("SELECT coalesce(max(number), 0) + 1 FROM temp.print_queue").fetchone()
        db.conn.execute(statement, parameters)
        count = "SELECT coalesce(sum(there), 0), coalesce(sum(NOT there), 0) FROM temp.print_queue WHERE number >= ?"
        return cls(db, start, *db.conn.execute(count, [start]).fetchone())

    def keep_best(self, first: str, last: str) -> "Queue":
        """Return a queue with one touchpoint of each product: on the ``first`` carrier, another, or the ``last``."""
        return self._add(self.db, _KEEP_BEST, {"first": first, "last": last, **self._bounds()})

    def keep(self, condition: str, **parameters: Any) -> "Queue":
        """Return a queue of those that meet a condition on their columns, in the same order."""
        statement = f"INSERT INTO temp.print_queue ({_LISTED}) SELECT {_LISTED} FROM ({_ALL}) WHERE {condition}"
        return self._add(self.db, f"{statement} ORDER BY number", self._bounds() | parameters)

    def take(self, query: str, numbers: Sequence[int], *columns: str, last: str = "", **parameters: Any) -> Cursor:
        """Run a query that includes ``queue`` on the touchpoints of these numbers, and those ``gone`` behind them.

        ``columns`` are those that are wanted of it, if not all; ``last`` stands for the part ``last``, if it includes
        that.
        """
        wanted = json.dumps([self.start + number for number in numbers])
        select = f"SELECT {', '.join(columns) or '*'} FROM ({load_query(query, queue=_SOME, last=last)})"
        return self.db.conn.execute(select, {"numbers": wanted, **parameters})

    def take_all(self, query: str, *, last: str = "", **parameters: Any) -> Cursor:
        """Run a query that includes ``queue`` on all touchpoints."""
        return self.db.conn.execute(load_query(query, queue=_ALL, last=last), self._bounds() | parameters)

    def select(self, columns: str) -> Cursor:
        """Select columns of all touchpoints."""
        return self.db.conn.execute(f"SELECT {columns} FROM ({_ALL})", self._bounds())

    def count_different(self, columns: str) -> int:
        """Return how many different values these columns have."""
        found = self.db.conn.execute(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM ({_ALL}))", self._bounds())
        count: int = found.fetchone()[0]
        return count

    def _bounds(self) -> dict[str, Any]:
        return {"since": self.start, "until": self.start + self.length}


def _find(db: Database, parameters: Mapping[str, Any], named: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    found = db.conn.execute(load_query("printing/selection/queue.marks"), parameters)
    names = [column[0] for column in found.description]
    kept, turn, subject = itemgetter(*map(names.index, _COLUMNS)), names.index("turn"), names.index("subject_id")
    turns = {one: place for place, one in enumerate(named)}
    way = itemgetter(*map(names.index, ("way_1", "way_2", "way_3", "way_4", "subject_id")))
    for row in found:
        yield (*kept(row), turns.get(row[subject], row[turn]), "\x00".join(map(natural_key, way(row))))


@lru_cache(1 << 14)
def natural_key(text: str | int | None) -> str:
    """Return a key that sorts ``A2`` before ``A10``."""
    if text is None:
        return ""
    text = str(text)
    parts = [text] if text.isdecimal() else _DIGITS.split(text)
    return "".join(_numeral(part) if part.isdecimal() else f"\x02{part}\x01" for part in parts if part)


def _numeral(digits: str) -> str:
    """Return digits with their number before them, so that as texts they sort as numbers do."""
    if not digits.isascii():
        digits = "".join(str(decimal(digit)) for digit in digits)
    digits = digits.lstrip("0")
    return f"\x01{len(digits):05}{digits}"

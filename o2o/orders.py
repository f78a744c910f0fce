"""What people bought: orders and refunds with the ids that may join them to scans, and their lines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import islice
from operator import attrgetter

from o2o.db import Database


@dataclass(frozen=True, slots=True)
class Order:
    """One order, or a refund (a negative amount); amounts are minor units."""

    order_id: str
    store_id: str | None
    ordered_at: int
    customer: str | None
    visitor: str | None
    scan_id: str | None
    amount: int
    refund_of: str | None
    channel: str

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same order: its store (empty for an online order) and its id there."""
        return self.store_id or "", self.order_id

    @property
    def has_id(self) -> bool:
        """Whether it carries an id that can join it to scans."""
        return bool(self.scan_id or self.customer or self.visitor)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of the order that is row ``order_row`` of ``orders``."""

    order_row: int
    sku: str
    quantity: float
    amount: int


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that has other content than it had before."""

    before: Order
    after: Order

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that differ."""
        return tuple(name for name in _COLUMNS if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class SavedOrders:
    """How many orders were new and the same as before, and each that changed."""

    new: int
    unchanged: int
    changes: tuple[OrderChange, ...]


_COLUMNS = tuple(field.name for field in fields(Order))
_values = attrgetter(*_COLUMNS)
_FIND = f"SELECT id, {', '.join(_COLUMNS)} FROM orders WHERE coalesce(store_id, '') = ? AND order_id = ?"
_INSERT = f"INSERT INTO orders ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE = f"UPDATE orders SET {', '.join(f'{column} = ?' for column in _COLUMNS)} WHERE id = ?"
_BATCH = 10_000
_INSERT_LINE = "INSERT INTO order_lines (order_row, line, sku, quantity, amount) VALUES (?, ?, ?, ?, ?)"


def save_orders(db: Database, orders: Iterable[Order]) -> SavedOrders:
    """Keep orders; one that was there already takes the later content. The caller holds the transaction."""
    new = unchanged = 0
    changes = []
    for order in orders:
        found = db.conn.execute(_FIND, order.identity).fetchone()
        if found is None:
            db.conn.execute(_INSERT, _values(order))
            new += 1
        elif found[1:] == _values(order):
            unchanged += 1
        else:
            db.conn.execute(_UPDATE, (*_values(order), found[0]))
            changes.append(OrderChange(Order(*found[1:]), order))
    return SavedOrders(new, unchanged, tuple(changes))


def find_order_row(db: Database, store_id: str, order_id: str) -> int | None:
    """Return the row of an order by its identity, or None; ``store_id`` is empty for an online order."""
    found = db.conn.execute(_FIND, (store_id, order_id)).fetchone()
    return found[0] if found else None


def save_lines(db: Database, lines: Iterable[OrderLine]) -> int:
    """Keep lines in place of those that their orders had, and return how many. The caller holds the transaction."""
    counts: Counter[int] = Counter()
    lines = iter(lines)
    while batch := tuple(islice(lines, _BATCH)):
        replaced = {line.order_row for line in batch} - counts.keys()
        db.conn.executemany("DELETE FROM order_lines WHERE order_row = ?", [(row,) for row in replaced])
        db.conn.executemany(_INSERT_LINE, _number_lines(batch, counts))
    return counts.total()


def _number_lines(lines: Iterable[OrderLine], counts: Counter[int]) -> Iterator[tuple[int, int, str, float, int]]:
    for line in lines:
        counts[line.order_row] += 1
        yield line.order_row, counts[line.order_row], line.sku, line.quantity, line.amount

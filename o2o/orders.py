"""What people bought: orders and refunds with the ids that may join them to scans, and their lines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from o2o.db import Database
from o2o.outcomes import OutcomeTable, SavedOutcomes


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


_ORDERS = OutcomeTable("orders", Order, "coalesce(store_id, '') = ? AND order_id = ?")
_BATCH = 10_000
_INSERT_LINE = "INSERT INTO order_lines (order_row, line, sku, quantity, amount) VALUES (?, ?, ?, ?, ?)"


def save_orders(db: Database, orders: Iterable[Order]) -> SavedOutcomes[Order]:
    """Keep orders; one that was there already takes the later content. The caller holds the transaction."""
    return _ORDERS.save(db, orders)


def find_order_row(db: Database, store_id: str, order_id: str) -> int | None:
    """Return the row of an order by its identity, or None; ``store_id`` is empty for an online order."""
    return _ORDERS.find_row(db, (store_id, order_id))


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

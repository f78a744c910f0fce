"""Reads orders and their lines from CSV or XLSX into the shop's file, all in one transaction."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from o2o.batches import Batch, BatchKind, add_batch, digest_files
from o2o.db import Database, writing
from o2o.importers.messages import NO_SUCH_ORDER, NOT_A_QUANTITY, NOT_A_REFUND, NOT_A_SALE, OTHER_ORDER
from o2o.importers.outcomes import GOOD_ROWS, OutcomeRows, OutcomeTerms, list_problems, refuse_problems
from o2o.importers.sheet import BadCellError, Progress, Sheet, SheetRow
from o2o.money import Currency, TooLargeError
from o2o.orders import Order, OrderLine, find_order_row, save_lines, save_orders
from o2o.outcomes import OutcomeChange
from o2o.problems import ImportResult

ORDER_COLUMNS = {
    "order_id": ("订单号", "单号", "小票号"),
    "at": ("下单时间", "时间"),
    "store_id": ("门店编号", "门店"),
    "customer": ("会员号", "会员"),
    "visitor": ("访客",),
    "scan_id": ("扫码编号", "扫码"),
    "amount": ("金额", "实付金额"),
    "refund_of": ("退单原单号", "原单号"),
    "channel": ("渠道",),
}
"""The columns of a file of orders and their Chinese names."""

LINE_COLUMNS = {
    "store_id": ("门店编号", "门店"),
    "order_id": ("订单号", "单号", "小票号"),
    "sku": ("商品编码", "编码"),
    "quantity": ("数量",),
    "amount": ("金额", "实付金额"),
}
"""The columns of a file of order lines and their Chinese names."""

_ORDER_NEEDS = ("order_id", "at", "amount")
_LINE_NEEDS = ("order_id", "sku", "quantity", "amount")
_QUANTITY_LIMIT = 1e9
_KNOWN_ORDERS = 100_000


@dataclass(frozen=True, slots=True)
class OrdersImport(ImportResult):
    """What an import of orders did; ``with_id`` of the ``sales`` carry an id that can join."""

    taken: int = 0
    with_id: int = 0
    refunds: int = 0
    changes: tuple[OutcomeChange[Order], ...] = ()
    lines: ImportResult | None = None

    @property
    def sales(self) -> int:
        """How many of the rows taken are orders, not refunds."""
        return self.taken - self.refunds


def import_orders(
    db: Database,
    path: Path,
    *,
    lines_path: Path | None = None,
    terms: OutcomeTerms = GOOD_ROWS,
    now: int,
    progress: Progress = iter,
) -> OrdersImport:
    """Take orders, refunds and perhaps lines from files; bad rows are listed beside the file they are in.

    Raises ImportRefusedError, and takes nothing, for a bad row in a strict import.
    """
    sheet = Sheet.open(path, ORDER_COLUMNS, _ORDER_NEEDS)
    line_sheet = Sheet.open(lines_path, LINE_COLUMNS, _LINE_NEEDS) if lines_path else None
    common = OutcomeRows(db, sheet, terms, now)
    parser = _OrderParser(common)
    with writing(db):
        saved = save_orders(db, sheet.read(parser.parse, progress))
        lines = _import_lines(db, line_sheet, common.money, progress) if line_sheet else None
        problems_file = list_problems(sheet)
        rows = saved.new + len(saved.changes) + (lines.new if lines else 0)
        content = digest_files([path, lines_path] if lines_path else [path])
        add_batch(db, Batch(BatchKind.ORDERS, rows, content, str(path)), now)
        result = OrdersImport(
            str(path), saved.new, len(saved.changes), saved.unchanged, tuple(sheet.problems), problems_file,
            parser.taken, parser.with_id, parser.refunds, saved.changes, lines,
        )  # fmt: skip
        if terms.strict:
            for part in filter(None, (result, lines)):
                refuse_problems(part)
    return result


def _import_lines(db: Database, sheet: Sheet, money: Currency, progress: Progress) -> ImportResult:
    find_row = lru_cache(_KNOWN_ORDERS)(lambda store_id, order_id: find_order_row(db, store_id, order_id))

    def parse(row: SheetRow) -> OrderLine:
        order_row = find_row(row.get_id("store_id"), row.need_id("order_id"))
        if order_row is None:
            raise BadCellError("order_id", row.get("order_id"), NO_SUCH_ORDER)
        quantity = row.parse("quantity", _parse_quantity, NOT_A_QUANTITY)
        amount = _parse_amount(row, money)
        return OrderLine(order_row, row.need_id("sku"), quantity, amount)

    count = save_lines(db, sheet.read(parse, progress))
    problems_file = list_problems(sheet)
    return ImportResult(str(sheet.path), count, 0, 0, tuple(sheet.problems), problems_file)


class _OrderParser:
    """Makes orders of rows and counts them."""

    def __init__(self, common: OutcomeRows) -> None:
        self._common = common
        self.taken = self.with_id = self.refunds = 0

    def parse(self, row: SheetRow) -> Order | None:
        order = self._make_order(row)
        if not self._common.is_first(row, order, "order_id", OTHER_ORDER):
            return None
        self.taken += 1
        self.refunds += order.amount < 0
        self.with_id += order.has_id and order.amount >= 0
        self._common.remark_future(row, order.ordered_at)
        return order

    def _make_order(self, row: SheetRow) -> Order:
        common = self._common
        store_id, zone = common.read_store(row)
        customer = common.read_customer(row)
        amount = _parse_amount(row, common.money)
        refund_of = row.get_id("refund_of")
        if refund_of and amount > 0:
            raise BadCellError("amount", row.get("amount"), NOT_A_REFUND)
        return Order(
            order_id=row.need_id("order_id"),
            store_id=store_id,
            ordered_at=common.read_at(row, zone),
            customer=customer,
            visitor=common.names.take_visitor(row.get("visitor")),
            scan_id=row.get("scan_id") or None,
            amount=amount,
            refund_of=refund_of or None,
            channel=row.get("channel"),
        )


def _parse_amount(row: SheetRow, money: Currency) -> int:
    return row.parse("amount", money.parse, NOT_A_SALE, currency=money.code, digits=money.digits)


def _parse_quantity(text: str) -> float:
    quantity = float(text)
    if not math.isfinite(quantity):
        raise ValueError("not a quantity")
    if abs(quantity) > _QUANTITY_LIMIT:
        raise TooLargeError("too large to be a quantity")
    return quantity

"""Reads orders and their lines from CSV or XLSX into the shop's file, all in one transaction."""

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from o2o.catalog.stores import store_zones
from o2o.config import Settings, load_settings
from o2o.db import Database, writing
from o2o.errors import ImportRefusedError, OutputError
from o2o.importers.messages import (
    IN_THE_FUTURE,
    NO_SUCH_ORDER,
    NO_SUCH_STORE,
    NOT_A_QUANTITY,
    NOT_A_REFUND,
    NOT_A_SALE,
    NOT_A_TIME,
    OTHER_ORDER,
)
from o2o.importers.sheet import BadCellError, Progress, Sheet, SheetRow
from o2o.money import Currency
from o2o.names import Names
from o2o.orders import Order, OrderChange, OrderLine, find_order_row, save_lines, save_orders
from o2o.problems import ImportResult, write_problems
from o2o.times import DAY, parse_at

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
    changes: tuple[OrderChange, ...] = ()
    lines: ImportResult | None = None

    @property
    def sales(self) -> int:
        """How many of the rows taken are orders, not refunds."""
        return self.taken - self.refunds


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """How orders are taken: all or none, and customers as keyed hashes or as they are named."""

    strict: bool = False
    hashes_customers: bool = False


def import_orders(
    db: Database,
    path: Path,
    *,
    lines_path: Path | None = None,
    terms: OrderTerms = OrderTerms(),
    now: int,
    progress: Progress = iter,
) -> OrdersImport:
    """Take orders, refunds and perhaps lines from files; bad rows are listed beside the file they are in.

    Raises ImportRefusedError, and takes nothing, for a bad row in a strict import.
    """
    sheet = Sheet.open(path, ORDER_COLUMNS, _ORDER_NEEDS)
    line_sheet = Sheet.open(lines_path, LINE_COLUMNS, _LINE_NEEDS) if lines_path else None
    names = Names(db, hashes_customers=terms.hashes_customers)
    parser = _OrderParser(db, load_settings(db), sheet, names, now)
    with writing(db):
        saved = save_orders(db, sheet.read(parser.parse, progress))
        lines = _import_lines(db, line_sheet, parser.money, progress) if line_sheet else None
        problems_file = _list_problems(sheet)
        result = OrdersImport(
            str(path), saved.new, len(saved.changes), saved.unchanged, tuple(sheet.problems), problems_file,
            parser.taken, parser.with_id, parser.refunds, saved.changes, lines,
        )  # fmt: skip
        if terms.strict:
            _refuse_problems(result)
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
    problems_file = _list_problems(sheet)
    return ImportResult(str(sheet.path), count, 0, 0, tuple(sheet.problems), problems_file)


def _list_problems(sheet: Sheet) -> Path | None:
    # a folder that can't be written to doesn't stop the good rows: the first problems are shown anyway
    with suppress(OutputError):
        return write_problems(sheet.path, sheet.header, sheet.problems)
    return None


def _refuse_problems(result: OrdersImport) -> None:
    for part in (result, result.lines):
        if part and part.rejected:
            raise ImportRefusedError(part.file, part.rejected, part.problems_file or str(part.problems[0]))


class _OrderParser:
    """Makes orders of rows, knows the zone of each store and which rows of the file it has seen."""

    def __init__(self, db: Database, settings: Settings, sheet: Sheet, names: Names, now: int) -> None:
        self._names = names
        self.money = settings.money
        self.taken = self.with_id = self.refunds = 0
        self._sheet = sheet
        self._latest = now + DAY
        self._zones = {"": settings.zone} | store_zones(db)
        self._nobody = {name.strip().casefold() for name in settings.no_customer.split(",")} | {""}
        self._seen: dict[tuple[str, str], tuple[int, Order]] = {}

    def parse(self, row: SheetRow) -> Order | None:
        order = self._make_order(row)
        line, seen = self._seen.setdefault(order.identity, (row.line, order))
        if line != row.line:
            _check_same(row, line, order, seen)
            return None
        self.taken += 1
        self.refunds += order.amount < 0
        self.with_id += order.has_id and order.amount >= 0
        if order.ordered_at > self._latest:
            self._sheet.remark(row, BadCellError("at", row.get("at"), IN_THE_FUTURE))
        return order

    def _make_order(self, row: SheetRow) -> Order:
        store_id = row.get_id("store_id")
        zone = self._zones.get(store_id)
        if zone is None:
            raise BadCellError("store_id", store_id, NO_SUCH_STORE)
        customer = row.get_id("customer")
        amount = _parse_amount(row, self.money)
        refund_of = row.get_id("refund_of")
        if refund_of and amount > 0:
            raise BadCellError("amount", row.get("amount"), NOT_A_REFUND)
        return Order(
            order_id=row.need_id("order_id"),
            store_id=store_id or None,
            ordered_at=row.parse("at", lambda text: parse_at(text, zone), NOT_A_TIME),
            customer=None if customer.casefold() in self._nobody else self._names.take_customer(customer),
            visitor=self._names.take_visitor(row.get("visitor")),
            scan_id=row.get("scan_id") or None,
            amount=amount,
            refund_of=refund_of or None,
            channel=row.get("channel"),
        )


def _check_same(row: SheetRow, line: int, order: Order, seen: Order) -> None:
    if order != seen:
        raise BadCellError("order_id", row.get("order_id"), OTHER_ORDER, line=line)


def _parse_amount(row: SheetRow, money: Currency) -> int:
    return row.parse("amount", money.parse, NOT_A_SALE, currency=money.code, digits=money.digits)


def _parse_quantity(text: str) -> float:
    quantity = float(text)
    if not math.isfinite(quantity) or abs(quantity) > _QUANTITY_LIMIT:
        raise ValueError("not a quantity")
    return quantity

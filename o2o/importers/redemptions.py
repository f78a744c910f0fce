"""Reads redeemed coupons from the CSV or XLSX of the coupon system that is in use, all in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from o2o.batches import Batch, BatchKind, add_batch, digest_files
from o2o.db import Database, writing
from o2o.importers.messages import NOT_A_VALUE, OTHER_REDEMPTION
from o2o.importers.outcomes import GOOD_ROWS, OutcomeRows, OutcomeTerms, list_problems, refuse_problems
from o2o.importers.sheet import Progress, Sheet, SheetRow
from o2o.money import Currency
from o2o.outcomes import OutcomeChange
from o2o.problems import ImportResult
from o2o.redemptions import Redemption, save_redemptions

REDEMPTION_COLUMNS = {
    "serial": ("券码", "券号", "核销码", "优惠券编号", "优惠券码", "coupon", "coupon_code", "coupon_serial", "voucher"),
    "at": ("核销时间", "使用时间", "兑换时间", "时间", "redeemed_at", "used_at"),
    "store_id": ("门店编号", "门店", "核销门店", "使用门店"),
    "customer": ("会员号", "会员", "member", "user_id"),
    "visitor": ("访客", "openid"),
    "scan_id": ("扫码编号", "扫码", "click_id"),
    "order_id": ("订单号", "单号", "小票号"),
    "value": ("面额", "优惠金额", "抵扣金额", "核销金额", "discount"),
}
"""The columns of a file of redemptions and their other names."""

_NEEDS = ("serial", "at")


@dataclass(frozen=True, slots=True)
class RedemptionsImport(ImportResult):
    """What an import of redemptions did; ``with_id`` of those ``taken`` carry an id that can join."""

    taken: int = 0
    with_id: int = 0
    changes: tuple[OutcomeChange[Redemption], ...] = ()


def import_redemptions(
    db: Database, path: Path, *, terms: OutcomeTerms = GOOD_ROWS, now: int, progress: Progress = iter
) -> RedemptionsImport:
    """Take redeemed coupons from a file; bad rows are listed beside it.

    Raises ImportRefusedError, and takes nothing, for a bad row in a strict import.
    """
    sheet = Sheet.open(path, REDEMPTION_COLUMNS, _NEEDS)
    parser = _RedemptionParser(OutcomeRows(db, sheet, terms, now))
    with writing(db):
        saved = save_redemptions(db, sheet.read(parser.parse, progress))
        rows = saved.new + len(saved.changes)
        add_batch(db, Batch(BatchKind.REDEMPTIONS, rows, digest_files([path]), str(path)), now)
        result = RedemptionsImport(
            str(path), saved.new, len(saved.changes), saved.unchanged, tuple(sheet.problems), list_problems(sheet),
            parser.taken, parser.with_id, saved.changes,
        )  # fmt: skip
        if terms.strict:
            refuse_problems(result)
    return result


class _RedemptionParser:
    """Makes redemptions of rows and counts them."""

    def __init__(self, common: OutcomeRows) -> None:
        self._common = common
        self.taken = self.with_id = 0

    def parse(self, row: SheetRow) -> Redemption | None:
        redemption = self._make_redemption(row)
        if not self._common.is_first(row, redemption, "serial", OTHER_REDEMPTION):
            return None
        self.taken += 1
        self.with_id += redemption.has_id
        self._common.remark_future(row, redemption.redeemed_at)
        return redemption

    def _make_redemption(self, row: SheetRow) -> Redemption:
        common = self._common
        store_id, zone = common.read_store(row)
        return Redemption(
            serial=row.need_id("serial"),
            redeemed_at=common.read_at(row, zone),
            store_id=store_id,
            customer=common.read_customer(row),
            visitor=common.names.take_visitor(row.get("visitor")),
            scan_id=row.get("scan_id") or None,
            order_id=row.get_id("order_id"),
            value=_read_value(row, common.money),
        )


def _read_value(row: SheetRow, money: Currency) -> int:
    if not row.get("value"):
        return 0
    return row.parse("value", lambda text: _parse_value(text, money), NOT_A_VALUE, currency=money.code,
                     digits=money.digits)  # fmt: skip


def _parse_value(text: str, money: Currency) -> int:
    value = money.parse(text)
    if value < 0:
        raise ValueError("a coupon takes nothing off")
    return value

"""What came back of what was paid, as an analysis."""

from collections.abc import Iterator

from o2o.analytics.costs import Basis, CostReturn, Paid, Returns, Verdict
from o2o.config import Settings
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word

_QUESTION: dict[Paid, Phrase] = {
    Paid.CAMPAIGN: ("哪些活动的费用赚回来了？", "Which campaigns earned back what they cost?"),
    Paid.TOUCHPOINT: ("哪些触点的费用赚回来了？", "Which touchpoints earned back what they cost?"),
    Paid.CARRIER: ("哪些物料的费用赚回来了？", "Which carriers earned back what they cost?"),
}
BASES = {
    Basis.MARGIN: Word(Basis.MARGIN, ("毛利", "margin")),
    Basis.REVENUE: Word(Basis.REVENUE, ("销售额", "on revenue")),
}
"""What a gain is made of, as cells say it."""
_VERDICTS: dict[Verdict, Phrase] = {
    Verdict.PAYS: ("赚回", "pays"),
    Verdict.LOSES: ("亏损", "loses"),
    Verdict.EVEN: ("不能判断", "can't be told"),
    Verdict.FEW: ("数据不足", "not enough data"),
}
_NOT_CAUSE: Phrase = (
    "归因不是因果：没有扫码也可能卖出。要知道真正增加了多少，请做实验（o2o experiment）。",
    "Credit is not cause: some of it would have been sold anyway. What a cost truly adds an experiment tells.",
)
ON_REVENUE: Phrase = (
    "口径为“销售额”的行：商品缺进价（cost_price），ROI 按销售额算，偏高。",
    "Of rows 'on revenue' the goods have no cost_price: their ROI is of revenue, and too high.",
)
"""Warns of returns that are too high."""
_OF_TODAY: Phrase = (
    "毛利按现在的进价算：没有导入过进价的变动。",
    "Margins are of today's cost prices: no change of one was ever imported.",
)
_OF_THE_DAY: Phrase = (
    "毛利按下单当天的进价算；进价从未变动过的商品按现在的进价。",
    "Margins are of the cost prices on the day of each order, and of today's where no change of one was imported.",
)


def analyse_returns(found: Returns, by: Paid, settings: Settings) -> Analysis:
    """Return what came back of each cost as an analysis: one sheet, with the return as the strip of pages."""
    columns = (
        Column("key", ("编号", "key")),
        Column("name", ("名称", "name")),
        Column("cost", ("费用", "cost"), Unit.MONEY),
        Column("orders", ("归因订单", "orders"), Unit.NUMBER),
        Column("revenue", ("归因销售额", "revenue"), Unit.MONEY),
        Column("gain", ("收益", "gain"), Unit.MONEY),
        Column("basis", ("收益口径", "basis")),
        Column("roas", ("ROAS", "ROAS"), Unit.NUMBER, is_doubted=True),
        Column("roi", ("ROI", "ROI"), Unit.SHARE, is_doubted=True),
        Column("verdict", ("结论", "verdict")),
    )
    rows = [_make_row(row) for row in found.rows]
    sheet = Sheet("returns", ("费用与回报", "Costs and returns"), columns, rows, keys=2, bar="roi")
    warnings = (ON_REVENUE,) if any(row.basis is Basis.REVENUE for row in found.rows) else ()
    return Analysis("returns", _QUESTION[by], (sheet,), _say(found, settings), warnings, tuple(_note(found, settings)))


def _make_row(row: CostReturn) -> tuple[object, ...]:
    basis, verdict = BASES[row.basis], Word(row.verdict, _VERDICTS[row.verdict])
    figures = round(row.cost), row.orders, row.revenue, round(row.gain)
    return row.key, row.name, *figures, basis, row.roas, row.roi, verdict


def _say(found: Returns, settings: Settings) -> tuple[Phrase, ...]:
    if not found.rows:
        return (("本期没有费用；请先导入：o2o catalog import costs.csv --as costs",
                 "No costs in the period; import them: o2o catalog import costs.csv --as costs"),)  # fmt: skip
    cost = settings.money.format(round(sum(row.cost for row in found.rows)))
    pays, loses = (sum(row.verdict is verdict for row in found.rows) for verdict in (Verdict.PAYS, Verdict.LOSES))
    rest = len(found.rows) - pays - loses
    return ((f"共花费 {cost}：{pays} 项赚回，{loses} 项亏损，{rest} 项还不能判断。",
             f"{cost} were paid: {pays} earned it back, {loses} lost, of {rest} it can't be told yet."),)  # fmt: skip


def _note(found: Returns, settings: Settings) -> Iterator[Phrase]:
    if found.rows:
        yield _NOT_CAUSE
    if any(row.basis is Basis.MARGIN for row in found.rows):
        yield _OF_THE_DAY if found.dated else _OF_TODAY
    if found.apart:
        amount = settings.money.format(round(found.apart))
        chinese = f"另有 {amount} 属于更大的对象，没有分摊。"
        yield chinese, f"{amount} more were paid for larger things, and are not shared out."
    if found.costless and found.rows:
        amount = settings.money.format(found.costless)
        yield (f"{amount} 的归因销售额没有对应费用。", f"{amount} of credited revenue came of what has no cost.")

"""Sales after scans that nothing joins, as an analysis."""

from collections.abc import Iterable

from o2o.analytics.walk_ins import FEW, WalkInReport, WalkIns
from o2o.config import Settings
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.times import MINUTE

_QUESTION: Phrase = (
    "扫码之后，店里多卖了多少——没有任何关联的那些？",
    "How much more is sold after scans that nothing joins to them?",
)
_NEVER_ADDED: Phrase = (
    "这是对照比较，不是归因：已归因的订单不在其中，也绝不加到归因里；扫码的人也可能本来就要买。",
    "A comparison, not credit: credited orders are left out, and it is never added. Who scans may have meant to buy.",
)
_NO_SCANS: Phrase = (
    "还不能判断：这段时间没有人扫过商品的码。下一步：给商品发码并贴上（o2o print tags --store S001）。",
    "It can't be told: no code of a product was scanned in the period. Next: hang up codes of products "
    "(o2o print tags --store S001).",
)
_NO_LINES: Phrase = (
    "还不能判断：订单没有商品明细。下一步：导入带明细的订单（o2o order import --lines）。",
    "It can't be told: no order says what was bought. Next: import orders with their lines (o2o order import --lines).",
)
_IN_ALL: Phrase = ("合计", "In all")


def analyse_walk_ins(found: WalkInReport, settings: Settings) -> Analysis:
    """Return the comparison as an analysis: in all, by product and by store."""
    sheets = (
        _make_sheet("total", _IN_ALL, [found.total]),
        _make_sheet("products", ("按商品", "By product"), found.products),
        _make_sheet("stores", ("按门店", "By store"), found.stores),
    )
    return Analysis("walk-ins", _QUESTION, sheets, (_say(found, settings),), (), (_NEVER_ADDED,))


def _make_sheet(name: str, title: Phrase, rows: Iterable[WalkIns]) -> Sheet:
    columns = (
        Column("key", ("编号", "key")),
        Column("name", ("名称", "name")),
        Column("scanned_hours", ("扫码后的小时", "hours after scans"), Unit.NUMBER),
        Column("sales", ("其间售出", "sales then"), Unit.COUNT),
        Column("usual", ("同期平常", "usual"), Unit.NUMBER),
        Column("extra", ("多售", "extra"), Unit.NUMBER, is_doubted=True),
        Column("worth", ("多售金额", "worth"), Unit.MONEY, is_doubted=True),
    )
    cells = [
        (one.key, one.name or Word("", _IN_ALL), one.scanned_hours, one.sales, one.usual, one.extra, one.worth)
        for one in rows
    ]
    return Sheet(name, title, columns, cells, keys=2, bar="extra")


def _say(found: WalkInReport, settings: Settings) -> Phrase:
    extra, minutes = found.total.extra, found.terms.after // MINUTE
    if extra is None or found.total.worth is None:
        return _say_lack(found)
    low, high = (f"{float(end):,.0f}" for end in (extra.low, extra.high))
    if not extra.excludes(0):
        return (
            f"扫码后 {minutes} 分钟内没有明显多卖（{low} 至 {high} 单）。",
            f"In the {minutes} minutes after scans no more is sold than else, as far as can be told ({low} to {high}).",
        )
    value, worth = f"{float(extra.value):,.0f}", settings.money.format(round(float(found.total.worth.value)))
    return (
        f"扫码后 {minutes} 分钟内多卖 {value} 单（{low} 至 {high}），约 {worth}。",
        f"In the {minutes} minutes after scans {value} more ({low} to {high}) are sold, worth some {worth}.",
    )


def _say_lack(found: WalkInReport) -> Phrase:
    """Return what is lacking for an answer, and how long it takes to have enough at this rate."""
    seen = found.total.sales + found.total.usual
    if not found.total.scanned_hours:
        return _NO_SCANS
    if not found.has_lines:
        return _NO_LINES
    if not seen:
        return (
            "还不能判断：被扫商品的销售没有其他周的同一时段可比；请放长时间（--since），并确认订单有门店。",
            "It can't be told: no sale of what was scanned falls into an hour that can be held against another week. "
            "Take a longer period (--since), and see that orders name their store.",
        )
    days = f"{max(found.days * (FEW / seen - 1), 1):,.0f}"
    return (
        f"数据不足，还不能判断：至少要 {FEW} 件，现在 {seen:.1f} 件；照此再等约 {days} 天，或放长时间（--since）。",
        f"Not enough data to tell: it takes {FEW} sales, so far there are {seen:.1f}; at this rate wait some {days} "
        "days, or take a longer period (--since).",
    )

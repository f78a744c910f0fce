"""The ranking of signs, people, products or places as an analysis."""

from collections.abc import Iterator

from o2o.analytics.sign_ranking import FEW, Measure, RankedKey, SignRanking, Standing
from o2o.reports.phrases import say_number
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.reports.words import WORDS

_QUESTION: Phrase = ("扫一次码，谁带来的更多？", "What does a scan of each bring?")
_CREDITED: dict[Measure, Phrase] = {
    Measure.ORDERS: ("归因订单", "credited orders"),
    Measure.REVENUE: ("归因销售额", "credited revenue"),
    Measure.REDEMPTIONS: ("归因核销", "credited redemptions"),
    Measure.REGISTRATIONS: ("归因注册", "credited registrations"),
}
_RATES: dict[Measure, Phrase] = {
    Measure.ORDERS: ("每百次扫码订单数", "orders per 100 scans"),
    Measure.REVENUE: ("每次扫码销售额", "revenue per scan"),
    Measure.REDEMPTIONS: ("每百次扫码核销数", "redemptions per 100 scans"),
    Measure.REGISTRATIONS: ("每百次扫码注册数", "registrations per 100 scans"),
}
_STANDINGS: dict[Standing, Phrase] = {
    Standing.ABOVE: ("高于平均", "above average"),
    Standing.BELOW: ("低于平均", "below average"),
    Standing.OPEN: ("分不出高低", "not told apart"),
    Standing.FEW: ("数据不足", "not enough data"),
}
_NAMED = 5


def analyse_signs(found: SignRanking) -> Analysis:
    """Return the ranking as an analysis: one sheet, with the likely figure as the strip of pages."""
    measure, top = found.terms.measure, found.terms.top
    unit, per_scan = (Unit.MONEY, Unit.MONEY) if measure is Measure.REVENUE else (Unit.NUMBER, Unit.PER_HUNDRED)
    chinese, english = _RATES[measure]
    columns = (
        Column("key", ("编号", "key")),
        Column("name", ("名称", "name")),
        Column("store_id", ("门店", "store")),
        Column("owners", ("扫码的人", "people"), Unit.COUNT),
        Column("scans", ("扫码", "scans"), Unit.COUNT),
        Column("credit", _CREDITED[measure], unit),
        Column("rate", _RATES[measure], per_scan),
        Column("likely", (f"{chinese}的可能值", f"likely {english}"), per_scan, is_doubted=True),
        Column("chance", (f"前 {top} 名的概率", f"chance of top {top}"), Unit.SHARE),
        Column("standing", ("与平均相比", "beside the average")),
        Column("detectable", ("能看出的最小差距", "difference that would show"), per_scan),
    )
    rows = [_make_row(row, is_money=unit is Unit.MONEY) for row in found.rows]
    sheet = Sheet("ranking", ("排名", "Ranking"), columns, rows, keys=3, bar="likely")
    return Analysis("ranking", _QUESTION, (sheet,), (_say(found),), (), tuple(_note(found)))


def _make_row(row: RankedKey, *, is_money: bool) -> tuple[object, ...]:
    credit, rate, detectable = (round(part) if is_money else part for part in (row.credit, row.rate, row.detectable))
    standing = Word(str(row.standing), _STANDINGS[row.standing])
    who = row.key, row.name, row.store_id, row.owners, row.scans
    return *who, credit, rate, row.likely, row.chance, standing, detectable


def _say(found: SignRanking) -> Phrase:
    judged = [row for row in found.rows if row.likely is not None]
    above = [row.name or row.key for row in judged if row.standing is Standing.ABOVE]
    if not judged:
        return "数据不足，还不能排名。", "Not enough data to rank anything yet."
    if not above:
        return (
            "没有谁明显高于平均：现在的名次多半是运气。",
            "None is clearly above average: their order is mostly luck.",
        )
    return f"明显高于平均：{'、'.join(above[:_NAMED])}。", f"Clearly above average: {', '.join(above[:_NAMED])}."


def _note(found: SignRanking) -> Iterator[Phrase]:
    few = sum(row.likely is None for row in found.rows)
    if few:
        yield (
            f"{say_number(few)} 个扫码的人不足 {FEW}，不排名。",
            f"{say_number(few)} were scanned by fewer than {FEW} people: they aren't ranked.",
        )
    yield WORDS["cause"]

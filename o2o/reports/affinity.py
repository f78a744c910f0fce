"""The report on what goes together: pairs with support, confidence and lift, those to believe first."""

from collections.abc import Iterator

from o2o.analytics.affinity import FALSE_SHARE, Affinities, Affinity, AffinityTerms, find_affinities
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit
from o2o.statistics.estimates import Estimate

QUESTIONS: dict[Affinity, Phrase] = {
    Affinity.CO_SCAN: ("哪些会在同一次到访中一起被扫？", "What is scanned together in one visit?"),
    Affinity.CO_BUY: ("哪些会在同一笔订单中一起被买？", "What is bought together in one order?"),
    Affinity.SCAN_TO_BUY: ("扫了什么之后，会买什么？", "What is bought after what was scanned?"),
}
_BASKETS: dict[Affinity, Phrase] = {
    Affinity.CO_SCAN: ("次到访", "visits"),
    Affinity.CO_BUY: ("笔订单", "orders"),
    Affinity.SCAN_TO_BUY: ("人", "people who scanned"),
}
_TOLD = 3
_NOTHING: dict[Affinity, Phrase] = {
    Affinity.CO_SCAN: (
        "这段时间里还没有这一层级的扫码；可换 --by 或取更长的时间。",
        "Nothing of this level was scanned in the period: take another --by, or a longer period.",
    ),
    Affinity.CO_BUY: (
        "这段时间里没有带明细的订单；请用 o2o order import --lines 导入。",
        "No order of the period says what was bought: o2o order import orders.csv --lines order-lines.csv",
    ),
    Affinity.SCAN_TO_BUY: (
        "这段时间里还没有这一层级的扫码；可换 --by 或取更长的时间。",
        "Nothing of this level was scanned in the period: take another --by, or a longer period.",
    ),
}


def analyse_affinity(db: Database, settings: Settings, terms: AffinityTerms) -> Analysis:
    """Return what goes together as a report: each pair with its doubt, and which are more than chance."""
    found = find_affinities(db, settings, terms)
    sheet = Sheet("pairs", ("组合", "Pairs"), _columns(terms.of), list(_rows(found)), 4, "lift")
    said = tuple(_say(found, terms))
    return Analysis(
        "affinity", QUESTIONS[terms.of], (sheet,), said, tuple(_warn(found, terms)), tuple(_note(found, terms))
    )


def _columns(of: Affinity) -> tuple[Column, ...]:
    other = ("买了", "bought") if of is Affinity.SCAN_TO_BUY else ("与之组合", "with")
    return (
        Column("one", ("编号", "key")),
        Column("name", ("扫了", "scanned") if of is Affinity.SCAN_TO_BUY else ("名称", "name")),
        Column("other", ("编号", "key")),
        Column("other_name", other),
        Column("count", ("同时出现", "together"), Unit.COUNT),
        Column("support", ("支持度", "support"), Unit.SHARE, is_doubted=True),
        Column("confidence", ("置信度", "confidence"), Unit.SHARE, is_doubted=True),
        Column("lift", ("提升度", "lift"), Unit.NUMBER, is_doubted=True),
        Column("chance", ("误报率", "false alarms"), Unit.SHARE),
    )


def _rows(found: Affinities) -> Iterator[tuple[object, ...]]:
    figures = zip(*(_each(figure) for figure in (found.support, found.confidence, found.lift)), strict=True)
    for one, other, count, (share, sure, times), chance in zip(
        found.one, found.other, found.counts.tolist(), figures, found.chances.tolist(), strict=True
    ):
        names = found.names.get(one, one), found.other_names.get(other, other)
        yield one, names[0], other, names[1], count, share, sure, times, chance


def _each(figure: Estimate) -> Iterator[Estimate]:
    for value, low, high in zip(figure.value, figure.low, figure.high, strict=True):
        yield Estimate(value, low, high, figure.level)


def _say(found: Affinities, terms: AffinityTerms) -> Iterator[Phrase]:
    if not found.baskets:
        yield _NOTHING[terms.of]
        return
    believed = found.chances <= FALSE_SHARE
    more, fewer = (int((believed & side).sum()) for side in (found.lift.low > 1, found.lift.high < 1))
    chinese, english = _BASKETS[terms.of]
    yield (
        f"{found.baskets:,} {chinese}，{found.tested:,} 对组合至少一起出现 {terms.least} 次；"
        f"{more:,} 对比偶然更常见，{fewer:,} 对更少见（误报不超过 {FALSE_SHARE:.0%}）。",
        f"Of {found.baskets:,} {english}, {found.tested:,} {'pair is' if found.tested == 1 else 'pairs are'} together "
        f"at least {_count_times(terms.least)}; "
        f"{more:,} more often than chance, {fewer:,} less often (at most {FALSE_SHARE:.0%} of them false alarms).",
    )
    for number in range(min(_TOLD, more)):
        one, other = found.one[number], found.other[number]
        names = found.names.get(one, one), found.other_names.get(other, other)
        sure, times = float(found.confidence.value[number]), float(found.lift.value[number])
        low, high = float(found.lift.low[number]), float(found.lift.high[number])
        yield (
            f"“{names[0]}”之后/同时有“{names[1]}”的占 {sure:.1%}，是平均的 {times:.1f} 倍（{low:.1f} 至 {high:.1f}）。",
            f"{sure:.1%} of those with {names[0]} have {names[1]}: "
            f"{times:.1f} times the average ({low:.1f} to {high:.1f}).",
        )


def _warn(found: Affinities, terms: AffinityTerms) -> Iterator[Phrase]:
    if found.baskets and not found.tested:
        yield (
            f"没有一对组合一起出现 {terms.least} 次，数据不足；可用 --at-least 放宽，或按部门看（--by department）。",
            f"not enough data: no pair is together {_count_times(terms.least)}; "
            "look by department, or take a longer period",
        )


def _note(found: Affinities, terms: AffinityTerms) -> Iterator[Phrase]:
    if terms.of is Affinity.SCAN_TO_BUY:
        yield (
            "同现不是因果：本来就想买的人也会去扫。",
            "going together is no cause: who scans may have meant to buy anyway",
        )
    if found.tested > len(found.one):
        yield (
            f"只列出最确定的 {len(found.one):,} 对。",
            f"the {len(found.one):,} surest pairs are listed",
        )


def _count_times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"

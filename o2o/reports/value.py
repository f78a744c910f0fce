"""The report on what customers are worth: segments, customers, and how the model did on days that it hadn't seen."""

from collections.abc import Callable, Iterator

import numpy as np

from o2o.analytics.value import CustomerValues, Holdout, HoldoutClass, Segment, ValueTerms, value_customers
from o2o.config import Settings
from o2o.db import Database
from o2o.names import Names
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.statistics.estimates import Estimate
from o2o.times import local_day

QUESTION = ("谁还会再来，值多少？", "Who will buy again, and what are they worth?")

SEGMENT_NAMES: dict[Segment, Phrase] = {
    Segment.CHAMPIONS: ("重要价值客户", "champions"),
    Segment.KEEP: ("重要保持客户", "big spenders to keep"),
    Segment.DEVELOP: ("重要发展客户", "big spenders to develop"),
    Segment.WIN_BACK: ("重要挽留客户", "big spenders to win back"),
    Segment.REGULARS: ("一般价值客户", "regulars of small spend"),
    Segment.SMALL_KEEP: ("一般保持客户", "former regulars of small spend"),
    Segment.NEWCOMERS: ("一般发展客户", "newcomers"),
    Segment.LOST: ("一般挽留客户", "probably lost"),
    Segment.UNKNOWN: ("历史不足", "not enough history"),
}

_UNJOINED = 0.1
_SINCE: Phrase = (
    "客户从 --since 之后的第一笔订单算起；更早的订单不计。",
    "customers begin with their first order since --since: what they bought before isn't seen",
)


def analyse_value(db: Database, settings: Settings, terms: ValueTerms, *, hashed: bool = False) -> Analysis:
    """Return what customers are worth: segments, the list of customers (on request hashed), the check of the model."""
    values = value_customers(db, settings, terms)
    sheets = [_list_segments(values, terms), _list_customers(values, terms, Names(db, hashes_customers=hashed))]
    if values.holdout:
        sheets.append(_list_classes(values.holdout))
    said = tuple(_say_totals(values, terms, settings)) + tuple(_say_holdout(values, settings))
    notes = () if terms.since is None else (_SINCE,)
    return Analysis("value", QUESTION, tuple(sheets), said, tuple(_warn(values)), notes)


def _list_segments(values: CustomerValues, terms: ValueTerms) -> Sheet:
    columns = (
        Column("segment", ("分群", "segment")),
        Column("customers", ("客户数", "customers"), Unit.COUNT),
        Column("share", ("占比", "share"), Unit.SHARE),
        Column("purchases", ("购买次数", "purchases"), Unit.COUNT),
        Column("revenue", ("销售额", "revenue"), Unit.MONEY),
        Column("revenue_share", ("销售占比", "of revenue"), Unit.SHARE),
        Column("expected_purchases", _ahead(terms, "预计购买", "purchases expected"), Unit.NUMBER),
        Column("expected_revenue", _ahead(terms, "预计销售额", "revenue expected"), Unit.MONEY),
    )
    segments = np.array([list(Segment).index(segment) for segment in values.segments], np.int64)
    rows = []
    for number, segment in enumerate(Segment):
        if (segment is Segment.UNKNOWN) != values.lacks_history:
            continue
        chosen = segments == number
        ahead = values.forecast
        rows.append((
            Word(segment, SEGMENT_NAMES[segment]), int(chosen.sum()),
            float(chosen.mean()) if chosen.size else None, int(values.purchases[chosen].sum()),
            int(values.spent[chosen].sum()), _part(int(values.spent[chosen].sum()), int(values.spent.sum())),
            float(ahead.purchases[chosen].sum()) if ahead else None,
            round(ahead.revenue[chosen].sum()) if ahead else None,
        ))  # fmt: skip
    return Sheet("segments", ("客户分群", "Segments"), columns, rows, 1, "revenue_share")


def _list_customers(values: CustomerValues, terms: ValueTerms, names: Names) -> Sheet:
    """Return customers, the dearest first; who asked to be forgotten isn't on the list."""
    columns = (
        Column("customer", ("客户", "customer")),
        Column("known_as", ("会员", "known as")),
        Column("segment", ("分群", "segment")),
        Column("days_since_last", ("距上次天数", "days since the last"), Unit.COUNT),
        Column("purchases", ("购买次数", "purchases"), Unit.COUNT),
        Column("spent", ("销售额", "spent"), Unit.MONEY),
        Column("scores", ("RFM 评分", "scores R F M")),
        Column("alive", ("仍会再来的概率", "still buys here"), Unit.SHARE),
        Column("expected_purchases", _ahead(terms, "预计购买", "purchases expected"), Unit.NUMBER),
        Column("expected_revenue", _ahead(terms, "预计销售额", "revenue expected"), Unit.MONEY),
        Column("lifetime_value", (f"{terms.lifetime} 天价值", f"value of {terms.lifetime} days"), Unit.MONEY),
    )
    seen = zip(
        (
            names.take_customer(name) if is_customer else names.take_visitor(name)
            for name, is_customer in zip(values.names, values.are_customers, strict=True)
        ),
        (_KINDS[known] for known in values.are_customers),
        (Word(segment, SEGMENT_NAMES[segment]) for segment in values.segments),
        values.since_last.tolist(), values.purchases.tolist(), values.spent.tolist(),
        ("" if values.lacks_history else f"{r}{f}{m}" for r, f, m in values.scores.tolist()), strict=True,
    )  # fmt: skip
    rows = [(*row, *ahead) for row, ahead in zip(seen, _look_ahead(values), strict=True) if row[0]]
    return Sheet("customers", ("客户", "Customers"), columns, rows, 1, "lifetime_value", 20)


_KINDS = {True: Word("customer", ("会员", "customer")), False: Word("visitor", ("访客", "visitor"))}


def _look_ahead(values: CustomerValues) -> Iterator[tuple[float | None, ...]]:
    if values.forecast is None:
        yield from [(None,) * 4] * len(values.names)
        return
    ahead = values.forecast
    money = (np.rint(column).astype(np.int64).tolist() for column in (ahead.revenue, ahead.lifetime))
    yield from zip(ahead.alive.tolist(), ahead.purchases.tolist(), *money, strict=True)


def _list_classes(holdout: Holdout) -> Sheet:
    columns = (
        Column("purchases_before", ("前半期购买次数", "purchases in the first half")),
        Column("customers", ("客户数", "customers"), Unit.COUNT),
        Column("foretold", ("后半期预计购买", "foretold for the second"), Unit.NUMBER, is_doubted=True),
        Column("happened", ("后半期实际购买", "what happened"), Unit.COUNT),
    )
    rows = [(_say_class(one), one.customers, one.foretold, one.happened) for one in holdout.classes]
    return Sheet("holdout", ("用前半期预测后半期", "The first half foretells the second"), columns, rows, 1, "foretold")


def _say_class(one: HoldoutClass) -> str:
    if one.most is None:
        return f"{one.least}+"
    return f"{one.least}" if one.least == one.most else f"{one.least}-{one.most}"


def _say_totals(values: CustomerValues, terms: ValueTerms, settings: Settings) -> Iterator[Phrase]:
    if values.foretold is None:
        return
    purchases, revenue = values.foretold
    count = _say_range(purchases, "{:,.0f}".format)
    money = _say_range(revenue, lambda amount: settings.money.format(round(amount)))
    yield (
        f"{values.known} 之后的 {terms.days} 天，这 {len(values.names):,} 位客户预计购买 {count[0]} 次，"
        f"销售额 {money[0]}。",
        f"In the {terms.days} days after {values.known} these {len(values.names):,} customers are expected to buy "
        f"{count[1]} times, "
        f"worth {money[1]}.",
    )


def _say_holdout(values: CustomerValues, settings: Settings) -> Iterator[Phrase]:
    if values.holdout is None:
        return
    found = values.holdout
    day, foretold = local_day(found.split, settings.zone), _say_range(found.foretold, "{:,.0f}".format)
    held = bool(found.foretold.low <= found.happened <= found.foretold.high)
    off = found.happened / float(found.foretold.value) - 1 if found.foretold.value else 0.0
    yield (
        f"检验：只用 {day} 之前的订单，模型预测之后购买 {foretold[0]} 次，实际 {found.happened:,} 次"
        f"（{round(off, 3) + 0.0:+.1%}，{'在' if held else '不在'}区间内）。",
        f"Check: from orders before {day} alone the model foretold {foretold[1]} purchases after; there were "
        f"{found.happened:,} ({round(off, 3) + 0.0:+.1%}, {'inside' if held else 'outside'} its interval).",
    )


def _say_range(estimate: Estimate, say: Callable[[float], str]) -> Phrase:
    value, low, high = (say(float(end)) for end in (estimate.value, estimate.low, estimate.high))
    return f"{value}（{low} 至 {high}）", f"{value} ({low} to {high})"


def _warn(values: CustomerValues) -> Iterator[Phrase]:
    if values.lacks_history:
        yield (
            "历史不足：还没有客户在不同日期回购，或大家都在同一天来过，无法按 RFM 分群，也无法预测。",
            "not enough history: nobody came again on another day, or all came last on one: no segments, no forecast",
        )
    elif values.forecast is None:
        yield (
            "再次购买的客户不足 30 位，无法预测；只有 RFM 评分。",
            "not enough data: fewer than 30 customers came back, so nothing is foretold; scores stand alone",
        )
    if values.holdout and not values.holdout.foretold.low <= values.holdout.happened <= values.holdout.foretold.high:
        yield (
            "检验期的实际购买次数落在预测区间之外（季节、促销或新店会造成）；预测请打折看。",
            "what happened in the check lies outside the interval, as seasons, promotions and openings make it: "
            "take forecasts with that much doubt",
        )
    lost = values.orders - values.joined
    if values.orders and lost / values.orders > _UNJOINED:
        yield (
            f"{lost:,} 笔订单（{lost / values.orders:.1%}）不知是谁的，未计入。",
            f"{lost:,} orders ({lost / values.orders:.1%}) are nobody's that is known, and left out",
        )


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _ahead(terms: ValueTerms, chinese: str, english: str) -> Phrase:
    return f"{terms.days} 天{chinese}", f"{english} in {terms.days} days"

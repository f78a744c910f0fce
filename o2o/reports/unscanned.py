"""The report on what happens without a scan: orders by store and day, and the crowd that didn't scan."""

from collections.abc import Iterator

import numpy as np

from o2o.analytics.unscanned import Unscanned, UnscannedReport, UnscannedTerms, count_unscanned
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson
from o2o.statistics.ratios import Sums, ratio_by_delta

QUESTION = ("有多少订单、多少进店的人没有扫码？", "How many orders, and how many who come in, are without a scan?")
_FIGURES = (
    Column("orders", ("订单", "orders"), Unit.COUNT),
    Column("known", ("知道是谁的", "known whose"), Unit.COUNT),
    Column("unscanned", ("没有扫码", "without a scan"), Unit.COUNT),
    Column("share", ("占比", "share"), Unit.SHARE, is_doubted=True),
)
_UNKNOWN = 0.2
_NO_CROWDS: Phrase = (
    "没有客流计数；导入后可看进店的人有多少扫码：o2o catalog import traffic.csv --as traffic",
    "no door counts: import them to see what share of those who come in scan: "
    "o2o catalog import traffic.csv --as traffic",
)


def analyse_unscanned(db: Database, settings: Settings, terms: UnscannedTerms) -> Analysis:
    """Return what happens without a scan as a report: by store, by day, and beside door counters."""
    found = count_unscanned(db, settings, terms)
    store = (Column("store", ("门店", "store")), Column("name", ("名称", "name")))
    sheets = [
        Sheet("stores", ("各门店", "By store"), (*store, *_FIGURES),
              [(one.key, one.name, *_figures(one)) for one in found.stores], 2, "share"),
        Sheet("days", ("各日", "By day"), (Column("day", ("日期", "day"), Unit.DAY), *_FIGURES),
              [(one.day, *_figures(one)) for one in found.days], 1, "share", 31),
    ]  # fmt: skip
    if found.crowds:
        sheets.append(_list_crowds(found, store))
    notes = () if found.crowds else (_NO_CROWDS,)
    return Analysis("unscanned", QUESTION, tuple(sheets), tuple(_say(found)), tuple(_warn(found)), notes)


def _figures(one: Unscanned) -> tuple[object, ...]:
    return one.orders, one.known, one.unscanned, wilson(one.unscanned, one.orders)


def _list_crowds(found: UnscannedReport, store: tuple[Column, ...]) -> Sheet:
    columns = (
        *store,
        Column("came", ("进店人次", "came in"), Unit.COUNT),
        Column("visits", ("扫码到访", "scan visits"), Unit.COUNT),
        Column("scanning", ("扫码率", "that scan"), Unit.SHARE, is_doubted=True),
    )
    rows = [
        (one.store_id, one.name, one.came, one.visits, wilson(min(one.visits, one.came), one.came))
        for one in found.crowds
    ]
    return Sheet("crowds", ("进店的人", "Who comes in"), columns, rows, 2, "scanning")


def _say(found: UnscannedReport) -> Iterator[Phrase]:
    total = found.total
    if not total.orders:
        return
    share = _share_over_days(found)
    value, low, high = (f"{float(end):.1%}" for end in (share.value, share.low, share.high))
    yield (
        f"{total.orders:,} 笔订单中 {total.unscanned:,} 笔之前没有扫码：{value}（{low} 至 {high}）。",
        f"Of {total.orders:,} orders {total.unscanned:,} followed no scan: {value} ({low} to {high}).",
    )
    if len(found.stores) > 1:
        top = found.stores[0]
        name = top.name or top.key
        yield f"最多的门店：{name}，{top.unscanned:,} 笔。", f"Most of them in {name}: {top.unscanned:,}."
    came, visits = (sum(getattr(one, name) for one in found.crowds) for name in ("came", "visits"))
    if came:
        yield (
            f"进店 {came:,} 人次，其间扫码到访 {visits:,} 次：{visits / came:.1%}。",
            f"{came:,} people came in and {visits:,} scan visits began meanwhile: {visits / came:.1%}.",
        )


def _share_over_days(found: UnscannedReport) -> Estimate:
    """Return the share with the doubt of good and bad days in it; of a single day that of a share."""
    if len(found.days) < 2:
        return wilson(found.total.unscanned, found.total.orders)
    sums = Sums.of([one.unscanned for one in found.days], [one.orders for one in found.days])
    share = ratio_by_delta(sums)
    return Estimate(share.value[0], np.maximum(share.low[0], 0), np.minimum(share.high[0], 1), share.level)


def _warn(found: UnscannedReport) -> Iterator[Phrase]:
    total = found.total
    if not total.orders:
        yield "这段时间没有订单。", "not enough data: there is no order in this period"
    elif (total.orders - total.known) / total.orders > _UNKNOWN:
        unknown = total.orders - total.known
        yield (
            f"{unknown:,} 笔订单（{unknown / total.orders:.1%}）没有会员、访客或扫码号：他们也许扫过，无从得知。",
            f"{unknown:,} orders ({unknown / total.orders:.1%}) name no customer, visitor or scan: "
            "they may have scanned, and nobody can tell",
        )
    if any(one.visits > one.came for one in found.crowds):
        yield (
            "有门店的扫码到访多于进店人次，请检查计数器。",
            "a store has more scan visits than people who came in: check its counter",
        )

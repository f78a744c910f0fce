"""Attribution pages with values of our own, for the tests of what is drawn from them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

from o2o.attribution.models import MODELS, Model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import (
    OTHER,
    UNATTRIBUTED,
    AttributionReport,
    CreditRow,
    Joinability,
    SharedVisitor,
    Totals,
    VerdictCount,
    Waterfall,
)
from o2o.config import Settings
from o2o.reports.page import AttributionPage
from o2o.reports.touchpoints import TouchpointRow
from o2o.statistics.rates import make_rate

SETTINGS = Settings("https://s.example.com", "CNY", "Asia/Shanghai")
QUESTION = Question(Outcome.ORDERS, since=1_767_196_800_000, until=1_769_875_200_000)
STORES = {"S001": "人民路店", "S002": "Harbour Street", "S003": "西溪店"}
NAMES = {
    "place": ("入口易拉宝", "鸡蛋堆头", "收银台桌贴", "Wine end-cap", "门头灯箱", "出口单页"),
    "person": ("李敏", "王芳", "Ana Souza", "陈伟"),
    "product": ("土鸡蛋 30 枚", "Full-cream milk 1 L", "五常大米 5 kg", "鲜橙汁 <大瓶> & 家庭装", "挂面"),
}


def make_touchpoint(number: int, kind: str, name: str, scans: int, share: float) -> TouchpointRow:
    """Return a touchpoint where a share of its visitors (nine of ten scans) ordered."""
    visitors = scans * 9 // 10
    ordered = round(visitors * share)
    store_id = list(STORES)[number % 3]
    return TouchpointRow(
        code=f"K7M2X{number:03d}", kind=kind, subject_id=f"{kind[:2].upper()}{number:04d}", name=name,
        store_id=store_id, campaign_id="", carrier="endcap", label="", scans=scans, visitors=visitors,
        visits=visitors, orders=ordered, revenue=ordered * 4_250, order_rate=make_rate(ordered, visitors),
    )  # fmt: skip


def make_touchpoints(count: int = 60) -> list[TouchpointRow]:
    """Return touchpoints of all kinds, some with many scans, some with next to none."""
    random = Random(7)
    kinds = [("person", "product", "product", "place")[n % 4] for n in range(count)]
    return [
        make_touchpoint(
            n,
            kind,
            f"{NAMES[kind][n % len(NAMES[kind])]}",
            int(random.paretovariate(1.1) * 14),
            random.betavariate(2, 9),
        )
        for n, kind in enumerate(kinds)
    ]


def make_page(
    touchpoints: list[TouchpointRow], question: Question = QUESTION, settings: Settings = SETTINGS
) -> AttributionPage:
    """Return a page whose reports credit these touchpoints; its totals add up in every model."""
    reports = {level: _make_report(touchpoints, replace(question, by=level)) for level in Level}
    return AttributionPage(
        settings, question, reports, touchpoints, _count_scans(touchpoints), STORES, made_at=1_769_900_000_000
    )


def _count_scans(touchpoints: list[TouchpointRow]) -> dict[Level, dict[str, int]]:
    scans: dict[Level, Counter[str]] = {level: Counter() for level in Level}
    for touchpoint in touchpoints:
        for level, counts in scans.items():
            counts[_key(touchpoint, level)[0]] += touchpoint.scans
    return {level: dict(counts) for level, counts in scans.items()}


def _make_report(touchpoints: list[TouchpointRow], question: Question) -> AttributionReport:
    rows: list[CreditRow] = []
    totals: list[Totals] = []
    for place, model in enumerate(MODELS):
        credited = list(_credit(touchpoints, question, model, place))
        orders, revenue = sum(row.conversions for row in credited), sum(row.revenue for row in credited)
        lost = 2 * round(orders), 2 * revenue
        if question.outcome is Outcome.VISITS:
            lost = 0, 0
        rows += [*credited, CreditRow(UNATTRIBUTED, "", model, lost[0], lost[1])]
        totals.append(Totals(model, orders, lost[0], orders + lost[0], revenue, lost[1], revenue + lost[1]))
    hits = sum(t.scans for t in touchpoints)
    verdicts = {"bot": hits // 5, "preview": hits // 20, "duplicate": hits // 30, "orphan": 12}
    waterfall = Waterfall(
        hits + sum(verdicts.values()),
        tuple(VerdictCount(verdict, "", number) for verdict, number in {**verdicts, "human": hits}.items()),
        hits, hits // 50, hits * 4 // 5, hits // 4,
    )  # fmt: skip
    orders = round(totals[0].conversions)
    joinability = Joinability(orders, orders * 6 // 10, orders // 10, orders // 5, orders // 20, orders // 3)
    return AttributionReport(
        question, tuple(rows), tuple(totals), waterfall, joinability, (SharedVisitor("v-tablet", 41),)
    )


def _credit(touchpoints: list[TouchpointRow], question: Question, model: Model, place: int) -> Iterable[CreditRow]:
    sums: dict[str, CreditRow] = {}
    for number, t in enumerate(touchpoints):
        key, name = _key(t, question.by)
        tilt = 1 + 0.12 * ((number + place) % 5 - 2)
        revenue = round(t.revenue * tilt) if question.outcome is Outcome.ORDERS else 0
        before = sums.get(key, CreditRow(key, name, model, 0, 0))
        sums[key] = replace(
            before,
            conversions=before.conversions + t.orders * tilt,
            revenue=before.revenue + revenue,
            touches=before.touches + t.scans // 2,
            **({"kind": t.kind, "store_id": t.store_id, "carrier": t.carrier} if question.by == "touchpoint" else {}),
        )
    return sums.values()


def _key(t: TouchpointRow, level: Level) -> tuple[str, str]:
    if level is Level.TOUCHPOINT:
        return t.code, t.name
    if level is Level.STORE:
        return t.store_id, STORES[t.store_id]
    if level is Level.CARRIER:
        return t.carrier, t.carrier
    return (t.subject_id, t.name) if t.kind == level else (OTHER, "(other)")

"""Credit, touchpoints and regions as analyses, to be held beside the same of the period before."""

from dataclasses import replace
from math import nan

from o2o.attribution.lags import Maturity
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import CreditRow, attribute
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.incremental import HANGING
from o2o.reports.incremental_sheet import put_incremental
from o2o.reports.phrases import say_young
from o2o.reports.regions import Area, RegionRow, report_regions
from o2o.reports.remarks import list_warnings
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.reports.touchpoints import TouchpointRow, survey_touchpoints
from o2o.reports.words import WORDS, Words
from o2o.statistics.estimates import Estimate, as_numbers
from o2o.statistics.rates import Rate

_NAMES = (Column("key", ("编号", "key")), Column("name", ("名称", "name")))
_CREDITS = (
    *(*_NAMES, Column("model", ("模型", "model"))),
    Column("conversions", ("转化", "conversions"), Unit.NUMBER, is_doubted=True),
    Column("revenue", ("销售额", "revenue"), Unit.MONEY, is_doubted=True),
    Column("touches", ("触达", "touches"), Unit.COUNT),
)
_TOUCHPOINTS = (
    *_NAMES,
    Column("scans", ("扫码", "scans"), Unit.COUNT),
    Column("visitors", ("访客", "visitors"), Unit.COUNT),
    Column("visits", ("到访", "visits"), Unit.COUNT),
    Column("orders", ("订单", "orders"), Unit.COUNT),
    Column("revenue", ("销售额", "revenue"), Unit.MONEY, is_doubted=True),
    Column("revenue_per_scan", ("每次扫码销售额", "revenue a scan"), Unit.MONEY, is_doubted=True),
    Column("order_rate", ("下单率", "order rate"), Unit.SHARE, is_doubted=True),
    Column("note", ("提示", "note")),
)
_FEW = Word("not enough data", ("数据不足", "not enough data"))
NO_REGIONS: Phrase = (
    "没有一次计入的扫码带地区；设置后的扫码才有：o2o setting set geo_file GeoLite2-City.mmdb",
    "no counted scan has a region; scans from now on have one after: o2o setting set geo_file GeoLite2-City.mmdb",
)
"""Says why there are no regions."""
_REGIONS = (
    Column("country", ("国家", "country")),
    *(Column("region", ("地区", "region")), Column("city", ("城市", "city"))),
    Column("scans", ("扫码", "scans"), Unit.COUNT),
    Column("visitors", ("访客", "visitors"), Unit.COUNT),
    Column("remote", ("异地", "remote"), Unit.COUNT),
)


def analyse_credits(db: Database, settings: Settings, question: Question) -> Analysis:
    """Return the credit of each key as an analysis."""
    report = attribute(db, settings, question)
    asked = "每个触点带来了多少？", "What did each touchpoint bring?"
    sheet = Sheet("credits", ("归因", "Credit"), _CREDITS, [_make_credit(row) for row in report.rows], 3, "conversions")
    young = _say_young(question.outcome, report.maturity)
    remarks = (*young, *((warning, warning) for warning in list_warnings(report)))
    analysis = Analysis("attribution", asked, (sheet,), remarks=remarks, notes=(WORDS["cause"],))
    return put_incremental(analysis, db, settings, question)


def analyse_touchpoints(db: Database, settings: Settings, question: Question) -> Analysis:
    """Return what each touchpoint did as an analysis."""
    found = survey_touchpoints(db, settings, question)
    rows = [_make_touchpoint(row) for row in found.rows if row.scans or row.orders]
    asked = "每个触点扫了多少、卖了多少？", "What did each touchpoint do?"
    young = _say_young(Outcome.ORDERS, found.maturity)
    sheet = Sheet("touchpoints", ("触点", "Touchpoints"), _TOUCHPOINTS, rows, 2, "scans")
    analysis = Analysis("touchpoints", asked, (sheet,), remarks=tuple(young), notes=(WORDS["cause"],))
    return put_incremental(analysis, db, settings, replace(question, outcome=Outcome.ORDERS), HANGING)


def analyse_regions(db: Database, area: Area, since: int | None, until: int | None) -> Analysis:
    """Return where scans came from as an analysis."""
    found = report_regions(db, area, since, until)
    asked = "扫码来自哪里？", "Where do scans come from?"
    sheet = Sheet("regions", ("地区", "Regions"), _REGIONS, [_make_region(row) for row in found], 3, "scans")
    return Analysis("regions", asked, (sheet,), said=() if found else (NO_REGIONS,))


def _say_young(outcome: Outcome, maturity: Maturity | None) -> list[Phrase]:
    chinese, english = (say_young(Words(language), outcome, maturity) for language in (Language.ZH, Language.EN))
    return [(chinese, english)] if chinese else []


def _make_credit(row: CreditRow) -> tuple[object, ...]:
    conversions = _estimate(row.conversions, row.conversions_low, row.conversions_high)
    revenue = _estimate(row.revenue, row.revenue_low, row.revenue_high)
    return row.key, row.name, str(row.model), conversions, revenue, row.touches


def _make_touchpoint(row: TouchpointRow) -> tuple[object, ...]:
    name, rate = row.name or row.subject_id, _rate(row.order_rate)
    revenue = _estimate(row.revenue, row.revenue_low, row.revenue_high)
    told = revenue, row.per_scan, rate, "" if row.per_scan else _FEW
    return row.code, name, row.scans, row.visitors, row.visits, row.orders, *told


def _make_region(row: RegionRow) -> tuple[object, ...]:
    return row.country, row.region, row.city, row.scans, row.visitors, row.remote


def _estimate(value: float, low: float | None, high: float | None) -> Estimate:
    """Return a figure with its interval, without ends where none is known."""
    figure, least, most = (as_numbers(nan if end is None else end) for end in (value, low, high))
    return Estimate(figure, least, most)


def _rate(rate: Rate) -> Estimate | None:
    return _estimate(rate.value, rate.low, rate.high) if rate.trials else None

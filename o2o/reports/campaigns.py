"""Campaigns looked back on, as an analysis."""

from collections.abc import Iterator, Sequence
from math import isnan

from o2o.analytics.campaigns import FEW_STORES, CampaignReview, Control
from o2o.analytics.costs import Basis
from o2o.config import Settings
from o2o.reports.returns import BASES, ON_REVENUE
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word

_CONTROLS: dict[Control, Phrase] = {
    Control.STORES: ("其他门店", "other stores"),
    Control.BEFORE: ("活动前", "the days before"),
    Control.NOTHING: ("无", "nothing"),
}
_MONEY_COLUMNS = (
    Column("campaign", ("活动编号", "campaign")),
    Column("name", ("名称", "name")),
    Column("from", ("开始", "from"), Unit.INSTANT),
    Column("to", ("结束", "to"), Unit.INSTANT),
    Column("cost", ("费用", "cost"), Unit.MONEY),
    Column("revenue", ("归因销售额", "revenue"), Unit.MONEY),
    Column("gain", ("收益", "gain"), Unit.MONEY),
    Column("basis", ("收益口径", "basis")),
    Column("roas", ("ROAS", "ROAS"), Unit.NUMBER, is_doubted=True),
    Column("roi", ("ROI", "ROI"), Unit.SHARE, is_doubted=True),
    Column("goal", ("目标", "goal")),
    Column("scans", ("扫码", "scans"), Unit.COUNT),
    Column("visitors", ("访客", "visitors"), Unit.COUNT),
    Column("orders", ("归因订单", "orders"), Unit.NUMBER),
    Column("new_customers", ("新客", "new customers"), Unit.COUNT),
    Column("cac", ("获客成本", "CAC"), Unit.MONEY, is_doubted=True),
    Column("break_even", ("保本销售额", "break-even"), Unit.MONEY),
)
_SALES_COLUMNS = (
    Column("campaign", ("活动编号", "campaign")),
    Column("name", ("名称", "name")),
    Column("control", ("对照", "held against")),
    Column("stores", ("活动门店", "stores"), Unit.COUNT),
    Column("controls", ("对照门店", "control stores"), Unit.COUNT),
    Column("days", ("天数", "days"), Unit.COUNT),
    Column("before", ("活动前店日均", "a store and day before"), Unit.MONEY),
    Column("during", ("活动中店日均", "while it ran"), Unit.MONEY),
    Column("control_before", ("对照活动前", "control before"), Unit.MONEY),
    Column("control_during", ("对照活动中", "control while it ran"), Unit.MONEY),
    Column("a_day", ("店日均多卖", "more a store and day"), Unit.MONEY, is_doubted=True),
    Column("added", ("共多卖", "more in all"), Unit.MONEY, is_doubted=True),
)
_NAMED = 5
_NOT_CAUSE: Phrase = (
    "归因不是因果，前后对比也只是线索：门店不是随机分的。要证明效果，请做实验（o2o experiment）。",
    "Credit is not cause, and before and after is a hint: stores weren't dealt at random. An experiment proves it.",
)
_NO_CONTROL: Phrase = (
    "对照为“活动前”的活动没有可比的门店：节假日、天气、季节都混在变化里。",
    "Campaigns held against the days before have no other stores beside them: season and weather are in the change.",
)
_FEW: Phrase = (
    f"活动门店或对照门店少于 {FEW_STORES} 家时，区间很宽，且假定各店的波动相近。",
    f"With fewer than {FEW_STORES} stores on either side an interval is wide, and takes stores to vary alike.",
)


def analyse_campaigns(reviews: Sequence[CampaignReview], settings: Settings) -> Analysis:
    """Return campaigns as an analysis: money by campaign, and sales before and while each ran."""
    money = [_make_money_row(review) for review in reviews]
    sales = [_make_sales_row(review) for review in reviews]
    question = "活动花的钱值不值？", "Was each campaign worth its cost?"
    sheets = (
        Sheet("campaigns", ("费用与回报", "Cost and return"), _MONEY_COLUMNS, money, bar="roi"),
        Sheet("sales", ("前后对比", "Before and while it ran"), _SALES_COLUMNS, sales, bar="added"),
    )
    notes = (_NOT_CAUSE,) if reviews else ()
    return Analysis("campaigns", question, sheets, tuple(_say(reviews, settings)), tuple(_warn(reviews)), notes)


def _make_money_row(review: CampaignReview) -> tuple[object, ...]:
    earned = review.earned
    lacks_gain = review.cost is None and earned.basis is Basis.REVENUE  # it would be but the revenue again
    gain, basis = (None, None) if lacks_gain else (_whole(earned.gain), BASES[earned.basis])
    return (
        *(review.campaign_id, review.name, review.starts_at, review.ends_at),
        *(_whole(review.cost), earned.revenue, gain, basis, review.roas, review.roi),
        *(review.goal, review.scans, review.visitors, earned.conversions),
        *(review.new_customers, review.cost_each, _whole(review.break_even)),
    )


def _make_sales_row(review: CampaignReview) -> tuple[object, ...]:
    sales, control = review.sales, Word(review.sales.control.value, _CONTROLS[review.sales.control])
    means = sales.before, sales.during, sales.control_before, sales.control_during
    return (
        *(review.campaign_id, review.name, control, sales.stores, sales.controls, sales.days),
        *(_whole(mean) for mean in means),
        *(sales.a_day, sales.added),
    )


def _whole(money: float | None) -> int | None:
    return None if money is None or isnan(money) else round(money)


def _say(reviews: Sequence[CampaignReview], settings: Settings) -> Iterator[Phrase]:
    if not reviews:
        yield "本期没有活动。", "No campaign ran in the period."
    for review in reviews[:3]:
        yield _say_one(review, settings)


def _say_one(review: CampaignReview, settings: Settings) -> Phrase:
    money = settings.money.format
    revenue, name = money(review.earned.revenue), review.name
    chinese, english = f"{name}：归因销售额 {revenue}", f"{name} is credited with {revenue}"
    if review.cost is not None:
        cost = money(round(review.cost))
        chinese, english = f"{chinese}，费用 {cost}", f"{english} for a cost of {cost}"
    added = review.sales.added
    if added is None:
        return f"{chinese}；不能与其他门店比较。", f"{english}; there is nothing to hold its sales against."
    value, low, high = (money(round(float(end))) for end in (added.value, added.low, added.high))
    if added.excludes(0):
        return (f"{chinese}；比对照多卖 {value}（{low} 至 {high}）。",
                f"{english}; its stores sold {value} ({low} to {high}) more than the comparison explains.")  # fmt: skip
    return (f"{chinese}；与对照相比看不出差别（{low} 至 {high}）。",
            f"{english}; beside the comparison no difference shows ({low} to {high}).")  # fmt: skip


def _warn(reviews: Sequence[CampaignReview]) -> Iterator[Phrase]:
    if any(review.earned.basis is Basis.REVENUE and review.roi for review in reviews):
        yield ON_REVENUE
    if any(review.sales.control is Control.BEFORE for review in reviews):
        yield _NO_CONTROL
    if any(min(review.sales.stores, review.sales.controls) < FEW_STORES for review in reviews if review.sales.added):
        yield _FEW
    if lacking := [review.campaign_id for review in reviews if review.cost is None]:
        imported = "o2o catalog import costs.csv --as costs"
        named, rest = lacking[:_NAMED], len(lacking) - _NAMED
        more = (f" 等 {len(lacking)} 个", f" and {rest} more") if rest > 0 else ("", "")
        yield (f"没有费用：{'、'.join(named)}{more[0]}；请导入：{imported}",
               f"without a cost: {', '.join(named)}{more[1]}; import costs: {imported}")  # fmt: skip

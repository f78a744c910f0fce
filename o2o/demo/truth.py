"""Holds what the file says against what was planted: ratios of purchase rates beside multipliers."""

from collections.abc import Iterable
from dataclasses import dataclass

from o2o.analytics.influence import compare_visitors
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.demo.chain import FLAGSHIP
from o2o.demo.shoppers import PLANTED, Influence
from o2o.reports.page import Section
from o2o.statistics.rates import RateRatio
from o2o.touchpoints import list_touchpoints, subject_name

_TITLE = {Language.ZH: "种下的真相与找到的结果", Language.EN: "What was planted and what was found"}
_HEADER = {
    Language.ZH: ("触点", "种下", "找到", "95% 区间", "扫过的访客", "其中购买", "未扫的访客", "其中购买"),
    Language.EN: (
        "touchpoint",
        "planted",
        "found",
        "95 % interval",
        "visitors with",
        "bought",
        "visitors without",
        "bought",
    ),
}
_NOTE = {
    Language.ZH: "演示中的顾客是模拟的：扫过这些触点的人，购买概率乘以“种下”的倍数。"
    "“找到”的倍数只由本文件的扫码和订单算出：同一门店里，扫过它的访客的购买率，除以没扫过它的访客的购买率。"
    "有些订单关联不到扫码，但这与扫了什么无关，不影响比值。",
    Language.EN: "The shoppers of this demo are simulated: the chance of a purchase of those who scan these "
    "touchpoints is multiplied by what was planted. What was found comes from this file's scans and orders alone: "
    "the purchase rate of the store's visitors who scanned it over that of those who did not. Some orders can't be "
    "joined to scans, whatever was scanned, which leaves the ratio as it is.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One planted influence and what the file's scans and orders say of it (None: too few purchases to say)."""

    influence: Influence
    name: str
    ratio: RateRatio | None

    def __str__(self) -> str:
        planted = f"{self.influence.kind} {self.influence.subject_id} {self.name}: "
        planted += f"planted {self.influence.multiplier:.1f} x, found"
        if self.ratio is None:
            return f"{planted} too few purchases to say"
        return f"{planted} {self.ratio.value:.1f} x ({self.ratio.low:.1f} to {self.ratio.high:.1f})"


def find_influences(db: Database, settings: Settings) -> list[Finding]:
    """Return what the file alone says about each planted influence."""
    touchpoints = {(t.kind, t.subject_id): t for t in list_touchpoints(db, store_id=FLAGSHIP)}
    return [
        Finding(
            planted,
            subject_name(db, planted.kind, planted.subject_id),
            compare_visitors(db, settings, touchpoints[planted.kind, planted.subject_id]),
        )
        for planted in PLANTED
    ]


def make_truth_section(findings: Iterable[Finding], language: str) -> Section:
    """Return the table of planted and found multipliers for the report."""
    language = Language(language)
    return Section(_TITLE[language], _HEADER[language], [_row(finding) for finding in findings], _NOTE[language])


def _row(finding: Finding) -> tuple[str | int, ...]:
    planted, ratio = f"{finding.influence.multiplier:.1f}×", finding.ratio
    if ratio is None:
        return finding.name, planted, "", "", "", "", "", ""
    found, interval = f"{ratio.value:.2f}×", f"{ratio.low:.2f}–{ratio.high:.2f}"
    with_it, without = ratio.exposed, ratio.unexposed
    return (
        finding.name,
        planted,
        found,
        interval,
        with_it.trials,
        with_it.successes,
        without.trials,
        without.successes,
    )

"""What each touchpoint did: scans, visitors, visits, orders and revenue, people, products and places side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from o2o.analytics.sign_ranking import count_by_owner, sum_up
from o2o.attribution.crediting import Credit, credit_journeys
from o2o.attribution.doubts import Doubt, Figures, find_spans
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, gathered
from o2o.attribution.lags import Maturity, find_maturity
from o2o.attribution.models import Model
from o2o.attribution.question import Level, Outcome, Question, Transform
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.estimates import Estimate
from o2o.statistics.rates import Rate, make_rate
from o2o.statistics.ratios import ratio_by_delta
from o2o.times import DAY

THIN_VISITORS = 30
"""Below so many visitors a rate is marked as thin."""
FEW_ORDERS = 10
"""Of fewer orders no revenue of a scan is told: one large basket would decide."""


@dataclass(frozen=True, slots=True)
class TouchpointRow:
    """One touchpoint as it stands today and what it did.

    ``orders`` are those with at least one of its scans in their window, ``revenue`` its linear share of them in
    minor units, ``order_rate`` the share of its visitors who ordered so; revenue lies between its low and high at 95 %.
    ``per_scan`` is the revenue of each scan, None where fewer than ten orders or thirty of who scanned tell too little.
    ``mature`` is the part that has come of the orders which its scans will bring.
    """

    code: str
    kind: str
    subject_id: str
    name: str
    store_id: str
    campaign_id: str
    carrier: str
    label: str
    scans: int
    visitors: int
    visits: int
    orders: int
    revenue: int
    order_rate: Rate
    revenue_low: int = 0
    revenue_high: int = 0
    mature: float = 1.0
    per_scan: Estimate | None = None

    @property
    def thin(self) -> bool:
        """Whether there are too few visitors to judge it by its rate."""
        return self.visitors < THIN_VISITORS

    @property
    def young(self) -> bool:
        """Whether its scans are so recent that it isn't to be compared with others yet."""
        from o2o.statistics.maturity import YOUNG  # loads NumPy

        return self.mature < YOUNG


@dataclass(frozen=True, slots=True)
class TouchpointReport:
    """What each touchpoint did, the most scanned first, and what recent scans have still to bring."""

    rows: list[TouchpointRow]
    maturity: Maturity | None


def report_touchpoints(db: Database, settings: Settings, question: Question) -> list[TouchpointRow]:
    """Return what each touchpoint did in a question's period, the most scanned first."""
    return survey_touchpoints(db, settings, question).rows


def survey_touchpoints(db: Database, settings: Settings, question: Question) -> TouchpointReport:
    """Return what each touchpoint did in a question's period, and how much recent scans have still to bring."""
    question = replace(
        question,
        outcome=Outcome.ORDERS,
        models=(Model.LINEAR,),
        by=Level.TOUCHPOINT,
        transform=Transform(),
        intervals=True,
    )
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        journeys.key_by(question.by)
        revenue = _span_revenue(credit_journeys(journeys).credits)
        per_scan = _divide_by_scans(count_by_owner(journeys, question.by))
        found = [dict(row) for row in journeys.rows("reports/touchpoints.activity")]
        maturity = find_maturity(journeys)
        lacking = _count_lacking(journeys, maturity) if maturity else {}
    rows = [
        replace(
            _make_row(row, revenue.get(row["code"], (0, 0, 0)), lacking.get(row["code"], 0.0)),
            per_scan=per_scan.get(row["code"]) if row["orders"] >= FEW_ORDERS else None,
        )
        for row in found
    ]
    return TouchpointReport(rows, maturity)


def _divide_by_scans(counted: list[dict[str, Any]]) -> dict[str, Estimate]:
    """Return the revenue of each scan of touchpoints that enough customers and visitors scanned."""
    known = [row for row in counted if row["scans"] and row["owners"] >= THIN_VISITORS]
    found = ratio_by_delta(sum_up(known, "money"))
    least = np.where(found.value < 0, -np.inf, 0.0)
    ends = zip(found.value, np.maximum(found.low, least), found.high, strict=True)
    return {row["key"]: Estimate(*three, found.level) for row, three in zip(known, ends, strict=True)}


def _count_lacking(journeys: Journeys, maturity: Maturity) -> dict[str, float]:
    """Return of how many scans of each touchpoint the conversions are still to come."""
    lacking: dict[str, float] = defaultdict(float)
    first = maturity.last_day - len(maturity.shares) + 1
    for row in journeys.rows("reports/touchpoints.young", young=first * DAY):
        lacking[row["code"]] += row["scans"] * (1 - maturity.shares[max(0, maturity.last_day - row["day"])])
    return lacking


def _span_revenue(credited: Iterable[Credit]) -> dict[str, tuple[int, int, int]]:
    """Return of each touchpoint the revenue, and between what it lies at 95 %."""
    figures = {one.key: Figures(one.conversions, one.revenue, one.doubt or Doubt()) for one in credited}
    spans = zip(figures.items(), find_spans(list(figures.values())), strict=True)
    return {key: (found.revenue, span.revenue_low, span.revenue_high) for (key, found), span in spans}


def _make_row(row: dict[str, Any], money: tuple[int, int, int], lacking: float) -> TouchpointRow:
    rate = make_rate(row.pop("buyers"), row["visitors"])
    revenue, low, high = money
    mature = round(1 - lacking / row["scans"], 6) if row["scans"] else 1.0
    return TouchpointRow(**row, revenue=revenue, order_rate=rate, revenue_low=low, revenue_high=high, mature=mature)

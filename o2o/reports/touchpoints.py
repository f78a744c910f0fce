"""What each touchpoint did: scans, visitors, visits, orders and revenue, people, products and places side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from o2o.attribution.crediting import Credit, credit_journeys
from o2o.attribution.doubts import Doubt, Figures, find_spans
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import gathered
from o2o.attribution.models import Model
from o2o.attribution.question import Level, Outcome, Question, Transform
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.rates import Rate, make_rate

THIN_VISITORS = 30
"""Below so many visitors a rate is marked as thin."""


@dataclass(frozen=True, slots=True)
class TouchpointRow:
    """One touchpoint as it stands today and what it did.

    ``orders`` are those with at least one of its scans in their window, ``revenue`` its linear share of them in
    minor units, ``order_rate`` the share of its visitors who ordered so; revenue lies between its low and high at 95 %.
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

    @property
    def thin(self) -> bool:
        """Whether there are too few visitors to judge it by its rate."""
        return self.visitors < THIN_VISITORS


def report_touchpoints(db: Database, settings: Settings, question: Question) -> list[TouchpointRow]:
    """Return what each touchpoint did in a question's period, the most scanned first."""
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
        found = [dict(row) for row in journeys.rows("reports/touchpoints.activity")]
    return [_make_row(row, revenue.get(row["code"], (0, 0, 0))) for row in found]


def _span_revenue(credited: Iterable[Credit]) -> dict[str, tuple[int, int, int]]:
    """Return of each touchpoint the revenue, and between what it lies at 95 %."""
    figures = {one.key: Figures(one.conversions, one.revenue, one.doubt or Doubt()) for one in credited}
    spans = zip(figures.items(), find_spans(list(figures.values())), strict=True)
    return {key: (found.revenue, span.revenue_low, span.revenue_high) for (key, found), span in spans}


def _make_row(row: dict[str, Any], money: tuple[int, int, int]) -> TouchpointRow:
    rate = make_rate(row.pop("buyers"), row["visitors"])
    revenue, low, high = money
    return TouchpointRow(**row, revenue=revenue, order_rate=rate, revenue_low=low, revenue_high=high)

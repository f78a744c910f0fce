"""What was paid, and what came back of it: return on cost by campaign, touchpoint or carrier, on margin where costs of
goods are known.

Credit is not cause: a return on credited sales says what scans led to, not what would not have been sold without them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row

import numpy as np

from o2o.analytics.cost_prices import CostPeriod, list_former_costs, write_former_costs
from o2o.attribution.crediting import find_rule
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, gathered
from o2o.attribution.models import Model
from o2o.attribution.question import WINDOW, Level, Outcome, Question
from o2o.config import Language, Settings
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.statistics.estimates import Estimate
from o2o.statistics.ratios import Sums, sum_over_cost
from o2o.subjects import CARRIER_NAMES

FEW_OWNERS = 10
"""Of fewer buyers no return is told: their interval would be a guess."""
_MOSTLY = 0.5
_BEGINNING, _END = 0, 1 << 62


class Paid(StrEnum):
    """By what costs are summed up and set against what was earned."""

    CAMPAIGN = "campaign"
    TOUCHPOINT = "touchpoint"
    CARRIER = "carrier"


class Basis(StrEnum):
    """What is set against a cost: gross margin, or revenue where too few costs of goods are known."""

    MARGIN = "margin"
    REVENUE = "revenue"


class Verdict(StrEnum):
    """Whether a cost came back, as far as the interval of its return tells."""

    PAYS = "pays"
    LOSES = "loses"
    EVEN = "can't be told"
    FEW = "not enough data"


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """What is asked: by what, under which model, how old a touch may be, from when until when (None: no bound)."""

    by: Paid = Paid.CAMPAIGN
    model: Model = Model.LINEAR
    window: int = WINDOW
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if find_rule(self.model) is None:
            raise SettingError("model", self.model, "learns from all journeys", "take linear, first, last or position")


@dataclass(frozen=True, slots=True)
class Earned:
    """What a key is credited with: orders and money (minor units), and how much of it customers brought each.

    ``costed`` is the part of the revenue that goods of a known cost brought, ``margin`` what it leaves once they are
    paid; squares are sums over customers or visitors (``owners``) of the squares of what each brought.
    """

    key: str
    owners: int = 0
    conversions: float = 0.0
    revenue: int = 0
    costed: float = 0.0
    margin: float = 0.0
    revenue_squares: float = 0.0
    margin_squares: float = 0.0

    @property
    def basis(self) -> Basis:
        """Margin where half of the revenue and more is of goods whose cost is known."""
        return Basis.MARGIN if self.costed > 0 and self.costed >= _MOSTLY * self.revenue else Basis.REVENUE

    @property
    def gain(self) -> float:
        """Margin or revenue; goods of unknown cost are taken to leave as much as the others."""
        return self.margin * self.revenue / self.costed if self.basis is Basis.MARGIN else self.revenue

    def over(self, cost: float) -> tuple[Estimate, Estimate]:
        """Return the revenue and the gain of each unit of a cost."""
        squares = self.revenue_squares
        if self.basis is Basis.MARGIN:
            squares = self.margin_squares * (self.revenue / self.costed) ** 2
        return _over(self.revenue, self.revenue_squares, cost), _over(self.gain, squares, cost)


@dataclass(frozen=True, slots=True)
class CostReturn:
    """What was paid for a key and what came back: ``gain`` is margin or revenue by ``basis``.

    ``roas`` is revenue by cost, ``roi`` (gain - cost) by cost; both None where there is too little to tell.
    """

    key: str
    name: str
    cost: float
    orders: float
    revenue: int
    gain: float
    basis: Basis
    roas: Estimate | None
    roi: Estimate | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns by key, the largest cost first; ``costless`` is credited revenue of what nothing was paid for.

    ``apart`` are costs in the period that are for nothing smaller, such as a campaign's when asked by touchpoint.
    ``dated`` is of how many products a former cost is known; the others' margins are of today's.
    """

    rows: tuple[CostReturn, ...]
    costless: int
    apart: float
    dated: int = 0


def sum_costs(db: Database, by: Paid, since: int | None = None, until: int | None = None) -> dict[str, float]:
    """Return what was paid by campaign, touchpoint (code) or carrier for a period, in minor units.

    Of a cost that reaches beyond the period the part of its days that lie in it. What was paid for a touchpoint is
    also its campaign's and its carrier's cost; what was paid for these is not shared out to touchpoints: its key is
    ''. A campaign's own cost counts where none was imported for it.
    """
    costs: dict[str, float] = defaultdict(float)
    for row in rows(db, load_query("analytics/costs.paid")):
        part = _part_within(row, _BEGINNING if since is None else since, _END if until is None else until)
        if part:
            costs[row[by] or ""] += row["amount"] * part
    return dict(costs)


def sum_earned(db: Database, settings: Settings, terms: ReturnTerms) -> list[Earned]:
    """Return what orders of a period are credited with by key (drain the recorder's segments before)."""
    return _sum_earned(db, settings, terms, list_former_costs(db, settings))


def _sum_earned(db: Database, settings: Settings, terms: ReturnTerms, former: Sequence[CostPeriod]) -> list[Earned]:
    question = Question(Outcome.ORDERS, (terms.model,), Level(terms.by), terms.window, terms.since, terms.until)
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        return sum_credits(journeys, former)


def sum_credits(journeys: Journeys, former: Sequence[CostPeriod], query: str = "") -> list[Earned]:
    """Return what gathered orders are credited with by key, under the first model of their question, a rule.

    ``former`` are costs of goods that held before today's; ``query`` may choose among the credits.
    """
    since = journeys.question.since or 0
    journeys.kept["former_costs"] = write_former_costs([period for period in former if period.until > since])
    rule = find_rule(journeys.question.models[0])
    journeys.key_by(journeys.question.by)
    journeys.keep("steps", "attribution/models.steps")
    journeys.keep("margins", "analytics/costs.margins")
    parts = {"credits": rule.credits_of(journeys)} if rule else {}
    if query:
        parts["credits"] = load_query(query, **journeys.kept, **parts)
    found = journeys.rows("analytics/costs.earned", parts, **(rule.parameters if rule else {}))
    return [Earned(**dict(row)) for row in found]


def find_returns(db: Database, settings: Settings, terms: ReturnTerms) -> Returns:
    """Return what came back of what was paid for campaigns, touchpoints or carriers in a period."""
    costs = sum_costs(db, terms.by, terms.since, terms.until)
    apart = costs.pop("", 0.0)
    former = list_former_costs(db, settings)
    earned = {one.key: one for one in _sum_earned(db, settings, terms, former)}
    names = _load_names(db, terms.by, Language(settings.language))
    found = [
        weigh_cost(earned.get(key) or Earned(key), names.get(key) or key, cost)
        for key, cost in sorted(costs.items(), key=lambda item: -item[1])
        if cost > 0
    ]
    costless = sum(one.revenue for one in earned.values() if not costs.get(one.key))
    return Returns(tuple(found), costless, apart, len({one.sku for one in former}))


def weigh_cost(earned: Earned, name: str, cost: float) -> CostReturn:
    """Return what was earned set against its cost; no return is told of fewer than ten buyers."""
    roas = roi = None
    verdict = Verdict.FEW
    if earned.owners >= FEW_OWNERS:
        roas, gain = earned.over(cost)
        roi = Estimate(gain.value - 1, gain.low - 1, gain.high - 1, gain.level)
        verdict = (Verdict.PAYS if roi.value > 0 else Verdict.LOSES) if roi.excludes(0) else Verdict.EVEN
    told = earned.conversions, earned.revenue, earned.gain, earned.basis
    return CostReturn(earned.key, name, cost, *told, roas, roi, verdict)


def _part_within(cost: Row, since: int, until: int) -> float:
    start, end = cost["valid_from"], cost["valid_to"]
    if start is None or end is None:  # a campaign without dates
        return 1.0
    return float(max(0, min(end, until) - max(start, since)) / (end - start))


def _over(total: float, squares: float, cost: float) -> Estimate:
    nothing = np.zeros(())
    return sum_over_cost(Sums(nothing, np.asarray(total), nothing, np.asarray(squares), nothing, nothing), cost)


def _load_names(db: Database, by: Paid, language: Language) -> dict[str, str]:
    if by is Paid.CAMPAIGN:
        return dict(db.conn.execute("SELECT campaign_id, name FROM campaigns"))
    if by is Paid.CARRIER:
        return {str(carrier): language.of(names) for carrier, names in CARRIER_NAMES.items()}
    return dict(db.conn.execute(load_query("analytics/costs.names")))

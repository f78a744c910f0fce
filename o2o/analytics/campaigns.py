"""Campaigns looked back on: what each cost and was credited with, and how its stores sold beside the others.

Credit says what its touchpoints led to; the sales of its stores beside those of stores without it say what it may have
added. Neither proves it: stores weren't dealt at random. That an experiment does.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import isnan
from sqlite3 import Row

import numpy as np

from o2o.analytics.cost_prices import list_former_costs
from o2o.analytics.costs import Earned, Paid, sum_costs, sum_credits, weigh_cost
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import gathered
from o2o.attribution.models import Model
from o2o.attribution.question import WINDOW, Level, Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.statistics.estimates import Estimate, FigureError, Flags, Numbers
from o2o.statistics.intervals import poisson
from o2o.statistics.means import mean_difference
from o2o.statistics.panels import before_and_after
from o2o.times import MINUTE, day_start, local_day

WEEK_DAYS = 7
FEW_STORES = 6
"""With fewer stores on either side the interval of a difference rests on how few differ."""
_SLICE = 15 * MINUTE
"""Midnight is at a whole quarter of an hour in every time zone."""


class Control(StrEnum):
    """What a campaign's sales are held against."""

    STORES = "other stores"
    BEFORE = "the days before"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """Which campaigns: those that ran between two instants, or one by its id; how orders are credited to them."""

    since: int | None = None
    until: int | None = None
    campaign_id: str = ""
    model: Model = Model.LINEAR
    window: int = WINDOW


@dataclass(frozen=True, slots=True)
class SalesChange:
    """How sales of a campaign's stores changed while it ran, money in minor units.

    ``before`` and ``during`` are means of a store and day, ``control_before`` and ``control_during`` those of stores
    without it. ``a_day`` is what a store sold more a day than its days before and the other stores' change explain,
    ``added`` the same for all its stores and days; both None where it can't be told.
    """

    control: Control
    stores: int
    controls: int
    days: int
    before: float
    during: float
    control_before: float
    control_during: float
    a_day: Estimate | None
    added: Estimate | None


@dataclass(frozen=True, slots=True)
class CampaignReview:
    """One campaign: its cost, what it was scanned, what it is credited with, and how its stores sold.

    ``cost`` is None where none is known. ``new_customers`` are those whose first order of all is credited to it;
    ``cost_each`` what one of them cost (CAC). ``break_even`` is the revenue at which the gain pays the cost.
    """

    campaign_id: str
    name: str
    starts_at: int | None
    ends_at: int | None
    goal: str
    cost: float | None
    scans: int
    visitors: int
    earned: Earned
    new_customers: int
    roas: Estimate | None
    roi: Estimate | None
    cost_each: Estimate | None
    break_even: float | None
    sales: SalesChange


def review_campaigns(db: Database, settings: Settings, terms: CampaignTerms) -> list[CampaignReview]:
    """Return campaigns that ran in a period, the latest first (drain the recorder's segments before).

    A campaign that is still running is looked at until ``terms.until``. Raises SettingError for an unknown id.
    """
    asked = {"since": terms.since, "until": terms.until, "campaign": terms.campaign_id}
    found = list(rows(db, load_query("analytics/campaigns.list"), **asked))
    if terms.campaign_id and not found:
        raise SettingError("campaign", terms.campaign_id, "not a campaign of this file", "see 'o2o catalog export'")
    credit = _credit(db, settings, terms, found)
    return [_review(db, settings, campaign, _end_of(campaign, terms), credit) for campaign in found]


def compare_sales(sales: Numbers, treated: Flags, before: int) -> SalesChange:
    """Return how treated stores changed from the first ``before`` days to the rest, beside the other stores.

    ``sales`` is (stores, days), NaN where a store sold nothing: it was closed. The effect is that of
    ``before_and_after`` with two stores and more on each side, else the difference of the daily means (Welch), with
    nothing to hold it against.
    """
    during = np.arange(sales.shape[1]) >= before
    own, others = sales[treated], sales[~treated]
    means = _mean(own[:, ~during]), _mean(own[:, during]), _mean(others[:, ~during]), _mean(others[:, during])
    stores, controls, days = int(treated.sum()), int((~treated).sum()), int(during.sum())
    control, a_day = Control.NOTHING, None
    if min(stores, controls) >= 2 and not isnan(sum(means)):
        with suppress(FigureError):  # no store was open both before and while it ran
            control, a_day = Control.STORES, before_and_after(sales, treated, before)
    elif stores and before >= WEEK_DAYS and days >= 2:
        daily = _daily(own)
        known = ~np.isnan(daily)
        if min((known & during).sum(), (known & ~during).sum()) >= 2:
            control, a_day = Control.BEFORE, mean_difference(daily[known & during], daily[known & ~during])
    open_days = int((~np.isnan(own[:, during])).sum())
    return SalesChange(control, stores, controls, days, *means, a_day, a_day.times(open_days) if a_day else None)


@dataclass(frozen=True, slots=True)
class _Credit:
    """What campaigns are credited with, and how many new customers, each by campaign."""

    earned: Mapping[str, Earned]
    new: Mapping[str, int]


def _review(db: Database, settings: Settings, campaign: Row, until: int | None, credit: _Credit) -> CampaignReview:
    key, since = campaign["campaign_id"], campaign["starts_at"]
    cost = sum_costs(db, Paid.CAMPAIGN, since, until).get(key)
    earned, new = credit.earned.get(key) or Earned(key), credit.new.get(key, 0)
    weighed = weigh_cost(earned, campaign["name"], cost or 0.0) if cost else None
    scanned = rows(db, load_query("analytics/campaigns.scanned"), campaign=key, since=since, until=until)
    scans, visitors = next(iter(scanned))
    return CampaignReview(
        *(key, campaign["name"], since, until, campaign["goal"], cost, scans, visitors, earned, new),
        *((weighed.roas, weighed.roi) if weighed else (None, None)),
        _cost_each(cost, new) if cost and new else None,
        cost * earned.revenue / earned.gain if cost and earned.gain > 0 else None,
        _change_of_sales(db, settings, key, since, until),
    )


def _end_of(campaign: Row, terms: CampaignTerms) -> int | None:
    ends = [end for end in (campaign["ends_at"], terms.until) if end is not None]
    return min(ends, default=None)


def _credit(db: Database, settings: Settings, terms: CampaignTerms, campaigns: Sequence[Row]) -> _Credit:
    """Share out the orders that came while any of the campaigns ran, once for all of them."""
    starts = [campaign["starts_at"] for campaign in campaigns]
    since = None if None in starts else min(starts, default=None)
    question = Question(Outcome.ORDERS, (terms.model,), Level.CAMPAIGN, terms.window, since, terms.until)
    former = list_former_costs(db, settings)
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        earned = {one.key: one for one in sum_credits(journeys, former, "analytics/campaigns.own_days")}
        new = {row["key"]: row["customers"] for row in journeys.rows("analytics/campaigns.new_customers")}
    return _Credit(earned, new)


def _cost_each(cost: float, customers: int) -> Estimate:
    number = poisson(customers)
    return Estimate(np.asarray(cost / customers), cost / number.high, cost / number.low)


def _change_of_sales(db: Database, settings: Settings, key: str, since: int | None, until: int | None) -> SalesChange:
    own = {store for (store,) in rows(db, load_query("analytics/campaigns.stores"), campaign=key)}
    everywhere = own == {None}  # a leaflet or a post is of no store: all stores have it
    if since is None or until is None or not own:
        return compare_sales(np.full((0, 0), np.nan), np.zeros(0, bool), 0)
    first = local_day(since, settings.zone)
    length = (local_day(until - 1, settings.zone) - first).days + 1
    before = -(-length // WEEK_DAYS) * WEEK_DAYS  # whole weeks: each weekday as often
    days = [day_start(first + timedelta(days=day), settings.zone) for day in range(-before, length + 1)]
    asked = {"slice": _SLICE, "since": days[0], "until": min(days[-1], until)}
    stores, sales = _spread(list(rows(db, load_query("analytics/campaigns.sales"), **asked)), days)
    return compare_sales(sales, np.array([everywhere or store in own for store in stores], bool), before)


def _spread(sold: Sequence[Row], days: Sequence[int]) -> tuple[list[str], Numbers]:
    """Return the stores, and what each sold by day as (stores, days), NaN where it sold nothing."""
    stores = sorted({row["store_id"] for row in sold})
    place = {store: number for number, store in enumerate(stores)}
    sales = np.full((len(stores), len(days) - 1), np.nan)
    for row in sold:
        cell = place[row["store_id"]], int(np.searchsorted(days, row["slice"] * _SLICE, "right")) - 1
        sales[cell] = row["amount"] + (0 if np.isnan(sales[cell]) else sales[cell])
    return stores, sales


def _mean(values: Numbers) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _daily(sales: Numbers) -> Numbers:
    """Return the mean of the stores that were open on each day."""
    return np.array([_mean(day) for day in sales.T])

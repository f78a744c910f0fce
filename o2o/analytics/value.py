"""What customers are worth: how recently, how often and for how much they bought, and what they will buy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import Any

import numpy as np

from o2o.analytics.retention import number_day
from o2o.attribution.clock import write_shift
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, identified
from o2o.attribution.question import Outcome, Question
from o2o.config import Settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.statistics.buying import (
    FEWEST,
    BuyingModel,
    Histories,
    Spending,
    SpendModel,
    chance_alive,
    expect_purchases,
    expect_spend,
    fit_buying,
    fit_spend,
    foretell_purchases,
    foretell_revenue,
    score_fifths,
)
from o2o.statistics.estimates import Estimate, Numbers, Places
from o2o.times import day_start, local_day

_HIGH = 4
_CLASSES = (1, 2, 3, 5, 10, 20, 50)
_YEAR = 365


class Segment(StrEnum):
    """Customers by whether their recency, frequency and spend are high (a score of 4 or 5)."""

    CHAMPIONS = "champions"
    KEEP = "keep"
    DEVELOP = "develop"
    WIN_BACK = "win-back"
    REGULARS = "regulars"
    SMALL_KEEP = "small-keep"
    NEWCOMERS = "newcomers"
    LOST = "lost"
    UNKNOWN = "unknown"
    """Nobody came back so far, or all came last on the same day: nothing tells customers apart but their spend."""


SEGMENT_OF = {
    (True, True, True): Segment.CHAMPIONS,
    (False, True, True): Segment.KEEP,
    (True, False, True): Segment.DEVELOP,
    (False, False, True): Segment.WIN_BACK,
    (True, True, False): Segment.REGULARS,
    (False, True, False): Segment.SMALL_KEEP,
    (True, False, False): Segment.NEWCOMERS,
    (False, False, False): Segment.LOST,
}
"""The segment of high recency, frequency and spend."""


@dataclass(frozen=True, slots=True)
class ValueTerms:
    """What is asked: until when customers are watched, perhaps since when, and how many days ahead.

    ``lifetime`` days are what lifetime value adds up, each of them worth less by ``discount`` a year.
    """

    until: int
    since: int | None = None
    days: int = 90
    lifetime: int = 365
    discount: float = 0.10

    def __post_init__(self) -> None:
        for name, days in (("days", self.days), ("lifetime", self.lifetime)):
            if not 1 <= days <= 20 * _YEAR:
                raise SettingError(name, f"{days}", "not between a day and twenty years", "write 90 for a quarter")
        if not 0 <= self.discount < 1:
            raise SettingError("discount", f"{self.discount}", "not a share below 1", "write 0.1 for 10 % a year")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of each customer: the chance that he still buys, purchases and revenue to expect, the worth of a lifetime."""

    alive: Numbers
    purchases: Numbers
    revenue: Numbers
    lifetime: Numbers


@dataclass(frozen=True, slots=True)
class HoldoutClass:
    """Customers who had bought so often by half time, what was foretold of them for the other half, and what they did.

    ``most`` is None where there is no upper end.
    """

    least: int
    most: int | None
    customers: int
    foretold: Estimate
    happened: int


@dataclass(frozen=True, slots=True)
class Holdout:
    """What a model of the first half of the days foretold for the second; ``split`` is the instant between them."""

    split: int
    foretold: Estimate
    happened: int
    classes: tuple[HoldoutClass, ...]


@dataclass(frozen=True, slots=True)
class CustomerValues:
    """Customers as columns; without enough of them who came back there is no ``forecast``.

    ``names`` are customers, or visitors where no customer is known; ``since_last`` are days up to ``known``, the day of
    the last order: what isn't in the file yet makes nobody lost. Scores are 1 to 5.
    """

    names: tuple[str, ...]
    are_customers: tuple[bool, ...]
    purchases: Places
    since_last: Places
    spent: Places
    scores: Places
    segments: tuple[Segment, ...]
    buying: BuyingModel | None
    spend: SpendModel | None
    forecast: Forecast | None
    foretold: tuple[Estimate, Estimate] | None
    holdout: Holdout | None
    known: date
    orders: int
    joined: int

    @property
    def lacks_history(self) -> bool:
        """Whether customers can't be put into segments yet."""
        return Segment.UNKNOWN in self.segments[:1]  # all have it, or none


@dataclass(frozen=True, slots=True)
class _Watched:
    columns: Mapping[str, Any]
    known: date
    end: int
    split: int
    half: int
    orders: int
    joined: int

    def column(self, name: str) -> Places:
        return np.asarray(self.columns[name], np.int64)


def value_customers(db: Database, settings: Settings, terms: ValueTerms) -> CustomerValues:
    """Return what customers are worth, the dearest of the days ahead first (drain the recorder's segments before).

    Orders of one day are one purchase. The model is BG/NBD with gamma-gamma, by day; see docs/analytics.md.
    """
    question = Question(Outcome.ORDERS, since=terms.since, until=terms.until)
    with identified(choose_engine(db, settings.engine), settings, question) as journeys:
        watched = _watch(db, settings, terms, journeys)
    return _assess(watched, terms)


def score_customers(since_last: Places, purchases: Places, spent: Places) -> tuple[Places, tuple[Segment, ...]]:
    """Return the scores (recency, frequency, spend) of customers as rows, and their segments.

    Where all came last on one day or all as often as one another, no segment is told: it would be that of a tie.
    """
    scores = np.stack([score_fifths(-since_last), score_fifths(purchases), score_fifths(spent)], axis=1)
    if any(np.unique(column).size < 2 for column in (since_last, purchases)):
        return scores, (Segment.UNKNOWN,) * len(scores)
    told = [SEGMENT_OF[bool(high & 4), bool(high & 2), bool(high & 1)] for high in range(8)]
    return scores, tuple([told[high] for high in ((scores >= _HIGH) @ [4, 2, 1]).tolist()])


def _watch(db: Database, settings: Settings, terms: ValueTerms, journeys: Journeys) -> _Watched:
    first, last = db.conn.execute(
        "SELECT min(ordered_at), max(ordered_at) FROM orders WHERE ordered_at >= ? AND ordered_at < ?",
        [terms.since or 0, terms.until],
    ).fetchone()
    if first is None:
        first = last = terms.until - 1
    began, known = (local_day(one, settings.zone) for one in (first, last))
    end = (known - began).days + 1
    journeys.kept["shift"] = write_shift(settings.zone, "scanned_at", first, last)
    journeys.keep("days", "analytics/value.days", origin=number_day(began))
    columns = journeys.columns("analytics/value.customers", split=end // 2)
    joined = journeys.row("analytics/value.joined")
    half = day_start(began + timedelta(days=end // 2), settings.zone)
    return _Watched(columns, known, end, end // 2, half, joined["orders"], joined["joined"])


def _assess(watched: _Watched, terms: ValueTerms) -> CustomerValues:
    purchases, spent = watched.column("purchases"), watched.column("spent")
    since_last = watched.end - 1 - watched.column("last_day")
    scores, segments = score_customers(since_last, purchases, spent)
    models = _fit(watched)
    random = np.random.default_rng(1)
    forecast = _look_ahead(models, watched, terms) if models else None
    order = np.argsort(-forecast.revenue if forecast else -spent, kind="stable")
    return CustomerValues(
        tuple(watched.columns["name"][order].tolist()),
        tuple((watched.column("is_customer")[order] > 0).tolist()),
        purchases[order],
        since_last[order],
        spent[order],
        scores[order],
        tuple([segments[number] for number in order.tolist()]),
        models[0] if models else None,
        models[1] if models else None,
        Forecast(*(column[order] for column in _columns_of(forecast))) if forecast else None,
        _foretell(models, watched, terms, random) if models else None,
        _hold_out(watched, random),
        watched.known,
        watched.orders,
        watched.joined,
    )


def _columns_of(forecast: Forecast) -> tuple[Numbers, ...]:
    return forecast.alive, forecast.purchases, forecast.revenue, forecast.lifetime


def _histories(watched: _Watched) -> Histories:
    first = watched.column("first_day")
    return Histories.of(
        watched.column("purchases") - 1, watched.column("last_day") - first, watched.end - first
    )  # fmt: skip


def _customers(watched: _Watched) -> Spending:
    purchases = watched.column("purchases").astype(float)
    means = watched.column("spent") / purchases
    return Spending(_histories(watched), np.where(means > 0, purchases, 0.0), np.maximum(means, 0.0))


def _fit(watched: _Watched) -> tuple[BuyingModel, SpendModel] | None:
    customers = _customers(watched)
    paid = customers.purchases > 0
    if (customers.histories.repeats > 0).sum() < FEWEST or paid.sum() < FEWEST:
        return None
    return fit_buying(customers.histories), fit_spend(customers.purchases[paid], customers.means[paid])


def _look_ahead(models: tuple[BuyingModel, SpendModel], watched: _Watched, terms: ValueTerms) -> Forecast:
    buying, spend = models
    customers = _customers(watched)
    grouped, where = customers.histories.alike()
    each = expect_spend(spend, customers.purchases, customers.means)
    ahead = expect_purchases(buying, grouped, terms.days)[where]
    worth = _discounted(buying, grouped, terms)[where]
    return Forecast(chance_alive(buying, customers.histories), ahead, ahead * each, worth * each)


def _discounted(buying: BuyingModel, grouped: Histories, terms: ValueTerms) -> Numbers:
    """Return the purchases of a lifetime, those of each quarter worth what the middle of it leaves."""
    ends = np.append(np.arange(_YEAR / 4, terms.lifetime, _YEAR / 4), terms.lifetime)
    total, before, start = np.zeros(len(grouped.repeats)), np.zeros(len(grouped.repeats)), 0.0
    for end in ends.tolist():
        until = expect_purchases(buying, grouped, end)
        total += (until - before) * (1 + terms.discount) ** (-(start + end) / 2 / _YEAR)
        before, start = until, end
    return total


def _foretell(
    models: tuple[BuyingModel, SpendModel], watched: _Watched, terms: ValueTerms, random: np.random.Generator
) -> tuple[Estimate, Estimate]:
    customers = _customers(watched)
    return (
        foretell_purchases(models[0], customers.histories, terms.days, random),
        foretell_revenue(models, customers, terms.days, random),
    )


def _hold_out(watched: _Watched, random: np.random.Generator) -> Holdout | None:
    """Fit the first half of the days, and compare what it foretells of its customers with what they then did."""
    there = watched.column("purchases_before") > 0
    before, first, last = (watched.column(name)[there] for name in ("purchases_before", "first_day", "last_before"))
    after = watched.column("purchases")[there] - before
    if (before > 1).sum() < FEWEST:
        return None
    known = Histories.of(before - 1, last - first, watched.split - first)
    model, ahead = fit_buying(known), float(watched.end - watched.split)
    classes = []
    for least, above in zip_longest(_CLASSES, _CLASSES[1:]):
        rows = (before >= least) & (before < (above or np.inf))
        if rows.any():
            part = Histories(known.repeats[rows], known.last[rows], known.age[rows], known.weight[rows])
            counts = int(rows.sum()), foretell_purchases(model, part, ahead, random), int(after[rows].sum())
            classes.append(HoldoutClass(least, above and above - 1, *counts))
    whole = foretell_purchases(model, known, ahead, random)
    return Holdout(watched.half, whole, int(after.sum()), tuple(classes))

"""How often customers will buy again, whether they still do, and what they will spend.

Nobody tells a shop that he won't come back. BG/NBD (Fader, Hardie & Lee 2005): a customer buys at a steady rate of his
own, Gamma(r, alpha) over customers, and after any purchase is gone with a probability of his own, Beta(a, b). What he
spends at a time varies about a mean of his own, gamma about gamma (Fader & Hardie 2013).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distinct import tell_apart
from o2o.statistics.distributions import digamma, log_gamma
from o2o.statistics.estimates import (
    LEVEL,
    Estimate,
    FigureError,
    Numbers,
    Places,
    as_counts,
    as_numbers,
    spread_of,
)

FEWEST = 30
"""With fewer customers who came back nothing is fitted."""

_STEPS, _HALVINGS, _POINTS = 200, 40, 24
_CLOSE, _DIFFERENCE = 1e-7, 1e-4
_NOISE = 1e-9  # of a million customers' likelihood nothing smaller can be told
_FARTHEST = 12.0
_FLATTEST = 1 / 9  # of a parameter that the customers tell nothing about, its size is known up to some e³ times
_DRAWS, _DRAWN = 8, 50_000
_MANY, _SOME = 100_000, 20_000


@dataclass(frozen=True, slots=True)
class Histories:
    """Customers' purchases: how many after the first, when the last was, how long ago the first; in one unit of time.

    ``last`` counts from the first purchase, 0 for who bought once; equal customers may be one row with a ``weight``.
    """

    repeats: Numbers
    last: Numbers
    age: Numbers
    weight: Numbers

    @classmethod
    def of(cls, repeats: ArrayLike, last: ArrayLike, age: ArrayLike, weight: ArrayLike = 1.0) -> Self:
        """Check what was counted; raises FigureError where a customer can't be."""
        given = (as_counts("repeats", repeats), as_counts("last", last), as_counts("age", age))
        known = cls(*np.broadcast_arrays(*given, as_counts("weight", weight)))
        if np.any(known.last > known.age) or np.any((known.last > 0) & (known.repeats == 0)):
            raise FigureError("a last purchase lies after the end, or before the second", "count again")
        if np.any(known.repeats % 1):
            raise FigureError("someone bought a part of a time", "count whole purchases")
        return known

    def alike(self) -> "tuple[Histories, Places]":
        """Return each history once, weighted, and where each customer's is."""
        cell = np.zeros(self.repeats.shape, np.int64)
        for part in (self.repeats, self.last, self.age):
            values, number = tell_apart(part)
            cell = cell * len(values) + number
        cells, where = tell_apart(cell)
        first = np.empty(len(cells), np.int64)
        first[where[::-1]] = np.arange(len(where))[::-1]
        weight = as_numbers(np.bincount(where, self.weight))
        return Histories(self.repeats[first], self.last[first], self.age[first], weight), where


@dataclass(frozen=True, slots=True)
class BuyingModel:
    """BG/NBD: rates are Gamma(r, alpha), the chance to be gone after a purchase is Beta(a, b).

    ``covariance`` is of the parameters' logarithms, as the curvature of the likelihood tells.
    """

    r: float
    alpha: float
    a: float
    b: float
    covariance: Numbers

    @property
    def logs(self) -> Numbers:
        """The logarithms of the parameters."""
        return np.log([self.r, self.alpha, self.a, self.b])

    def at(self, logs: Numbers) -> "BuyingModel":
        """Return the model with other parameters."""
        r, alpha, a, b = np.exp(logs).tolist()
        return BuyingModel(r, alpha, a, b, self.covariance)


@dataclass(frozen=True, slots=True)
class SpendModel:
    """Gamma-gamma: what is spent at a time is Gamma(p, rate) with rates Gamma(q, v); their mean is p v / (q - 1)."""

    p: float
    q: float
    v: float
    covariance: Numbers

    @property
    def logs(self) -> Numbers:
        """The logarithms of the parameters."""
        return np.log([self.p, self.q, self.v])

    def at(self, logs: Numbers) -> "SpendModel":
        """Return the model with other parameters."""
        p, q, v = np.exp(logs).tolist()
        return SpendModel(p, q, v, self.covariance)


def score_fifths(values: ArrayLike) -> Places:
    """Return 1 to 5 for the lowest to the highest fifth; equal values get the same, that of the middle of them."""
    given = as_numbers(values)
    _, where = tell_apart(given.ravel())
    many = np.bincount(where)
    middle = (np.cumsum(many) - many / 2) / max(given.size, 1)
    return np.minimum(middle * 5, 4).astype(np.int64)[where.ravel()] + 1


def fit_buying(histories: Histories) -> BuyingModel:
    """Return the likeliest BG/NBD model of customers, in the unit of time that their histories have.

    Newton's steps on the parameters' logarithms. Fader, Hardie & Lee (2005), equation 6.
    """
    if histories.weight[histories.repeats > 0].sum() < FEWEST:
        raise FigureError(f"fewer than {FEWEST} customers came back", "wait until more of them have")
    grouped, _ = histories.alike()
    scale = float(grouped.age.max())
    unit = Histories(grouped.repeats, grouped.last / scale, grouped.age / scale, grouped.weight)
    rate = float((unit.repeats * unit.weight).sum() / (unit.age * unit.weight).sum())
    logs, covariance = _climb(lambda logs: _slope_of_buying(unit, logs), np.log([0.5, 0.5 / rate, 1.0, 2.0]))
    r, alpha, a, b = np.exp(logs).tolist()
    return BuyingModel(r, alpha * scale, a, b, covariance)


def fit_spend(purchases: ArrayLike, means: ArrayLike) -> SpendModel:
    """Return the likeliest gamma-gamma model of what customers spent at a time on average in so many purchases."""
    times, spent = np.broadcast_arrays(as_counts("purchases", purchases), as_counts("means", means))
    if len(times) < FEWEST or not np.all(times > 0) or not np.all(spent > 0):
        raise FigureError(f"it takes {FEWEST} customers who bought and paid something", "leave the others out")
    scale = float(spent.mean())
    known, start = _Paid.of(times, spent / scale), np.log([2.0, 4.0, 2.0])
    if len(times) > _MANY:  # most of the way is gone with some of them
        start, _ = _climb(partial(_slope_of_spend, known.choose(len(times) // _SOME)), start)
    logs, covariance = _climb(partial(_slope_of_spend, known), start)
    p, q, v = np.exp(logs).tolist()
    return SpendModel(p, q, v * scale, covariance)


def chance_alive(model: BuyingModel, histories: Histories) -> Numbers:
    """Return the probability that each customer still buys here; 1 for who bought once, who can't have left since.

    1 / (1 + a/(b+x-1) ((alpha+T)/(alpha+t))^(r+x)). Fader, Hardie & Lee (2008).
    """
    return np.asarray(1 / (1 + _odds_of_gone(model, histories)))


def expect_purchases(model: BuyingModel, histories: Histories, ahead: float) -> Numbers:
    """Return how often each customer will buy in so much time to come.

    Who is still there buys (1 - e^(-rate p t)) / p times, p his chance to leave after a purchase; the mean over rates
    and chances is equation 10 of Fader, Hardie & Lee (2005), taken here by Gauss and Jacobi's points instead of their
    hypergeometric function, which has no value at a = 1 and overflows for the most loyal.
    """
    distinct, where = np.unique(histories.repeats, return_inverse=True)
    leave, share = _beta_points(model.a, model.b + distinct)
    times, sooner = model.r + histories.repeats, ahead / (model.alpha + histories.age)
    total = np.zeros(histories.repeats.shape)
    for number in range(_POINTS):
        p = leave[where, number]
        total += share[where, number] * -np.expm1(-times * np.log1p(p * sooner)) / p
    return np.asarray(total * chance_alive(model, histories))


def expect_spend(model: SpendModel, purchases: ArrayLike, means: ArrayLike) -> Numbers:
    """Return what each customer will spend at a time: between what he did and what all do, by how often he did.

    p (v + x m) / (p x + q - 1). Fader & Hardie (2013), equation 5.
    """
    times, spent = as_counts("purchases", purchases), as_counts("means", means)
    return np.asarray(model.p * (model.v + times * spent) / np.maximum(model.p * times + model.q - 1, 1e-9))


@dataclass(frozen=True, slots=True)
class Spending:
    """What was learnt of customers: their histories, and how often and how much each spent on average."""

    histories: Histories
    purchases: Numbers
    means: Numbers


def foretell_purchases(
    model: BuyingModel, histories: Histories, ahead: float, random: np.random.Generator, level: float = LEVEL
) -> Estimate:
    """Return how often all customers together will buy, with an interval that holds what then happens.

    The doubt is of the parameters (delta method) and of what customers, being what they are, happen to do (drawn).
    """
    grouped, _ = histories.alike()

    def total(logs: Numbers) -> float:
        return float((expect_purchases(model.at(logs), grouped, ahead) * grouped.weight).sum())

    known = _error_of(total, model.logs, model.covariance)
    return _around(total(model.logs), known + _chance_of_totals(model, None, histories, ahead, random)[0], level)


def foretell_revenue(
    models: tuple[BuyingModel, SpendModel],
    customers: Spending,
    ahead: float,
    random: np.random.Generator,
    level: float = LEVEL,
) -> Estimate:
    """Return what all customers together will spend, with an interval that holds what then happens."""
    buying, spend = models
    grouped, where = customers.histories.alike()
    expected = expect_spend(spend, customers.purchases, customers.means)

    def by_buying(logs: Numbers) -> float:
        return float((expect_purchases(buying.at(logs), grouped, ahead)[where] * expected).sum())

    times = expect_purchases(buying, grouped, ahead)[where]

    def by_spend(logs: Numbers) -> float:
        return float((times * expect_spend(spend.at(logs), customers.purchases, customers.means)).sum())

    known = _error_of(by_buying, buying.logs, buying.covariance) + _error_of(by_spend, spend.logs, spend.covariance)
    chance = _chance_of_totals(buying, (spend, customers), customers.histories, ahead, random)[1]
    return _around(by_buying(buying.logs), known + chance, level)


def draw_purchases(model: BuyingModel, histories: Histories, ahead: float, random: np.random.Generator) -> Numbers:
    """Return how often each customer happens to buy in so much time to come: one draw of what may be.

    Who is still there has a rate of Gamma(r + x, alpha + T) and leaves after a purchase by Beta(a, b + x).
    """
    x = histories.repeats
    alive = random.random(x.shape) < chance_alive(model, histories)
    wanted = random.poisson(random.gamma(model.r + x, 1 / (model.alpha + histories.age)) * ahead)
    leaves = np.maximum(random.beta(model.a, model.b + x), 1e-12)
    return np.where(alive, np.minimum(wanted, random.geometric(leaves)), 0).astype(np.float64)


def _chance_of_totals(
    model: BuyingModel,
    spend: tuple[SpendModel, Spending] | None,
    histories: Histories,
    ahead: float,
    random: np.random.Generator,
) -> tuple[float, float]:
    """Return the variances of all purchases and of all revenue where parameters are known.

    A few draws of each customer (of some, where there are many) add up to a sure one.
    """
    count = len(histories.repeats)
    some = np.arange(count) if count <= _DRAWN else random.choice(count, _DRAWN, replace=False)
    parts = (histories.repeats, histories.last, histories.age, histories.weight)
    chosen = Histories(*(part[some] for part in parts))
    bought = np.stack([draw_purchases(model, chosen, ahead, random) for _ in range(_DRAWS)])
    scale = count / len(some)
    variance = float((bought.var(0, ddof=1) * chosen.weight).sum() * scale)
    if spend is None:
        return variance, 0.0
    means, customers = spend
    shape = means.p * customers.purchases[some] + means.q
    rate = random.gamma(shape, 1 / (means.v + customers.purchases[some] * customers.means[some]), bought.shape)
    paid = random.gamma(np.maximum(means.p * bought, 1e-9), 1 / np.maximum(rate, 1e-300))
    return variance, float(np.where(bought > 0, paid, 0.0).var(0, ddof=1).sum() * scale)


def _around(total: float, variance: float, level: float) -> Estimate:
    """Return a total with an interval of its logarithm, which stays above 0."""
    factor = np.exp(spread_of(level) * np.sqrt(variance) / total) if total > 0 else 1.0
    return Estimate(as_numbers(total), as_numbers(total / factor), as_numbers(total * factor), level)


def _error_of(total: Callable[[Numbers], float], logs: Numbers, covariance: Numbers) -> float:
    """Return the variance of a figure for the doubt about the parameters that it is made of."""
    steps = np.eye(len(logs)) * _DIFFERENCE
    slope = np.array([(total(logs + step) - total(logs - step)) / (2 * _DIFFERENCE) for step in steps])
    return float(slope @ covariance @ slope)


def _odds_of_gone(model: BuyingModel, histories: Histories) -> Numbers:
    x = histories.repeats
    since = np.log((model.alpha + histories.age) / (model.alpha + histories.last))
    odds = model.a / np.maximum(model.b + x - 1, 1e-12) * np.exp(np.minimum((model.r + x) * since, 700))
    return np.where(x > 0, odds, 0.0)


def _slope_of_buying(histories: Histories, logs: Numbers) -> tuple[float, Numbers]:
    """Return the logarithm of the likelihood by customer, and how it changes with the parameters' logarithms.

    Γ(r + x) / Γ(r) is r (r+1) … (r+x-1), so that sums over the steps take the place of gamma functions.
    """
    r, alpha, a, b = np.exp(logs).tolist()
    x, weight = histories.repeats, histories.weight / histories.weight.sum()
    steps, number = np.arange(x.max()), x.astype(np.int64)
    rose, stayed, ended = (_sums_of(value + steps) for value in (r, b, a + b))
    aged, bought = np.log(alpha + histories.age), np.log(alpha + histories.last)
    there = -(r + x) * aged
    gone = np.where(x > 0, np.log(a) - np.log(np.maximum(b + x - 1, 1e-300)) - (r + x) * bought, -np.inf)
    either = np.logaddexp(there, gone)
    left = np.exp(gone - either)
    height = rose[0][number] + r * logs[1] + stayed[0][number] - ended[0][number] + either
    slopes = (
        r * (rose[1][number] + logs[1] - (1 - left) * aged - left * bought),
        r - alpha * (r + x) * ((1 - left) / (alpha + histories.age) + left / (alpha + histories.last)),
        left - a * ended[1][number],
        b * (stayed[1][number] - ended[1][number] - left / np.maximum(b + x - 1, 1e-300)),
    )
    return float(height @ weight) * histories.weight.sum(), np.stack(slopes) @ weight * histories.weight.sum()


def _sums_of(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return the sums of the first so many logarithms and reciprocals."""
    return np.append(0.0, np.cumsum(np.log(values))), np.append(0.0, np.cumsum(1 / values))


@dataclass(frozen=True, slots=True)
class _Paid:
    """What customers paid: of each how often and how much in all, how many paid so often, and sums that stay."""

    times: Numbers
    paid: Numbers
    some: Numbers
    many: Numbers
    logs: tuple[float, float]

    @classmethod
    def of(cls, times: Numbers, spent: Numbers) -> Self:
        paid, (some, many) = times * spent, np.unique(times, return_counts=True)
        logs = float(times @ np.log(paid)), float(np.log(spent).sum())
        return cls(times, paid, some, many.astype(float), logs)

    def choose(self, number: int) -> "_Paid":
        """Return every so manieth of them."""
        return _Paid.of(self.times[::number], (self.paid / self.times)[::number])


def _slope_of_spend(known: _Paid, logs: Numbers) -> tuple[float, Numbers]:
    """Return the same of what was spent: a logarithm and a fraction of each customer, all else is of sums."""
    p, q, v = np.exp(logs).tolist()
    some, many, customers = known.some, known.many, len(known.times)
    log_own, log_both = (float(many @ log_gamma(p * some + more)) for more in (0, q))
    by_times, both = (float(many @ (some * (digamma(p * some + q) - digamma(p * some)))), digamma(p * some + q))
    total = known.paid + v
    part = 1 / total
    np.log(total, out=total)
    logged, logged_by_times = float(total.sum()), float(known.times @ total)
    left, left_by_times = float(part.sum()), float(known.times @ part)
    height = log_both - log_own + customers * (q * logs[2] - float(log_gamma(q)))
    height += p * (known.logs[0] - logged_by_times) - q * logged - known.logs[1]
    slopes = (
        p * (by_times + known.logs[0] - logged_by_times),
        q * (float(many @ both) + customers * (logs[2] - float(digamma(q))) - logged),
        q * customers - v * (p * left_by_times + q * left),
    )
    return height, np.array(slopes)


def _climb(slope: Callable[[Numbers], tuple[float, Numbers]], start: Numbers) -> tuple[Numbers, Numbers]:
    """Find the top of a hill by Newton's steps, and what its curvature says about the doubt (the inverse of it).

    Where it isn't curved downwards the step goes uphill; steps are halved until they lead higher.
    """
    place, (height, up) = start, slope(start)
    for _ in range(_STEPS):
        values, axes = np.linalg.eigh(_curve(slope, place))
        values = np.maximum(np.abs(values), max(np.abs(values).max() * 1e-9, 1e-12))
        step = axes @ ((axes.T @ up) / values)
        if float(up @ step) < max(_CLOSE, _NOISE * abs(height)):
            break
        step *= min(1.0, 2.0 / np.abs(step).max())
        for _ in range(_HALVINGS):
            tried = slope(np.clip(place + step, -_FARTHEST, _FARTHEST))
            if tried[0] > height:
                break
            step = step / 2
        else:
            break
        place, gained = np.clip(place + step, -_FARTHEST, _FARTHEST), tried[0] - height
        height, up = tried
        if gained < max(_CLOSE, _NOISE * abs(height)):
            break
    values, axes = np.linalg.eigh(_curve(slope, place))
    return place, np.asarray(axes / np.maximum(values, _FLATTEST) @ axes.T)


def _curve(slope: Callable[[Numbers], tuple[float, Numbers]], place: Numbers) -> Numbers:
    """Return how strongly a hill is curved downwards: minus the second derivatives, by differences of the first."""
    steps = np.eye(len(place)) * _DIFFERENCE
    rows = np.stack([(slope(place - step)[1] - slope(place + step)[1]) / (2 * _DIFFERENCE) for step in steps])
    return np.asarray((rows + rows.T) / 2)


def _beta_points(a: float, b: Numbers) -> tuple[Numbers, Numbers]:
    """Return points and shares by which to average over Beta(a, b) for each b, as (rows, points).

    Those of Gauss and Jacobi, from the eigenvalues of the recurrence. Golub & Welsch (1969).
    """
    one, other = b[:, None] - 1, a - 1
    step = np.arange(1, _POINTS)
    both = 2 * step + one + other
    middle = np.concatenate([(other - one) / (one + other + 2), (other**2 - one**2) / (both * (both + 2))], axis=1)
    beside = 4 * step * (step + one) * (step + other) / (both**2 * (both + 1))
    beside[:, 1:] *= ((step + one + other) / (both - 1))[:, 1:]
    matrix = np.zeros((len(b), _POINTS, _POINTS))
    places = np.arange(_POINTS)
    matrix[:, places, places] = middle
    matrix[:, places[1:], places[:-1]] = np.sqrt(beside)
    values, vectors = np.linalg.eigh(matrix)
    return np.clip((1 + values) / 2, 1e-300, 1.0), vectors[:, 0, :] ** 2

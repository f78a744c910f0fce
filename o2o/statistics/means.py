"""Differences of means, and how the past makes them surer."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import t_spread
from o2o.statistics.estimates import LEVEL, Estimate, FigureError, Numbers, as_numbers, as_values


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Values with what their past foretold taken off; ``saved`` is the share of the variance that is gone."""

    values: Numbers
    slope: float
    saved: float


def mean_estimate(values: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return a mean with Student's interval: m ± t s / √n."""
    given = as_values(values)
    error = np.sqrt(given.var(ddof=1) / len(given)) if len(given) > 1 else np.inf
    half = _spread_of(level, len(given) - 1) * error
    return Estimate(as_numbers(given.mean()), given.mean() - half, given.mean() + half, level)


@cache
def _spread_of(level: float, freedom: int) -> float:
    """Return the same as ``t_spread``: reports ask for hundreds of means of as many values each."""
    return float(t_spread(level, freedom))


def mean_difference(values: ArrayLike, others: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return how much higher the first mean is, with Welch's interval, which takes no variances for equal.

    Welch (1947).
    """
    one, other = as_values(values), as_values(others)
    if min(len(one), len(other)) < 2:
        raise FigureError("a mean of fewer than two has no interval", "wait for more units in each arm")
    parts = np.array([given.var(ddof=1) / len(given) for given in (one, other)])
    freedom = parts.sum() ** 2 / max(float((parts**2 / [len(one) - 1, len(other) - 1]).sum()), 1e-300)
    difference = as_numbers(one.mean() - other.mean())
    half = t_spread(level, freedom) * np.sqrt(parts.sum())
    return Estimate(difference, difference - half, difference + half, level)


def adjust_by_past(values: ArrayLike, before: ArrayLike) -> Adjusted:
    """Return values with what the same units did before the experiment taken off: y - θ (x - x̄), θ = C(x, y) / V(x).

    CUPED: Deng, Xu, Kohavi & Walker (2013). The past has to be from before anything was changed; the means of arms stay
    fair, their errors shrink by √(1 - saved).
    """
    now, past = as_values(values), as_values(before)
    if now.shape != past.shape:
        raise FigureError(f"{now.size} values have {past.size} of before", "give each unit both")
    spread = past - past.mean()
    known = float((spread**2).sum())
    slope = float((spread * now).sum()) / known if known else 0.0
    adjusted = now - slope * spread
    whole = float(now.var())
    return Adjusted(adjusted, slope, 1 - float(adjusted.var()) / whole if whole else 0.0)

"""Intervals of rates, of their differences and ratios, and of counts.

Rates are shares between 0 and 1 of independent trials. Where the same people come back, trials aren't independent:
then take ``ratios`` or ``resampling``, by visitor or by store.
"""

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import beta_quantile, gamma_quantile
from o2o.statistics.estimates import (
    LEVEL,
    Estimate,
    Numbers,
    as_counts,
    as_trials,
    divide,
    spread_of,
    tail_of,
)

_HALVINGS = 60


def wilson(successes: ArrayLike, trials: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return rates with Wilson's score interval; without trials 0, somewhere between 0 and 1.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Wilson (1927).
    """
    good, tried = as_trials(successes, trials)
    z, known = spread_of(level), np.maximum(tried, 1)
    rate = divide(good, tried)
    middle, scale = rate + z * z / (2 * known), 1 + z * z / known
    spread = z * np.sqrt(rate * (1 - rate) / known + z * z / (4 * known * known))
    low = np.where(good == 0, 0.0, (middle - spread) / scale)
    high = np.where(good == tried, 1.0, (middle + spread) / scale)
    return Estimate(rate, low, high, level)


def jeffreys(successes: ArrayLike, trials: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return rates with Jeffreys' interval: quantiles of Beta(s + 1/2, n - s + 1/2), to 0 or 1 at the ends.

    Closest to its level on average. Brown, Cai & DasGupta (2001).
    """
    good, tried = as_trials(successes, trials)
    tail = tail_of(level)
    low, high = (beta_quantile(side, good + 0.5, tried - good + 0.5) for side in (tail, 1 - tail))
    low, high = np.where(good == 0, 0.0, low), np.where(good == tried, 1.0, high)
    return Estimate(divide(good, tried), low, high, level)


def newcombe(
    successes: ArrayLike,
    trials: ArrayLike,
    other_successes: ArrayLike,
    other_trials: ArrayLike,
    level: float = LEVEL,
) -> Estimate:
    """Return how much higher the first rates are than the others, by Newcombe's hybrid score interval.

    From d - √((p₁-l₁)² + (u₂-p₂)²) to d + √((u₁-p₁)² + (p₂-l₂)²) with Wilson's l and u.
    Newcombe (1998), method 10.
    """
    return mover(wilson(successes, trials, level), wilson(other_successes, other_trials, level))


def mover(one: Estimate, other: Estimate) -> Estimate:
    """Return how much larger one estimate is than another that is independent of it, from the intervals of both.

    From d - √((x₁-l₁)² + (u₂-x₂)²) to d + √((u₁-x₁)² + (x₂-l₂)²): the method of variance estimates recovery.
    Zou & Donner (2008).
    """
    difference = one.value - other.value
    low = difference - np.hypot(one.value - one.low, other.high - other.value)
    high = difference + np.hypot(one.high - one.value, other.value - other.low)
    return Estimate(difference, low, high, one.level)


def koopman(
    successes: ArrayLike,
    trials: ArrayLike,
    other_successes: ArrayLike,
    other_trials: ArrayLike,
    level: float = LEVEL,
) -> Estimate:
    """Return how many times as high the first rates are as the others, by Koopman's score interval.

    All ratios r that a chi-square test of p₁ = r p₂ doesn't reject; it ends at infinity where the others have no
    success, and begins at 0 where the first have none. Koopman (1984).
    """
    one, other = as_trials(successes, trials), as_trials(other_successes, other_trials)
    x, m, y, n = np.broadcast_arrays(*one, *other)
    known = (m > 0) & (n > 0)
    limit = spread_of(level) ** 2
    ratio = divide(divide(x, m), divide(y, n), np.nan)
    middle = np.log(divide(np.maximum(x, 0.5) * np.maximum(n, 1), np.maximum(y, 0.5) * np.maximum(m, 1)))
    ends = []
    for side in (-1.0, 1.0):
        near, far = middle, middle + side * 50
        for _ in range(_HALVINGS):
            halfway = (near + far) / 2
            inside = _koopman_score(np.exp(halfway), x, m, y, n) < limit
            near, far = np.where(inside, halfway, near), np.where(inside, far, halfway)
        ends.append(np.exp(near))
    low, high = np.where(known & (x > 0), ends[0], 0.0), np.where(known & (y > 0), ends[1], np.inf)
    return Estimate(np.where((y == 0) & (x > 0), np.inf, ratio), low, high, level)


def poisson(counts: ArrayLike, exposures: ArrayLike = 1.0, level: float = LEVEL) -> Estimate:
    """Return events by unit of exposure (a day, an hour, a thousand visitors) with Garwood's exact interval.

    Gamma quantiles: from G(α/2; c) / e to G(1-α/2; c+1) / e. For no event the upper end is 3.69 / e: the rule of
    three, two-sided. Garwood (1936).
    """
    counts, exposures = np.broadcast_arrays(as_counts("counts", counts), as_counts("exposures", exposures))
    tail = tail_of(level)
    low = np.where(counts == 0, 0.0, gamma_quantile(tail, np.maximum(counts, 1e-9)))
    high = gamma_quantile(1 - tail, counts + 1)
    rate, low, high = (divide(end, exposures, empty) for end, empty in ((counts, 0.0), (low, 0.0), (high, np.inf)))
    return Estimate(rate, low, high, level)


def weighted_count(
    totals: ArrayLike, squares: ArrayLike, largest: ArrayLike | None = None, level: float = LEVEL
) -> Estimate:
    """Return sums of independent parts (credits, amounts) with the gamma interval of a weighted Poisson count.

    ``squares`` is the variance of each sum: where conversions are independent, the sum of squares of their parts.
    ``largest`` is the largest part that there can be: 1 for credit in conversions (the default), the largest order for
    money. A sum y with variance v counts like y²/v events of v/y each; half an event more (Jeffreys) at the lower end,
    half the largest part at the upper. After Fay & Feuer (1997), whose whole part makes it too wide.
    """
    totals, squares = np.broadcast_arrays(as_counts("totals", totals), as_counts("squares", squares))
    part = as_counts("largest", 1.0 if largest is None else largest)
    tail = tail_of(level)
    size = divide(squares, totals)
    events = divide(totals, size)
    low = np.where(events > 0, size * gamma_quantile(tail, events + 0.5), 0.0)
    top, spread = totals + part / 2, squares + part * part / 2
    high = divide(spread, top) * gamma_quantile(1 - tail, np.maximum(divide(top * top, spread), 1e-9))
    return Estimate(totals, np.minimum(low, totals), np.maximum(high, totals), level)


def _koopman_score(ratio: Numbers, x: Numbers, m: Numbers, y: Numbers, n: Numbers) -> Numbers:
    """Return the chi-square of rates in this ratio, at the most likely rate of the others."""
    a, b, c = ratio * (m + n), ratio * (m + y) + x + n, x + y
    with np.errstate(divide="ignore", invalid="ignore"):
        likely = 2 * c / (b + np.sqrt(np.maximum(b * b - 4 * a * c, 0)))
        likely = np.clip(likely, 0, np.minimum(1, 1 / ratio))
        parts = [
            (k - t * p) ** 2 / (t * p * (1 - p)) for k, t, p in ((x, m, np.minimum(ratio * likely, 1)), (y, n, likely))
        ]
    return np.asarray(sum(np.where(np.isnan(part), 0.0, part) for part in parts))

"""Rankings that luck can't lead: each figure is drawn towards what the others are like, the more the less it rests on.

Empirical Bayes (Robbins 1956; Efron & Morris 1975): the spread of the true figures is itself estimated from all of
them, by maximum likelihood. So that few rows, or rows without any event, aren't taken for exactly alike, any degree of
shrinkage is held equally likely beforehand (Christiansen & Morris 1997), the mean has Jeffreys' prior, and a prior
never weighs more than all the data it is made of. Intervals take the spread as known: below some ten rows too narrow.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import beta_quantile, gamma_quantile, log_beta, log_gamma
from o2o.statistics.estimates import (
    LEVEL,
    Estimate,
    FigureError,
    Numbers,
    as_counts,
    as_trials,
    as_values,
    spread_of,
    tail_of,
)

_BATCH = 250
_NARROW, _WIDE = -6.0, 14.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What rows are like before their own data: their mean, and how much data of one's own weighs as much as that.

    ``weight`` is in trials for rates and in exposure for counts; for means it is the variance between rows.
    """

    mean: float
    weight: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Figures drawn towards their prior; ``draw`` gives (draws, rows) of what may be the truth."""

    estimate: Estimate
    prior: Prior
    draw: Callable[[np.random.Generator, int], Numbers]


def shrink_rates(successes: ArrayLike, trials: ArrayLike, level: float = LEVEL) -> Shrunk:
    """Return rates as (s + a) / (n + a + b), a and b of the likeliest beta-binomial distribution.

    Intervals are quantiles of Beta(s + a, n - s + b). Griffin & Krutchkoff (1971).
    """
    good, tried = as_trials(successes, trials)
    prior = _fit_beta(*_some(good, tried))
    a, b = good + prior.mean * prior.weight, tried - good + (1 - prior.mean) * prior.weight
    tail = tail_of(level)
    found = Estimate(a / (a + b), beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b), level)
    return Shrunk(found, prior, lambda random, draws: random.beta(a, b, (draws, a.size)))


def shrink_counts(counts: ArrayLike, exposures: ArrayLike, level: float = LEVEL) -> Shrunk:
    """Return events by exposure as (c + a) / (e + b), a and b of the likeliest gamma-Poisson distribution.

    Exposure is days, hours of a shift, or what was to be expected; then 1 is as expected. Intervals are quantiles of
    Gamma(c + a) / (e + b). Clayton & Kaldor (1987).
    """
    events, exposed = np.broadcast_arrays(as_counts("counts", counts), as_counts("exposures", exposures))
    prior = fit_gamma(events, exposed)
    shape, rate = events + prior.mean * prior.weight, exposed + prior.weight
    tail = tail_of(level)
    found = Estimate(shape / rate, gamma_quantile(tail, shape) / rate, gamma_quantile(1 - tail, shape) / rate, level)
    return Shrunk(found, prior, lambda random, draws: random.gamma(shape, 1 / rate, (draws, shape.size)))


def shrink_means(means: ArrayLike, errors: ArrayLike, level: float = LEVEL) -> Shrunk:
    """Return means as weighted by 1/error² and 1/τ² with the common mean, τ² being the likeliest variance between rows.

    Efron & Morris (1975); DerSimonian & Laird (1986) for unequal errors.
    """
    found, noise = np.broadcast_arrays(as_values(means), as_counts("errors", errors) ** 2)
    prior = _fit_normal(*_some(found, noise))
    own = prior.weight / (prior.weight + noise)
    middle, error = own * found + (1 - own) * prior.mean, np.sqrt(own * noise)
    half = spread_of(level) * error
    estimate = Estimate(middle, middle - half, middle + half, level)
    return Shrunk(estimate, prior, lambda random, draws: random.normal(middle, error, (draws, middle.size)))


def chances_of_top(shrunk: Shrunk, places: int, random: np.random.Generator, draws: int = 2_000) -> Numbers:
    """Return the chance of each row to be truly among the so many highest, from draws of what may be the truth.

    They add up to ``places``. Laird & Louis (1989).
    """
    rows = shrunk.estimate.value.size
    if places < 1:
        raise FigureError(f"nobody is among the best {places}", "ask for the best one or more")
    if places >= rows:
        return np.ones(rows)
    hits = np.zeros(rows)
    for start in range(0, draws, _BATCH):
        truth = shrunk.draw(random, min(_BATCH, draws - start))
        top = np.argpartition(truth, rows - places, axis=1)[:, rows - places :]
        hits += np.bincount(top.ravel(), minlength=rows)
    return np.asarray(hits / draws)


def fit_gamma(counts: Numbers, exposures: Numbers) -> Prior:
    """Return the likeliest gamma distribution of the rates behind counts (a negative binomial of counts)."""
    events, exposed = _some(counts, exposures)
    if not exposed.any() or (events[exposed == 0] > 0).any():
        raise FigureError("something was counted where nothing was watched", "give rows their days, hours or visitors")
    overall = max(events.sum(), 0.5) / exposed.sum()

    def likelihood(log_mean: float, log_shape: float) -> float:
        shape = np.exp(log_shape)
        rate = shape / np.exp(log_mean)
        parts = log_gamma(events + shape) - log_gamma(shape)
        parts = parts + shape * np.log(rate / (rate + exposed)) - events * np.log(rate + exposed)
        return float(parts.sum() + log_mean / 2 + _any_shrinkage(rate, float(exposed.mean())))

    log_mean, log_shape = _climb(likelihood, np.log(overall), 0.0)
    mean = float(np.exp(log_mean))
    return Prior(mean, min(float(np.exp(log_shape)) / mean, float(exposed.sum())))


def _some(figures: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    if not figures.size:
        raise FigureError("there are no rows to compare", "give one or more")
    return figures, weights


def _fit_beta(good: Numbers, tried: Numbers) -> Prior:
    pairs, times = np.unique(np.stack([good.ravel(), tried.ravel()]), axis=1, return_counts=True)
    good, tried = pairs
    overall = ((good * times).sum() + 0.5) / ((tried * times).sum() + 1)
    usual = max(float((tried * times).sum() / times.sum()), 1.0)

    def likelihood(logit: float, log_weight: float) -> float:
        weight, mean = np.exp(log_weight), 1 / (1 + np.exp(-logit))
        a, b = mean * weight, (1 - mean) * weight
        known = (log_beta(good + a, tried - good + b) - log_beta(a, b)) * times
        return float(known.sum() + np.log(mean * (1 - mean)) / 2 + _any_shrinkage(weight, usual))

    logit, log_weight = _climb(likelihood, np.log(overall / (1 - overall)), 3.0)
    most = max(float((tried * times).sum()), 1.0)
    return Prior(float(1 / (1 + np.exp(-logit))), min(float(np.exp(log_weight)), most))


def _fit_normal(means: Numbers, noise: Numbers) -> Prior:
    scale, usual = max(float(means.var()), float(noise.mean()), 1e-300), float(noise.mean())

    def middle(log_ratio: float) -> tuple[float, Numbers]:
        weights = 1 / (np.exp(log_ratio) * scale + noise)
        return float((weights * means).sum() / weights.sum()), weights

    def likelihood(log_ratio: float, _: float) -> float:
        mean, weights = middle(log_ratio)  # of the differences from the mean (REML), or the variance comes out small
        parts = np.log(weights).sum() - np.log(weights.sum()) - (weights * (means - mean) ** 2).sum()
        return float(parts / 2 + _any_shrinkage(float(np.exp(log_ratio)) * scale, usual))

    log_ratio, _ = _climb(likelihood, -0.5, 0.0)
    mean, weights = middle(log_ratio)
    return Prior(mean, max(float(np.exp(log_ratio)) * scale, 1 / float(weights.sum())))


def _any_shrinkage(weight: float, usual: float) -> float:
    """Return the logarithm of a prior by which usual / (usual + weight) is as likely here as there."""
    return float(np.log(weight) - 2 * np.log(usual + weight))


def _climb(height: Callable[[float, float], float], x: float, y: float) -> tuple[float, float]:
    """Find the top of a hill of two numbers: a triangle that walks, grows and shrinks (Nelder & Mead 1965).

    The second number is a logarithm of how alike rows are; endlessly alike ones are taken as very alike.
    """

    def at(point: Numbers) -> float:
        return height(float(point[0]), float(np.clip(point[1], _NARROW, _WIDE)))

    points = np.array([[x, y], [x + 0.3, y], [x, y + 1.0]])
    heights = np.array([at(point) for point in points])
    for _ in range(300):
        order = np.argsort(-heights)
        points, heights = points[order], heights[order]
        if abs(points[1:] - points[0]).max() < 1e-4:
            break
        middle = points[:2].mean(0)
        reach = middle - points[2]
        tries = [middle + reach, middle + 2 * reach, middle + reach / 2, middle - reach / 2]
        found = [at(tries[0])]
        found.append(at(tries[1]) if found[0] > heights[0] else -np.inf)
        if max(found) <= heights[1]:
            found += [at(tries[2]), at(tries[3])]
        best = int(np.argmax(found))
        if found[best] > heights[2]:
            points[2], heights[2] = tries[best], found[best]
        else:
            points = (points + points[0]) / 2
            heights = np.array([at(point) for point in points])
    return float(points[0, 0]), float(np.clip(points[0, 1], _NARROW, _WIDE))

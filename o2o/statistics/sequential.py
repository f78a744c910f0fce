"""Intervals that hold however often one looks: for an experiment that is watched every day and stopped when it pleases.

A usual 95 % interval that is looked at daily for two months leaves out the truth on some day three times in ten.
"""

from math import log

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import log_beta
from o2o.statistics.estimates import LEVEL, Estimate, FigureError, Numbers, as_counts, as_numbers, as_trials, divide

_HALVINGS, _FAR = 60, 60.0


def rate_sequence(successes: ArrayLike, trials: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return rates whose intervals hold at all looks together.

    All p whose likelihood is above α times the mean likelihood under Beta(1/2, 1/2): by Ville's inequality the true p
    leaves them ever with a chance of at most α. Robbins (1970); beta-binomial mixture of Howard et al. (2021).
    """
    good, tried = as_trials(successes, trials)
    missed = tried - good
    mixture = log_beta(good + 0.5, missed + 0.5) - log_beta(0.5, 0.5) + log(1 - level)
    middle = np.log((good + 0.25) / (missed + 0.25))
    ends = []
    for side in (-1.0, 1.0):
        near, far = middle, middle + side * _FAR
        for _ in range(_HALVINGS):
            halfway = (near + far) / 2
            likelihood = -good * np.log1p(np.exp(-halfway)) - missed * np.log1p(np.exp(halfway))
            inside = likelihood > mixture
            near, far = np.where(inside, halfway, near), np.where(inside, far, halfway)
        ends.append(1 / (1 + np.exp(-far)))
    low, high = np.where(good == 0, 0.0, ends[0]), np.where(missed == 0, 1.0, ends[1])
    return Estimate(divide(good, tried), low, high, level)


def difference_sequence(difference: ArrayLike, error: ArrayLike, scale: float, level: float = LEVEL) -> Estimate:
    """Return differences whose intervals hold at all looks together, by their errors so far.

    d ± √(v (v + τ²)/τ² (2 ln 1/α + ln (v + τ²)/v)) with v = error². ``scale`` is τ, the size of differences that one
    hopes for: intervals are narrowest for these. Mixture sequential probability ratio test, Johari et al. (2017); it
    takes the difference as normal, so begin to look after some 30 conversions an arm.
    """
    found, variance, wide = _mixed(difference, error, scale)
    half = np.sqrt(variance * wide / scale**2 * (2 * log(1 / (1 - level)) + np.log(wide / variance)))
    return Estimate(found, found - half, found + half, level)


def always_valid_chance(difference: ArrayLike, error: ArrayLike, scale: float) -> Numbers:
    """Return p-values that stay true at all looks: 1/Λ, at most 1. Take the least of all looks so far.

    Λ = √(v/(v + τ²)) exp(τ² d² / 2v(v + τ²)). Johari et al. (2017).
    """
    found, variance, wide = _mixed(difference, error, scale)
    evidence = np.log(variance / wide) / 2 + scale**2 * found**2 / (2 * variance * wide)
    return np.asarray(np.exp(-np.maximum(evidence, 0)))


def error_of_rates(successes: ArrayLike, trials: ArrayLike, others: ArrayLike, other_trials: ArrayLike) -> Numbers:
    """Return the standard error of a difference of rates, half a success and half a failure more on each side."""
    parts = []
    for good, tried in (as_trials(successes, trials), as_trials(others, other_trials)):
        rate = (good + 0.5) / (tried + 1)
        parts.append(rate * (1 - rate) / (tried + 1))
    return np.sqrt(as_numbers(parts[0] + parts[1]))


def _mixed(difference: ArrayLike, error: ArrayLike, scale: float) -> tuple[Numbers, Numbers, Numbers]:
    if not scale > 0:
        raise FigureError(f"a scale of {scale:g} is none", "give the size of the difference that you hope for")
    variance = np.maximum(as_counts("errors", error) ** 2, 1e-300)
    return as_numbers(difference), variance, variance + scale**2

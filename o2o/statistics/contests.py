"""Which of two rates is ahead, and what is lost if the wrong one is taken: for who has to decide either way."""

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import beta_below, beta_quantile
from o2o.statistics.estimates import Numbers, as_numbers, as_trials

_POINTS = 400


def chance_ahead(successes: ArrayLike, trials: ArrayLike, others: ArrayLike, other_trials: ArrayLike) -> Numbers:
    """Return the chance that the first true rate is the higher one, each Beta(s + 1/2, n - s + 1/2) by its data.

    P(p > q) = the mean of P(q < p) over p, at its quantiles; good to four digits. Thompson (1933).
    """
    shape, other = _shapes(successes, trials), _shapes(others, other_trials)
    return np.asarray(beta_below(_quantiles(shape), *_spread(other)).mean(0))


def expected_loss(successes: ArrayLike, trials: ArrayLike, others: ArrayLike, other_trials: ArrayLike) -> Numbers:
    """Return how much rate is lost on average by taking the first where the other may be better: E max(q - p, 0).

    Take the first once this is less than matters; good to 0.00005. Raiffa & Schlaifer (1961): expected opportunity
    loss.
    """
    shape, (a, b) = _shapes(successes, trials), _spread(_shapes(others, other_trials))
    p = _quantiles(shape)
    above = a / (a + b) * (1 - beta_below(p, a + 1, b)) - p * (1 - beta_below(p, a, b))
    return np.asarray(above.clip(0).mean(0))


def _shapes(successes: ArrayLike, trials: ArrayLike) -> tuple[Numbers, Numbers]:
    good, tried = as_trials(successes, trials)
    return good + 0.5, tried - good + 0.5


def _quantiles(shape: tuple[Numbers, Numbers]) -> Numbers:
    """Return rates at evenly spread chances, in front of the rows."""
    chances = (np.arange(_POINTS) + 0.5) / _POINTS
    return beta_quantile(chances.reshape(-1, *(1,) * shape[0].ndim), *_spread(shape))


def _spread(shape: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    return as_numbers(shape[0][None]), as_numbers(shape[1][None])

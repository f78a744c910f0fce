"""Young cohorts look bad: of last week's scans some orders are still to come. How many?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import (
    LEVEL,
    Estimate,
    FigureError,
    Flags,
    Numbers,
    as_counts,
    as_numbers,
    divide,
    spread_of,
)

YOUNG = 0.9
"""Below this share of its conversions a cohort is too young to be judged."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that has converted by each time since the scan, and the standard error of it."""

    times: Numbers
    shares: Numbers
    errors: Numbers

    def at(self, times: ArrayLike) -> Numbers:
        """Return the share that has converted by these times; beyond the last one it stays."""
        return np.append(0.0, self.shares)[np.searchsorted(self.times, as_counts("times", times), side="right")]

    def estimate(self, level: float = 0.95) -> Estimate:
        """Return the shares with intervals of their logarithm's logarithm, which stay between 0 and 1.

        Kalbfleisch & Prentice (1980).
        """
        left = 1 - self.shares
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.exp(spread_of(level) * self.errors / np.abs(left * np.log(left)))
            low, high = 1 - left ** (1 / factor), 1 - left**factor
        bad = ~np.isfinite(factor)
        return Estimate(self.shares, np.where(bad, self.shares, low), np.where(bad, self.shares, high), level)


def conversion_curve(waits: ArrayLike, converted: ArrayLike, weights: ArrayLike = 1.0) -> Curve:
    """Return the share converted by time since the scan, from scans of any age.

    ``waits`` is the time to the conversion, or, where there is none yet, how long the scan has been watched;
    ``weights`` count equal rows (so that ten million scans are a table of days). 1 - Π (1 - dᵢ/nᵢ), errors by
    Greenwood (1926). Kaplan & Meier (1958).
    """
    times, where = np.unique(as_counts("waits", waits), return_inverse=True)
    many, came = np.broadcast_arrays(as_counts("weights", weights), np.asarray(converted, bool))
    many, came = (np.broadcast_to(part, where.shape) for part in (many, came))
    events = np.bincount(where, many * came, len(times))
    watched = np.bincount(where, many, len(times))[::-1].cumsum()[::-1]
    left = np.cumprod(1 - events / watched)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(events > 0, events / (watched * (watched - events)), 0.0)
        errors = np.where(left > 0, left * np.sqrt(np.cumsum(parts)), 0.0)
    happened = events > 0
    return Curve(times[happened], 1 - left[happened], errors[happened])


def maturity(curve: Curve, ages: ArrayLike, horizon: float) -> Numbers:
    """Return the share of their conversions within a horizon that cohorts of these ages have had: F(age) / F(horizon).

    After Chapelle (2014), without his exponential lag; 1 where nothing is known to come.
    """
    final = curve.at(horizon)
    if not final:
        return np.ones(np.shape(ages))
    return np.asarray(curve.at(np.minimum(as_counts("ages", ages), horizon)) / final)


def cohort_maturity(curve: Curve, ages: ArrayLike, scans: ArrayLike, horizon: float, level: float = LEVEL) -> Estimate:
    """Return the share of its conversions within a horizon that one cohort of scans of several ages has had.

    M = Σ G(t) dF(t) / F(horizon), G(t) being the share of the scans that are t old or older: a mean of G over the steps
    of the curve, which are as good as independent, so that its variance is Σ (G(t) - M)² dV(t) / F(horizon)² with
    Greenwood's V. 1 where nothing is known to come.
    """
    within = curve.times <= horizon
    steps, variances = (np.diff(part[within], prepend=0.0) for part in (curve.shares, curve.errors**2))
    old, many = np.broadcast_arrays(as_counts("ages", ages), as_counts("scans", scans))
    reached = many @ (old[:, None] >= curve.times[within]) / many.sum()
    final = steps.sum()
    if not final:
        return Estimate(np.ones(()), np.ones(()), np.ones(()), level)
    mature = reached @ steps / final
    error = np.sqrt((reached - mature) ** 2 @ variances.clip(0)) / final
    low, high = (np.clip(mature + side * spread_of(level) * error, 0, 1) for side in (-1, 1))
    return Estimate(as_numbers(mature), low, high, level)


def expect_conversions(conversions: ArrayLike, mature: ArrayLike) -> Numbers:
    """Return how many conversions cohorts will have in the end: those they have, over their maturity."""
    had, share = np.broadcast_arrays(as_counts("conversions", conversions), as_counts("maturity", mature))
    if np.any((share == 0) & (had > 0)):
        raise FigureError("a cohort converted sooner than the curve knows", "make the curve of its scans too")
    return divide(had, share, np.nan)


def is_young(mature: ArrayLike) -> Flags:
    """Tell which cohorts lack so many of their conversions that they aren't to be compared yet."""
    return np.asarray(as_counts("maturity", mature) < YOUNG)

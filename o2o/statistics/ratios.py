"""Ratios of two sums over independent groups (visitors, store-days): revenue per scan, orders per visit, ROAS.

Scans of one visitor depend on one another, so the unit is the visitor (or the store): what a rate's interval takes for
granted isn't so here. All that is needed of the groups are six sums each, which SQL can make.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import t_spread
from o2o.statistics.estimates import LEVEL, Estimate, Numbers, Places, as_counts, as_numbers, divide, spread_of


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over independent groups: how many groups, Σx, Σy, Σx², Σxy and Σy²; x is above the line, y below it."""

    groups: Numbers
    x: Numbers
    y: Numbers
    xx: Numbers
    xy: Numbers
    yy: Numbers

    @classmethod
    def of(cls, x: ArrayLike, y: ArrayLike, rows: Places | None = None) -> Self:
        """Add up groups' own sums; ``rows`` tells of each group which row of the result it belongs to."""
        above, below = as_numbers(x), as_numbers(y)
        places = np.zeros(len(above), np.int64) if rows is None else rows
        parts = (np.ones(len(above)), above, below, above * above, above * below, below * below)
        return cls(*(as_numbers(np.bincount(places, part)) for part in parts))

    @property
    def ratio(self) -> Numbers:
        """Σx / Σy; 0 where there is nothing below the line."""
        return divide(self.x, self.y)

    @property
    def variances(self) -> tuple[Numbers, Numbers, Numbers]:
        """The variances of Σx and Σy and their covariance; nothing is known of a single group."""
        n = np.asarray(self.groups, np.float64)
        scale = divide(n, n - 1, np.nan)
        pairs = ((self.xx, self.x, self.x), (self.yy, self.y, self.y), (self.xy, self.x, self.y))
        xx, yy, xy = (scale * (square - divide(one * other, n)) for square, one, other in pairs)
        return np.maximum(xx, 0), np.maximum(yy, 0), xy


def ratio_by_delta(sums: Sums, level: float = LEVEL) -> Estimate:
    """Return ratios with the delta method's interval.

    r ± t √(V(x) - 2r C(x, y) + r² V(y)) / Σy, t of groups - 1 degrees of freedom. Deng, Knoblich & Lu (2018).
    It is for many groups; where Σy itself is unsure, take Fieller's.
    """
    ratio, (xx, yy, xy) = sums.ratio, sums.variances
    error = divide(np.sqrt(np.maximum(xx - 2 * ratio * xy + ratio * ratio * yy, 0)), np.abs(sums.y), np.inf)
    half = _known(t_spread(level, sums.groups - 1) * error)
    return Estimate(ratio, ratio - half, ratio + half, level)


def ratio_by_fieller(sums: Sums, level: float = LEVEL) -> Estimate:
    """Return ratios with Fieller's interval, exact for normal sums; endless where Σy may be 0.

    All r with (Σx - r Σy)² <= t² (V(x) - 2r C(x, y) + r² V(y)). Fieller (1954).
    """
    ratio, (xx, yy, xy) = sums.ratio, sums.variances
    t = t_spread(level, sums.groups - 1) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b, c = sums.y**2 - t * yy, sums.x * sums.y - t * xy, sums.x**2 - t * xx
        root = np.sqrt(np.maximum(b * b - a * c, 0))
        sure = a > 0
        low, high = (np.where(sure, (b + side * root) / a, side * np.inf) for side in (-1.0, 1.0))
    return Estimate(ratio, low, high, level)


def sum_over_cost(sums: Sums, costs: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return Σx for each unit of a cost that is known to the cent, as ROAS is.

    (Σx ± z √Σx²) / cost: groups come or don't come, so that their number is unsure too (a compound Poisson sum).
    """
    half = spread_of(level) * np.sqrt(as_counts("squares", sums.xx))
    cost = as_counts("costs", costs)
    value, low, high = (divide(side, cost, np.nan) for side in (sums.x, sums.x - half, sums.x + half))
    return Estimate(value, low, high, level)


def errors_if_alike(sums: Sums) -> Numbers:
    """Return the errors of the rows' ratios if all were that of all rows together, which lends them its variance.

    To test whether a row differs (a score test): one that happens to have no order has no spread of its own, by which
    it would seem to be surely below the others.
    """
    ratio = divide(np.asarray(sums.x.sum()), sums.y.sum(), 0.0)
    squares = (sums.xx - 2 * ratio * sums.xy + ratio**2 * sums.yy).sum()
    return np.asarray(np.sqrt(divide(np.asarray(squares), sums.y.sum()) * divide(np.ones_like(sums.y), sums.y)))


def _known(half: Numbers) -> Numbers:
    return np.where(np.isnan(half), np.inf, half)

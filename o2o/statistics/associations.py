"""What goes together: support, confidence and lift of pairs, with their doubt; and which of many pairs to believe."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import chi_square_above
from o2o.statistics.estimates import LEVEL, Estimate, FigureError, Numbers, as_counts, divide
from o2o.statistics.intervals import koopman, wilson


@dataclass(frozen=True, slots=True)
class Pairs:
    """In how many baskets the first of each pair is, the other, and both; and how many baskets there are in all."""

    first: Numbers
    other: Numbers
    both: Numbers
    baskets: float

    @classmethod
    def of(cls, first: ArrayLike, other: ArrayLike, both: ArrayLike, baskets: float) -> "Pairs":
        """Check what was counted; raises FigureError where it can't be."""
        one, two, together = as_counts("first", first), as_counts("other", other), as_counts("both", both)
        if np.any(together > np.minimum(one, two)) or np.any(one + two - together > baskets):
            raise FigureError("two are together more often than one of them, or than there are baskets", "count again")
        return cls(one, two, together, baskets)

    def choose(self, rows: ArrayLike) -> "Pairs":
        """Return some of the pairs."""
        chosen = np.asarray(rows)
        return Pairs(self.first[chosen], self.other[chosen], self.both[chosen], self.baskets)


def support(pairs: Pairs, level: float = LEVEL) -> Estimate:
    """Return the share of baskets that hold both, with Wilson's interval. Agrawal, Imieliński & Swami (1993)."""
    return wilson(pairs.both, pairs.baskets, level)


def confidence(pairs: Pairs, level: float = LEVEL) -> Estimate:
    """Return the share of baskets with the first that hold the other too, with Wilson's interval."""
    return wilson(pairs.both, pairs.first, level)


def lift(pairs: Pairs, level: float = LEVEL) -> Estimate:
    """Return how many times as often the other is there with the first as it is anywhere.

    The share among all is w p + (1 - w) q, with w the share of baskets with the first, p with and q without it; so lift
    is 1 / (w + (1 - w) q/p), and its ends are those of Koopman's interval of p/q. Brin, Motwani & Silverstein (1997).
    """
    share = divide(pairs.first, np.asarray(pairs.baskets))
    ratio = koopman(pairs.both, pairs.first, pairs.other - pairs.both, pairs.baskets - pairs.first, level)
    value = divide(pairs.both * pairs.baskets, pairs.first * pairs.other, np.nan)
    low, high = (1 / (share + (1 - share) / np.maximum(end, 1e-300)) for end in (ratio.low, ratio.high))
    return Estimate(value, np.minimum(low, value), np.maximum(high, value), level)


def chance_of_pairs(pairs: Pairs) -> Numbers:
    """Return the chance of being together as unusually often, or as rarely, if neither minded the other.

    Pearson's chi-square of the two by two table with Yates' correction (1934). Put it through ``discoveries``.
    """
    n, a, b, both = pairs.baskets, pairs.first, pairs.other, pairs.both
    off = np.maximum(np.abs(n * both - a * b) - n / 2, 0)
    return chi_square_above(divide(n * off * off, a * b * (n - a) * (n - b)), 1.0)


@dataclass(frozen=True, slots=True)
class Residuals:
    """A table beside one whose rows and columns don't mind each other: what is expected there, by how many standard
    errors a cell is above or below it, and how likely so striking a cell is by chance."""

    expected: Numbers
    off: Numbers
    chances: Numbers


def find_residuals(table: ArrayLike) -> Residuals:
    """Return how far each cell is from independence: (n - e) / √(e (1 - row) (1 - column)). Haberman (1973)."""
    counts = as_counts("cells", table)
    whole = max(float(counts.sum()), 1.0)
    rows, columns = counts.sum(1, keepdims=True) / whole, counts.sum(0, keepdims=True) / whole
    expected = rows * columns * whole
    off = divide(counts - expected, np.sqrt(expected * (1 - rows) * (1 - columns)))
    return Residuals(expected, off, chi_square_above(off * off, 1.0))

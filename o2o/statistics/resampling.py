"""Errors of anything that adds up over visitors: their buckets are drawn anew, again and again.

Visitors are dealt out to buckets (a thousand, by a hash of their id), so that a bucket is an independent small copy of
the shop. Credit in buckets costs a GROUP BY; drawing buckets instead of visitors costs nothing, whatever their number.
Stores take the place of buckets where a figure differs by store more than by visitor.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import t_spread
from o2o.statistics.estimates import (
    LEVEL,
    Estimate,
    FigureError,
    Numbers,
    Places,
    as_numbers,
    as_values,
    spread_of,
    tail_of,
)
from o2o.statistics.intervals import weighted_count

Statistic = Callable[[Numbers], Numbers]
"""Makes figures of sums: from (draws, keys) to (draws, figures), or to one figure a draw."""

_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Buckets:
    """What each key (a touchpoint, under one model) earned in each of ``count`` buckets, where it earned anything."""

    count: int
    keys: int
    bucket: Places
    key: Places
    amount: Numbers

    @classmethod
    def of(cls, bucket: ArrayLike, key: ArrayLike, amount: ArrayLike, count: int, keys: int) -> Self:
        """Add up amounts by bucket and key; buckets without any count too, for they have earned 0."""
        if count < 2:
            raise FigureError(f"{count} bucket has nothing to differ from", "deal visitors to a thousand")
        cells = np.asarray(key, np.int64) * count + np.asarray(bucket, np.int64)
        if len(cells) and not 0 <= cells.min() <= cells.max() < keys * count:
            raise FigureError("a bucket or key is out of range", f"number them from 0 below {count} and {keys}")
        distinct, places = np.unique(cells, return_inverse=True)
        amounts = as_numbers(np.bincount(places, as_numbers(amount), len(distinct)))
        return cls(count, keys, distinct % count, distinct // count, amounts)

    @property
    def totals(self) -> Numbers:
        """What each key earned in all."""
        return as_numbers(np.bincount(self.key, self.amount, self.keys))

    @property
    def variances(self) -> Numbers:
        """The variance of each total, in closed form: B/(B-1) Σ (c - c̄)², which is the jackknife's too."""
        squares = np.bincount(self.key, self.amount**2, self.keys)
        return np.asarray((squares - self.totals**2 / self.count).clip(0) * self.count / (self.count - 1))

    def blocks(self) -> Iterator[Numbers]:
        """Give the sums as (buckets, keys), so many keys at once as fit."""
        width = max(1, _CELLS // self.count)
        edges = np.searchsorted(self.key, np.arange(0, max(self.keys, 1) + width, width))
        for block, (start, end) in enumerate(pairwise(edges)):
            wide = min(width, self.keys - block * width)
            cells = (self.key[start:end] - block * width) * self.count + self.bucket[start:end]
            yield as_numbers(np.bincount(cells, self.amount[start:end], wide * self.count)).reshape(wide, self.count).T


def poisson_weights(random: np.random.Generator, draws: int, buckets: int) -> Numbers:
    """Return how often each draw takes each bucket: Poisson(1), independently. Chamandy et al. (2012)."""
    return random.poisson(1.0, (draws, buckets)).astype(np.float64)


def multinomial_weights(random: np.random.Generator, draws: int, buckets: int) -> Numbers:
    """Return how often each draw takes each bucket: as many in all as there are. Efron (1979)."""
    return random.multinomial(buckets, np.full(buckets, 1 / buckets), draws).astype(np.float64)


def bayesian_weights(random: np.random.Generator, draws: int, buckets: int) -> Numbers:
    """Return what each draw takes of each bucket: exponential parts, which leave none out. Rubin (1981)."""
    return random.standard_exponential((draws, buckets))


def draw_totals(buckets: Buckets, weights: Numbers, *, normalised: bool = True) -> Numbers:
    """Return each key's total in each draw: Σ w c · B / Σ w, as (draws, keys).

    Without the division by Σ w, how many buckets happen to be drawn counts as doubt about every key, though it is none:
    with 1.4 conversions a bucket errors come out √(1 + 1.4) = 1.55 times too large.
    """
    drawn = np.concatenate([weights @ block for block in buckets.blocks()], axis=1)
    return np.asarray(drawn * (buckets.count / weights.sum(1, keepdims=True)) if normalised else drawn)


def estimate_credits(buckets: Buckets, largest: float = 1.0, level: float = LEVEL) -> Estimate:
    """Return each key's credit with its interval, from buckets in closed form: the bootstrap without its noise.

    The errors are those of endlessly many draws; the interval is the gamma one of a weighted count, which doesn't fall
    below 0 and holds for a handful of conversions too, where percentiles of draws are too narrow. ``largest`` is the
    most that one conversion can give (1, or the largest order). Where refunds outweigh a bucket's orders, credit may
    well be below 0: there it is y ± z √v.
    """
    taken_back = np.bincount(buckets.key, buckets.amount < 0, buckets.keys) > 0
    return estimate_totals(buckets.totals, buckets.variances, largest, taken_back, level)


def estimate_totals(
    totals: ArrayLike,
    variances: ArrayLike,
    largest: ArrayLike = 1.0,
    taken_back: ArrayLike = False,
    level: float = LEVEL,
) -> Estimate:
    """Return sums of independent parts with their intervals, from their variances.

    Where each owner of a journey is a bucket of his own, the variance is Σc², what B buckets come to on average.
    ``taken_back`` are sums of which a part is below 0: there it is y ± z √v.
    """
    values, spread = as_numbers(totals), as_numbers(variances)
    counted = weighted_count(values.clip(0), spread, largest, level)
    half = spread_of(level) * np.sqrt(spread)
    ends = ((-half, counted.low), (half, counted.high))
    low, high = (np.where(np.asarray(taken_back) | (values < 0), values + side, end) for side, end in ends)
    return Estimate(values, low, high, level)


def bootstrap(sums: ArrayLike, statistic: Statistic, weights: Numbers, level: float = LEVEL) -> Estimate:
    """Return what ``statistic`` makes of the sums of independent groups, with the percentiles of its draws.

    ``sums`` are (groups, columns): visitors or stores, each with all it has. Efron (1979); Davison & Hinkley (1997).
    """
    rows = _as_groups(sums)
    drawn = statistic(weights @ rows * (len(rows) / weights.sum(1, keepdims=True)))
    tails = (tail_of(level), 1 - tail_of(level))
    low, high = np.nanquantile(drawn, tails, axis=0)
    return Estimate(statistic(rows.sum(0, keepdims=True))[0], as_numbers(low), as_numbers(high), level)


def jackknife(sums: ArrayLike, statistic: Statistic, level: float = LEVEL) -> Estimate:
    """Return what ``statistic`` makes of the sums, with the errors of leaving out each group in turn.

    Error² = (B-1)/B Σ (θ₍ᵦ₎ - θ̄)², t of B - 1 degrees of freedom. No seed, so it checks the bootstrap.
    Quenouille (1956), Tukey (1958).
    """
    rows = _as_groups(sums)
    count = len(rows)
    left = statistic((rows.sum(0) - rows) * count / (count - 1))
    error = np.sqrt((count - 1) / count * ((left - left.mean(0)) ** 2).sum(0))
    value = statistic(rows.sum(0, keepdims=True))[0]
    half = t_spread(level, count - 1) * error
    return Estimate(value, value - half, value + half, level)


def _as_groups(sums: ArrayLike) -> Numbers:
    rows = as_values(sums)
    if rows.ndim != 2 or len(rows) < 2:
        raise FigureError("sums are of two groups or more, with a column each", "give a row for each visitor or store")
    return rows

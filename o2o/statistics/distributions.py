"""The chances and quantiles that intervals are made of: beta, gamma, and from them normal, t and chi-square.

After Abramowitz & Stegun (1964), chapters 6 and 26, and Lentz's way with continued fractions (Thompson & Barnett 1986);
arrays at once. They agree with SciPy to nine digits and more.
"""

from collections.abc import Callable
from math import log, pi

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import Numbers, Places, as_numbers, normal_quantile, spread_of

_SHIFT = 10
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
_TINY, _CLOSE = 1e-300, 1e-15
_STEPS, _ROUND = 20_000, 8
_FAR = 700.0
_FREE = 150.0
_LARGE = 1e5
"""From this shape on a gamma distribution is taken as Wilson & Hilferty (1931) do: its cube root is normal."""


def log_gamma(x: ArrayLike) -> Numbers:
    """Return ln Γ(x) for x > 0, by Stirling's series ten steps further on."""
    x = as_numbers(x)
    product = np.ones_like(x)
    for step in range(_SHIFT):
        product = product * (x + step)
    far = x + _SHIFT
    series = sum(part / far ** (2 * place + 1) for place, part in enumerate(_STIRLING))
    return np.asarray((far - 0.5) * np.log(far) - far + 0.5 * log(2 * pi) + series - np.log(product))


def digamma(x: ArrayLike) -> Numbers:
    """Return the slope of ln Γ(x) for x > 0, by the slope of the same series."""
    x = as_numbers(x)
    below = sum(1 / (x + step) for step in range(_SHIFT))
    far = x + _SHIFT
    series = sum((2 * place + 1) * part / far ** (2 * place + 2) for place, part in enumerate(_STIRLING))
    return np.asarray(np.log(far) - 1 / (2 * far) - series - below)


def log_beta(a: ArrayLike, b: ArrayLike) -> Numbers:
    """Return ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b)."""
    a, b = as_numbers(a), as_numbers(b)
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b)


def beta_below(x: ArrayLike, a: ArrayLike, b: ArrayLike) -> Numbers:
    """Return the chance that a Beta(a, b) number is at most x: the regularised incomplete beta function."""
    x, a, b = np.broadcast_arrays(as_numbers(x), as_numbers(a), as_numbers(b))
    inside = np.clip(x, _TINY, 1 - 1e-16)
    turned = inside > (a + 1) / (a + b + 2)
    first, second = np.where(turned, b, a), np.where(turned, a, b)
    part = np.where(turned, 1 - inside, inside)
    scale = first * np.log(part) + second * np.log1p(-part) - log_beta(a, b)
    chance = np.exp(scale) * _beta_fraction(part, first, second).reshape(x.shape) / first
    found = np.where(turned, 1 - chance, chance)
    return np.where(x <= 0, 0.0, np.where(x >= 1, 1.0, np.clip(found, 0, 1)))


def beta_quantile(chance: ArrayLike, a: ArrayLike, b: ArrayLike) -> Numbers:
    """Return the number that a Beta(a, b) one is below with this chance."""
    chance, a, b = np.broadcast_arrays(as_numbers(chance), as_numbers(a), as_numbers(b))
    start = np.log(a / b) + _normal_quantiles(chance) * np.sqrt(1 / (a + 1) + 1 / (b + 1))

    def climb(y: Numbers, rows: Places) -> tuple[Numbers, Numbers]:
        x, one, other = _logistic(y), a.flat[rows], b.flat[rows]
        scale = one * np.log(x) + other * np.log(_logistic(-y)) - log_beta(one, other)
        return beta_below(x, one, other), np.exp(scale)

    return _logistic(_solve(climb, chance, start))


def gamma_below(x: ArrayLike, shape: ArrayLike) -> Numbers:
    """Return the chance that a Gamma(shape, 1) number is at most x: the regularised incomplete gamma function P."""
    return _gamma_sides(x, shape)[0]


def gamma_above(x: ArrayLike, shape: ArrayLike) -> Numbers:
    """Return the chance that a Gamma(shape, 1) number is above x, exact where it is small too: Q = 1 - P."""
    return _gamma_sides(x, shape)[1]


def gamma_quantile(chance: ArrayLike, shape: ArrayLike) -> Numbers:
    """Return the number that a Gamma(shape, 1) one is below with this chance."""
    chance, shape = np.broadcast_arrays(as_numbers(chance), as_numbers(shape))
    found = np.where(chance > 0, _cube_quantile(chance, shape), 0.0)
    sought = (chance > 0) & (shape <= _LARGE)
    found[sought] = _seek_gamma(chance[sought], shape[sought], found[sought])
    return found


def _seek_gamma(chance: Numbers, shape: Numbers, near: Numbers) -> Numbers:
    """Return quantiles, from numbers that are near them; those of the lowest chances from where P's series starts."""
    height = log_gamma(shape)
    first = np.maximum((np.log(chance) + height + np.log(shape)) / shape, -_FAR)

    def climb(y: Numbers, rows: Places) -> tuple[Numbers, Numbers]:
        x, here = np.exp(y), shape[rows]
        slope = np.exp(here * y - x - height[rows])
        return _gamma_parts(x, here, slope)[0], slope

    return np.exp(_solve(climb, chance, np.where(first < -1, first, np.log(near))))


def normal_below(z: ArrayLike) -> Numbers:
    """Return the chance that a standard normal number is at most z."""
    z = as_numbers(z)
    below, above = _gamma_sides(z * z / 2, 0.5)
    return np.where(z < 0, above / 2, 0.5 + below / 2)


def chi_square_above(x: ArrayLike, freedom: ArrayLike) -> Numbers:
    """Return the chance of a chi-square number above x with so many degrees of freedom."""
    return gamma_above(as_numbers(x) / 2, as_numbers(freedom) / 2)


def t_beyond(t: ArrayLike, freedom: ArrayLike) -> Numbers:
    """Return the chance of a Student number as far from 0 as t, on either side."""
    t, freedom = as_numbers(t), as_numbers(freedom)
    return beta_below(freedom / (freedom + t * t), freedom / 2, 0.5)


def t_spread(level: float, freedom: ArrayLike) -> Numbers:
    """Return how far from 0 either side a share ``level`` of Student numbers lies; infinite without freedom."""
    freedom = as_numbers(freedom)
    spread = _t_series(spread_of(level), np.maximum(freedom, _FREE))
    few = (freedom > 0) & (freedom < _FREE)
    if few.any():
        share = beta_quantile(level, 0.5, freedom[few] / 2)  # t² / (f + t²) is Beta(1/2, f/2)
        spread[few] = np.sqrt(freedom[few] * share / (1 - np.minimum(share, 1 - 1e-16)))
    return np.where(freedom > 0, spread, np.inf)


def _t_series(z: float, freedom: Numbers) -> Numbers:
    """Return Student's quantile by the normal one, for much freedom: Abramowitz & Stegun 26.7.5."""
    terms = (
        (1, 1, 0, 0, 0, 4),
        (3, 16, 5, 0, 0, 96),
        (-15, 17, 19, 3, 0, 384),
        (-945, -1920, 1482, 776, 79, 92_160),
    )
    powers = [z ** (2 * place + 1) for place in range(5)]
    found = np.full_like(freedom, z)
    for place, (*factors, divisor) in enumerate(terms, 1):
        found += sum(f * power for f, power in zip(factors, powers, strict=True)) / divisor / freedom**place
    return found


def _beta_fraction(x: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Return the continued fraction of the incomplete beta function, going on only where it still moves."""
    found: Numbers = np.zeros(x.size)
    rows: Places = np.arange(x.size)
    x, a, b = x.ravel(), a.ravel(), b.ravel()
    c, d = np.ones_like(x), 1 / _away(1 - (a + b) * x / (a + 1))
    now = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        c, d = _away(1 + even / c), 1 / _away(1 + even * d)
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        now = now * c * d
        c, d = _away(1 + odd / c), 1 / _away(1 + odd * d)
        now = now * c * d
        moving = np.abs(c * d - 1) > _CLOSE
        if m % _ROUND == 0 or not moving.any():
            found[rows] = now
            rows = rows[moving]
            now, c, d, x, a, b = (part[moving] for part in (now, c, d, x, a, b))
        if not len(rows):
            break
    return found


def _gamma_sides(x: ArrayLike, shape: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return the chances below and above x, each from where it is exact."""
    x, shape = np.broadcast_arrays(as_numbers(x), as_numbers(shape))
    inside, small = np.maximum(x, _TINY), np.minimum(shape, _LARGE)
    scale = np.exp(small * np.log(inside) - inside - log_gamma(small))
    below, above = _gamma_parts(inside, small, scale)
    if np.any(shape > _LARGE):
        z = _cube_root(inside, shape)
        below, above = (np.where(shape > _LARGE, normal_below(side), now) for side, now in ((z, below), (-z, above)))
    return np.where(x > 0, below, 0.0), np.where(x > 0, above, 1.0)


def _gamma_parts(x: Numbers, shape: Numbers, scale: Numbers) -> tuple[Numbers, Numbers]:
    low = x < shape + 1
    below, above = np.empty_like(scale), np.empty_like(scale)
    below[low] = scale[low] * _gamma_series(x[low], shape[low])
    above[~low] = scale[~low] * _gamma_fraction(x[~low], shape[~low])
    above[low], below[~low] = 1 - below[low], 1 - above[~low]
    return below, above


def _gamma_series(x: Numbers, shape: Numbers) -> Numbers:
    term = np.asarray(1 / shape)
    found, below = term.copy(), shape.copy()
    for step in range(1, _STEPS):
        below += 1
        term *= x
        term /= below
        found += term
        if step % _ROUND == 0 and np.all(term <= found * _CLOSE):
            break
    return found


def _gamma_fraction(x: Numbers, shape: Numbers) -> Numbers:
    b = x + 1 - shape
    c, d = np.full_like(x, 1 / _TINY), 1 / _away(b)
    found = d
    for step in range(1, _STEPS):
        part, b = -step * (step - shape), b + 2
        c, d = _away(b + part / c), 1 / _away(b + part * d)
        found = found * c * d
        if np.all(np.abs(c * d - 1) < _CLOSE):
            break
    return found


def _cube_root(x: Numbers, shape: Numbers) -> Numbers:
    return np.asarray((np.cbrt(x / shape) - 1 + 1 / (9 * shape)) * 3 * np.sqrt(shape))


def _cube_quantile(chance: Numbers, shape: Numbers) -> Numbers:
    z = _normal_quantiles(chance)
    return np.asarray(np.maximum(shape * (1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape))) ** 3, 1e-8))


def _normal_quantiles(chance: Numbers) -> Numbers:
    """Return standard normal quantiles of few distinct chances."""
    distinct, where = np.unique(np.clip(chance, 1e-300, 1 - 1e-16), return_inverse=True)
    return np.array([normal_quantile(one) for one in distinct.tolist()])[where.reshape(chance.shape)]


def _solve(climb: Callable[[Numbers, Places], tuple[Numbers, Numbers]], chance: Numbers, start: Numbers) -> Numbers:
    """Find where a distribution reaches each chance by Newton's steps, halving the bracket where they leave it.

    ``climb`` returns the distribution and its slope at places, for the rows that are still sought.
    """
    found, rows = start.ravel() + 0.0, np.arange(start.size)
    low, high, wanted = np.full(start.size, -_FAR), np.full(start.size, _FAR), chance.ravel()
    for _ in range(200):
        y = found[rows]
        reached, slope = climb(y, rows)
        miss = reached - wanted[rows]
        low[rows], high[rows] = np.where(miss < 0, y, low[rows]), np.where(miss > 0, y, high[rows])
        step = y - miss / np.maximum(slope, _TINY)
        kept = (step >= low[rows]) & (step <= high[rows])
        found[rows] = np.where(kept, step, (low[rows] + high[rows]) / 2)
        rows = rows[(np.abs(found[rows] - y) > 1e-12) & (miss != 0)]
        if not len(rows):
            break
    return found.reshape(start.shape)


def _logistic(y: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-y)))


def _away(x: Numbers) -> Numbers:
    """Keep denominators off 0."""
    return np.where(np.abs(x) < _TINY, _TINY, x)

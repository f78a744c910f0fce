"""How much data a comparison needs, and what to say when there isn't enough."""

from enum import StrEnum
from math import asin, ceil, pi, sin, sqrt

from o2o.statistics.distributions import normal_below
from o2o.statistics.estimates import LEVEL, Estimate, FigureError, normal_quantile, spread_of

POWER = 0.8
"""How often an experiment finds a difference that is there, unless something else is asked for."""


class Verdict(StrEnum):
    """What can be said of a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    ALIKE = "alike"
    NOT_ENOUGH = "not enough data"


def judge(difference: Estimate, smallest: float) -> Verdict:
    """Return whether a difference is one, is smaller than the smallest that matters, or can't be told yet.

    Higher or lower where the interval leaves out 0, alike where it lies within ± ``smallest`` (Schuirmann 1987), else
    not enough data; never a winner by value alone.
    """
    if difference.low > 0:
        return Verdict.HIGHER
    if difference.high < 0:
        return Verdict.LOWER
    alike = difference.low > -smallest and difference.high < smallest
    return Verdict.ALIKE if alike else Verdict.NOT_ENOUGH


def trials_for_rates(rate: float, other: float, power: float = POWER, level: float = LEVEL) -> int:
    """Return how many trials each arm needs to tell two rates apart: 2 ((z₁ + z₂) / h)², h = 2 asin √p - 2 asin √q.

    5 % and 6 % take 8,143 visitors an arm, for a power of 80 %. Cohen (1988).
    """
    distance = abs(_angle(rate) - _angle(other))
    if not distance:
        raise FigureError("two equal rates can't be told apart", "give the smallest difference that matters")
    return ceil(2 * (_reach(power, level) / distance) ** 2)


def detectable_rate(rate: float, trials: float, other: float | None = None, power: float = POWER) -> float:
    """Return the next higher rate that arms of so many trials tell from this one; 1 where none does. Cohen (1988)."""
    others = trials if other is None else other
    angle = _angle(rate) + _reach(power, LEVEL) * sqrt(1 / trials + 1 / others)
    return sin(min(angle, pi) / 2) ** 2


def power_for_rates(rate: float, other: float, trials: float, level: float = LEVEL) -> float:
    """Return how often arms of so many trials tell two rates apart. Cohen (1988)."""
    shift = abs(_angle(rate) - _angle(other)) * sqrt(trials / 2)
    z = spread_of(level)
    return float(normal_below(shift - z) + normal_below(-shift - z))


def detectable_difference(error: float, power: float = POWER, level: float = LEVEL) -> float:
    """Return the smallest true difference that is found with this power: (z₁ + z₂) times the error of an estimate.

    The error comes from a run on days when nothing was changed. Bloom (1995).
    """
    return _reach(power, level) * error


def units_for_means(deviation: float, difference: float, power: float = POWER, level: float = LEVEL) -> int:
    """Return how many visitors or store-days each arm needs for a difference of means: 2 ((z₁ + z₂) σ / δ)².

    Cohen (1988).
    """
    return ceil(2 * (_reach(power, level) * deviation / difference) ** 2)


def _reach(power: float, level: float) -> float:
    return normal_quantile(power) + spread_of(level)


def _angle(rate: float) -> float:
    if not 0 <= rate <= 1:
        raise FigureError(f"a rate of {rate:g} is none", "give a share between 0 and 1, such as 0.05 for 5 %")
    return 2 * asin(sqrt(rate))

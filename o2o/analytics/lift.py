"""Rates and their ratios with intervals, honest with small numbers."""

from dataclasses import dataclass
from math import exp, sqrt

Z95 = 1.959963984540054
"""Standard deviations either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of successes with its 95 % interval (Wilson's, which holds for small numbers too)."""

    successes: int
    trials: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times as often the exposed convert as the unexposed, with a 95 % interval."""

    exposed: Rate
    unexposed: Rate
    value: float
    low: float
    high: float


def make_rate(successes: int, trials: int, z: float = Z95) -> Rate:
    """Return a rate with its Wilson interval; with no trials it is 0, somewhere between 0 and 1."""
    if not trials:
        return Rate(successes, trials, 0.0, 0.0, 1.0)
    share = successes / trials
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    middle, scale = share + z * z / (2 * trials), 1 + z * z / trials
    low = 0.0 if not successes else (middle - spread) / scale
    high = 1.0 if successes == trials else (middle + spread) / scale
    return Rate(successes, trials, share, low, high)


def make_rate_ratio(exposed: Rate, unexposed: Rate, z: float = Z95) -> RateRatio | None:
    """Return the ratio of two rates with its log (Katz) interval, or None when either has no success yet."""
    if not exposed.successes or not unexposed.successes:
        return None
    ratio = exposed.value / unexposed.value
    variance = sum(1 / rate.successes - 1 / rate.trials for rate in (exposed, unexposed))
    factor = exp(z * sqrt(variance))
    return RateRatio(exposed, unexposed, ratio, ratio / factor, ratio * factor)

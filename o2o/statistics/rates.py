"""Rates and their ratios with intervals, honest with small numbers."""

from dataclasses import dataclass

from o2o.statistics.estimates import LEVEL
from o2o.statistics.intervals import koopman, wilson


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


def make_rate(successes: int, trials: int, level: float = LEVEL) -> Rate:
    """Return a rate with its Wilson interval; with no trials it is 0, somewhere between 0 and 1."""
    rate = wilson(successes, trials, level)
    return Rate(successes, trials, float(rate.value), float(rate.low), float(rate.high))


def make_rate_ratio(exposed: Rate, unexposed: Rate, level: float = LEVEL) -> RateRatio | None:
    """Return the ratio of two rates with Koopman's interval, or None when either has no success yet."""
    if not exposed.successes or not unexposed.successes:
        return None
    ratio = koopman(exposed.successes, exposed.trials, unexposed.successes, unexposed.trials, level)
    return RateRatio(exposed, unexposed, float(ratio.value), float(ratio.low), float(ratio.high))

"""A figure and its doubt, one or thousands at once."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from o2o.errors import O2OError

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

LEVEL = 0.95
"""How often an interval holds the true figure unless something else is asked for."""


class FigureError(O2OError):
    """Numbers that can't be: more successes than trials, a negative count, a level that isn't between 0 and 1."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}; {advice}")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, or an array of them, and the interval that holds the true one as often as ``level`` says."""

    value: Numbers
    low: Numbers
    high: Numbers
    level: float = LEVEL

    def excludes(self, figure: float = 0.0) -> Flags:
        """Tell whether a figure lies outside the interval: for a difference, whether it is more than chance."""
        return np.asarray((self.low > figure) | (self.high < figure))

    def times(self, factor: ArrayLike) -> "Estimate":
        """Return the estimate in another unit; a negative factor turns it over."""
        value, low, high = (number * as_numbers(factor) for number in (self.value, self.low, self.high))
        return Estimate(value, np.minimum(low, high), np.maximum(low, high), self.level)


def as_numbers(given: ArrayLike) -> Numbers:
    """Return numbers as an array of floats."""
    return np.asarray(given, np.float64)


def as_counts(name: str, given: ArrayLike) -> Numbers:
    """Return numbers that count or measure something; raises FigureError where one is negative or missing."""
    numbers = as_numbers(given)
    if not np.all(numbers >= 0):
        raise FigureError(f"{name} must be 0 or more", f"not {np.asarray(numbers[~(numbers >= 0)]).flat[0]:g}")
    return numbers


def as_values(given: ArrayLike) -> Numbers:
    """Return measured values, of which none may be missing; raises FigureError where one is."""
    values = as_numbers(given)
    if not np.all(np.isfinite(values)):
        raise FigureError("a value is missing or endless", "leave its unit out, or count it as 0 if it was")
    return values


def as_trials(successes: ArrayLike, trials: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return successes and trials; raises FigureError where there are more successes than trials."""
    good, tried = np.broadcast_arrays(as_counts("successes", successes), as_counts("trials", trials))
    if np.any(good > tried):
        worst = int(np.argmax(good - tried))
        raise FigureError(f"{good.flat[worst]:g} successes are more than {tried.flat[worst]:g} trials", "count again")
    return good, tried


def normal_quantile(chance: float) -> float:
    """Return the number below which a standard normal one falls with this chance."""
    return NormalDist().inv_cdf(chance)


def tail_of(level: float) -> float:
    """Return the chance that is left outside on either side; raises FigureError where a level is none."""
    if not 0 < level < 1:
        raise FigureError(f"a level of {level:g} is none", "give a number between 0 and 1, such as 0.95")
    return (1 - level) / 2


def spread_of(level: float) -> float:
    """Return how many standard deviations either side hold a share ``level`` of a normal distribution."""
    return normal_quantile(1 - tail_of(level))


def divide(top: Numbers, bottom: Numbers, otherwise: float = 0.0) -> Numbers:
    """Return ``top / bottom``, and ``otherwise`` where the bottom is 0."""
    top, bottom = np.broadcast_arrays(top, bottom)
    found: Numbers = np.divide(top, bottom, out=np.full(top.shape, otherwise), where=bottom != 0)
    return found

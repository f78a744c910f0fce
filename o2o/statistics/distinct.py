"""Which values are alike: among sorted ones, or told without sorting where they are whole numbers near one another."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from o2o.statistics.estimates import Flags, Numbers, Places


def tell_apart(values: Numbers | Places) -> tuple[Any, Places]:
    """Return the distinct values, ascending, and which of them each is."""
    least = values.min(initial=0)
    if values.max(initial=0) - least > 4 * len(values) + 1_000 or (values % 1).any():
        return np.unique(values, return_inverse=True)
    whole = (values - least).astype(np.int64)
    there = np.bincount(whole) > 0
    return np.flatnonzero(there) + least, (np.cumsum(there) - 1)[whole]


def find_firsts(values: NDArray[Any]) -> Flags:
    """Return which of sorted values are the first of their like."""
    firsts = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=firsts[1:])
    return firsts

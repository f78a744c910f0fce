"""Which values are alike, told without sorting where they are whole numbers near one another."""

from typing import Any

import numpy as np

from o2o.statistics.estimates import Numbers, Places


def tell_apart(values: Numbers | Places) -> tuple[Any, Places]:
    """Return the distinct values, ascending, and which of them each is."""
    least = values.min(initial=0)
    if values.max(initial=0) - least > 4 * len(values) + 1_000 or (values % 1).any():
        return np.unique(values, return_inverse=True)
    whole = (values - least).astype(np.int64)
    there = np.bincount(whole) > 0
    return np.flatnonzero(there) + least, (np.cumsum(there) - 1)[whole]

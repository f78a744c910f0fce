"""Many comparisons at once: of a thousand equal signs fifty are 'significant'."""

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import Flags, Numbers, as_counts


def adjust(chances: ArrayLike) -> Numbers:
    """Return p-values as the share of false alarms among all at least as striking: q = min over j >= i of p₍ⱼ₎ m / j.

    Benjamini & Hochberg (1995).
    """
    given = as_counts("chances", chances)
    order = np.argsort(given)
    scaled = given[order] * len(given) / np.arange(1, len(given) + 1)
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1)
    return adjusted


def discover(chances: ArrayLike, false_share: float = 0.05) -> Flags:
    """Tell which differences to believe, so that on average at most such a share of these is none.

    Benjamini & Hochberg (1995).
    """
    return np.asarray(adjust(chances) <= false_share)

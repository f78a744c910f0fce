"""Whether intervals hold the truth as often as they say, judged as strictly as the number of worlds allows."""

import os
from collections.abc import Iterable

import numpy as np

from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson

WORLDS = int(os.environ.get("O2O_WORLDS", "120"))
"""How many worlds are made where each takes its time: 2,000 in ``make truth``."""


def held(found: Estimate, truth: float | np.ndarray) -> np.ndarray:
    """Tell for each world whether its interval holds the truth."""
    return (found.low <= truth) & (truth <= found.high)


def check_coverage(worlds: np.ndarray | Iterable[bool]) -> None:
    """Fail where the 99.9 % interval of the measured coverage lies outside 93 to 97 %."""
    holds = np.asarray(worlds if isinstance(worlds, np.ndarray) else list(worlds), bool)
    measured = wilson(int(holds.sum()), holds.size, 0.999)
    assert measured.high >= 0.93 and measured.low <= 0.97, f"{measured.value:.1%} of {holds.size:,} worlds"

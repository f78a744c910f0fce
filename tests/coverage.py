"""Whether intervals hold the truth as often as they say, judged as strictly as the number of worlds allows."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import wilson

WORLDS = int(os.environ.get("O2O_WORLDS", "120"))
"""How many worlds are made where each takes its time: 2,000 in ``make truth``."""

COVERAGE = 0.93, 0.97
"""Between what a 95 % interval's coverage may lie."""


@dataclass(frozen=True)
class Measured:
    """How often something was so, with its 99.9 % interval, and between what it should be."""

    value: float
    low: float
    high: float
    worlds: int
    band: tuple[float, float]

    @property
    def is_sound(self) -> bool:
        """Whether the interval doesn't lie outside the band: fails only where chance doesn't explain it."""
        return self.high >= self.band[0] and self.low <= self.band[1]

    def __str__(self) -> str:
        return f"{self.value:.1%} of {self.worlds:,} worlds"


def measure(worlds: np.ndarray | Iterable[bool], band: tuple[float, float] = COVERAGE) -> Measured:
    """Measure how often it was so, to be judged by a band."""
    holds = np.asarray(worlds if isinstance(worlds, np.ndarray) else list(worlds), bool)
    found = wilson(int(holds.sum()), holds.size, 0.999)
    return Measured(float(found.value), float(found.low), float(found.high), holds.size, band)


def held(found: Estimate, truth: float | np.ndarray) -> np.ndarray:
    """Tell for each world whether its interval holds the truth."""
    return (found.low <= truth) & (truth <= found.high)


def check_coverage(worlds: np.ndarray | Iterable[bool]) -> None:
    """Fail where the 99.9 % interval of the measured coverage lies outside 93 to 97 %."""
    measured = measure(worlds)
    assert measured.is_sound, str(measured)

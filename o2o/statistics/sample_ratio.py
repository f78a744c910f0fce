"""Whether an A/B test dealt its visitors out as it was told to; if not, nothing it says can be believed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import chi_square_above
from o2o.statistics.estimates import FigureError, as_counts

ALARM = 0.0005
"""Below this chance the ratio is taken as wrong: a false alarm has to be rare, for it ends the experiment."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """How the visitors of arms fit their planned shares: χ² and the chance of one as large by luck."""

    chi_square: float
    chance: float

    @property
    def mismatched(self) -> bool:
        """Whether luck doesn't explain it."""
        return self.chance < ALARM


def check_sample_ratio(counts: ArrayLike, shares: ArrayLike) -> SampleRatio:
    """Return how counts of visitors fit the shares planned for the arms: Σ (n - N s)² / N s on arms - 1 degrees.

    Fabijan et al. (2019).
    """
    found, planned = as_counts("counts", counts), as_counts("shares", shares)
    if found.shape != planned.shape or not planned.all() or found.size < 2:
        raise FigureError("each of two arms or more needs a count and a share above 0", "give one of each for each arm")
    expected = found.sum() * planned / planned.sum()
    square = float(np.sum((found - expected) ** 2 / np.maximum(expected, 1e-300)))
    return SampleRatio(square, float(chi_square_above(square, found.size - 1)))

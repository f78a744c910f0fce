"""How well a printed QR code will scan: how much of its error correction is left, its contrast, its growth.

The grades are those of ISO/IEC 15415 for the two of its parameters that a finished file can show, unused error
correction and symbol contrast; the lowest grade is the code's. ``docs/print.md`` explains them and the score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from o2o.codes.symbol import LEVELS, Symbol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRADES = "ABCDF"
PASSING_GRADES = "ABC"
"""What retail accepts: 1.5 and better."""

_UNUSED_STEPS = (0.62, 0.50, 0.37, 0.25)
_CONTRAST_STEPS = (0.70, 0.55, 0.40, 0.20)
# check codewords that only guard against reading something else (ISO/IEC 18004, table 9)
_GUARDS = {(1, "L"): 3, (1, "M"): 2, (1, "Q"): 1, (1, "H"): 1, (2, "L"): 2, (3, "L"): 1}


@dataclass(frozen=True, slots=True)
class Scannability:
    """Shares: of the error correction that is unused, of reflectance between light and dark, of dark area too much."""

    unused: float
    contrast: float
    growth: float

    @property
    def score(self) -> int:
        """From 0, can't be read, to 100, as it should be."""
        dark = 1 - min(1.0, abs(self.growth))
        return round(100 * max(0.0, self.unused) * min(1.0, self.contrast / _CONTRAST_STEPS[0]) * dark)

    @property
    def grade(self) -> str:
        """The lower of the grades of unused error correction and contrast, A to F."""
        return max(_grade(self.unused, _UNUSED_STEPS), _grade(self.contrast, _CONTRAST_STEPS))


UNREADABLE = Scannability(0.0, 0.0, 0.0)
"""A code that no reader reads."""


def _grade(value: float, steps: Sequence[float]) -> str:
    return GRADES[sum(value < step for step in steps)]


def measure_unused(seen: "Sequence[NDArray[np.bool_]]", symbols: Sequence[Symbol]) -> list[float]:
    """Return the unused error correction of symbols of one version and level, from the modules seen dark.

    It is 1 - 2 errors / capacity of the block with most wrong codewords, and below 0 where that can't be read.
    """
    import numpy as np

    from o2o.codes.linear import blocks_of_codewords, count_checks, modules_of_codewords

    version, level = symbols[0].version, symbols[0].level
    wrong = np.stack(seen) != np.stack([symbol.matrix for symbol in symbols])
    modules = modules_of_codewords(version)
    codewords = wrong.reshape(len(wrong), -1)[:, modules].any(axis=-1)
    blocks = blocks_of_codewords(version, LEVELS[level])
    errors = codewords @ np.eye(blocks.max() + 1, dtype=np.intp)[blocks]
    capacity = count_checks(version, LEVELS[level]) - _GUARDS.get((version, level), 0)
    unused: list[float] = (1 - 2 * errors.max(axis=1) / capacity).tolist()
    return unused

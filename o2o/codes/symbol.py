"""A QR symbol: which modules are dark."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}
"""Error correction levels, weakest first, and their two bits in a symbol (ISO/IEC 18004, table 12)."""

QUIET_ZONE = 4
"""Modules that stay light on each side (ISO/IEC 18004, 9.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A QR symbol without its quiet zone: a square of modules, True is dark."""

    version: int
    mask: int
    level: str
    matrix: "NDArray[np.bool_]"

    @property
    def size(self) -> int:
        """How many modules a side has."""
        return len(self.matrix)

    @property
    def rows(self) -> tuple[tuple[bool, ...], ...]:
        """The modules as plain values, a tuple a row."""
        return tuple(map(tuple, self.matrix.tolist()))

"""QR symbols: which modules are dark; the library ``qrcode`` is the one source of truth."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}
"""Error correction levels and their two bits in a symbol (ISO/IEC 18004, table 12)."""

QUIET_ZONE = 4
"""Modules that stay light on each side (ISO/IEC 18004, 9.1)."""

# The shortest run that gets a segment of its own, qrcode's default first. Six characters are the
# fewest that save more bits in alphanumeric mode than the header of their segment costs.
_SHORTEST_RUNS = (20, 13, 6, 0)


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


def make_symbol(text: str, *, level: str = "M", mask: int | None = None) -> Symbol:
    """Return the smallest symbol of a text, with qrcode's own choice of mask unless one is given."""
    return make_symbols([text], level=level, mask=mask)[0]


def make_symbols(texts: Iterable[str], *, level: str = "M", mask: int | None = None) -> list[Symbol]:
    """Return the smallest symbol of each text that any of qrcode's splittings into segments allows."""
    import numpy as np

    from o2o.codes.bulk import BEST, Rule, fit_versions, make_all

    wanted = list(texts)
    rules = [Rule.checked(level, BEST if mask is None else mask, run) for run in _SHORTEST_RUNS]
    smallest = np.array([fit_versions(wanted, rule) for rule in rules]).argmin(axis=0)
    made: dict[int, Symbol] = {}
    for number, rule in enumerate(rules):
        chosen = np.flatnonzero(smallest == number).tolist()
        made |= zip(chosen, make_all([wanted[place] for place in chosen], rule), strict=True)
    return [made[place] for place in range(len(wanted))]

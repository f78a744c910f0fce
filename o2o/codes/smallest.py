"""The smallest QR symbols that the library ``qrcode`` makes of texts, whatever it splits them into."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from o2o.codes.symbol import LEVELS, Symbol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from o2o.codes.bulk import Rule

# The shortest run that gets a segment of its own, qrcode's default first. Six characters are the
# fewest that save more bits in alphanumeric mode than the header of their segment costs.
_SHORTEST_RUNS = (20, 13, 6, 0)


def make_symbol(text: str, *, level: str = "M", mask: int | None = None, raised: bool = False) -> Symbol:
    """Return the smallest symbol of a text, with qrcode's own choice of mask unless one is given."""
    return make_symbols([text], level=level, mask=mask, raised=raised)[0]


def make_symbols(
    texts: Iterable[str], *, level: str = "M", mask: int | None = None, raised: bool = False
) -> list[Symbol]:
    """Return the smallest symbol of each text that any of qrcode's splittings into segments allows.

    ``raised``: each at the highest level from this one on that takes no larger symbol.
    """
    import numpy as np

    from o2o.codes.bulk import BEST, Rule, make_all

    wanted = list(texts)
    chosen_mask = BEST if mask is None else mask
    least = Rule.checked(level, chosen_mask, 0)
    levels = [least.level, *_levels_above(least.level)] if raised else [least.level]
    rules = [Rule.checked(name, chosen_mask, run) for name in reversed(levels) for run in _SHORTEST_RUNS]
    choice = _choose(wanted, rules)
    made: dict[int, Symbol] = {}
    for number in np.unique(choice).tolist():
        places = np.flatnonzero(choice == number).tolist()
        made |= zip(places, make_all([wanted[place] for place in places], rules[number]), strict=True)
    return [made[place] for place in range(len(wanted))]


def _levels_above(level: str) -> list[str]:
    names = list(LEVELS)
    return names[names.index(level) + 1 :]


def _choose(texts: Sequence[str], rules: "Sequence[Rule]") -> "NDArray[np.intp]":
    """Return the number of the first rule, highest level first, that makes a text no larger than the least level."""
    import numpy as np

    from o2o.codes.bulk import fit_versions

    numbers = list(dict.fromkeys(rule.number for rule in rules))
    versions = fit_versions(texts, _SHORTEST_RUNS, numbers)
    fits = versions == versions[-1].min(axis=0)
    return np.asarray(fits.reshape(len(rules), len(texts)).argmax(axis=0))

"""Which touches met in a path, whatever their order and number: what regressions and probabilities of touches ask."""

from dataclasses import dataclass

import numpy as np

from o2o.attribution.markov import MOST_STATES
from o2o.attribution.paths import Amounts, Paths, sum_by
from o2o.attribution.vocabulary import Places
from o2o.errors import SettingError


@dataclass(frozen=True, slots=True)
class Pairs:
    """Each pair of touches of each set, both ways and each touch with itself.

    ``rows`` are the sets, ``keys`` are first * ``size`` + second, ``places`` where the first stands in the codes.
    """

    rows: Places
    keys: Places
    places: Places
    size: int

    def sum(self, weights: Amounts) -> Amounts:
        """Return the matrix of touches whose cells are the sums of the weights of the sets that hold both."""
        return sum_by(self.keys, weights[self.rows], self.size**2).reshape(self.size, self.size)


def gather_sets(paths: Paths) -> Paths:
    """Return the sets of touches that met, each once, as paths in the order of their numbers."""
    rows, codes = np.divmod(np.unique(paths.path_of * len(paths.touches) + paths.codes), len(paths.touches))
    starts = np.searchsorted(rows, np.arange(len(paths.starts)))
    sets = Paths(paths.touches, codes.astype(np.int32), starts, paths.conversions, paths.values, paths.nulls)
    first, number = np.unique(_name_sets(sets), return_index=True, return_inverse=True)[1:]
    like = first[number]
    sums = (sum_by(like, got, len(like)) for got in (sets.conversions, sets.values, sets.nulls))
    summed = Paths(sets.touches, sets.codes, sets.starts, *sums)
    return summed.select(np.bincount(first, minlength=len(like)) > 0)


def _name_sets(sets: Paths) -> Places:
    """Return a number for each set, the same for those that are the same, by one touch of each after another."""
    names = np.zeros(len(sets.starts) - 1, np.int64)
    going, place, end = np.arange(len(names)), 0, 1
    while len(going):
        keys = names[going] * len(sets.touches) + sets.codes[sets.starts[going] + place]
        found, number = np.unique(keys, return_inverse=True)
        names[going] = end + number  # beyond the names of sets that ended before
        place, end = place + 1, end + len(found)
        going = going[sets.lengths[going] > place]
    return names


def pair_touches(sets: Paths, model: str) -> Pairs:
    """Return the pairs of touches in sets; raises SettingError where there are too many touches for a matrix."""
    size = len(sets.touches)
    if size > MOST_STATES:
        advice = f"give up to {MOST_STATES:,}: categories or places in place of single touchpoints"
        raise SettingError("model", model, f"{size:,} touches are too many for it", advice)
    lengths = sets.lengths
    places = np.repeat(np.arange(len(sets.codes)), np.repeat(lengths, lengths))
    rows = np.repeat(np.arange(len(lengths)), lengths**2)
    begins = np.cumsum(lengths**2) - lengths**2
    nth = np.arange(len(rows)) - begins[rows]
    others = sets.codes[sets.starts[rows] + nth % lengths[rows]]
    return Pairs(rows, sets.codes[places] * np.int64(size) + others, places, size)

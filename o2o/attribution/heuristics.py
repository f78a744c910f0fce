"""Rules that share a path's credit out among its touches by where they stand.

Each returns the share of each place in the paths. The shares of a path sum to 1 (in participation they don't: there
each touch gets all of it).
"""

from collections.abc import Sequence

import numpy as np

from o2o.attribution.paths import Amounts, Paths
from o2o.attribution.vocabulary import Places

U_SHAPE = (40.0, 20.0, 40.0)
"""The weights of position where none are given: first, those between, last."""

_MOST_CELLS = 1 << 24
"""In a table of so many cells, by path and touch, looking where a touch stands first is faster than sorting."""


def share_first(paths: Paths) -> Amounts:
    """Give all to the first touch: share(i) = [i = 1]."""
    return _all_to(paths, paths.starts[:-1])


def share_last(paths: Paths) -> Amounts:
    """Give all to the last touch: share(i) = [i = n]."""
    return _all_to(paths, paths.starts[1:] - 1)


def share_last_other(paths: Paths, touch: str) -> Amounts:
    """Give all to the last touch that isn't ``touch``; to the last one where the path has no other."""
    if touch not in paths.touches:
        return share_last(paths)
    others = np.flatnonzero(paths.codes != paths.touches.index(touch))
    last = np.searchsorted(others, paths.starts[1:]) - 1
    found = np.append(others, -1)[last]  # -1 where none of the path or of those before it is another
    return _all_to(paths, np.where(found >= paths.starts[:-1], found, paths.starts[1:] - 1))


def share_linear(paths: Paths) -> Amounts:
    """Give each place the same: share(i) = 1 / n. A touch that comes twice has two places."""
    return (1 / paths.lengths).take(paths.path_of)


def share_by_position(paths: Paths, weights: Sequence[float] = U_SHAPE) -> Amounts:
    """Give weights to the first, the last, and perhaps the middle touch, and others to those between.

    Three weights are of first, between and last; five of first, between, middle, between and last, so that the W shape
    is (30, 5, 30, 5, 30). Touches between the same two share their weight; where none stand there, or nothing, the
    other weights grow in proportion, so that two touches of a U shape get half each.
    """
    lengths = paths.lengths
    parts = np.zeros(len(paths.codes), np.int64)
    place = np.arange(len(paths.codes)) - np.repeat(paths.starts[:-1], lengths)
    back = np.repeat(lengths, lengths) - 1 - place
    last = len(weights) - 1
    if last == 2:
        parts[:] = 1
    else:
        parts = 2 + np.sign(np.where(abs(place - back) <= 1, 0, place - back))
    parts[back == 0], parts[place == 0] = last, 0
    return _share_parts(paths, parts, np.asarray(weights, np.float64))


def share_distinct(paths: Paths) -> Amounts:
    """Give all to each touch of the path, once: what it took part in (participation)."""
    return _first_places(paths).astype(np.float64)


def share_equally(paths: Paths) -> Amounts:
    """Give each distinct touch of the path the same, at the first place where it stands."""
    first = _first_places(paths)
    again = np.bincount(paths.path_of[~first], minlength=len(paths.lengths))
    shares: Amounts = (1 / (paths.lengths - again)).take(paths.path_of) * first
    return shares


def _all_to(paths: Paths, places: Places) -> Amounts:
    shares = np.zeros(len(paths.codes))
    shares[places] = 1
    return shares


def _share_parts(paths: Paths, parts: Places, weights: Amounts) -> Amounts:
    """Share each part's weight among its places, and make the sum of each path 1."""
    rows = paths.path_of
    keys = rows * len(weights) + parts
    sizes = np.bincount(keys, minlength=len(weights) * (len(paths.starts) - 1))
    shares = weights[parts] / sizes[keys]
    sums = np.bincount(rows, shares, len(paths.starts) - 1)
    linear = share_linear(paths)
    np.divide(shares, sums[rows], out=linear, where=sums[rows] > 0)
    return linear


def _first_places(paths: Paths) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell of each place whether its touch stands there for the first time in its path."""
    keys = paths.path_of * len(paths.touches) + paths.codes
    if (cells := len(paths.lengths) * len(paths.touches)) <= _MOST_CELLS:
        places = np.arange(len(keys), dtype=np.int32)
        first_at = np.empty(cells, np.int32)
        first_at[keys[::-1]] = places[::-1]  # of places of the same key the last one written stays
        return np.equal(first_at.take(keys), places)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.ones(len(keys), np.bool_)
    first[order[1:]] = ordered[1:] != ordered[:-1]
    return first

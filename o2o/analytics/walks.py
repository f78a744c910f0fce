"""Journeys as columns: those that led to an order, and those that led to nothing, cut out of all scans in memory.

Those that led to nothing are as ``attribution/models.idle_touches`` makes them, several times as fast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from o2o.analytics.retention_days import Signs
from o2o.analytics.scan_order import order_scans
from o2o.attribution.journeys import Journeys
from o2o.attribution.parts import name_keys, read_columns
from o2o.statistics.distinct import find_firsts
from o2o.statistics.estimates import Numbers, Places

_PATHS = "conversion", "key", "conversions", "value"


class _Scans(NamedTuple):
    person: Places
    at: Places
    scan: Places
    mark: Places


@dataclass(frozen=True, slots=True)
class Walks:
    """Journeys of touches without repeats, ``codes[starts[i] : starts[i + 1]]``: places in ``keys``, which are sorted.

    ``orders``, ``nothing`` and ``revenue`` are of each journey; ``begun`` is when those that led to nothing began.
    """

    keys: tuple[str, ...]
    codes: Places
    starts: Places
    orders: Numbers
    nothing: Numbers
    revenue: Numbers
    begun: Places

    @classmethod
    def read(cls, journeys: Journeys) -> Self:
        """Read the journeys that are gathered, under the keys of their level."""
        touches, signs = name_keys(journeys), Signs.read(journeys, journeys.parameters["by"])
        conversion, key, *brought = read_columns(journeys, "attribution/models.paths", _PATHS)
        firsts = np.flatnonzero(find_firsts(conversion))
        journeys.keep_later_touches()
        scans = _Scans(*read_columns(journeys, "analytics/paths.idle", _Scans._fields))
        codes, starts, begun = _cut(scans, journeys.parameters["window"], signs)
        keys = sorted({*signs.keys, *touches})
        codes = np.concatenate((_renumber(touches, keys)[key], _renumber(signs.keys, keys)[codes]))
        lost = np.repeat([0.0, 1.0], [len(firsts), len(starts)])
        orders, revenue = (_fill(np.maximum(amounts[firsts], 0), lost) for amounts in brought)
        starts = np.concatenate((firsts, starts + len(key), [len(codes)]))
        return cls(tuple(keys), codes, starts, orders, lost, revenue, begun)


def _renumber(names: Sequence[str], keys: Sequence[str]) -> Places:
    """Return the places among keys of each of their names."""
    place = {key: number for number, key in enumerate(keys)}
    return np.array([place[name] for name in names], np.int64)


def _fill(values: Numbers | Places, lost: Numbers) -> Numbers:
    filled = np.zeros(len(lost))
    filled[: len(values)] = values
    return filled


def _cut(scans: _Scans, window: int, signs: Signs) -> tuple[Places, Places, Places]:
    """Return the codes of journeys of one person with no gap over a window, where each starts, and when it began."""
    order = order_scans(scans.person, scans.at, scans.scan)
    person, at, mark = (column[order] for column in (scans.person, scans.at, scans.mark))
    begins = np.ones(len(at), bool)
    begins[1:] = (person[1:] != person[:-1]) | (at[1:] - at[:-1] > window)
    codes = signs.find(mark, at)
    kept = begins.copy()
    kept[1:] |= codes[1:] != codes[:-1]
    return codes[kept], np.flatnonzero(begins[kept]), at[begins]

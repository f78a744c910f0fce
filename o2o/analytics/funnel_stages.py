"""Who reached a step of the funnel when, as sorted columns: faster than an engine's sums over as many rows as scans."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from o2o.analytics.scan_order import order_scans
from o2o.statistics.distinct import find_firsts
from o2o.statistics.estimates import Numbers, Places


@dataclass(frozen=True, slots=True)
class Acts:
    """What units did, by unit and time."""

    units: Places
    at: Places

    @classmethod
    def of(cls, units: Places, at: Places) -> Self:
        """Sort acts."""
        order = order_scans(units, at, np.arange(len(at)))
        return cls(units[order], at[order])

    def once(self) -> "Acts":
        """Return those of one unit in one millisecond as one."""
        known = find_firsts(self.units) | find_firsts(self.at)
        return Acts(self.units[known], self.at[known])

    def repeated(self, times: int, since: int, until: int) -> "Acts":
        """Return the first act in a period of each unit that did so much in it."""
        within = np.flatnonzero((self.at >= since) & (self.at < until))
        units, at = self.units[within], self.at[within]
        starts = np.flatnonzero(find_firsts(units))
        often = starts[np.diff(starts, append=len(units)) >= times]
        return Acts(units[often], at[often])


@dataclass(frozen=True, slots=True)
class Stage:
    """The times at which units reached a step by each key: rows by unit, number of the key, and time.

    ``starts`` is where the rows of each unit and key begin, ``units_at`` where each unit begins among these, and both
    at last where they end.
    """

    at: Places
    units: Places
    codes: Places
    starts: Places
    units_at: Places

    @classmethod
    def of(cls, units: Places, codes: Places, at: Places) -> Self:
        """Sort who reached a step."""
        order = _sort(units, codes, at)
        units, codes, at = units[order], codes[order], at[order]
        starts = np.flatnonzero(find_firsts(units) | find_firsts(codes))
        units, codes = units[starts], codes[starts]
        units_at = np.append(np.flatnonzero(find_firsts(units)), len(units))
        return cls(at, units, codes, np.append(starts, len(at)), units_at)

    @property
    def firsts(self) -> Places:
        """When each unit first reached the step by each key."""
        return self.at[self.starts[:-1]]

    @property
    def in_all(self) -> "Stage":
        """When each unit first reached the step by whatever key, which is 0."""
        people = self.units_at[:-1]
        at = np.minimum.reduceat(self.firsts, people) if len(people) else people
        every = np.arange(len(people) + 1)
        return Stage(at, self.units[people], np.zeros(len(people), np.int64), every, every)

    def follow(self, acts: Acts, window: int, later: int) -> "Stage":
        """Return who did something at most a window after, and at least so much later than, reaching this step."""
        group, act = self._pair(acts)
        limit = acts.at[act] - later
        row = self._find_last(group, limit)
        hit = (self.at[row] <= limit) & (self.at[row] >= acts.at[act] - window)
        group, act = group[hit], act[hit]
        return Stage.of(self.units[group], self.codes[group], acts.at[act])

    def meet(self, acts: Acts) -> "Stage":
        """Return who did something at all."""
        group, act = self._pair(acts)
        return Stage.of(self.units[group], self.codes[group], acts.at[act])

    def count(self, many: int) -> Places:
        """Return how many units reached the step by each of so many keys."""
        return np.bincount(self.codes, minlength=many)

    def medians_since(self, before: "Stage", many: int) -> Numbers:
        """Return the median time by key since units had first reached the step before."""
        took = self.firsts - before.firsts[before.locate(self.units, self.codes, many)]
        counts = self.count(many)
        took = took[np.lexsort((took, self.codes))]
        ends = np.cumsum(counts)
        low, high = (np.minimum(ends - counts + middle, len(took) - 1) for middle in ((counts - 1) // 2, counts // 2))
        return np.asarray((took[low] + took[high]) / 2) if len(took) else np.zeros(many)

    def locate(self, units: Places, codes: Places, many: int) -> Places:
        """Return the places of units and keys that are all among these."""
        return np.asarray(np.searchsorted(self.units * many + self.codes, units * many + codes))

    def _pair(self, acts: Acts) -> tuple[Places, Places]:
        """Return each act with each key by which its unit reached this step."""
        people = self.units[self.units_at[:-1]]
        if not len(people):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        place = np.minimum(np.searchsorted(people, acts.units), len(people) - 1)
        act = np.flatnonzero(people[place] == acts.units)
        first, end = self.units_at[place[act]], self.units_at[place[act] + 1]
        keys = end - first
        within = np.arange(keys.sum()) - np.repeat(np.cumsum(keys) - keys, keys)
        return np.repeat(first, keys) + within, np.repeat(act, keys)

    def _find_last(self, group: Places, limit: Places) -> Places:
        """Return the last row of each group up to a time, else its first: by halves, as most groups are of one row."""
        low, high = self.starts[group], self.starts[group + 1]
        wide = np.flatnonzero(high - low > 1)
        while len(wide):
            middle = (low[wide] + high[wide]) // 2
            early = self.at[middle] <= limit[wide]
            low[wide[early]] = middle[early]
            high[wide[~early]] = middle[~early]
            wide = wide[high[wide] - low[wide] > 1]
        return low


def _sort(units: Places, codes: Places, at: Places) -> Places:
    """Return the order by unit, code and time; where these fit into one number, that is sorted."""
    rows = len(units)
    if not rows:
        return np.zeros(0, np.int64)
    units, at = units - units.min(), at - at.min()
    span, many = int(at.max()) + 1, int(codes.max()) + 1
    if (int(units.max()) + 1) * max(span, many * rows) >= 1 << 62:
        return np.lexsort((at, codes, units))
    order = np.argsort(units * span + at, kind="stable")  # an index gives long rows of them in order
    packed = (units[order] * many + codes[order]) * rows + np.arange(rows)
    packed.sort()
    return np.asarray(order[packed % rows])

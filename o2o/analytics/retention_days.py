"""Who came on which day for what, and who came back, as arrays in the order of units: what retention counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from o2o.analytics.people import key_of
from o2o.analytics.unit_days import Days, UnitDays, split_days
from o2o.attribution.journeys import OTHER, Journeys
from o2o.attribution.question import Level
from o2o.db import load_query
from o2o.statistics.distinct import find_firsts
from o2o.statistics.estimates import Flags, Places
from o2o.times import DAY

NEVER = -(1 << 30)
"""The day on which a unit came that didn't."""


class Scans(NamedTuple):
    """Scans: the unit and the day in one number, when on that day and which in another, and of which touchpoint."""

    unit_day: Places
    moment: Places
    mark: Places


@dataclass(frozen=True, slots=True)
class Signs:
    """By which of the keys each touchpoint goes, from when on: ``spans`` number these pairs, ascending."""

    keys: Sequence[str]
    marks: Places
    times: Places
    spans: Places
    codes: Places

    @classmethod
    def read(cls, journeys: Journeys, level: Level) -> Self:
        """Ask what each touchpoint stands for, whenever that may have changed."""
        keyed = load_query(key_of(level), placed=load_query("analytics/people.stands"))
        rows = journeys.engine.rows(keyed, journeys.parameters | {"by": level})
        found = [(0, 0, OTHER), *((row["conversion"], row["scanned_at"], row["key"]) for row in rows)]
        found.sort()
        mark, at = (np.array([row[column] for row in found]) for column in (0, 1))
        keys, codes = np.unique([row[2] for row in found], return_inverse=True)
        kept = find_firsts(mark) | find_firsts(codes)
        marks, which = np.unique(mark[kept], return_inverse=True)
        times, when = np.unique(at[kept], return_inverse=True)
        return cls(keys.tolist(), marks, times, which * len(times) + when, codes[kept])

    def find(self, marks: Places, at: Places) -> Places:
        """Return the numbers of the keys by which touchpoints went at a time."""
        if not len(at):
            return np.zeros(0, np.int64)
        first, last = (self._locate(np.arange(len(self.marks)), end) for end in (at.min(), at.max()))
        place = np.zeros(int(self.marks[-1]) + 1, np.int64)
        place[self.marks] = np.arange(len(self.marks))
        which = place[marks]
        codes = self.codes[first][which]
        rows = np.flatnonzero((first != last)[which])  # most touchpoints stand for the same all the time
        codes[rows] = self.codes[self._locate(which[rows], at[rows])]
        return np.asarray(codes)

    def _locate(self, which: Places, at: Places) -> Places:
        """Return the spans of touchpoints at a time."""
        when = np.searchsorted(self.times, at, "right") - 1
        return np.asarray(np.searchsorted(self.spans, which * len(self.times) + when, "right") - 1)


@dataclass(frozen=True, slots=True)
class Entries:
    """When units first scanned, and what: ``scans`` of them by ``places`` of units, with their ``days``."""

    scans: Scans
    places: Places
    days: Days

    @classmethod
    def of(cls, scans: Scans, came: UnitDays) -> Self:
        """Find whose scans these are."""
        units, days = split_days(scans.unit_day)
        return cls(scans, came.locate(units), days)

    def find(self, entered: Days, signs: Signs, scans: int) -> Places:
        """Return by which key units came on their day: of two scans at once that of the one imported first."""
        rows = np.flatnonzero(entered[self.places] == self.days)
        places, moments = self.places[rows], self.scans.moment[rows]
        first = np.full(len(entered), np.iinfo(np.int64).max)
        np.minimum.at(first, places, moments)
        rows = rows[moments == first[places]]
        codes = np.zeros(len(entered), np.int64)
        at = self.scans.moment[rows] // scans + (self.days[rows].astype(np.int64) - 1) * DAY
        codes[self.places[rows]] = signs.find(self.scans.mark[rows], at)
        return codes


@dataclass(frozen=True, slots=True)
class Returns:
    """On which days units that came did what counts as coming back, in the order of units and days."""

    places: Places
    days: Days

    @classmethod
    def of(cls, came: UnitDays, back: UnitDays) -> Self:
        """Leave out who never came."""
        if back is came:
            return cls(came.places, came.days)
        places, known = came.find(back.units)
        kept = np.repeat(known, back.counts)
        return cls(np.repeat(places, back.counts)[kept], back.days[kept])

    def after(self, entered: Days, ages: Sequence[int], *, or_later: bool) -> Iterator[Flags]:
        """Yield for each age which units came back so many days after theirs, or later."""
        gaps = self.days - entered[self.places]
        for age in ages:
            back = np.zeros(len(entered), bool)
            back[self.places[gaps >= age if or_later else gaps == age]] = True
            yield back


def find_entries(came: UnitDays, since: int, until: int) -> tuple[Days, Days]:
    """Return on which day of a period each unit came for the first time of all, and on which as a regular."""
    first, ends = came.first, came.starts[1:]
    rows = came.starts[:-1] + np.maximum(came.count_before(since), 1)
    later = came.days[np.minimum(rows, len(came.days) - 1)]
    return (
        np.where((first >= since) & (first < until), first, NEVER),
        np.where((rows < ends) & (later < until), later, NEVER),
    )

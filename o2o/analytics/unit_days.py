"""On which local days units of analysis did something, sorted out in memory: faster than an engine's sums over them.

A unit's number times 1,048,576 and that of the day since 1970 are one number, which sorts by unit and day.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from o2o.attribution.journeys import Journeys
from o2o.attribution.parts import read_columns
from o2o.statistics.distinct import find_firsts
from o2o.statistics.estimates import Flags, Places

Days = NDArray[np.int32]
_DAY_BITS = 20  # times go up to the year 3000
_NOBODY = np.iinfo(np.int64).max


class Orders(NamedTuple):
    """Orders: the unit and the day in one number, ascending, and what each is worth."""

    unit_day: Places
    amount: Places

    @classmethod
    def read(cls, journeys: Journeys) -> Self:
        """Read the orders of everybody; units that ascend are found among others in a third of the time."""
        found = read_columns(journeys, "analytics/unit_days.orders", cls._fields)
        order = np.argsort(found[0])
        return cls(*(column[order] for column in found))


@dataclass(frozen=True, slots=True)
class UnitDays:
    """Units, ascending, and the days of each, ascending and each once: ``days[starts[i] : starts[i + 1]]``."""

    units: Places
    starts: Places
    days: Days

    @classmethod
    def of(cls, *parts: Places) -> Self:
        """Sort numbers of units and days."""
        numbers = np.concatenate(parts)
        numbers.sort()
        numbers = numbers[find_firsts(numbers)]
        units, days = split_days(numbers)
        starts = np.flatnonzero(find_firsts(units))
        return cls(units[starts], np.append(starts, len(days)), days)

    @property
    def numbers(self) -> Places:
        """The numbers of units and days."""
        return (np.repeat(self.units, self.counts) << _DAY_BITS) | self.days

    @property
    def counts(self) -> Places:
        """On how many days each unit did something."""
        return np.diff(self.starts)

    @property
    def first(self) -> Days:
        """The first day of each unit."""
        return self.days[self.starts[:-1]]

    @property
    def last(self) -> Days:
        """The last day of each unit."""
        return self.days[self.starts[1:] - 1]

    @property
    def places(self) -> Places:
        """Of each day which of the units it is of."""
        return np.repeat(np.arange(len(self.units)), self.counts)

    def count_before(self, day: int) -> Places:
        """Return how many days of each unit are before a day."""
        before = np.append(0, np.cumsum(self.days < day))
        return np.asarray(before[self.starts[1:]] - before[self.starts[:-1]])

    def find(self, units: Places) -> tuple[Places, Flags]:
        """Return where units are among these, and whether they are."""
        places = np.searchsorted(self.units, units)
        return places, np.append(self.units, _NOBODY)[places] == units

    def locate(self, units: Places) -> Places:
        """Return where units are that all are among these, in any order: as fast as memory is."""
        if not len(units):
            return units
        table = np.empty(int(self.units[-1] - self.units[0]) + 1, np.int32)
        table[self.units - self.units[0]] = np.arange(len(self.units), dtype=np.int32)
        return np.asarray(table[units - self.units[0]])


def split_days(numbers: Places) -> tuple[Places, Days]:
    """Return the units and the days of their numbers."""
    return numbers >> _DAY_BITS, (numbers & ((1 << _DAY_BITS) - 1)).astype(np.int32)

"""Worlds of which the truth is known: people who meet signs, and signs that make them buy, in any size, by a seed.

Each sign is met independently of all others, so that the purchase rate of those who met it over that of those who
didn't is, but for chance, the multiplier that was planted.
"""

from dataclasses import dataclass

import numpy as np

from o2o.attribution.parts import Conversions, Later, Parts, Scans, Touches
from o2o.attribution.vocabulary import Places
from o2o.times import DAY

ENTRANCE = "entrance"
"""The sign that everybody meets and that does nothing."""

_SPAN = 20 * DAY
_END = 21 * DAY


@dataclass(frozen=True, slots=True)
class Planted:
    """What is planted: by how much each sign multiplies the chance to buy, and how many of the people meet it."""

    multipliers: tuple[float, ...] = (1.0, 1.5, 0.8, 2.0, 1.2, 3.0)
    met: tuple[float, ...] = (0.3, 0.3, 0.4, 0.2, 0.5, 0.1)
    base: float = 0.05
    again: float = 0.5
    """How many more times a sign that was met is scanned, on average."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the signs, the entrance last."""
        return (*(f"sign {number}" for number in range(len(self.multipliers))), ENTRANCE)


@dataclass(frozen=True, slots=True)
class Shoppers:
    """People of a world: which signs each met, whether he bought and for how much, and all scans."""

    planted: Planted
    met: Places
    bought: Places
    amount: Places
    scans: Scans

    def counts_of(self, sign: int) -> tuple[int, int, int, int]:
        """Return buyers and people who met a sign, and buyers and people who didn't."""
        met = self.met[:, sign] > 0
        return int(self.bought[met].sum()), int(met.sum()), int(self.bought[~met].sum()), int((~met).sum())

    def make_parts(self) -> Parts:
        """Return what the journeys of these people are made of, as if read from a shop's file."""
        scans, buyers = self.scans, np.flatnonzero(self.bought)
        at = np.full(len(buyers), _END)
        ones = np.ones(len(buyers), np.int64)
        conversions = Conversions(buyers, at, ones, self.amount[buyers], ones, buyers + 1)
        shared = np.flatnonzero(self.bought[scans.person - 1])
        person, when = scans.person[shared], scans.scanned_at[shared]
        place = np.searchsorted(buyers, person - 1)
        touches = Touches(
            place, scans.scan[shared], when, scans.key[shared], np.full(len(shared), 2), person, _END - when
        )
        nothing = np.zeros(0, np.int64)
        return Parts(self.planted.keys, conversions, touches, scans, Later(nothing, nothing, nothing), 1 << 62)


def draw_shoppers(planted: Planted, people: int, random: np.random.Generator) -> Shoppers:
    """Draw people of a world."""
    met = (random.random((people, len(planted.met))) < planted.met).astype(np.int64)
    chances = planted.base * np.prod(np.where(met > 0, planted.multipliers, 1.0), axis=1)
    bought = (random.random(people) < chances).astype(np.int64)
    amount = bought * np.round(100 * random.lognormal(4, 0.6, people)).astype(np.int64)
    times = np.hstack((met * (1 + random.poisson(planted.again, met.shape)), np.ones((people, 1), np.int64)))
    person, key = (np.repeat(part.ravel(), times.ravel()) for part in np.indices(times.shape))
    at = random.integers(0, _SPAN, len(person))
    order = np.lexsort((at, person))
    scans = Scans(person[order] + 1, np.arange(1, len(person) + 1), at[order], key[order])
    return Shoppers(planted, met, bought, amount, scans)

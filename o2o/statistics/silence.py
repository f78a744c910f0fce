"""Signs that have fallen silent, and signs that are scanned too much, by what each is used to.

A sign's scans are counted by exposure. The best one is what its neighbours were scanned meanwhile: on a rainy Monday,
or when the shop was closed, all were silent, and nothing is wrong with one. Where it has no neighbours, take days, and
a kind of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import beta_below
from o2o.statistics.estimates import FigureError, Numbers, Places, as_counts, as_numbers, divide
from o2o.statistics.shrinkage import fit_gamma

MORTALITY = 0.2
"""The chance of a sign to be gone by the end of the time it is watched, before one looks at it."""
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Watch:
    """What signs are used to, and what they did since.

    ``scans`` and ``exposure`` before, ``recent`` scans and their ``window`` in the same unit of exposure since. For
    silence the window begins with the last scan. ``kind`` numbers what is alike (a carrier, perhaps in a store):
    a sign with little history of its own is taken for one of its kind.
    """

    scans: Numbers
    exposure: Numbers
    recent: Numbers
    window: Numbers
    kind: Places

    def __post_init__(self) -> None:
        if len({len(part) for part in (self.scans, self.exposure, self.recent, self.window, self.kind)}) != 1:
            raise FigureError("columns of signs differ in length", "give each sign a number in each")


@dataclass(frozen=True, slots=True)
class Habits:
    """The gamma distribution of each sign's scans by exposure: shape over rate is what to expect."""

    shape: Numbers
    rate: Numbers

    @property
    def expected(self) -> Numbers:
        """Scans by exposure."""
        return self.shape / self.rate


@dataclass(frozen=True, slots=True)
class Silences:
    """How likely each sign's silence is if it is well, how likely it is dead, and what that costs.

    ``loss`` is in scans by exposure, or in what ``worth`` gives them; ``order`` begins with the largest.
    """

    chance: Numbers
    dead: Numbers
    loss: Numbers
    order: Places


def learn_habits(watch: Watch, together: float = 1.0) -> Habits:
    """Return what each sign is used to: its own scans, and those of its kind where these are few.

    Gamma(a + n, b + t), a and b of the likeliest gamma-Poisson distribution of its kind, or of all where the kind has
    fewer than five signs. ``together`` is how many scans come at a time (a family's count as one event).
    """
    events, exposure = as_counts("scans", watch.scans) / together, as_counts("exposure", watch.exposure)
    shape, rate = np.empty_like(events), np.empty_like(events)
    sizes, watched = np.bincount(watch.kind), np.bincount(watch.kind, exposure)
    groups = np.where((sizes[watch.kind] >= _FEWEST) & (watched[watch.kind] > 0), watch.kind, -1)
    for group in np.unique(groups):
        own = groups == group
        prior = fit_gamma(events, exposure) if group < 0 else fit_gamma(events[own], exposure[own])
        shape[own], rate[own] = events[own] + prior.mean * prior.weight, exposure[own] + prior.weight
    return Habits(shape, rate)


def find_silences(watch: Watch, worth: ArrayLike = 1.0, together: float = 1.0) -> Silences:
    """Return how likely signs are dead, and rank them by what is lost: a list to walk and re-print.

    The chance of no scan in a window w is (r / (r + w))ˢ for habits Gamma(s, r); then
    P(dead) = π / (π + (1-π) · chance) where there was none. π is the chance to have died just then: a fifth of the
    window's part of the time watched, so that what was scanned an hour ago isn't presumed dead.
    Loss = P(dead) · expected scans by exposure · worth: give as worth the exposure of a day (with neighbours, their
    scans a day, or a large store's signs look no dearer than a small one's) times what a scan brings.
    Gamma-Poisson: Greenwood & Yule (1920); the question is that of Fader, Hardie & Lee (2005), "still alive?".
    """
    habits = learn_habits(watch, together)
    window = as_counts("window", watch.window)
    chance = np.exp(habits.shape * (np.log(habits.rate) - np.log(habits.rate + window)))
    silent = np.where(as_counts("recent", watch.recent) > 0, 0.0, 1.0)
    died = MORTALITY * divide(window, as_counts("exposure", watch.exposure) + window)
    dead = silent * divide(died, died + (1 - died) * chance)
    loss = np.asarray(dead * habits.expected * together * as_counts("worth", worth))
    return Silences(np.where(silent > 0, chance, 1.0), dead, loss, np.argsort(-loss, kind="stable"))


def chance_of_burst(watch: Watch, together: float = 1.0) -> Numbers:
    """Return the chance of as many recent scans or more, by what each sign is used to.

    The tail of the negative binomial: I(w / (r + w); x, s). Put it through ``discoveries.discover``: of thousands of
    signs some always look odd.
    """
    habits = learn_habits(watch, together)
    window, recent = as_counts("window", watch.window), np.ceil(as_counts("recent", watch.recent) / together)
    reach = np.asarray(window / (habits.rate + window))
    return np.where(recent > 0, beta_below(reach, np.maximum(recent, 1), habits.shape), 1.0)


def traffic_between(days: ArrayLike, group: Places, start: Places, end: Places) -> Numbers:
    """Return what groups were scanned from a day to before another: exposure for their members.

    ``days`` are scans as (groups, days). Take off a sign's own scans, or a large one hides its own silence.
    """
    so_far = np.cumsum(np.pad(as_numbers(days), ((0, 0), (1, 0))), axis=1)
    return np.asarray(so_far[group, end] - so_far[group, start])

"""Signs that have fallen silent, and signs that are scanned too much, by what each is used to.

A sign's scans are counted by exposure. The best one is what its neighbours were scanned meanwhile: on a rainy Monday,
or when the shop was closed, all were silent, and nothing is wrong with one. Where it has no neighbours, take days, and
a kind of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import beta_below
from o2o.statistics.estimates import FigureError, Flags, Numbers, Places, as_counts, as_numbers, divide
from o2o.statistics.shrinkage import fit_gamma

MORTALITY = 0.2
"""The chance of a sign to be gone by the end of the time it is watched, before one looks at any."""
_KNOWN = 10
"""How many signs that is worth."""
_TURNS = 6
_INSTANT = 1e-12
_FEWEST = 5
_FEWEST_DAYS = 7


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

    def without(self, events: Numbers, windows: Numbers) -> "Habits":
        """Return for each of several windows the habits by all else: both as (signs, windows), and counted in these."""
        shape, rate = self.shape[:, None] - events, self.rate[:, None] - windows
        return Habits(np.maximum(shape, _INSTANT), np.maximum(rate, _INSTANT))

    def chance_of(self, events: Numbers, window: Numbers, spread: ArrayLike = 1.0) -> Numbers:
        """Return the chance of as many scans or more in an exposure: I(w / (r + w); x, s).

        ``spread`` is how many times the variance of such windows is that of chance alone (quasi-likelihood).
        """
        reach, seen = np.asarray(window / (self.rate + window)), np.ceil(events / as_numbers(spread))
        return np.where(seen > 0, beta_below(reach, np.maximum(seen, 1), self.shape / as_numbers(spread)), 1.0)


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
    fewer than five signs or no scan. ``together`` is how many scans come at a time (a family's count as one event).
    """
    events, exposure = as_counts("scans", watch.scans) / together, as_counts("exposure", watch.exposure)
    shape, rate = np.empty_like(events), np.empty_like(events)
    sizes, scanned = np.bincount(watch.kind), np.bincount(watch.kind, events)
    known = scanned[watch.kind] > 0 if scanned.any() else np.ones(len(events), bool)
    groups = np.where((sizes[watch.kind] >= _FEWEST) & known, watch.kind, -1)
    for group in np.unique(groups):
        own = groups == group
        alike = known if group < 0 else own
        prior = fit_gamma(events[alike], exposure[alike])
        shape[own], rate[own] = events[own] + prior.mean * prior.weight, exposure[own] + prior.weight
    return Habits(shape, rate)


def find_silences(watch: Watch, worth: ArrayLike = 1.0, together: float = 1.0) -> Silences:
    """Return how likely signs are dead, and rank them by what is lost: a list to walk and re-print.

    A sign is dead with probability π, since some instant of its exposure T, any equally likely; else it is well. With
    a rate of its own from Gamma(a, b) and n scans up to an exposure t the odds of death are
    π/T ∫(b+τ)⁻ˢ dτ from t to T, to (1-π) (b+T)⁻ˢ, s = a + n. π, a and b are learnt from all signs, of which some may be
    dead. ``chance`` is that of no scan since t of a sign that is well, ((b+t) / (b+T))ˢ.
    Loss is the expected scans by exposure that don't come, times worth: give as worth the exposure of a day (with
    neighbours, their scans a day, or a large store's signs look no dearer than a small one's) times what a scan brings.
    Gamma-Poisson: Greenwood & Yule (1920); death at any instant: Schmittlein, Morrison & Colombo (1987), "Counting
    your customers", in which it is customers who fall silent.
    """
    lives = _learn_lives(watch, together)
    silent = lives.silent
    chance = np.where(silent, np.exp(-lives.shape * lives.length), 1.0)
    lost = lives.dead * lives.shape * np.exp(lives.tail(1) - lives.tail(0))
    loss = np.asarray(lost * together * as_counts("worth", worth))
    return Silences(chance, lives.dead, loss, np.argsort(-loss, kind="stable"))


@dataclass(frozen=True, slots=True)
class _Lives:
    """Each sign's habits Gamma(shape, rate) with its scans counted, up to its last scan and to the end of its watch.

    ``until`` and ``end`` are b + t and b + T; ``mortality`` is π.
    """

    shape: Numbers
    until: Numbers
    end: Numbers
    watched: Numbers
    silent: Flags
    mortality: float

    @property
    def length(self) -> Numbers:
        """How long the silence is, on the scale on which its chance falls: ln (b+T) / (b+t)."""
        return np.asarray(np.maximum(np.log(self.end) - np.log(self.until), _INSTANT))

    def tail(self, power: int) -> Numbers:
        """Return the logarithm of ∫(b+τ)^-(s + power) dτ over the silence."""
        order = self.shape + power - 1
        stretched = order * self.length
        near = np.abs(stretched) < _INSTANT
        safe = np.where(near, 1.0, stretched)
        spread = np.log(-np.expm1(-np.abs(safe))) + np.maximum(safe, 0) - np.log(np.where(near, 1.0, np.abs(order)))
        return np.asarray(np.where(near, np.log(self.length), spread) - order * np.log(self.end))

    @property
    def dead(self) -> Numbers:
        """The probability of each to be dead."""
        well = np.log1p(-self.mortality) - self.shape * np.log(self.end)
        gone = np.log(self.mortality) - np.log(self.watched) + self.tail(0)
        return np.where(self.silent, 1 / (1 + np.exp(np.minimum(well - gone, 700))), 0.0)


def _learn_lives(watch: Watch, together: float) -> _Lives:
    """Learn habits and mortality by turns: from how long each sign lived, as far as is known, and back."""
    watched = watch.exposure + as_counts("window", watch.window)
    silent = (watch.recent == 0) & (watch.window > 0)
    scans, since = watch.scans + watch.recent, np.where(silent, watch.exposure, watched)
    lived, mortality = watched, MORTALITY
    for _ in range(_TURNS):
        habits = learn_habits(Watch(scans, lived, watch.recent, watch.window, watch.kind), together)
        rate = np.maximum(habits.rate - lived, _INSTANT)
        lives = _Lives(habits.shape, rate + since, rate + watched, np.maximum(watched, _INSTANT), silent, mortality)
        death = np.exp(lives.tail(-1) - lives.tail(0)) - rate
        lived = np.where(lives.dead > 0, watched - lives.dead * (watched - death), watched)
        mortality = float((MORTALITY * _KNOWN + lives.dead.sum()) / (_KNOWN + len(scans)))
    return lives


def chance_of_burst(watch: Watch, together: float = 1.0) -> Numbers:
    """Return the chance of as many recent scans or more, by what each sign is used to.

    The tail of the negative binomial. Put it through ``discoveries.discover``: of thousands of
    signs some always look odd.
    """
    events = np.ceil(as_counts("recent", watch.recent) / together)
    return learn_habits(watch, together).chance_of(events, as_counts("window", watch.window))


def spread_of_others(counts: Numbers, on_show: Flags) -> Numbers:
    """Return how many times its mean the variance of each sign's other windows is, for each of its windows.

    Both as (signs, windows); 1 at least, and 1 where fewer than seven others are known. A shop's days differ by
    weekday and season, so that the chance alone of many scans on a Saturday would look like a burst.
    """
    seen = np.where(on_show, counts, 0.0)
    others = on_show.sum(1)[:, None] - on_show
    mean = divide(seen.sum(1)[:, None] - seen, others)
    squares = (seen**2).sum(1)[:, None] - seen**2
    variance = divide(squares - others * mean**2, others - 1.0)
    return np.where(others < _FEWEST_DAYS, 1.0, np.maximum(divide(variance, mean, 1.0), 1.0))


def traffic_between(days: ArrayLike, group: Places, start: Places, end: Places) -> Numbers:
    """Return what groups were scanned from a day to before another: exposure for their members.

    ``days`` are scans as (groups, days). Take off a sign's own scans, or a large one hides its own silence.
    """
    so_far = np.cumsum(np.pad(as_numbers(days), ((0, 0), (1, 0))), axis=1)
    return np.asarray(so_far[group, end] - so_far[group, start])

"""How much each bucket of people moves what a Markov chain loses without a touch: derivatives in place of draws.

What a chain brings when a touch c leads to null, R(c), is a function of its counts of starts, steps and ends. With k(i)
what follows state i then, and f(i) the share of the visits of i that come before any of c, a path that begins at s,
steps from i to j and ends in e with a result r moves it by

    k(s) + sum over its steps of f(i) (k(j) - k(i)) + f(e) (r - k(e)),

and over all paths that adds up to R(c). Buckets' sums of it give the variance that endlessly many draws of buckets
have, to the first order: the infinitesimal jackknife (Jaeckel 1972; Efron 1982). It takes one inverse where each draw
of buckets takes one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np

from o2o.attribution.markov import MOST_STATES, Chain, invert, make_chain, name_states, states_by_touch
from o2o.attribution.paths import Amounts, Paths, sum_by
from o2o.attribution.vocabulary import Numbers, Places

Measure = Literal["conversions", "values"]
MEASURES: tuple[Measure, ...] = ("conversions", "values")
"""What a path brings, in the order of the rewards of a chain."""

_AT_ONCE = 1 << 17


@dataclass(frozen=True, slots=True)
class _Without:
    """Chains in which a touch leads to null: f as (states, touches), and k as (rewards, states, touches)."""

    before: Amounts
    worth: Amounts

    @classmethod
    def of(cls, chain: Chain, rewards: Sequence[int], touches: int) -> Self:
        """Take out each touch in turn, by the inverse of the whole chain; what follows is of some of its rewards."""
        inverse = invert(chain)
        whole = inverse @ chain.rewards[:, rewards]
        before = np.ones((len(inverse), touches))
        worth = np.repeat(whole.T[:, :, None], touches, axis=2)
        some = chain.visits > 0
        for touch, states in states_by_touch(chain.members):
            again = inverse[np.ix_(states, states)]
            first = np.linalg.solve(again.T, chain.visits[states])
            before[some, touch] -= (first @ inverse[states])[some] / chain.visits[some]
            worth[:, :, touch] -= (inverse[:, states] @ np.linalg.solve(again, whole[states])).T
        return cls(before, worth)


class Influences(NamedTuple):
    """What is lost without each touch, (measures, touches); and of it by each bucket, (measures, buckets, touches)."""

    lost: Amounts
    moved: Amounts


def find_influences(
    paths: Paths, bucket: Places, buckets: int, order: int = 1, measures: Sequence[Measure] = MEASURES
) -> Influences | None:
    """Return what is lost without each touch, and what each bucket brings to that.

    ``bucket`` is of each path; those of ``buckets`` and more count, but aren't followed. None where the chain has more
    than 2,000 states.
    """
    some = paths.conversions + paths.nulls > 0
    if not some.any():
        return Influences(
            np.zeros((len(measures), len(paths.touches))), np.zeros((len(measures), buckets, len(paths.touches)))
        )
    used, bucket = paths.select(some), bucket[some]
    states, members = name_states(used, order)
    if len(members) > MOST_STATES:
        return None
    chain = make_chain(used, order)
    without = _Without.of(chain, [MEASURES.index(measure) for measure in measures], len(paths.touches))
    begun = chain.starts * (used.conversions + used.nulls).sum()
    whole = np.array([[getattr(used, measure).sum()] for measure in measures])
    followed = bucket < buckets
    states = states[np.repeat(followed, used.lengths)]
    moved = _follow(_Followed(used.select(followed), states, bucket[followed], buckets), without, measures)
    return Influences(whole - begun @ without.worth, moved)


@dataclass(frozen=True, slots=True)
class _Followed:
    """Paths that are followed, the state at each of their places, and the bucket of each."""

    paths: Paths
    states: Places | Numbers
    bucket: Places
    buckets: int

    @property
    def weights(self) -> Amounts:
        """How often each path was taken."""
        return self.paths.conversions + self.paths.nulls

    def sum_up(self, bucket: Places, states: Places | Numbers, amounts: Amounts, size: int) -> Amounts:
        """Return the sums of amounts as (buckets, states)."""
        return sum_by(bucket * size + states, amounts, self.buckets * size).reshape(self.buckets, size)

    def list_steps(self, size: int, at_once: int) -> Iterator[tuple[Places, Places, Places, Amounts]]:
        """Yield the different steps of each bucket, so many at once: buckets in order, sources, targets and counts."""
        inner = np.ones(len(self.states), np.bool_)
        inner[self.paths.starts[1:] - 1] = False
        place = np.flatnonzero(inner)
        path = np.repeat(np.arange(len(self.bucket)), self.paths.lengths)[place]
        cells = (self.bucket[path] * size + self.states[place]) * size + self.states[place + 1]
        distinct, which = np.unique(cells, return_inverse=True)
        counts = sum_by(which, self.weights[path], len(distinct))
        for start in range(0, len(distinct), at_once):
            some = distinct[start : start + at_once]
            yield some // size**2, some // size % size, some % size, counts[start : start + at_once]


def _follow(followed: _Followed, without: _Without, measures: Sequence[Measure]) -> Amounts:
    """Return what each bucket brings to what is lost without each touch."""
    paths, states, bucket = followed.paths, followed.states, followed.bucket
    size, touches = without.before.shape
    found = np.zeros((len(measures), followed.buckets, touches))
    for buckets, sources, targets, counts in followed.list_steps(size, max(1, _AT_ONCE // touches)):
        begins = np.flatnonzero(np.diff(buckets, prepend=-1))
        before = without.before[sources] * counts[:, None]
        for worth, lost in zip(without.worth, found, strict=True):
            lost[buckets[begins]] -= _sum_products(before, worth[targets], begins)
    begun = followed.sum_up(bucket, states[paths.starts[:-1]], followed.weights, size)
    lengths = paths.lengths
    left = followed.sum_up(np.repeat(bucket, lengths), states, np.repeat(followed.weights, lengths), size)
    last = states[paths.starts[1:] - 1]
    for place, (measure, worth) in enumerate(zip(measures, without.worth, strict=True)):
        ended = followed.sum_up(bucket, last, getattr(paths, measure), size)
        found[place] += ended @ (1 - without.before) + left @ (without.before * worth) - begun @ worth
    return found


def _sum_products(one: Amounts, other: Amounts, begins: Places) -> Amounts:
    """Return the sums of products of rows from each beginning on; of one bucket alone there is a faster way."""
    if len(begins) == 1:
        return np.asarray(np.einsum("sk,sk->k", one, other))[None]
    return np.add.reduceat(one * other, begins, axis=0)

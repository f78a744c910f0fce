"""How much each bucket of people moves what a Markov chain loses without a touch: derivatives in place of draws.

What a chain brings when a touch c leads to null, R(c), is a function of its counts of starts, steps and ends. With k(i)
what follows state i then, and f(i) the share of the visits of i that come before any of c, a path that begins at s,
steps from i to j and ends in e with a result r moves it by

    k(s) + sum over its steps of f(i) (k(j) - k(i)) + f(e) (r - k(e)),

and over all paths that adds up to R(c). Buckets' sums of it give the variance that endlessly many draws of buckets
have, to the first order: the infinitesimal jackknife (Jaeckel 1972; Efron 1982). It takes one inverse where each draw
of buckets takes one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from o2o.attribution.markov import MOST_STATES, Chain, invert, make_chain, name_states, states_by_touch
from o2o.attribution.paths import Amounts, Paths, sum_by
from o2o.attribution.vocabulary import Numbers, Places

_AT_ONCE = 1 << 17


@dataclass(frozen=True, slots=True)
class _Without:
    """Chains in which a touch leads to null: ``before`` is f, (states, touches); ``worth`` k, (2, states, touches)."""

    before: Amounts
    worth: Amounts

    @classmethod
    def of(cls, chain: Chain, touches: int) -> "_Without":
        """Take out each touch in turn, by the inverse of the whole chain."""
        inverse = invert(chain)
        whole = inverse @ chain.rewards
        before = np.ones((len(inverse), touches))
        worth = np.repeat(whole.T[:, :, None], touches, axis=2)
        some = chain.visits > 0
        for touch, states in states_by_touch(chain.members):
            again = inverse[np.ix_(states, states)]
            first = np.linalg.solve(again.T, chain.visits[states])
            before[some, touch] -= (first @ inverse[states])[some] / chain.visits[some]
            worth[:, :, touch] -= (inverse[:, states] @ np.linalg.solve(again, whole[states])).T
        return cls(before, worth)


def find_influences(paths: Paths, bucket: Places, buckets: int, order: int = 1) -> Amounts | None:
    """Return what each bucket brings to what is lost without each touch, as (2, buckets, touches).

    In the first row are conversions, in the second value; ``bucket`` is of each path. None where the chain has more
    than 2,000 states.
    """
    kept = paths.conversions + paths.nulls > 0
    if not kept.any():
        return np.zeros((2, buckets, len(paths.touches)))
    used, bucket = paths.select(kept), bucket[kept]
    states, members = name_states(used, order)
    if len(members) > MOST_STATES:
        return None
    without = _Without.of(make_chain(used, order), len(paths.touches))
    size = buckets * len(members)
    here, weights = bucket * len(members), used.conversions + used.nulls
    begun = sum_by(here + states[used.starts[:-1]], weights, size).reshape(buckets, -1)
    left = sum_by(np.repeat(here, used.lengths) + states, np.repeat(weights, used.lengths), size).reshape(buckets, -1)
    last = here + states[used.starts[1:] - 1]
    found = np.empty((2, buckets, len(paths.touches)))
    stepped = _follow_steps(used, states, bucket, without, found.shape)
    for part, amounts in enumerate((used.conversions, used.values)):
        worth, ended = without.worth[part], sum_by(last, amounts, size).reshape(buckets, -1)
        kept_without = begun @ worth + stepped[part] - left @ (without.before * worth) + ended @ without.before
        found[part] = ended.sum(1, keepdims=True) - kept_without
    return found


def _follow_steps(
    paths: Paths, states: Places | Numbers, bucket: Places, without: _Without, shape: tuple[int, ...]
) -> Amounts:
    """Return the sums of f(i) k(j) over the steps of each bucket."""
    found = np.zeros(shape)
    for one, sources, targets, counts in _list_steps(paths, states, bucket, len(without.before), shape[-1]):
        before = without.before[sources] * counts[:, None]
        for part in range(2):
            found[part, one] += np.einsum("sk,sk->k", before, without.worth[part][targets])
    return found


def _list_steps(
    paths: Paths, states: Places | Numbers, bucket: Places, size: int, touches: int
) -> Iterator[tuple[int, Places, Places, Amounts]]:
    """Yield the steps of each bucket, so many at once as stay in the processor's cache: sources, targets and counts."""
    inner = np.ones(len(states), np.bool_)
    inner[paths.starts[1:] - 1] = False
    place = np.flatnonzero(inner)
    path = np.repeat(np.arange(len(bucket)), paths.lengths)[place]
    cells = (bucket[path] * size + states[place]) * size + states[place + 1]
    distinct, which = np.unique(cells, return_inverse=True)
    counts = sum_by(which, (paths.conversions + paths.nulls)[path], len(distinct))
    begins = np.searchsorted(distinct, np.arange(int(bucket.max()) + 2) * size**2)
    for one, (begin, end) in enumerate(pairwise(begins)):
        for start in range(begin, end, max(1, _AT_ONCE // touches)):
            some = slice(start, min(end, start + max(1, _AT_ONCE // touches)))
            yield one, distinct[some] // size % size, distinct[some] % size, counts[some]

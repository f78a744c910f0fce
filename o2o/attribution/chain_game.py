"""The Shapley value of touches in a game where their order counts, by sampled orders of arrival (Castro et al. 2009).

The players are the touches. A set of them is worth what the Markov chain of the paths still brings when only they are
there: each state that holds another touch leads to null. So the worth of all is what the paths brought, that of none is
nothing, and a removal effect is what a touch adds as the last of all to arrive. Its Shapley value is its mean over all
orders of arrival, and so needs no sharing out: the values add up to the conversions and are never below 0. (In the
ordered Shapley value of Zhao et al. 2018 order only shares the credit of a touch out among its positions; its sums by
touch are those of the closed form.)

The value is estimated as the mean over orders that were drawn at random, in families of like spread: an order, what it
becomes when it begins elsewhere (so that each touch comes early, in the middle and late), and all of these backwards.
With few touches it is exact, over all orders. The standard error is that of the mean of the families.

One elimination without pivoting of I - Q, its states in order of arrival, gives what each touch of an order adds: with
I - Q = LU, the part of the first k states is L_k U_k, so that state j adds (starts U^-1)_j (L^-1 rewards)_j.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np

from o2o.attribution.markov import MOST_STATES, Chain, make_chain
from o2o.attribution.paths import Amounts, Paths, sum_by
from o2o.attribution.vocabulary import Places
from o2o.errors import SettingError

_DRAWN, _FEWEST_DRAWN, _WORK = 1_000, 100, 5e10
"""So many orders are drawn where no number is given, fewer in chains of over 368 states: work grows as their cube."""

_FEWEST_FAMILIES = 10
_CELLS, _FEW = 1 << 18, 24


@dataclass(frozen=True, slots=True)
class Value:
    """Two rows, of conversions and of value: what each touch is worth, and the standard error of that."""

    worth: Amounts
    errors: Amounts


def value_touches(paths: Paths, order: int = 1, samples: int | None = None, seed: int = 1) -> Value:
    """Return the Shapley values of touches in the chain of an order, from about so many orders of arrival (1,000).

    The same seed draws the same orders. Where there are no more of them than ``samples`` all are taken, and there is no
    error. Raises SettingError for a chain with more than 2,000 states.
    """
    used = paths.select(paths.conversions + paths.nulls > 0)
    size = len(paths.touches)
    if not len(used.codes):
        return Value(np.zeros((2, size)), np.zeros((2, size)))
    chain = make_chain(used, order)
    if len(chain.visits) > MOST_STATES:
        known = f"a chain with {len(chain.visits):,} states"
        raise SettingError("order", str(order), f"{known} is too large for this model", "give a lower one")
    players = np.unique(used.codes)
    samples = samples or int(min(_DRAWN, max(_FEWEST_DRAWN, _WORK / len(chain.visits) ** 3)))
    families = _arrange(len(players), samples, seed)
    arrivals = np.full((families.shape[0] * families.shape[1], size + 1), -1)  # at the end: what is no touch is there
    arrivals[:, players] = families.reshape(-1, len(players))
    gains = np.concatenate([_play(chain, part) for part in _in_parts(arrivals, len(chain.visits))])
    means = gains.reshape(*families.shape[:2], 2, size).mean(axis=1)
    in_all = (used.conversions + used.nulls).sum()
    is_exact = families.shape[1] == 1
    errors = np.zeros((2, size)) if is_exact else means.std(axis=0, ddof=1) / np.sqrt(len(means))
    return Value(means.mean(axis=0) * in_all, errors * in_all)


def _arrange(players: int, samples: int, seed: int) -> Places:
    """Return when each player arrives in each order of each family; a family has one order where all are taken."""
    if factorial(min(players, 20)) <= samples:
        return np.array(list(permutations(range(players))))[:, None]
    turns = max(1, min(players, samples // (2 * _FEWEST_FAMILIES)))
    drawn = np.tile(np.arange(players), (max(2, samples // (2 * turns)), 1))
    orders = np.random.default_rng(seed).permuted(drawn, axis=1)[:, None] + np.arange(turns)[:, None] * players // turns
    orders %= players
    return np.concatenate((orders, players - 1 - orders), axis=1)


def _in_parts(arrivals: Places, states: int) -> Iterator[Places]:
    size = _CELLS // states**2 + 1
    for first in range(0, len(arrivals), size):
        yield arrivals[first : first + size]


def _play(chain: Chain, arrivals: Places) -> Amounts:
    """Return what each touch adds in each order, by order, reward and touch: (orders, 2, touches)."""
    came = arrivals[:, chain.members]
    last = np.argmax(came, axis=2)
    order = np.argsort(came.max(axis=2), axis=1, kind="stable")
    gains = _eliminate(_border(chain, order))
    newest = chain.members[np.arange(len(chain.members)), last]
    touches = np.take_along_axis(newest, order, axis=1)
    size = arrivals.shape[1] - 1
    keys = (np.arange(len(arrivals))[:, None] * size + touches).ravel()
    added = [sum_by(keys, gains[:, :, reward].ravel(), len(arrivals) * size) for reward in range(2)]
    return np.stack(added).reshape(2, len(arrivals), size).swapaxes(0, 1)


def _border(chain: Chain, order: Places) -> Amounts:
    """Return for each order I - Q of the states in it, with a row of starts below and columns of rewards beside it."""
    count = len(chain.visits)
    whole = np.zeros((count + 1, count + 2))
    whole[:count, :count] = np.eye(count)
    whole[chain.sources, chain.targets] -= chain.chances
    whole[count, :count], whole[:count, count:] = chain.starts, chain.rewards
    rows = np.pad(order, ((0, 0), (0, 1)), constant_values=count)
    columns = np.pad(rows, ((0, 0), (0, 1)), constant_values=count + 1)
    return whole[rows[:, :, None], columns[:, None, :]]


def _eliminate(bordered: Amounts) -> Amounts:
    """Return what each state adds when it comes after those before it: (orders, states, 2)."""
    count = bordered.shape[1] - 1
    if count <= _FEW:
        return _eliminate_few(bordered)
    half = count // 2
    first = np.r_[:half, count]
    before, after = bordered[:, first[:, None], np.append(first, count + 1)], bordered[:, half:, half:]
    solved = np.linalg.solve(bordered[:, :half, :half], bordered[:, :half, half:])
    return np.concatenate((_eliminate(before), _eliminate(after - bordered[:, half:, :half] @ solved)), axis=1)


def _eliminate_few(bordered: Amounts) -> Amounts:
    gains = np.empty((len(bordered), bordered.shape[1] - 1, 2))
    for state in range(gains.shape[1]):
        row = bordered[:, state, None, state + 1 :]
        factors = bordered[:, state + 1 :, state, None] / bordered[:, state, state, None, None]
        gains[:, state] = factors[:, -1] * row[:, 0, -2:]
        bordered[:, state + 1 :, state + 1 :] -= factors * row
    return gains

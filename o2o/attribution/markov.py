"""Removal effects of touches in a Markov chain of paths, exact by linear algebra (Anderl et al. 2016).

A state of order k is the last k touches (fewer at the beginning of a path). From the paths come the counts of steps
from state to state, to conversion and to null, and so the chance of each step. The removal effect of a touch is the
share of conversions that is lost when every state that contains it leads to null:

    effect(c) = 1 - P(convert, never in a state with c) / P(convert)

and with value in place of conversions likewise, where each state that ends in a conversion pays the mean value that it
had there. For order 1 that is P(visit c) P(convert | c) / P(convert) (Kemeny & Snell 1960): one inverse for all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import comb, log

import numpy as np

from o2o.attribution.paths import Amounts, Paths, sum_by
from o2o.attribution.vocabulary import Numbers, Places

ORDERS = range(1, 5)
"""The orders that a chain may have."""

BIC, AUC = "bic", "auc"

MOST_STATES = 2_000
"""Up to so many states one inverse gives all effects; beyond, what leaves a touch is followed to its end."""

_AT_ONCE = 1 << 22
_NOTHING = 1e-15


@dataclass(frozen=True, slots=True)
class Chain:
    """The states of paths and the steps between them.

    ``members[s]`` are the touches in state s, the newest last and -1 before the first of a path. ``sources``,
    ``targets`` and ``chances`` are the steps between states; ``visits`` how often a path is expected in each state,
    ``starts`` how often it begins there; ``rewards`` conversions and value that a visit brings at once, by state.
    """

    members: Places
    sources: Places
    targets: Places
    chances: Amounts
    starts: Amounts
    visits: Amounts
    rewards: Amounts


def removal_effects(paths: Paths, order: int = 1) -> Amounts:
    """Return two rows of removal effects by touch: of conversions, and of value; zeros where there is none of it."""
    used = paths.select(paths.conversions + paths.nulls > 0)
    if not len(used.codes):
        return np.zeros((2, len(paths.touches)))
    chain = make_chain(used, order)
    whole = chain.visits @ chain.rewards
    solve = _lost_by_inverse if len(chain.visits) <= MOST_STATES or order == 1 else _lost_by_flow
    lost = solve(chain, len(paths.touches))
    return np.divide(lost, whole[:, None], out=np.zeros_like(lost), where=whole[:, None] > 0)


def choose_order(paths: Paths, orders: Iterable[int] = ORDERS, *, by: str = BIC) -> int:
    """Return the order whose chain tells most for its size: by the Bayesian information criterion, or by ``auc``.

    ``bic`` (Katz 1981; Singer et al. 2014) asks how well each step is foretold and takes the least of
    -2 log L + parameters log(steps), where each state has as many free chances as there are touches, and one.

    ``auc`` (as choose_order of ChannelAttribution, Altomare & Loris) asks how well conversion is foretold by the last
    state of a path: AUC is the chance that a path that converted stands higher by P(convert at once | last state) than
    one that didn't, ties counted half. It takes the most of 1 - (1 - AUC) (n - 1) / (n - d - 1) for n paths and
    d = C(m + k - 1, k), the ways to take k of m touches, among the orders with d < n - 1; 1 where none is better.
    """
    used = paths.select(paths.conversions + paths.nulls > 0)
    if not len(used.codes):
        return 1
    paths_in_all = float((used.conversions + used.nulls).sum())
    if by == AUC:
        return max(orders, key=lambda order: _penalised_area(used, order, paths_in_all))
    return min(orders, key=lambda order: _information(make_chain(used, order), paths_in_all, len(used.touches)))


def _penalised_area(paths: Paths, order: int, paths_in_all: float) -> float:
    states, members = name_states(paths, order)
    last = states[paths.starts[1:] - 1]
    parameters = comb(len(np.unique(paths.codes)) + order - 1, order)
    if parameters >= paths_in_all - 1:
        return 0.0
    ended = [sum_by(last, got, len(members)) for got in (paths.conversions, paths.nulls)]
    return 1 - (1 - _area_under_curve(*ended)) * (paths_in_all - 1) / (paths_in_all - parameters - 1)


def _area_under_curve(converted: Amounts, lost: Amounts) -> float:
    """Return how often one that converted has a higher rate than one that didn't, both drawn by chance; ties half."""
    total = converted + lost
    rates = np.divide(converted, total, out=np.zeros_like(total), where=total > 0)
    levels, at = np.unique(rates, return_inverse=True)
    won, missed = sum_by(at, converted, len(levels)), sum_by(at, lost, len(levels))
    pairs = won.sum() * missed.sum()
    return float(won @ (np.cumsum(missed) - missed / 2)) / pairs if pairs else 0.5


def _information(chain: Chain, paths_in_all: float, touches: int) -> float:
    converting = chain.rewards[:, 0]
    going = sum_by(chain.sources, chain.chances, len(chain.visits))
    ending = np.maximum(1 - going - converting, 0)
    surprise = -float(
        chain.visits[chain.sources] @ _times_log(chain.chances)
        + chain.visits @ (_times_log(converting) + _times_log(ending))
        + _times_log(chain.starts).sum()
    )
    parameters = np.count_nonzero(chain.visits) * (touches + 1) + touches - 1
    return 2 * paths_in_all * surprise + parameters * log(paths_in_all * (1 + float(chain.visits.sum())))


def _times_log(chances: Amounts) -> Amounts:
    return chances * np.log(chances, out=np.zeros_like(chances), where=chances > 0)


def make_chain(paths: Paths, order: int) -> Chain:
    """Return the chain of an order; each path counts as often as it converted and didn't."""
    states, members = name_states(paths, order)
    weights = paths.conversions + paths.nulls
    ends = paths.starts[1:] - 1
    steps, counts = _count_steps(paths, states, weights, len(members))
    sources, targets = np.divmod(steps, len(members))
    last = states[ends]
    out = sum_by(sources, counts, len(members)) + sum_by(last, weights, len(members))
    ended = [sum_by(last, got, len(out)) for got in (paths.conversions, paths.values)]
    rewards = np.stack(ended, 1) / np.maximum(out, np.finfo(np.float64).tiny)[:, None]  # a touch may be in no path
    starts = sum_by(states[paths.starts[:-1]], weights, len(out))
    total = weights.sum()
    return Chain(members, sources, targets, counts / out[sources], starts / total, out / total, rewards)


def name_states(paths: Paths, order: int) -> tuple[Places | Numbers, Places]:
    """Return the number of the state at each place, and the touches in each state."""
    states: Places | Numbers = paths.codes
    members = np.arange(len(paths.touches))[:, None]
    size = len(paths.touches) + 1
    for back in range(1, order):
        place = np.arange(len(states)) - np.repeat(paths.starts[:-1], paths.lengths)
        older = np.where(place >= back, np.roll(paths.codes, back), -1)
        keys, states = np.unique(np.multiply(states, size, dtype=np.int64) + older + 1, return_inverse=True)
        newer, oldest = np.divmod(keys, size)
        members = np.column_stack((oldest - 1, members[newer]))
    return states, members


def _count_steps(paths: Paths, states: Places | Numbers, weights: Amounts, size: int) -> tuple[Places, Amounts]:
    """Return the steps that were taken, as source * ``size`` + target, and how often."""
    keys = np.multiply(states[:-1], size, dtype=np.int64)
    keys += states[1:]
    between = paths.starts[1:-1] - 1  # no step leads from the end of a path to the beginning of the next
    if size**2 <= _AT_ONCE and (weights == weights[0]).all():
        keys[between] = size**2
        counts = np.bincount(keys, minlength=size**2 + 1)[:-1] * weights[0]
        return np.flatnonzero(counts), counts[counts > 0]
    here = np.repeat(weights, paths.lengths)[:-1]
    here[between] = 0
    return _sum_by_key(keys, here, size**2)


def _sum_by_key(keys: Places, weights: Amounts, size: int) -> tuple[Places, Amounts]:
    """Return the keys whose weights have a sum above 0, and the sums."""
    if size <= _AT_ONCE:
        names = np.arange(size)
    else:
        names, keys = np.unique(keys, return_inverse=True)
    sums = sum_by(keys, weights, len(names))
    return names[sums > 0], sums[sums > 0]


def invert(chain: Chain) -> Amounts:
    """Return the fundamental matrix of a chain: how often each state is visited after each, itself included."""
    steps = np.eye(len(chain.visits))
    steps[chain.sources, chain.targets] -= chain.chances
    return np.asarray(np.linalg.inv(steps))


def _lost_by_inverse(chain: Chain, touches: int) -> Amounts:
    """Return what is lost of each reward by the removal of each touch, by the fundamental matrix N = (I - Q)^-1.

    The first visits f to the states S of a touch solve f N[S, S] = visits[S]; each is worth what follows it, N rewards.
    In a chain of order 1 the one state of touch c is c.
    """
    inverse = invert(chain)
    worth = inverse @ chain.rewards
    if chain.members.shape[1] == 1:
        lost: Amounts = worth.T * (chain.visits / inverse.diagonal())
        return lost
    lost = np.zeros((2, touches))
    for touch, states in states_by_touch(chain.members):
        first = np.linalg.solve(inverse[np.ix_(states, states)].T, chain.visits[states])
        lost[:, touch] = first @ worth[states]
    return lost


def _lost_by_flow(chain: Chain, touches: int) -> Amounts:
    """Return the same for chains with many states: what is lost comes of visits to the states with the touch.

    They bring something at once, and the flow that leaves them brings something in other states; it is followed until
    it has ended or met the touch again. In chains of high order few states are reached so.
    """
    begins = np.searchsorted(chain.sources, np.arange(len(chain.visits) + 1))
    lost = np.zeros((2, touches))
    for touch, states in states_by_touch(chain.members):
        leaving, onward, others = _reach(chain, begins, states)
        place = np.full(len(chain.visits), len(others))  # the last place is that of states with the touch
        place[others] = np.arange(len(others))
        sent = chain.visits[chain.sources[leaving]] * chain.chances[leaving]
        flow = sum_by(place[chain.targets[leaving]], sent, len(others) + 1)[:-1]
        sources, targets = place[chain.sources[onward]], place[chain.targets[onward]]
        visits = _follow(flow, sources, targets, chain.chances[onward])
        lost[:, touch] = chain.visits[states] @ chain.rewards[states] + visits @ chain.rewards[others]
    return lost


def _follow(flow: Amounts, sources: Places, targets: Places, chances: Amounts) -> Amounts:
    """Return how often a flow visits each state until next to nothing of it is left, on steps to these or none."""
    visits, enough = np.zeros_like(flow), _NOTHING * flow.sum()
    while flow.sum() > enough:
        visits += flow
        flow = sum_by(targets, flow.take(sources) * chances, len(flow) + 1)[:-1]
    return visits


def _reach(chain: Chain, begins: Places, states: Places) -> tuple[Places, Places, Places]:
    """Return the steps from some states, the steps from other states that these lead to, and these others."""
    is_new = np.ones(len(chain.visits), np.bool_)
    is_new[states] = False
    steps, found = [_steps_from(begins, states)], [states[:0]]
    while len(steps[-1]):
        met = np.zeros(len(is_new), np.bool_)
        met[chain.targets[steps[-1]]] = True
        found.append(np.flatnonzero(met & is_new))
        is_new[found[-1]] = False
        steps.append(_steps_from(begins, found[-1]))
    return steps[0], np.concatenate(steps[1:] or steps), np.concatenate(found)


def _steps_from(begins: Places, states: Places) -> Places:
    """Return the places of the steps that lead from some states."""
    counts = begins[states + 1] - begins[states]
    return np.repeat(begins[states + 1] - np.cumsum(counts), counts) + np.arange(counts.sum())


def states_by_touch(members: Places) -> Iterator[tuple[int, Places]]:
    """Yield each touch with the states that contain it."""
    states = np.repeat(np.arange(len(members)), members.shape[1])
    pairs = np.unique(np.column_stack((members.ravel(), states)), axis=0)
    pairs = pairs[pairs[:, 0] >= 0]
    touches, begins = np.unique(pairs[:, 0], return_index=True)
    for touch, found in zip(touches, np.split(pairs[:, 1], begins[1:]), strict=True):
        yield int(touch), found

"""Shares of touches by what paths with and without them came to: the two models of Shao & Li (2011).

Both ask which touches met in a path, not in which order nor how often, and both compare paths that converted with
paths that didn't. They say how much a touch is worth to a path; each conversion is shared among the touches of its path
in proportion to that. A touch that is worth less than nothing gets nothing; where that is so of all touches of a path
they get equal shares.
"""

import numpy as np

from o2o.attribution.paths import Amounts, Paths, sum_by
from o2o.attribution.touch_sets import Pairs, pair_touches
from o2o.attribution.vocabulary import Places
from o2o.errors import SettingError

BAGS = 100
"""How many regressions are averaged where no number is given."""

LOGISTIC, PROBABILISTIC = "bagged-logistic", "probabilistic"
_RIDGE = 1.0
_DRAWN = 0.5
_MOST_COUNTED, _DAMPING = 1e9, 1e-13
"""Counts are scaled down to so many, and so little of the steepest bend is added to all, that each step is finite."""
_MOST_STEPS, _LONGEST_STEP, _CLOSE = 100, 4.0, 1e-6


def share_by_regression(sets: Paths, bags: int = BAGS, seed: int = 1) -> Amounts:
    """Give the touches of each set shares by their coefficients in bagged logistic regression.

    Each bag draws half of the paths (each counted Gamma(1/2), as in a Bayesian bootstrap, so that counts may be
    fractions) and half of the touches, and fits log(p / (1 - p)) = b0 + the sum of b(c) over the touches c of a path
    with a ridge: the sum of b(c)^2 / 2 is added to the negative log likelihood. A touch is worth its mean coefficient
    over the bags that drew it, if above 0.
    """
    pairs = _pair(sets, LOGISTIC)
    random = np.random.default_rng(seed)
    touches = np.unique(sets.codes)
    sums, times = np.zeros(pairs.size), np.zeros(pairs.size)
    for _ in range(bags):
        drawn = random.choice(touches, max(1, round(_DRAWN * len(touches))), replace=False)
        sums[drawn] += fit_logistic(sets, pairs, random.gamma(_DRAWN * np.stack((sets.conversions, sets.nulls))), drawn)
        times[drawn] += 1
    worth = np.divide(sums, times, out=np.zeros_like(sums), where=times > 0)
    return _share_out(sets, worth[sets.codes])


def share_by_probability(sets: Paths) -> Amounts:
    """Give the touches of each set shares by conditional probabilities of first and second order.

    In a path with k touches, where p is the share of the paths with this touch, or these two, that converted, touch i
    is worth p(i) + the sum over the others j of (p(i, j) - p(i) - p(j)) / (2 (k - 1)), if above 0.
    """
    pairs = _pair(sets, PROBABILISTIC)
    converted, met = pairs.sum(sets.conversions), pairs.sum(sets.conversions + sets.nulls)
    together = np.divide(converted, met, out=np.zeros_like(met), where=met > 0)
    alone = together.diagonal()
    gains = (together - alone - alone[:, None]).ravel()[pairs.keys]
    gains[pairs.keys % (pairs.size + 1) == 0] = 0  # a touch with itself
    others = np.maximum(np.repeat(sets.lengths, sets.lengths) - 1, 1)
    return _share_out(sets, alone[sets.codes] + sum_by(pairs.places, gains, len(sets.codes)) / (2 * others))


def fit_logistic(sets: Paths, pairs: Pairs, counts: Amounts, touches: Places) -> Amounts:
    """Return the coefficients of some touches in logistic regression with a ridge on them, by Newton's method.

    ``counts`` are two rows: how often each set converted, and how often not.
    """
    counts = counts * min(1, _MOST_COUNTED / counts.sum())
    solution = np.append(np.zeros(len(touches)), np.log(counts[0].sum() / counts[1].sum()))
    for _ in range(_MOST_STEPS):
        step = _next_step(sets, pairs, counts, touches, solution)
        longest = abs(step).max()
        solution += step * min(1, _LONGEST_STEP / max(longest, _CLOSE))
        if longest < _CLOSE:
            break
    return solution[:-1]


def _next_step(sets: Paths, pairs: Pairs, counts: Amounts, touches: Places, solution: Amounts) -> Amounts:
    in_all = counts.sum(axis=0)
    weights = np.zeros(pairs.size)
    weights[touches] = solution[:-1]
    chances = (1 + np.tanh((solution[-1] + np.add.reduceat(weights[sets.codes], sets.starts[:-1])) / 2)) / 2
    missed, bend = counts[0] - in_all * chances, in_all * chances * (1 - chances)
    curve = pairs.sum(bend)
    hessian = np.empty((len(solution), len(solution)))
    hessian[:-1, :-1] = curve[np.ix_(touches, touches)]
    hessian[-1, :-1] = hessian[:-1, -1] = curve.diagonal()[touches]
    hessian[-1, -1] = bend.sum()
    ridge = np.append(np.full(len(touches), _RIDGE), 0)
    hessian[np.diag_indices_from(hessian)] += ridge + _DAMPING * hessian.diagonal().max()
    slope = sum_by(sets.codes, np.repeat(missed, sets.lengths), pairs.size)[touches] - _RIDGE * solution[:-1]
    return np.linalg.solve(hessian, np.append(slope, missed.sum()))


def _pair(sets: Paths, model: str) -> Pairs:
    if not sets.nulls.any():
        reason = "it compares paths that converted with paths that didn't, and there are none of these"
        raise SettingError("model", model, reason, "give how often each path ended in nothing, as nulls")
    return pair_touches(sets, model)


def _share_out(sets: Paths, worth: Amounts) -> Amounts:
    worth = np.maximum(worth, 0)
    sums = np.repeat(np.add.reduceat(worth, sets.starts[:-1]), sets.lengths)
    shares: Amounts = np.divide(worth, sums, out=np.repeat(1 / sets.lengths, sets.lengths), where=sums > 0)
    return shares

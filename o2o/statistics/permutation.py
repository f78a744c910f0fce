"""Tests that take nothing for granted but how the days or stores were dealt out: they are dealt out again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import FigureError, Flags, Numbers, Places, as_numbers, as_values

_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Permutation:
    """A difference of means, and the chance of one as large, either way, if nothing had an effect."""

    difference: float
    chance: float


def permutation_test(
    values: ArrayLike,
    treated: ArrayLike,
    random: np.random.Generator,
    blocks: Places | None = None,
    draws: int = 2_000,
) -> Permutation:
    """Return how far treated units lie above the others, and how often dealing anew within blocks gives as much.

    p = (1 + as extreme) / (1 + draws). Fisher (1935), Phipson & Smyth (2010). ``blocks`` are what was dealt within (a
    store, a pair of days): dealing anew has to be done as it was done.
    """
    given, on = as_values(values), np.asarray(treated, bool)
    if on.all() or not on.any():
        raise FigureError("all units are treated alike", "give some with and some without the treatment")
    places = np.zeros(len(given), np.int64) if blocks is None else blocks
    order = np.lexsort((~on, places))
    ordered, ordered_on, block = given[order], on[order], places[order]
    drawn = np.concatenate([_deal(ordered, ordered_on, block, random, count) for count in _batches(draws, len(given))])
    difference = float(given[on].mean() - given[~on].mean())
    extreme = np.count_nonzero(np.abs(drawn) >= abs(difference) - 1e-12 * abs(given).max())
    return Permutation(difference, (1 + extreme) / (1 + draws))


def sign_test(differences: ArrayLike, random: np.random.Generator, draws: int = 2_000) -> Permutation:
    """Return the mean difference within pairs, and how often as much comes of swapping pairs at random.

    Fisher (1935); exact up to 12 pairs, where all swaps are tried.
    """
    given = as_values(differences)
    count = len(given)
    if count <= 12:
        signs = 1 - 2.0 * (np.arange(2**count)[:, None] >> np.arange(count) & 1)
    else:
        signs = random.choice([-1.0, 1.0], (draws, count))
    extreme = np.count_nonzero(np.abs(signs @ given) >= abs(given.sum()) - 1e-12 * abs(given).sum())
    chance = extreme / len(signs) if count <= 12 else (1 + extreme) / (1 + draws)
    return Permutation(float(given.mean()), float(chance))


def lot_test(
    values: tuple[ArrayLike, ArrayLike], units: tuple[int, int], random: np.random.Generator, draws: int = 2_000
) -> Permutation:
    """Return how much more a visitor of the first arm brings, and how often lots drawn anew for each give as much.

    ``values`` are what visitors of each arm brought who brought anything, ``units`` all visitors of each. Each visitor
    was dealt by a lot of his own, so that the sizes of arms are chance too. Fisher (1935).
    """
    brought = np.concatenate([as_values(arm) for arm in values])
    first = len(as_values(values[0]))
    share, idle = units[0] / sum(units), sum(units) - len(brought)
    rest = brought.sum() - brought[:first].sum()
    difference = float(brought[:first].sum() / max(units[0], 1) - rest / max(units[1], 1))
    extreme = 0
    for count in _batches(draws, max(len(brought), 1)):
        here = random.random((count, len(brought))) < share
        sizes = here.sum(1) + random.binomial(idle, share, count)
        sums = here @ brought
        drawn = sums / np.maximum(sizes, 1) - (brought.sum() - sums) / np.maximum(sum(units) - sizes, 1)
        extreme += int(np.count_nonzero(np.abs(drawn) >= abs(difference) * (1 - 1e-12)))
    return Permutation(difference, (1 + extreme) / (1 + draws))


def _batches(draws: int, units: int) -> list[int]:
    size = max(1, _CELLS // units)
    return [min(size, draws - start) for start in range(0, draws, size)]


def _deal(values: Numbers, on: Flags, block: Places, random: np.random.Generator, count: int) -> Numbers:
    """Return differences of means with units shuffled inside their blocks, which lie side by side."""
    keys = random.random((count, len(values))) + block
    shuffled = values[np.argsort(keys, axis=1)]
    return as_numbers(shuffled[:, on].mean(1) - shuffled[:, ~on].mean(1))

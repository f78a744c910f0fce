"""How to deal out a change to stores and days before an experiment, so that it can be read afterwards."""

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import FigureError, Flags, Numbers, Places, as_values


def deal_days(stores: int, days: int, random: np.random.Generator) -> tuple[Flags, Places]:
    """Return which store has the change on which day, and the blocks within which it was dealt.

    Weeks are taken two by two: of each store's two Mondays one has it, and so on, by lot; what is left over at the end
    goes in twos, a last single day by lot alone. Bojinov, Simchi-Levi & Zhao (2023) on switchbacks. Leave out the first
    hours of a day if the day before still works. Lots by which nothing could be told are drawn again.
    """
    dealt, blocks = _deal_days(stores, days, random)
    while days >= 14 and _tells_nothing(dealt):  # one of 64 fortnights of one store
        dealt, blocks = _deal_days(stores, days, random)
    return dealt, blocks


def _deal_days(stores: int, days: int, random: np.random.Generator) -> tuple[Flags, Places]:
    day = np.arange(days)
    rest = days - days % 14
    pair = np.where(day < rest, day // 14 * 7 + day % 7, rest // 2 + (day - rest) // 2)
    blocks = np.arange(stores)[:, None] * (days + 1) + pair
    lots = random.random((stores, days))
    first = np.full((stores, int(pair.max()) + 1), np.inf)
    np.minimum.at(first, (np.arange(stores)[:, None], pair[None, :]), lots)
    alone = np.bincount(pair)[pair] == 1
    return np.asarray(np.where(alone, lots < 0.5, lots == first[:, pair])), blocks


def _tells_nothing(dealt: Flags) -> bool:
    """Tell whether all stores have the change on the same days, or the only one has it by whole weeks."""
    if len(dealt) > 1:
        return bool((dealt == dealt[0]).all())
    weeks = dealt[0, : dealt.shape[1] // 7 * 7].reshape(-1, 7)
    return bool((weeks == weeks[:, :1]).all())


def match_stores(before: ArrayLike) -> Places:
    """Return pairs of stores that went alike before, as (pairs, 2), the closest first; an odd one is left out.

    Distance is that of their days, each day's values over its spread among stores; the closest two of those left are
    taken, again and again. Vaver & Koehler (2011); Greevy et al. (2004) on matching before dealing.
    """
    values = as_values(before)
    if values.ndim != 2 or len(values) < 2:
        raise FigureError("there are fewer than two stores to match", "give a row of days for each store")
    scaled = values / np.maximum(values.std(0), 1e-12)
    distances = ((scaled[:, None, :] - scaled[None, :, :]) ** 2).sum(2)
    distances[np.diag_indices(len(values))] = np.inf
    pairs = []
    for _ in range(len(values) // 2):
        one, other = np.unravel_index(int(distances.argmin()), distances.shape)
        pairs.append(sorted((int(one), int(other))))
        distances[[one, other], :] = distances[:, [one, other]] = np.inf
    return np.array(pairs)


def deal_pairs(pairs: Places, random: np.random.Generator) -> Places:
    """Return pairs with the store that gets the change first, by lot."""
    turned = random.random(len(pairs)) < 0.5
    return np.where(turned[:, None], pairs[:, ::-1], pairs)


def pair_differences(before: ArrayLike, after: ArrayLike, pairs: Places) -> Numbers:
    """Return how much more each pair's first store grew than its second: (y₁-x₁) - (y₂-x₂), of means by day.

    Give these to ``means.mean_estimate`` for an interval and to ``permutation.sign_test`` for a test.
    """
    grown = as_values(after).mean(1) - as_values(before).mean(1)
    return np.asarray(grown[pairs[:, 0]] - grown[pairs[:, 1]])

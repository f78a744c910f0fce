"""How to deal out a change to stores and days before an experiment, so that it can be read afterwards."""

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import FigureError, Flags, Numbers, Places, as_values


def deal_days(stores: int, days: int, random: np.random.Generator) -> tuple[Flags, Places]:
    """Return which store has the change on which day, and the blocks within which it was dealt.

    Weeks are taken two by two: of a store's two Mondays one has it, and so on, by lot; what is left over at the end
    goes in twos, a last single day by lot alone. Stores go in twos as well, by lot: on each day one of the two has it,
    so that what days differ by is the same for both sides (a Latin square; Cochran & Cox 1957). The only store has it
    on three or four days of each week. Bojinov, Simchi-Levi & Zhao (2023) on switchbacks. Leave out the first hours of
    a day if the day before still works.
    """
    order, place = random.permutation(stores), np.arange(stores)
    tossed = _lay_out(_toss((stores + 1) // 2, days, random, is_even=stores == 1), days)
    treated, blocks = np.empty((stores, days), bool), np.empty((stores, days), np.int64)
    treated[order] = tossed[place // 2] ^ (place % 2 == 1)[:, None]
    blocks[order] = (place // 2 * (days + 1))[:, None] + _pair_days(days)
    return treated, blocks


def deal_days_anew(treated: Flags, blocks: Places, random: np.random.Generator, draws: int) -> Flags:
    """Return other deals as ``deal_days`` makes them, as (draws, stores, days): what might have come as easily."""
    stores, days = treated.shape
    if stores == 1:
        return _lay_out(_toss(draws, days, random, is_even=True), days)[:, None, :]
    block = np.unique(blocks, return_inverse=True)[1].reshape(blocks.shape)
    turned = random.random((draws, int(block.max()) + 1)) < 0.5
    return np.asarray(treated ^ turned[:, block])


def _pair_days(days: int) -> Places:
    """Return which days go together: the same weekday of two weeks, at the end neighbours."""
    day, rest = np.arange(days), days - days % 14
    return np.where(day < rest, day // 14 * 7 + day % 7, rest // 2 + (day - rest) // 2)


def _lay_out(tossed: Flags, days: int) -> Flags:
    """Return (rows, days) of (rows, pairs of days): the first of a pair has the change, or else the second."""
    day, rest = np.arange(days), days - days % 14
    second = np.where(day < rest, day % 14 >= 7, (day - rest) % 2 == 1)
    return np.asarray(tossed[:, _pair_days(days)] ^ second)


def _toss(count: int, days: int, random: np.random.Generator, *, is_even: bool) -> Flags:
    """Return a coin for each row and pair of days; ``is_even``: three or four of seven lie alike in each fortnight."""
    weeks = random.random((count, days // 14, 7)) < 0.5
    while is_even and (uneven := ~np.isin(weeks.sum(2), (3, 4))).any():
        weeks[uneven] = random.random((int(uneven.sum()), 7)) < 0.5
    rest = random.random((count, (days % 14 + 1) // 2)) < 0.5
    return np.concatenate([weeks.reshape(count, -1), rest], axis=1)


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

"""What a change did to stores over days: some had it, some not, some later."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.distributions import t_spread
from o2o.statistics.estimates import LEVEL, Estimate, FigureError, Flags, Numbers, Places, as_numbers, divide
from o2o.statistics.permutation import Permutation

_SWEEPS = 10_000
NEVER = -1
"""The start of a store that never gets the change."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A value for each store and day that there is, and whether the store had the change that day."""

    values: Numbers
    treated: Flags
    unit: Places
    period: Places
    cluster: Places

    @classmethod
    def of(cls, table: ArrayLike, treated: ArrayLike, blocks: ArrayLike | None = None) -> Self:
        """Make a panel of tables (stores, days); days without a value are left out.

        ``blocks`` are what the change was dealt within, by which errors are clustered; else by store.
        """
        values, on = as_numbers(table), np.asarray(treated, bool)
        unit, period = np.nonzero(~np.isnan(values))
        cluster = unit if blocks is None else np.unique(np.asarray(blocks)[unit, period], return_inverse=True)[1]
        return cls(values[unit, period], np.broadcast_to(on, values.shape)[unit, period], unit, period, cluster)


def two_way_effect(panel: Panel, level: float = LEVEL) -> Estimate:
    """Return the effect of a change that comes and goes by store and day, or comes to some stores on one day.

    The value of a store-day is its store's, its day's, and the effect where it had the change; errors are clustered by
    what the change was dealt within (by store, unless the panel says otherwise), t of clusters - 1 degrees of freedom.
    Clusters count by how much the change varies in each, (Σw)² / Σw²: two stores that have it among twenty that don't
    tell as much as two or three (Carter, Schnepel & Steigerwald 2017). A switchback and a difference in differences are
    read so. Cameron & Miller (2015); Bertrand, Duflo & Mullainathan (2004); Abadie, Athey, Imbens & Wooldridge (2023).
    Where stores begin one after another, take ``staggered_effect``.
    """
    on = _demean(panel.treated.astype(np.float64), panel)
    known = float((on**2).sum())
    weights = np.bincount(panel.cluster, on**2)
    if known < 1e-9 or len(np.unique(panel.unit)) < 2 or known**2 <= (1 + 1e-9) * (weights**2).sum():
        raise FigureError("the change can't be told from its stores and days", "leave it out in some store each day")
    values = _demean(panel.values, panel)
    effect = float((on * values).sum()) / known
    scores = np.bincount(panel.cluster, on * (values - effect * on))
    spread = t_spread(level, float(known**2 / (weights**2).sum()) - 1)
    half = spread * np.sqrt(_inflation(panel) * (scores**2).sum()) / known
    return Estimate(as_numbers(effect), effect - half, effect + half, level)


def before_and_after(table: ArrayLike, treated: ArrayLike, before: int, level: float = LEVEL) -> Estimate:
    """Return how much more stores with a change grew after the first ``before`` days than those without.

    The effect is that of ``two_way_effect``. Its interval is the wider of two: by errors clustered by store, and by
    Student's t of stores - 2 degrees over how far the stores of a side grew apart, which is right where they are few
    and vary alike. Donald & Lang (2007).
    """
    values, chosen = as_numbers(table), np.asarray(treated, bool)
    after = np.arange(values.shape[1]) >= before
    found = two_way_effect(Panel.of(values, chosen[:, None] & after), level)
    level_days = values - _mean_known(values, 0)
    grown = _mean_known(level_days[:, after], 1) - _mean_known(level_days[:, ~after], 1)
    sides = [side[~np.isnan(side)] for side in (grown[chosen], grown[~chosen])]
    sizes = np.array([len(side) for side in sides])
    spread = sum(float(((side - side.mean()) ** 2).sum()) for side in sides) / max(int(sizes.sum()) - 2, 1)
    apart = t_spread(level, sizes.sum() - 2) * np.sqrt(spread * (1 / sizes).sum())
    half = np.maximum(found.high - found.value, apart)
    return Estimate(found.value, found.value - half, found.value + half, level)


def effect_by_lots(panel: Panel, lots: Flags, level: float = LEVEL) -> tuple[Estimate, float]:
    """Return the effect of a change that comes and goes by lot, and how often other ``lots`` give as much.

    ``lots`` (draws, stores, days) are deals that might have come as easily. The effect is that of ``two_way_effect``;
    its interval holds all effects which, taken off again, leave no more than one lot of twenty gives by itself: exact
    however few the stores, however days hang together. The score of a lot is Σ s̃ y / √Σ s̃², s̃ being the lot without
    its means of stores and days. Fisher (1935); Garthwaite (1996).
    """
    deals = np.concatenate([panel.treated[None], lots[:, panel.unit, panel.period]]).astype(np.float64)
    rest = _residuals(deals, panel)
    known = (rest**2).sum(1)
    if known[0] < 1e-9:
        raise FigureError("the change can't be told from its stores and days", "leave it out in some store each day")
    rest = rest[known > 1e-9] / np.sqrt(known[known > 1e-9])[:, None]
    score, shared = rest @ panel.values, rest @ deals[0]
    with np.errstate(divide="ignore", invalid="ignore"):  # the same lot again gives as much whatever the effect
        ends = np.stack([(score[0] - score) / (shared[0] - shared), (score[0] + score) / (shared[0] + shared)])[:, 1:]
    alike = shared[0] - np.abs(shared[1:]) < 1e-9
    lows, highs = np.where(alike, -np.inf, ends.min(0)), np.where(alike, np.inf, ends.max(0))
    extreme = np.count_nonzero(alike | (np.abs(score[1:]) >= abs(score[0]) * (1 - 1e-12)))
    kept = int((1 - level) * (len(lows) + 1))
    low, high = (np.sort(lows)[kept - 1], np.sort(highs)[-kept]) if kept else (-np.inf, np.inf)
    effect = as_numbers(score[0] / shared[0])
    return Estimate(effect, as_numbers(low), as_numbers(high), level), float(1 + extreme) / (1 + len(lows))


def staggered_effect(
    table: ArrayLike, starts: ArrayLike, random: np.random.Generator, draws: int = 500, level: float = LEVEL
) -> Estimate:
    """Return the mean effect on stores that got a change one after another, each held against those still without.

    For stores that start in period g and each t >= g: the mean of y(t) - y(g-1) less the same mean of stores that start
    after t or never; weighted by stores; interval by drawing stores anew. What is missing (NaN) is left out. Callaway &
    Sant'Anna (2021). A plain regression compares early with late stores there and can turn a sign round (Goodman-Bacon
    2021).
    """
    values, begin = as_numbers(table), np.asarray(starts, np.int64)
    stores = len(begin)
    if not ((begin > 0) & (begin < values.shape[1])).any():
        raise FigureError("no store starts within the periods", "number them from 0; a start needs one before it")
    effect = _held_against_later(values, begin, np.ones(stores))
    if np.isnan(effect):
        raise FigureError("no store is without the change while others have it", "end before the last store starts")
    weights = random.multinomial(stores, np.full(stores, 1 / stores), draws)
    drawn = np.array([_held_against_later(values, begin, row.astype(np.float64)) for row in weights])
    error = float(np.nanstd(drawn, ddof=1))
    half = t_spread(level, stores - 1) * error
    return Estimate(as_numbers(effect), effect - half, effect + half, level)


def staggered_test(table: ArrayLike, starts: ArrayLike, random: np.random.Generator, draws: int = 500) -> Permutation:
    """Return the effect of ``staggered_effect`` and how often starts dealt anew among the stores give as much.

    p = (1 + as extreme) / (1 + draws). Fisher (1935), Phipson & Smyth (2010).
    """
    values, begin = as_numbers(table), np.asarray(starts, np.int64)
    alike = np.ones(len(begin))
    effect = _held_against_later(values, begin, alike)
    drawn = np.array([_held_against_later(values, random.permutation(begin), alike) for _ in range(draws)])
    extreme = np.count_nonzero(np.abs(drawn) >= abs(effect) * (1 - 1e-12))
    return Permutation(effect, (1 + extreme) / (1 + draws))


def _inflation(panel: Panel) -> float:
    """Return by how much the variance of few clusters is too small; means that lie within one cost no freedom (CR1)."""
    sides = [place for place in (panel.unit, panel.period) if not _is_within(place, panel.cluster)]
    rows, columns = len(panel.values), 2 + sum(len(np.unique(place)) - 1 for place in sides)
    clusters = len(np.unique(panel.cluster))
    return clusters / (clusters - 1) * (rows - 1) / max(rows - columns, 1)


def _is_within(place: Places, cluster: Places) -> bool:
    return len(np.unique(np.stack([place, cluster]), axis=1).T) == len(np.unique(place))


def _mean_known(table: Numbers, axis: int) -> Numbers:
    there = ~np.isnan(table)
    return divide(np.where(there, table, 0).sum(axis), there.sum(axis).astype(np.float64), np.nan)


def _residuals(rows: Numbers, panel: Panel) -> Numbers:
    """Return rows of cells with the means of stores and of days taken off, all rows at once."""
    few, many = sorted((panel.unit, panel.period), key=lambda place: len(np.unique(place)))
    centred = _centre(rows, many)
    sides = _centre((few == np.unique(few)[:, None]).astype(np.float64), many)
    _, sizes, basis = np.linalg.svd(sides, full_matrices=False)
    basis = basis[sizes > 1e-9 * max(float(sizes.max()), 1.0)]
    return as_numbers(centred - centred @ basis.T @ basis)


def _centre(rows: Numbers, place: Places) -> Numbers:
    member = (place[:, None] == np.unique(place)).astype(np.float64)
    return as_numbers(rows - (rows @ member / member.sum(0)) @ member.T)


def _demean(values: Numbers, panel: Panel) -> Numbers:
    """Take off the means of stores and of days in turn until nothing changes."""
    sides = [(place, np.maximum(np.bincount(place), 1)) for place in (panel.unit, panel.period)]
    scale = max(float(np.abs(values).max()), 1e-300)
    for _ in range(_SWEEPS):
        moved = 0.0
        for place, sizes in sides:
            means = np.bincount(place, values) / sizes
            values = values - means[place]
            moved = max(moved, float(np.abs(means).max()))
        if moved < 1e-10 * scale:
            break
    return values


def _held_against_later(values: Numbers, begin: Places, weights: Numbers) -> float:
    total, counted = 0.0, 0.0
    periods = values.shape[1]
    start_of = np.where(begin == NEVER, periods, begin)
    for start in np.unique(begin[(begin > 0) & (begin < periods)]):
        grown = values[:, start:] - values[:, [start - 1]]
        there = ~np.isnan(grown)
        grown = np.where(there, grown, 0.0)
        own = np.where((begin == start)[:, None] & there, weights[:, None], 0.0)
        later = np.where((start_of[:, None] > np.arange(start, periods)) & there, weights[:, None], 0.0)
        having, against = own.sum(0), later.sum(0)
        held = (against > 0) & (having > 0)
        gaps = (own * grown)[:, held].sum(0) / having[held] - (later * grown)[:, held].sum(0) / against[held]
        total, counted = total + float((gaps * having[held]).sum()), counted + float(having[held].sum())
    return total / counted if counted else float("nan")

"""What a change did, from tables of store-days or from the visitors of two arms: estimates alone, no file."""

from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from o2o.analytics.experiments import Deal
from o2o.statistics.designs import deal_days_anew, deal_pairs, match_stores
from o2o.statistics.estimates import LEVEL, Estimate, Flags, Numbers, Places, as_numbers, divide, spread_of
from o2o.statistics.intervals import newcombe, wilson
from o2o.statistics.means import adjust_by_past, mean_difference, mean_estimate
from o2o.statistics.panels import Panel, effect_by_lots, staggered_effect, staggered_test, two_way_effect
from o2o.statistics.permutation import lot_test, sign_test
from o2o.statistics.sequential import difference_sequence, error_of_rates, rate_sequence

_Cell = TypeVar("_Cell", bound=np.generic)
WEEK = 7
MANY_STORES = 10
"""With fewer stores what one did that day is much of what the others are held against: errors are by days of all."""
_DRAWS = 300


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a change with its interval, ``chance`` of as much from other lots, the level without it (``base``).

    ``error`` is the standard error, larger where few units tell it; ``saved`` the share of variance that the past took.
    """

    estimate: Estimate
    chance: float | None
    base: float
    saved: float = 0.0

    @property
    def error(self) -> float:
        """The standard error that a normal interval of the same width has."""
        return float(self.estimate.high - self.estimate.low) / 2 / spread_of(self.estimate.level)

    def whenever(self, scale: float) -> Estimate:
        """Return the interval that holds however often one looks; ``scale`` is the difference that is hoped for."""
        error = self.error
        if not np.isfinite(error):
            return self.estimate
        return difference_sequence(self.estimate.value, error, max(scale, error / 10, 1e-12), self.estimate.level)


@dataclass(frozen=True, slots=True)
class ArmCounts:
    """The visitors of one arm, those alike together: conversions, money, scans before, and how many they are."""

    name: str
    share: float
    conversions: Numbers
    amount: Numbers
    past: Numbers
    count: Places

    @classmethod
    def of(cls, name: str, share: float, groups: list[tuple[int, int, int, int]]) -> Self:
        """Make an arm of (conversions, money, scans before, visitors)."""
        table = np.array(groups, np.int64).reshape(-1, 4)
        conversions, amount, past = (table[:, column].astype(float) for column in range(3))
        return cls(name, share, conversions, amount, past, table[:, 3])

    @property
    def units(self) -> int:
        """How many visitors."""
        return int(self.count.sum())

    @property
    def converted(self) -> int:
        """How many of them converted."""
        return int(self.count[self.conversions > 0].sum())

    @property
    def total(self) -> float:
        """All their money."""
        return float((self.amount * self.count).sum())


def deal_matched(before: Numbers, days: int, random: np.random.Generator) -> tuple[Flags, Places]:
    """Return flags and pairs (an odd store is in none, -1) of stores that went alike before."""
    pairs = deal_pairs(match_stores(_by_week(_fill(before))), random)
    pair = np.full(len(before), -1)
    pair[pairs] = np.arange(len(pairs))[:, None]
    first = np.isin(np.arange(len(before)), pairs[:, 0])
    return np.repeat(first[:, None], days, 1), np.repeat(pair[:, None], days, 1)


def deal_staggered(stores: int, days: int, waves: int, random: np.random.Generator) -> tuple[Flags, Places]:
    """Return flags and waves: stores begin by lot, wave by wave, the first of them on the first day."""
    wave = np.empty(stores, np.int64)
    wave[random.permutation(stores)] = np.arange(stores) * waves // stores
    starts = wave * (days // WEEK) // waves * WEEK
    return np.arange(days) >= starts[:, None], np.repeat(wave[:, None], days, 1)


def read_switchback(values: Numbers, known: tuple[Numbers, Flags], deal: Deal, random: np.random.Generator) -> Effect:
    """Return the effect on store-days that had a change by lot.

    ``known`` are what each day's weekday was before, and the days that follow a change too closely. These are left out
    of the estimate but not of the chance: lots dealt anew would leave out others.
    """
    past, settling = known
    adjusted, saved = _adjust(values, past - _mean(past, 1)[:, None])
    read = _read_by_lots if len(values) < MANY_STORES else _read_by_blocks
    found, chance = read(adjusted, settling, deal, random)
    return Effect(found, chance, _level(values[~deal.treated]), saved)


def _read_by_lots(
    values: Numbers, settling: Flags, deal: Deal, random: np.random.Generator
) -> tuple[Estimate, float | None]:
    lots = deal_days_anew(deal.treated, deal.blocks, random, _DRAWS * 4)
    treated = deal.treated
    if len(values) == 1:  # one store is told by its weeks and weekdays
        values, treated, settling = _fold(values[0], np.nan), _fold(treated[0], False), _fold(settling[0], False)
        lots = _fold(lots[:, 0], False)
    found, chance = effect_by_lots(Panel.of(values, treated), lots)
    if settling.any():
        found, _ = effect_by_lots(Panel.of(np.where(settling, np.nan, values), treated), lots)
    return found, chance


def _read_by_blocks(
    values: Numbers, settling: Flags, deal: Deal, random: np.random.Generator
) -> tuple[Estimate, float | None]:
    found = two_way_effect(Panel.of(np.where(settling, np.nan, values), deal.treated, deal.blocks))
    rest = values - _mean(values, 1)[:, None]
    rest = np.nan_to_num(rest - _mean(rest, 0))
    block = np.unique(deal.blocks, return_inverse=True)[1].ravel()
    turned = np.bincount(block, np.where(deal.treated, rest, -rest).ravel())
    return found, sign_test(turned, random, _DRAWS * 4).chance


def read_matched(values: Numbers, past: Numbers, deal: Deal, random: np.random.Generator) -> Effect:
    """Return the effect on one store of each pair, its past taken off; pairs of which one has no data are left out."""
    pairs = list_pairs(deal)
    gaps = _mean(values[pairs[:, 0]] - values[pairs[:, 1]], 1)
    before = _mean(past[pairs[:, 0]], 1) - _mean(past[pairs[:, 1]], 1)
    there = ~np.isnan(gaps)
    stores = pairs[there].ravel()
    level, known = _mean(values, 1)[stores], np.nan_to_num(_mean(past, 1)[stores], nan=_level(past))
    adjusted = adjust_by_past(level, known)
    differences = gaps[there] - adjusted.slope * np.nan_to_num(before[there])
    chance = sign_test(differences, random).chance
    return Effect(mean_estimate(differences), chance, _level(values[pairs[:, 1]]), adjusted.saved)


def read_staggered(values: Numbers, past: Numbers, deal: Deal, random: np.random.Generator) -> Effect:
    """Return the effect on stores that began wave by wave, by the week, held against those that had not begun."""
    weeks = np.concatenate([_by_week(past), _by_week(values)], 1)
    begun = deal.treated[:, ::WEEK]
    starts = past.shape[1] // WEEK + np.where(begun.any(1), begun.argmax(1), weeks.shape[1])
    found = staggered_effect(weeks, starts, random, _DRAWS)
    chance = staggered_test(weeks, starts, random, _DRAWS).chance
    return Effect(found, chance, _level(values[~deal.treated]))


def compare_rates(arms: tuple[ArmCounts, ArmCounts], random: np.random.Generator) -> Effect:
    """Return by how many points more visitors of the first arm converted."""
    one, other = arms
    found = newcombe(one.converted, one.units, other.converted, other.units)
    brought = (np.ones(one.converted), np.ones(other.converted))
    chance = lot_test(brought, (one.units, other.units), random, _DRAWS * 4).chance
    return Effect(found, chance, other.converted / max(other.units, 1))


def compare_rates_whenever(arms: tuple[ArmCounts, ArmCounts], scale: float) -> Estimate:
    """Return the same with an interval that holds however often one looks."""
    one, other = arms
    error = error_of_rates(one.converted, one.units, other.converted, other.units)
    value = one.converted / one.units - other.converted / other.units
    return difference_sequence(value, error, max(scale, 1e-9))


def compare_means(arms: tuple[ArmCounts, ArmCounts], random: np.random.Generator) -> Effect:
    """Return how much more money a visitor of the first arm brought, what their past scans foretell taken off."""
    amounts = [np.repeat(arm.amount, arm.count) for arm in arms]
    past = np.concatenate([np.repeat(arm.past, arm.count) for arm in arms])
    adjusted = adjust_by_past(np.concatenate(amounts), past)
    first = len(amounts[0])
    found = mean_difference(adjusted.values[:first], adjusted.values[first:])
    brought = (amounts[0][amounts[0] != 0], amounts[1][amounts[1] != 0])
    chance = lot_test(brought, (len(amounts[0]), len(amounts[1])), random, _DRAWS * 4).chance
    return Effect(found, chance, float(amounts[1].mean()), adjusted.saved)


def compare_draws(events: tuple[int, int], shares: tuple[float, float], random: np.random.Generator) -> Effect:
    """Return how many times as often, less one, what was shown in these shares drew the first as the second."""
    drawn, shown = sum(events), shares[0] / sum(shares)
    tried = random.binomial(drawn, shown, _DRAWS * 10)
    extreme = np.count_nonzero(np.abs(tried - drawn * shown) >= abs(events[0] - drawn * shown))
    chance = (1 + extreme) / (1 + _DRAWS * 10)
    return Effect(_as_times(wilson(events[0], drawn), events, shares), chance, float(events[1]))


def compare_draws_whenever(events: tuple[int, int], shares: tuple[float, float]) -> Estimate:
    """Return the same with an interval that holds however often one looks."""
    return _as_times(rate_sequence(events[0], sum(events)), events, shares)


def count_extra(effect: Estimate, drawn: float, shares: tuple[float, float]) -> Estimate:
    """Return how many more the first drew than the second would have in its place, of so many that both drew."""
    odds = shares[0] / shares[1]
    times = (effect.value, effect.low, effect.high)
    parts = (1 - 1 / (1 + (1 + time) * odds) for time in times)
    value, low, high = (as_numbers(drawn * (part - (1 - part) * odds)) for part in parts)
    return Estimate(value, low, high, effect.level)


def list_pairs(deal: Deal) -> Places:
    """Return the pairs of a matched deal, the store with the change first."""
    pair, treated = deal.blocks[:, 0], deal.treated[:, 0]
    return np.array([
        [np.flatnonzero((pair == number) & treated)[0], np.flatnonzero((pair == number) & ~treated)[0]]
        for number in range(int(pair.max()) + 1)
    ]).reshape(-1, 2)  # fmt: skip


def _as_times(share: Estimate, events: tuple[int, int], shares: tuple[float, float]) -> Estimate:
    odds = shares[1] / shares[0]
    low, high = (divide(end, 1 - end, np.inf) * odds - 1 for end in (share.low, share.high))
    value = divide(np.asarray(events[0] * odds), np.asarray(float(events[1])), np.inf) - 1
    return Estimate(value, low, high, LEVEL)


def _adjust(values: Numbers, past: Numbers) -> tuple[Numbers, float]:
    there = ~np.isnan(values)
    if not there.any():
        return values, 0.0
    adjusted = adjust_by_past(values[there], np.nan_to_num(past[there]))
    table = np.full_like(values, np.nan)
    table[there] = adjusted.values
    return table, adjusted.saved


def _mean(table: Numbers, axis: int) -> Numbers:
    """Return means of what is known, NaN where nothing is."""
    there = ~np.isnan(table)
    return divide(np.where(there, table, 0).sum(axis), there.sum(axis).astype(float), np.nan)


def _fill(table: Numbers) -> Numbers:
    """Return a table whose unknown values are their store's mean."""
    own = _mean(table, 1)[:, None]
    known = np.where(np.isnan(own), _level(table), own)
    return np.where(np.isnan(table), known, table)


def _by_week(table: Numbers) -> Numbers:
    """Return means by whole weeks, counted back from the end where days are left over."""
    stores, days = table.shape
    weeks = days // WEEK
    return _mean(table[:, days - weeks * WEEK :].reshape(stores, weeks, WEEK), 2)


def _fold(table: NDArray[_Cell], blank: float) -> NDArray[_Cell]:
    """Return days (the last axis) as (weeks, weekdays), blank after the last."""
    short = -table.shape[-1] % WEEK
    ends = [(0, 0)] * (table.ndim - 1) + [(0, short)]
    return np.pad(table, ends, constant_values=blank).reshape(*table.shape[:-1], -1, WEEK)


def _level(values: Numbers) -> float:
    """Return the mean of what is known, 0 where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else 0.0

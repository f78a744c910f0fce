"""Worlds with a planted effect, in which every kind of experiment is held to what its interval says."""

from datetime import date

import numpy as np
import pytest

from o2o.analytics.experiment_design import deal_store_days, foresee_store_days
from o2o.analytics.experiment_effects import (
    ArmCounts,
    Effect,
    compare_draws,
    compare_draws_whenever,
    compare_means,
    compare_rates,
    compare_rates_whenever,
    count_extra,
)
from o2o.analytics.experiment_reading import read_store_days, weekday_past
from o2o.analytics.experiments import Deal, Design, ExperimentTerms, Measure
from o2o.statistics.estimates import Numbers
from o2o.statistics.intervals import wilson
from tests.coverage import WORLDS, check_coverage, held, measure

EFFECT = 4.0
BEFORE = 28


def world(random: np.random.Generator, stores: int, days: int) -> Numbers:
    """Stores, weekdays of stores and days that differ, with noise of which half is yesterday's."""
    noise = random.normal(0, 5, (stores, days))
    for day in range(1, days):
        noise[:, day] += 0.5 * noise[:, day - 1]
    weekdays = random.normal(0, 6, (stores, 7))[:, np.arange(days) % 7]
    return 100 + random.normal(0, 30, (stores, 1)) + weekdays + random.normal(0, 4, days) + noise


def prepare(design: Design, stores: int, days: int, seed: int) -> tuple[ExperimentTerms, Numbers, Deal]:
    """Return terms, the days before and during, and a deal."""
    random = np.random.default_rng([stores, seed])
    names = tuple(f"S{number}" for number in range(stores))
    terms = ExperimentTerms("x", design, Measure.REVENUE, "more", date(2026, 5, 4), days, names, waves=3, seed=seed)
    values = world(random, stores, BEFORE + days)
    return terms, values, deal_store_days(terms, values[:, :BEFORE], random)


def read(terms: ExperimentTerms, values: Numbers, deal: Deal, seed: int = 0) -> Effect:
    before, now = values[:, :BEFORE], values[:, BEFORE:]
    past = (before, weekday_past(before, terms.days))
    return read_store_days(terms, now, past, deal, np.random.default_rng(seed))


def plant(values: Numbers, deal: Deal, random: np.random.Generator, missing: float) -> Numbers:
    planted = values.copy()
    planted[:, BEFORE:] += EFFECT * deal.treated
    planted[:, BEFORE:][random.random(deal.treated.shape) < missing] = np.nan
    return planted


CASES = [
    pytest.param(Design.SWITCHBACK, 1, 42, 0.0, 3, id="switchback of one store"),
    pytest.param(Design.SWITCHBACK, 2, 28, 0.0, 3, id="switchback of two stores"),
    pytest.param(Design.SWITCHBACK, 6, 28, 0.0, 3, id="switchback of six stores"),
    pytest.param(Design.SWITCHBACK, 12, 28, 0.08, 4, id="switchback with days missing"),
    pytest.param(Design.MATCHED, 12, 28, 0.08, 2, id="matched stores with days missing"),
    pytest.param(Design.STAGGERED, 18, 42, 0.05, 12, id="staggered rollout with days missing"),
]


@pytest.mark.parametrize(("design", "stores", "days", "missing", "fewer"), CASES)
def test_intervals_hold_what_was_planted_and_lots_raise_few_false_alarms(
    design: Design, stores: int, days: int, missing: float, fewer: int
) -> None:
    holds, alarms = [], []
    for seed in range(WORLDS // fewer):
        terms, values, deal = prepare(design, stores, days, seed)
        random = np.random.default_rng([seed, 7])
        found = read(terms, plant(values, deal, random, missing), deal, seed)
        holds.append(bool(held(found.estimate, EFFECT)))
        idle = values.copy()  # an A/A test
        alarms.append(found_anything(read(terms, idle, deal, seed)))
    check_coverage(holds)
    assert wilson(sum(alarms), len(alarms), 0.999).low <= 0.05


def found_anything(effect: Effect) -> bool:
    """Tell whether a winner would be named: by the interval and by the lots."""
    return bool(effect.estimate.excludes()) and effect.chance is not None and effect.chance <= 0.05


@pytest.mark.parametrize(
    ("design", "stores", "fewer"),
    [
        pytest.param(Design.SWITCHBACK, 1, 8, id="switchback of one store"),
        pytest.param(Design.SWITCHBACK, 2, 8, id="switchback of two stores"),
        pytest.param(Design.SWITCHBACK, 3, 8, id="switchback of three stores"),
        pytest.param(Design.MATCHED, 24, 8, id="matched stores"),
    ],
)
def test_what_is_said_to_be_found_four_times_of_five_is(design: Design, stores: int, fewer: int) -> None:
    found = []
    for seed in range(WORLDS // fewer):
        terms, values, deal = prepare(design, stores, 28, seed)
        power = foresee_store_days(terms, world(np.random.default_rng([seed, 3]), stores, BEFORE + 28), deal)
        assert power is not None
        values[:, BEFORE:] += power.detectable * deal.treated
        found.append(found_anything(read(terms, values, deal, seed)))
    measured = measure(found, (0.74, 0.86))
    assert measured.is_sound, str(measured)


def test_two_stores_tell_as_much_as_half_of_four() -> None:
    """None of their days is lost: of two coins for two stores half of the days would be."""
    errors = {}
    for stores in (2, 4):
        found = [read(*prepare(Design.SWITCHBACK, stores, 28, seed)) for seed in range(60)]
        errors[stores] = np.std([float(effect.estimate.value) for effect in found])
    assert 1.1 < errors[2] / errors[4] < 1.75  # √2


@pytest.mark.parametrize(("design", "stores"), [(Design.SWITCHBACK, 6), (Design.MATCHED, 16)])
def test_who_looks_every_morning_is_fooled_in_few_tests(design: Design, stores: int) -> None:
    fooled = []
    for seed in range(WORLDS // 6):
        terms, values, deal = prepare(design, stores, 28, seed)
        fooled.append(any(
            bool(read(terms, hide_after(values, day), deal, seed).whenever(0.05 * 100).excludes())
            for day in range(14, 29, 2)
        ))  # fmt: skip
    assert wilson(sum(fooled), len(fooled), 0.999).low <= 0.05


def hide_after(values: Numbers, day: int) -> Numbers:
    known = values.copy()
    known[:, BEFORE + day :] = np.nan
    return known


def arms(random: np.random.Generator, units: int, rates: tuple[float, float]) -> tuple[ArmCounts, ArmCounts]:
    made = []
    for place, rate in enumerate(rates):
        here = int(random.binomial(units, 0.5))
        buyers = int(random.binomial(here, rate))
        groups = [(1, int(amount), 0, 1) for amount in random.gamma(2, 1_000, buyers)]
        made.append(ArmCounts.of("ab"[place], 0.5, [*groups, (0, 0, 0, here - buyers)]))
    return made[0], made[1]


def test_intervals_of_splits_hold_what_was_planted() -> None:
    rates, money = [], []
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        both = arms(random, 4_000, (0.06, 0.05))
        rates.append(bool(held(compare_rates(both, random).estimate, 0.01)))
        money.append(bool(held(compare_means(both, random).estimate, 20.0)))
    check_coverage(rates)
    check_coverage(money)


def test_splits_of_equal_pages_raise_few_false_alarms_even_if_looked_at_daily() -> None:
    alarms, fooled = [], []
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        found, looks = np.zeros(2, int), []
        units = np.zeros(2, int)
        for _ in range(28):
            units += random.binomial(300, 0.5, 2)
            found = np.minimum(found + random.binomial(15, 0.5, 2), units)
            both = tuple(ArmCounts.of("x", 0.5, [(1, 1, 0, int(f)), (0, 0, 0, int(n - f))])
                         for f, n in zip(found, units, strict=True))  # fmt: skip
            looks.append(bool(compare_rates_whenever((both[0], both[1]), 0.005).excludes()))
        alarms.append(found_anything(compare_rates((both[0], both[1]), random)))
        fooled.append(any(looks[4:]))
    assert wilson(sum(alarms), len(alarms), 0.999).low <= 0.05
    assert wilson(sum(fooled), len(fooled), 0.999).low <= 0.05


def test_intervals_of_creatives_hold_how_often_they_draw() -> None:
    holds, always = [], []
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        events = (int(random.poisson(300)), int(random.poisson(250)))
        holds.append(bool(held(compare_draws(events, (0.5, 0.5), random).estimate, 0.2)))
        always.append(bool(held(compare_draws_whenever(events, (0.5, 0.5)), 0.2)))
    check_coverage(holds)
    assert np.mean(always) >= np.mean(holds)


def test_what_creatives_draw_more_is_held_by_its_interval() -> None:
    holds = []
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        events = (int(random.poisson(300)), int(random.poisson(160)))
        found = count_extra(compare_draws(events, (0.6, 0.4), random).estimate, sum(events), (0.6, 0.4))
        assert float(found.value) == pytest.approx(events[0] - 1.5 * events[1])
        holds.append(bool(held(found, 60.0)))
    check_coverage(holds)
    nothing = count_extra(compare_draws((0, 30), (0.6, 0.4), random).estimate, 30, (0.6, 0.4))
    assert (float(nothing.value), float(nothing.low)) == pytest.approx((-45.0, -45.0))


def test_shares_of_creatives_are_reckoned_with() -> None:
    found = compare_draws((600, 400), (0.6, 0.4), np.random.default_rng(1))
    assert float(found.estimate.value) == pytest.approx(0)
    assert found.chance is not None and found.chance > 0.5


def test_the_past_makes_matched_stores_surer() -> None:
    terms, values, deal = prepare(Design.MATCHED, 16, 28, 1)
    blind = values.copy()
    blind[:, :BEFORE] = 100.0
    sure, unsure = read(terms, values, deal), read(terms, blind, deal)
    assert sure.saved > 0.9 > unsure.saved
    assert sure.error < unsure.error


def test_a_store_without_data_takes_its_pair_out() -> None:
    terms, values, deal = prepare(Design.MATCHED, 8, 28, 1)
    values[int(np.flatnonzero(deal.treated[:, 0])[0])] = np.nan
    assert np.isfinite(float(read(terms, values, deal).estimate.value))

"""Signs that have died, among signs that are only quiet."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.statistics.discoveries import discover
from o2o.statistics.estimates import FigureError
from o2o.statistics.silence import (
    Habits,
    Watch,
    _Lives,
    chance_of_burst,
    find_silences,
    learn_habits,
    spread_of_others,
    traffic_between,
)


def watch(scans, exposure, recent, window, kind=None) -> Watch:
    parts = np.broadcast_arrays(*(np.asarray(part, float) for part in (scans, exposure, recent, window)))
    return Watch(*parts, np.zeros(len(parts[0]), np.int64) if kind is None else np.asarray(kind))


def test_a_busy_sign_that_is_silent_comes_before_a_quiet_one() -> None:
    found = find_silences(watch([300, 3, 60, 280], 30, [0, 0, 0, 61], 7))
    assert found.order.tolist()[:2] == [0, 2]
    assert found.dead[0] > 0.99 and found.dead[1] < 0.5 and found.dead[3] == 0


def test_the_chance_of_silence_is_that_of_the_negative_binomial() -> None:
    stats = pytest.importorskip("scipy.stats")
    signs, *_ = lives(signs=4_000, mortality=0)
    watched = watch(signs.scans, signs.exposure + signs.window, 0, signs.window)
    habits = learn_habits(watched)
    rate = habits.rate - signs.window
    known = stats.nbinom.pmf(0, habits.shape, rate / (rate + signs.window))
    assert np.allclose(find_silences(signs).chance, known, rtol=0.03, atol=0.003)


@pytest.mark.parametrize("power", [-1, 0, 1])
def test_odds_of_death_are_the_integral_over_its_instants(power: int) -> None:
    shape, until, end = (
        np.array([0.4, 1.0, 2.0, 90.0]),
        np.array([2.0, 5.0, 9.0, 30.0]),
        np.array([9.0, 6.0, 40.0, 44.0]),
    )
    found = _Lives(shape, until, end, end, np.ones(4, bool), 0.1).tail(power)
    edges = np.linspace(until, end, 200_001)
    middles = (edges[1:] + edges[:-1]) / 2
    known = (middles ** -(shape + power)).sum(0) * (end - until) / 200_000
    assert np.allclose(np.exp(found), known, rtol=1e-6)


def test_the_chance_of_a_burst_is_that_of_the_negative_binomial() -> None:
    stats = pytest.importorskip("scipy.stats")
    signs = watch([30, 12, 5, 44, 8, 20], [30, 20, 10, 40, 12, 20], [0, 1, 9, 12, 30, 200], [3, 4, 5, 6, 7, 8])
    habits = learn_habits(signs)
    known = stats.nbinom.sf(signs.recent - 1, habits.shape, habits.rate / (habits.rate + signs.window))
    assert np.allclose(chance_of_burst(signs), known, rtol=1e-8)


def lives(seed: int = 1, signs: int = 5_000, mortality: float = 0.04, mean: float = 1.0):
    """Signs watched 60 days, of which some have died at some instant: what is seen, who is dead, and the rates."""
    random = np.random.default_rng(seed)
    rates = random.gamma(0.8, mean / 0.8, signs)
    dead = random.random(signs) < mortality
    lived = np.where(dead, random.uniform(0, 60, signs), 60)
    scans = random.poisson(rates * lived)
    last = np.where(scans > 0, lived * random.random(signs) ** (1 / np.maximum(scans, 1)), 0)
    return watch(scans, last, 0, 60 - last), dead, rates


def shop(seed: int = 1, signs: int = 5_000) -> Watch:
    """Signs watched 60 days and then 7 more."""
    random = np.random.default_rng(seed)
    rates = random.gamma(0.8, 1.2, signs)
    return watch(random.poisson(rates * 60), 60, random.poisson(rates * 7), 7)


@pytest.mark.parametrize("mean", [0.3, 1, 5])
def test_of_signs_said_to_be_dead_with_a_chance_of_p_a_share_of_p_is(mean: float) -> None:
    signs, dead, _ = lives(signs=20_000, mean=mean)
    said = find_silences(signs).dead
    assert said.sum() == pytest.approx(dead.sum(), rel=0.25)
    for low, high in ((0.02, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)):
        among = (said >= low) & (said <= high)
        if among.sum() > 50:
            assert dead[among].mean() == pytest.approx(said[among].mean(), abs=0.12)


def test_tags_that_are_hardly_ever_scanned_are_not_called_dead() -> None:
    """Each ends its history with its last scan, and so looks busier than it is."""
    signs, *_ = lives(mean=0.05, mortality=0)
    assert (find_silences(signs).dead >= 0.5).mean() < 0.01


def test_the_list_begins_with_what_costs_most() -> None:
    signs, dead, rates = lives()
    found = find_silences(signs, worth=2.0)
    top = found.order[:150]
    assert dead[top].mean() > 0.8
    assert found.loss[top].sum() > 0.75 * 2 * rates[dead].sum()
    assert found.loss[dead].sum() == pytest.approx(2 * rates[dead].sum(), rel=0.15)
    assert (np.diff(found.loss[found.order]) <= 0).all()


def test_signs_of_a_closed_shop_are_not_dead() -> None:
    """Exposure is what their neighbours were scanned: nothing."""
    days = np.array([[40] * 30 + [0] * 7, [40] * 37])
    store = np.array([0, 1])
    before = traffic_between(days, store, np.array([0, 0]), np.array([30, 30]))
    since = traffic_between(days, store, np.array([30, 30]), np.array([37, 37]))
    found = find_silences(watch([60, 60], before, 0, since))
    assert (before.tolist(), since.tolist()) == ([1200, 1200], [0, 280])
    assert found.dead[0] < 0.05 and found.dead[1] > 0.9


def test_a_new_sign_is_taken_for_one_of_its_kind() -> None:
    """Door signs are scanned daily, parcels hardly ever; neither new one has been scanned yet."""
    scans = [60] * 20 + [0] + [1] * 20 + [0]
    exposure = [30] * 20 + [0] + [30] * 20 + [0]
    recent = [14] * 20 + [0] + [0] * 20 + [0]
    found = find_silences(watch(scans, exposure, recent, 7, [0] * 21 + [1] * 21))
    assert found.dead[20] > 0.9 and found.dead[41] < 0.3


def test_where_scans_come_together_silence_says_less() -> None:
    signs = watch([60] * 9, 30, 0, 3)
    assert (find_silences(signs, together=4.0).dead < find_silences(signs).dead).all()


def test_bursts_are_found_and_quiet_shops_have_none() -> None:
    signs = shop(signs=3_000)
    assert discover(chance_of_burst(signs)).sum() <= 3
    recent = signs.recent.copy()
    recent[[5, 50]] += 60
    found = discover(chance_of_burst(Watch(signs.scans, signs.exposure, recent, signs.window, signs.kind)))
    assert found[[5, 50]].all() and found.sum() <= 5


def test_kinds_that_were_never_watched_are_taken_for_all_others() -> None:
    found = find_silences(watch([60] * 9 + [0] * 6, [30] * 9 + [0] * 6, [14] * 9 + [0] * 6, 7, [0] * 9 + [1] * 6))
    assert (found.dead[9:] > 0.9).all()


def test_no_signs_are_no_list() -> None:
    assert find_silences(watch([], [], [], [])).order.size == 0


def test_columns_have_to_be_of_a_length() -> None:
    with pytest.raises(FigureError, match="differ in length"):
        Watch(np.ones(2), np.ones(2), np.ones(3), np.ones(2), np.zeros(2, int))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 5, 400, 100_000]),
            st.sampled_from([0.5, 30, 1e5]),
            st.sampled_from([0, 0, 3]),
            st.sampled_from([1e-6, 1, 40, 1e5]),
            st.integers(0, 2),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_was_counted_chances_are_chances_and_losses_are_finite(signs: list[tuple[float, ...]]) -> None:
    *columns, kind = (np.array(column, float) for column in zip(*signs, strict=True))
    found = find_silences(Watch(*columns, kind.astype(int)))
    for chances in (found.chance, found.dead):
        assert ((chances >= 0) & (chances <= 1)).all()
    assert np.isfinite(found.loss).all() and (found.loss >= 0).all()


def test_windows_that_differ_more_than_chance_are_held_less_against_a_sign() -> None:
    counts = np.array([[3, 40, 2, 45, 1, 38, 50, 2, 41]], float)
    spread = spread_of_others(counts, np.ones_like(counts, bool))
    assert (spread > 5).all()
    habits = learn_habits(watch([222] * 6, 9, 0, 0))
    others = Habits(habits.shape[:1], habits.rate[:1]).without(counts, np.ones_like(counts))
    ones = np.ones_like(counts)
    assert others.chance_of(counts, ones)[0, 6] < 1e-4 < others.chance_of(counts, ones, spread)[0, 6]
    assert (spread_of_others(counts[:, :6], ones[:, :6] > 0) == 1).all()

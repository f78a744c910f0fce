"""Shapley values of touches in a chain: the definition by brute force, sampled orders, and what they conserve."""

from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.attribution import chain_game
from o2o.attribution.chain_game import value_touches
from o2o.attribution.markov import removal_effects
from o2o.attribution.paths import Paths
from o2o.errors import SettingError
from tests import markov_oracle
from tests.test_markov import make_paths, rows_of_paths


def brute_force(rows, order):
    """Return touch -> its mean gain in conversions and in value over all orders of arrival, by all sets of others."""
    touches = sorted({touch for touches, *_ in rows for touch in touches})
    in_all = sum(conversions + nulls for _, conversions, _, nulls in rows)
    worth = {
        frozenset(some): markov_oracle.worth(rows, order, some)
        for size in range(len(touches) + 1)
        for some in combinations(touches, size)
    }
    values = {}
    for touch in touches:
        gained = [Fraction(0), Fraction(0)]
        for some in (some for some in worth if touch not in some):
            weight = Fraction(1, len(touches) * comb(len(touches) - 1, len(some)))
            for reward in range(2):
                gained[reward] += weight * (worth[some | {touch}][reward] - worth[some][reward])
        values[touch] = [float(gain * in_all) for gain in gained]
    return values


@given(rows_of_paths, st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_few_touches_have_the_value_of_the_definition(rows, order) -> None:
    paths = make_paths(rows)
    value = value_touches(paths, order)
    for touch, worth in brute_force(rows, order).items():
        assert value.worth[:, paths.touches.index(touch)] == pytest.approx(worth, abs=1e-9)
    assert not value.errors.any()


def random_paths(touches, count=300, seed=1):
    random = np.random.default_rng(seed)
    lengths = random.geometric(0.3, count)
    codes = np.minimum(random.geometric(0.2, lengths.sum()) - 1, touches - 1)
    names = [f"T{number:02}" for number in range(touches)]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    conversions = random.integers(0, 3, count)
    return Paths.from_codes(names, codes, starts, conversions, conversions * 7.5, random.integers(0, 5, count))


def test_drawn_orders_come_as_near_as_their_standard_error_says() -> None:
    paths = random_paths(8)
    exact = value_touches(paths, samples=40_320)
    drawn = value_touches(paths, samples=400)
    assert not exact.errors.any()
    assert (drawn.errors > 0).all()
    assert (abs(drawn.worth - exact.worth) < 5 * drawn.errors).all()
    assert (drawn.errors < 0.01 * exact.worth).all()


@pytest.mark.parametrize(("touches", "order", "samples"), [(8, 1, 100), (12, 2, 40), (30, 1, 1), (30, 1, 500)])
def test_what_touches_are_worth_adds_up_to_what_there_is(touches, order, samples) -> None:
    paths = random_paths(touches)
    value = value_touches(paths, order, samples)
    assert value.worth.sum(axis=1) == pytest.approx([paths.conversions.sum(), paths.values.sum()], rel=1e-12)
    assert value.worth.min() > -1e-9


def test_the_same_seed_draws_the_same_and_another_other_orders() -> None:
    paths = random_paths(9)
    first, same, other = (value_touches(paths, samples=100, seed=seed).worth.tolist() for seed in (1, 1, 2))
    assert first == same != other


@pytest.mark.parametrize("few", [1, 2, 7])
def test_states_eliminated_in_blocks_give_the_same(monkeypatch, few) -> None:
    paths = random_paths(15)
    whole = value_touches(paths, samples=40)
    monkeypatch.setattr(chain_game, "_FEW", few)
    assert value_touches(paths, samples=40).worth == pytest.approx(whole.worth, rel=1e-10)


def test_the_last_to_arrive_adds_its_removal_effect() -> None:
    paths = random_paths(3)
    chain = chain_game.make_chain(paths, 1)
    gains = chain_game._play(chain, np.array([[0, 1, 2, -1]]))
    in_all = (paths.conversions + paths.nulls).sum()
    assert gains[0, 0, 2] * in_all == pytest.approx(removal_effects(paths)[0, 2] * paths.conversions.sum())


def test_the_order_of_touches_counts_unlike_in_the_set_game() -> None:
    # after A two of three convert, after B alone one of three: B in first place is worth less than A
    paths = Paths.of(["A > B", "B > A"], [2, 1], nulls=[1, 2])
    worth = value_touches(paths).worth[0]
    assert worth.tolist() != [1.5, 1.5]
    assert worth.sum() == pytest.approx(3)


def test_no_conversions_are_worth_nothing() -> None:
    assert not value_touches(Paths.of(["A > B"], [0], nulls=[3])).worth.any()
    assert not value_touches(Paths.of(["A > B"], [0])).worth.any()


def test_too_many_states_are_refused() -> None:
    paths = Paths.of([f"T{number}" for number in range(2_001)], np.ones(2_001))
    with pytest.raises(SettingError, match="a chain with 2,001 states is too large for this model"):
        value_touches(paths)

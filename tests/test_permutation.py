"""Dealing out again what was dealt out."""

from itertools import combinations

import numpy as np
import pytest

from o2o.statistics.estimates import FigureError
from o2o.statistics.permutation import permutation_test, sign_test

ZEA = (6.125, -8.375, 1, 2, 0.75, 2.875, 3.5, 5.125, 1.75, 3.625, 7, 3, 9.375, 7.5, -6)
"""Darwin's fifteen pairs of plants, in eighths of an inch as inches: Fisher (1935), section 21."""


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_darwin_s_plants_are_those_of_fisher() -> None:
    """He counts 863 + 863 of 32,768 ways as extreme: 5.267 %."""
    assert sign_test(ZEA, random(), 100_000).chance == pytest.approx(0.05267, abs=0.003)


def test_few_pairs_are_swapped_in_all_ways() -> None:
    assert sign_test([1, 2, 3], random()).chance == 2 / 8
    assert sign_test([1, 2, 3], random(2)) == sign_test([1, 2, 3], random(3))


def test_units_are_dealt_as_often_as_by_trying_all() -> None:
    values = np.array([3.1, 4.0, 9.5, 7.2, 2.2, 6.6, 8.1])
    treated = np.array([0, 0, 1, 1, 0, 0, 1], bool)
    difference = values[treated].mean() - values[~treated].mean()
    ways = [values[list(on)].mean() - np.delete(values, on).mean() for on in combinations(range(7), 3)]
    known = np.mean(np.abs(ways) >= abs(difference) - 1e-12)
    found = permutation_test(values, treated, random(), draws=20_000)
    assert found.difference == pytest.approx(difference)
    assert found.chance == pytest.approx(known, abs=0.01)


def test_dealing_within_blocks_does_not_take_stores_for_the_change() -> None:
    store = np.repeat([0, 1, 2, 3], 20)
    treated = np.tile([True, False], 40)
    values = store * 100 + treated * 3 + random(4).normal(0, 3, 80)
    assert permutation_test(values, treated, random(), store).chance < 0.01
    assert permutation_test(values, treated, random()).chance > 0.5


def test_false_alarms_are_as_many_as_said() -> None:
    chances = []
    for seed in range(400):
        made = random(seed)
        chances.append(permutation_test(made.gamma(0.5, 10, 30), np.arange(30) % 3 == 0, made, draws=199).chance)
    assert np.mean(np.array(chances) <= 0.05) == pytest.approx(0.05, abs=0.035)


def test_a_seed_gives_the_same_chance() -> None:
    values, treated = random(5).random(30), np.arange(30) < 15
    assert permutation_test(values, treated, random(6)) == permutation_test(values, treated, random(6))


def test_all_treated_alike_is_refused() -> None:
    with pytest.raises(FigureError, match="treated alike"):
        permutation_test([1, 2], [True, True], random())

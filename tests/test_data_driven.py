"""Regression and probabilities of touches: their definitions, generated worlds, and a touch that harms."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings

from o2o.attribution.data_driven import fit_logistic, share_by_probability, share_by_regression
from o2o.attribution.paths import Paths
from o2o.attribution.touch_sets import gather_sets, pair_touches
from o2o.errors import SettingError
from tests.test_markov import make_paths, rows_of_paths
from tests.test_touch_sets import named_sets


def make_world(effects, base=-2.0, count=20_000):
    """Return paths of touches that each come or don't, and convert as logistic regression thinks."""
    random = np.random.default_rng(3)
    met = random.random((count, len(effects))) < 0.3
    met[:, 0] |= ~met.any(axis=1)
    chances = 1 / (1 + np.exp(-base - met @ list(effects.values())))
    converted = (random.random(count) < chances).astype(float)
    texts = [" > ".join(np.array(list(effects))[row]) for row in met]
    return gather_sets(Paths.of(texts, converted, converted * 10, 1 - converted))


EFFECTS = {"none": 0.0, "some": 0.5, "more": 1.0, "most": 1.5, "harm": -1.0}


def by_touch(sets, shares):
    return dict(zip(sets.touches, sets.total(shares, sets.conversions), strict=True))


def test_regression_finds_the_ranking_of_a_generated_world() -> None:
    sets = make_world(EFFECTS)
    earned = by_touch(sets, share_by_regression(sets))
    assert sorted(earned, key=earned.get)[-3:] == ["some", "more", "most"]
    alone = sum(row for row, held in zip(sets.conversions, named_sets(sets), strict=True) if held == {"harm"})
    assert alone <= earned["harm"] < earned["some"] / 4


def test_coefficients_are_those_that_made_the_world() -> None:
    sets = make_world(EFFECTS, count=100_000)
    found = fit_logistic(sets, pair_touches(sets, ""), np.stack((sets.conversions, sets.nulls)), np.arange(5))
    assert dict(zip(sets.touches, found, strict=True)) == pytest.approx(EFFECTS, abs=0.08)


def loss(sets, solution):
    total = sum(b * b for b in solution[:-1]) / 2
    columns = zip(named_sets(sets), sets.conversions, sets.nulls, strict=True)
    for held, converted, lost in columns:
        odds = solution[-1] + sum(solution[sets.touches.index(touch)] for touch in held)
        total += converted * log(1 + exp(-odds)) + lost * log(1 + exp(odds))
    return total


def test_the_solution_is_the_least_of_penalised_likelihood() -> None:
    paths = Paths.of(["A", "A > B", "B", "A > C", "C > B > A"], [3, 5, 1, 0, 4], nulls=[4, 2, 6, 5, 1])
    sets = gather_sets(paths)
    pairs, counts = pair_touches(sets, ""), np.stack((sets.conversions, sets.nulls))
    found = fit_logistic(sets, pairs, counts, np.arange(3))
    low, high = -3.0, 3.0
    for _ in range(60):  # the loss is convex
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if loss(sets, [*found, left]) < loss(sets, [*found, right]) else (left, high)
    intercept = (low + high) / 2
    best = loss(sets, [*found, intercept])
    for moved in np.vstack((np.eye(4), -np.eye(4))) * 1e-3:
        assert loss(sets, np.array([*found, intercept]) + moved) > best


@pytest.mark.parametrize(
    ("conversions", "nulls"), [([1e6, 1e-6], [1e-6, 1e6]), ([1e90, 1], [1, 1e90]), ([1, 0], [0, 1])]
)
def test_touches_that_tell_all_still_have_a_solution(conversions, nulls) -> None:
    sets = gather_sets(Paths.of(["A", "B"], conversions, nulls=nulls))
    found = fit_logistic(sets, pair_touches(sets, ""), np.stack((sets.conversions, sets.nulls)), np.arange(2))
    assert np.isfinite(found).all()
    assert found[0] > 0 > found[1]


def test_the_same_seed_draws_the_same() -> None:
    sets = make_world(EFFECTS, count=500)
    first, same, other = (share_by_regression(sets, bags=5, seed=seed).tolist() for seed in (1, 1, 2))
    assert first == same != other


def probability_by_definition(rows):
    """Return touch -> conversions by the formula of second order, path by path."""

    def rate(*touches):
        held = [row for row in rows if set(touches) <= set(row[0])]
        met = sum(row[1] + row[3] for row in held)
        return sum(row[1] for row in held) / met if met else 0.0

    earned = dict.fromkeys((touch for row in rows for touch in row[0]), 0.0)
    for touches, conversions, _, _ in rows:
        met = sorted(set(touches))
        worth = {}
        for touch in met:
            others = [other for other in met if other != touch]
            gains = sum(rate(touch, other) - rate(touch) - rate(other) for other in others)
            worth[touch] = max(rate(touch) + (gains / (2 * len(others)) if others else 0), 0)
        for touch in met:
            total = sum(worth.values())
            earned[touch] += conversions * (worth[touch] / total if total > 1e-12 else 1 / len(met))
    return earned


@given(rows_of_paths.filter(lambda rows: any(row[3] for row in rows)))
@settings(max_examples=100, deadline=None)
def test_probabilities_give_what_their_formula_says(rows) -> None:
    sets = gather_sets(make_paths(rows))
    assert by_touch(sets, share_by_probability(sets)) == pytest.approx(probability_by_definition(rows), abs=1e-6)


def test_probabilities_find_the_ranking_of_a_generated_world() -> None:
    sets = make_world(EFFECTS)
    earned = by_touch(sets, share_by_probability(sets))
    assert sorted(earned, key=earned.get) == ["harm", "none", "some", "more", "most"]


@pytest.mark.parametrize("share", [share_by_regression, share_by_probability])
def test_without_paths_that_ended_in_nothing_there_is_nothing_to_compare(share) -> None:
    with pytest.raises(SettingError, match="give how often each path ended in nothing, as nulls"):
        share(gather_sets(Paths.of(["A", "B"], [1, 2])))


def test_where_each_touch_harms_shares_are_equal() -> None:
    sets = gather_sets(Paths.of(["A > B", "C", "A", "B"], [1, 90, 0, 0], nulls=[50, 10, 50, 50]))
    shares = share_by_regression(sets, bags=200)
    assert by_touch(sets, shares) == pytest.approx({"A": 0.5, "B": 0.5, "C": 90})

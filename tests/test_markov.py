"""Removal effects: published cases, their definition by brute force, and both ways to solve."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.attribution import markov
from o2o.attribution.markov import choose_order, removal_effects
from o2o.attribution.paths import Paths
from tests import markov_oracle

counts = st.integers(0, 4)
rows_of_paths = st.lists(
    st.tuples(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=6), counts, st.integers(0, 50), counts),
    min_size=1,
    max_size=8,
).map(lambda rows: [(touches, c, v if c else 0, n) for touches, c, v, n in rows])


def make_paths(rows):
    texts, conversions, values, nulls = zip(*((" > ".join(row[0]), *row[1:]) for row in rows), strict=True)
    return Paths.of(texts, conversions, values, nulls)


def effects_by_touch(paths, order=1):
    return dict(zip(paths.touches, removal_effects(paths, order).T.tolist(), strict=True))


def test_three_paths_of_bryl_have_the_published_effects() -> None:
    paths = Paths.of(["C1 > C2 > C3", "C1", "C2 > C3"], [1, 0, 0], nulls=[0, 1, 1])
    assert removal_effects(paths)[0] == pytest.approx([0.5, 1, 1])


@given(rows_of_paths, st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_effects_are_those_of_their_definition(rows, order) -> None:
    ours = effects_by_touch(make_paths(rows), order)
    for touch, effects in markov_oracle.removal_effects(rows, order).items():
        assert ours[touch] == pytest.approx([float(effect) for effect in effects], abs=1e-12)


@given(rows_of_paths, st.integers(2, 4))
@settings(max_examples=80, deadline=None)
def test_following_the_flow_gives_the_same_as_the_inverse(rows, order) -> None:
    paths = make_paths(rows)
    by_inverse = removal_effects(paths, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markov, "MOST_STATES", 0)
        patch.setattr(markov, "_AT_ONCE", 3)
        assert removal_effects(paths, order) == pytest.approx(by_inverse, abs=1e-12)


def test_self_transitions_are_steps_like_any_other() -> None:
    # A leads to A in 1 of 3 visits and converts in 1; without B all is lost that passes it
    rows = [(["A", "A", "B"], 1, 0, 0), (["A"], 1, 0, 0)]
    assert effects_by_touch(make_paths(rows))["B"][0] == pytest.approx(0.5)


def test_a_path_longer_than_the_order_forgets_its_beginning() -> None:
    rows = [(["A", "C", "D"], 4, 0, 0), (["B", "C", "E"], 0, 0, 4)]
    first, second = effects_by_touch(make_paths(rows)), effects_by_touch(make_paths(rows), 2)
    assert first["A"][0] == pytest.approx(0.5)
    assert second["A"][0] == pytest.approx(1)


def test_without_conversions_nothing_is_lost() -> None:
    assert not removal_effects(Paths.of(["A > B"], [0], nulls=[3])).any()
    assert not removal_effects(Paths.of(["A > B"], [0])).any()


def test_effects_of_a_long_loop_are_exact() -> None:
    paths = Paths.of(["A > " * 2_000 + "B"], [1], nulls=[1])
    assert removal_effects(paths, 3)[0] == pytest.approx([1, 1], abs=1e-12)
    assert np.isfinite(removal_effects(paths, 4)).all()


def wander(memory, count=4_000):
    """Return paths in which a touch is most likely the one that stood ``memory`` touches before."""
    random = Random(1)
    paths = []
    for _ in range(count):
        touches = [random.choice("AB")]
        while random.random() < 0.7:
            repeated = len(touches) >= memory > 0 and random.random() < 0.9
            touches.append(touches[-memory] if repeated else random.choice("AB"))
        paths.append(" > ".join(touches))
    return paths


@pytest.mark.parametrize("memory", [1, 2, 3])
def test_the_order_is_as_far_back_as_the_next_touch_depends_on(memory) -> None:
    texts = wander(memory)
    assert choose_order(Paths.of(texts, np.ones(len(texts)))) == memory


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_the_area_under_the_curve_is_that_of_all_pairs(states) -> None:
    rates = [(c / (c + n) if c + n else 0, c, n) for c, n in states]
    won = sum(c * n * ((high > low) + (high == low) / 2) for high, c, _ in rates for low, _, n in rates)
    pairs = sum(c for c, _ in states) * sum(n for _, n in states)
    area = markov._area_under_curve(*np.array(states, float).T)
    assert area == pytest.approx(won / pairs if pairs else 0.5)


@pytest.mark.parametrize("memory", [1, 2, 3])
def test_by_its_area_the_order_is_as_far_back_as_conversion_depends_on(memory) -> None:
    texts = wander(0)
    converted = [" > ".join(text.split(" > ")[-memory:]).startswith("A") for text in texts]
    paths = Paths.of(texts, np.where(converted, 9, 1), nulls=np.where(converted, 1, 9))
    assert choose_order(paths, by="auc") == memory


def test_an_order_with_more_states_than_paths_is_not_chosen() -> None:
    texts = [f"T{number} > U{number}" for number in range(10)]
    assert choose_order(Paths.of(texts, [1] * 10, nulls=[1] * 10), by="auc") == 1


def test_few_paths_are_not_taken_for_a_rule() -> None:
    assert choose_order(Paths.of(["A > C > A", "B > C > B"], [1, 1], nulls=[1, 1])) == 1
    assert choose_order(Paths.of(["A"], [0])) == 1

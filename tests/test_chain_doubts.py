"""What each bucket of people brings to the removal effects of a chain is their derivative by its weight."""

import numpy as np
import pytest

from o2o.attribution.chain_doubts import find_influences
from o2o.attribution.markov import MOST_STATES, removal_effects
from o2o.attribution.paths import Paths

TOUCHES, BUCKETS = "abcdef", 12


@pytest.fixture
def weighted():
    """Return what makes 300 paths that count as often as the weights of their buckets say, and the buckets."""
    random = np.random.default_rng(1)
    lengths = random.integers(1, 6, 300)
    codes, starts = random.integers(0, 5, lengths.sum()), np.concatenate(([0], np.cumsum(lengths)))
    converted = (random.random(300) < 0.3).astype(float)
    values, bucket = converted * random.integers(1, 100, 300), random.integers(0, BUCKETS, 300)

    def weigh(weights):
        each = weights[bucket]
        return Paths.from_codes(TOUCHES, codes, starts, converted * each, values * each, (1 - converted) * each)

    return weigh, bucket


def lost(paths, order):
    return removal_effects(paths, order) * np.array([[paths.conversions.sum()], [paths.values.sum()]])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_influences_are_derivatives_and_add_up_to_what_is_lost(weighted, order):
    weigh, bucket = weighted
    found = find_influences(weigh(np.ones(BUCKETS)), bucket, BUCKETS, order)
    assert found.moved.sum(1) == pytest.approx(found.lost, abs=1e-9)
    assert found.lost == pytest.approx(lost(weigh(np.ones(BUCKETS)), order), abs=1e-9)
    for one in (0, 7):
        more, less = (lost(weigh(1 + step * (np.arange(BUCKETS) == one)), order) for step in (1e-5, -1e-5))
        assert found.moved[:, one] == pytest.approx((more - less) / 2e-5, abs=1e-6)


def test_a_touch_of_no_path_and_paths_that_count_for_nothing_bring_nothing(weighted):
    weigh, bucket = weighted
    weights = (np.arange(BUCKETS) != 3).astype(float)
    found = find_influences(weigh(weights), bucket, BUCKETS)
    assert abs(found.moved[:, :, 5]).max() < 1e-9 and abs(found.moved[:, 3]).max() < 1e-9


def test_where_nothing_counts_nothing_is_brought(weighted):
    weigh, bucket = weighted
    found = find_influences(weigh(np.zeros(BUCKETS)), bucket, BUCKETS)
    assert not found.lost.any() and not found.moved.any()


@pytest.mark.parametrize("order", [1, 2])
def test_some_buckets_and_one_measure_alone_are_as_among_all(weighted, order):
    weigh, bucket = weighted
    whole = find_influences(weigh(np.ones(BUCKETS)), bucket, BUCKETS, order)
    some = find_influences(weigh(np.ones(BUCKETS)), bucket, 5, order, ["values"])
    assert some.moved == pytest.approx(whole.moved[1:, :5], abs=1e-9)
    assert some.lost == pytest.approx(whole.lost[1:], abs=1e-9)


def test_a_chain_of_too_many_states_is_not_followed():
    size = MOST_STATES + 1
    paths = Paths.from_codes([str(number) for number in range(size)], range(size), range(size + 1), np.ones(size))
    assert find_influences(paths, np.zeros(size, np.int64), 2) is None

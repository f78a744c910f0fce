"""Which of two is ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.statistics.contests import chance_ahead, expected_loss

COUNTS = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: (pair[0], sum(pair)))


@pytest.mark.parametrize("counts", [(12, 100, 7, 90), (0, 10, 3, 12), (500, 9_000, 430, 9_000), (5, 5, 1, 4)])
def test_chance_and_loss_are_those_of_draws(counts) -> None:
    random = np.random.default_rng(1)
    x, m, y, n = counts
    p, q = random.beta(x + 0.5, m - x + 0.5, 1_000_000), random.beta(y + 0.5, n - y + 0.5, 1_000_000)
    assert float(chance_ahead(*counts)) == pytest.approx((p > q).mean(), abs=2e-3)
    assert float(expected_loss(*counts)) == pytest.approx(np.maximum(q - p, 0).mean(), rel=0.01, abs=5e-5)


@settings(max_examples=8, deadline=None)
@given(COUNTS, COUNTS)
def test_one_or_the_other_is_ahead_and_losses_differ_by_the_rates(one, other) -> None:
    assert float(chance_ahead(*one, *other) + chance_ahead(*other, *one)) == pytest.approx(1, abs=5e-3)
    rates = [(successes + 0.5) / (trials + 1) for successes, trials in (one, other)]
    losses = expected_loss(*one, *other) - expected_loss(*other, *one)
    assert float(losses) == pytest.approx(rates[1] - rates[0], abs=2e-3)


def test_many_rows_go_at_once() -> None:
    chances = chance_ahead([5, 50, 20], 100, [20, 20, 20], 100)
    assert chances.shape == (3,) and chances[0] < 0.05 and chances[1] > 0.95 and chances[2] == pytest.approx(0.5)


def test_without_data_either_is_as_likely() -> None:
    assert float(chance_ahead(0, 0, 0, 0)) == pytest.approx(0.5, abs=5e-3)

"""Errors by drawing buckets of visitors anew, and what happens if these aren't normalised."""

import numpy as np
import pytest

from o2o.statistics.estimates import FigureError
from o2o.statistics.ratios import Sums, ratio_by_delta
from o2o.statistics.resampling import (
    Buckets,
    bayesian_weights,
    bootstrap,
    draw_totals,
    estimate_credits,
    jackknife,
    multinomial_weights,
    poisson_weights,
)
from tests.coverage import check_coverage, held

COUNT, KEYS, EACH = 1_000, 60, 1.4
WEIGHTS = {"poisson": poisson_weights, "multinomial": multinomial_weights, "bayesian": bayesian_weights}


def buckets_of(earned: np.ndarray) -> Buckets:
    bucket, key = np.nonzero(earned)
    return Buckets.of(bucket, key, earned[bucket, key], *earned.shape)


def shop(seed: int = 1) -> Buckets:
    return buckets_of(np.random.default_rng(seed).poisson(EACH, (COUNT, KEYS)).astype(float))


def error_over_truth(buckets: Buckets, weights: np.ndarray, *, normalised: bool = True) -> float:
    drawn = draw_totals(buckets, weights, normalised=normalised)
    return float(np.mean(drawn.std(0)) / np.sqrt(COUNT * EACH))


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_errors_of_credit_are_true_where_draws_are_normalised(weights) -> None:
    drawn = weights(np.random.default_rng(2), 400, COUNT)
    assert error_over_truth(shop(), drawn) == pytest.approx(1, abs=0.03)


def test_without_normalising_errors_are_one_and_a_half_times_too_large() -> None:
    drawn = poisson_weights(np.random.default_rng(2), 400, COUNT)
    assert error_over_truth(shop(), drawn, normalised=False) == pytest.approx(np.sqrt(1 + EACH), rel=0.05)


def test_the_closed_form_is_what_endless_draws_would_give() -> None:
    buckets = shop()
    drawn = draw_totals(buckets, multinomial_weights(np.random.default_rng(3), 4_000, COUNT))
    assert np.allclose(np.sqrt(buckets.variances), drawn.std(0), rtol=0.06)


def test_the_closed_form_is_the_jackknife_s() -> None:
    earned = np.random.default_rng(4).poisson(0.3, (50, 3)).astype(float)
    left = jackknife(earned, lambda sums: sums)
    errors = (left.high - left.value) / 2.0095752  # t of 49 degrees of freedom
    assert np.allclose(errors, np.sqrt(buckets_of(earned).variances))
    assert np.allclose(left.value, earned.sum(0))


def test_totals_do_not_depend_on_how_amounts_were_cut() -> None:
    whole = Buckets.of([0, 2], [1, 0], [3.0, 5.0], 4, 2)
    cut = Buckets.of([0, 2, 0, 2], [1, 0, 1, 0], [1.0, 2.0, 2.0, 3.0], 4, 2)
    assert whole.totals.tolist() == cut.totals.tolist() == [5, 3]
    assert whole.variances.tolist() == cut.variances.tolist()


def test_many_keys_go_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    buckets, weights = shop(), poisson_weights(np.random.default_rng(5), 20, COUNT)
    at_once = draw_totals(buckets, weights)
    monkeypatch.setattr("o2o.statistics.resampling._CELLS", 7 * COUNT)
    assert np.allclose(draw_totals(buckets, weights), at_once)


def test_every_weight_once_is_the_total() -> None:
    buckets = shop()
    assert np.allclose(draw_totals(buckets, np.ones((1, COUNT)))[0], buckets.totals)


def test_no_keys_have_no_totals() -> None:
    assert draw_totals(Buckets.of([], [], [], COUNT, 0), np.ones((3, COUNT))).shape == (3, 0)


def test_a_seed_gives_the_same_draws() -> None:
    one, again = (draw_totals(shop(), poisson_weights(np.random.default_rng(6), 5, COUNT)) for _ in range(2))
    assert np.array_equal(one, again)


@pytest.mark.parametrize("expected", [5, 40])
def test_credits_hold_the_truth_as_often_as_they_say(expected: int) -> None:
    """Worlds as keys: credit of a half or all of a conversion, in 400 buckets."""
    random = np.random.default_rng(expected)
    earned = 0.5 * random.poisson(expected / 400, (400, 3_000)) + random.poisson(expected / 400, (400, 3_000))
    found = estimate_credits(buckets_of(earned))
    check_coverage(held(found, 1.5 * expected))


def test_stores_as_groups_give_the_ratio_of_the_delta_method() -> None:
    random = np.random.default_rng(7)
    scans = random.poisson(50, 300) + 1.0
    spent = scans * random.gamma(4, 3, 300)
    known = ratio_by_delta(Sums.of(spent, scans))
    sums = np.stack([spent, scans], axis=1)
    drawn = bootstrap(sums, lambda s: s[:, 0] / s[:, 1], multinomial_weights(random, 4_000, 300))
    left = jackknife(sums, lambda s: s[:, 0] / s[:, 1])
    for found in (drawn, left):
        assert np.isclose(found.value, known.value[0])
        assert np.allclose([found.low, found.high], [known.low[0], known.high[0]], rtol=0.01)


def test_a_bucket_that_is_none_is_refused() -> None:
    with pytest.raises(FigureError, match="number them from 0 below 4 and 2"):
        Buckets.of([4], [1], [1.0], 4, 2)


def test_a_single_group_is_refused() -> None:
    with pytest.raises(FigureError, match="nothing to differ from"):
        Buckets.of([0], [0], [1.0], 1, 1)
    with pytest.raises(FigureError, match="two groups or more"):
        jackknife([[1.0, 2.0]], lambda sums: sums)


def test_more_refunds_than_orders_are_less_than_nothing() -> None:
    found = estimate_credits(Buckets.of([0, 1, 2, 5], [0, 0, 1, 1], [-90.0, 40.0, 30.0, 60.0], 100, 2), largest=90)
    assert found.low[0] < found.value[0] == -50 < found.high[0]
    assert 0 < found.low[1] < found.value[1] == 90


def test_nobody_earned_anything() -> None:
    found = estimate_credits(Buckets.of([], [], [], 100, 2))
    assert found.value.tolist() == [0, 0] and (found.high > 0).all()

"""Rankings that luck can't lead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.statistics.estimates import FigureError
from o2o.statistics.shrinkage import Prior, Shrunk, chances_of_top, shrink_counts, shrink_means, shrink_rates
from tests.coverage import check_coverage, held

BATTERS = (18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7)
"""Hits in the first 45 times at bat of 1970: Efron & Morris (1975), table 1."""
SEASON = (
    0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269, 0.230, 0.264, 0.256, 0.303, 0.264, 0.226,
    0.285, 0.316, 0.200,
)  # fmt: skip
"""What the same batters did in the rest of the season."""


def error(found: np.ndarray) -> float:
    return float(np.sum((found - np.array(SEASON)) ** 2))


def test_shrunk_rates_foretell_the_season_better_than_the_first_weeks_do() -> None:
    first = np.array(BATTERS) / 45
    shrunk = shrink_rates(BATTERS, 45).estimate.value
    assert error(first) > 3 * error(shrunk)
    assert (np.diff(shrunk) <= 1e-12).all()


@pytest.mark.parametrize(("mean", "weight"), [(0.05, 100), (0.3, 20), (0.01, 1_000)])
def test_the_spread_of_rates_is_found_again(mean: float, weight: float) -> None:
    random = np.random.default_rng(1)
    truth = random.beta(mean * weight, (1 - mean) * weight, 4_000)
    trials = random.integers(50, 3_000, 4_000)
    shrunk = shrink_rates(random.binomial(trials, truth), trials)
    assert shrunk.prior.mean == pytest.approx(mean, rel=0.05)
    assert shrunk.prior.weight == pytest.approx(weight, rel=0.2)
    check_coverage(held(shrunk.estimate, truth))


def test_the_likeliest_prior_is_scipy_s() -> None:
    stats, optimize = pytest.importorskip("scipy.stats"), pytest.importorskip("scipy.optimize")
    random = np.random.default_rng(2)
    trials = random.integers(5, 300, 400)
    good = random.binomial(trials, random.beta(3, 30, 400))

    def loss(logs: np.ndarray) -> float:
        a, b = np.exp(logs)
        prior = np.log(a * b / (a + b) ** 2) / 2 + np.log(a + b) - 2 * np.log(a + b + trials.mean())
        return -stats.betabinom.logpmf(good, trials, a, b).sum() - prior

    a, b = np.exp(optimize.minimize(loss, [0, 1], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8}).x)
    prior = shrink_rates(good, trials).prior
    assert (prior.mean, prior.weight) == (pytest.approx(a / (a + b), rel=1e-3), pytest.approx(a + b, rel=1e-2))


def test_the_spread_of_counts_is_found_again() -> None:
    random = np.random.default_rng(3)
    truth, exposures = random.gamma(3, 0.5, 4_000), random.uniform(0.1, 50, 4_000)
    shrunk = shrink_counts(random.poisson(truth * exposures), exposures)
    assert (shrunk.prior.mean, shrunk.prior.weight) == (pytest.approx(1.5, rel=0.05), pytest.approx(2, rel=0.1))
    check_coverage(held(shrunk.estimate, truth))


def test_the_spread_of_means_is_found_again() -> None:
    random = np.random.default_rng(4)
    truth, errors = random.normal(10, 2, 4_000), random.uniform(0.5, 4, 4_000)
    shrunk = shrink_means(random.normal(truth, errors), errors)
    assert (shrunk.prior.mean, shrunk.prior.weight) == (pytest.approx(10, abs=0.2), pytest.approx(4, rel=0.1))
    check_coverage(held(shrunk.estimate, truth))


def test_three_lucky_scans_do_not_lead() -> None:
    signs = [3, *range(20, 80, 2)]
    shrunk = shrink_rates(signs, [3] + [400] * 30)
    assert np.argmax(shrunk.estimate.value) == 30
    top = chances_of_top(shrunk, 1, np.random.default_rng(5))
    assert top[30] > top[0] and top[0] < 0.3


def test_rows_alike_are_ranked_by_nobody() -> None:
    top = chances_of_top(shrink_rates([50] * 20, [1_000] * 20), 5, np.random.default_rng(6))
    assert np.allclose(top, 0.25, atol=0.05)


def test_chances_of_the_top_come_true() -> None:
    """Of all rows said to be in the top ten with a chance of about p, a share of p are."""
    random = np.random.default_rng(7)
    said, were = [], []
    for _ in range(15):
        truth = random.beta(5, 95, 100)
        shrunk = shrink_rates(random.binomial(600, truth), 600)
        said.append(chances_of_top(shrunk, 10, random, 500))
        were.append(truth >= np.sort(truth)[-10])
    chances, came = np.concatenate(said), np.concatenate(were)
    for low, high in ((0, 0.1), (0.1, 0.4), (0.4, 0.8), (0.8, 1.01)):
        among = (chances >= low) & (chances < high)
        assert came[among].mean() == pytest.approx(chances[among].mean(), abs=0.12)


def test_everybody_is_among_as_many_as_there_are() -> None:
    assert chances_of_top(shrink_rates([1, 2], [9, 9]), 2, np.random.default_rng(8)).tolist() == [1, 1]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12))
def test_a_shrunk_rate_lies_between_its_own_and_the_common_one(rows) -> None:
    good = np.array([row[0] for row in rows])
    trials = good + [row[1] for row in rows]
    shrunk = shrink_rates(good, trials)
    own = np.where(trials > 0, good / np.maximum(trials, 1), shrunk.prior.mean)
    low, high = np.minimum(own, shrunk.prior.mean), np.maximum(own, shrunk.prior.mean)
    assert ((low - 1e-9 <= shrunk.estimate.value) & (shrunk.estimate.value <= high + 1e-9)).all()
    assert ((shrunk.estimate.low <= shrunk.estimate.high) & np.isfinite(shrunk.estimate.high)).all()


@pytest.mark.parametrize(
    "shrunk",
    [shrink_rates([0] * 5, [40] * 5), shrink_counts([0] * 5, [40] * 5)],
    ids=["rates", "counts"],
)
def test_rows_without_an_event_may_still_have_one(shrunk: Shrunk) -> None:
    """Two hundred trials without success leave up to some 1.5 %, not 0."""
    assert 0.005 < shrunk.estimate.high[0] < 0.03


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: shrink_rates([], []), "no rows to compare"),
        (lambda: shrink_means([], []), "no rows to compare"),
        (lambda: shrink_counts([4, 0], [0, 2]), "counted where nothing was watched"),
        (lambda: shrink_counts([0, 0], [0, 0]), "counted where nothing was watched"),
        (lambda: shrink_means([3, np.nan], [1, 1]), "a value is missing"),
        (lambda: shrink_rates([1], [2], level=95), "a level of 95 is none"),
        (lambda: chances_of_top(shrink_rates([1, 2], [9, 9]), 0, np.random.default_rng(1)), "the best 0"),
    ],
)
def test_figures_that_cannot_be_are_refused(wrong, says: str) -> None:
    with pytest.raises(FigureError, match=says):
        wrong()


def test_nothing_known_of_any_row_leaves_all_open() -> None:
    found = shrink_rates([0, 0], [0, 0]).estimate
    assert np.allclose(found.value, 0.5, atol=0.01) and found.low[0] < 0.01 and found.high[0] > 0.99


def test_equal_means_are_one() -> None:
    shrunk = shrink_means([4.0] * 4, [0.2] * 4)
    assert isinstance(shrunk.prior, Prior) and np.allclose(shrunk.estimate.value, 4)
    assert shrunk.estimate.high[0] - 4 > 1.96 * 0.2 / 2 * 0.5

"""Intervals of rates, differences, ratios and counts, against what was published and by what they should hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.statistics.estimates import Estimate, FigureError
from o2o.statistics.intervals import jeffreys, koopman, newcombe, poisson, weighted_count, wilson
from tests.coverage import check_coverage, held

COUNTS = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (pair[0], sum(pair)))
INTERVALS = {"wilson": wilson, "jeffreys": jeffreys}


def ends(estimate: Estimate, digits: int = 4) -> tuple[float, float]:
    return round(float(estimate.low), digits), round(float(estimate.high), digits)


@pytest.mark.parametrize(
    ("rates", "published"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_differences_are_those_of_newcombe_1998_table_2(rates, published) -> None:
    assert ends(newcombe(*rates)) == published


def test_ratio_is_that_of_koopman_1984() -> None:
    assert ends(koopman(36, 40, 16, 80), 2) == (2.94, 7.15)


def test_counts_are_those_of_garwood_1936() -> None:
    assert [ends(poisson(count), 3) for count in (0, 1, 5, 10)] == [
        (0, 3.689), (0.025, 5.572), (1.623, 11.668), (4.795, 18.390)
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "method"), [("wilson", "wilson"), ("jeffreys", None)])
def test_rates_agree_with_scipy(name: str, method: str | None) -> None:
    stats = pytest.importorskip("scipy.stats")
    for successes, trials in ((1, 10), (7, 9), (30, 1_000)):
        if method:
            known = stats.binomtest(successes, trials).proportion_ci(method=method)
        else:
            known = stats.beta(successes + 0.5, trials - successes + 0.5).interval(0.95)
        assert np.allclose(ends(INTERVALS[name](successes, trials), 12), known)


@pytest.mark.parametrize("interval", INTERVALS.values(), ids=INTERVALS)
@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_rates_lie_in_their_interval_and_the_other_way_round_is_its_mirror(interval, counts) -> None:
    successes, trials = counts
    rate, mirror = interval(successes, trials), interval(trials - successes, trials)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    if trials:
        assert np.allclose([rate.low, rate.high], [1 - mirror.high, 1 - mirror.low], atol=1e-9)


@given(COUNTS, COUNTS)
def test_a_difference_turned_round_is_its_negative(one, other) -> None:
    ahead, behind = newcombe(*one, *other), newcombe(*other, *one)
    assert -1 <= ahead.low <= ahead.value <= ahead.high <= 1
    assert np.allclose([ahead.low, ahead.high], [-behind.high, -behind.low])


@settings(max_examples=30, deadline=None)
@given(COUNTS, COUNTS)
def test_a_ratio_turned_round_is_its_inverse(one, other) -> None:
    ahead, behind = koopman(*one, *other), koopman(*other, *one)
    assert ahead.low <= ahead.high
    with np.errstate(divide="ignore"):
        assert np.allclose([ahead.low, ahead.high], [1 / behind.high, 1 / behind.low], rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(COUNTS, COUNTS)
def test_a_ratio_that_may_be_one_goes_with_a_test_that_does_not_reject(one, other) -> None:
    (x, m), (y, n) = one, other
    if not 0 < x + y < m + n or not m or not n:
        return
    pooled = (x + y) / (m + n)
    score = (x / m - y / n) ** 2 / (pooled * (1 - pooled) * (1 / m + 1 / n))
    if abs(score - 3.8414588) > 1e-6:
        assert bool(koopman(x, m, y, n).excludes(1)) == (score > 3.8414588)


def test_thousands_of_rows_go_at_once() -> None:
    random = np.random.default_rng(2)
    trials = random.integers(1, 5_000, 5_000)
    successes = random.binomial(trials, 0.05)
    rates = jeffreys(successes, trials)
    alone = jeffreys(successes[17], trials[17])
    assert rates.low.shape == (5_000,) and np.isclose(rates.low[17], alone.low)


@pytest.mark.parametrize("make", INTERVALS.values(), ids=INTERVALS)
@pytest.mark.parametrize(("trials", "rate"), [(100, 0.05), (500, 0.012), (60, 0.3), (1_000, 0.5), (40, 0.85)])
def test_rates_hold_the_truth_as_often_as_they_say(make, trials: int, rate: float) -> None:
    successes = np.random.default_rng(trials).binomial(trials, rate, 4_000)
    check_coverage(held(make(successes, trials), rate))


@pytest.mark.parametrize(("one", "other"), [(0.05, 0.05), (0.05, 0.1), (0.3, 0.2), (0.9, 0.4)])
def test_differences_and_ratios_hold_the_truth_as_often_as_they_say(one: float, other: float) -> None:
    random = np.random.default_rng(int(one * 100))
    counts = random.binomial(150, one, 4_000), 150, random.binomial(220, other, 4_000), 220
    check_coverage(held(newcombe(*counts), one - other))
    check_coverage(held(koopman(*counts), one / other))


@pytest.mark.parametrize("expected", [20, 100, 1_000])
def test_counts_hold_the_truth_at_least_as_often_as_they_say(expected: int) -> None:
    found = poisson(np.random.default_rng(expected).poisson(expected, 4_000))
    check_coverage(held(found, expected))
    assert held(found, expected).mean() > 0.945


@pytest.mark.parametrize("expected", [5, 12, 60])
def test_credits_hold_the_truth_as_often_as_they_say(expected: int) -> None:
    """Each conversion gives a sign between a fifth of it and all of it."""
    random = np.random.default_rng(expected)
    parts = random.choice([0.2, 0.5, 1.0], (20_000, expected * 4)) * (
        np.arange(expected * 4) < random.poisson(expected, (20_000, 1))
    )
    found = weighted_count(parts.sum(1), (parts**2).sum(1))
    truth = expected * np.mean([0.2, 0.5, 1.0])
    check_coverage(held(found, truth))


def test_no_credit_yet_may_still_be_some() -> None:
    assert ends(weighted_count(0, 0), 2) == (0, 2.51)


def test_a_wider_level_makes_a_wider_interval() -> None:
    assert wilson(5, 50, 0.99).high > wilson(5, 50).high > wilson(5, 50, 0.8).high


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: wilson(12, 10), "12 successes are more than 10 trials"),
        (lambda: wilson([1, -3], [5, 5]), "successes must be 0 or more; not -3"),
        (lambda: poisson(np.nan), "counts must be 0 or more; not nan"),
        (lambda: wilson(1, 10, 95), "a level of 95 is none"),
        (lambda: jeffreys(1, 10, 0), "a level of 0 is none"),
    ],
)
def test_figures_that_cannot_be_are_refused(wrong, says) -> None:
    with pytest.raises(FigureError, match=says):
        wrong()


def test_an_estimate_in_another_unit() -> None:
    lost = wilson(10, 50).times(-100)
    assert lost.low < lost.value < lost.high < 0 and lost.excludes(0)

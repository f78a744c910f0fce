"""Revenue per scan, with visitors who scan more than once."""

import numpy as np
import pytest

from o2o.statistics.intervals import wilson
from o2o.statistics.ratios import Sums, errors_if_alike, ratio_by_delta, ratio_by_fieller, sum_over_cost
from tests.coverage import WORLDS, check_coverage, held


def visitors(worlds: int, count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Scans and revenue of visitors: who scans more spends more, so scans aren't independent."""
    random = np.random.default_rng(seed)
    scans = 1 + random.poisson(1.5, (worlds, count))
    spent = (random.random((worlds, count)) < 0.3) * random.gamma(3, 20, (worlds, count)) * scans
    return spent, scans


TRUTH = 0.3 * 60


def sums_of(spent: np.ndarray, scans: np.ndarray) -> Sums:
    rows = np.repeat(np.arange(len(spent)), spent.shape[1])
    return Sums.of(spent.ravel(), scans.ravel(), rows)


@pytest.mark.parametrize("interval", [ratio_by_delta, ratio_by_fieller])
def test_ratios_hold_the_truth_as_often_as_they_say(interval) -> None:
    found = interval(sums_of(*visitors(4_000, 120)))
    check_coverage(held(found, TRUTH))


def test_taking_scans_for_independent_would_be_too_sure() -> None:
    spent, scans = visitors(1, 5_000)
    each_scan = np.repeat(spent[0] / scans[0], scans[0])
    naive = each_scan.std() / np.sqrt(len(each_scan)) * 2 * 1.96
    found = ratio_by_delta(sums_of(spent, scans))
    assert (found.high - found.low)[0] > 1.3 * naive


def test_both_agree_where_there_are_many_visitors() -> None:
    sums = sums_of(*visitors(1, 50_000))
    delta, fieller = ratio_by_delta(sums), ratio_by_fieller(sums)
    assert np.allclose([delta.low, delta.high], [fieller.low, fieller.high], rtol=1e-3)


def test_fieller_by_hand() -> None:
    """The ends are the ratios r at which the mean of x - r y is just t standard errors from 0."""
    stats = pytest.importorskip("scipy.stats")
    x, y = np.array([3.0, 8, 4, 9, 5, 2]), np.array([2.0, 5, 3, 4, 3, 2])
    found = ratio_by_fieller(Sums.of(x, y))
    for end in (found.low[0], found.high[0]):
        assert stats.ttest_1samp(x - end * y, 0).pvalue == pytest.approx(0.05)


def test_fieller_is_endless_where_nothing_may_lie_below_the_line() -> None:
    found = ratio_by_fieller(Sums.of([1.0, 2, 0], [5.0, 0, 0]))
    assert (found.low[0], found.high[0]) == (-np.inf, np.inf)


def test_a_single_visitor_says_nothing() -> None:
    found = ratio_by_delta(Sums.of([40.0], [2.0]))
    assert (found.value[0], found.low[0], found.high[0]) == (20, -np.inf, np.inf)


def test_return_on_a_cost_that_is_known() -> None:
    found = sum_over_cost(Sums.of([100.0] * 100, [1.0] * 100), 5_000)
    assert found.value[0] == 2
    assert (found.high - found.low)[0] == pytest.approx(2 * 1.96 * 1_000 / 5_000, rel=1e-4)


def test_equal_rows_are_seldom_told_apart_by_the_errors_of_all() -> None:
    told = {"own": 0, "all": 0}
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        rows = np.repeat(np.arange(40), np.maximum(random.poisson(random.gamma(1.5, 60, 40)), 30))
        sums = Sums.of((random.random(len(rows)) < 0.08).astype(float), np.ones(len(rows)), rows)
        ahead = sums.ratio - sums.x.sum() / sums.y.sum()
        own = np.sqrt(np.maximum(sums.ratio * (1 - sums.ratio) / sums.y, 1e-6))
        for name, error in (("own", own), ("all", errors_if_alike(sums))):
            told[name] += bool((np.abs(ahead / error) > 3.2).any())  # 0.05 of 40 by Bonferroni
    assert wilson(told["all"], WORLDS, 0.999).low <= 0.05
    assert wilson(told["own"], WORLDS, 0.999).low > 0.05

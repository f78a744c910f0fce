"""Means of arms, and what their past tells."""

import numpy as np
import pytest

from o2o.statistics.estimates import FigureError
from o2o.statistics.means import adjust_by_past, mean_difference, mean_estimate
from tests.coverage import WORLDS, check_coverage, held

ONE = (27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4)
OTHER = (27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4)


def test_differences_are_scipy_s() -> None:
    stats = pytest.importorskip("scipy.stats")
    known = stats.ttest_ind(ONE, OTHER, equal_var=False).confidence_interval(0.95)
    found = mean_difference(ONE, OTHER)
    assert (float(found.low), float(found.high)) == (pytest.approx(known.low), pytest.approx(known.high))


def test_means_are_scipy_s() -> None:
    stats = pytest.importorskip("scipy.stats")
    known = stats.ttest_1samp(ONE, 0).confidence_interval(0.95)
    found = mean_estimate(ONE)
    assert (float(found.low), float(found.high)) == (pytest.approx(known.low), pytest.approx(known.high))


def test_one_value_has_a_mean_and_no_end() -> None:
    found = mean_estimate([3.0])
    assert (found.value, found.low, found.high) == (3, -np.inf, np.inf)
    with pytest.raises(FigureError, match="fewer than two"):
        mean_difference([1.0], [2.0, 3.0])


def test_the_past_saves_as_much_variance_as_it_foretells() -> None:
    random = np.random.default_rng(1)
    before = random.gamma(4, 25, 50_000)
    now = 0.8 * before + random.normal(20, 30, 50_000)
    adjusted = adjust_by_past(now, before)
    assert adjusted.slope == pytest.approx(0.8, abs=0.01)
    assert adjusted.saved == pytest.approx(np.corrcoef(now, before)[0, 1] ** 2, abs=1e-9)
    assert adjusted.values.mean() == pytest.approx(now.mean())


def test_the_effect_stays_and_its_interval_shrinks() -> None:
    holds, widths = [], []
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        before = random.gamma(4, 25, 200)
        treated = np.arange(200) % 2 == 0
        now = before + 8 * treated + random.normal(0, 20, 200)
        adjusted = adjust_by_past(now, before).values
        plain = mean_difference(now[treated], now[~treated])
        found = mean_difference(adjusted[treated], adjusted[~treated])
        holds.append(held(found, 8))
        widths.append((found.high - found.low) / (plain.high - plain.low))
    check_coverage(holds)
    assert np.mean(widths) < 0.5


def test_a_past_that_never_varied_saves_nothing() -> None:
    adjusted = adjust_by_past([1.0, 2, 3], [5.0, 5, 5])
    assert (adjusted.slope, adjusted.saved, adjusted.values.tolist()) == (0, 0, [1, 2, 3])


def test_each_value_needs_its_past() -> None:
    with pytest.raises(FigureError, match="3 values have 2 of before"):
        adjust_by_past([1, 2, 3], [1, 2])

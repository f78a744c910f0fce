"""Conversions still to come."""

import numpy as np
import pytest

from o2o.statistics.estimates import FigureError
from o2o.statistics.maturity import cohort_maturity, conversion_curve, expect_conversions, is_young, maturity

REMISSIONS = (6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
"""Weeks of remission of 21 patients on 6-MP, the first nine ended (Freireich et al. 1963): every textbook's example."""


def test_the_textbook_s_curve() -> None:
    curve = conversion_curve(REMISSIONS, [True] * 9 + [False] * 12)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert np.round(1 - curve.shares, 3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert np.round(curve.errors, 4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(1)
    waits, converted = random.integers(1, 40, 300), random.random(300) < 0.4
    known = stats.ecdf(stats.CensoredData.right_censored(waits, ~converted)).sf
    curve = conversion_curve(waits, converted)
    assert np.allclose(1 - curve.at(np.arange(41)), known.evaluate(np.arange(41)))


def test_weights_are_rows() -> None:
    rows = conversion_curve([1, 1, 1, 3, 4], [True, True, False, True, False])
    table = conversion_curve([1, 1, 3, 4], [True, False, True, False], [2, 1, 1, 1])
    assert np.allclose(rows.shares, table.shares) and np.allclose(rows.errors, table.errors)


def shop(seed: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scans of the last 60 days: three in ten buy, after five days on average; ages, lags, and who will buy."""
    random = np.random.default_rng(seed)
    ages = random.uniform(0, 60, 40_000)
    lags = np.where(random.random(40_000) < 0.3, random.exponential(5, 40_000), np.inf)
    return ages, lags, np.isfinite(lags)


def test_a_young_cohort_is_told_what_is_still_to_come() -> None:
    ages, lags, buys = shop()
    seen = lags <= ages
    curve = conversion_curve(np.where(seen, lags, ages), seen)
    week = ages < 7
    mature = maturity(curve, ages, 45)
    whole = expect_conversions(seen[week].sum(), mature[week].mean())
    assert whole == pytest.approx(buys[week].sum(), rel=0.05)
    assert seen[week].sum() < 0.6 * buys[week].sum()
    assert maturity(curve, 5, 45) == pytest.approx(1 - np.exp(-1), abs=0.02)
    assert is_young(maturity(curve, [5, 30], 45)).tolist() == [True, False]


def test_intervals_of_a_curve_hold_the_truth() -> None:
    held = []
    for seed in range(150):
        ages, lags, _ = (part[:600] for part in shop(seed))
        seen = lags <= ages
        curve = conversion_curve(np.where(seen, lags, ages), seen)
        place = np.searchsorted(curve.times, 10, side="right") - 1
        found, truth = curve.estimate(), 0.3 * (1 - np.exp(-curve.times[place] / 5))
        held.append(found.low[place] <= truth <= found.high[place])
    assert np.mean(held) > 0.9


def test_before_any_conversion_nothing_is_known_to_come() -> None:
    curve = conversion_curve([3, 4], [False, False])
    assert maturity(curve, [1, 2], 30).tolist() == [1, 1]


def test_conversions_of_a_cohort_that_has_no_maturity_are_refused() -> None:
    with pytest.raises(FigureError, match="sooner than the curve knows"):
        expect_conversions(3, 0)


def test_the_range_of_a_cohort_holds_what_comes() -> None:
    held = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        ages = random.uniform(0, 60, 3_000)
        lags = np.where(random.random(3_000) < 0.3, random.exponential(5, 3_000), np.inf)
        seen = lags <= ages
        curve = conversion_curve(np.where(seen, lags, ages), seen)
        week = ages[ages < 7]
        found = cohort_maturity(curve, week, np.ones(len(week)), 45)
        assert found.value == pytest.approx(maturity(curve, week, 45).mean())
        held.append(found.low <= np.mean(1 - np.exp(-week / 5)) / (1 - np.exp(-45 / 5)) <= found.high)
    assert 0.85 <= np.mean(held) <= 1


def test_a_cohort_of_which_nothing_is_known_to_come_is_mature() -> None:
    assert cohort_maturity(conversion_curve([5, 6], [False, False]), [5], [2], 10).value == 1

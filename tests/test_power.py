"""How much data is enough."""

import numpy as np
import pytest

from o2o.statistics.estimates import Estimate, FigureError
from o2o.statistics.intervals import newcombe
from o2o.statistics.power import (
    Verdict,
    detectable_difference,
    detectable_rate,
    judge,
    power_for_rates,
    trials_for_rates,
    units_for_means,
)


def test_five_and_six_percent_take_8143_visitors_an_arm() -> None:
    assert trials_for_rates(0.05, 0.06) == 8_143


@pytest.mark.parametrize(("effect", "units"), [(0.2, 393), (0.5, 63), (0.8, 25)])
def test_means_take_what_cohen_1988_says(effect: float, units: int) -> None:
    """His table 2.4.1 has 393, 64 and 26: t where we have the normal distribution."""
    assert units_for_means(1, effect) == units


@pytest.mark.parametrize("rate", [0.001, 0.05, 0.5, 0.9])
def test_the_rate_that_can_be_detected_takes_as_many_trials(rate: float) -> None:
    assert trials_for_rates(rate, detectable_rate(rate, 2_000)) == pytest.approx(2_000, abs=1)


def test_no_rate_is_above_one() -> None:
    assert detectable_rate(0.95, 5) == 1


def test_unequal_arms_detect_as_their_harmonic_mean_does() -> None:
    assert detectable_rate(0.05, 500, 1_500) == pytest.approx(detectable_rate(0.05, 750))


def test_power_comes_true() -> None:
    random = np.random.default_rng(1)
    counts = random.binomial(2_000, [[0.05], [0.07]], (2, 5_000))
    found = newcombe(counts[1], 2_000, counts[0], 2_000).excludes(0).mean()
    assert power_for_rates(0.05, 0.07, 2_000) == pytest.approx(found, abs=0.025)


def test_without_a_difference_power_is_the_false_alarms() -> None:
    assert power_for_rates(0.05, 0.05, 500) == pytest.approx(0.05)


def test_detectable_difference_of_an_error() -> None:
    assert detectable_difference(10) == pytest.approx(28.02, abs=0.01)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1, 30, Verdict.HIGHER),
        (-30, -1, Verdict.LOWER),
        (-4, 4, Verdict.ALIKE),
        (-4, 6, Verdict.NOT_ENOUGH),
        (-np.inf, np.inf, Verdict.NOT_ENOUGH),
    ],
)
def test_a_verdict_needs_data(low: float, high: float, verdict: Verdict) -> None:
    estimate = Estimate(np.asarray((low + high) / 2 if np.isfinite(low) else 0), np.asarray(low), np.asarray(high))
    assert judge(estimate, smallest=5) is verdict


def test_equal_rates_and_impossible_ones_are_refused() -> None:
    with pytest.raises(FigureError, match="equal"):
        trials_for_rates(0.05, 0.05)
    with pytest.raises(FigureError, match="a rate of 5 is none"):
        trials_for_rates(5, 6)

"""Looking every day."""

import numpy as np
import pytest

from o2o.statistics.estimates import FigureError
from o2o.statistics.intervals import newcombe, wilson
from o2o.statistics.sequential import always_valid_chance, difference_sequence, error_of_rates, rate_sequence

DAYS, EACH, WORLDS = 60, 80, 1_500


def daily(rate: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Successes and trials so far, as (worlds, days)."""
    random = np.random.default_rng(seed)
    successes = random.binomial(EACH, rate, (WORLDS, DAYS)).cumsum(1)
    return successes, np.broadcast_to(np.arange(1, DAYS + 1) * EACH, successes.shape)


def ever(flags: np.ndarray) -> float:
    return float(flags.any(1).mean())


def test_a_rate_looked_at_daily_stays_in_its_sequence_and_not_in_usual_intervals() -> None:
    successes, trials = daily(0.08, 1)
    always, usual = rate_sequence(successes, trials), wilson(successes, trials)
    assert ever((usual.low > 0.08) | (usual.high < 0.08)) > 0.25
    assert ever((always.low > 0.08) | (always.high < 0.08)) <= 0.05


def test_two_equal_arms_looked_at_daily_are_seldom_told_apart() -> None:
    (one, trials), (other, _) = daily(0.08, 2), daily(0.08, 3)
    error = error_of_rates(one, trials, other, trials)
    difference = (one - other) / trials
    assert ever(newcombe(one, trials, other, trials).excludes(0)) > 0.25
    assert ever(difference_sequence(difference, error, 0.02).excludes(0)) <= 0.05


def test_a_difference_is_found_all_the_same() -> None:
    (one, trials), (other, _) = daily(0.11, 4), daily(0.08, 5)
    error = error_of_rates(one, trials, other, trials)
    assert ever(difference_sequence((one - other) / trials, error, 0.03).excludes(0)) > 0.9


def test_interval_and_chance_say_the_same() -> None:
    difference, error = np.meshgrid(np.linspace(-0.2, 0.2, 41), [0.01, 0.03, 0.1])
    found = difference_sequence(difference, error, 0.05).excludes(0)
    assert (found == (always_valid_chance(difference, error, 0.05) < 0.05)).all()


def test_the_mixture_is_the_mean_likelihood_ratio() -> None:
    """By adding up normal effects: the closed form of Johari et al. (2017)."""
    effects = np.linspace(-1, 1, 200_001)
    weights = np.exp(-(effects**2) / (2 * 0.05**2))
    ratio = np.exp((effects * 0.08 - effects**2 / 2) / 0.03**2)
    known = (weights * ratio).sum() / weights.sum()
    assert always_valid_chance(0.08, 0.03, 0.05) == pytest.approx(1 / known)


def test_nothing_yet_is_anything() -> None:
    found = rate_sequence([0, 0, 5], [0, 9, 5])
    assert (found.low[0], found.high[0]) == (0, pytest.approx(1))
    assert found.low[1] == 0 and found.high[2] == 1
    assert found.high[1] > wilson(0, 9).high


def test_a_scale_is_needed() -> None:
    with pytest.raises(FigureError, match="a scale of 0 is none"):
        difference_sequence(0.1, 0.1, 0)

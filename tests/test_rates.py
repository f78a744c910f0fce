from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from o2o.statistics.rates import make_rate, make_rate_ratio


def test_wilson_interval_is_the_textbook_one():
    rate = make_rate(10, 50)
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.1124, 0.3304)


def test_rate_without_trials_may_be_anything():
    rate = make_rate(0, 0)
    assert (rate.low, rate.high) == (0, 1)


@given(st.integers(0, 500), st.integers(0, 500))
def test_interval_holds_its_rate(successes, failures):
    rate = make_rate(successes, successes + failures)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1


def test_ratio_of_rates_has_the_published_score_interval():
    ratio = make_rate_ratio(make_rate(36, 40), make_rate(16, 80))
    assert isclose(ratio.value, 4.5)
    assert (round(ratio.low, 2), round(ratio.high, 2)) == (2.94, 7.15)  # Koopman 1984


def test_ratio_needs_a_success_on_both_sides():
    assert make_rate_ratio(make_rate(0, 10), make_rate(3, 10)) is None
    assert make_rate_ratio(make_rate(3, 10), make_rate(0, 10)) is None

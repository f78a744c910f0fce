"""People by the shifts they had, and minutes after a scan."""

import numpy as np
import pytest

from o2o.statistics.comparisons import expect_of_others, extra_events
from o2o.statistics.shrinkage import shrink_counts
from tests.coverage import check_coverage, held

QUIET, BUSY = 0, 1


def test_by_hand() -> None:
    """Ann: 6 in 10 h quiet; Bob: 2 in 10 h quiet and 40 in 10 h busy; Cai: 30 in 10 h busy."""
    found = expect_of_others([6, 2, 40, 30], [10, 10, 10, 10], np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]))
    assert found.counts.tolist() == [6, 42, 30]
    assert found.expected.tolist() == [2, 6 + 30, 40]


def test_who_had_the_busy_shifts_does_not_lead_for_that() -> None:
    random = np.random.default_rng(1)
    person = np.repeat(np.arange(20), 2)
    stratum = np.tile([QUIET, BUSY], 20)
    hours = np.where((person < 10) == (stratum == BUSY), 200.0, 20.0)  # the first ten stand where it is busy
    skill = np.where(person == 15, 1.5, 1.0)
    counts = random.poisson(hours * np.where(stratum == BUSY, 5, 0.5) * skill)
    raw = np.bincount(person, counts) / np.bincount(person, hours)
    fair = expect_of_others(counts, hours, stratum, person)
    shrunk = shrink_counts(fair.counts, fair.expected).estimate
    assert np.argmax(raw) < 10
    assert np.argmax(shrunk.value) == 15 and shrunk.low[15] > 1


def test_where_nobody_else_ever_stood_all_people_s_rate_is_expected() -> None:
    found = expect_of_others([6, 2], [10, 30], np.array([0, 1]), np.array([0, 1]))
    assert found.expected.tolist() == [2, 6]


def test_rows_of_one_person_are_not_each_other_s_others() -> None:
    found = expect_of_others([6, 2, 8], [10, 30, 20], np.array([0, 0, 0]), np.array([0, 0, 1]))
    assert found.expected.tolist() == [16, 4]


def test_extra_sales_by_hand() -> None:
    found = extra_events([9, 4], [60, 30], [20, 12], [600, 360])
    extra, error = (9 - 2) + (4 - 1), np.sqrt(9 + 0.01 * 20 + 4 + 12 / 144)
    assert float(found.value) == pytest.approx(extra)
    assert float(found.high - found.low) == pytest.approx(2 * 1.959964 * error)


def test_hours_without_other_minutes_say_nothing() -> None:
    assert float(extra_events([9, 4], [60, 30], [20, 0], [600, 0]).value) == 7


def test_extra_sales_hold_the_truth_as_often_as_they_say() -> None:
    holds = []
    for seed in range(2_000):
        random = np.random.default_rng(seed)
        usual = random.gamma(2, 0.02, 40)
        found = extra_events(random.poisson(usual * 300 + 2), 300, random.poisson(usual * 3_000), 3_000)
        holds.append(held(found, 80))
    check_coverage(holds)

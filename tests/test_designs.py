"""Dealing out a change before an experiment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.statistics.designs import deal_days, deal_pairs, match_stores, pair_differences
from o2o.statistics.estimates import FigureError
from o2o.statistics.means import mean_estimate
from tests.coverage import WORLDS, check_coverage, held


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(1, 60), st.integers(0, 99))
def test_each_store_has_the_change_on_half_of_its_mondays_and_so_on(stores: int, days: int, seed: int) -> None:
    on, _ = deal_days(stores, days, np.random.default_rng(seed))
    assert on.shape == (stores, days)
    whole = days - days % 14
    by_weekday = on[:, :whole].reshape(stores, -1, 7).sum(1)
    assert (by_weekday == whole // 14).all()
    assert (abs(on[:, whole:].sum(1) - (days - whole) / 2) <= 0.5).all()


def test_within_a_block_one_day_has_it() -> None:
    on, blocks = deal_days(5, 28, np.random.default_rng(1))
    assert (np.bincount(np.unique(blocks, return_inverse=True)[1].ravel(), on.ravel()) == 1).all()


def test_every_day_has_it_about_half_the_time() -> None:
    on, _ = deal_days(4_000, 17, np.random.default_rng(2))
    assert np.allclose(on.mean(0), 0.5, atol=0.04)


def test_twins_are_found() -> None:
    random = np.random.default_rng(3)
    base = random.gamma(5, 20, (10, 30))
    stores = np.concatenate([base, base + random.normal(0, 0.5, (10, 30))])
    assert sorted(match_stores(stores).tolist()) == [[store, store + 10] for store in range(10)]


def test_an_odd_store_is_left_out() -> None:
    pairs = match_stores([[1, 1], [90, 90], [1, 2]])
    assert pairs.tolist() == [[0, 2]]


def test_matched_stores_find_what_was_planted_more_surely_than_stores_by_lot() -> None:
    holds, widths = [], []
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        trend = np.linspace(0, 1, 40) * random.normal(0, 60, (16, 1))  # stores grow and shrink on
        values = random.normal(200, 60, (16, 1)) + trend + random.normal(0, 8, (16, 40))
        before, after = values[:, :28], values[:, 28:].copy()
        pairs = deal_pairs(match_stores(before), random)
        after[pairs[:, 0]] += 10
        found = mean_estimate(pair_differences(before, after, pairs))
        holds.append(held(found, 10))
        by_lot = random.permutation(16).reshape(8, 2)
        lot = mean_estimate(pair_differences(values[:, :28], values[:, 28:], by_lot))
        widths.append([found.high - found.low, lot.high - lot.low])
    check_coverage(holds)
    assert np.median(widths, axis=0)[0] < np.median(widths, axis=0)[1]


def test_one_store_has_no_match() -> None:
    with pytest.raises(FigureError, match="fewer than two stores"):
        match_stores([[1, 2]])


@pytest.mark.parametrize("stores", [1, 2])
def test_no_deal_is_one_by_which_nothing_can_be_told(stores: int) -> None:
    for seed in range(300):
        on, _ = deal_days(stores, 14, np.random.default_rng(seed))
        weeks = on.reshape(stores, 2, 7)
        assert (on[0] != on[1]).any() if stores > 1 else (weeks[0] != weeks[0, :, :1]).any()

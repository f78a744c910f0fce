"""Dealing out a change before an experiment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.statistics.designs import deal_days, deal_days_anew, deal_pairs, match_stores, pair_differences
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


def test_within_a_block_half_of_the_store_days_have_it() -> None:
    on, blocks = deal_days(5, 28, np.random.default_rng(1))
    block = np.unique(blocks, return_inverse=True)[1].ravel()
    assert (np.bincount(block, on.ravel()) * 2 == np.bincount(block)).all()


@pytest.mark.parametrize("stores", [2, 4, 8])
def test_on_each_day_half_of_the_stores_have_it(stores: int) -> None:
    for seed in range(20):
        on, _ = deal_days(stores, 31, np.random.default_rng(seed))
        assert (on.sum(0) * 2 == stores).all()


def test_which_stores_take_turns_is_by_lot() -> None:
    deals = [deal_days(4, 14, np.random.default_rng(seed))[0] for seed in range(60)]
    turns = [next(other for other in (1, 2, 3) if (on[0] != on[other]).all()) for on in deals]
    assert set(turns) == {1, 2, 3}


@pytest.mark.parametrize("days", [14, 28, 45])
def test_the_only_store_has_it_on_three_or_four_days_of_each_week(days: int) -> None:
    for seed in range(100):
        on, _ = deal_days(1, days, np.random.default_rng(seed))
        assert np.isin(on[0, : days // 7 * 7].reshape(-1, 7).sum(1), (3, 4)).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 7), st.integers(14, 40), st.integers(0, 99))
def test_other_deals_are_such_as_might_have_come(stores: int, days: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    on, blocks = deal_days(stores, days, random)
    block = np.unique(blocks, return_inverse=True)[1].ravel()
    pairs = np.bincount(block) % 2 == 0  # a last day of an odd store is dealt by itself
    for lot in deal_days_anew(on, blocks, random, 20):
        assert lot.shape == on.shape
        assert (np.bincount(block, lot.ravel()) * 2 == np.bincount(block))[pairs].all()
        assert stores > 1 or np.isin(lot[0, : days // 7 * 7].reshape(-1, 7).sum(1), (3, 4)).all()


def test_few_deals_come_as_often_as_each_other() -> None:
    random = np.random.default_rng(5)
    lots = deal_days_anew(*deal_days(1, 14, random), random, 7_000)
    _, times = np.unique(lots[:, 0], axis=0, return_counts=True)
    assert len(times) == 70 and times.min() > 60 and times.max() < 145  # 35 ways to choose 3 of 7, 35 to choose 4


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

"""Stores over days, with and without a change."""

import numpy as np
import pytest

from o2o.statistics.designs import deal_days, deal_days_anew
from o2o.statistics.estimates import FigureError
from o2o.statistics.intervals import wilson
from o2o.statistics.panels import NEVER, Panel, effect_by_lots, staggered_effect, two_way_effect
from tests.coverage import WORLDS, check_coverage, held


def world(seed: int, stores: int, days: int) -> np.ndarray:
    """Revenue of stores by day: stores differ, days differ, and yesterday's noise is half of today's."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, 5, (stores, days))
    for day in range(1, days):
        noise[:, day] += 0.5 * noise[:, day - 1]
    return 100 + random.normal(0, 30, (stores, 1)) + 10 * np.sin(np.arange(days)) + noise


def regression(values: np.ndarray, on: np.ndarray) -> tuple[float, float]:
    """Return the effect and its clustered error with a column for each store and day."""
    stores, days = values.shape
    unit, period = (part.ravel() for part in np.indices(values.shape))
    columns = [on.ravel().astype(float), *(unit == s for s in range(stores)), *(period == d for d in range(1, days))]
    x, y = np.stack(columns, axis=1).astype(float), values.ravel()
    solved = np.linalg.lstsq(x, y, rcond=None)[0]
    rest, bread = y - x @ solved, np.linalg.inv(x.T @ x)
    scores = np.stack([(x * rest[:, None])[unit == s].sum(0) for s in range(stores)])
    small = stores / (stores - 1) * (len(y) - 1) / (len(y) - days - 1)
    return solved[0], float(np.sqrt(small * (bread @ scores.T @ scores @ bread)[0, 0]))


def test_the_effect_is_that_of_a_regression_with_all_its_columns() -> None:
    stats = pytest.importorskip("scipy.stats")
    values, on = world(1, 8, 20), deal_days(8, 20, np.random.default_rng(2))[0]
    effect, error = regression(values, on)
    found = two_way_effect(Panel.of(values, on))
    assert float(found.value) == pytest.approx(effect)
    rest = on - on.mean(1)[:, None] - on.mean(0) + on.mean()
    weights = (rest**2).sum(1)
    telling = weights.sum() ** 2 / (weights**2).sum()
    assert 7 < telling <= 8
    assert float(found.high - found.value) == pytest.approx(error * stats.t.ppf(0.975, telling - 1))


@pytest.mark.parametrize("stores", [2, 4])
def test_days_that_lie_within_clusters_take_no_freedom_away(stores: int) -> None:
    holds, halves, values = [], [], []
    for seed in range(WORLDS):
        on, blocks = deal_days(stores, 28, np.random.default_rng(seed + 5_000))
        found = two_way_effect(Panel.of(world(seed, stores, 28), on, blocks - blocks[:, :1]))
        holds.append(held(found, 0.0))
        halves.append(float(found.high - found.value))
        values.append(float(found.value))
    check_coverage(holds)
    assert np.median(halves) < 2.6 * np.std(values)


def test_few_stores_with_a_change_among_many_without_tell_as_few() -> None:
    on = (np.arange(20)[:, None] < 2) & (np.arange(30) >= 15)
    alarms = sum(not held(two_way_effect(Panel.of(world(seed, 20, 30), on)), 0.0) for seed in range(WORLDS))
    assert wilson(alarms, WORLDS, 0.999).low <= 0.05  # errors by 20 stores would raise one in five


def test_two_stores_and_two_days_are_a_difference_in_differences() -> None:
    values = np.array([[10.0, 17], [20, 22], [20, 22]])
    found = two_way_effect(Panel.of(values, [[0, 1], [0, 0], [0, 0]]))
    assert float(found.value) == pytest.approx((17 - 10) - (22 - 20))


def test_a_switchback_finds_what_was_planted() -> None:
    holds = []
    for seed in range(WORLDS):
        on, _ = deal_days(12, 28, np.random.default_rng(seed + 1_000))
        holds.append(held(two_way_effect(Panel.of(world(seed, 12, 28) + 4 * on, on)), 4))
    check_coverage(holds)


def test_a_difference_in_differences_finds_what_was_planted() -> None:
    on = (np.arange(20)[:, None] < 10) & (np.arange(30) >= 15)
    holds = [held(two_way_effect(Panel.of(world(seed, 20, 30) + 6 * on, on)), 6) for seed in range(WORLDS)]
    check_coverage(holds)


def switchback(seed: int, stores: int, effect: float = 0.0, days: int = 28) -> tuple[Panel, np.ndarray]:
    random = np.random.default_rng(seed + 9_000)
    on, blocks = deal_days(stores, days, random)
    return Panel.of(world(seed, stores, days) + effect * on, on), deal_days_anew(on, blocks, random, 399)


def test_an_effect_by_lots_is_that_of_a_regression() -> None:
    panel, lots = switchback(3, 3, 2.0)
    assert float(effect_by_lots(panel, lots)[0].value) == pytest.approx(float(two_way_effect(panel).value))


@pytest.mark.parametrize("stores", [2, 3])
def test_intervals_by_lots_hold_what_was_planted_where_stores_are_few(stores: int) -> None:
    check_coverage(held(effect_by_lots(*switchback(seed, stores, 4.0))[0], 4.0) for seed in range(WORLDS))


def test_an_interval_by_lots_leaves_out_0_where_one_of_twenty_lots_gives_less() -> None:
    for seed in range(40):
        found, chance = effect_by_lots(*switchback(seed, 2, 2.0))
        assert bool(found.excludes()) is (chance <= 0.05)


def test_an_interval_by_lots_moves_with_the_effect() -> None:
    (one, _), (other, _) = (effect_by_lots(*switchback(1, 4, effect)) for effect in (0.0, 7.0))
    moved = [float(getattr(other, end) - getattr(one, end)) for end in ("value", "low", "high")]
    assert moved == pytest.approx([7.0] * 3)


def test_of_few_lots_no_effect_can_be_told() -> None:
    panel, lots = switchback(1, 2, 50.0)
    found, chance = effect_by_lots(panel, lots[:18])
    assert np.isinf([found.low, found.high]).all() and chance >= 1 / 19


def test_days_that_are_missing_are_left_out() -> None:
    on, _ = deal_days(6, 28, np.random.default_rng(3))
    values = world(4, 6, 28) + 40 * on
    values[2, 5:9] = np.nan
    assert held(two_way_effect(Panel.of(values, on)), 40)


def test_a_staggered_start_finds_what_was_planted() -> None:
    starts = np.array([8, 8, 8, 8, 14, 14, 14, 14, 20, 20, 20, 20, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER])
    since = np.arange(26) - np.where(starts == NEVER, 99, starts)[:, None]
    holds = []
    for seed in range(WORLDS // 3):
        values = world(seed, 18, 26) + 8.0 * (since >= 0)
        holds.append(held(staggered_effect(values, starts, np.random.default_rng(seed), draws=100), 8))
    check_coverage(holds)


def test_where_the_effect_grows_a_plain_regression_is_wrong_and_this_is_not() -> None:
    starts = np.array([3] * 10 + [15] * 10)
    since = np.arange(20) - starts[:, None]
    values = np.where(since >= 0, since + 1.0, 0.0) + np.arange(20)
    truth = np.mean([since[0, day] + 1 for day in range(3, 15)])  # while others have it not yet
    found = staggered_effect(values, starts, np.random.default_rng(1), draws=50)
    assert float(found.value) == pytest.approx(truth)
    assert abs(float(two_way_effect(Panel.of(values, since >= 0)).value) - truth) > 2


def test_what_can_not_be_told_is_refused() -> None:
    values = np.ones((3, 4))
    with pytest.raises(FigureError, match="can't be told"):
        two_way_effect(Panel.of(values, np.arange(4) >= 2))
    with pytest.raises(FigureError, match="can't be told"):
        effect_by_lots(Panel.of(values, np.broadcast_to(np.arange(4) >= 2, (3, 4))), np.zeros((9, 3, 4), bool))
    with pytest.raises(FigureError, match="no store starts"):
        staggered_effect(values, [NEVER] * 3, np.random.default_rng(1))
    with pytest.raises(FigureError, match="no store is without"):
        staggered_effect(values, [2, 2, 2], np.random.default_rng(1))

"""How often customers buy again: published figures, simulated worlds, what must always hold."""

import csv
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from o2o.statistics.buying import (
    BuyingModel,
    Histories,
    Spending,
    chance_alive,
    draw_purchases,
    expect_purchases,
    expect_spend,
    fit_buying,
    fit_spend,
    foretell_purchases,
    foretell_revenue,
    score_fifths,
)
from o2o.statistics.estimates import FigureError
from tests.programs import need_module

NONE = np.zeros((4, 4))
CDNOW = BuyingModel(0.243, 4.414, 0.793, 2.426, NONE)
PUBLISHED = ("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)


def read_cdnow(name: str) -> list[dict[str, str]]:
    """Return a table of the CDNOW customers (a tenth of them, 2,357) from the package lifetimes, which needn't run."""
    try:
        brought = files("lifetimes") or []
    except PackageNotFoundError:
        need_module("lifetimes", "bench")
    path = next(path for path in brought if path.name == name).locate()
    with Path(str(path)).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cdnow() -> Histories:
    rows = read_cdnow("cdnow_customers_summary.csv")
    return Histories.of(*([float(row[name]) for row in rows] for name in ("frequency", "recency", "T")))


def test_cdnow_gives_the_published_parameters(cdnow: Histories) -> None:
    model = fit_buying(cdnow)
    assert len(cdnow.repeats) == 2_357
    for name, published in PUBLISHED:
        assert getattr(model, name) == pytest.approx(published, abs=0.0005)


def test_cdnow_foretells_the_other_half_of_the_year(cdnow: Histories) -> None:
    # the next 39 weeks had 1,788 purchases (Fader, Hardie & Lee 2005, figure 3)
    foretold = foretell_purchases(fit_buying(cdnow), cdnow, 39, np.random.default_rng(1))
    assert float(foretold.low) < 1_788 < float(foretold.high)


def test_cdnow_gives_the_published_parameters_of_spend() -> None:
    rows = [row for row in read_cdnow("cdnow_customers_summary_with_transactions.csv") if float(row["zbar"]) > 0]
    model = fit_spend([float(row["x"]) for row in rows], [float(row["zbar"]) for row in rows])
    assert len(rows) == 946
    assert (model.p, model.q) == (pytest.approx(6.25, abs=0.005), pytest.approx(3.74, abs=0.005))
    assert model.v == pytest.approx(15.44, abs=0.01)


def test_a_customer_of_cdnow_is_expected_as_often_as_published() -> None:
    one = Histories.of([2], [30.43], [38.86])  # Fader, Hardie & Lee (2005), note on their spreadsheet
    assert expect_purchases(CDNOW, one, 39)[0] == pytest.approx(1.226, abs=0.001)
    assert chance_alive(CDNOW, one)[0] == pytest.approx(0.7266, abs=0.0005)


def world(customers: int, seed: int, model: BuyingModel = BuyingModel(0.8, 12, 0.9, 3, NONE)):  # noqa: B008
    """Return customers who buy as the model says for up to 52 weeks, and how often each buys in the next 26."""
    random = np.random.default_rng(seed)
    age = random.uniform(20, 52, customers)
    rate, leave = random.gamma(model.r, 1 / model.alpha, customers), random.beta(model.a, model.b, customers)
    repeats, last, later = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    for number in range(customers):
        at = 0.0
        while (at := at + random.exponential(1 / max(rate[number], 1e-9))) <= age[number] + 26:
            if at <= age[number]:
                repeats[number], last[number] = repeats[number] + 1, at
            else:
                later[number] += 1
            if random.random() < leave[number]:
                break
    return Histories.of(repeats, last, age), later


@pytest.mark.parametrize("seed", range(2))
def test_what_a_world_is_made_of_is_found_and_what_it_does_next_is_foretold(seed: int) -> None:
    customers, later = world(4_000, seed)
    model = fit_buying(customers)
    errors = np.sqrt(np.diag(model.covariance))
    assert np.all(np.abs(model.logs - np.log([0.8, 12, 0.9, 3])) < 3.5 * errors)
    foretold = foretell_purchases(model, customers, 26, np.random.default_rng(seed), level=0.999)
    assert float(foretold.low) < later.sum() < float(foretold.high)


def test_intervals_of_totals_hold_what_happens_as_often_as_they_say() -> None:
    held = 0
    for seed in range(20):
        customers, later = world(500, 100 + seed)
        foretold = foretell_purchases(fit_buying(customers), customers, 26, np.random.default_rng(seed))
        held += bool(foretold.low <= later.sum() <= foretold.high)
    assert held >= 15  # 19 of 20 on average; fewer than 15 come by chance once in 3,000


def test_the_expected_number_is_the_mean_of_what_may_happen() -> None:
    customers = Histories.of([0, 1, 4, 12], [0, 3, 20, 5], [30, 30, 30, 30])
    random = np.random.default_rng(5)
    drawn = np.mean([draw_purchases(CDNOW, customers, 39, random) for _ in range(10_000)], axis=0)
    assert expect_purchases(CDNOW, customers, 39) == pytest.approx(drawn, rel=0.05, abs=0.005)


@pytest.mark.parametrize("a", [0.2, 0.793, 1.7, 6.0])
@pytest.mark.parametrize("ahead", [4, 39, 400])
def test_the_expected_number_is_that_of_the_published_formula(a: float, ahead: float) -> None:
    model = BuyingModel(0.243, 4.414, a, 2.426, NONE)
    one = Histories.of([0, 1, 3, 9, 60], [0, 12, 8, 27, 30], [30, 31, 9, 38.86, 38.86])
    x, since = one.repeats, model.alpha + one.age
    series = scipy.special.hyp2f1(model.r + x, model.b + x, a + model.b + x - 1, ahead / (since + ahead))
    left = (since / (since + ahead)) ** (model.r + x) * series
    published = (a + model.b + x - 1) / (a - 1) * (1 - left) * chance_alive(model, one)
    assert expect_purchases(model, one, ahead) == pytest.approx(published, rel=1e-5, abs=1e-9)


def test_revenue_is_foretold_with_the_doubt_of_both_models() -> None:
    random = np.random.default_rng(2)
    customers, _ = world(800, 1)
    purchases = customers.repeats + 1
    means = random.gamma(3 * purchases, 1 / (3 * purchases)) * random.gamma(5, 20, len(purchases))
    spend = fit_spend(purchases, means)
    known = Spending(customers, purchases, means)
    buying = fit_buying(customers)
    revenue = foretell_revenue((buying, spend), known, 26, random)
    total = (expect_purchases(buying, customers, 26) * expect_spend(spend, purchases, means)).sum()
    assert float(revenue.value) == pytest.approx(total)
    assert float(revenue.low) < total < float(revenue.high) < 1.5 * total


@given_settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.floats(0.01, 1), st.floats(1, 400)), min_size=1, max_size=20),
    st.floats(1, 400),
)
def test_expectations_are_sane_for_any_customer(rows: list[tuple[int, float, float]], ahead: float) -> None:
    repeats, parts, age = (np.array(column, float) for column in zip(*rows, strict=True))
    customers = Histories.of(repeats, np.where(repeats > 0, parts * age, 0), age)
    alive, soon = chance_alive(CDNOW, customers), expect_purchases(CDNOW, customers, ahead)
    assert np.all((alive >= 0) & (alive <= 1)) and np.all(alive[repeats == 0] == 1)
    assert np.all(soon >= -1e-9)
    assert np.all(expect_purchases(CDNOW, customers, 2 * ahead) >= soon - 1e-9)
    assert np.all(soon <= alive * (CDNOW.r + repeats) / (CDNOW.alpha + age) * ahead + 1e-9)  # as if nobody left


@given_settings(deadline=None, max_examples=20)
@given(st.floats(0.1, 400))
def test_the_unit_of_time_changes_nothing(unit: float) -> None:
    customers = Histories.of([0, 2, 5], [0, 10, 20], [30, 30, 40])
    other = Histories.of(customers.repeats, customers.last * unit, customers.age * unit)
    model = BuyingModel(CDNOW.r, CDNOW.alpha * unit, CDNOW.a, CDNOW.b, NONE)
    assert expect_purchases(model, other, 26 * unit) == pytest.approx(expect_purchases(CDNOW, customers, 26))


def test_equal_customers_may_be_one_row() -> None:
    customers, _ = world(600, 9)
    rounded = Histories.of(customers.repeats, np.ceil(customers.last), np.ceil(customers.age))
    grouped, where = rounded.alike()
    assert len(grouped.repeats) < 600 and np.array_equal(grouped.age[where], rounded.age)
    assert fit_buying(grouped).logs == pytest.approx(fit_buying(rounded).logs)


def test_customers_who_are_all_alike_are_no_trouble() -> None:
    random = np.random.default_rng(3)
    age = np.full(3_000, 100.0)
    repeats = random.poisson(1.2, 3_000)
    last = np.where(repeats > 0, age * random.random(3_000) ** (1 / np.maximum(repeats, 1)), 0)
    customers = Histories.of(repeats, last, age)
    foretold = foretell_purchases(fit_buying(customers), customers, 50, random)
    assert 0.9 * 1_800 < float(foretold.low) < 1_800 < float(foretold.high) < 1.1 * 1_800


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60))
def test_scores_rise_with_the_value_and_are_equal_for_equals(values: list[int]) -> None:
    scores = score_fifths(values)
    assert set(scores.tolist()) <= {1, 2, 3, 4, 5}
    for (one, score), (other, other_score) in zip(
        sorted(zip(values, scores.tolist(), strict=True)), sorted(zip(values, scores.tolist(), strict=True))[1:],
        strict=False,
    ):  # fmt: skip
        assert score == other_score if one == other else score <= other_score
    assert np.array_equal(scores, score_fifths([value**3 for value in values]))


def test_scores_of_a_hundred_different_values_are_fifths() -> None:
    assert np.bincount(score_fifths(range(100))).tolist() == [0, 20, 20, 20, 20, 20]


@pytest.mark.parametrize(
    ("repeats", "last", "age"), [([1], [5], [4]), ([0], [1], [4]), ([0.5], [1], [4]), ([-1], [0], [1])], ids=str
)
def test_a_customer_who_cannot_be_is_refused(repeats: list[float], last: list[float], age: list[float]) -> None:
    with pytest.raises(FigureError):
        Histories.of(repeats, last, age)


def test_too_few_customers_are_refused() -> None:
    with pytest.raises(FigureError, match="fewer than 30"):
        fit_buying(Histories.of([1] * 29, [1] * 29, [2] * 29))
    with pytest.raises(FigureError, match="30 customers"):
        fit_spend([1] * 29, [1] * 29)

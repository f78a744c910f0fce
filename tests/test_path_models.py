"""What touches of aggregated paths earn: published results, and that nothing is lost."""

import csv
from itertools import permutations
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.attribution.heuristics import share_equally
from o2o.attribution.path_models import attribute_paths
from o2o.attribution.paths import Paths
from o2o.errors import SettingError
from tests.test_markov import make_paths, rows_of_paths

PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "attribution"
CONSERVING = (
    "first",
    "last",
    "last-non:A",
    "linear",
    "position",
    "position:30/5/30/5/30",
    "position:0/1/0",
    "markov",
    "shapley",
    "shapley-ordered",
)
LEARNED = ("bagged-logistic", "probabilistic")


def earned(paths, model, order=1):
    return {row.touch: row.conversions for row in attribute_paths(paths, [model], order=order)}


DP6_PATHS = ("A", "A > B", "A > B > C", "B", "B > A", "B > C > A", "C", "C > A", "C > B > A")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", [9, 9, 9]),
        ("last", [15, 6, 6]),
        ("last-non:A", [3, 12, 12]),
        ("linear", [10.5, 9, 7.5]),
        ("position:40/20/40", [11.1, 8.4, 7.5]),
        ("markov", [10.643153526970954, 8.514522821576762, 7.842323651452283]),
    ],
)
def test_nine_paths_of_marketing_attribution_models_give_what_it_publishes(model, expected) -> None:
    assert sorted(earned(Paths.of(DP6_PATHS, [3] * 9), model).items()) == [
        (touch, pytest.approx(credit, rel=1e-14)) for touch, credit in zip("ABC", expected, strict=True)
    ]


def test_three_paths_of_bryl_are_shared_as_published() -> None:
    paths = Paths.of(["C1 > C2 > C3", "C1", "C2 > C3"], [1, 0, 0], nulls=[0, 1, 1])
    assert earned(paths, "markov") == {"C1": pytest.approx(0.2), "C2": pytest.approx(0.4), "C3": pytest.approx(0.4)}


@pytest.mark.parametrize(
    ("model", "path", "expected"),
    [
        ("linear", "A > A > B", {"A": 2 / 3, "B": 1 / 3}),
        ("shapley", "A > A > B", {"A": 1 / 2, "B": 1 / 2}),
        ("participation", "A > A > B", {"A": 1, "B": 1}),
        ("last-non:B", "A > B > B", {"A": 1, "B": 0}),
        ("last-non:B", "B > B", {"B": 1}),
        ("last-non:nobody", "A > B", {"A": 0, "B": 1}),
        ("position", "A", {"A": 1}),
        ("position", "A > B", {"A": 0.5, "B": 0.5}),
        ("position", "A > B > C > D", {"A": 0.4, "B": 0.1, "C": 0.1, "D": 0.4}),
        ("position:60/20/20", "A > B", {"A": 0.75, "B": 0.25}),
        ("position:0/1/0", "A > B", {"A": 0.5, "B": 0.5}),
        ("position:30/5/30/5/30", "A > B > C", {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}),
        ("position:30/5/30/5/30", "A > B > C > D", {"A": 1 / 3, "B": 1 / 6, "C": 1 / 6, "D": 1 / 3}),
        ("position:30/5/30/5/30", "A > B > C > D > E", {"A": 0.3, "B": 0.05, "C": 0.3, "D": 0.05, "E": 0.3}),
        ("position:30/5/30/5/30", "A > B > C > D > E > F",
         {"A": 0.3, "B": 0.05, "C": 0.15, "D": 0.15, "E": 0.05, "F": 0.3}),
    ],
)  # fmt: skip
def test_one_conversion_is_shared_by_the_rule(model, path, expected) -> None:
    assert earned(Paths.of([path], [1]), model) == {touch: pytest.approx(share) for touch, share in expected.items()}


@given(rows_of_paths, st.sampled_from(CONSERVING), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_credits_add_up_to_all_conversions_and_to_all_value(rows, model, order) -> None:
    rows_of_credit = attribute_paths(make_paths(rows), [model], order=order)
    assert sum(row.conversions for row in rows_of_credit) == pytest.approx(sum(row[1] for row in rows), rel=1e-12)
    assert sum(row.value for row in rows_of_credit) == pytest.approx(sum(row[2] for row in rows), rel=1e-12)
    assert all(row.conversions > -1e-12 and row.value > -1e-9 for row in rows_of_credit)


@given(rows_of_paths, st.sampled_from(LEARNED))
@settings(max_examples=60, deadline=None)
def test_what_is_learned_of_nulls_adds_up_too(rows, model) -> None:
    rows = [*rows, (["A"], 0, 0, 1)]
    rows_of_credit = attribute_paths(make_paths(rows), [model], samples=5)
    assert sum(row.conversions for row in rows_of_credit) == pytest.approx(sum(row[1] for row in rows), rel=1e-12)
    assert sum(row.value for row in rows_of_credit) == pytest.approx(sum(row[2] for row in rows), rel=1e-12)
    assert all(row.conversions >= 0 and row.value >= 0 for row in rows_of_credit)


@pytest.mark.parametrize("model", LEARNED)
def test_where_nothing_converted_nothing_is_learned(model) -> None:
    assert earned(Paths.of(["A > B"], [0], nulls=[2]), model) == {"A": 0, "B": 0}


@given(rows_of_paths)
@settings(max_examples=50, deadline=None)
def test_shapley_is_the_mean_gain_over_all_orders_of_arrival(rows) -> None:
    def worth(those):
        return sum(row[1] for row in rows if set(row[0]) <= set(those))

    orders = list(permutations(sorted({touch for row in rows for touch in row[0]})))
    for touch, credit in earned(make_paths(rows), "shapley").items():
        before = [order[: order.index(touch)] for order in orders]
        assert credit == pytest.approx(mean(worth([*came, touch]) - worth(came) for came in before))


@given(rows_of_paths)
@settings(max_examples=50, deadline=None)
def test_first_places_are_found_alike_by_table_and_by_sorting(rows) -> None:
    paths = make_paths(rows)
    by_table = share_equally(paths).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("o2o.attribution.heuristics._MOST_CELLS", 0)
        assert share_equally(paths).tolist() == by_table


@given(rows_of_paths)
@settings(max_examples=50, deadline=None)
def test_nulls_count_in_markov_only(rows) -> None:
    without = [(*row[:3], 0) for row in rows]
    for model in ("first", "linear", "position", "shapley", "participation"):
        assert earned(make_paths(rows), model) == earned(make_paths(without), model)


def test_the_order_of_rows_and_their_splitting_change_nothing() -> None:
    whole = Paths.of(["A > B", "B"], [4, 2], [40, 2], [6, 0])
    parts = Paths.of(["B", "A > B", "A > B"], [2, 1, 3], [2, 10, 30], [0, 5, 1])
    for ours, theirs in zip(attribute_paths(whole, CONSERVING), attribute_paths(parts, CONSERVING), strict=True):
        assert (ours.conversions, ours.value) == (pytest.approx(theirs.conversions), pytest.approx(theirs.value))


def test_a_touch_of_null_paths_alone_is_listed_with_nothing() -> None:
    rows = attribute_paths(Paths.of(["A", "B"], [1, 0], nulls=[0, 1]), ["linear", "markov"])
    assert [(row.touch, row.conversions) for row in rows] == [("A", 1), ("B", 0), ("A", 1), ("B", 0)]
    assert [row.removal_effect for row in rows] == [None, None, 1, 0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("time-decay", "paths have no times"),
        ("nonsense", "no such model"),
        ("linear:3", "no such model"),
        ("markov:2", "write markov --order 2"),
        ("last-non:", "no such model"),
        ("position:1/2", "not the weights"),
        ("position:1/-2/1", "not the weights"),
        ("position:a/b/c", "not the weights"),
        ("position:0/0/0", "not the weights"),
        ("position:nan/1/1", "not the weights"),
    ],
)
def test_a_model_that_cannot_be_is_refused(model, message) -> None:
    with pytest.raises(SettingError, match=message):
        attribute_paths(Paths.of(["A"], [1]), [model])


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"order": 5}, "not an order"), ({"samples": 0}, "nothing would be drawn"), ({"seed": -1}, "not a seed")],
)
def test_settings_that_cannot_be_are_refused(settings, message) -> None:
    with pytest.raises(SettingError, match=message):
        attribute_paths(Paths.of(["A"], [1]), ["markov"], **settings)


def test_the_files_of_the_published_results_say_the_same() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published results are not here")
    with (PUBLISHED / "mam_test_paths.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["channels_agg"] for row in rows] == list(DP6_PATHS)

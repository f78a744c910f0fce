"""Models are compared by shares, ranks and rank correlations, and what depends on the model is marked."""

from dataclasses import replace
from itertools import combinations
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.attribution.agreement import compare_models, correlate
from o2o.attribution.models import Model
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import OTHER, UNATTRIBUTED, AttributionReport, CreditRow
from o2o.reports.agreement import analyse_agreement
from o2o.reports.remarks import say_disputes


def report_of(first, last, **more):
    """Return a report of visits by two models, from the conversions of each key."""
    question = Question(Outcome.VISITS, (Model.FIRST, Model.LAST))
    rows = [
        CreditRow(key, key.upper(), model, conversions, 0)
        for model, credits_ in zip(question.models, (first | more, last | more), strict=True)
        for key, conversions in credits_.items()
    ]
    return AttributionReport(question, tuple(rows), (), None, None)


def test_shares_are_of_what_keys_earn_and_ties_share_a_rank():
    found = compare_models(report_of({"a": 50, "b": 25, "c": 25}, {"a": 50, "b": 50}, **{OTHER: 9, UNATTRIBUTED: 99}))
    shown = {key.key: [(one.share, one.rank) for one in key.standings] for key in found.keys}
    assert shown == {"a": [(0.5, 1), (0.5, 1)], "b": [(0.25, 2), (0.5, 1)], "c": [(0.25, 2), (0, 3)]}
    assert [key.name for key in found.keys] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("first", "last", "disputed"),
    [
        ({"a": 60, "b": 40}, {"a": 40, "b": 60}, []),
        ({"a": 70, "b": 30}, {"a": 30, "b": 70}, ["a", "b"]),
        ({"a": 93, "b": 7}, {"a": 98, "b": 2}, []),
        ({"a": 88, "b": 12}, {"a": 100}, ["b"]),
        ({f"k{n}": 100 + n for n in range(5)}, {f"k{n}": 105 - n for n in range(5)}, ["k0", "k4"]),
        ({f"k{n}": 100 + n for n in range(4)}, {f"k{n}": 105 - n for n in range(4)}, []),
    ],
)
def test_a_key_is_disputed_where_share_or_rank_depends_much_on_the_model(first, last, disputed):
    found = compare_models(report_of(first, last))
    assert sorted(key.key for key in found.keys if key.disputed) == disputed


@pytest.mark.parametrize(("spread", "disputed"), [(10, ["a", "b"]), (25, [])])
def test_what_may_be_chance_is_not_disputed(spread, disputed):
    report = report_of({"a": 70, "b": 30}, {"a": 30, "b": 70})
    doubted = [
        replace(row, conversions_low=row.conversions - spread, conversions_high=row.conversions + spread)
        for row in report.rows
    ]
    found = compare_models(replace(report, rows=tuple(doubted)))
    assert [key.key for key in found.keys if key.disputed] == disputed
    assert found.keys[0].standings[0].low == pytest.approx((70 - spread) / 100)


def test_what_is_disputed_is_said():
    assert list(say_disputes(compare_models(report_of({"a": 70, "b": 30}, {"a": 30, "b": 70})))) == [
        "disputed: A: 70.0% (rank 1) by first, 30.0% (rank 2) by last",
        "disputed: B: 70.0% (rank 1) by last, 30.0% (rank 2) by first",
    ]
    assert list(say_disputes(compare_models(report_of({"a": 7}, {"a": 7})))) == [
        "no key of 10 conversions and more depends much on the model"
    ]


def test_a_page_names_what_depends_on_the_model_in_both_languages():
    found = analyse_agreement(compare_models(report_of({"a": 70, "b": 30}, {"a": 30, "b": 70})))
    assert found.said[0] == (
        "A：按首次触点 70.0%（第 1 名），按末次触点 30.0%（第 2 名）。",
        "A: 70.0% (rank 1) by first touch, 30.0% (rank 2) by last touch.",
    )
    assert [sheet.name for sheet in found.sheets] == ["shares", "ranks", "agreements"]
    quiet = analyse_agreement(compare_models(report_of({"a": 7}, {"a": 7})))
    assert quiet.said[0][1] == "Nothing of 10 conversions and more depends much on the model."


def tau_b(one, other):
    """Return Kendall's tau-b by looking at each pair."""
    sign = lambda a, b: (a > b) - (a < b)  # noqa: E731
    pairs = [(sign(one[i], one[j]), sign(other[i], other[j])) for i, j in combinations(range(len(one)), 2)]
    return sum(a * b for a, b in pairs) / sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2))
def test_kendall_is_what_each_pair_says(pairs):
    one, other = zip(*pairs, strict=True)
    if len(set(one)) > 1 and len(set(other)) > 1:
        assert isclose(correlate(one, other)[1], tau_b(one, other), abs_tol=1e-12)
    else:
        assert correlate(one, other) == (None, None)


def test_rank_correlations_of_a_textbook():
    # IQ and hours of television, Wikipedia's example of Spearman's rho
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    assert correlate(iq, hours)[0] == pytest.approx(-29 / 165)
    assert correlate([1, 2, 3], [10, 20, 30]) == pytest.approx((1, 1))
    assert correlate([1, 2, 3], [30, 20, 10]) == pytest.approx((-1, -1))

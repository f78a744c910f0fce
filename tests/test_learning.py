"""Models that learn see what converted, what was cancelled and what led to nothing, each exactly once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journey_paths import read_paths
from o2o.attribution.journeys import gathered
from o2o.attribution.learning import split_money
from o2o.attribution.models import Model, parse_model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import attribute
from o2o.errors import SettingError
from tests.attribution_oracle import Mark, Order, Period, Scan, World
from tests.conftest import SETTINGS

DAY = 86_400_000
DOOR, SHELF = (Mark(code, "place", (Period(code, "S1", None, 0),)) for code in ("DOOR", "SHELF"))


def scans_of(visitor, mark, *days):
    return [Scan(day * DAY, mark, visitor) for day in days]


def paths_of(db, world, **question):
    """Return each path with how often it converted, in what value, and how often it led to nothing."""
    world.save(db)
    asked = Question(Outcome.ORDERS, (Model.LINEAR,), Level.TOUCHPOINT, **question)
    with gathered(SqliteEngine(db), SETTINGS, asked) as journeys:
        journeys.key_by(Level.TOUCHPOINT)
        journeys.keep("steps", "attribution/models.steps")
        paths = read_paths(journeys)
    ends = zip(paths.starts, paths.starts[1:], strict=False)
    texts = [" > ".join(paths.touches[code] for code in paths.codes[begin:end]) for begin, end in ends]
    return sorted(zip(texts, paths.conversions.tolist(), paths.values.tolist(), paths.nulls.tolist(), strict=True))


def test_scans_of_one_person_without_result_are_a_null_journey_until_a_window_passes(db):
    world = World([DOOR, SHELF], [*scans_of("a", DOOR, 100, 110, 150), *scans_of("a", SHELF, 105)])
    assert paths_of(db, world) == [("DOOR", 0, 0, 1), ("DOOR > SHELF > DOOR", 0, 0, 1)]


def test_a_scan_before_an_order_is_no_null_journey_but_one_after_it_is(db):
    world = World([DOOR, SHELF], [*scans_of("a", DOOR, 100), *scans_of("a", SHELF, 102)],
                  [Order("1", 101 * DAY, 500, visitor="a")])  # fmt: skip
    assert paths_of(db, world) == [("DOOR", 1, 500, 0), ("SHELF", 0, 0, 1)]


def test_visitors_of_one_customer_are_one_person(db):
    world = World([DOOR, SHELF], [*scans_of("a", DOOR, 100, 200), *scans_of("b", SHELF, 201)],
                  [Order("1", 101 * DAY, 5, visitor="a", customer="C"),
                   Order("2", 102 * DAY, 7, visitor="b", customer="C")])  # fmt: skip
    assert ("DOOR > SHELF", 0, 0, 1) in paths_of(db, world)


def test_what_a_visitor_of_two_customers_scanned_in_vain_is_neither_customers(db):
    world = World([DOOR, SHELF], [*scans_of("a", DOOR, 100, 200), *scans_of("b", SHELF, 201)],
                  [Order("1", 101 * DAY, 5, visitor="a", customer="C"),
                   Order("2", 101 * DAY, 5, visitor="a", customer="D"),
                   Order("3", 102 * DAY, 7, visitor="b", customer="C")])  # fmt: skip
    assert {("DOOR", 0, 0, 1), ("SHELF", 0, 0, 1)} <= set(paths_of(db, world))


def test_a_scan_before_an_order_after_the_period_is_neither(db):
    world = World([DOOR, SHELF], [*scans_of("a", DOOR, 100), *scans_of("b", SHELF, 100)],
                  [Order("1", 115 * DAY, 500, visitor="a"), Order("2", 135 * DAY, 500, visitor="b")])  # fmt: skip
    assert paths_of(db, world, since=90 * DAY, until=110 * DAY) == [("SHELF", 0, 0, 1)]


def test_a_cancelled_order_is_neither_and_a_refund_lessens_the_value(db):
    world = World([DOOR, SHELF], [*scans_of("a", DOOR, 100), *scans_of("b", SHELF, 100)],
                  [Order("1", 101 * DAY, 500, visitor="a"), Order("2", 101 * DAY, 500, visitor="b"),
                   Order("3", 102 * DAY, -500, refund_of="1"), Order("4", 102 * DAY, -200, refund_of="2")])  # fmt: skip
    assert paths_of(db, world) == [("DOOR", 0, 0, 0), ("SHELF", 1, 300, 0)]


def test_what_follows_a_sign_to_nothing_lessens_its_markov_credit(db):
    scans = [*scans_of("a", DOOR, 100), *scans_of("b", SHELF, 100), *scans_of("c", SHELF, 100)]
    orders = [Order("1", 101 * DAY, 100, visitor="a"), Order("2", 101 * DAY, 300, visitor="b")]
    World([DOOR, SHELF], scans, orders).save(db)
    asked = Question(Outcome.ORDERS, (parse_model("markov"),))
    rows = {row.key: (row.conversions, row.revenue) for row in attribute(db, SETTINGS, asked).rows}
    assert rows == {"DOOR": (1, 100), "SHELF": (1, 300), "": (0, 0)}


def test_without_null_journeys_there_is_nothing_to_compare_with(db):
    World([DOOR], scans_of("a", DOOR, 100), [Order("1", 101 * DAY, 100, visitor="a")]).save(db)
    asked = Question(Outcome.ORDERS, (parse_model("bagged-logistic"),))
    with pytest.raises(SettingError, match="each journey of the period had one"):
        attribute(db, replace(SETTINGS), asked)


@pytest.mark.parametrize("model", ["bagged-logistic", "probabilistic", "markov:auto", "shapley-ordered"])
def test_where_nobody_scanned_nothing_is_learned_and_nothing_credited(db, model):
    World([DOOR], [], [Order("1", 101 * DAY, 100, visitor="a")]).save(db)
    report = attribute(db, SETTINGS, Question(Outcome.ORDERS, (parse_model(model),)))
    assert {row.key: (row.conversions, row.revenue) for row in report.rows if row.revenue} == {"": (1, 100)}


@given(st.integers(-(10**15), 10**15), st.lists(st.floats(0, 1e9), min_size=1))
def test_money_is_split_to_the_minor_unit(amount, weights):
    shares = split_money(amount, weights)
    assert sum(shares) == amount
    if any(weights):
        assert all(abs(share - amount * weight / sum(weights)) < 1 + 1e-9 * abs(amount)
                   for share, weight in zip(shares, weights, strict=True))  # fmt: skip

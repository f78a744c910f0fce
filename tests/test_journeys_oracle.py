"""The SQL and a plain calculation agree on small random shops: every outcome, window, stop, transform and level."""

from dataclasses import fields, replace
from math import isclose

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.attribution.models import MODELS
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning, Transform
from o2o.attribution.report import attribute_levels
from o2o.subjects import Kind
from tests.attribution_oracle import World
from tests.conftest import SETTINGS
from tests.journeys_oracle import Redemption, Shop, View, credit
from tests.test_attribution_oracle import DAY, MINUTE, NAMED, PERIODS, TIMES, WINDOWS, worlds

CUSTOMERS = st.sampled_from([None, "C1", "C2", "C3"])
SCANS = st.sampled_from([None, None, "k0", "k1", "k2", "unknown"])
SKUS = st.sampled_from(["X1", "X2", "X3"])
VIEWS = st.builds(View, TIMES, st.sampled_from(["view", "registration"]), CUSTOMERS, NAMED, SCANS)
REDEMPTIONS = st.builds(
    Redemption, TIMES, st.integers(-1, 50), st.sampled_from(["S1", "S2", None]), CUSTOMERS, NAMED, SCANS,
    st.sampled_from(["", "o0", "o1", "gone"]),
)  # fmt: skip
LINES = st.tuples(SKUS, st.one_of(st.integers(-20, 60), st.just(0)))
TRANSFORMS = st.one_of(
    st.sampled_from([Transform(), Transform(), Transform(Thinning.EXPOSURE), Transform(Thinning.FIRST)]),
    st.builds(
        Transform,
        st.sampled_from([Thinning.DROP_TAIL, Thinning.DROP_ALL]),
        st.sampled_from(["CODE0", "CODE1", "X1", "S1", "N1", "(other)", "none"]),
    ),
)


@st.composite
def shops(draw):
    world = draw(worlds())
    base = {one.name: getattr(world, one.name) for one in fields(World)}
    lines = {order.order_id: draw(st.lists(LINES, max_size=3)) for order in world.orders}
    return Shop(
        **base,
        views=draw(st.lists(VIEWS, max_size=4)),
        redemptions=draw(st.lists(REDEMPTIONS, max_size=4)),
        reports=draw(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["C1", "C2"])), max_size=2)),
        lines=lines,
        a_day=draw(st.sampled_from([0, 1, 2, 20])),
    )


QUESTIONS = st.builds(
    lambda outcome, window, period, *others: Question(outcome, MODELS, Level.PLACE, window, *period, *others),
    st.sampled_from(Outcome),
    WINDOWS,
    PERIODS,
    st.dictionaries(st.sampled_from(Kind), st.sampled_from([0, 15 * MINUTE, 9 * DAY])).map(lambda d: tuple(d.items())),
    st.sampled_from(Reach),
    TRANSFORMS,
)


@pytest.fixture
def answers(db):
    def answer(world, question):
        rules = replace(SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day)
        db.conn.execute("BEGIN")
        try:
            world.save(db)
            return attribute_levels(db, rules, question, list(Level))
        finally:
            db.conn.rollback()

    return answer


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), question=QUESTIONS)
def test_sql_agrees_with_the_written_rules(answers, world, question):
    for level, report in answers(world, question).items():
        for model in MODELS:
            expected = credit(world, question, model, level)
            found = {row.key: (row.conversions, row.revenue) for row in report.rows_of(model)}
            assert {key: money for key, (_, money) in found.items()} == {k: money for k, (_, money) in expected.items()}
            assert all(isclose(found[key][0], one, abs_tol=1e-9) for key, (one, _) in expected.items())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), question=QUESTIONS)
def test_rolling_up_conserves_credit(answers, world, question):
    reports = answers(world, replace(question, transform=Transform()))
    marks = {mark.code: mark for mark in world.marks}
    for level in (Level.PERSON, Level.PRODUCT, Level.PLACE):
        for model in MODELS:
            parts = [row for row in reports[Level.TOUCHPOINT].rows_of(model) if row.key in marks]
            own = [row for row in parts if marks[row.key].kind == level]
            whole = [row for row in reports[level].rows_of(model) if row.key not in ("", "(other)")]
            assert sum(row.revenue for row in own) == sum(row.revenue for row in whole)
            assert isclose(sum(r.conversions for r in own), sum(r.conversions for r in whole), abs_tol=1e-9)
    for report in reports.values():
        for totals in report.totals:
            rows = report.rows_of(totals.model)
            assert sum(row.revenue for row in rows) == totals.revenue
            assert isclose(sum(row.conversions for row in rows), totals.conversions, abs_tol=1e-9)

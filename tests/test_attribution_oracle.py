"""The SQL and a plain calculation by the written rules agree on small random worlds."""

from dataclasses import replace
from math import isclose

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.attribution.models import MODELS
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import UNATTRIBUTED, attribute_levels
from tests.attribution_oracle import Mark, Order, Period, Scan, World, credit_orders, credit_visits
from tests.conftest import SETTINGS

DAY = 86_400_000
MINUTE = 60_000
BASE = 20_000 * DAY
VISITORS = ("a", "b", "c")
TIMES = st.one_of(
    st.integers(0, 40).map(lambda day: BASE + day * DAY),
    st.integers(0, 12).map(lambda step: BASE + 20 * DAY + step * 15 * MINUTE),
    st.integers(0, 40 * DAY).map(lambda at: BASE + at),
)
NAMED = st.one_of(st.none(), st.sampled_from(VISITORS))


@st.composite
def marks(draw):
    found = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["person", "product", "place"]))
        begins = [0, *sorted(draw(st.sets(TIMES, max_size=2)))]
        periods = tuple(
            Period(
                draw(st.sampled_from(["X1", "X2"])),
                draw(st.sampled_from(["S1", "S2", None])),
                draw(st.sampled_from(["N1", None])),
                at,
            )
            for at in begins
        )
        found.append(Mark(f"CODE{number}", kind, periods))
    return found


@st.composite
def worlds(draw):
    found = draw(marks())
    scans = [
        Scan(
            draw(TIMES),
            draw(st.sampled_from(found)),
            draw(st.sampled_from([*VISITORS, *VISITORS, None])),
            draw(st.sampled_from(["human", "human", "human", "bot", "duplicate"])),
            f"k{number}",
        )
        for number in range(draw(st.integers(0, 9)))
    ]
    orders = []
    for number in range(draw(st.integers(0, 9))):
        refund_of = draw(st.sampled_from([None, None, "o0", "o1", "o2", "gone"]))
        amount = draw(st.one_of(st.integers(0, 30), st.sampled_from([100, 999, 10**12, 10**15])))
        if refund_of or draw(st.integers(0, 9)) == 0:
            amount = -amount
        orders.append(
            Order(
                f"o{number}",
                draw(TIMES),
                amount,
                draw(st.sampled_from(["S1", "S1", None])),
                draw(st.sampled_from([None, "C1", "C2", "C3"])),
                draw(NAMED),
                draw(st.sampled_from([None, None, "k0", "k1", "k2", "unknown"])),
                refund_of,
            )
        )
    return World(found, scans, orders, draw(st.integers(1, 3)))


@pytest.fixture
def answers(db):
    def answer(world, question):
        db.conn.execute("BEGIN")
        try:
            world.save(db)
            return attribute_levels(db, replace(SETTINGS, shared_visitor_customers=world.shared), question, list(Level))
        finally:
            db.conn.rollback()

    return answer


PERIODS = st.sampled_from([(None, None), (BASE + 10 * DAY, None), (BASE + 10 * DAY, BASE + 21 * DAY)])
WINDOWS = st.sampled_from([0, 15 * MINUTE, 7 * DAY, 30 * DAY])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), window=WINDOWS, period=PERIODS, outcome=st.sampled_from([Outcome.VISITS, Outcome.ORDERS]))
def test_sql_agrees_with_the_written_rules(answers, world, window, period, outcome):
    reports = answers(world, Question(outcome, MODELS, Level.PLACE, window, *period))
    since, until = period[0] or 0, period[1] or 1 << 62
    credit = credit_orders if outcome is Outcome.ORDERS else credit_visits
    for level, report in reports.items():
        for model in MODELS:
            expected = credit(world, model, level, window, since, until)
            expected.setdefault(UNATTRIBUTED, (0, 0))
            found = {row.key: (row.conversions, row.revenue) for row in report.rows_of(model)}
            assert {key: money for key, (_, money) in found.items()} == {k: money for k, (_, money) in expected.items()}
            for key, (conversions, _) in expected.items():
                assert isclose(found[key][0], conversions, abs_tol=1e-9)

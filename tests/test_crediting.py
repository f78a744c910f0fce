"""What each touch earns follows the written rule of its model, and nothing is lost or made on the way."""

from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.attribution.models import MODELS, Model, parse_model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import UNATTRIBUTED, attribute
from o2o.attribution.touch_credits import credit_touches
from tests.attribution_oracle import HALF_LIFE, halve, split
from tests.conftest import SETTINGS
from tests.test_attribution_oracle import DAY, worlds

RULES = (
    *MODELS,
    *map(
        parse_model,
        (
            "last-non:X1",
            "position:30/5/30/5/30",
            "position:0/1/0",
            "position:0/0/1/0/0",
            "position:0.1/0.2/0.7",
            "time-decay:3d",
            "time-decay:1h",
            "by-kind:person=3/product=2/place=1",
            "by-kind:person=1",
            "shapley",
        ),
    ),
)
LEARNERS = tuple(map(parse_model, ("markov", "markov:2", "shapley-ordered")))
DIFFERENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def asked(db):
    """Save a world, ask a question, and forget the world."""

    def ask(world, question, work):
        db.conn.execute("BEGIN")
        try:
            world.save(db)
            return work(db, replace(SETTINGS, shared_visitor_customers=world.shared), question)
        finally:
            db.conn.rollback()

    return ask


def conversions_of(credits_):
    """Return the touches of each conversion of each model."""
    found = defaultdict(list)
    for touch in credits_:
        found[touch.model, touch.store_id, touch.conversion].append(touch)
    return found


def weigh(model, touches, kinds):
    """Return the share of each touch by the written rule."""
    n, keys = len(touches), [touch.key for touch in touches]
    weights = [Fraction(1)] * n
    if model.name == "first":
        weights[1:] = [0] * (n - 1)
    if model.name == "last":
        weights[:-1] = [0] * (n - 1)
    if model.name == "last-non":
        others = [place for place in range(n) if keys[place] != model.argument]
        weights = [int(place == (others or [n - 1])[-1]) for place in range(n)]
    if model.name == "position":
        weights = weigh_places(n, [Fraction(part) for part in (model.argument or "40/20/40").split("/")])
    if model.name == "time-decay":
        half_life = {"": HALF_LIFE, "3d": 3 * DAY, "1h": DAY // 24}[model.argument]
        weights = [halve(touches[-1].scanned_at - touch.scanned_at, half_life) for touch in touches]
    if model.name == "by-kind":
        given = dict(part.split("=") for part in model.argument.split("/"))
        weights = [int(given.get(kinds[touch.touchpoint], 0)) for touch in touches]
    if model.name == "shapley":
        weights = [int(key not in keys[:place]) for place, key in enumerate(keys)]
    weights = weights if sum(weights) else [1] * n
    return [Fraction(weight) / sum(weights) for weight in weights]


def weigh_places(n, parts):
    """Return the weight of each place: parts are shared by their places."""
    names = "FBL" if len(parts) == 3 else "FbMaL"
    middle = {(n - 1) // 2, n // 2}
    places = []
    for place in range(n):
        between = "B" if len(parts) == 3 else "M" if place in middle else "b" if place < n / 2 else "a"
        places.append("F" if place == 0 else "L" if place == n - 1 else between)
    sizes = Counter(places)
    return [parts[names.index(place)] / sizes[place] for place in places]


@DIFFERENT
@given(world=worlds(), level=st.sampled_from([Level.TOUCHPOINT, Level.PERSON, Level.STORE]))
def test_each_touch_earns_what_the_rule_of_its_model_gives(asked, world, level):
    orders = [order for order in world.orders if order.refund_of is None]
    sales = {order.order_id: order for order in orders}
    question = Question(Outcome.ORDERS, RULES, level)
    found = conversions_of(asked(replace(world, orders=orders), question, lambda *terms: list(credit_touches(*terms))))
    kinds = {mark.code: mark.kind for mark in world.marks}
    for model in RULES:
        for (_, store, conversion), touches in [item for item in found.items() if item[0][0] == "linear"]:
            earned = {touch.position: touch for touch in found[model, store, conversion]}
            shares = weigh(model, touches, kinds)
            for touch, share, money in zip(touches, shares, split(sales[conversion].amount, shares), strict=True):
                mine = earned.get(touch.position, replace(touch, credit=0, money=0))
                assert abs(mine.credit - share) < 1e-12, model
                assert mine.money == money, model


@DIFFERENT
@given(world=worlds(), level=st.sampled_from(Level), outcome=st.sampled_from([Outcome.ORDERS, Outcome.VISITS]))
def test_credits_sum_to_their_conversions_and_to_the_report(asked, world, level, outcome):
    question = Question(outcome, (*RULES, parse_model("participation")), level)
    report, credits_ = asked(world, question, lambda *terms: (attribute(*terms), list(credit_touches(*terms))))
    counts, money = defaultdict(float), Counter()
    for touch in credits_:
        counts[touch.model, touch.key] += touch.credit
        money[touch.model, touch.key] += touch.money
    for row in report.rows:
        if row.key != UNATTRIBUTED:
            assert abs(row.conversions - counts[row.model, row.key]) < 1e-9
            assert row.revenue == money[row.model, row.key]
    whole = {}
    for (model, *conversion), touches in conversions_of(credits_).items():
        if model != "participation":
            count, amount = sum(touch.credit for touch in touches), sum(touch.money for touch in touches)
            assert min(abs(count - one) for one in (-1, 0, 1)) < 1e-9
            assert whole.setdefault(tuple(conversion), amount) == amount


@DIFFERENT
@given(world=worlds(), level=st.sampled_from([Level.TOUCHPOINT, Level.PERSON]))
def test_models_that_learn_share_out_as_much_as_rules(asked, world, level):
    question = Question(Outcome.ORDERS, (Model.LINEAR, *LEARNERS), level)
    report, credits_ = asked(world, question, lambda *terms: (attribute(*terms), list(credit_touches(*terms))))
    linear = [sum(getattr(row, name) for row in report.rows_of(Model.LINEAR)) for name in ("conversions", "revenue")]
    for model in LEARNERS:
        rows = report.rows_of(model)
        assert abs(sum(row.conversions for row in rows) - linear[0]) < 1e-9
        assert sum(row.revenue for row in rows) == linear[1]
    found = conversions_of(credits_)
    for (model, *conversion), touches in found.items():
        if not model.startswith("linear"):
            same = found["linear", *conversion]
            assert abs(sum(t.credit for t in touches) - sum(t.credit for t in same)) < 1e-9
            assert sum(t.money for t in touches) == sum(t.money for t in same)
            for _, alike in groupby(sorted(touches, key=lambda touch: touch.key), lambda touch: touch.key):
                assert len({round(touch.credit, 12) for touch in alike}) == 1

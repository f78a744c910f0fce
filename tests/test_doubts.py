"""The span of each figure of credit: from squares of what each customer or visitor brought, and as wide as it says."""

import json
from collections import defaultdict
from dataclasses import replace
from math import fsum

import numpy as np
import pytest

from o2o.attribution.doubts import Doubt, Figures, find_spans
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journey_paths import OwnedPaths
from o2o.attribution.journeys import gathered
from o2o.attribution.markov import removal_effects
from o2o.attribution.models import MODELS, Model, parse_model
from o2o.attribution.paths import Paths
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import UNATTRIBUTED, attribute
from o2o.attribution.touch_credits import credit_touches
from o2o.statistics.resampling import estimate_totals
from o2o.subjects import Kind
from o2o.times import DAY, parse_at
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.conftest import SETTINGS
from tests.coverage import WORLDS, check_coverage

START = parse_at("2026-05-01", SETTINGS.zone)
RULES = (*MODELS, *map(parse_model, ("participation", "shapley", "by-kind:place=1", "position:30/5/30/5/30")))


@pytest.fixture
def signs(db):
    """Five signs of places."""
    db["places"].insert_all(
        {"place_id": f"P{number}", "name": f"P{number}", "carrier": "poster"} for number in range(5)
    )
    return [sign.id for sign in mint_touchpoints(db, MintRequest(Kind.PLACE), START)]


def fill(db, signs, visitors, random):
    """Have visitors scan signs at random, and most of them order; some visitors are one customer's."""
    scans, orders = [], []
    for visitor in range(1, visitors + 1):
        met = random.choice(signs, random.integers(1, 4), p=[0.4, 0.3, 0.15, 0.1, 0.05])
        scans += [(START + int(random.integers(0, 10 * DAY)), int(sign), visitor) for sign in met]
        customer = f"c{visitor // 2}" if visitor % 3 == 0 else None
        for _ in range(random.poisson(0.7)):
            at, amount = START + int(random.integers(0, 20 * DAY)), int(random.exponential(5_000)) + 100
            orders.append((f"{len(orders) + 1}", at, f"v{visitor}", customer, amount))
    insert = db.conn.executemany
    insert("INSERT INTO visitors (id, visitor) VALUES (?, ?)", ((v, f"v{v}") for v in range(1, visitors + 1)))
    insert(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
        " VALUES (?, '', ?, ?, 'human', 'csv')",
        scans,
    )
    insert("INSERT INTO orders (order_id, ordered_at, visitor, customer, amount) VALUES (?, ?, ?, ?, ?)", orders)
    return len(orders)


def refund(db, sale):
    """Pay an order back, a day later."""
    at, amount = db.conn.execute("SELECT ordered_at, amount FROM orders WHERE order_id = ?", [sale]).fetchone()
    db["orders"].insert({"order_id": f"r{sale}", "ordered_at": at + DAY, "amount": -amount, "refund_of": sale})


def rollback(db, work):
    """Return what ``work`` does, and forget the world it did it in."""
    db.conn.execute("SAVEPOINT world")
    try:
        return work()
    finally:
        db.conn.execute("ROLLBACK TO world")
        db.conn.execute("RELEASE world")


def spans_of(db, question):
    """Return the ends of the span of each sign's conversions."""
    report = attribute(db, SETTINGS, question)
    return {(row.model, row.key): (row.conversions_low, row.conversions_high) for row in report.rows if row.key}


def test_owners_whose_orders_were_all_cancelled_leave_no_trace(db, signs):
    random = np.random.default_rng(3)
    question = Question(Outcome.ORDERS, RULES)
    insert = db.conn.executemany
    insert("INSERT INTO visitors (id, visitor) VALUES (?, ?)", ((v, f"v{v}") for v in range(60)))
    at = START + random.integers(0, 10 * DAY, (60, 8))
    insert(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
        " VALUES (?, '', ?, ?, 'human', 'csv')",
        [(int(when), signs[random.integers(0, 3)], v) for v in range(60) for when in at[v]],
    )
    db["orders"].insert({"order_id": "kept", "ordered_at": START + 10 * DAY, "visitor": "v0", "amount": 100})
    alone = spans_of(db, question)
    db["orders"].insert_all(
        {"order_id": f"{v}", "ordered_at": START + 10 * DAY, "visitor": f"v{v}", "amount": 100} for v in range(1, 60)
    )
    for v in range(1, 60):
        refund(db, f"{v}")
    assert {key: span for key, span in spans_of(db, question).items() if key in alone} == alone


@pytest.mark.parametrize("model", RULES)
def test_squares_are_those_of_what_each_customer_or_visitor_brought(db, signs, model):
    fill(db, signs, 60, np.random.default_rng(7))
    refund(db, "3")
    question = Question(Outcome.ORDERS, (model,), since=START, until=START + 15 * DAY)
    owners = dict(db.conn.execute(
        "SELECT order_id, coalesce(customer, (SELECT min(mine.customer) FROM orders AS mine"
        " WHERE mine.visitor = orders.visitor), visitor) FROM orders WHERE refund_of IS NULL"
    ).fetchall())  # fmt: skip
    cells = defaultdict(lambda: np.zeros(2))
    for credit in credit_touches(db, SETTINGS, question):
        cells[credit.key, owners[credit.conversion]] += (credit.credit, credit.money)
    for row in attribute(db, SETTINGS, question).rows:
        brought = np.array([cell for (key, _), cell in cells.items() if key == row.key])
        if row.key == UNATTRIBUTED:
            continue
        squares = Doubt(*(brought**2).sum(0).tolist(), *(int((part < 0).sum()) for part in brought.T))
        span = estimate_totals([row.conversions], [squares.conversions], taken_back=squares.cancelled > 0)
        assert (row.conversions_low, row.conversions_high) == pytest.approx((span.low[0], span.high[0]), abs=2e-6)


def test_intervals_of_credit_hold_the_credit_of_a_world_a_hundred_times_as_large(db, signs):
    random = np.random.default_rng(2026)
    question = Question(Outcome.ORDERS, (Model.LINEAR, Model.POSITION))

    def ask(visitors):
        return rollback(db, lambda: (fill(db, signs, visitors, random), attribute(db, SETTINGS, question).rows)[1])

    truth = {(row.model, row.key): (row.conversions / 100, row.revenue / 100) for row in ask(15_000)}
    held = defaultdict(list)
    for _ in range(max(WORLDS // 4, 40)):
        for row in ask(150):
            conversions, revenue = truth[row.model, row.key]
            held["conversions"].append(row.conversions_low <= conversions <= row.conversions_high)
            held["revenue"].append(row.revenue_low <= revenue <= row.revenue_high)
    check_coverage(np.array(held["conversions"]))
    check_coverage(np.array(held["revenue"]))


def test_without_intervals_rows_are_the_same_and_have_none(db, signs):
    fill(db, signs, 40, np.random.default_rng(3))
    question = Question(Outcome.ORDERS, MODELS)
    nothing = dict.fromkeys(("conversions_low", "conversions_high", "revenue_low", "revenue_high"))
    without = attribute(db, SETTINGS, replace(question, intervals=False)).rows
    assert without == tuple(replace(row, **nothing) for row in attribute(db, SETTINGS, question).rows)


def test_figures_lie_within_their_spans(db, signs):
    fill(db, signs, 80, np.random.default_rng(5))
    for row in attribute(db, SETTINGS, Question(Outcome.ORDERS, RULES)).rows:
        assert 0 <= row.conversions_low <= row.conversions <= row.conversions_high
        assert 0 <= row.revenue_low <= row.revenue <= row.revenue_high


def test_credit_that_was_taken_back_may_be_below_nothing():
    (span,) = find_spans([Figures(-1.0, -500, Doubt(1.0, 250_000.0, 1, 1))])
    assert span.conversions_low < -1 < span.conversions_high and span.revenue_low < -500 < span.revenue_high


def test_nothing_earned_has_a_span_up_to_a_few_orders_as_large_as_those_of_the_shop():
    few, none = find_spans([Figures(4.0, 40_000, Doubt(4.0, 4e8)), Figures(0.0, 0, Doubt(-1e-17))])
    assert none.conversions_low == none.revenue_low == 0
    assert 1 < none.conversions_high < 6 and 10_000 < none.revenue_high < 60_000
    assert few.conversions_high > 4


def test_the_table_says_the_range_and_csv_and_json_its_ends(db, signs, run):
    fill(db, signs, 40, np.random.default_rng(3))
    table = run("report", "attribution", "--outcome", "orders").stdout
    assert "95 % range" in table and " to " in table
    assert "95 % range" not in run("report", "attribution", "--outcome", "orders", "--no-intervals").stdout
    header = run("report", "attribution", "--outcome", "orders", "--format", "csv").stdout.splitlines()[0]
    assert header.endswith("conversions_low,conversions_high,revenue_low,revenue_high")
    (first, *_) = json.loads(run("report", "attribution", "--format", "json").stdout)["rows"]
    assert first["conversions_low"] < first["conversions"] < first["conversions_high"]


@pytest.mark.parametrize("model", ["markov", "markov:2"])
def test_a_chain_has_the_ranges_that_people_drawn_anew_give(db, signs, model):
    """Each draw is a world of its own: 300 times so many visitors as there are, drawn with replacement."""
    random = np.random.default_rng(11)
    fill(db, signs, 900, random)
    refund(db, "7")
    question = Question(Outcome.ORDERS, (parse_model(model),))
    rows = [row for row in attribute(db, SETTINGS, question).rows if row.key]
    with gathered(SqliteEngine(db), SETTINGS, question) as journeys:
        journeys.key_by(question.by)
        journeys.keep("steps", "attribution/models.steps")
        journeys.keep_owners()
        read = OwnedPaths.read(journeys, owned=True)
    drawn = draw_credits(read, int(model.partition(":")[2] or 1), random, 300)
    for row in rows:
        place = read.paths.touches.index(row.key)
        spread = (row.conversions_high - row.conversions_low) / 3.92, (row.revenue_high - row.revenue_low) / 3.92
        assert spread == pytest.approx(drawn[:, :, place].std(0), rel=0.25)


def test_ranges_of_a_chain_are_the_same_on_another_engine(db, signs):
    pytest.importorskip("duckdb")
    pytest.importorskip("adbc_driver_sqlite")
    fill(db, signs, 60, np.random.default_rng(5))
    question = Question(Outcome.ORDERS, (Model("markov"), Model("markov:2")))
    one, other = (attribute(db, SETTINGS, question, choose_engine(db, name)).rows for name in ("sqlite", "duckdb"))
    for ours, theirs in zip(one, other, strict=True):
        ends = [
            (row.conversions_low, row.conversions_high, row.revenue_low, row.revenue_high) for row in (ours, theirs)
        ]
        assert (ours.key, ours.revenue) == (theirs.key, theirs.revenue) and ends[0] == pytest.approx(ends[1])


def draw_credits(read, order, random, draws):
    """Return the credit of each touch, conversions and money, in draws of the owners of paths."""
    found = []
    people, who = np.unique(read.owners, return_inverse=True)
    for _ in range(draws):
        times = random.poisson(1.0, len(people))
        weight = times[who] * len(people) / times.sum()
        paths = read.paths
        drawn = Paths(paths.touches, paths.codes, paths.starts, paths.conversions * weight, paths.values * weight,
                      paths.nulls * weight)  # fmt: skip
        effects = removal_effects(drawn, order)
        found.append(effects / effects.sum(1, keepdims=True) * (read.brought * weight).sum(1)[:, None])
    return np.array(found)


def test_one_person_s_vain_scans_and_orders_are_one_owner_s(db, signs):
    fill(db, signs, 40, np.random.default_rng(3))
    for sale, visitor in (("both", "v1"), ("of one", "v2")):
        db["orders"].insert({"order_id": sale, "ordered_at": START, "visitor": visitor, "customer": "C", "amount": 1})
    with gathered(SqliteEngine(db), SETTINGS, Question(Outcome.ORDERS)) as journeys:
        journeys.key_by(journeys.question.by)
        journeys.keep("steps", "attribution/models.steps")
        journeys.keep_owners()
        read = OwnedPaths.read(journeys, owned=True)
        idle = {row["scan"]: row["owner"] for row in journeys.rows("attribution/models.idle_touches")}
        ours = {row["conversion"]: row["owner"] for row in journeys.rows("attribution/models.path_owners")}
    persons = dict(db.conn.execute(
        "SELECT scans.id, coalesce((SELECT min(customer) FROM orders WHERE orders.visitor = 'v' || scans.visitor_id),"
        " 'v' || scans.visitor_id) FROM scans"
    ).fetchall())  # fmt: skip
    buyers = dict(db.conn.execute(
        "SELECT id, coalesce(customer, (SELECT min(mine.customer) FROM orders AS mine WHERE mine.visitor ="
        " orders.visitor), visitor) FROM orders"
    ).fetchall())  # fmt: skip
    owners = {(persons[scan], owner) for scan, owner in idle.items()}
    owners |= {(buyers[order], owner) for order, owner in ours.items()}
    assert len(owners) == len(dict(owners)) == len({owner for _, owner in owners})
    assert {*idle.values()} & {*ours.values()} and len(read.owners) == len(read.paths.starts) - 1


def test_a_chain_of_too_many_states_says_why_it_has_no_interval(db, signs, run, monkeypatch):
    monkeypatch.setattr("o2o.attribution.chain_doubts.MOST_STATES", 4)
    fill(db, signs, 40, np.random.default_rng(3))
    done = run("report", "attribution", "--outcome", "orders", "--model", "linear,markov")
    assert "markov: no interval: its chain has over 2,000 states" in done.stderr


def test_a_model_that_learns_says_why_it_has_no_interval(db, signs, run):
    fill(db, signs, 40, np.random.default_rng(3))
    done = run("report", "attribution", "--outcome", "orders", "--model", "linear,shapley-ordered")
    assert "shapley-ordered: no interval" in done.stderr and "linear: no interval" not in done.stderr


def test_spans_add_nothing_to_what_is_credited(db, signs):
    orders = fill(db, signs, 40, np.random.default_rng(3))
    assert fsum(row.conversions for row in attribute(db, SETTINGS, Question(Outcome.ORDERS)).rows) == pytest.approx(
        orders
    )

"""Stages of people: the SQL agrees with the written rules, thresholds are learned, lists hold whom they should."""

import csv
import io
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.analytics.lifecycle import LifecycleTerms, Stage, find_quantile, measure_lifecycle
from o2o.analytics.retention import Active
from o2o.config import EngineName
from o2o.db import writing
from o2o.forgetting import forget_customers
from o2o.keys import load_keys
from o2o.names import hash_customer
from o2o.reports.lifecycle import analyse_lifecycle
from o2o.reports.sheet_page import render_analysis
from o2o.shop import create_shop
from tests.attribution_oracle import Mark, Order, Period, Scan
from tests.conftest import SETTINGS
from tests.journeys_oracle import Shop
from tests.people_oracle import acts_of, scans_of_people
from tests.test_attribution_oracle import BASE, DAY, PERIODS
from tests.test_journeys_oracle import shops

END = BASE + 400 * DAY
ZONE = ZoneInfo("Asia/Shanghai")
TERMS = st.builds(
    lambda period, slump, away, mature, active: LifecycleTerms(
        period[0], period[1] or END, slump, slump + away, mature, active
    ),
    PERIODS,
    st.integers(1, 20),
    st.integers(1, 20),
    st.integers(2, 4),
    st.sampled_from(Active),
)


def local(at):
    return datetime.fromtimestamp(at / 1000, ZONE).date()


def live(world, terms):
    """Return how many went from which stage to which, with what they spent, as counted by hand."""
    times, spent = defaultdict(list), Counter()
    for unit, scan in scans_of_people(world):
        if scan.at < terms.until and terms.active is not Active.ORDER:
            times[unit].append(scan.at)
    for act in acts_of(world):
        if act.act == "order" and act.at < terms.until:
            spent[act.unit] += act.amount
            if terms.active is not Active.SCAN:
                times[act.unit].append(act.at)
    if not times:
        return None
    day = local(max(at for ones in times.values() for at in ones))
    earlier = day - timedelta(days=30) if terms.since is None else min(local(terms.since - 1), day)
    moves = Counter(), Counter()
    for unit, ones in times.items():
        days = {local(at) for at in ones}
        move = stage_of(terms, {one for one in days if one <= earlier}, earlier), stage_of(terms, days, day)
        moves[0][move] += 1
        moves[1][move] += spent[unit]
    return {move: (count, moves[1][move]) for move, count in moves[0].items()}


def stage_of(terms, days, day):
    if not days:
        return None
    away = (day - max(days)).days
    if away > terms.slump:
        return Stage.LOST if away > terms.lost else Stage.SLUMP
    if len(days) >= terms.mature:
        return Stage.MATURITY
    return Stage.GROWTH if len(days) > 1 else Stage.INTRODUCTION


def moves_of(found):
    return found and {(move.before, move.now): (move.people, move.amount) for move in found.moves}


@pytest.fixture
def measure(db):
    """Measure the lifecycle of a world, which is gone after."""

    def measured(world, terms):
        rules = replace(SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day)
        db.conn.execute("BEGIN")
        try:
            world.save(db)
            return measure_lifecycle(db, rules, terms)
        finally:
            db.conn.rollback()

    return measured


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), terms=TERMS)
def test_stages_agree_with_the_written_rules(measure, world, terms):
    assert moves_of(measure(world, terms)) == live(world, terms)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), terms=TERMS)
def test_duckdb_finds_the_same_stages(tmp_path_factory, world, terms):
    pytest.importorskip("duckdb")
    db = create_shop(tmp_path_factory.mktemp("lifecycle") / "shop.db", SETTINGS)
    world.save(db)
    expected = measure_lifecycle(db, replace(SETTINGS, engine=EngineName.SQLITE), terms)
    assert measure_lifecycle(db, replace(SETTINGS, engine=EngineName.DUCKDB), terms) == expected
    db.close()


DOOR = Mark("DOOR", "place", (Period("P1", "S1", None, 0),))


def make_shop(bought, scanned=()):
    """Orders of customers by day and money, and scans of visitors by day."""
    orders = [
        Order(f"{customer}{day}", BASE + day * DAY, money, customer=customer)
        for customer, days in bought.items()
        for day, money in days
    ]
    return Shop([DOOR], [Scan(BASE + day * DAY, DOOR, visitor) for visitor, day in scanned], orders)


MEMBERS = {
    "new": [(95, 10)],
    "grows": [(80, 10), (95, 10)],
    "ripe": [(60, 10), (80, 10), (95, 10), (100, 10)],
    "slips": [(60, 500), (65, 10), (72, 10)],
    "slips more": [(60, 900), (65, 10), (72, 10)],
    "gone": [(10, 700), (20, 10)],
}
GIVEN = LifecycleTerms(None, END, 20, 45, 3)


def test_each_customer_is_in_the_stage_that_one_would_say(db):
    make_shop(MEMBERS).save(db)
    stages = {row[0].name: row[1:2] + row[3:4] for row in analyse_lifecycle(db, SETTINGS, GIVEN).sheets[0].rows}
    assert stages == {
        "introduction": (1, 1), "growth": (1, 1), "maturity": (1, 1), "slump": (2, 2), "lost": (1, 1),
    }  # fmt: skip


def test_who_has_just_slipped_is_warned_of_the_dearest_first(db):
    make_shop(MEMBERS).save(db)
    analysis = analyse_lifecycle(db, SETTINGS, replace(GIVEN, since=BASE + 75 * DAY))
    assert [row[:4] for row in analysis.sheet("churn_warning").rows] == [
        ("slips more", 920, 3, 3), ("slips", 520, 3, 3),
    ]  # fmt: skip
    assert [row[0] for row in analysis.sheet("win_back").rows] == ["gone"]


@pytest.mark.parametrize("active", Active)
def test_what_members_have_spent_does_not_hang_on_what_counts_as_coming(db, active):
    shop = make_shop({"x": [(0, 100), (9, 30)]})
    scans = [Scan(BASE + day * DAY, DOOR, "v") for day in (0, 9)]
    link = Order("z", BASE, 7, customer="x", visitor="v")
    Shop([DOOR], scans, [*shop.orders, link]).save(db)
    rows = analyse_lifecycle(db, SETTINGS, LifecycleTerms(None, END, active=active)).sheets[0].rows
    assert sum(row[5] for row in rows) == 137


def test_visitors_without_a_member_are_counted_but_on_no_list(db):
    make_shop({"x": [(0, 100), (100, 100)]}, [("a", 0), ("b", 1)]).save(db)
    analysis = analyse_lifecycle(db, SETTINGS, GIVEN)
    lost = next(row for row in analysis.sheets[0].rows if row[0].name == "lost")
    assert lost[1] == 2 and lost[3] == 0
    assert list(analysis.sheet("win_back").rows) == []


def test_who_asked_to_be_forgotten_is_on_no_list_even_if_he_came_back_into_the_file(db, db_path):
    make_shop(MEMBERS).save(db)
    forget_customers(db, load_keys(db_path).secret, ["gone"], END)
    with writing(db):
        db.conn.execute(
            "INSERT INTO orders (order_id, ordered_at, amount, customer) VALUES ('again', ?, 9, 'gone')", [BASE]
        )
    assert list(analyse_lifecycle(db, SETTINGS, GIVEN).sheet("win_back").rows) == []


def test_thresholds_are_learned_from_the_gaps_of_the_shop(db):
    weekly = {f"c{n}": [(day, 10) for day in range(0, 70, 7)] for n in range(27)}
    monthly = {f"m{n}": [(day, 10) for day in (0, 30, 60, 69)] for n in range(9)}
    make_shop(weekly | monthly).save(db)
    found = measure_lifecycle(db, SETTINGS, LifecycleTerms(None, END))
    assert (found.thresholds.slump.days, found.thresholds.lost.days, found.thresholds.mature.days) == (9, 30, 10)
    assert found.thresholds.slump.people == 36


def test_from_few_people_nothing_is_learned(db):
    make_shop({"a": [(0, 1), (5, 1)]}).save(db)
    analysis = analyse_lifecycle(db, SETTINGS, LifecycleTerms(None, END))
    assert [row[1] for row in analysis.sheet("thresholds").rows] == [30, 90, 3]
    assert "thresholds are defaults" in analysis.remarks[-1][1]


@given(
    st.dictionaries(st.integers(1, 60), st.integers(1, 9), min_size=1), st.floats(0.05, 0.95), st.integers(30, 10_000)
)
def test_a_quantile_has_at_least_its_share_below_it_and_lies_in_its_interval(votes, share, people):
    values, weights = (np.array(one, float) for one in zip(*sorted(votes.items()), strict=True))
    found = find_quantile(values, weights, share, people)
    at_most, below = weights[values <= found.value].sum(), weights[values < found.value].sum()
    assert below / weights.sum() < share + 1e-9 and at_most / weights.sum() >= share - 1e-9
    assert found.low <= found.value <= found.high


def test_lists_go_to_push_tools_with_hashed_members_on_request(run, db, db_path):
    make_shop(MEMBERS).save(db)
    asked = ("report", "lifecycle", "--sheet", "win_back", "--format", "csv", "--slump", "20", "--lost", "45")
    [plain] = csv.DictReader(io.StringIO(run(*asked).stdout))
    [hashed] = csv.DictReader(io.StringIO(run(*asked, "--hash", "customer").stdout))
    assert (plain["customer"], plain["spent"], plain["stage_before"]) == ("gone", "710", "lost")
    assert hashed == plain | {"customer": hash_customer(load_keys(db_path).secret, "gone")}


def test_the_page_draws_the_moves(db):
    make_shop(MEMBERS).save(db)
    page = render_analysis(analyse_lifecycle(db, SETTINGS, GIVEN), SETTINGS, 0)
    assert "成熟" in page and "heat-7" in page


def test_the_command_answers_for_an_empty_shop_and_refuses_thresholds_that_cannot_be(run):
    assert "no scans and no orders yet" in run("report", "lifecycle").stdout
    assert run("report", "lifecycle", "--slump", "30", "--lost", "20").exit_code == 2

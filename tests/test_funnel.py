"""The funnel: its SQL agrees with the written rules, and what it says of small shops that were made by hand."""

import json
from dataclasses import replace
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.analytics.funnel import IN_ALL, FunnelTerms, Scene, Step, measure_funnel, parse_step_windows
from o2o.attribution.question import Level
from o2o.config import EngineName
from o2o.db import writing
from o2o.errors import SettingError
from o2o.reports.funnel import analyse_funnel
from o2o.shop import create_shop
from tests.attribution_oracle import Mark, Order, Period, Scan
from tests.conftest import SETTINGS
from tests.journeys_oracle import Redemption, Shop, View
from tests.people_oracle import acts_of, scans_of_people
from tests.test_attribution_oracle import BASE, DAY, PERIODS, WINDOWS
from tests.test_journeys_oracle import shops

HOUR = DAY // 24
END = 1 << 62
ACTS = {
    Step.VISIT: ("view",), Step.LEAD: ("registration", "redemption"), Step.ORDER: ("order",), Step.REPEAT: ("order",),
}  # fmt: skip
LEVELS = (Level.TOUCHPOINT, Level.PERSON, Level.PRODUCT, Level.PLACE, Level.CARRIER, Level.STORE, Level.CAMPAIGN)
TERMS = st.builds(
    lambda period, by, windows, steps, *flags: FunnelTerms(
        period[0], period[1] or END, by, windows, tuple(step for step in Step if step in {Step.SCAN, *steps}), *flags
    ),
    PERIODS,
    st.sampled_from(LEVELS),
    st.dictionaries(st.sampled_from(list(ACTS)), WINDOWS),
    st.sampled_from([list(Step), list(Step), [Step.ORDER], [Step.VISIT, Step.ORDER], [Step.ORDER, Step.REPEAT]]),
    st.booleans(),
    st.booleans(),
)


def walk(world, terms):
    """Return by key who reached each step, of how many, and the median time since the step before."""
    scans = [(unit, scan) for unit, scan in scans_of_people(world) if (terms.since or 0) <= scan.at < terms.until]
    there = {act.act for act in acts_of(world)} | {view.event for view in world.views}
    there |= {"redemption"} if world.redemptions else set()
    steps = [step for step in terms.steps if step is Step.SCAN or there & set(ACTS[step])]
    entries = {(unit, scan.mark.key(terms.by, scan.at)): [] for unit, scan in scans}
    for unit, scan in scans:
        entries[unit, scan.mark.key(terms.by, scan.at)].append(scan.at)
    everybody = {(unit, IN_ALL): [] for unit, _ in scans}
    for (unit, _), times in entries.items():
        everybody[unit, IN_ALL].extend(times)
    found = {}
    for reached in (entries, everybody):
        before, rows = reached, {key: [] for _, key in reached}
        for step in steps:
            now = reached if step is Step.SCAN else go_on(world, terms, step, before)
            for key, row in rows.items():
                waits = [min(now[one]) - min(before[one]) for one in now if one[1] == key]
                known = waits and terms.is_ordered and step is not Step.SCAN
                row.append((
                    step, len(waits), sum(one[1] == key for one in before), sum(one[1] == key for one in reached),
                    median(waits) if known else None,
                ))  # fmt: skip
            before = before if step is Step.LEAD and not terms.is_strict else now
        found |= rows
    return found


def go_on(world, terms, step, before):
    """Return when each of those who reached the step before reached this one."""
    acts, found = acts_of(world), {}
    for (unit, key), times in before.items():
        mine = [act.at for act in acts if act.unit == unit and act.act in ACTS[step]]
        if terms.is_ordered:
            later, window = int(step is Step.REPEAT), terms.window_of(step)
            reached = [at for at in mine if any(later <= at - earlier <= window for earlier in times)]
        else:
            mine = [at for at in mine if (terms.since or 0) <= at < terms.until]
            reached = mine if len(mine) >= (2 if step is Step.REPEAT else 1) else []
        if reached:
            found[unit, key] = reached
    return found


@pytest.fixture
def measure(db):
    """Measure the funnel of a world, which is gone after."""

    def measured(world, terms):
        rules = replace(SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day)
        db.conn.execute("BEGIN")
        try:
            world.save(db)
            return measure_funnel(db, rules, terms)
        finally:
            db.conn.rollback()

    return measured


def rows_of(funnel):
    return {
        key: [(row.step, row.people, row.before, row.scanned, row.took) for row in rows]
        for key, rows in funnel.reached.items()
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), terms=TERMS)
def test_the_funnel_agrees_with_the_written_rules(measure, world, terms):
    assert rows_of(measure(world, terms)) == walk(world, terms)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), terms=TERMS)
def test_duckdb_counts_the_same_funnel(tmp_path_factory, world, terms):
    pytest.importorskip("duckdb")
    db = create_shop(tmp_path_factory.mktemp("funnel") / "shop.db", SETTINGS)
    world.save(db)
    rules = replace(SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day)
    expected = measure_funnel(db, replace(rules, engine=EngineName.SQLITE), terms)
    assert measure_funnel(db, replace(rules, engine=EngineName.DUCKDB), terms) == expected
    db.close()


DOOR = Mark("DOOR", "place", (Period("P1", "S1", None, 0),))
EGGS = Mark("EGGS", "product", (Period("X1", "S1", None, 0),))
HAM = Mark("HAM", "product", (Period("X2", "S2", None, 0),))


def make_shop(**parts):
    """Four people: one looks, registers, orders twice; one orders late; one only looks; one scans eggs alone."""
    scans = [Scan(BASE, DOOR, "a"), *(Scan(BASE + HOUR, DOOR, v) for v in "bc"), Scan(BASE + HOUR, EGGS, "d")]
    views = [View(BASE + HOUR, "view", None, "a", None), View(BASE + 2 * HOUR, "view", None, "c", None),
             View(BASE + 2 * HOUR, "registration", "C1", "a", None)]  # fmt: skip
    orders = [Order("o1", BASE + DAY, 1_000, customer="C1"), Order("o2", BASE + 3 * DAY, 500, customer="C1"),
              Order("o3", BASE + 40 * DAY, 700, visitor="b")]  # fmt: skip
    return Shop([DOOR, EGGS, HAM], scans, orders, **({"views": views} | parts))


def people_of(funnel, key=IN_ALL):
    return {row.step: row.people for row in funnel.reached[key]}


def test_each_step_counts_within_its_window_after_the_one_before(measure):
    found = measure(make_shop(), FunnelTerms(None, END))
    assert people_of(found) == {Step.SCAN: 4, Step.VISIT: 2, Step.LEAD: 1, Step.ORDER: 1, Step.REPEAT: 1}
    short = measure(make_shop(), FunnelTerms(None, END, windows={Step.REPEAT: DAY}))
    assert people_of(short)[Step.REPEAT] == 0


def test_an_order_counts_without_a_coupon_unless_the_way_is_strict(measure):
    shop = make_shop(redemptions=[Redemption(BASE + 5 * DAY, 1, None, None, "c", None, "")])
    shop.orders.append(Order("o4", BASE + 2 * DAY, 100, visitor="c"))
    assert people_of(measure(shop, FunnelTerms(None, END)))[Step.ORDER] == 2
    assert people_of(measure(shop, FunnelTerms(None, END, is_strict=True)))[Step.ORDER] == 1


def test_without_an_order_of_steps_all_that_is_done_in_the_period_counts(measure):
    terms = FunnelTerms(None, END, steps=(Step.SCAN, Step.ORDER, Step.REPEAT), is_ordered=False)
    assert people_of(measure(make_shop(), terms)) == {Step.SCAN: 4, Step.ORDER: 2, Step.REPEAT: 1}


def test_the_scene_is_the_touchpoints_on_show_and_how_many_were_scanned(measure):
    found = measure(make_shop(), FunnelTerms(None, END, Level.STORE))
    assert found.scenes == {IN_ALL: Scene(3, 2), "S1": Scene(2, 2), "S2": Scene(1, 0)}


def test_a_step_without_data_in_the_shop_is_left_out_and_said(db):
    make_shop(views=[]).save(db)
    analysis = analyse_funnel(db, SETTINGS, FunnelTerms(None, END))
    assert [row[0].name for row in analysis.sheets[0].rows] == ["scene", "scene_scanned", "scan", "order", "repeat"]
    assert "visit the page, register or redeem a coupon" in analysis.notes[0][1]


def test_the_answer_names_the_step_at_which_most_are_lost(db):
    make_shop().save(db)
    said = [english for _, english in analyse_funnel(db, SETTINGS, FunnelTerms(None, END)).said]
    assert said[0].startswith("Of 4 people who scanned, 2 visit the page (50.0%")
    assert said[1] == "Most are lost before they visit the page: 2 of 4 (50.0%)."


def test_a_shop_without_scans_says_so(db):
    analysis = analyse_funnel(db, SETTINGS, FunnelTerms(None, END))
    assert analysis.said == (("这段时间没有可识别的人扫码。", "Nobody who could be told apart scanned in this time."),)


@pytest.mark.parametrize(
    ("texts", "windows"),
    [
        ((), {}),
        (("order=7d",), {Step.ORDER: 7 * DAY}),
        (("order=7d", "2d"), dict.fromkeys(ACTS, 2 * DAY) | {Step.ORDER: 7 * DAY}),
    ],
)
def test_windows_are_of_a_step_or_of_all(texts, windows):
    assert parse_step_windows(texts) == windows


@pytest.mark.parametrize("text", ["scan=7d", "orders=7d", "order=soon"])
def test_a_window_of_no_step_is_refused(text):
    with pytest.raises(SettingError):
        parse_step_windows((text,))


def test_the_command_tells_programs_names_and_people_words(run, db):
    make_shop().save(db)
    with writing(db):
        db.conn.execute(
            "INSERT INTO places (place_id, store_id, name, carrier) VALUES ('P1', 'S1', '正门', 'door_sign')"
        )
    data = json.loads(run("report", "funnel", "--by", "place", "--format", "json").stdout)
    assert data["question"].startswith("How many of those who scan")
    assert [row["step"] for row in data["steps"]] == ["scene", "scene_scanned", *Step]
    assert {row["key"]: (row["name"], row["people"]) for row in data["keys"]} == {
        "P1": ("正门", 3),
        "(other)": ("其他", 1),
    }
    assert "register or redeem a coupon" in run("report", "funnel").stdout
    assert "注册或领券核销" in run("report", "funnel", "--format", "html").stdout


@pytest.mark.parametrize("option", [("--window", "soon"), ("--steps", "order,pay")])
def test_the_command_refuses_what_it_does_not_know(run, option):
    assert run("report", "funnel", *option).exit_code == 2

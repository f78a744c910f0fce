"""Experiments of a whole shop: designed, kept, read before and after their end."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from click.testing import Result

from o2o.analytics.experiment_design import design_experiment
from o2o.analytics.experiment_reading import Finding, Reading, read_experiment
from o2o.analytics.experiments import (
    Arm,
    Design,
    ExperimentTerms,
    Measure,
    Sign,
    end_experiment,
    find_experiment,
    list_readings,
    load_deal,
)
from o2o.attribution.question import Level
from o2o.config import load_settings
from o2o.db import Database, writing
from o2o.destinations import RuleDraft, Scope, add_rule
from o2o.errors import NotFoundError, O2OError, SettingError
from o2o.statistics.intervals import newcombe
from o2o.statistics.power import detectable_rate
from o2o.times import DAY, HOUR, day_start, local_day, now
from tests.collecting import make_touchpoint
from tests.conftest import SETTINGS

FIRST = date(2026, 5, 4)
START = day_start(FIRST, SETTINGS.zone)
TERMS = ExperimentTerms(
    "endcap", Design.SWITCHBACK, Measure.ORDERS, "the end-cap sells more", FIRST, 28, smallest=0.2, seed=1
)
BEFORE = 56


def open_stores(db: Database, count: int = 4) -> list[str]:
    stores = [f"S{number:02}" for number in range(count)]
    with writing(db):
        db.conn.executemany("INSERT INTO stores (store_id, name) VALUES (?, ?)", [(s, f"{s}店") for s in stores])
    return stores


def sell(db: Database, store: str, day: int, orders: int, amount: int = 1_000) -> None:
    """Take orders in a store on a day counted from the first of the experiment, from 10 o'clock on."""
    at = START + day * DAY + 10 * HOUR
    db.conn.executemany(
        "INSERT INTO orders (order_id, store_id, ordered_at, amount) VALUES (?, ?, ?, ?)",
        [(f"{store}/{day}/{number}", store, at + number, amount) for number in range(orders)],
    )


def trade(db: Database, stores: list[str], days: range, effect: Callable[[int, int], float] = lambda s, d: 0) -> None:
    """Let each store sell some 20 to 40 orders a day, more where there is an effect."""
    random = np.random.default_rng(len(stores))
    with writing(db):
        for place, store in enumerate(stores):
            for day in days:
                sell(db, store, day, random.poisson(max(20 + 5 * place + effect(place, day), 0)))


@pytest.fixture
def shop(db: Database) -> Database:
    """Four stores with eight weeks of orders."""
    trade(db, open_stores(db), range(-BEFORE, 0))
    return db


def design(db: Database, terms: ExperimentTerms = TERMS) -> np.ndarray:
    design_experiment(db, load_settings(db), terms, START)
    return load_deal(db, terms.name).treated


def read(db: Database, day: float = 28, name: str = "endcap") -> Reading:
    return read_experiment(db, load_settings(db), name, START + round(day * DAY))


def stores_of(db: Database) -> list[str]:
    return [row[0] for row in db.conn.execute("SELECT store_id FROM stores ORDER BY 1")]


def test_what_was_planted_is_found(shop: Database) -> None:
    on = design(shop)
    trade(shop, stores_of(shop), range(28), lambda store, day: 10 * on[store, day])
    reading = read(shop)
    assert reading.finding is Finding.HIGHER
    assert reading.effect is not None and reading.extra is not None and reading.chance is not None
    assert reading.effect.low < 10 < reading.effect.high
    assert reading.chance < 0.01 and not reading.whenever
    assert float(reading.extra.value) == pytest.approx(float(reading.effect.value) * 56)
    assert [(arm.name, arm.units) for arm in reading.arms] == [("on", 56), ("off", 56)]


def test_before_the_end_nothing_is_said_but_an_interval_that_holds_whenever(shop: Database) -> None:
    on = design(shop)
    trade(shop, stores_of(shop), range(20), lambda store, day: 30 * on[store, day])
    early, late = read(shop, 5), read(shop, 20)
    assert (early.finding, early.effect) == (Finding.NOT_OVER, None)
    assert late.finding is Finding.NOT_OVER and late.whenever and late.effect is not None
    assert {"ends", "may_stop"} <= {note.key for note in late.notes}
    assert [one.final for one in list_readings(shop, "endcap")] == [False, False]


def test_it_is_not_over_before_the_last_day_is_over_in_the_last_time_zone(shop: Database) -> None:
    shop.conn.execute("UPDATE stores SET timezone = 'America/New_York' WHERE store_id = 'S03'")
    design(shop)
    trade(shop, stores_of(shop), range(29))
    assert (read(shop, 28.2).over, read(shop, 29).over) == (False, True)


def test_experiments_in_the_same_stores_on_the_same_days_are_told(shop: Database) -> None:
    for name, start, stores in (("one", 0, ("S00",)), ("two", 20, ("S00", "S01")), ("later", 40, ("S00",))):
        terms = replace(TERMS, name=name, first_day=FIRST + timedelta(start), stores=stores)
        designed = design_experiment(shop, load_settings(shop), terms, START)
        assert designed.beside == {"one": (), "two": ("one",), "later": ("two",)}[name]


def test_data_that_has_not_been_imported_yet_keeps_an_experiment_open(shop: Database) -> None:
    on = design(shop)
    trade(shop, stores_of(shop), range(20), lambda store, day: 30 * on[store, day])
    reading = read(shop, 30)
    assert reading.finding is Finding.NOT_OVER
    assert {"immature", "known_until"} <= {note.key for note in reading.notes}


def test_an_experiment_that_is_stopped_is_read_by_the_wider_interval(shop: Database) -> None:
    on = design(shop)
    trade(shop, stores_of(shop), range(20), lambda store, day: 30 * on[store, day])
    end_experiment(shop, "endcap", START + 20 * DAY, load_settings(shop))
    reading = read(shop, 25)
    assert (reading.finding, reading.whenever, reading.over) == (Finding.HIGHER, True, True)
    with pytest.raises(SettingError, match="ended already"):
        end_experiment(shop, "endcap", START + 21 * DAY, load_settings(shop))


def test_where_nothing_happens_no_winner_is_named(shop: Database) -> None:
    design(shop, replace(TERMS, smallest=0.01))
    trade(shop, stores_of(shop), range(28))
    reading = read(shop)
    assert reading.finding is Finding.NOT_ENOUGH
    assert reading.detectable is not None and 0 < reading.detectable < 10


def test_an_experiment_of_the_past_is_refused(shop: Database) -> None:
    with pytest.raises(SettingError, match="has passed"):
        design_experiment(shop, load_settings(shop), TERMS, START + 3 * DAY)


def test_nothing_of_an_experiment_can_be_changed(shop: Database) -> None:
    design(shop)
    with pytest.raises(SettingError, match="designed already"):
        design(shop, replace(TERMS, smallest=0.5))
    assert find_experiment(shop, "endcap").terms.smallest == 0.2


def test_the_same_seed_deals_the_same(shop: Database) -> None:
    one, other = design(shop), design(shop, replace(TERMS, name="again"))
    assert (one == other).all() and (one != design(shop, replace(TERMS, name="third", seed=2))).any()


def test_a_trial_writes_nothing_down(shop: Database) -> None:
    designed = design_experiment(shop, load_settings(shop), TERMS, START, keep=False)
    assert designed.power is not None and 0 < designed.power.detectable < 8
    with pytest.raises(NotFoundError):
        find_experiment(shop, "endcap")


def test_more_days_find_less(shop: Database) -> None:
    short, long = (
        design_experiment(shop, load_settings(shop), replace(TERMS, days=days, before=14), START, keep=False).power
        for days in (14, 42)
    )
    assert short is not None and long is not None and long.detectable < short.detectable
    assert (short.needed_days or 0) > 0


def test_days_on_which_a_store_was_closed_are_left_out(shop: Database) -> None:
    on = design(shop)
    stores = stores_of(shop)
    trade(shop, stores, range(28), lambda store, day: -99 if store == 0 and day < 6 else 10 * on[store, day])
    reading = read(shop)
    assert ("closed", (("n", 6),)) in {(note.key, note.facts) for note in reading.notes}
    assert sum(arm.units for arm in reading.arms) == 4 * 28 - 6


def test_days_that_are_missing_on_one_side_end_it(shop: Database) -> None:
    on = design(shop)
    trade(shop, stores_of(shop), range(28), lambda store, day: -99 if on[store, day] and day % 3 else 0)
    assert read(shop).finding is Finding.UNEVEN


def test_matched_stores_are_read_by_pairs(db: Database) -> None:
    stores = open_stores(db, 25)
    trade(db, stores, range(-BEFORE, 0))
    terms = replace(TERMS, design=Design.MATCHED)
    designed = design_experiment(db, load_settings(db), terms, START)
    assert len(designed.left_out) == 1
    deal = load_deal(db, "endcap")
    assert deal.treated.all(1).sum() == 12 and (~deal.treated).all(1).sum() == 12
    on = dict(zip(deal.stores, deal.treated[:, 0], strict=True))
    trade(db, stores, range(28), lambda store, _: 10 * on.get(stores[store], 0))
    reading = read(db)
    assert reading.finding is Finding.HIGHER
    assert reading.effect is not None and reading.effect.low < 10 < reading.effect.high


def test_a_staggered_rollout_is_read_against_those_still_without(db: Database) -> None:
    stores = open_stores(db, 12)
    trade(db, stores, range(-BEFORE, 0))
    on = design(db, replace(TERMS, design=Design.STAGGERED, waves=4))
    assert on[:, 0].sum() == 3 and on[:, -1].all()
    trade(db, stores, range(28), lambda store, day: 12 * on[store, day])
    reading = read(db)
    assert reading.finding is Finding.HIGHER
    assert reading.effect is not None and reading.effect.low < 12 < reading.effect.high


def test_hours_on_which_yesterdays_sign_still_works_can_be_left_out(shop: Database) -> None:
    design(shop, replace(TERMS, from_hour=12))
    trade(shop, stores_of(shop), range(28))
    assert all(arm.total == 0 for arm in read(shop).arms)


def test_days_after_a_change_can_be_left_out(shop: Database) -> None:
    on = design(shop, replace(TERMS, settle_days=1))
    before = np.concatenate([np.zeros((4, 1), bool), on[:, :-1]], 1)
    half = 5.0 * on + 5.0 * before
    trade(shop, stores_of(shop), range(28), lambda store, day: half[store, day])
    reading = read(shop)
    assert reading.effect is not None and reading.effect.low < 10 < reading.effect.high


def test_scans_tell_whether_the_plan_was_kept_to(shop: Database) -> None:
    shop.conn.execute("INSERT INTO places (place_id, store_id, name, carrier) VALUES ('E1', 'S00', '堆头', 'endcap')")
    code = make_touchpoint(shop, "E1", kind="place", store_id="S00", carrier="endcap")
    on = design(shop, replace(TERMS, signs=(Sign(Level.PLACE, "E1"),), stores=("S00",)))
    trade(shop, stores_of(shop), range(28))
    shop.conn.executemany(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, verdict, source) VALUES (?, ?, 1, 'human', 'csv')",
        [(START + day * DAY + 12 * HOUR, code) for day in range(28) if on[0, day]],
    )
    notes = {note.key: dict(note.facts) for note in read(shop).notes}
    assert notes["kept_to"] == {"on": 1.0, "off": 0.0}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days": 13}, "fewer than two weeks"),
        ({"hypothesis": " "}, "nothing is expected"),
        ({"stores": ("S99",)}, "no store 'S99'"),
        ({"measure": Measure.UNITS}, "of no product"),
        ({"measure": Measure.REGISTRATIONS}, "not counted by this design"),
        ({"smallest": 0.0}, "no difference"),
        ({"design": Design.STAGGERED, "days": 27}, "not enough for 4 waves"),
        ({"design": Design.STAGGERED}, "fewer than 8"),
        ({"design": Design.STAGGERED, "waves": 2}, "fewer than 7"),
        ({"design": Design.MATCHED}, "no lot of so few can name a winner"),
        ({"design": Design.AB}, "not two"),
        ({"signs": (Sign(Level.PLACE, "nowhere"),)}, "no touchpoint of the place 'nowhere'"),
        ({"from_hour": 24}, "can't be used"),
        ({"settle_days": 28}, "can't be left out"),
        ({"before": 10**9}, "no past to compare with"),
        ({"smallest": float("inf")}, "no difference"),
        ({"seed": -1}, "can't be used"),
        ({"first_day": date.max}, "is years away"),
        ({"name": " "}, "no name"),
    ],
)
def test_terms_that_can_not_work_are_refused(shop: Database, change: dict[str, object], said: str) -> None:
    with pytest.raises(O2OError, match=said):
        design(shop, replace(TERMS, **change))  # type: ignore[arg-type]


def test_a_shop_without_a_past_can_be_dealt_too(db: Database) -> None:
    open_stores(db, 12)
    designed = design_experiment(db, load_settings(db), replace(TERMS, design=Design.MATCHED), START)
    assert designed.power is None and designed.deal is not None and len(designed.deal.stores) == 12
    assert read(db, 30).finding is Finding.NOT_OVER  # there is no data at all


def visit(db: Database, code: str, visitors: range, rule: int | None = None) -> None:
    """Let new visitors scan a code on the second day of the experiment."""
    (number,) = db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()
    db.conn.executemany("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [(n, f"v{n}") for n in visitors])
    db.conn.executemany(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source, rule_id)"
        " VALUES (?, ?, ?, ?, 'human', 'csv', ?)",
        [(START + DAY + n, code, number, n, rule) for n in visitors],
    )


def buy(db: Database, visitors: range, amount: int = 2_000) -> None:
    """Let visitors order an hour after their scan."""
    db.conn.executemany(
        "INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?)",
        [(f"o{n}", START + DAY + HOUR + n, f"v{n}", amount) for n in visitors],
    )


def stay_open(db: Database) -> None:
    """Let somebody who scanned nothing order on the last day that counts for a split of two weeks."""
    db.conn.execute(
        "INSERT INTO orders (order_id, ordered_at, amount) VALUES ('last', ?, 100)", [START + 20 * DAY + 10 * HOUR]
    )


AB = replace(TERMS, name="page", design=Design.AB, days=14)


@pytest.fixture
def split(db: Database) -> str:
    """A code whose scans are split between two pages, by rules 1 and 2."""
    code = make_touchpoint(db)
    for page in ("new", "old"):
        add_rule(db, RuleDraft(Scope.CODE, code, f"https://m.shop.cn/{page}", "share=50", page), START)
    return code


BY_RULE = (Arm("new", ("1",), by_rule=True), Arm("old", ("2",), by_rule=True))


def test_a_split_of_pages_is_read_by_visitor(db: Database, split: str) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE), START)
    visit(db, split, range(1, 1001), 1)
    visit(db, split, range(1001, 2001), 2)
    buy(db, range(1, 151))
    buy(db, range(1001, 1101))
    stay_open(db)
    open_until, over = read(db, 10, "page"), read(db, 22, "page")
    assert (open_until.finding, over.finding) == (Finding.NOT_OVER, Finding.HIGHER)
    known = newcombe(150, 1000, 100, 1000)
    assert over.effect is not None and open_until.effect is not None
    assert (float(over.effect.low), float(over.effect.high)) == (float(known.low), float(known.high))
    assert open_until.effect.low < over.effect.low and open_until.effect.high > over.effect.high
    assert [(arm.name, arm.units, arm.total) for arm in over.arms] == [("new", 1000, 150), ("old", 1000, 100)]


def told(reading: Reading) -> dict[str, dict[str, object]]:
    return {note.key: dict(note.facts) for note in reading.notes}


def test_a_split_is_not_over_before_orders_of_its_last_days_are_imported(
    db: Database, split: str, run: Callable[..., Result]
) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE), START)
    visit(db, split, range(1, 1001), 1)
    visit(db, split, range(1001, 2001), 2)
    buy(db, range(1, 151))
    buy(db, range(1001, 1101))
    running, maturing, lacking = (read(db, day, "page") for day in (10, 15, 22))
    assert told(running)["known_until"] == {"day": FIRST + timedelta(1)}
    assert told(maturing)["maturing"] == {"day": FIRST + timedelta(20)}
    assert told(lacking)["orders_until"] == {"day": FIRST + timedelta(1), "due": FIRST + timedelta(20)}
    assert {one.finding for one in (running, maturing, lacking)} == {Finding.NOT_OVER}
    assert lacking.whenever and "immature" not in told(lacking)
    assert ["may_stop" in told(one) for one in (running, maturing, lacking)] == [True, False, False]
    said = typed(run, "experiment", "read", "page").stderr
    assert "Not yet: orders are imported up to 2026-05-05, and needed up to 2026-05-24" in said
    stay_open(db)
    assert "orders_until" not in told(read(db, 22, "page")) and read(db, 22, "page").over


def test_a_split_by_registrations_does_not_wait_for_orders(db: Database, split: str) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE, measure=Measure.REGISTRATIONS), START)
    visit(db, split, range(1, 1001), 1)
    visit(db, split, range(1001, 2001), 2)
    assert read(db, 22, "page").over


@pytest.mark.parametrize("rules", [(1, 2), (2, 1)])
def test_of_two_scans_in_the_same_millisecond_the_one_imported_first_tells_the_arm(
    db: Database, split: str, rules: tuple[int, int]
) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE), START)
    visit(db, split, range(1, 2), rules[0])
    db.conn.execute(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source, rule_id)"
        " SELECT scanned_at, code, touchpoint_id, visitor_id, verdict, source, ? FROM scans",
        [rules[1]],
    )
    units = [arm.units for arm in read(db, 22, "page").arms]
    assert units == ([1, 0] if rules[0] == 1 else [0, 1])


def test_what_a_split_brings_in_money(db: Database, split: str) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE, measure=Measure.REVENUE), START)
    visit(db, split, range(1, 1001), 1)
    visit(db, split, range(1001, 2001), 2)
    buy(db, range(1, 151), 3_000)
    buy(db, range(1001, 1101), 2_000)
    stay_open(db)
    reading = read(db, 22, "page")
    assert reading.effect is not None and reading.extra is not None
    assert float(reading.effect.value) == pytest.approx(450 - 200)
    assert float(reading.extra.value) == pytest.approx(250_000)
    assert reading.finding is Finding.HIGHER


def test_a_split_that_loses_visitors_on_one_side_names_no_winner(db: Database, split: str) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE), START)
    visit(db, split, range(1, 1201), 1)
    visit(db, split, range(1201, 2001), 2)
    buy(db, range(1, 400))
    assert read(db, 22, "page").finding is Finding.UNEVEN


def test_a_conversion_is_of_the_arm_that_the_customer_scanned_last(db: Database, split: str) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE), START)
    visit(db, split, range(1, 3), 1)
    visit(db, split, range(3, 5), 2)
    for visitor in (1, 3):  # the same customer on two phones
        db.conn.execute("INSERT INTO visitor_customers VALUES (?, 'c', 0, 'visit')", [visitor])
    db.conn.execute(
        "INSERT INTO orders (order_id, ordered_at, customer, amount) VALUES ('x', ?, 'c', 500)", [START + DAY + HOUR]
    )
    assert [arm.total for arm in read(db, 22, "page").arms] == [0, 1]


def test_creatives_are_compared_by_how_often_they_draw(db: Database) -> None:
    codes = [make_touchpoint(db, sku) for sku in ("A", "B")]
    arms = (Arm("red", (codes[0],)), Arm("blue", (codes[1],)))
    design_experiment(db, load_settings(db), replace(AB, arms=arms, measure=Measure.SCANS), START)
    visit(db, codes[0], range(1, 601))
    visit(db, codes[1], range(601, 1001))
    reading = read(db, 14, "page")
    assert reading.effect is not None
    assert float(reading.effect.value) == pytest.approx(0.5)
    assert reading.finding is Finding.HIGHER and reading.extra is not None
    assert float(reading.extra.value) == pytest.approx(600 - 400)
    assert 100 < reading.extra.low < 200 < reading.extra.high < 300


def test_rules_that_are_no_split_can_not_be_compared(db: Database, split: str) -> None:
    add_rule(db, RuleDraft(Scope.CODE, split, "https://m.shop.cn/en", "language=en"), START)
    arms = (BY_RULE[0], Arm("en", ("3",), by_rule=True))
    with pytest.raises(SettingError, match="not arms of one split"):
        design_experiment(db, load_settings(db), replace(AB, arms=arms), START)


def test_power_of_a_split_comes_from_its_own_past(db: Database, split: str) -> None:
    visit(db, split, range(1, 1001), 1)
    buy(db, range(1, 101))
    later = replace(AB, arms=BY_RULE, first_day=date(2026, 5, 12))
    power = design_experiment(db, load_settings(db), later, START + 8 * DAY, keep=False).power
    assert power is not None
    assert power.base == pytest.approx(0.1)
    assert power.units == pytest.approx(1000 / 7 * 14 / 2, rel=0.01)
    assert power.detectable == pytest.approx(detectable_rate(0.1, power.units) - 0.1)
    assert power.needed_days is not None and power.needed_days > 14


def test_an_uneven_split_needs_more_visitors(db: Database, split: str) -> None:
    visit(db, split, range(1, 1001), 1)
    buy(db, range(1, 101))
    now_at = START + 8 * DAY
    terms = replace(AB, arms=BY_RULE, first_day=date(2026, 5, 12))
    even = design_experiment(db, load_settings(db), terms, now_at, keep=False).power
    for rule, share in ((1, "10"), (2, "90")):
        changed = "UPDATE destination_rules SET conditions = replace(conditions, '50', ?) WHERE id = ?"
        db.conn.execute(changed, [share, rule])
    uneven = design_experiment(db, load_settings(db), terms, now_at, keep=False).power
    assert even is not None and uneven is not None
    assert uneven.units == pytest.approx(even.units * 4 * 0.1 * 0.9)
    assert uneven.detectable > even.detectable


# what is told of them


def typed(run: Callable[..., Result], *arguments: str) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.exception or result.stderr
    return result


def test_an_experiment_is_designed_planned_and_shown_by_commands(db: Database, run: Callable[..., Result]) -> None:
    open_stores(db)
    today = local_day(now(), SETTINGS.zone)
    terms = ("--kind", "switchback", "--by", "orders", "--from", today.isoformat(), "--days", "28", "--seed", "7")
    told = typed(run, "experiment", "design", "flag", *terms, "--hypothesis", "flags sell", "--smallest", "5%")
    assert "56 of 112 store-days" in told.stdout and "Credit is not cause" in told.stdout
    plan = list(csv.DictReader(io.StringIO(typed(run, "experiment", "plan", "flag", "--format", "csv").stdout)))
    assert len(plan) == 112 and sum(row["state"] == "on" for row in plan) == 56
    assert plan[0]["store"] == "S00店" and plan[0]["day"] == today.isoformat()
    page = typed(run, "experiment", "plan", "flag", "--format", "html").stdout
    assert page.count(" 挂</b></td>") == 56 and page.count(" 收</td>") == 56
    assert "flag" in typed(run, "experiment", "list").stdout
    assert "seed: 7" in typed(run, "experiment", "show", "flag").stderr
    reading = typed(run, "experiment", "read", "flag").stderr
    assert "not over yet" in reading and "was to hang" not in reading  # nobody has had time to hang it
    assert typed(run, "experiment", "end", "flag").stderr.startswith("flag is ended")


def test_a_reading_is_told_as_json_and_as_a_page(shop: Database, run: Callable[..., Result]) -> None:
    on = design(shop)
    trade(shop, stores_of(shop), range(28), lambda store, day: 10 * on[store, day])
    found = json.loads(typed(run, "experiment", "read", "endcap", "--format", "json").stdout)
    assert (found["finding"], found["over"], found["always_valid"]) == ("higher", True, False)
    assert found["effect"]["low"] < 10 < found["effect"]["high"]
    assert found["relative"]["value"] == pytest.approx(found["effect"]["value"] / found["base"])
    page = typed(run, "experiment", "read", "endcap", "--format", "html").stdout
    assert "结论：更高" in page and "归因不是因果" in page


def test_reports_put_what_was_shown_beside_what_is_attributed(shop: Database, run: Callable[..., Result]) -> None:
    shop.conn.execute("INSERT INTO places (place_id, store_id, name, carrier) VALUES ('E1', 'S00', '堆头', 'endcap')")
    code = make_touchpoint(shop, "E1", kind="place", store_id="S00", carrier="endcap")
    on = design(shop, replace(TERMS, signs=(Sign(Level.PLACE, "E1"),), stores=tuple(stores_of(shop))))
    trade(shop, stores_of(shop), range(28), lambda store, day: 10 * on[store, day])
    visit(shop, code, range(1, 11))
    buy(shop, range(1, 6))
    asked = ("report", "attribution", "--outcome", "orders", "--by", "place", "--format")
    (unread,) = json.loads(typed(run, *asked, "json").stdout)["incremental"]
    assert (unread["state"], unread["keys"], unread["incremental"]) == ("open", ["E1"], None)
    assert "has no final result yet; after its end: o2o experiment read endcap" in typed(run, *asked[:-1]).stderr
    assert "还没有最终结论" in typed(run, *asked, "html").stdout
    reading = read(shop)
    assert reading.extra is not None
    (beside,) = json.loads(typed(run, *asked, "json").stdout)["incremental"]
    assert (beside["keys"], beside["attributed"], beside["model"]) == (["E1"], 5, "linear")
    assert beside["incremental"] == pytest.approx(float(reading.extra.value))
    assert beside["incremental_low"] == pytest.approx(float(reading.extra.low))
    for command in (asked[:-1], ("report", "touchpoints")):
        told = typed(run, *command).stderr
        assert "E1: 2026-05-04 to 2026-05-31 attributed 5.0 (linear), incremental" in told
        assert told.count("Credit is not cause") == 1
    assert "归因与增量" in typed(run, *asked, "html").stdout
    (told,) = json.loads(typed(run, "report", "touchpoints", "--format", "json").stdout)["incremental"]
    assert told == beside
    for command in (
        ("touchpoints",),
        ("ranking", "--by", "place"),
        ("compare-models", "--outcome", "orders", *asked[-3:-1]),
    ):
        assert "E1" in typed(run, "report", *command).stdout + typed(run, "report", *command).stderr
    compared = typed(run, "report", "touchpoints", "--format", "html").stdout
    assert "归因与增量" in compared and "endcap" in compared
    other = (*asked, "json", "--since", "2026-06-01")
    assert json.loads(typed(run, *other).stdout)["incremental"] == []


def test_a_split_is_put_beside_the_credit_of_the_code_that_carries_it(
    db: Database, split: str, run: Callable[..., Result]
) -> None:
    design_experiment(db, load_settings(db), replace(AB, arms=BY_RULE), START)
    visit(db, split, range(1, 1001), 1)
    visit(db, split, range(1001, 2001), 2)
    buy(db, range(1, 151))
    buy(db, range(1001, 1101))
    stay_open(db)
    asked = ("report", "attribution", "--outcome", "orders", "--by", "touchpoint", "--format")
    (unread,) = json.loads(typed(run, *asked, "json").stdout)["incremental"]
    assert (unread["state"], unread["keys"], unread["compared"]) == ("open", [split], ["new", "old"])
    read(db, 22, "page")
    (beside,) = json.loads(typed(run, *asked, "json").stdout)["incremental"]
    assert (beside["attributed"], beside["incremental"]) == (250, pytest.approx(50))
    assert 0 < beside["incremental_low"] < 50 < beside["incremental_high"]
    told = typed(run, *asked[:-1]).stderr
    assert "attributed 250.0 (linear); 'new' brought 50.0 (" in told and "more than 'old' would have" in told
    assert "of the two, not of a sign beside none" in told
    page = typed(run, *asked, "html").stdout
    assert f"{split} (new vs old)" in page and "不是触点本身的增量" in page
    sheet = typed(run, "report", "ranking", "--by", "touchpoint", "--sheet", "incremental", "--format", "csv").stdout
    assert f"{split} (new vs old)" in sheet


def test_creatives_are_put_beside_the_credit_of_the_first(db: Database, run: Callable[..., Result]) -> None:
    codes = [make_touchpoint(db, sku) for sku in ("A", "B")]
    arms = (Arm("red", (codes[0],), 0.6), Arm("blue", (codes[1],), 0.4))
    design_experiment(db, load_settings(db), replace(AB, arms=arms), START)
    visit(db, codes[0], range(1, 601))
    visit(db, codes[1], range(601, 1001))
    buy(db, range(1, 301))
    buy(db, range(601, 701))
    stay_open(db)
    read(db, 22, "page")
    asked = ("report", "attribution", "--outcome", "orders", "--by", "touchpoint", "--format", "json")
    (beside,) = json.loads(typed(run, *asked).stdout)["incremental"]
    assert (beside["keys"], beside["compared"], beside["attributed"]) == ([codes[0]], ["red", "blue"], 300)
    assert beside["incremental"] == pytest.approx(300 - 100 * 0.6 / 0.4)


def test_a_lake_puts_what_was_shown_beside_what_is_attributed(shop, run, tmp_path) -> None:
    pytest.importorskip("duckdb")
    shop.conn.execute("INSERT INTO places (place_id, store_id, name, carrier) VALUES ('E1', 'S00', '堆头', 'endcap')")
    code = make_touchpoint(shop, "E1", kind="place", store_id="S00", carrier="endcap")
    on = design(shop, replace(TERMS, signs=(Sign(Level.PLACE, "E1"),), stores=tuple(stores_of(shop))))
    trade(shop, stores_of(shop), range(28), lambda store, day: 10 * on[store, day])
    visit(shop, code, range(1, 11))
    buy(shop, range(1, 6))
    asked = ("report", "attribution", "--outcome", "orders", "--by", "place", "--format", "json")
    of_lake = (*asked, "--lake", str(tmp_path / "lake"))
    typed(run, "lake", "export", str(tmp_path / "lake"))
    assert json.loads(typed(run, *of_lake).stdout)["incremental"][0]["state"] == "open"
    read(shop)
    typed(run, "lake", "export", str(tmp_path / "lake"))
    beside = json.loads(typed(run, *of_lake).stdout)["incremental"]
    assert beside == json.loads(typed(run, *asked).stdout)["incremental"] != []
    assert "attributed 5.0 (linear), incremental" in typed(run, *asked[:-2], *of_lake[-2:]).stderr


def test_a_switchback_is_dealt_to_the_stores_in_which_its_sign_hangs(shop):
    make_touchpoint(shop, "E1", kind="place", store_id="S02", carrier="endcap")
    signs = (Sign(Level.PLACE, "E1"),)
    design(shop, replace(TERMS, signs=signs))
    assert load_deal(shop, "endcap").stores == ("S02",)
    design(shop, replace(TERMS, name="all", signs=signs, stores=("S00", "S01")))
    assert load_deal(shop, "all").stores == ("S00", "S01")


def test_what_has_not_begun_is_not_ended(shop):
    design(shop)
    with pytest.raises(SettingError, match="hasn't begun"):
        end_experiment(shop, "endcap", START - 1, load_settings(shop))
    assert find_experiment(shop, "endcap").ended_at is None

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from collecting import PHONE
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from o2o.attribution.keeping import FIRST, GONE, TOO_MUCH, Run, attribute_kept, forget_runs
from o2o.attribution.models import parse_models
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning, Transform
from o2o.attribution.report import attribute
from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.scans import insert_hits
from o2o.config import change_setting, load_settings
from o2o.db import writing
from o2o.errors import O2OError
from o2o.forgetting import forget_visitors
from o2o.importers.catalog import import_catalog
from o2o.orders import Order, OrderLine, find_order_row, save_lines, save_orders
from o2o.redemptions import Redemption, save_redemptions
from o2o.subjects import Kind
from o2o.times import DAY, HOUR, MINUTE
from o2o.touchpoints import MintRequest, Move, mint_touchpoints, move_touchpoint
from o2o.visits import PageEvent, PageView, save_page_views
from tests.conftest import SETTINGS, make_shop

ALL = parse_models(["all"])
QUESTIONS = (
    Question(Outcome.ORDERS, ALL, window=DAY),
    Question(Outcome.ORDERS, ALL, Level.PERSON, window=2 * DAY, since=6 * HOUR, until=40 * HOUR),
    Question(Outcome.ORDERS, ALL, Level.STORE, window=DAY, reach=Reach.STOP),
    Question(Outcome.VISITS, ALL, window=DAY),
    Question(Outcome.REDEMPTIONS, ALL, window=DAY),
    Question(Outcome.REGISTRATIONS, ALL, window=DAY),
    Question(Outcome.LINES, ALL, Level.PRODUCT, window=DAY),
    Question(Outcome.ORDERS, ALL, Level.STORE, window=DAY, transform=Transform(Thinning.FIRST)),
)
CATALOG = {
    "stores.csv": "store_id,name,city\nS1,One,A\nS2,Two,B\n",
    "people.csv": "person_id,store_id,name,role\nP1,S1,Ann,guide\nP2,S2,Bob,guide\n",
    "products.csv": "sku,name,category\nK1,Eggs,food\nK2,Milk,food\n",
}


class World:
    """A small shop, and all that may happen in it."""

    def __init__(self, db, folder):
        self.db, self._folder = db, folder
        for name, text in CATALOG.items():
            (folder / name).write_text(text, encoding="utf-8")
            import_catalog(db, folder / name, now=0)
        minted = [
            *mint_touchpoints(db, MintRequest(Kind.PERSON), 1),
            *mint_touchpoints(db, MintRequest(Kind.PRODUCT), 1),
        ]
        self.codes = [touchpoint.code for touchpoint in minted]

    def scan(self, visitor, touchpoint, at, number):
        judge = Judge(self.db, SETTINGS)
        name = f"V{visitor}" if visitor else None
        hit = Hit(at, self.codes[touchpoint], name, PHONE, Source.CSV, f"click{number}" if number else None)
        with writing(self.db):
            insert_hits(judge, [hit])
        judge_scans(judge)

    def order(self, number, store, at, customer, visitor, scan, amount):
        order = Order(f"O{number}", store, at, customer, visitor, scan, amount, None, "")
        with writing(self.db):
            save_orders(self.db, [order])

    def refund(self, number, store, at, amount):
        order = Order(f"R{number}", store, at, None, None, None, -amount, f"O{number}", "")
        with writing(self.db):
            save_orders(self.db, [order])

    def lines(self, number, store, sku, amount):
        row = find_order_row(self.db, store or "", f"O{number}")
        if row:
            with writing(self.db):
                save_lines(self.db, [OrderLine(row, sku, 1, amount)])

    def redeem(self, number, store, at, customer, scan, value):
        redemption = Redemption(f"C{number}", at, store, customer, None, scan, f"O{number}", value)
        with writing(self.db):
            save_redemptions(self.db, [redemption])

    def view(self, visitor, customer, at, event, number):
        name = f"V{visitor}" if visitor else None
        key = json.dumps([visitor, customer, at, event, number]).encode()
        save_page_views(self.db, [PageView(at, event, "", name, customer, None, key)])

    def move(self, touchpoint, store):
        with suppress(O2OError):  # it stands there already, or was moved then
            move_touchpoint(self.db, self.codes[touchpoint], Move(store_id=store), at=20 * HOUR)

    def retract(self, number):
        with writing(self.db):
            self.db.conn.execute("UPDATE scans SET verdict = 'staff_test' WHERE id = ?", [number])

    def forget(self, visitor):
        forget_visitors(self.db, b"secret", [f"V{visitor}"], 0)


def same(kept, full):
    """Check that two reports say the same, to the last digit."""
    assert kept.rows == full.rows
    assert replace(kept, manifest=None) == replace(full, manifest=None)


times = st.integers(0, 48 * 12).map(lambda n: n * 5 * MINUTE)
stores = st.sampled_from([None, "S1", "S2"])
customers = st.sampled_from([None, "A", "B", "C", "D"])
visitors = st.integers(0, 5)
numbers = st.integers(1, 9)
clicks = st.integers(0, 4)
click_ids = st.sampled_from([None, None, "click1", "click2", "click3", "click4"])
names = st.sampled_from([None, "V1", "V2", "V3", "V9"])
STEPS = {
    "scan": st.tuples(visitors, st.integers(0, 3), times, clicks),
    "order": st.tuples(numbers, stores, times, customers, names, click_ids, st.integers(0, 999)),
    "refund": st.tuples(numbers, stores, times, st.integers(1, 999)),
    "lines": st.tuples(numbers, stores, st.sampled_from(["K1", "K2"]), st.integers(0, 500)),
    "redeem": st.tuples(numbers, stores, times, customers, click_ids, st.integers(0, 99)),
    "view": st.tuples(visitors, customers, times, st.sampled_from(PageEvent), clicks),
    "move": st.tuples(st.integers(0, 1), st.sampled_from(["S1", "S2"])),
    "forget": st.tuples(st.integers(1, 5)),
}
FREQUENT = ("scan", "scan", "scan", "order", "order", "refund", "lines", "redeem", "view", "view")
a_step = st.sampled_from([*STEPS, *FREQUENT]).flatmap(lambda name: st.tuples(st.just(name), STEPS[name]))


@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(
    batches=st.lists(st.lists(a_step, min_size=1, max_size=12), min_size=2, max_size=5),
    questions=st.sets(st.sampled_from(QUESTIONS), min_size=1, max_size=2),
)
def test_a_kept_report_says_what_a_full_one_says_whatever_came_in(batches, questions, tmp_path_factory):
    go_through(batches, questions, tmp_path_factory.mktemp("world"))


some_visitors, seldom = st.integers(0, 3), st.sampled_from([None, None, None, "A", "B"])
QUIET_STEPS = {
    "scan": st.tuples(some_visitors, st.integers(0, 3), times, st.just(0)),
    "order": st.tuples(
        numbers, stores, times, seldom, st.sampled_from(["V1", "V2", "V3"]), st.none(), st.integers(0, 99)
    ),
    "refund": STEPS["refund"],
    "redeem": st.tuples(numbers, stores, times, seldom, st.none(), st.integers(0, 99)),
    "view": st.tuples(some_visitors, seldom, times, st.sampled_from(PageEvent), st.just(0)),
}
a_quiet_step = st.sampled_from(["scan", "scan", "scan", "scan", "order", "order", *QUIET_STEPS]).flatmap(
    lambda name: st.tuples(st.just(name), QUIET_STEPS[name])
)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(
    batches=st.lists(st.lists(a_quiet_step, min_size=1, max_size=9), min_size=2, max_size=6),
    question=st.sampled_from(QUESTIONS),
)
def test_so_do_credits_of_a_shop_that_names_no_scans(batches, question, tmp_path_factory):
    go_through(batches, [question], tmp_path_factory.mktemp("world"))


def go_through(batches, questions, folder):
    """Check kept reports of a shop after each batch."""
    db = make_shop(folder / "shop.db")
    world = World(db, folder)
    for number, batch in enumerate(batches):
        for name, facts in batch:
            getattr(world, name)(*facts)
        for question in questions:
            same(attribute_kept(db, SETTINGS, question, now=number).report, attribute(db, SETTINGS, question))
    db.close()


@pytest.fixture
def world(db, tmp_path):
    world = World(db, tmp_path)
    for number in range(20):
        world.scan(1 + number % 5, number % 4, number * HOUR, 0)
    for number in range(10):
        world.order(number, "S1", number * 3 * HOUR, "ABC"[number % 3], f"V{number % 5}", None, 100 + number)
    return world


def ask(world, question=QUESTIONS[0], now=1):
    kept = attribute_kept(world.db, load_settings(world.db), question, now=now)
    same(kept.report, attribute(world.db, load_settings(world.db), question))
    return kept.run


def test_the_first_run_is_a_full_one_and_a_second_counts_nothing(world):
    assert ask(world).why == FIRST
    assert ask(world, now=2) == Run(since=1)
    assert ask(world, now=3) == Run(since=2)


def test_late_and_changed_rows_reopen_what_belongs_to_them(world):
    ask(world)
    world.scan(9, 0, HOUR, 0)
    run = ask(world)
    assert (run.late, run.changed, run.reopened, run.why) == (1, 0, 1, "")
    world.order(3, "S1", 9 * HOUR, "A", "V3", None, 7)
    run = ask(world)
    assert (run.late, run.changed) == (0, 1)
    assert run.reopened > 1


def test_orders_of_a_name_that_was_nobodys_are_one_persons_once_he_is_seen(tmp_path):
    orders = [("order", (number, "S1", number * HOUR, None, "V1", None, 60 * number)) for number in (1, 2)]
    go_through([orders, [("scan", (1, 1, 12 * HOUR, 0))]], [replace(QUESTIONS[0], until=DAY)], tmp_path)


EARLY = [
    ("scan", (1, 0, 10 * HOUR, 0)),
    ("scan", (1, 2, 11 * HOUR, 0)),
    ("order", (1, "S1", 12 * HOUR, None, "V1", None, 100)),
    ("order", (2, "S1", 20 * HOUR, None, "V1", None, 61)),
    ("scan", (2, 1, 9 * HOUR, 0)),
    ("order", (3, "S1", 30 * HOUR, "A", "V2", None, 83)),
    ("view", (3, None, 9 * HOUR, PageEvent.VIEW, 0)),
]
ONE_ORDER = ("order", (4, "S1", 22 * HOUR, None, "V1", None, 50))
LATE = {
    "a scan before all orders": [("scan", (1, 1, 9 * HOUR, 0))],
    "a scan between orders": [("scan", (1, 3, 13 * HOUR, 0))],
    "a scan after all orders": [("scan", (1, 0, 40 * HOUR, 0))],
    "a scan at the instant of an order": [("scan", (1, 1, 12 * HOUR, 0))],
    "an order after other scans": [ONE_ORDER],
    "an order before all scans": [("order", (4, "S1", 8 * HOUR, None, "V1", None, 50))],
    "an order of a visitor who never scanned": [("order", (4, "S1", 8 * HOUR, None, "V9", None, 50))],
    "a scan that no order sees, beside one that does": [
        ("scan", (1, 0, 40 * HOUR, 0)),
        ("scan", (1, 1, 9 * HOUR, 0)),
    ],
    "a scan that no order sees, of a visitor who orders": [("scan", (1, 0, 40 * HOUR, 0)), ONE_ORDER],
    "the first scan of a visitor of page views": [("scan", (3, 0, 40 * HOUR, 0))],
    "the first scan of a visitor": [("scan", (4, 0, 40 * HOUR, 0))],
    "a scan of a customer's visitor": [("scan", (2, 1, 29 * HOUR, 0))],
    "a scan of nobody": [("scan", (0, 1, 9 * HOUR, 0))],
    "a registration that tells whose a visitor is": [("view", (1, "A", 21 * HOUR, PageEvent.REGISTRATION, 0))],
    "an order that tells whose a visitor is": [("order", (4, "S1", 22 * HOUR, "A", "V1", None, 50))],
    "a coupon of an order": [("redeem", (1, "S1", 13 * HOUR, "C", None, 5)), ("scan", (1, 0, 40 * HOUR, 0))],
    "a scan before another, which it makes a repeat": [("scan", (1, 0, 10 * HOUR - 5_000, 0))],
    "a scan that doesn't count any more": [("retract", (1,))],
    "a scan that doesn't count any more, and a late one": [("retract", (2,)), ("scan", (1, 0, 40 * HOUR, 0))],
    "a part paid back": [("refund", (1, "S1", 25 * HOUR, 40))],
    "an order paid back whole, and a late one": [("refund", (1, "S1", 25 * HOUR, 100)), ONE_ORDER],
    "a refund of an order that comes late": [("refund", (4, "S1", 25 * HOUR, 20)), ONE_ORDER],
    "an order of another amount": [("order", (1, "S1", 12 * HOUR, None, "V1", None, 7))],
    "an order at another time": [("order", (1, "S1", 9 * HOUR, None, "V1", None, 7))],
}
TOLD = (
    replace(QUESTIONS[0], models=parse_models(["all,participation,shapley,by-kind:person=2/product=1"])),
    Question(Outcome.ORDERS, ALL, window=3 * HOUR, kind_windows=((Kind.PERSON, 30 * HOUR),), reach=Reach.STOP),
    Question(Outcome.ORDERS, ALL, Level.STORE, window=4 * HOUR, since=10 * HOUR, until=21 * HOUR),
    Question(Outcome.REDEMPTIONS, ALL, window=DAY, intervals=False),
)


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_late_rows_count_as_in_a_full_run(late, tmp_path):
    go_through([EARLY, late], TOLD, tmp_path)


@pytest.mark.parametrize(("at", "reopened"), [(23 * HOUR, 1), (11 * HOUR, 6)])
def test_a_late_scan_reopens_its_visitor_only_where_a_conversion_can_see_it(world, at, reopened):
    world.order(30, "S1", 12 * HOUR, None, "V5", None, 100)
    ask(world)
    world.scan(5, 0, at, 0)
    run = ask(world)
    assert (run.late, run.reopened) == (1, reopened)


def test_scans_that_a_transform_leaves_out_are_gone_on_with_too(world):
    asked = Question(Outcome.ORDERS, ALL, window=DAY, transform=Transform(Thinning.FIRST))
    ask(world, asked)
    world.scan(1, 0, 2 * HOUR, 0)
    assert ask(world, asked).why == ""


def test_shared_visitors_and_busy_cards_stay_listed_as_they_were(world):
    for number in range(6):
        world.order(20 + number, "S1", 30 * HOUR, f"customer {number}", "V0", None, 100)
    for number in range(21):
        world.order(40 + number, "S1", 31 * HOUR, "card", None, None, 100)
    ask(world)
    world.scan(3, 0, HOUR, 0)
    assert ask(world).why == ""
    world.order(90, "S1", 32 * HOUR, "customer 9", "V0", None, 100)
    assert ask(world).why == ""
    assert attribute(world.db, load_settings(world.db), QUESTIONS[0]).shared_visitors


def test_a_scan_whose_verdict_changes_by_a_late_one_is_counted_anew(world):
    world.scan(7, 0, 30 * HOUR + 5_000, 0)
    world.order(20, "S1", 31 * HOUR, None, "V7", None, 500)
    ask(world)
    world.scan(7, 0, 30 * HOUR, 0)  # which makes the other one its duplicate
    run = ask(world)
    assert (run.late, run.changed) == (1, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda world: world.forget(1), "a visitor was forgotten"),
        (lambda world: world.move(0, "S2"), "a touchpoint was moved"),
        (lambda world: world.db.conn.execute("DELETE FROM scans WHERE id = (SELECT max(id) FROM scans)"), GONE),
        (lambda world: world.db.conn.execute("DELETE FROM scans WHERE id = 2"), "scans were imported anew"),
        (lambda world: world.db.conn.execute("UPDATE stores SET city = 'C'"), "a store has another city or time zone"),
        (lambda world: world.db.conn.execute("UPDATE products SET category = 'x'"), "a product has another category"),
        (lambda world: change_setting(world.db, "visit_gap_minutes", "60"), FIRST),
    ],
)
def test_what_cannot_be_told_makes_it_a_full_run_that_says_so(world, change, why):
    ask(world)
    change(world)
    assert ask(world).why == why
    assert ask(world).why == ""


def test_lines_of_earlier_orders_make_only_questions_about_lines_full_runs(world):
    world.lines(1, "S1", "K1", 50)
    lines = Question(Outcome.LINES, ALL)
    ask(world)
    ask(world, lines)
    world.lines(1, "S1", "K1", 60)
    assert ask(world).why == ""
    assert ask(world, lines).why == "lines of earlier orders were imported"


def test_too_much_late_data_makes_it_a_full_run(world, monkeypatch):
    monkeypatch.setattr("o2o.attribution.keeping._FEWEST", 3)
    ask(world)
    world.scan(1, 0, HOUR, 0)
    assert ask(world).why == TOO_MUCH


def test_another_question_is_another_run(world):
    ask(world)
    assert ask(world, QUESTIONS[1]).why == FIRST
    assert ask(world).why == ""


def test_changes_are_logged_only_while_reports_are_kept_and_only_as_long_as_needed(world):
    def logged():
        return world.db.conn.execute("SELECT count(*) FROM row_changes").fetchone()[0]

    world.order(3, "S1", 9 * HOUR, "A", "V3", None, 7)
    assert logged() == 0
    ask(world)
    world.order(3, "S1", 9 * HOUR, "B", "V3", None, 8)
    assert logged() == 1
    ask(world)
    assert logged() == 0
    assert forget_runs(world.db) == 1
    world.order(3, "S1", 9 * HOUR, "C", "V3", None, 9)
    assert logged() == 0


def test_the_command_says_how_it_was_counted(world, run):
    question = ("report", "attribution", "--outcome", "orders", "--keep")
    assert f"counted in full: {FIRST}" in run(*question).stderr
    assert "gone on with since" in (second := run(*question)).stderr
    assert second.stdout == run(*question[:-1]).stdout
    assert run(*question, "--format", "html").exit_code == 2

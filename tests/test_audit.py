"""Credit told anew under an assumption is that of a separate run, and what is said of it is so."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

import o2o.attribution.audit as audits
from o2o.attribution.assumptions import Assumption, Theme
from o2o.attribution.audit import Auditor, AuditTerms, Verdict, audit
from o2o.attribution.bucket_sums import sum_credit
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journeys import OTHER
from o2o.attribution.markov import removal_effects
from o2o.attribution.models import MODELS, Model, parse_model
from o2o.attribution.parts import deal, deal_buckets
from o2o.attribution.paths import Paths
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import UNATTRIBUTED, attribute
from o2o.errors import SettingError
from tests.attribution_oracle import Mark, Order, Period, Scan, World
from tests.conftest import SETTINGS, make_shop
from tests.test_journeys_oracle import QUESTIONS, shops

DAY = 86_400_000
TERMS = AuditTerms(lookbacks=(DAY, 40 * DAY), draws=20)
RULES = (*MODELS, *map(parse_model, ("shapley", "participation", "last-non:X1", "position:30/5/30/5/30",
                                     "by-kind:person=3/product=2", "time-decay:3d")))  # fmt: skip
MARKS = [Mark(code, "place", (Period(code, "S1", None, 0),)) for code in ("DOOR", "SHELF", "TILL")]


def shares_of(report, model):
    """Return the share of each key in what a report credits to keys."""
    measure = "revenue" if report.question.outcome.is_sale else "conversions"
    rows = [row for row in report.rows_of(model) if row.key not in (OTHER, UNATTRIBUTED)]
    whole = sum(getattr(row, measure) for row in rows)
    return {row.key: getattr(row, measure) / whole for row in rows if whole and getattr(row, measure)}


def tell(db, settings, question, assumption=None, terms=TERMS):
    """Return the share of each key under each model as an audit tells it, and what it finds attributed."""
    auditor = Auditor.of(audits._read(SqliteEngine(db), settings, question, terms), question, terms)
    told = auditor.teller.tell(assumption)
    shares = {
        model: {
            key: share
            for key, share in zip(auditor.keys, auditor.find_shares(told, model, assumption)[0], strict=True)
            if share
        }
        for model in question.models
    }
    return shares, told.paths.conversions.sum(), told.paths.values.sum()


def same(db, settings, question, assumption, other):
    """Tell whether an assumption's credit is that of another question, but for the rounding to minor units."""
    found, conversions, money = tell(db, settings, question, assumption)
    report = attribute(db, settings, other, SqliteEngine(db))
    assert (conversions, money) == (report.totals[0].attributed_conversions, report.totals[0].attributed_revenue)
    for model, meant in zip(question.models, other.models, strict=True):
        expected = shares_of(report, meant)
        slack = 1e-6 if not question.outcome.is_sale else 1e-6 + 10 / max(abs(money), 1)
        for key in {*found[model], *expected}:
            assert found[model].get(key, 0) == pytest.approx(expected.get(key, 0), abs=slack), (model, key)
    return True


@pytest.fixture
def shop_of(tmp_path):
    """Make a shop's file of a world, each in a file of its own."""
    opened = []

    def make(world):
        db = make_shop(tmp_path / f"{len(opened)}.db")
        opened.append(db)
        world.save(db)
        return db

    yield make
    for db in opened:
        db.close()


def large(world):
    """Make money so large that its rounding to minor units is nothing, and refunds rare."""
    return replace(
        world, orders=[replace(order, amount=abs(order.amount) * 1000, refund_of=None) for order in world.orders]
    )


SMALL = rules(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SMALL
@given(world=shops(), question=QUESTIONS, window=st.sampled_from([None, DAY // 96, DAY, 9 * DAY, 40 * DAY]))
def test_another_window_is_that_of_a_separate_run_whatever_is_asked(shop_of, world, question, window):
    db, asked = shop_of(world), replace(question, models=RULES)
    settings = replace(SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day)
    other = asked if window is None else replace(asked, window=window, kind_windows=())
    assumption = None if window is None else Assumption(Theme.LOOKBACK, window)
    found = tell(db, settings, asked, assumption)
    report = attribute(db, settings, other, SqliteEngine(db))
    assert found[1:] == (report.totals[0].attributed_conversions, report.totals[0].attributed_revenue)
    if not question.outcome.is_sale:
        for model in RULES:
            assert found[0][model] == pytest.approx(shares_of(report, model), abs=1e-6)


@pytest.fixture
def shop(db):
    """Thirty visitors of three signs with two orders each, large enough for cents to be nothing."""
    random = np.random.default_rng(3)
    scans, orders = [], []
    for number in range(60):
        visitor, customer = f"v{number}", f"c{number // 2}"
        days = sorted(random.uniform(0, 60, random.integers(1, 7)))
        scans += [Scan(int(day * DAY), MARKS[random.integers(3)], visitor) for day in days]
        if number % 3:
            orders.append(
                Order(f"o{number}", int(random.uniform(20, 61) * DAY), 10**9 + number, "S1", customer, visitor)
            )
    World(MARKS, scans, orders).save(db)
    return db


ASKED = Question(Outcome.ORDERS, (*RULES, Model("markov")), window=20 * DAY)


@pytest.mark.parametrize("window", [DAY, 7 * DAY, 20 * DAY, 40 * DAY])
@pytest.mark.parametrize("period", [(None, None), (10 * DAY, 45 * DAY)])
def test_another_window_is_that_of_a_separate_run_of_markov_too(shop, window, period):
    asked = replace(ASKED, since=period[0], until=period[1])
    assert same(shop, SETTINGS, asked, Assumption(Theme.LOOKBACK, window), replace(asked, window=window))


def test_another_half_life_is_that_of_a_separate_run(shop):
    asked = replace(ASKED, models=(Model("time-decay"), Model("linear")))
    other = replace(asked, models=(parse_model("time-decay:1d"), Model("linear")))
    assert same(shop, SETTINGS, asked, Assumption(Theme.HALF_LIFE, DAY), other)


def test_lost_scans_are_as_if_they_had_not_been_counted(shop):
    assumption = Assumption(Theme.TOUCH_LOSS, 0.25)
    found, *sums = tell(shop, SETTINGS, ASKED, assumption)
    numbers = np.array([number for (number,) in shop.conn.execute("SELECT id FROM scans")])
    lost = numbers[assumption.picks(Theme.TOUCH_LOSS, numbers)].tolist()
    assert 0.15 * len(numbers) < len(lost) < 0.35 * len(numbers)
    shop.conn.executemany("UPDATE scans SET verdict = 'bot' WHERE id = ?", [(number,) for number in lost])
    assert same(shop, SETTINGS, ASKED, None, ASKED)
    expected, *whole = tell(shop, SETTINGS, ASKED)
    assert sums == whole
    assert all(found[model] == pytest.approx(expected[model]) for model in ASKED.models)


def test_lost_visitors_are_as_if_no_order_led_to_them(shop):
    assumption, asked = Assumption(Theme.IDENTITY_LOSS, 0.5), replace(ASKED, models=RULES)
    found, *sums = tell(shop, SETTINGS, asked, assumption)
    numbers = np.array([number for (number,) in shop.conn.execute("SELECT id FROM visitors")])
    lost = numbers[assumption.picks(Theme.IDENTITY_LOSS, numbers)].tolist()
    shop.conn.executemany("UPDATE scans SET verdict = 'bot' WHERE visitor_id = ?", [(number,) for number in lost])
    report = attribute(shop, SETTINGS, asked)
    assert sums == [report.totals[0].attributed_conversions, report.totals[0].attributed_revenue]
    assert all(found[model] == pytest.approx(shares_of(report, model), abs=1e-6) for model in asked.models)


def test_doubled_scans_are_as_if_they_stood_twice_in_the_file(shop):
    assumption = Assumption(Theme.DUPLICATES, 0.1)
    found, *sums = tell(shop, SETTINGS, ASKED, assumption)
    numbers = np.array([number for (number,) in shop.conn.execute("SELECT id FROM scans")])
    twice = numbers[assumption.picks(Theme.DUPLICATES, numbers)].tolist()
    assert twice
    shop.conn.executemany(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source) "
        "SELECT scanned_at, code, touchpoint_id, visitor_id, verdict, source FROM scans WHERE id = ?",
        [(number,) for number in twice],
    )
    report = attribute(shop, SETTINGS, ASKED)
    assert sums == [report.totals[0].attributed_conversions, report.totals[0].attributed_revenue]
    assert all(found[model] == pytest.approx(shares_of(report, model), abs=1e-6) for model in ASKED.models)


def test_a_change_is_what_telling_anew_gives_also_where_no_touch_is_another(shop):
    terms, asked = AuditTerms(lookbacks=(DAY, 70 * DAY), half_lives=(DAY,), draws=20), replace(ASKED, window=62 * DAY)
    auditor = Auditor.of(audits._read(SqliteEngine(shop), SETTINGS, asked, terms), asked, terms)
    unmoved = set()
    for change in auditor.list_changes():
        told = auditor.teller.tell(change.assumption)
        assert change.after == pytest.approx(auditor.find_shares(told, change.model, change.assumption)[0], abs=1e-12)
        unmoved |= {change.assumption} if not change.moved else set()
    assert Assumption(Theme.LOOKBACK, 70 * DAY) in unmoved and Assumption(Theme.LOOKBACK, DAY) not in unmoved


def test_duckdb_tells_the_same(shop, db_path):
    pytest.importorskip("duckdb")
    pytest.importorskip("adbc_driver_sqlite")
    one, other = (audits._read(choose_engine(shop, name), SETTINGS, ASKED, TERMS) for name in ("sqlite", "duckdb"))
    assert one.keys == other.keys
    for ours, theirs in zip((one.conversions, one.touches, one.scans), (other.conversions, other.touches, other.scans),
                            strict=True):  # fmt: skip
        assert all((a == b).all() for a, b in zip(ours, theirs, strict=True))


def test_all_numbers_agree_and_credit_is_conserved(shop):
    found = audit(shop, SETTINGS, ASKED, TERMS)
    assert found.checks
    assert [check.what for check in found.checks if not check.holds] == []
    assert all(t.attributed_conversions + t.unattributed_conversions == t.conversions for t in found.totals)


def world_of_windows(early, late, people=300):
    """Return a world in which each buyer met one sign weeks before and another on the day."""
    scans, orders = [], []
    for number in range(people):
        scans += [Scan(number, MARKS[early], f"v{number}"), Scan(number + 1, MARKS[early], f"v{number}")]
        scans.append(Scan(20 * DAY, MARKS[late], f"v{number}"))
        orders.append(Order(f"o{number}", 20 * DAY + 1, 500, "S1", None, f"v{number}"))
    return World(MARKS, scans, orders)


def test_where_the_window_decides_who_leads_that_is_the_verdict(db):
    world_of_windows(0, 1).save(db)
    found = audit(db, SETTINGS, Question(Outcome.ORDERS, (Model.LINEAR,)), AuditTerms())
    verdicts = {one.theme: one for one in found.findings}
    lookback = verdicts[Theme.LOOKBACK]
    assert (lookback.verdict, lookback.change.leader, lookback.change.lost) == (Verdict.LEADER, "SHELF", 0)
    assert lookback.change.moved == pytest.approx(2 / 3)
    assert verdicts[Theme.IDENTITY_LOSS].verdict is Verdict.NOTHING
    half = next(one for one in found.changes if one.assumption == Assumption(Theme.IDENTITY_LOSS, 0.5))
    assert half.lost == pytest.approx(0.5, abs=0.1)


def test_chance_alone_is_not_called_a_change(db):
    """Visitors of a world without any difference are lost at random; in 20 worlds at most one is called more."""
    called = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        scans = [Scan(number, MARKS[random.integers(3)], f"v{number}") for number in range(200)]
        orders = [Order(f"o{number}", 300, 100, "S1", None, f"v{number}") for number in range(200)]
        db.conn.execute("BEGIN")
        World(MARKS, scans, orders).save(db)
        found = audit(db, SETTINGS, Question(Outcome.ORDERS, (Model.LAST,)),
                      AuditTerms((), (), (0.25,), (), (), draws=200), SqliteEngine(db))  # fmt: skip
        called += found.findings[0].verdict is not Verdict.CHANCE
        db.conn.rollback()
    assert called <= 1


def test_chance_alone_is_not_called_a_change_whatever_is_assumed_and_by_which_model(db):
    """Of eight worlds in which losses are even and everybody scans on the day, none depends on any loss."""
    models = (Model.FIRST, Model.LAST, Model.LINEAR, Model("markov"))
    for seed in range(8):
        random = np.random.default_rng(seed)
        scans = [Scan(place, MARKS[random.integers(3)], f"v{number}") for number in range(200) for place in range(2)]
        orders = [Order(f"o{number}", 300, 100, "S1", None, f"v{number}") for number in range(0, 200, 2)]
        db.conn.execute("BEGIN")
        World(MARKS, scans, orders).save(db)
        found = audit(db, SETTINGS, Question(Outcome.ORDERS, models), AuditTerms((DAY,), ()), SqliteEngine(db))
        db.conn.rollback()
        assert {one.verdict for one in found.findings} <= {Verdict.CHANCE, Verdict.NOTHING}


def test_what_noise_hardly_exceeds_is_known_where_it_is_skew():
    """Half of the sum of what three alike shares change by is nearly the length of a plane normal vector."""
    draws = np.random.default_rng(1).normal(size=(2_000, 3))
    noise = abs(draws - draws.mean(1, keepdims=True)).sum(1) / 2
    fresh = np.random.default_rng(2).normal(size=(1_000_000, 3))
    truth = abs(fresh - fresh.mean(1, keepdims=True)).sum(1) / 2
    for chance in (0.05, 0.01, 0.001):
        assert audits._reach(noise, chance) == pytest.approx(np.quantile(truth, 1 - chance), rel=0.05)
    assert audits._reach(np.full(20, 0.25), 0.01) == 0.25


def test_draws_of_a_chain_are_those_of_its_steps_drawn_anew(shop):
    auditor = Auditor.of(audits._read(SqliteEngine(shop), SETTINGS, ASKED, TERMS), ASKED, TERMS)
    teller, told = auditor.teller, auditor.told
    sums = sum_credit(teller, told, Model("markov"), None, money=False)
    idle, idle_bucket = teller.tell_idle()
    slight = 1 + (auditor.weights - 1) / 1_000

    def draw(weights):
        texts = [(part.touches[c] for c in part.codes[a:b]) for part in (told.paths, idle)
                 for a, b in pairwise(part.starts.tolist())]  # fmt: skip
        each = np.concatenate((weights[told.bucket], weights[idle_bucket]))
        converted = np.concatenate((told.paths.conversions, np.zeros(len(idle.nulls)))) * each
        paths = Paths.of([" > ".join(text) for text in texts], converted, nulls=np.where(converted > 0, 0, each))
        lost = dict(zip(paths.touches, removal_effects(paths)[0] * paths.conversions.sum(), strict=True))
        return [lost.get(key, 0) for key in told.paths.touches]

    assert sums.credit(slight[:5]) == pytest.approx(np.array([draw(weights) for weights in slight[:5]]), abs=1e-4)


@pytest.mark.parametrize(
    ("moved", "chance", "verdict"),
    [
        (0.078, 0.078, Verdict.CHANCE),
        (0.078, 0.077, Verdict.LITTLE),
        (0.181, 0.13, Verdict.MUCH),
        (0.181, 0.14, Verdict.LITTLE),
        (0.0004, 0.0, Verdict.NOTHING),
    ],
)
def test_a_verdict_needs_more_than_chance(shop, moved, chance, verdict):
    change = audit(shop, SETTINGS, replace(ASKED, models=(Model.LINEAR,)), TERMS).changes[0]
    told = replace(change, moved=moved, chance=chance, is_sure=False)
    assert audits.judge(told.assumption.theme, [told]).verdict is verdict


def test_an_empty_shop_has_nothing_to_audit(db, run):
    found = audit(db, SETTINGS, Question(Outcome.ORDERS, (Model.LINEAR, Model("markov"))))
    assert (found.changes, found.findings) == ((), ())
    assert "no scans and no orders yet" in run("report", "audit", "--outcome", "orders").stdout


def test_a_model_that_is_neither_rule_nor_chain_is_refused(db):
    with pytest.raises(SettingError, match="an audit takes rules and Markov chains of order 1"):
        audit(db, SETTINGS, Question(Outcome.ORDERS, (Model("bagged-logistic"),)))


def test_dealing_is_even_and_the_same_for_the_same():
    numbers = np.arange(-1000, 100_000)
    assert np.histogram(deal(numbers, 3), 10, (0, 1))[0] == pytest.approx(np.full(10, 10_100), rel=0.05)
    assert abs(np.corrcoef(deal(numbers, 1), deal(numbers, 2))[0, 1]) < 0.02
    assert deal_buckets(numbers).min() == 0 and deal_buckets(numbers).max() == 999
    assert deal(np.array([1, 2, 3])).round(4).tolist() == deal(np.array([1, 2, 3])).round(4).tolist()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_says_verdicts_and_shows_sheets(db, run, language, tmp_path):
    world_of_windows(0, 1).save(db)
    assert run("setting", "set", "language", language).exit_code == 0
    asked = ("report", "audit", "--outcome", "orders", "--model", "linear,time-decay,markov", "--draws", "20")
    told = run(*asked, "--engine", "sqlite")
    assert "which one leads depends on the lookback window" in told.stdout
    assert "credit is not cause" in told.stderr
    assert "more rows: --sheet changes" in told.stdout
    named = run(*asked, "--engine", "sqlite", "--sheet", "changes").stdout
    assert "more rows" not in named and len(named.splitlines()) > len(told.stdout.split("Shares, by")[0].splitlines())
    data = json.loads(run(*asked, "--format", "json").stdout)
    assert data["verdicts"][0]["verdict"] == "leader"
    assert {row["holds"] for row in data["checks"]} == {"yes"}
    assert data["totals"][0]["total"] == 300
    out = tmp_path / "audit.html"
    assert run(*asked, "--format", "html", "--out", out).exit_code == 0
    assert ("回溯期" if language == "zh" else "lookback window") in out.read_text(encoding="utf-8")
    rows = run(*asked, "--format", "csv", "--sheet", "shares").stdout.splitlines()
    assert rows[0] == "assumption,setting,model,key,before,after,change,change_low,change_high"

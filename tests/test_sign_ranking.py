"""Signs by what a scan of them brings: luck doesn't lead, a truly better one does, and of few scans nothing is said."""

import csv
import io
from collections import Counter

import numpy as np
import pytest

from o2o.analytics.sign_ranking import Measure, RankingTerms, Standing, rank_signs
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import attribute
from o2o.errors import SettingError
from o2o.reports.sheets import Column, Unit, say_cell
from o2o.subjects import Kind
from o2o.times import DAY, parse_at
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.conftest import SETTINGS

START = parse_at("2026-05-01", SETTINGS.zone)
EQUAL = [0.1] * 12
ONE_BETTER = [0.3, *EQUAL[1:]]


@pytest.fixture
def signs(db):
    """A dozen signs of places."""
    db["places"].insert_all({"place_id": f"P{n:02}", "name": f"place {n}", "carrier": "poster"} for n in range(12))
    return [sign.id for sign in mint_touchpoints(db, MintRequest(Kind.PLACE), START)]


def fill(db, signs, chances, visitors=150):
    """Have so many visitors scan each sign once or more, and order with its chance."""
    random = np.random.default_rng(11)
    people, scans, orders = [], [], []
    for sign, chance in zip(signs, chances, strict=True):
        for _ in range(visitors):
            people.append((len(people) + 1, f"v{len(people) + 1}"))
            scans += [(START + int(random.integers(DAY)), sign, len(people)) for _ in range(random.integers(1, 3))]
            if random.random() < chance:
                orders.append((f"{len(orders)}", START + 2 * DAY, f"v{len(people)}", int(random.integers(500, 9000))))
    insert = db.conn.executemany
    insert("INSERT INTO visitors (id, visitor) VALUES (?, ?)", people)
    insert("INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
           " VALUES (?, '', ?, ?, 'human', 'csv')", scans)  # fmt: skip
    insert("INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?)", orders)


def rank(db, **asked):
    return rank_signs(db, SETTINGS, RankingTerms(**{"by": Level.PLACE, "since": START, **asked}))


def test_of_equal_signs_none_is_above_average_and_none_is_likely_the_best(db, signs):
    fill(db, signs, EQUAL)
    found = rank(db)
    assert Counter(row.standing for row in found.rows) == {Standing.OPEN: 12}
    assert max(row.chance for row in found.rows) < 0.8
    assert sum(row.chance for row in found.rows) == pytest.approx(3)


def test_a_sign_of_few_people_without_an_order_is_not_surely_below_the_others(db, signs):
    fill(db, signs, [0.0, *EQUAL[1:]])
    db.conn.execute("DELETE FROM scans WHERE touchpoint_id = ? AND visitor_id > 40", [signs[0]])
    (lone,) = [row for row in rank(db).rows if row.key == "P00"]
    assert (lone.owners, lone.credit, lone.standing) == (40, 0, Standing.OPEN)


def test_a_sign_of_many_people_without_an_order_is_below_the_others(db, signs):
    fill(db, signs, [0.0, *EQUAL[1:]])
    (lone,) = [row for row in rank(db).rows if row.key == "P00"]
    assert (lone.credit, lone.standing) == (0, Standing.BELOW)


def test_a_sign_that_is_truly_better_is_found_and_drawn_towards_the_others(db, signs):
    fill(db, signs, ONE_BETTER)
    first = rank(db, top=1).rows[0]
    assert (first.key, first.standing) == ("P00", Standing.ABOVE)
    assert first.chance > 0.95
    assert first.likely.low < first.likely.value < first.rate


def test_credit_is_that_of_the_attribution_report_and_its_scans_are_all_of_the_period(db, signs):
    fill(db, signs, ONE_BETTER)
    credited = {row.key: row.revenue for row in attribute(db, SETTINGS, Question(Outcome.ORDERS, by=Level.PLACE)).rows}
    found = rank(db, measure=Measure.REVENUE)
    assert {row.key: row.credit for row in found.rows} == {key: value for key, value in credited.items() if key}
    assert sum(row.scans for row in found.rows) == db["scans"].count
    assert found.average == pytest.approx(sum(row.credit for row in found.rows) / db["scans"].count)


def test_of_few_people_nothing_is_said_but_the_bare_figure(db, signs):
    fill(db, signs, EQUAL, visitors=10)
    assert {(row.standing, row.likely, row.chance) for row in rank(db).rows} == {(Standing.FEW, None, None)}


def test_more_scans_show_smaller_differences(db, signs):
    fill(db, signs, EQUAL, visitors=40)
    few = rank(db).rows[0].detectable
    fill_more = rank(db, by=Level.CARRIER).rows[0].detectable
    assert fill_more < few


def test_nothing_scanned_is_an_empty_ranking(db, signs):
    assert rank(db).rows == ()


def test_nobody_is_among_the_best_none(db):
    with pytest.raises(SettingError, match="write 1 or more"):
        RankingTerms(top=0)


@pytest.mark.parametrize("measure", Measure)
def test_the_command_shows_each_measure(db, signs, run, measure):
    fill(db, signs, ONE_BETTER)
    done = run("report", "ranking", "--by", "place", "--of", measure, "--format", "csv")
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 12 and {"likely_low", "likely_high", "chance", "standing"} <= rows[0].keys()
    assert "Credit is not cause" in done.stderr


def test_the_page_and_the_table_say_who_is_clearly_above(db, signs, run):
    fill(db, signs, ONE_BETTER)
    assert "Clearly above average: place 0" in run("report", "ranking", "--by", "place").stdout
    assert "<!doctype html>" in run("report", "ranking", "--by", "place", "--format", "html").stdout


def test_what_may_exceed_one_is_told_of_a_hundred_scans_and_not_in_percent(signs, db, run):
    fill(db, signs, ONE_BETTER)
    table = run("report", "ranking", "--by", "place").stdout
    assert "orders per 100 scans" in table and "likely orders per 100 scans" in table
    rate = Column("rate", ("每百次扫码订单数", "orders per 100 scans"), Unit.PER_HUNDRED)
    assert say_cell(rate, 7.9444, SETTINGS) == "794.4"
    assert say_cell(rate.change(), -0.01, SETTINGS) == "-1.0"
    assert "per 100" not in run("report", "ranking", "--of", "revenue-per-scan").stdout

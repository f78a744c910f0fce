"""What each touchpoint did, beside what was scanned and ordered."""

import csv
import json

import pytest
from hypothesis import HealthCheck, given, settings

from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journeys import gathered
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import UNATTRIBUTED, attribute
from o2o.db import load_query, rows
from o2o.reports.touchpoints import report_touchpoints
from tests.attribution_oracle import Mark, Order, Period, Scan, World, visits_of
from tests.conftest import SETTINGS
from tests.test_attribution_oracle import worlds

DAY = 86_400_000
BASE = 20_000 * DAY
DOOR = Mark("DOORCODE", "place", (Period("D1", "S1", None, 0),))
LI = Mark("LISCODE", "person", (Period("P1", "S1", None, 0),))
MILK = Mark("MILKCODE", "product", (Period("M1", None, None, 0),))


def report_of(db, world, question=Question()):  # noqa: B008
    db.conn.execute("BEGIN")
    try:
        world.save(db)
        return {row.code: row for row in report_touchpoints(db, SETTINGS, question)}
    finally:
        db.conn.rollback()


@pytest.fixture
def world():
    """Forty visitors scan the door, half of them Li, and a quarter orders."""
    scans, orders = [], []
    for number in range(40):
        visitor = f"v{number}"
        scans.append(Scan(BASE + number * DAY // 100, DOOR, visitor))
        if number % 2 == 0:
            scans.append(Scan(BASE + number * DAY // 100 + 60_000, LI, visitor))
        if number % 4 == 0:
            orders.append(Order(f"o{number}", BASE + 2 * DAY, 1_000, visitor=visitor))
    scans += [scans[0], Scan(BASE, DOOR, "robot", "bot")]
    return World([DOOR, LI, MILK], scans, orders)


def test_people_products_and_places_stand_side_by_side(db, world):
    rows = report_of(db, world)
    door, guide, milk = rows["DOORCODE"], rows["LISCODE"], rows["MILKCODE"]
    assert (door.scans, door.visitors, door.visits, door.orders, door.revenue) == (41, 40, 40, 10, 5_167)
    assert (guide.scans, guide.visitors, guide.visits, guide.orders, guide.revenue) == (20, 20, 20, 10, 4_833)
    assert (milk.scans, milk.visitors, milk.orders, milk.revenue) == (0, 0, 0, 0)


def test_rate_of_few_visitors_is_thin(db, world):
    rows = report_of(db, world)
    door, guide = rows["DOORCODE"], rows["LISCODE"]
    assert (door.order_rate.value, door.thin) == (0.25, False)
    assert (guide.order_rate.value, guide.thin) == (0.5, True)
    assert door.order_rate.low < 0.25 < door.order_rate.high


def test_period_bounds_scans_and_orders(db, world):
    rows = report_of(db, world, Question(until=BASE + 2 * DAY))
    assert (rows["DOORCODE"].scans, rows["DOORCODE"].orders, rows["DOORCODE"].order_rate.successes) == (41, 0, 0)
    rows = report_of(db, world, Question(since=BASE + 2 * DAY))
    assert (rows["DOORCODE"].scans, rows["DOORCODE"].orders) == (0, 10)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_numbers_agree_with_a_plain_count(db, world):
    db.conn.execute("BEGIN")
    try:
        world.save(db)
        rows = report_touchpoints(db, SETTINGS, Question())
        credit = attribute(db, SETTINGS, Question(Outcome.ORDERS))
    finally:
        db.conn.rollback()
    visits = visits_of(world)
    for row in rows:
        scans = [scan for scan in world.scans if scan.mark.code == row.code and scan.verdict == "human"]
        assert row.scans == len(scans)
        assert row.visitors == len({scan.visitor for scan in scans if scan.visitor})
        assert row.visits == sum(any(scan.mark.code == row.code for scan in visit) for visit in visits)
        assert row.order_rate.successes <= row.visitors
    attributed = sum(row.revenue for row in credit.rows if row.key != UNATTRIBUTED)
    assert sum(row.revenue for row in rows) == attributed


def test_command_shows_intervals_and_thin_data(db, db_path, run, world):
    world.save(db)
    table = run("report", "touchpoints")
    assert table.exit_code == 0
    assert "25.0%" in table.stdout
    assert "thin" in table.stdout
    assert "MILKCODE" not in table.stdout
    assert "1 more had no scan" in table.stderr
    assert "raw hits: 62\n  less bot: 1\ncounted scans: 61" in table.stderr
    assert "raw hits: 0" in run("report", "touchpoints", "--until", "2001-01-01").stderr
    rows = list(csv.DictReader(run("report", "touchpoints", "--format", "csv").stdout.splitlines()))
    assert [row["code"] for row in rows] == ["DOORCODE", "LISCODE", "MILKCODE"]
    assert float(rows[0]["order_rate"]) == 0.25


def test_no_scan_is_compared_with_every_other(db):
    with gathered(SqliteEngine(db), SETTINGS, Question()) as journeys:
        sql = load_query("reports/touchpoints.activity", **journeys.kept)
        plan = [row["detail"] for row in rows(db, f"EXPLAIN QUERY PLAN {sql}", **journeys.parameters)]
    assert not [step for step in plan if step.startswith("SCAN") and step.endswith("LEFT-JOIN")]


def test_revenue_has_the_span_of_the_attribution_report(db, world):
    world.save(db)
    credited = attribute(db, SETTINGS, Question(Outcome.ORDERS)).rows
    spans = {row.key: (row.revenue_low, row.revenue_high) for row in credited}
    found = report_touchpoints(db, SETTINGS, Question())
    assert any(row.revenue_low < row.revenue < row.revenue_high for row in found)
    assert all((row.revenue_low, row.revenue_high) == spans.get(row.code, (0, 0)) for row in found)


def test_revenue_of_a_scan_has_the_interval_of_visitors(db, world):
    world.save(db)
    rows = {row.code: row for row in report_touchpoints(db, SETTINGS, Question())}
    door = rows["DOORCODE"]
    per_scan = door.per_scan
    assert per_scan.value == pytest.approx(5_167 / 41)
    assert 0 < per_scan.low < per_scan.value < per_scan.high
    assert rows["LISCODE"].per_scan is None, "twenty visitors are too few"
    assert rows["MILKCODE"].per_scan is None


def test_a_visitor_who_scans_a_lot_widens_the_interval_of_a_scan(db, world):
    world.save(db)
    (before,) = (row.per_scan for row in report_touchpoints(db, SETTINGS, Question()) if row.code == "DOORCODE")
    again = "SELECT ?, code, touchpoint_id, visitor_id, verdict, source FROM scans WHERE id = 4"
    columns = "scanned_at, code, touchpoint_id, visitor_id, verdict, source"
    db.conn.executemany(f"INSERT INTO scans ({columns}) {again}", [(BASE + 3 * DAY + n,) for n in range(41)])
    (after,) = (row.per_scan for row in report_touchpoints(db, SETTINGS, Question()) if row.code == "DOORCODE")
    assert after.value == pytest.approx(before.value / 2)
    assert (after.high - after.low) / after.value > (before.high - before.low) / before.value


@pytest.mark.parametrize("output_format", ["table", "csv", "json", "html"])
def test_command_tells_the_revenue_of_a_scan_or_that_there_is_too_little(db, db_path, run, world, output_format):
    world.save(db)
    told = run("report", "touchpoints", "--format", output_format).stdout
    if output_format in ("csv", "json"):
        rows = json.loads(told)["touchpoints"] if output_format == "json" else list(csv.DictReader(told.splitlines()))
        door, guide, _ = rows
        low, value, high = (float(door[f"revenue_per_scan{end}"]) for end in ("_low", "", "_high"))
        assert low < value < high
        assert guide["revenue_per_scan"] in ("", None)
    else:
        assert "1.26" in told
        assert told.count("not enough data" if output_format == "table" else "数据不足") == 1

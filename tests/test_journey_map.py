"""The ways that people take, on a shop that is counted by hand; flows as a picture."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from o2o.analytics.paths import NOTHING, ORDER, START, JourneyMap, JourneyTerms, map_journeys
from o2o.attribution.question import Level
from o2o.config import load_settings
from o2o.db import Database
from o2o.reports.flows import Flow, draw_flows
from o2o.times import DAY, HOUR, parse_at
from tests.collecting import make_touchpoint
from tests.conftest import SETTINGS

START_AT = parse_at("2026-01-01", SETTINGS.zone)
END = START_AT + 90 * DAY
TERMS = JourneyTerms(START_AT, END)


@pytest.fixture
def shop(db: Database) -> Database:
    """Doors and shelves: A and B go from the door to the shelf and order, C looks twice at the shelf, D at the door."""
    signs = {}
    for carrier in ("door_sign", "shelf_tag", "bag"):
        code = make_touchpoint(db, carrier, kind="place", carrier=carrier)
        signs[carrier] = db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()[0]
    scans = [
        ("A", "door_sign", 0), ("A", "shelf_tag", 1), ("B", "door_sign", 0), ("B", "shelf_tag", 2),
        ("C", "shelf_tag", 0), ("C", "shelf_tag", 1), ("D", "door_sign", 5), ("A", "bag", 40),
    ]  # fmt: skip
    for visitor, carrier, hours in scans:
        db.conn.execute("INSERT OR IGNORE INTO visitors (visitor) VALUES (?)", [visitor])
        db.conn.execute(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            " SELECT ?, '', ?, id, 'human', 'csv' FROM visitors WHERE visitor = ?",
            [START_AT + hours * HOUR, signs[carrier], visitor],
        )
    for number, (visitor, hours) in enumerate([("A", 3), ("B", 8), ("A", 48)]):
        row = [f"{number}", START_AT + hours * HOUR, visitor, 1_000 * (number + 1)]
        db.conn.execute("INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?)", row)
    return db


def find(db: Database, **terms: object) -> JourneyMap:
    return map_journeys(db, load_settings(db), replace(TERMS, **terms))  # type: ignore[arg-type]


def test_ways_are_counted_with_those_that_lead_to_nothing(shop: Database) -> None:
    ways = {way.keys: (way.orders, way.nothing, way.revenue) for way in find(shop).ways}
    assert ways == {
        ("door_sign", "shelf_tag"): (2, 0, 3_000),
        ("bag",): (1, 0, 3_000),
        ("shelf_tag",): (0, 1, 0),
        ("door_sign",): (0, 1, 0),
    }


def test_steps_add_up_to_the_journeys_that_leave(shop: Database) -> None:
    steps = {(step.source, step.target): step for step in find(shop).steps}
    assert {place: step.journeys for place, step in steps.items()} == {
        (START, "door_sign"): 3, (START, "shelf_tag"): 1, (START, "bag"): 1, ("door_sign", "shelf_tag"): 2,
        ("door_sign", NOTHING): 1, ("shelf_tag", ORDER): 2, ("shelf_tag", NOTHING): 1, ("bag", ORDER): 1,
    }  # fmt: skip
    assert float(steps["shelf_tag", ORDER].share.value) == pytest.approx(2 / 3)
    for source in {source for source, _ in steps}:
        assert sum(float(step.share.value) for step in steps.values() if step.source == source) == pytest.approx(1)


def test_what_flows_out_of_a_step_flowed_into_it(shop: Database) -> None:
    found = find(shop)
    into = sum(one.journeys for one in found.passages if one.step == 0 and one.target not in (ORDER, NOTHING))
    assert into == sum(one.journeys for one in found.passages if one.step == 1)
    assert sum(one.journeys for one in found.passages if one.target in (ORDER, NOTHING)) == 5


def test_the_time_to_an_order_counts_who_has_not_ordered_yet(shop: Database) -> None:
    found = find(shop)
    assert found.ordered and found.median
    assert found.ordered.value.tolist()[:2] == pytest.approx([0, 3 / 5])
    assert float(found.median.value) == 8 * HOUR
    assert found.median.low <= found.median.value <= found.median.high


def test_touches_are_counted_by_how_many_it_takes(shop: Database) -> None:
    lengths = {one.touches: (one.orders, one.journeys) for one in find(shop).lengths}
    assert lengths == {1: (1, 3), 2: (2, 2)}


def test_only_the_list_of_ways_is_cut_and_it_is_said(
    shop: Database, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = find(shop)
    assert whole.different == len(whole.ways) == 4
    asked = "report", "journeys", "--until", "2026-03-01", "--format", "html"
    assert "不同的路径有" not in run(*asked).stdout
    monkeypatch.setattr("o2o.analytics.paths.MOST", 1)
    cut = find(shop)
    assert [way.keys for way in cut.ways] == [("door_sign", "shelf_tag")]
    for part in ("passages", "lengths", "orders", "nothing", "different"):
        assert getattr(cut, part) == getattr(whole, part), f"{part} are of all ways"
    assert [(one.source, one.target, one.journeys) for one in cut.steps] == [
        (one.source, one.target, one.journeys) for one in whole.steps
    ]
    assert "不同的路径有 4 条，列出走得最多的 1 条，其余 3 条不列" in run(*asked).stdout
    said = run(*asked[:-1], "table").stderr
    assert "all other sheets and the diagram are of all ways" in said


def test_a_shop_without_journeys_is_no_trouble(db: Database, run: Callable[..., Result]) -> None:
    found = find(db)
    assert found.ways == () and found.median is None
    assert "no scans and no orders yet" in run("report", "journeys").stdout


def test_engines_agree(shop: Database) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
        pytest.importorskip(package)
    settings = load_settings(shop)
    for level in (Level.CARRIER, Level.TOUCHPOINT):
        one, other = (
            map_journeys(shop, replace(settings, engine=name), replace(TERMS, by=level))
            for name in ("sqlite", "duckdb")
        )
        assert one.ways == other.ways and one.passages == other.passages


def test_the_page_draws_the_first_steps_without_script_or_style(shop: Database, run: Callable[..., Result]) -> None:
    page = run("report", "journeys", "--until", "2026-03-31", "--format", "html").stdout
    (drawing,) = re.findall(r'<svg class="flows".*?</svg>', page, re.DOTALL)
    assert "style=" not in drawing and "<script" not in drawing
    assert drawing.count("<path") == 5
    said = run("report", "journeys", "--until", "2026-03-31").stdout
    assert "Of 5 journeys 3 end in an order: 60.0%" in said
    assert "half" in said.lower() and "8 h" in said


def test_a_name_in_a_drawing_is_text() -> None:
    drawing = draw_flows([Flow((0, "<b>"), (1, "end"), 3)], {"<b>": "<script>"}, "flows", {})
    assert "<script>" not in drawing and "&lt;script&gt;" in drawing

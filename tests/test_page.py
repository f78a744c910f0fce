"""A page gathered from a shop's file says what the report of the same question says."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.attribution.models import MODELS, Model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import OTHER, attribute
from o2o.db import Database
from o2o.reports.html import Section, make_attribution_page
from o2o.reports.page import AttributionPage, gather_page
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, Touchpoint, mint_touchpoints
from tests.conftest import SETTINGS

NOW = 1_770_000_000_000
QUESTION = Question(Outcome.ORDERS)
MASTER = {
    "stores.csv": "store_id,name\nS001,人民路店\nS002,Harbour Street\n",
    "people.csv": "person_id,store_id,name\n0007,S001,李敏\n",
    "products.csv": "sku,name\nE30,</script><b>土鸡蛋\n",
    "places.csv": "place_id,store_id,name,carrier\nDOOR,S001,入口,door_sign\nSHELF,S002,堆头,endcap\n",
}


@pytest.fixture
def marks(db: Database, run: Callable[..., Result], tmp_path: Path) -> dict[str, Touchpoint]:
    """Touchpoints by their subject: 40 visitors scanned the door and 20 of them ordered, 3 met the guide, 2 a shelf."""
    for name, text in MASTER.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run("catalog", "import", *(tmp_path / name for name in MASTER)).exit_code == 0
    found = {t.subject_id: t for t in mint_touchpoints(db, MintRequest(all_products=True), NOW)}
    scans, orders = ["at,code,visitor"], ["order_id,at,store_id,visitor,amount"]
    for number in range(40):
        scans.append(f"2026-01-10 10:{number:02d}:00,{found['DOOR'].code},v{number}")
        if number % 2:
            orders.append(f"O{number},2026-01-10 11:{number:02d}:00,S001,v{number},12.80")
    scans += [f"2026-01-10 10:5{n}:00,{found['0007'].code},v{n}" for n in range(3)]
    scans += [f"2026-01-10 10:5{n}:30,{found['SHELF'].code},v{n}" for n in (0, 2)]
    orders.append("LOST,2026-01-10 12:00:00,S002,,99.00")
    for kind, lines in (("scan", scans), ("order", orders)):
        (tmp_path / f"{kind}s.csv").write_text("\n".join(lines), encoding="utf-8")
        assert run(kind, "import", tmp_path / f"{kind}s.csv").exit_code == 0
    return found


@pytest.fixture
def page(db: Database, marks: dict[str, Touchpoint]) -> AttributionPage:
    """The page of these orders."""
    return gather_page(db, SETTINGS, QUESTION, NOW)


def test_the_page_s_totals_are_the_report_s(db: Database, page: AttributionPage) -> None:
    report = attribute(db, SETTINGS, QUESTION)
    assert page.totals == report.totals[0]
    assert (page.totals.conversions, page.totals.revenue) == (21, 20 * 1280 + 9900)
    assert page.rows(Level.TOUCHPOINT) == report.rows


def test_every_level_beside_the_one_asked_for_has_the_same_totals(page: AttributionPage) -> None:
    assert {report.totals for report in page.reports.values()} == {page.report.totals}
    assert set(page.reports) >= {Level.PERSON, Level.PRODUCT, Level.PLACE, Level.STORE, Level.CAMPAIGN}


def test_scans_are_counted_under_what_was_scanned(page: AttributionPage) -> None:
    assert page.scans[Level.PLACE] == {"DOOR": 40, "SHELF": 2, OTHER: 3}
    assert page.scans[Level.STORE] == {"S001": 43, "S002": 2}
    assert page.scans[Level.CAMPAIGN] == {OTHER: 45}


def test_scans_before_the_lookback_or_after_the_period_are_out_of_reach(db: Database, page: AttributionPage) -> None:
    late = Question(Outcome.ORDERS, since=NOW + QUESTION.window, until=NOW + 2 * QUESTION.window)
    assert gather_page(db, SETTINGS, late, NOW).scans[Level.PLACE] == {}


def test_the_standing_of_a_kind_counts_visitors_who_ordered(page: AttributionPage) -> None:
    places, people = page.standing(Kind.PLACE), page.standing(Kind.PERSON)
    assert [(c.key, c.trials, c.successes) for c in places.judged] == [("DOOR", 40, 20)]
    assert [(c.key, c.scans) for c in people.thin] == [("0007", 3)]
    assert not page.standing(Kind.PRODUCT).judged


def test_the_model_asked_for_leads(db: Database, marks: dict[str, Touchpoint]) -> None:
    last = gather_page(db, SETTINGS, Question(Outcome.ORDERS, (Model.LAST,)), NOW)
    assert last.model == Model.LAST and last.totals.model == Model.LAST
    assert {totals.model for totals in last.report.totals} == set(MODELS)


def test_visits_have_their_page_too(db: Database, marks: dict[str, Touchpoint]) -> None:
    text = make_attribution_page(db, SETTINGS, Question(), NOW)
    assert "次扫码到访" in text and "不是客流" in text


def test_an_empty_shop_has_a_page(db: Database) -> None:
    assert "没有扫码到访" in make_attribution_page(db, SETTINGS, Question(), NOW)
    assert "没有订单" in make_attribution_page(db, SETTINGS, QUESTION, NOW)


def test_a_period_of_refunds_alone_shows_the_money_taken_back(
    db: Database, marks: dict[str, Touchpoint], run: Callable[..., Result], tmp_path: Path
) -> None:
    refunds = tmp_path / "refunds.csv"
    refunds.write_text(
        "order_id,at,store_id,refund_of,amount\nR1,2026-03-01 09:00:00,S001,O1,-2.80\n", encoding="utf-8"
    )
    assert run("order", "import", refunds).exit_code == 0
    march = Question(Outcome.ORDERS, since=1_772_294_400_000)
    page = gather_page(db, SETTINGS, march, NOW)
    assert (page.totals.conversions, page.totals.revenue, page.totals.attributed_revenue) == (0, -280, -280)
    assert "-¥2.80" in make_attribution_page(db, SETTINGS, march, NOW)


def test_the_file_is_left_as_it_was(db: Database, page: AttributionPage) -> None:
    assert not db.conn.in_transaction
    assert db.conn.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)


def test_a_further_section_is_in_the_page(db: Database, marks: dict[str, Touchpoint]) -> None:
    section = Section("Planted & found", ("what", "why", "planted", "found"), [("Door", "big", 3, 2.9)], "see", 2)
    text = make_attribution_page(db, SETTINGS, QUESTION, NOW, [section])
    assert "<h2>Planted &amp; found</h2>" in text
    assert '<td>big</td><td class="number">3</td><td class="number">2.90</td>' in text


def test_the_command_writes_the_page_and_says_that_it_adds_up(
    run: Callable[..., Result], marks: dict[str, Touchpoint], tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    result = run("report", "attribution", "--outcome", "orders", "--format", "html", "--out", out)
    assert result.exit_code == 0 and result.stdout == ""
    data = json.loads(run("report", "attribution", "--outcome", "orders", "--format", "json").stdout)
    html = out.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert SETTINGS.money.format(data["totals"][0]["attributed_revenue"]) in html
    assert "attributed 20 + unattributed 1 = total 21 orders" in result.stderr

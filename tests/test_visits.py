import pytest
from collecting import make_touchpoint
from conftest import SETTINGS

from o2o.importers.page_views import import_page_views
from o2o.importers.scans.imports import import_scans
from o2o.times import DAY, MINUTE, parse_at
from o2o.visits import page_views_of

AT = parse_at("2026-05-17T10:00:00+08:00", None)
NOW = AT + 30 * DAY


@pytest.fixture
def scanned(db, db_path, tmp_path):
    """A touchpoint that v1 scanned with a click id, and v2 without."""
    code = make_touchpoint(db)
    path = tmp_path / "scans.csv"
    rows = [f"2026-05-17 10:00,{code},v1,click-1", f"2026-05-17 10:00,{code},v2,other"]
    path.write_text("\n".join(["at,code,visitor,scan_id", *rows]), encoding="utf-8")
    import_scans(db, db_path, path, now=NOW)
    return code


@pytest.fixture
def take(db, db_path, tmp_path):
    def take(*lines):
        path = tmp_path / "pages.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return import_page_views(db, db_path, path, now=NOW)

    return take


def joined(db):
    return [(view.event, view.joined_by, view.code) for view in page_views_of(db, SETTINGS, 0, NOW)]


@pytest.mark.parametrize(
    ("row", "event", "joined_by"),
    [
        ("2026-05-17 10:01,view,/p,,,click-1", "view", "scan_id"),
        ("2026-05-17 12:01,,/p?o2o_scan=click-1&x=1,someone,,", "view", "scan_id"),
        ("2026-05-17 10:29,,/p,v2,,", "view", "visitor"),
        ("2026-05-17 10:31,,/p,v2,,", "view", ""),
        ("2026-05-17 09:59,,/p,v2,,", "view", ""),
        ("2026-05-17 10:01,注册,/join,v2,M1,", "registration", "visitor"),
        ("2026-05-17 10:01,sign_up,/join,,M9,nobody's", "registration", ""),
    ],
)
def test_a_page_view_is_joined_to_the_scan_that_caused_it(db, scanned, take, row, event, joined_by):
    assert take("at,event,page,visitor,customer,scan_id", row).new == 1
    assert joined(db) == [(event, joined_by, scanned if joined_by else None)]


def test_whoever_named_both_joins_later_views_of_the_customer(db, scanned, take):
    take("at,event,visitor,customer", "2026-05-17 10:01,registration,v2,M1", "2026-05-17 10:20,view,,M1")
    assert joined(db) == [("registration", "visitor", scanned), ("view", "customer", scanned)]
    assert db.conn.execute("SELECT customer, first_at FROM visitor_customers").fetchall() == [("M1", AT + MINUTE)]


def test_a_file_imported_twice_adds_nothing(db, scanned, take):
    lines = ["at,page,visitor", *["2026-05-17 10:01,/p,v2"] * 2, "2026-05-17 10:02,/p,v2"]
    assert (take(*lines).new, take(*lines).unchanged) == (3, 3)
    assert take(*lines, "2026-05-17 10:03,/p,v2").new == 1


def test_a_row_that_can_join_nothing_or_is_no_event_is_listed(scanned, take):
    result = take(
        "at,event,visitor,customer", "2026-05-17,view,,", "2026-05-17,view,,散客", "2026-05-17,hop,v,", "x,,v,"
    )
    assert [(problem.line, problem.column) for problem in result.problems] == [
        (2, "visitor"), (3, "visitor"), (4, "event"), (5, "at"),
    ]  # fmt: skip
    assert (result.new, result.rejected) == (0, 4)


def test_the_commands_import_and_list(run, scanned, tmp_path):
    path = tmp_path / "pages.csv"
    path.write_text("at,page,openid\n2026-05-17 10:01,/p,v1\n", encoding="utf-8")
    assert run("visit", "import", path).stdout == f"{path}: 1 new, 0 there already, 0 left out\n"
    shown = run("visit", "list", "--since", "2026-05-17", "--until", "2026-05-17", "--format", "csv").stdout
    assert shown.splitlines()[1] == f"2026-05-17T10:01:00+08:00,view,/p,,visitor,2026-05-17T10:00:00+08:00,{scanned}"
    assert "not a time" in run("visit", "list", "--since", "soon").stderr

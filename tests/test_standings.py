"""Credit, touchpoints and regions beside the period before."""

import json

import pytest

from o2o.db import Database, writing
from o2o.times import DAY, HOUR
from tests.collecting import make_touchpoint

START = 1_777_564_800_000  # 2026-05-01 in Shanghai


@pytest.fixture
def shop(db: Database) -> Database:
    """Of each 40 visitors of a day who scan one sign, 10 order on the first day and 20 on the second."""
    make_touchpoint(db, "L1", kind="place", carrier="wall_poster")
    db.conn.execute("INSERT INTO places (place_id, name, carrier) VALUES ('L1', '海报', 'wall_poster')")
    with writing(db):
        for number in range(80):
            day, turn = divmod(number, 40)
            at = START + day * DAY + turn * 60_000
            db.conn.execute("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [number + 1, f"v{number}"])
            db.conn.execute(
                "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source) "
                "VALUES (?, '', 1, ?, 'human', '')",
                [at, number + 1],
            )
            if turn < 10 * (day + 1):
                db.conn.execute(
                    "INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, 1000)",
                    [f"o{number}", at + HOUR, f"v{number}"],
                )
    return db


DAYS = ("--since", "2026-05-02", "--until", "2026-05-02", "--compare", "previous")


@pytest.mark.usefixtures("shop")
def test_credit_stands_beside_that_of_the_period_before_and_the_change_has_an_interval(run):
    (row, *_) = json.loads(run("report", "attribution", "--outcome", "orders", *DAYS, "--format", "json").stdout)[
        "credits"
    ]
    assert (row["conversions"], row["conversions_previous"], row["conversions_change"]) == (20, 10, 10)
    assert row["conversions_change_low"] < 10 < row["conversions_change_high"]
    assert (row["revenue"], row["revenue_previous"]) == (20_000, 10_000)


@pytest.mark.usefixtures("shop")
def test_touchpoints_stand_beside_the_period_before(run):
    said = run("report", "touchpoints", *DAYS, "--format", "csv").stdout.splitlines()
    row = dict(zip(said[0].split(","), said[1].split(","), strict=True))
    assert (row["scans"], row["scans_previous"], row["orders_change"]) == ("40", "40", "10")
    assert float(row["order_rate_change"]) == pytest.approx(0.25)


@pytest.mark.usefixtures("shop")
def test_regions_stand_beside_the_period_before(run, db):
    assert "o2o setting set geo_file" in run("report", "regions", *DAYS).stdout
    db.conn.execute("UPDATE scans SET region = 'CN|ZJ|Hangzhou'")
    said = run("report", "regions", *DAYS)
    assert "scans change" in said.stdout and "before" not in said.stdout


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("report", ["attribution", "touchpoints", "regions"])
def test_the_period_before_needs_a_first_day(run, report):
    assert "--compare previous needs --since" in run("report", report, "--compare", "previous").output


@pytest.mark.parametrize("other", [("--keep",), ("--lake", "x"), ("--credits", "x.csv")])
def test_what_asks_elsewhere_is_not_compared(run, other):
    said = run("report", "attribution", "--since", "2026-05-02", "--compare", "previous", *other)
    assert said.exit_code == 2 and "leave --lake, --keep and --credits out" in said.output


@pytest.mark.usefixtures("shop")
def test_figures_without_intervals_are_compared_as_they_are(run):
    said = run("report", "attribution", "--outcome", "orders", *DAYS, "--no-intervals")
    assert "20.00" in said.stdout and "nan" not in said.stdout

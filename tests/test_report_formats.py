"""Every report can be shown as a table, CSV, JSON, Parquet and a page, and all of them say the same."""

import csv
import json

import click
import pytest

from o2o.cli.report import report
from o2o.db import Database, writing
from o2o.times import DAY, HOUR
from tests.collecting import make_touchpoint

START = 1_777_564_800_000  # 2026-05-01 in Shanghai
OWN_LAYOUT = {
    "attribution": ("--outcome", "orders"),
    "compare-models": ("--outcome", "orders"),
    "touchpoints": (),
    "regions": (),
    "silent-signs": ("--until", "2026-05-09", "--at-least", "0.0001"),
    "bursts": ("--until", "2026-05-02"),
}
"""Reports that don't show sheets, each with what it needs to have something to show."""
TYPED = {
    "attribution": {"conversions": "double", "revenue": "int64", "removal_effect": "double"},
    "compare-models": {"share": "double", "rank": "int64", "disputed": "int64"},
    "touchpoints": {"scans": "int64", "order_rate": "double", "revenue_per_scan": "double"},
    "regions": {"scans": "int64", "remote": "int64"},
    "silent-signs": {"silent_since": "timestamp[ms, tz=Asia/Shanghai]", "dead": "double"},
    "bursts": {"day": "date32[day]", "odd": "int64", "chance": "double"},
}


@pytest.fixture
def shop(db: Database) -> Database:
    """Two signs, one of which one visitor scans again and again; every second visitor of the other orders."""
    make_touchpoint(db, "L1", kind="place", carrier="wall_poster")
    make_touchpoint(db, "L2", kind="person", carrier="badge")
    with writing(db):
        for number in range(60):
            mark, visitor = (2, 1) if number < 20 else (1, number)
            at = START + (number % 20) * HOUR
            db.conn.execute("INSERT OR IGNORE INTO visitors (id, visitor) VALUES (?, ?)", [visitor, f"v{visitor}"])
            db.conn.execute(
                "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source, region)"
                " VALUES (?, '', ?, ?, 'human', '', '中国|上海|上海')",
                [at, mark, visitor],
            )
            if number % 2:
                db.conn.execute(
                    "INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, 1000)",
                    [f"o{number}", at + DAY, f"v{visitor}"],
                )
    return db


@pytest.mark.parametrize("command", report.commands.values(), ids=report.commands)
def test_every_report_can_be_shown_in_all_formats(command: click.Command) -> None:
    (option,) = (one for one in command.params if one.name == "output_format")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == ("table", "csv", "json", "parquet", "html")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", OWN_LAYOUT)
def test_parquet_has_the_rows_of_csv_and_the_types_of_its_columns(run, tmp_path, name):
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "x.parquet"
    result = run("report", name, *OWN_LAYOUT[name], "--format", "parquet", "--out", out)
    assert result.exit_code == 0, result.output
    assert f"wrote {out}" in result.stderr
    table = parquet.read_table(out)
    header, *rows = csv.reader(run("report", name, *OWN_LAYOUT[name], "--format", "csv").stdout.splitlines())
    assert table.column_names == header
    assert table.num_rows == len(rows) > 0
    types = {field.name: str(field.type) for field in table.schema}
    assert {column: types[column] for column in TYPED[name]} == TYPED[name]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", OWN_LAYOUT)
def test_each_is_a_page_and_json(run, name):
    page = run("report", name, *OWN_LAYOUT[name], "--format", "html")
    assert page.exit_code == 0, page.output
    assert page.stdout.startswith("<!doctype html>") and "<table" in page.stdout
    assert json.loads(run("report", name, *OWN_LAYOUT[name], "--format", "json").stdout)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", OWN_LAYOUT)
def test_parquet_is_not_shown_in_a_terminal(run, name):
    result = run("report", name, *OWN_LAYOUT[name], "--format", "parquet")
    assert (result.exit_code, "add --out FILE.parquet" in result.output) == (2, True)


@pytest.mark.parametrize("name", OWN_LAYOUT)
def test_parquet_of_an_empty_shop_has_the_same_types(run, tmp_path, name):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert run("report", name, "--format", "parquet", "--out", tmp_path / "x.parquet").exit_code == 0
    types = {field.name: str(field.type) for field in parquet.read_schema(tmp_path / "x.parquet")}
    assert {column: types[column] for column in TYPED[name]} == TYPED[name]

"""Scans by where their networks are."""

import pytest
from click.testing import CliRunner

from o2o.cli import cli
from o2o.db import Database
from o2o.reports.regions import Area, RegionRow, report_regions
from tests.collecting import make_touchpoint

SCANS = (
    # region, visitor, verdict, note
    ("中国|上海|上海|31.2,121.5", 1, "human", ""),
    ("中国|上海|上海|31.1,121.4", 1, "human", ""),
    ("中国|上海|上海", 2, "human", "remote"),
    ("中国|江苏|苏州", 3, "human", ""),
    ("中国|江苏|南京", 3, "human", ""),
    ("Singapore||", 4, "human", ""),
    ("中国|江苏|苏州", 5, "bot", ""),
    ("", 6, "human", ""),
)


@pytest.fixture
def scanned(db: Database) -> Database:
    code = make_touchpoint(db)
    for number, (region, visitor, verdict, note) in enumerate(SCANS):
        db.conn.execute("INSERT OR IGNORE INTO visitors (id, visitor) VALUES (?, ?)", [visitor, f"v{visitor}"])
        db.conn.execute(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, note, source, region)"
            " VALUES (?, ?, 1, ?, ?, ?, 'serve', ?)",
            [number * 1_000, code, visitor, verdict, note, region],
        )
    return db


@pytest.mark.parametrize(
    ("area", "rows"),
    [
        (
            Area.CITY,
            [
                ("中国", "上海", "上海", 3, 2, 1),
                ("", "", "", 1, 1, 0),
                ("Singapore", "", "", 1, 1, 0),
                ("中国", "江苏", "南京", 1, 1, 0),
                ("中国", "江苏", "苏州", 1, 1, 0),
            ],
        ),
        (
            Area.REGION,
            [
                ("中国", "上海", "", 3, 2, 1),
                ("中国", "江苏", "", 2, 1, 0),
                ("", "", "", 1, 1, 0),
                ("Singapore", "", "", 1, 1, 0),
            ],
        ),
        (Area.COUNTRY, [("中国", "", "", 5, 3, 1), ("", "", "", 1, 1, 0), ("Singapore", "", "", 1, 1, 0)]),
    ],
)
def test_counted_scans_are_summed_up_by_area(scanned: Database, area: Area, rows: list[tuple[object, ...]]) -> None:
    assert report_regions(scanned, area) == [RegionRow(*row) for row in rows]


def test_a_period_is_from_its_first_instant_until_before_its_last(scanned: Database) -> None:
    assert report_regions(scanned, Area.CITY, 1_000, 4_000) == [
        RegionRow("中国", "上海", "上海", 2, 2, 1),
        RegionRow("中国", "江苏", "苏州", 1, 1, 0),
    ]


def test_without_any_region_the_report_is_empty_and_says_what_to_do(scanned: Database, db_path) -> None:
    run = CliRunner()
    shown = run.invoke(cli, ["report", "regions", "--db", str(db_path), "--by", "country"]).stdout.splitlines()
    assert shown[0].split() == ["country", "scans", "share", "visitors", "remote"]
    assert shown[2].split() == ["中国", "5", "71.4%", "3", "1"]
    scanned.conn.execute("UPDATE scans SET region = ''")
    assert report_regions(scanned) == []
    empty = run.invoke(cli, ["report", "regions", "--db", str(db_path), "--format", "csv"])
    assert empty.stdout == "country,region,city,scans,visitors,remote\n"
    assert "o2o setting set geo_file" in empty.stderr

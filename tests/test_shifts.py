"""Shifts are taken in local time, over midnight too; nobody is in two places at one time."""

from datetime import date
from pathlib import Path

import pytest

from o2o.catalog.exports import export_records
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.retirement import RetirementRefusedError
from o2o.db import Database
from o2o.importers.catalog import CatalogResult, ImportTerms, diff_catalogs, import_catalog, import_catalogs
from o2o.importers.tables import Reading
from o2o.importers.undo import undo_import

NOW = 1_780_000_000_000
HEADER = "person_id,store_id,start,end\n"
AS_SHIFTS = ImportTerms(Reading(CatalogKind.SHIFTS))


@pytest.fixture
def load(db: Database, tmp_path: Path):
    """Import a table given as text into a chain of two stores, one of them in Urumqi, and two people."""

    def load(text: str, *, encoding: str = "utf-8", **options) -> CatalogResult:
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode(encoding))
        return import_catalog(db, path, **({"now": NOW} | options))

    load("store_id,name,timezone\nS1,one,\nS2,two,Asia/Urumqi\n")
    load("person_id,store_id,name\nP1,S1,Li\nP2,S1,Wu\n")
    return load


def shifts(db: Database) -> list[tuple[str, ...]]:
    return export_records(db, CatalogKind.SHIFTS)


@pytest.mark.parametrize(
    ("start", "end", "read"),
    [
        ("2026-05-17 09:00", "2026-05-17 17:30", ("2026-05-17 09:00", "2026-05-17 17:30")),
        ("2026/5/17 9:00", "2026/5/17 17:30:15", ("2026-05-17 09:00", "2026-05-17 17:30:15")),
        ("2026-05-17 22:00", "2026-05-18 06:00", ("2026-05-17 22:00", "2026-05-18 06:00")),
        ("2026-05-17T22:00", "06:00", ("2026-05-17 22:00", "2026-05-18 06:00")),
        ("2026-05-17 09:00", "17:30", ("2026-05-17 09:00", "2026-05-17 17:30")),
        ("17.05.2026 09:00", "17.05.2026 24:00", ("2026-05-17 09:00", "2026-05-18 00:00")),
        ("2026年5月17日 上午9时", "下午5:30", ("2026-05-17 09:00", "2026-05-17 17:30")),
        ("2026-05-17 9:00 AM", "2026-05-17 12:15 PM", ("2026-05-17 09:00", "2026-05-17 12:15")),
        ("46159.375", "46159.75", ("2026-05-17 09:00", "2026-05-17 18:00")),
        ("2026-05-17T01:00:00Z", "2026-05-17T18:00+08:00", ("2026-05-17 09:00", "2026-05-17 18:00")),
    ],
)
def test_times_are_local_to_the_store_however_they_are_written(db, load, start: str, end: str, read: tuple) -> None:
    assert load(f"{HEADER}P1,S1,{start},{end}\n").new == 1
    assert shifts(db) == [("P1", "S1", *read)]


def test_a_store_in_another_zone_has_its_own_hours(db, load) -> None:
    load(f"{HEADER}P1,S1,2026-05-17 09:00,17:00\nP2,S2,2026-05-17 09:00,17:00\n")
    starts = [at for (at,) in db.conn.execute("SELECT started_at FROM shifts ORDER BY person_id")]
    assert starts[1] - starts[0] == 2 * 3_600_000


def test_a_chinese_roster_in_gb18030_is_known_and_its_problems_are_told_in_chinese(db, load) -> None:
    result = load(
        "工号,姓名,所属门店,上班时间,下班时间\n"
        "P1,李,S1,2026-05-17 09:00,2026-05-17 17:00\n"
        "P1,李,S2,2026-05-17 14:00,2026-05-17 20:00\n"
        "P2,吴,S1,2026-05-17,2026-05-18 20:00\n"
        "P2,吴,S1,九点,18:00\n"
        "P2,吴,S1,2026-05-17 18:00,2026-05-17 09:00\n",
        encoding="gb18030",
        kind=CatalogKind.SHIFTS,
    )
    assert (result.kind, result.new) == (CatalogKind.SHIFTS, 1)
    told = [(problem.line, problem.column, problem.value, problem.reason) for problem in result.problems]
    assert told == [
        (3, "上班时间 (start)", "2026-05-17 14:00", "与第 2 行（门店 S1）的班次重叠"),
        (4, "下班时间 (end)", "2026-05-18 20:00:00", "使班次超过 24 小时"),
        (5, "上班时间 (start)", "九点", "不是日期"),
        (6, "下班时间 (end)", "2026-05-17 09:00:00", "不晚于上班时间"),
    ]
    assert all(problem.advice for problem in result.problems)


def test_unknown_people_and_stores_are_told(load) -> None:
    result = load(f"{HEADER}P9,S1,2026-05-17 09:00,17:00\nP1,S9,2026-05-17 09:00,17:00\n")
    assert [problem.reason for problem in result.problems] == ["no such person", "no such store"]


def test_shifts_that_meet_dont_overlap(load) -> None:
    result = load(f"{HEADER}P1,S1,2026-05-17 09:00,13:00\nP1,S2,2026-05-17 11:00,15:00\n")
    assert (result.new, result.problems) == (2, ())  # 11:00 in Urumqi's zone is 13:00


def test_a_corrected_roster_takes_the_place_of_what_it_overlaps_and_undone_it_is_as_before(db, load) -> None:
    load(f"{HEADER}P1,S1,2026-05-17 09:00,17:00\nP1,S1,2026-05-18 09:00,17:00\nP2,S1,2026-05-17 09:00,17:00\n")
    before = shifts(db)
    result = load(f"{HEADER}P1,S1,2026-05-17 10:00,18:00\n")
    assert (result.new, result.retired, result.problems) == (1, 1, ())
    assert [row[2:] for row in shifts(db)] == [
        ("2026-05-17 10:00", "2026-05-17 18:00"), ("2026-05-18 09:00", "2026-05-18 17:00"),
        ("2026-05-17 09:00", "2026-05-17 17:00"),
    ]  # fmt: skip
    undo_import(db, result.import_id, now=NOW)
    assert shifts(db) == before


def test_who_is_moved_to_another_store_by_a_later_file_is_told(db, load) -> None:
    load(f"{HEADER}P1,S1,2026-05-17 09:00,17:00\n")
    result = load(f"{HEADER}P1,S2,2026-05-17 09:00,12:00\n")
    (problem,) = result.problems
    assert (problem.severity, result.rejected) == ("warning", 0)
    assert problem.reason == "takes the place of the shift in store S1 from 2026-05-17 09:00 on, imported before"
    assert shifts(db) == [("P1", "S2", "2026-05-17 09:00", "2026-05-17 12:00")]


def test_a_second_time_changes_nothing_and_a_diff_tells_the_hours(db, load, tmp_path: Path) -> None:
    text = f"{HEADER}P1,S1,2026-05-17 09:00,17:00\n"
    load(text)
    assert (load(text).new, load(text).unchanged) == (0, 1)
    (tmp_path / "new.csv").write_text(f"{HEADER}P1,S1,2026-05-17 09:00,18:00\n")
    (difference,) = diff_catalogs(db, [tmp_path / "new.csv"], now=NOW).differences
    assert (difference.key, difference.column, difference.before, difference.after) == (
        "P1 / 2026-05-17 09:00", "end", "2026-05-17 17:00", "2026-05-17 18:00",
    )  # fmt: skip


def test_no_roster_is_complete(load, tmp_path: Path, db) -> None:
    (tmp_path / "all.csv").write_text(f"{HEADER}P1,S1,2026-05-17 09:00,17:00\n")
    with pytest.raises(RetirementRefusedError, match="never complete"):
        import_catalogs(db, [tmp_path / "all.csv"], ImportTerms(whole=True), now=NOW)


def test_a_person_whose_shifts_are_kept_stays_when_the_import_of_people_is_undone(db, load) -> None:
    people = load("person_id,store_id,name\nP3,S1,He\n")
    shift = load(f"{HEADER}P3,S1,2026-05-17 09:00,17:00\n")
    with pytest.raises(Exception, match=f"import {shift.import_id} .* names people"):
        undo_import(db, people.import_id, now=NOW)


def test_an_hour_that_clocks_show_twice_comes_out_with_its_offset(db, load) -> None:
    load("store_id,name,timezone\nS3,drei,Europe/Berlin\n")
    load(f"{HEADER}P1,S3,2026-10-25T02:30+01:00,2026-10-25T06:00+01:00\n")
    assert shifts(db) == [("P1", "S3", "2026-10-25 02:30:00+01:00", "2026-10-25 06:00")]
    assert date.fromisoformat(shifts(db)[0][3][:10]) == date(2026, 10, 25)

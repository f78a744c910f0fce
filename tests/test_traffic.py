"""Counts of a store's counter: by any interval, and imported again they take the place of those before."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.catalog.exports import export_records
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.spans import Span, find_overlapped
from o2o.db import Database
from o2o.importers.catalog import CatalogResult, import_catalog
from o2o.importers.undo import undo_import
from o2o.times import HOUR, MINUTE

NOW = 1_780_000_000_000
HEADER = "store_id,at,count\n"


@pytest.fixture
def load(db: Database, tmp_path: Path):
    """Import a table given as text into a chain of two stores."""

    def load(text: str) -> CatalogResult:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return import_catalog(db, path, now=NOW)

    load("store_id,name\nS1,one\nS2,two\n")
    return load


def lengths(db: Database) -> list[tuple[int, int]]:
    return db.conn.execute("SELECT counted_to - counted_from, count FROM traffic ORDER BY 1, 2").fetchall()


@pytest.mark.parametrize(
    ("times", "length"),
    [
        (["2026-05-17 09:00", "2026-05-17 10:00", "2026-05-18 09:00"], HOUR),
        (["2026-05-17 09:00", "2026-05-17 09:15", "2026-05-17 09:30"], 15 * MINUTE),
        (["2026-05-17", "2026-05-18"], 24 * HOUR),
        (["2026-05-17", "2026-05-20"], 24 * HOUR),
        (["2026-05-17"], 24 * HOUR),
        (["2026-05-17 09:00"], HOUR),
    ],
)
def test_a_count_is_of_the_time_that_is_usual_between_two(db, load, times: list[str], length: int) -> None:
    result = load(HEADER + "".join(f"S1,{at},5\n" for at in times))
    assert (result.kind, result.new) == (CatalogKind.TRAFFIC, len(times))
    assert lengths(db) == [(length, 5)] * len(times)


def test_a_day_of_23_hours_is_one_day(db, load) -> None:
    load("store_id,name,timezone\nS3,drei,Europe/Berlin\n")
    load(f"{HEADER}S3,2026-03-28,5\nS3,2026-03-29,6\nS3,2026-03-30,7\n")
    assert lengths(db) == [(23 * HOUR, 6), (24 * HOUR, 5), (24 * HOUR, 7)]


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (["09:00", "10:00", "11:00"], ["10:00", "11:00"], 3),
        (["09:00", "10:00", "11:00"], ["09:00", "09:15", "09:30", "09:45"], 6),
        (["09:00", "09:15", "09:30", "09:45"], ["09:00", "10:00"], 2),
        (["09:00", "10:00"], ["00:00"], 1),
    ],
)
def test_counts_of_the_same_hours_take_the_place_of_those_before(db, load, first, second, left: int) -> None:
    load(HEADER + "".join(f"S1,2026-05-17 {at},5\n" for at in first))
    before = export_records(db, CatalogKind.TRAFFIC)
    result = load(HEADER + "".join(f"S1,2026-05-17 {at},7\n" for at in second))
    assert len(lengths(db)) == left
    assert sum(count == 7 for _, count in lengths(db)) == len(second)
    assert result.new + result.changed == len(second)
    undo_import(db, result.import_id, now=NOW)
    assert export_records(db, CatalogKind.TRAFFIC) == before


def test_bad_counts_are_left_out_and_said(load) -> None:
    result = load(
        "门店编号,时间,客流\nS1,2026-05-17 09:00,12\nS1,2026-05-17 10:00,-3\nS1,几点,3\nS9,2026-05-17,1\n"
        "S1,2026-05-17 09:00,13\nS1,2026-05-17 11:00,1.5\n"
    )
    assert (result.kind, result.new) == (CatalogKind.TRAFFIC, 1)
    assert [(p.line, p.column, p.value) for p in result.problems] == [
        (3, "客流 (count)", "-3"), (4, "时间 (at)", "几点"), (5, "门店编号 (store_id)", "S9"),
        (6, "门店编号 (store_id)", "S1"), (7, "客流 (count)", "1.5"),
    ]  # fmt: skip
    assert all(problem.advice for problem in result.problems)


spans = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 9)), max_size=8).map(
    lambda made: [Span(owner, start, start + length, "") for owner, start, length in made]
)


@given(spans, spans)
def test_what_overlaps_is_found_among_spans_that_dont_overlap_each_other(known, given_spans) -> None:
    apart: list[Span] = []
    for span in given_spans:
        if not any(span.owner == o.owner and span.start < o.end and o.start < span.end for o in apart):
            apart.append(span)
    expected = [k for k in known if any(k.owner == s.owner and k.start < s.end and s.start < k.end for s in apart)]
    assert [old for old, _ in find_overlapped(known, apart)] == expected

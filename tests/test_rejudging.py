from dataclasses import replace

import pytest
from collecting import PHONE, make_touchpoint, scans
from conftest import SETTINGS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.rejudging import judge_all, orphan_retired
from o2o.collect.verdicts.scans import insert_hits
from o2o.db import writing
from o2o.times import MINUTE, SECOND

AGENTS = [PHONE, PHONE, PHONE, "curl/8.5", "", None]
SIGNALS = [Signal.NONE] * 6 + [Signal.FLOOD, Signal.STAFF, Signal.CARD | Signal.STAFF, Signal.PREFETCH, Signal.NAMED]
HITS = st.lists(
    st.tuples(
        st.integers(0, 400), st.integers(0, 9), st.integers(0, 3), st.sampled_from(AGENTS), st.sampled_from(SIGNALS)
    ),
    max_size=60,
)
TIGHT = replace(SETTINGS, impossible_codes=3, duplicate_seconds=15, staff_minutes=1, distant_minutes=1)
LOOSE = replace(SETTINGS, impossible_codes=0, duplicate_seconds=0, staff_minutes=2, bots="certain", distant_km=0)
AT = 1_790_000_000_000
JUDGED = "scan_id, verdict, reason, note, visitor_id IS NULL, signals"


@pytest.fixture
def codes(db):
    stores = [("H", "杭州", 30.25, 120.17), ("S", "上海", 31.23, 121.47), ("N", "杭州", 30.26, 120.18)]
    for store_id, city, latitude, longitude in stores:
        db.table("stores").insert(
            {"store_id": store_id, "name": store_id, "city": city, "latitude": latitude, "longitude": longitude}
        )
    db.table("places").insert({"place_id": "C", "store_id": "H", "name": "card", "carrier": "staff_card"})
    card = make_touchpoint(db, "C", kind="place", store_id="H", carrier="staff_card")
    return [card, *(make_touchpoint(db, str(n), store_id=(None, "H", "S", "N")[n % 4]) for n in range(9))]


def take(db, given_settings, hits):
    judge = Judge(db, given_settings)
    with writing(db):
        insert_hits(judge, hits)
    judge_scans(judge)


def forget_all(db):
    for table in ("scans", "unjudged", "visitors"):
        db.conn.execute(f"DELETE FROM {table}")
    db.conn.execute("UPDATE touchpoint_periods SET placed_at = NULL")


def make_hits(codes, facts):
    return [
        Hit(
            at * SECOND + number,
            codes[code],
            f"v{visitor}" if visitor else None,
            agent,
            Source.LOG,
            str(number),
            signals=signals,
        )
        for number, (at, code, visitor, agent, signals) in enumerate(facts)
    ]


def with_cookies(hits):
    """Return hits of which those of one visitor are a cookie's that was set by his first scan."""
    first = next((hit.scan_id for hit in hits if hit.visitor == "v3"), "")

    def change(hit):
        if hit.visitor != "v3":
            return hit
        if hit.scan_id == first:
            return hit._replace(visitor="v1", signals=hit.signals | Signal.OFFERED)
        return hit._replace(visitor=first, signals=hit.signals | Signal.COOKIE)

    return list(map(change, hits))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HITS, st.integers(1, 9), st.randoms())
def test_judging_anew_is_as_taking_all_in_afresh_in_whatever_order(db, codes, facts, size, random):
    hits = with_cookies(make_hits(codes, facts))
    shuffled = random.sample(hits, len(hits))
    forget_all(db)
    for start in range(0, len(hits), size):
        take(db, LOOSE, shuffled[start : start + size])
    judge_all(Judge(db, TIGHT), AT)
    anew = sorted(scans(db, JUDGED))
    assert judge_all(Judge(db, TIGHT), AT) == 0
    assert sorted(scans(db, JUDGED)) == anew
    forget_all(db)
    take(db, TIGHT, sorted(hits))
    assert sorted(scans(db, JUDGED)) == anew
    placed = db.conn.execute("SELECT touchpoint_id, placed_at FROM touchpoint_periods").fetchall()
    forget_all(db)
    for start in range(0, len(hits), size):
        take(db, TIGHT, shuffled[start : start + size])
    assert sorted(scans(db, JUDGED)) == anew
    assert db.conn.execute("SELECT touchpoint_id, placed_at FROM touchpoint_periods").fetchall() == placed


def test_what_was_a_test_before_the_code_was_placed_counts_no_more_and_old_codes_are_left_alone(db, codes):
    card, new, old = codes[:3]
    month = 31 * 24 * 60 * MINUTE
    hits = [
        Hit(0, old, "customer", PHONE, Source.SERVE, "1"),
        Hit(month - MINUTE, new, "printer", PHONE, Source.SERVE, "2"),
        Hit(month, card, "staff", PHONE, Source.SERVE, "3"),
        Hit(month + SECOND, new, "staff", PHONE, Source.SERVE, "4"),
        Hit(month + 2 * SECOND, old, "staff", PHONE, Source.SERVE, "5"),
        Hit(month + MINUTE, new, "customer", PHONE, Source.SERVE, "6"),
    ]
    take(db, SETTINGS, hits)
    assert scans(db, "verdict, reason") == [
        ("human", ""),
        ("staff_test", "before it was placed"),
        ("staff_test", "staff card"),
        ("staff_test", "after a staff card"),
        ("staff_test", "after a staff card"),
        ("human", ""),
    ]
    assert judge_all(Judge(db, SETTINGS), AT) == 0


def test_a_code_that_became_known_since_counts(db):
    code = make_touchpoint(db)
    (row,) = db.conn.execute("SELECT id FROM touchpoints").fetchone()
    db.conn.execute("UPDATE touchpoints SET code = 'X'")
    take(db, SETTINGS, [Hit(1, code, "v", PHONE, Source.LOG, "1")])
    db.conn.execute("UPDATE touchpoints SET code = ?", [code])
    assert judge_all(Judge(db, SETTINGS), AT) == 1
    assert scans(db, "touchpoint_id, verdict") == [(row, "human")]


def test_a_retirement_frees_what_its_scans_made_impossible(db):
    codes = [make_touchpoint(db, str(number)) for number in range(4)]
    tight = replace(SETTINGS, impossible_codes=3)
    take(db, tight, [Hit(number, code, "v", PHONE, Source.LOG) for number, code in enumerate(codes)])
    assert {verdict for (verdict,) in scans(db, "verdict")} == {"impossible"}
    db.conn.execute("UPDATE touchpoints SET retired_at = 0 WHERE code = ?", [codes[0]])
    with writing(db):
        assert orphan_retired(db) == 1
    judge_scans(Judge(db, tight))
    assert [verdict for (verdict,) in scans(db, "verdict")] == ["orphan", "human", "human", "human"]


def test_a_visitor_with_more_scans_than_are_read_at_once_is_judged_in_parts(db, monkeypatch):
    monkeypatch.setattr("o2o.collect.verdicts.judging._ROWS_AT_ONCE", 10)
    code = make_touchpoint(db)
    take(db, SETTINGS, [Hit(number * 4 * SECOND, code, "v", PHONE, Source.LOG) for number in range(500)])
    assert [verdict for (verdict,) in scans(db, "verdict")] == ["human", "duplicate", "duplicate"] * 166 + [
        "human",
        "duplicate",
    ]
    for _ in range(2):
        judge_all(Judge(db, replace(SETTINGS, duplicate_seconds=0)), AT)
    assert db.conn.execute("SELECT kind, content_rows, taken_at FROM batches").fetchall() == [("judged", 333, AT)]


def test_the_commands_make_a_card_and_judge(db, run):
    db.table("stores").insert({"store_id": "S1", "name": "one"})
    card = run("scan", "staff-card", "--store", "S1")
    assert card.output.startswith("https://s.example.com/")
    assert run("scan", "staff-card", "--store", "S1").stdout == card.stdout
    assert "no store 'S9'" in str(run("scan", "staff-card", "--store", "S9").exception)
    code = make_touchpoint(db)
    take(db, SETTINGS, [Hit(number * SECOND, code, "v", PHONE, Source.LOG) for number in range(3)])
    run("setting", "set", "duplicate_seconds", "0")
    assert run("scan", "judge").stdout == "changed 2; now human 3\n"

"""People compared by what others reach in the same hours and crowds: who has the best shifts doesn't lead for that."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from o2o.analytics.bursts import Oddity
from o2o.analytics.people_ranking import Measure, PeopleTerms, rank_people
from o2o.config import Settings, load_settings
from o2o.db import Database, load_query, writing
from o2o.errors import SettingError
from o2o.times import DAY, HOUR, MINUTE, day_start, local_day
from tests.collecting import make_touchpoint

ZONE = Settings("https://s.shop.cn", "CNY", "Asia/Shanghai").zone
START = day_start(local_day(1_780_000_000_000, ZONE), ZONE)
DAYS = 56
END = START + DAYS * DAY
BUSY, QUIET = 100, 20
SKILLS = {"busy": 1.0, "good": 1.6, "usual": 1.0, "calm": 1.0}
SCANS = PeopleTerms(END, START, Measure.SCANS, top=1)


def is_weekend(day: int) -> bool:
    return local_day(START + day * DAY, ZONE).weekday() >= 5


def shifts_of(person: str) -> list[int]:
    """The days on which somebody works: busy has all weekends but some, the others mostly weekdays."""
    days = range(DAYS)
    if person == "busy":
        return [day for day in days if is_weekend(day) or day % 11 == 0]
    number = list(SKILLS).index(person)
    return [day for day in days if not is_weekend(day) or day % 9 == number]


@pytest.fixture
def shop(db: Database) -> Database:
    """A store of four guides; weekends are five times as busy, and 'good' truly gets more scans a customer."""
    random = np.random.default_rng(5)
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', 'one')")
    with writing(db):
        for day in range(DAYS):
            for hour in range(9, 19):
                at = START + day * DAY + hour * HOUR
                count = BUSY if is_weekend(day) else QUIET
                db.conn.execute("INSERT INTO traffic VALUES ('S1', ?, ?, ?, NULL)", [at, at + HOUR, count])
    on_duty = {day: [person for person in SKILLS if day in shifts_of(person)] for day in range(DAYS)}
    for number, (person, skill) in enumerate(SKILLS.items(), 1):
        hire(db, person)
        with writing(db):
            for day in shifts_of(person):
                at = START + day * DAY + 9 * HOUR
                db.conn.execute("INSERT INTO shifts VALUES (?, ?, 'S1', ?, NULL)", [person, at, at + 10 * HOUR])
                passers = 10 * (BUSY if is_weekend(day) else QUIET) / len(on_duty[day])
                scan(db, number, at, int(random.poisson(passers * 0.05 * skill)))
    return db


def hire(db: Database, person: str) -> None:
    db.conn.execute(
        "INSERT INTO people (person_id, store_id, name, role) VALUES (?, 'S1', ?, 'guide')", [person, person]
    )
    make_touchpoint(db, person, kind="person", store_id="S1", carrier="badge")


def scan(db: Database, sign: int, at: int, count: int, visitor: int | None = None, spread: int = 10 * HOUR) -> None:
    columns = "scanned_at, code, touchpoint_id, visitor_id, verdict, source"
    sql = f"INSERT INTO scans ({columns}) VALUES (?, '', ?, ?, 'human', '')"
    db.conn.executemany(sql, [(at + spread * n // max(count, 1), sign, visitor) for n in range(count)])


def ranked(db: Database, terms: PeopleTerms = SCANS, **changes):
    return {row.person_id: row for row in rank_people(db, replace(load_settings(db), **changes), terms).rows}


def test_who_has_the_best_shifts_and_the_most_scans_doesnt_lead(shop) -> None:
    rows = ranked(shop)
    assert rows["busy"].reached > rows["good"].reached
    assert next(iter(rows)) == "good"
    assert rows["good"].chance > 0.95
    assert rows["good"].index.low > 1.15
    assert rows["busy"].index.value < 1
    assert rows["busy"].passers > 2 * rows["good"].passers


def test_duckdb_finds_the_same(shop) -> None:
    pytest.importorskip("duckdb")
    assert ranked(shop, engine="duckdb") == ranked(shop, engine="sqlite")


def test_receipts_stand_for_customers_where_nothing_counts_them(shop) -> None:
    with writing(shop):
        for at, count in shop.conn.execute("SELECT counted_from, count FROM traffic").fetchall():
            shop.conn.executemany(
                "INSERT INTO orders (order_id, store_id, ordered_at, amount) VALUES (?, 'S1', ?, 100)",
                [(f"{at}-{n}", at + n) for n in range(count // 10)],
            )
        shop.conn.execute("DELETE FROM traffic")
    found = rank_people(shop, load_settings(shop), SCANS)
    assert found.by_tickets == ("S1",)
    assert found.rows[0].person_id == "good"


def test_without_shifts_the_days_assigned_count_and_it_is_said(shop) -> None:
    shop.conn.execute("DELETE FROM shifts")
    found = rank_people(shop, load_settings(shop), SCANS)
    assert found.without_shifts == ("S1",)
    assert {row.hours for row in found.rows} == {DAYS * 24}


def test_what_is_scanned_off_duty_is_left_out(shop) -> None:
    before = ranked(shop)["calm"]
    with writing(shop):
        scan(shop, 4, START + 30 * DAY + 22 * HOUR, 40, spread=HOUR)
    after = ranked(shop)["calm"]
    assert (before.reached, before.off_duty, after.off_duty) == (after.reached, 0, 40)


def test_who_scans_the_own_code_wins_nothing_and_is_marked(shop) -> None:
    before = ranked(shop)["usual"]
    shop.conn.execute("INSERT INTO visitors (id, visitor) VALUES (1, 'me')")
    with writing(shop):
        for day in shifts_of("usual"):
            scan(shop, 3, START + day * DAY + 9 * HOUR, 60, visitor=1)
    after = ranked(shop)["usual"]
    assert after.reached == before.reached + len(shifts_of("usual"))
    assert Oddity.SELF_SCANS in after.odd


def test_a_day_on_which_a_code_was_scanned_far_too_often_is_told_beside(shop) -> None:
    day = shifts_of("calm")[8]
    before = ranked(shop)["calm"]
    with writing(shop):
        scan(shop, 4, START + day * DAY + 12 * HOUR, 90, spread=HOUR)
    found = rank_people(shop, load_settings(shop), SCANS)
    burst, *_ = found.odd
    assert (burst.oddity, burst.subject_id, burst.day) == (Oddity.BURST, "calm", START + day * DAY)
    after = {row.person_id: row for row in found.rows}["calm"]
    assert (after.odd, after.reached) == ((Oddity.BURST,), before.reached + 90)


def test_scans_of_a_code_after_payment_are_told_beside(shop) -> None:
    with writing(shop):
        for number in range(80):
            at, visitor = START + shifts_of("calm")[number % 20] * DAY + 10 * HOUR, number + 10
            shop.conn.execute("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [visitor, f"v{number}"])
            shop.conn.execute(
                "INSERT INTO orders (order_id, store_id, ordered_at, visitor, amount) VALUES (?, 'S1', ?, ?, 500)",
                [f"o{number}", at, f"v{number}"],
            )
            scan(shop, 4, at + MINUTE, 1, visitor=visitor)
    shop.conn.execute("DELETE FROM scans WHERE touchpoint_id = 4 AND visitor_id IS NULL AND id % 2")
    found = rank_people(shop, load_settings(shop), SCANS)
    late = [one for one in found.odd if one.oddity is Oddity.AFTER_PAYMENT]
    assert [(one.subject_id, one.odd) for one in late] == [("calm", 80)]


def test_odd_scans_of_another_period_are_none_of_this_one(shop) -> None:
    with writing(shop):
        scan(shop, 4, START + shifts_of("calm")[2] * DAY + 12 * HOUR, 90, spread=HOUR)
    odd = rank_people(shop, load_settings(shop), replace(SCANS, since=START + 28 * DAY)).odd
    assert "calm" not in {one.subject_id for one in odd}


def test_of_who_was_hardly_there_nothing_is_said(shop) -> None:
    hire(shop, "new")
    shop.conn.execute("INSERT INTO shifts VALUES ('new', ?, 'S1', ?, NULL)", [START + 9 * HOUR, START + 11 * HOUR])
    with writing(shop):
        scan(shop, 5, START + 9 * HOUR, 9, spread=HOUR)
    row = ranked(shop)["new"]
    assert (row.reached, row.index, row.chance) == (9, None, None)


@pytest.mark.parametrize(("measure", "reached"), [(Measure.ORDERS, 30), (Measure.REVENUE, 30 * 500)])
def test_orders_are_credited_to_the_hour_of_the_scan(shop, measure: Measure, reached: float) -> None:
    with writing(shop):
        for number in range(30):
            at = START + shifts_of("calm")[number % 5] * DAY + 10 * HOUR
            shop.conn.execute("INSERT INTO visitors (id, visitor) VALUES (?, ?)", [number + 10, f"v{number}"])
            scan(shop, 4, at, 1, visitor=number + 10)
            shop.conn.execute(
                "INSERT INTO orders (order_id, store_id, ordered_at, visitor, amount) VALUES (?, 'S1', ?, ?, 500)",
                [f"o{number}", END + DAY, f"v{number}"],  # after the period, of a scan in it
            )
    row = ranked(shop, replace(SCANS, measure=measure, window=80 * DAY))["calm"]
    assert row.reached == pytest.approx(reached)


def test_a_day_of_a_counter_is_spread_like_receipts(shop) -> None:
    shop.conn.execute("DELETE FROM traffic")
    with writing(shop):
        for day in range(DAYS):
            at = START + day * DAY
            count = 10 * (BUSY if is_weekend(day) else QUIET)
            shop.conn.execute("INSERT INTO traffic VALUES ('S1', ?, ?, ?, NULL)", [at, at + DAY, count])
            shop.conn.executemany(
                "INSERT INTO orders (order_id, store_id, ordered_at, amount) VALUES (?, 'S1', ?, 100)",
                [(f"{day}-{hour}", at + hour * HOUR) for hour in range(9, 19)],
            )
    by_day = ranked(shop)
    assert next(iter(by_day)) == "good"
    assert by_day["good"].passers == pytest.approx(
        sum(10 * (BUSY if is_weekend(d) else QUIET) / sum(d in shifts_of(p) for p in SKILLS) for d in shifts_of("good"))
    )


def test_an_empty_shop_ranks_nobody(db) -> None:
    assert rank_people(db, load_settings(db), PeopleTerms(END)).rows == ()
    assert rank_people(db, load_settings(db), PeopleTerms(END, START)).rows == ()


def test_the_best_none_are_refused() -> None:
    with pytest.raises(SettingError):
        PeopleTerms(END, top=0)


def test_the_command_says_who_is_ahead_and_what_is_lacking(shop, run) -> None:
    period = ["--since", str(local_day(START, ZONE)), "--until", str(local_day(END - 1, ZONE)), "--measure", "scans"]
    said = run("report", "people", *period)
    lines = said.output.splitlines()
    assert lines[0] == "Who achieves more than others would in the same shifts and crowds?"
    assert "Clearly above what others would achieve: good." in said.output
    rows = list(csv.DictReader(io.StringIO(run("report", "people", *period, "--format", "csv").stdout)))
    assert rows[0]["person_id"] == "good"
    assert float(rows[0]["index_low"]) < float(rows[0]["index"]) < float(rows[0]["index_high"])
    assert "<table" in run("report", "people", *period, "--format", "html").stdout


def test_the_command_names_odd_scans_as_a_warning_and_lists_them(shop, run) -> None:
    with writing(shop):
        scan(shop, 4, START + shifts_of("calm")[8] * DAY + 12 * HOUR, 90, spread=HOUR)
    asked = ("report", "people", "--since", str(local_day(START, ZONE)), "--until", str(local_day(END - 1, ZONE)))
    said = run(*asked)
    assert "Odd scans: calm: " in said.stdout
    assert "They count in the ranking" in said.stderr
    row, *_ = csv.DictReader(io.StringIO(run(*asked, "--format", "csv", "--sheet", "odd").stdout))
    assert (row["person_id"], row["what"]) == ("calm", "burst")


def test_of_a_day_off_no_burst_is_told(shop) -> None:
    hire(shop, "late")
    shop.conn.execute("INSERT INTO shifts VALUES ('late', ?, 'S1', ?, NULL)", [START + 9 * HOUR, START + 11 * HOUR])
    with writing(shop):
        scan(shop, 5, START + 30 * DAY + 9 * HOUR, 90, spread=HOUR)
    assert "late" not in {one.subject_id for one in rank_people(shop, load_settings(shop), SCANS).odd}


def test_without_a_beginning_it_is_the_first_scan_of_a_person_found_by_time(shop):
    whole = rank_people(shop, load_settings(shop), replace(SCANS, since=None))
    assert [row.person_id for row in whole.rows]
    (first,) = shop.conn.execute(
        "SELECT min(scanned_at) FROM scans JOIN touchpoints ON touchpoints.id = touchpoint_id"
        " WHERE verdict = 'human' AND touchpoints.kind = 'person'"
    ).fetchone()
    query = load_query("analytics/people_ranking.first")
    assert shop.conn.execute(query).fetchone()[0] == first
    plan = [row[3] for row in shop.conn.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert plan[0].split(" (")[0].endswith("scans USING INDEX scans_by_time"), (
        "not by looking up every scan of every code"
    )

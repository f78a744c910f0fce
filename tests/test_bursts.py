"""Scans that are odd: bursts, own codes, after payment."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from o2o.analytics.bursts import Oddity, OddityTerms, find_odd_scans
from o2o.config import load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.subjects import Kind
from o2o.times import DAY, MINUTE, local_day
from tests.collecting import make_touchpoint
from tests.test_silent_signs import DAYS, NOON, NOW, START, hang, scan, scan_daily

TERMS = OddityTerms(NOW)


def odd(db: Database, terms: OddityTerms = TERMS) -> list[tuple[str, str]]:
    return [(one.oddity, one.subject_id) for one in find_odd_scans(db, load_settings(db), terms)]


def scan_as(db: Database, sign: int, visitor: str, at: list[int]) -> None:
    """Scan a sign as a visitor."""
    db.conn.execute("INSERT OR IGNORE INTO visitors (visitor) VALUES (?)", [visitor])
    db.conn.executemany(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
        " SELECT ?, '', ?, id, 'human', 'csv' FROM visitors WHERE visitor = ?",
        [(moment, sign, visitor) for moment in at],
    )


def hire(db: Database, person: str) -> int:
    """Give a person of store S1 a badge and return the touchpoint's id."""
    db.conn.execute("INSERT INTO people (person_id, store_id, name) VALUES (?, 'S1', ?)", [person, person])
    code = make_touchpoint(db, person, kind="person", store_id="S1", carrier="badge")
    return int(db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()[0])


@pytest.fixture
def shop(db: Database) -> Database:
    """A store of ten signs that are scanned some three times a day."""
    for number in range(10):
        scan_daily(db, hang(db, "S1", f"A{number}"))
    return db


def test_an_ordinary_shop_has_nothing_odd(shop: Database) -> None:
    assert odd(shop) == []


def test_a_burst_is_found_on_its_day(shop: Database) -> None:
    day = START + (DAYS - 3) * DAY
    scan(shop, 4, [day + NOON + n for n in range(40)])
    (found,) = find_odd_scans(shop, load_settings(shop), TERMS)
    assert (found.oddity, found.subject_id, found.day) == (Oddity.BURST, "A3", day)
    assert found.scans >= 40 and 1 < (found.expected or 0) < 9 and (found.chance or 1) < 1e-6
    assert found.odd == round(found.scans - (found.expected or 0))


def test_a_busy_day_of_the_whole_store_is_no_burst(shop: Database) -> None:
    for sign in range(1, 11):
        scan(shop, sign, [START + (DAYS - 2) * DAY + NOON + n for n in range(20)])
    assert odd(shop) == []


def test_a_burst_before_the_days_that_are_asked_for_is_not_told(shop: Database) -> None:
    scan(shop, 4, [START + (DAYS - 12) * DAY + NOON + n for n in range(40)])
    assert odd(shop) == []
    assert odd(shop, replace(TERMS, days=14)) == [("burst", "A3")]


@pytest.mark.parametrize(
    ("own", "others", "told"), [(6, 6, True), (6, 7, False), (4, 0, False), (30, 2, True)], ids=str
)
def test_a_person_whose_code_one_visitor_scans_is_found(shop: Database, own: int, others: int, told: bool) -> None:
    badge = hire(shop, "P1")
    scan_as(shop, badge, "herself", [NOW - DAY + n * MINUTE for n in range(own)])
    for number in range(others):
        scan_as(shop, badge, f"guest {number}", [NOW - DAY + number * MINUTE])
    assert (("self_scans", "P1") in odd(shop)) == told


def test_who_scans_a_sign_often_is_no_staff(shop: Database) -> None:
    scan_as(shop, 1, "a fan", [NOW - (n + 1) * DAY // 3 for n in range(9)])
    assert [oddity for oddity, _ in odd(shop) if oddity == "self_scans"] == []


@pytest.mark.parametrize("by", ["visitor", "customer"])
def test_scans_within_minutes_after_an_order_are_found(shop: Database, by: str) -> None:
    checkout, receipt = hang(shop, "S1", "K1"), hang(shop, "S1", "K2", carrier="receipt")
    for number in range(8):
        at, visitor = NOW - DAY + number * MINUTE, f"v{number}"
        for sign in (checkout, receipt):
            scan_as(shop, sign, visitor, [at])
        named = {"visitor": visitor} if by == "visitor" else {"customer": f"c{number}"}
        shop.table("orders").insert({"order_id": f"o{number}", "ordered_at": at - 5 * MINUTE, "amount": 100} | named)
        if by == "customer":
            key = shop.conn.execute("SELECT id FROM visitors WHERE visitor = ?", [visitor]).fetchone()[0]
            shop.table("visitor_customers").insert(
                {"visitor_id": key, "customer": f"c{number}", "source": "scan", "first_at": at}
            )
    late = [one for one in odd(shop) if one[0] == "after_payment"]
    assert late == [("after_payment", "K1")]
    assert [one for one in odd(shop, replace(TERMS, after=4 * MINUTE)) if one[0] == "after_payment"] == []


def test_an_empty_file_has_nothing_odd(db: Database) -> None:
    assert odd(db) == []


@pytest.mark.parametrize(("wrong", "says"), [({"days": 0}, "no day"), ({"together": 0.5}, "less than one")])
def test_terms_that_mean_nothing_are_refused(wrong: dict[str, float], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        replace(TERMS, **wrong)


def test_a_command_shows_them_as_table_csv_and_json(shop: Database, run: Callable[..., Result]) -> None:
    scan(shop, 4, [START + (DAYS - 3) * DAY + NOON + n for n in range(40)])
    zone = load_settings(shop).zone
    asked = ("report", "bursts", "--until", local_day(NOW - 1, zone).isoformat())
    day = local_day(START + (DAYS - 3) * DAY, zone).isoformat()
    assert run(*asked).stdout.splitlines()[2].split()[0] == "burst"
    assert next(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))["day"] == day
    assert json.loads(run(*asked, "--format", "json").stdout)[0]["oddity"] == "burst"


def test_a_busy_day_while_all_neighbours_are_off_is_judged_by_the_calendar(shop: Database) -> None:
    day = START + (DAYS - 3) * DAY
    shop.conn.execute(
        "DELETE FROM scans WHERE touchpoint_id <> 4 AND scanned_at >= ? AND scanned_at < ?", [day, day + DAY]
    )
    assert odd(shop) == []


def test_bursts_are_found_in_a_period_that_has_no_history(shop: Database) -> None:
    scan(shop, 4, [START + (DAYS - 12) * DAY + NOON + n for n in range(40)])
    assert odd(shop, replace(TERMS, days=DAYS + 10)) == [("burst", "A3")]


def test_one_kind_of_signs_can_be_asked_for(shop: Database) -> None:
    scan(shop, 4, [START + (DAYS - 3) * DAY + NOON + n for n in range(40)])
    assert odd(shop, replace(TERMS, kind=Kind.PERSON)) == []
    assert odd(shop, replace(TERMS, kind=Kind.PLACE)) == odd(shop)


def test_a_sign_that_hangs_since_today_doesnt_trouble_the_others(shop: Database) -> None:
    day = START + (DAYS - 3) * DAY
    scan(shop, 4, [day + NOON + n for n in range(40)])
    hang(shop, "S1", "new")
    shop.conn.execute("UPDATE touchpoints SET minted_at = ? WHERE subject_id = 'new'", [NOW - 5 * MINUTE])
    shop.conn.execute("UPDATE touchpoint_periods SET valid_from = ? WHERE subject_id = 'new'", [NOW - 5 * MINUTE])
    assert odd(shop, replace(TERMS, until=NOW - MINUTE)) == [("burst", "A3")]

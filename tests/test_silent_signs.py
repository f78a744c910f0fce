"""Signs that are dead, among signs of shops that are closed, quiet or new."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from o2o.analytics.daily import Period, count_days
from o2o.analytics.rosters import find_days_on_duty
from o2o.analytics.silent_signs import SignOrder, SilenceTerms, find_silent_signs
from o2o.config import Settings, change_setting, load_settings
from o2o.db import Database, writing
from o2o.errors import SettingError
from o2o.times import DAY, day_start, local_day
from tests.collecting import make_touchpoint

DAYS = 60
START = day_start(local_day(1_780_000_000_000, Settings("https://s.shop.cn", "CNY", "Asia/Shanghai").zone),
                  Settings("https://s.shop.cn", "CNY", "Asia/Shanghai").zone)  # fmt: skip
NOW = START + DAYS * DAY
NOON = DAY // 2
TERMS = SilenceTerms(NOW)


def hang(db: Database, store: str, place: str, walk_order: int | None = None, **columns: object) -> int:
    """Hang up the sign of a place and return the touchpoint's id."""
    db.conn.execute("INSERT OR IGNORE INTO stores (store_id, name) VALUES (?, ?)", [store, f"{store}店"])
    db.conn.execute(
        "INSERT INTO places (place_id, store_id, name, carrier, zone, walk_order) VALUES (?, ?, ?, 'shelf_card', ?, ?)",
        [place, store, f"{place}牌", f"{place[0]}区", walk_order],
    )
    code = make_touchpoint(db, place, kind="place", store_id=store, **({"carrier": "shelf_card"} | columns))
    (number,) = db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()
    return int(number)


def scan(db: Database, sign: int, at: list[int]) -> None:
    """Scan a sign at instants."""
    with writing(db):
        db.conn.executemany(
            "INSERT INTO scans (scanned_at, code, touchpoint_id, verdict, source) VALUES (?, '', ?, 'human', 'csv')",
            [(moment, sign) for moment in at],
        )


def scan_daily(db: Database, sign: int, first: int = 0, end: int = DAYS, rate: float = 3) -> None:
    """Scan a sign about so often a day, from a day to before another."""
    random = np.random.default_rng(sign)
    scan(db, sign, [START + day * DAY + NOON + n for day in range(first, end) for n in range(random.poisson(rate))])


@pytest.fixture
def shop(db: Database) -> Database:
    """A store of twelve signs: A5 died 12 days ago, B2 three weeks ago; C0 is hardly ever scanned."""
    for zone, count in (("A", 8), ("B", 3)):
        for number in range(count):
            place = f"{zone}{number}"
            end = {"A5": DAYS - 12, "B2": DAYS - 21}.get(place, DAYS)
            scan_daily(db, hang(db, "S1", place, number), end=end, rate=9 if place == "B2" else 3)
    scan(db, hang(db, "S1", "C0"), [START + day * DAY for day in (3, 9, 30, 47)])
    return db


def places(db: Database, terms: SilenceTerms = TERMS) -> list[str]:
    return [sign.subject_id for sign in find_silent_signs(db, load_settings(db), terms)]


def test_dead_signs_are_listed_with_the_costliest_first(shop: Database) -> None:
    found = find_silent_signs(shop, load_settings(shop), replace(TERMS, worth=250))
    assert [sign.subject_id for sign in found] == ["B2", "A5"]
    costly = found[0]
    assert (costly.store_name, costly.zone, costly.walk_order, costly.name) == ("S1店", "B区", 2, "B2牌")
    assert costly.dead > 0.99 and costly.chance < 1e-6
    assert costly.scans_a_day == pytest.approx(9, rel=0.15)
    assert costly.loss == round(costly.lost_scans * 250)
    assert (costly.silent_since or 0) // DAY == (START + (DAYS - 22) * DAY + NOON) // DAY


def test_a_list_by_store_follows_the_way_of_the_customers(shop: Database) -> None:
    for number in range(6):
        scan_daily(shop, hang(shop, "S0", f"Z{number}", 9 - number), end=DAYS - 15 * (number == 1))
    assert places(shop, replace(TERMS, order=SignOrder.STORE)) == ["Z1", "B2", "A5"]


def test_where_a_store_is_closed_no_sign_is_dead(shop: Database) -> None:
    for number in range(6):
        scan_daily(shop, hang(shop, "S2", f"D{number}"), end=DAYS - 20)
    assert places(shop) == ["B2", "A5"]


def test_a_sign_without_neighbours_is_watched_by_days(shop: Database) -> None:
    scan_daily(shop, hang(shop, "S3", "E0"), end=DAYS - 10)
    scan_daily(shop, hang(shop, "S4", "F0"))
    assert set(places(shop)) == {"B2", "A5", "E0"}


def test_a_sign_that_was_never_scanned_is_taken_for_one_of_its_kind(shop: Database) -> None:
    hang(shop, "S1", "N0", minted_at=NOW - 20 * DAY)
    hang(shop, "S1", "N1", minted_at=NOW - DAY // 4)
    found = {sign.subject_id: sign for sign in find_silent_signs(shop, load_settings(shop), replace(TERMS, least=0.3))}
    assert found["N0"].silent_since is None
    assert "N1" not in found


def test_a_sign_that_was_never_scanned_has_all_its_columns(shop: Database, run: Callable[..., Result]) -> None:
    hang(shop, "S1", "N0", minted_at=NOW - 20 * DAY)
    asked = ("report", "silent-signs", "--until", local_day(NOW - 1, load_settings(shop).zone).isoformat())
    for row in json.loads(run(*asked, "--at-least", "0.3", "--format", "json").stdout):
        assert row["code"] and row["dead"] >= 0.3
        assert bool(row["silent_since"]) == (row["subject_id"] != "N0")


def test_that_nothing_is_scanned_at_all_is_said(shop: Database, run: Callable[..., Result]) -> None:
    zone = load_settings(shop).zone
    said = [
        run("report", "silent-signs", "--until", local_day(NOW + d * DAY, zone).isoformat()).stderr for d in (-1, 9)
    ]
    assert ["no sign at all was scanned since" in one for one in said] == [False, True]


def test_retired_signs_and_those_of_retired_stores_are_looked_for_nowhere(shop: Database) -> None:
    shop.conn.execute("UPDATE touchpoints SET retired_at = ? WHERE subject_id = 'A5'", [NOW - DAY])
    assert places(shop) == ["B2"]
    shop.conn.execute("UPDATE stores SET retired_at = ?", [NOW - DAY])
    assert places(shop) == []


def test_signs_of_campaigns_that_are_over_are_not_missed(shop: Database) -> None:
    for campaign, end, place in (("K1", NOW - 12 * DAY, "A5"), ("K2", NOW + DAY, "B2")):
        shop.conn.execute(
            "INSERT INTO campaigns (campaign_id, name, ends_at) VALUES (?, ?, ?)", [campaign, campaign, end]
        )
        shop.conn.execute("UPDATE touchpoints SET campaign_id = ? WHERE subject_id = ?", [campaign, place])
    assert places(shop) == ["B2"]


def test_what_a_sign_was_elsewhere_says_nothing_of_where_it_is_now(shop: Database) -> None:
    """A5 was moved when it fell silent: nothing is known of its new place yet but that it is not scanned."""
    moved = START + (DAYS - 1) * DAY
    (sign,) = shop.conn.execute("SELECT id FROM touchpoints WHERE subject_id = 'A5'").fetchone()
    shop.conn.execute("UPDATE touchpoint_periods SET valid_to = ? WHERE touchpoint_id = ?", [moved, sign])
    shop.conn.execute(
        "INSERT INTO touchpoint_periods"
        " (touchpoint_id, subject_id, store_id, campaign_id, carrier, label, valid_from, valid_to)"
        " SELECT touchpoint_id, 'A6', store_id, campaign_id, carrier, 'new', ?, NULL"
        " FROM touchpoint_periods WHERE touchpoint_id = ?", [moved, sign])  # fmt: skip
    assert places(shop) == ["B2"]


def test_bots_and_what_came_later_are_not_counted(shop: Database) -> None:
    for subject, verdict, at in (("A5", "bot", NOW - DAY), ("B2", "human", NOW)):
        (sign,) = shop.conn.execute("SELECT id FROM touchpoints WHERE subject_id = ?", [subject]).fetchone()
        scan(shop, sign, [at])
        shop.conn.execute("UPDATE scans SET verdict = ? WHERE id = last_insert_rowid()", [verdict])
    assert places(shop) == ["B2", "A5"]


def test_days_are_those_of_the_store(shop: Database) -> None:
    shop.conn.execute("UPDATE stores SET timezone = 'America/New_York' WHERE store_id = 'S1'")
    for number in range(6):
        scan_daily(shop, hang(shop, "S5", f"G{number}"), end=DAYS - 14 * (number == 3))
    assert set(places(shop)) == {"B2", "A5", "G3"}


def pin(db: Database, person: str) -> int:
    """Give someone of store S1 a badge and return the touchpoint's id."""
    db.conn.execute(
        "INSERT INTO people (person_id, store_id, name, role) VALUES (?, 'S1', ?, 'guide')", [person, person]
    )
    code = make_touchpoint(db, person, kind="person", store_id="S1", carrier="badge")
    (number,) = db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()
    return int(number)


def work(db: Database, person: str, days: range, hours: tuple[int, int] = (10, 18)) -> None:
    """Put someone of store S1 on duty on days."""
    start, end = (hour * DAY // 24 for hour in hours)
    db.conn.executemany(
        "INSERT INTO shifts (person_id, started_at, store_id, ended_at) VALUES (?, ?, 'S1', ?)",
        [(person, START + day * DAY + start, START + day * DAY + end) for day in days],
    )


def find_people(db: Database, until: int = NOW) -> set[str]:
    return {
        sign.subject_id
        for sign in find_silent_signs(db, load_settings(db), SilenceTerms(until))
        if sign.kind == "person"
    }


def test_a_badge_is_not_missed_on_days_off_but_on_duty(shop: Database) -> None:
    for person, last in (("on leave", 50), ("lost the badge", DAYS)):
        number = pin(shop, person)
        work(shop, person, range(last))
        scan_daily(shop, number, end=50, rate=6)
    assert find_people(shop) == {"lost the badge"}


@pytest.mark.parametrize(("days", "asks"), [(0, True), (50, False)])
def test_shifts_are_asked_for_where_a_badge_without_them_is_silent(shop: Database, run, days: int, asks: bool) -> None:
    scan_daily(shop, pin(shop, "on leave"), end=50, rate=6)
    work(shop, "on leave", range(days))
    shown = run("report", "silent-signs", "--until", local_day(NOW - 1, load_settings(shop).zone).isoformat())
    assert ("1 of them are of people whose shifts are not known" in shown.stderr) == asks


def test_a_badge_on_duty_without_neighbours_is_watched_by_days_of_duty(db: Database) -> None:
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', 'S1店')")
    number = pin(db, "alone")
    work(db, "alone", range(40))
    scan_daily(db, number, end=40)
    assert find_people(db) == set()
    work(db, "alone", range(45, DAYS))
    assert find_people(db) == {"alone"}


def test_a_shift_that_has_just_begun_makes_no_badge_dead(shop: Database) -> None:
    number = pin(shop, "busy")
    work(shop, "busy", range(50))
    scan_daily(shop, number, end=50, rate=6)
    work(shop, "busy", range(DAYS - 1, DAYS), (14, 22))
    assert find_people(shop, NOW - 10 * DAY // 24 + 60_000) == set()


def test_a_night_shift_counts_on_both_of_its_days(shop: Database) -> None:
    pin(shop, "night")
    work(shop, "night", range(-1, DAYS, 10), (20, 28))
    days = find_days_on_duty(shop, list(count_days(shop, load_settings(shop), Period(NOW))[0].marks), START, NOW)
    (shares,) = days.values()
    assert np.flatnonzero(shares).tolist() == sorted({*range(0, DAYS, 10), *range(9, DAYS, 10)})
    assert np.unique(shares).tolist() == [0, 1]


def test_an_empty_file_and_a_shop_without_scans_have_no_silent_signs(db: Database) -> None:
    assert places(db) == []
    hang(db, "S1", "A0")
    assert places(db) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"least": 0}, "not above 0"), ({"together": 0.5}, "less than one"), ({"worth": -1}, "less than nothing")],
)
def test_terms_that_mean_nothing_are_refused(wrong: dict[str, float], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        replace(TERMS, **wrong)


def test_duckdb_finds_the_same(shop: Database) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot"):
        pytest.importorskip(package)
    found = {}
    for engine in ("sqlite", "duckdb"):
        found[engine] = find_silent_signs(shop, replace(load_settings(shop), engine=engine), TERMS)
    assert found["sqlite"] == found["duckdb"]


def test_a_command_shows_the_list_as_table_csv_json_and_page(
    shop: Database, run: Callable[..., Result], tmp_path: Path
) -> None:
    asked = ("report", "silent-signs", "--until", local_day(NOW - 1, load_settings(shop).zone).isoformat())
    table = run(*asked, "--worth", "2.50")
    assert table.exception is None
    assert [line.split()[2] for line in table.stdout.splitlines()[2:]] == ["B2牌", "A5牌"]
    assert "2 silent signs lose" in table.stderr and "worth ¥" in table.stderr
    listed = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert [row["subject_id"] for row in listed] == ["B2", "A5"]
    assert json.loads(run(*asked, "--format", "json", "--by", "store").stdout)[0]["silent_since"].endswith("+08:00")
    for language, title in (("zh", "沉默的码"), ("en", "Silent signs")):
        change_setting(shop, "language", language)
        run(*asked, "--format", "html", "--out", tmp_path / "walk.html")
        page = (tmp_path / "walk.html").read_text(encoding="utf-8")
        assert title in page and page.count(">☐</td>") == 2


@pytest.mark.parametrize(("worth", "stands"), [(["--worth", "2.50"], True), ([], False)])
def test_the_page_has_a_column_of_money_where_it_was_said_what_a_scan_is_worth(shop, run, worth, stands: bool) -> None:
    until = ["--until", str(local_day(NOW - 1, load_settings(shop).zone))]
    page = run("report", "silent-signs", *until, *worth, "--format", "html").stdout
    assert page.count(">☐</td>") == 2
    assert ("每天损失" in page) is stands


def test_money_that_is_none_is_a_usage_error(run: Callable[..., Result]) -> None:
    assert run("report", "silent-signs", "--worth", "much").exit_code == 2

"""When and where it is busy, by each store's clock."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from click.testing import Result

from o2o.analytics.hours import BusyHours, HourTerms, find_busy_hours
from o2o.config import load_settings
from o2o.db import Database
from o2o.times import DAY, HOUR, MINUTE, SECOND, parse_at
from tests.conftest import SETTINGS
from tests.test_silent_signs import hang

MONDAY = parse_at("2026-01-05", SETTINGS.zone)
END = MONDAY + 28 * DAY
TERMS = HourTerms(MONDAY, END)


def scan(db: Database, sign: int, visitor: str, at: int) -> None:
    db.conn.execute("INSERT OR IGNORE INTO visitors (visitor) VALUES (?)", [visitor])
    db.conn.execute(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
        " SELECT ?, '', ?, id, 'human', 'csv' FROM visitors WHERE visitor = ?",
        [at, sign, visitor],
    )


def order(db: Database, number: int, at: int, store: str | None = None) -> None:
    row = [f"{number}", at, store]
    db.conn.execute("INSERT INTO orders (order_id, ordered_at, store_id, amount) VALUES (?, ?, ?, 100)", row)


def cells(found: BusyHours, name: str) -> dict[tuple[int, int], float]:
    values = {(one.weekday, one.hour): float(getattr(one, name).value) for one in found.hours}
    return {place: value for place, value in values.items() if value}


def find(db: Database, terms: HourTerms = TERMS) -> BusyHours:
    return find_busy_hours(db, load_settings(db), terms)


def test_hours_are_means_over_weeks_with_their_doubt(db: Database) -> None:
    sign = hang(db, "S1", "A0")
    for week in range(4):
        for number in range(week + 1):
            scan(db, sign, f"V{week}{number}", MONDAY + week * 7 * DAY + 9 * HOUR + number * MINUTE)
    (nine,) = (one for one in find(db).hours if (one.weekday, one.hour) == (0, 9))
    assert float(nine.scans.value) == 2.5
    assert 0 <= float(nine.scans.low) < 2.5 < float(nine.scans.high)


def test_scans_of_one_visit_are_one_visit(db: Database) -> None:
    sign = hang(db, "S1", "A0")
    for minutes in (0, 20, 45, 120):
        scan(db, sign, "V", MONDAY + 10 * HOUR + minutes * MINUTE)
    assert cells(find(db), "visits") == {(0, 10): 0.25, (0, 12): 0.25}
    assert cells(find(db), "scans") == {(0, 10): 0.75, (0, 12): 0.25}


def test_each_store_has_its_own_clock_and_summer_time(db: Database) -> None:
    db.conn.execute("INSERT INTO stores (store_id, name, timezone) VALUES ('P', 'Paris', 'Europe/Paris')")
    paris = ZoneInfo("Europe/Paris")
    for number, text in enumerate(("2026-03-27 18:30", "2026-03-30 18:30")):  # clocks change on the 29th
        order(db, number, parse_at(text, paris), "P")
    terms = HourTerms(parse_at("2026-03-23", SETTINGS.zone), parse_at("2026-04-06", SETTINGS.zone))
    assert cells(find(db, terms), "orders") == {(4, 18): 0.5, (0, 18): 0.5}


def test_hours_are_what_plain_python_counts(db: Database) -> None:
    random, sign = np.random.default_rng(8), hang(db, "S1", "A0")
    counted: Counter[tuple[int, int]] = Counter()
    for number, at in enumerate((MONDAY + random.integers(0, 28 * DAY, 300)).tolist()):
        scan(db, sign, f"V{number}", at)
        local = datetime.fromtimestamp(at / SECOND, SETTINGS.zone)
        counted[local.weekday(), local.hour] += 1
    assert cells(find(db), "scans") == {place: count / 4 for place, count in counted.items()}


def test_the_floor_is_told_in_the_order_of_the_walk(db: Database) -> None:
    late, early, alone = hang(db, "S1", "A1", 9), hang(db, "S1", "A0", 2), hang(db, "S1", "B0", 1)
    for sign, count in ((late, 56), (early, 28), (alone, 14)):
        for number in range(count):
            scan(db, sign, f"V{number}", MONDAY + number * 28 * DAY // count)
    found = find(db)
    assert [(spot.zone, spot.walk_order, spot.scans) for spot in found.spots] == [
        ("B区", 1, 14), ("A区", 2, 28), ("A区", 9, 56)
    ]  # fmt: skip
    assert [(zone.zone, zone.signs, zone.scans) for zone in found.zones] == [("B区", 1, 14), ("A区", 2, 84)]
    assert float(found.zones[1].a_day.value) == pytest.approx(84 / 56, rel=0.1)
    assert find(db, replace(TERMS, store="S2")).spots == ()


def test_engines_agree(db: Database) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
        pytest.importorskip(package)
    sign = hang(db, "S1", "A0")
    for number in range(80):
        scan(db, sign, f"V{number % 9}", MONDAY + number * 7 * HOUR)
        order(db, number, MONDAY + number * 5 * HOUR, "S1")
    settings = load_settings(db)
    one, other = (find_busy_hours(db, replace(settings, engine=name), TERMS) for name in ("sqlite", "duckdb"))
    for name in ("scans", "visits", "orders"):
        assert cells(one, name) == cells(other, name) != {}


def test_the_command_says_when_and_draws_heat(db: Database, run: Callable[..., Result]) -> None:
    scan(db, hang(db, "S1", "A0"), "V", MONDAY + 9 * HOUR)
    said = run("report", "hours", "--since", "2026-01-05", "--until", "2026-02-01")
    assert "Scans an hour are most on Mon 09:00–10:00" in said.stdout
    page = run("report", "hours", "--since", "2026-01-05", "--until", "2026-02-01", "--format", "html").stdout
    drawings = re.findall(r'<svg class="heat".*?</svg>', page, re.DOTALL)
    assert [drawing.count("<rect") for drawing in drawings] == [168, 168, 1]
    assert all("style=" not in drawing for drawing in drawings)


def test_an_empty_shop_is_told_what_is_lacking(db: Database, run: Callable[..., Result]) -> None:
    said = run("report", "hours", "--since", "2026-01-05", "--until", "2026-01-06").stdout
    assert "no scans and no orders yet" in said

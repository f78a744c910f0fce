"""What is scanned and bought together, and bought after scans, against a count in plain Python."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from o2o.analytics.affinity import Affinities, Affinity, AffinityTerms, find_affinities
from o2o.attribution.question import Level
from o2o.config import EngineName, load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.times import DAY, HOUR, MINUTE, parse_at
from tests.collecting import make_touchpoint
from tests.conftest import SETTINGS

START = parse_at("2026-01-01", SETTINGS.zone)
END = START + 60 * DAY
TERMS = AffinityTerms(None, END, least=1)
Pair = tuple[str, str]


def stock(db: Database, count: int = 5) -> list[int]:
    """List products P0 … of two categories, each with a shelf tag; return the touchpoints' ids."""
    codes = []
    for number in range(count):
        sku = f"P{number}"
        row = [sku, f"Product {number}", "fruit" if number % 2 else "dairy"]
        db.conn.execute("INSERT INTO products (sku, name, category) VALUES (?, ?, ?)", row)
        codes.append(make_touchpoint(db, sku, kind="product", carrier="shelf_tag"))
    ids = dict(db.conn.execute("SELECT code, id FROM touchpoints").fetchall())
    return [ids[code] for code in codes]


def scan(db: Database, sign: int, visitor: str, at: int) -> None:
    db.conn.execute("INSERT OR IGNORE INTO visitors (visitor) VALUES (?)", [visitor])
    db.conn.execute(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
        " SELECT ?, '', ?, id, 'human', 'csv' FROM visitors WHERE visitor = ?",
        [at, sign, visitor],
    )


def order(db: Database, number: int, visitor: str, at: int, skus: list[str]) -> None:
    row = [number, f"{number}", at, visitor, 100 * len(skus)]
    db.conn.execute("INSERT INTO orders (id, order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?, ?)", row)
    db.conn.executemany(
        "INSERT INTO order_lines (order_row, line, sku, quantity, amount) VALUES (?, ?, ?, 1, 100)",
        [(number, line, sku) for line, sku in enumerate(skus)],
    )


def counts(found: Affinities) -> dict[Pair, int]:
    return dict(zip(zip(found.one, found.other, strict=True), found.counts.tolist(), strict=True))


def find(db: Database, terms: AffinityTerms) -> Affinities:
    return find_affinities(db, load_settings(db), terms)


def test_scans_of_one_visit_go_together_and_those_of_another_do_not(db: Database) -> None:
    milk, apple, egg, *_ = stock(db)
    scan(db, milk, "V", START)
    scan(db, apple, "V", START + 29 * MINUTE)
    scan(db, milk, "V", START + 40 * MINUTE)
    scan(db, egg, "V", START + 80 * MINUTE)
    found = find(db, TERMS)
    assert counts(found) == {("P0", "P1"): 1}
    assert found.baskets == 2


SCANS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 300)), min_size=1, max_size=40)


@given_settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SCANS)
def test_visits_are_counted_as_plain_python_counts_them(db: Database, drawn: list[tuple[int, int, int]]) -> None:
    db.conn.execute("DELETE FROM scans")
    signs = [row[0] for row in db.conn.execute("SELECT id FROM touchpoints ORDER BY id")] or stock(db)
    visits: list[set[str]] = []
    last: dict[int, tuple[int, set[str]]] = {}
    for minute, who, what in sorted((minute, who, what) for what, who, minute in drawn):
        scan(db, signs[what], f"V{who}", START + minute * MINUTE)
        if who not in last or minute - last[who][0] > 30:
            visits.append(set())
            last[who] = minute, visits[-1]
        last[who] = minute, last[who][1]
        last[who][1].add(f"P{what}")
    expected: dict[Pair, int] = defaultdict(int)
    for visit in visits:
        for pair in combinations(sorted(visit), 2):
            expected[pair] += 1
    found = find(db, TERMS)
    assert counts(found) == expected
    assert found.baskets == len(visits)
    for number, (one, other) in enumerate(zip(found.one, found.other, strict=True)):
        first, second = (sum(item in visit for visit in visits) for item in (one, other))
        assert found.confidence.value[number] == pytest.approx(found.counts[number] / first)
        assert found.lift.value[number] == pytest.approx(found.counts[number] * len(visits) / first / second)


def test_lines_of_an_order_go_together_refunds_aside(db: Database) -> None:
    stock(db)
    order(db, 1, "V", START, ["P0", "P1", "P1"])
    order(db, 2, "W", START, ["P0", "P2"])
    order(db, 3, "W", START, ["P0"])
    db.conn.execute("UPDATE orders SET refund_of = '2' WHERE id = 3")
    found = find(db, replace(TERMS, of=Affinity.CO_BUY))
    assert counts(found) == {("P0", "P1"): 1, ("P0", "P2"): 1}
    assert found.baskets == 2
    assert counts(find(db, replace(TERMS, of=Affinity.CO_BUY, by=Level.DEPARTMENT))) == {("dairy", "fruit"): 1}


def test_what_is_bought_after_a_scan_counts_within_its_window_alone(db: Database) -> None:
    milk, apple, *_ = stock(db)
    scan(db, milk, "V", START + DAY)
    scan(db, apple, "W", START + DAY)
    order(db, 1, "V", START, ["P4"])
    order(db, 2, "V", START + 2 * DAY, ["P0", "P2"])
    order(db, 3, "V", START + 9 * DAY, ["P3"])
    order(db, 4, "W", START + DAY + HOUR, ["P2"])
    found = find(db, replace(TERMS, of=Affinity.SCAN_TO_BUY))
    assert counts(found) == {("P0", "P0"): 1, ("P0", "P2"): 1, ("P1", "P2"): 1}
    assert found.baskets == 2
    lifts = dict(zip(zip(found.one, found.other, strict=True), found.lift.value.tolist(), strict=True))
    assert lifts["P0", "P0"] == 2 and lifts["P0", "P2"] == 1
    by_department = replace(TERMS, of=Affinity.SCAN_TO_BUY, bought=Level.DEPARTMENT, window=30 * DAY)
    assert counts(find(db, by_department)) == {("P0", "dairy"): 1, ("P0", "fruit"): 1, ("P1", "dairy"): 1}


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_who_bought_before_a_scan_but_after_another_is_no_buyer_beside_it(db: Database, engine: str) -> None:
    if engine == "duckdb":
        for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
            pytest.importorskip(package)
    milk, apple, *_ = stock(db)
    for sign, visitor, day in ((apple, "V", 1), (milk, "V", 10), (milk, "W", 1), (milk, "X", 1)):
        scan(db, sign, visitor, START + day * DAY)
    order(db, 1, "V", START + 2 * DAY, ["P2"])
    order(db, 2, "X", START + 2 * DAY, ["P2"])
    rules = replace(load_settings(db), engine=EngineName(engine))
    found = find_affinities(db, rules, replace(TERMS, of=Affinity.SCAN_TO_BUY))
    assert counts(found) == {("P0", "P2"): 1, ("P1", "P2"): 1}
    lifts = dict(zip(found.one, found.lift.value.tolist(), strict=True))
    assert lifts == {"P0": pytest.approx(1), "P1": pytest.approx(3 / 2)}


def test_pairs_that_are_rarely_together_are_left_out(db: Database) -> None:
    milk, apple, egg, *_ = stock(db)
    for number in range(6):
        scan(db, milk, f"V{number}", START)
        scan(db, apple if number < 5 else egg, f"V{number}", START + MINUTE)
    assert counts(find(db, replace(TERMS, least=5))) == {("P0", "P1"): 5}


def test_what_goes_together_is_told_first_and_what_does_not_is_not_believed(db: Database) -> None:
    signs = stock(db)
    for number in range(200):
        pair = (0, 1) if number < 60 else (2 + number % 3, number % 5)
        for what in pair:
            scan(db, signs[what], f"V{number}", START + number * HOUR)
    found = find(db, TERMS)
    assert (found.one[0], found.other[0]) == ("P0", "P1")
    assert found.chances[0] < 0.001 and found.lift.low[0] > 1


@pytest.mark.parametrize("of", list(Affinity))
def test_engines_agree(db: Database, of: Affinity) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
        pytest.importorskip(package)
    signs = stock(db)
    for number in range(120):
        scan(db, signs[number * 7 % 5], f"V{number % 11}", START + number * 2 * MINUTE)
        order(db, number + 1, f"V{number % 11}", START + number * HOUR, [f"P{number % 5}", f"P{number % 3}"])
    settings, terms = load_settings(db), replace(TERMS, of=of)
    one, other = (find_affinities(db, replace(settings, engine=name), terms) for name in ("sqlite", "duckdb"))
    assert counts(one) == counts(other) != {}
    assert one.baskets == other.baskets


def test_terms_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingError):
        replace(TERMS, least=0)
    with pytest.raises(SettingError):
        replace(TERMS, of=Affinity.CO_BUY, by=Level.CARRIER)


def test_the_command_says_how_many_pairs_are_more_than_chance(db: Database, run: Callable[..., Result]) -> None:
    signs = stock(db)
    for number in range(60):
        for what in (0, 1) if number < 30 else (2 + number % 3,):
            scan(db, signs[what], f"V{number}", START + number * HOUR)
    result = run("report", "affinity", "--until", "2026-03-01")
    assert result.exit_code == 0, result.output
    assert "What is scanned together in one visit?" in result.output
    assert "1 more often than chance" in result.output
    assert "100.0% of those with Product 0 have Product 1: 2.0 times the average" in result.output
    assert "No order of the period says what was bought" in run("report", "affinity", "--of", "co-buy").stdout
    assert run("report", "affinity", "--of", "co-buy", "--by", "store").exit_code == 1

"""What customers are worth: counted from orders, scored, foretold."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from click.testing import Result
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from o2o.analytics.value import SEGMENT_OF, CustomerValues, Segment, ValueTerms, score_customers, value_customers
from o2o.config import load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.reports.value import SEGMENT_NAMES, analyse_value
from o2o.times import DAY, HOUR, parse_at
from tests.conftest import SETTINGS

START = parse_at("2026-01-01", SETTINGS.zone)
END = START + 120 * DAY
TERMS = ValueTerms(END)


def buy(db: Database, order: str, at: int, amount: int, **who: str) -> None:
    row = {"order_id": order, "ordered_at": at, "amount": amount, **who}
    names = ", ".join(row)
    db.conn.execute(f"INSERT INTO orders ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def value_shop(db: Database, terms: ValueTerms = TERMS) -> CustomerValues:
    return value_customers(db, load_settings(db), terms)


def people_of(values: CustomerValues) -> dict[str, tuple[int, int, int]]:
    columns = zip(values.purchases.tolist(), values.since_last.tolist(), values.spent.tolist(), strict=True)
    return dict(zip(values.names, columns, strict=True))


def fill(db: Database, customers: int = 200, seed: int = 1) -> None:
    """Let customers come back at rates of their own for 120 days."""
    random = np.random.default_rng(seed)
    for number in range(customers):
        at, gap = float(random.uniform(0, 90)), random.gamma(2, 10)
        while at < 120:
            buy(db, f"{number}-{at}", START + int(at * DAY), int(random.gamma(4, 1_000)), customer=f"C{number}")
            at += random.exponential(gap)
            if random.random() < 0.1:
                break


def test_orders_of_one_day_are_one_purchase_and_refunds_are_taken_off(db: Database) -> None:
    buy(db, "1", START + HOUR, 1_000, customer="A")
    buy(db, "2", START + 5 * HOUR, 500, customer="A")
    buy(db, "3", START + 3 * DAY, 700, customer="A")
    buy(db, "4", START + 4 * DAY, -200, customer="A", refund_of="3")
    buy(db, "5", START + 2 * DAY, 900, visitor="V")
    buy(db, "6", START + 9 * DAY, 900, customer="B")
    buy(db, "7", START + 10 * DAY, -900, customer="B", refund_of="6")
    buy(db, "8", START + 9 * DAY, 300)
    db.conn.execute("INSERT INTO visitors (visitor) VALUES ('V')")
    values = value_shop(db)
    assert people_of(values) == {"A": (2, 7, 2_000), "V": (1, 8, 900)}  # the file ends with the refund on day 10
    assert dict(zip(values.names, values.are_customers, strict=True)) == {"A": True, "V": False}
    assert (values.orders, values.joined) == (6, 5)


def test_a_day_is_a_day_of_the_shop(db: Database) -> None:
    buy(db, "1", START + 23 * HOUR, 100, customer="A")
    buy(db, "2", START + 25 * HOUR, 100, customer="A")
    assert people_of(value_shop(db))["A"][0] == 2


def test_what_is_bought_after_the_end_is_not_seen(db: Database) -> None:
    buy(db, "1", START, 100, customer="A")
    buy(db, "2", END, 100, customer="A")
    buy(db, "3", END, -50, customer="A", refund_of="1")
    assert people_of(value_shop(db)) == {"A": (1, 0, 100)}


def test_orders_that_are_not_in_the_file_yet_make_nobody_lost(db: Database) -> None:
    fill(db)
    then, years_later = value_shop(db), value_shop(db, replace(TERMS, until=END + 2_000 * DAY))
    assert years_later.known == then.known
    assert years_later.since_last.tolist() == then.since_last.tolist()
    assert years_later.forecast and then.forecast
    assert years_later.forecast.alive.tolist() == then.forecast.alive.tolist()


def test_days_are_local_ones_when_clocks_change(db: Database) -> None:
    db.conn.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('timezone', 'Europe/Berlin')")
    zone = ZoneInfo("Europe/Berlin")
    for number, text in enumerate(["2026-03-20 12:00", "2026-03-30 23:30", "2026-03-31 00:30", "2026-03-31 23:30"]):
        buy(db, f"{number}", parse_at(text, zone), 100, customer="A")
    assert people_of(value_shop(db)) == {"A": (3, 0, 400)}


def test_a_member_who_orders_at_a_shared_tablet_is_no_less_a_member(db: Database) -> None:
    db.conn.execute("INSERT INTO visitors (visitor) VALUES ('tablet')")
    db.conn.execute("INSERT INTO scans (scanned_at, code, visitor_id, verdict, scan_id, source)"
                    " SELECT ?, 'X', id, 'human', 'click', 'csv' FROM visitors", [START])  # fmt: skip
    for number in range(7):
        buy(db, f"{number}", START + number * DAY, 100, customer=f"C{number}", scan_id="click")
    assert people_of(value_shop(db)) == {f"C{number}": (1, 6 - number, 100) for number in range(7)}


def test_a_visitor_of_two_customers_is_one_of_them(db: Database) -> None:
    db.conn.execute("INSERT INTO visitors (visitor) VALUES ('V')")
    for number, who in enumerate([{"customer": "B"}, {"customer": "A"}, {}]):
        buy(db, f"{number}", START + number * DAY, 100, visitor="V", **who)
    assert people_of(value_shop(db)) == {"A": (2, 0, 200), "B": (1, 2, 100)}


def test_a_shop_without_orders_is_no_trouble(db: Database) -> None:
    analysis = analyse_value(db, load_settings(db), TERMS)
    assert analysis.sheets[1].rows == []
    assert "not enough data" in analysis.remarks[0][1]


def test_few_customers_get_scores_but_no_forecast(db: Database) -> None:
    for number in range(10):
        buy(db, f"{number}", START + number * DAY, 100, customer=f"C{number}")
    values = value_shop(db)
    assert values.forecast is None and values.holdout is None
    assert {tuple(scores) for scores in values.scores.tolist()} >= {(5, 3, 3), (1, 3, 3)}


@pytest.mark.parametrize("days", [(0, 0, 0), (0, 3, 9)], ids=["all on one day", "nobody came again"])
def test_a_tie_of_all_is_told_as_too_short_a_history_and_puts_nobody_into_a_segment(
    db: Database, days: tuple[int, ...]
) -> None:
    for number, day in enumerate(days):
        buy(db, f"{number}", START + day * DAY, 100 * number + 100, customer=f"C{number}")
    analysis = analyse_value(db, load_settings(db), TERMS)
    segments, customers = analysis.sheets
    assert [row[0].name for row in segments.rows] == ["unknown"]
    assert {(row[2].name, row[6]) for row in customers.rows} == {("unknown", "")}
    assert [remark for remark in analysis.remarks if "not enough history" in remark[1]]


def test_the_forecast_adds_up_to_what_is_said(db: Database) -> None:
    fill(db)
    values = value_shop(db)
    assert values.forecast and values.foretold
    assert values.forecast.purchases.sum() == pytest.approx(float(values.foretold[0].value))
    assert values.forecast.revenue.sum() == pytest.approx(float(values.foretold[1].value))
    assert np.all(np.diff(values.forecast.revenue) <= 1e-9)


def test_a_longer_life_is_worth_more_and_a_discount_takes_some_of_it(db: Database) -> None:
    fill(db)
    year, two, dear = (
        value_shop(db, replace(TERMS, lifetime=days, discount=rate)).forecast
        for days, rate in ((365, 0.1), (730, 0.1), (365, 0.0))
    )
    assert year and two and dear
    assert year.lifetime.sum() < two.lifetime.sum()
    assert 0.9 * dear.lifetime.sum() < year.lifetime.sum() < dear.lifetime.sum()


def test_the_check_foretells_the_second_half_from_the_first_alone(db: Database) -> None:
    fill(db, 400)
    before = value_shop(db).holdout
    assert before and before.split == START + 60 * DAY
    assert sum(one.happened for one in before.classes) == before.happened
    days = "SELECT count(DISTINCT customer || '-' || ((ordered_at - ?) / 86400000)) FROM orders WHERE ordered_at >= ?"
    bought = f"{days} AND customer IN (SELECT customer FROM orders WHERE ordered_at < ?)"
    counted = db.conn.execute(bought, [START, before.split, before.split]).fetchone()[0]
    assert before.happened == counted
    db.conn.execute("DELETE FROM orders WHERE ordered_at >= ?", [before.split])
    buy(db, "late", END - HOUR, 100, customer="somebody new")
    after = value_shop(db).holdout
    assert after and after.happened == 0 and float(after.foretold.value) == pytest.approx(float(before.foretold.value))


@given_settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 119), st.integers(0, 6), st.integers(0, 900)), min_size=1, max_size=40))
def test_counting_is_what_plain_python_counts(db: Database, drawn: list[tuple[int, int, int]]) -> None:
    db.conn.execute("DELETE FROM orders")
    days: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, (day, who, amount) in enumerate(drawn):
        buy(db, f"{number}", START + day * DAY + HOUR, amount, customer=f"C{who}")
        days[f"C{who}"][day] += amount
    known = max(day for day, *_ in drawn)
    expected = {who: (len(bought), known - max(bought), sum(bought.values())) for who, bought in days.items()}
    assert people_of(value_shop(db)) == expected


def test_every_mix_of_high_scores_has_a_segment_of_its_own_with_a_name() -> None:
    assert {*SEGMENT_OF.values(), Segment.UNKNOWN} == set(Segment) == set(SEGMENT_NAMES)
    scores, segments = score_customers(*(np.array(column) for column in ([1, 9, 5], [9, 1, 5], [99, 1, 5])))
    assert scores.tolist() == [[5, 5, 5], [1, 1, 1], [3, 3, 3]]
    assert segments[:2] == (Segment.CHAMPIONS, Segment.LOST)


def test_engines_agree(db: Database) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
        pytest.importorskip(package)
    fill(db, 60)
    db.conn.execute("INSERT INTO visitors (visitor) VALUES ('V')")
    buy(db, "v", START + DAY, 300, visitor="V")
    buy(db, "vr", START + 2 * DAY, -100, visitor="V", refund_of="v")
    settings = load_settings(db)
    one, other = (
        people_of(value_customers(db, replace(settings, engine=engine), TERMS)) for engine in ("sqlite", "duckdb")
    )
    assert one == other and one["V"] == (1, 118, 200)


@pytest.mark.parametrize("bad", [{"days": 0}, {"lifetime": 0}, {"discount": 1.0}, {"discount": -0.1}], ids=str)
def test_terms_that_make_no_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(SettingError):
        replace(TERMS, **bad)  # type: ignore[arg-type]


def test_the_command_says_what_it_foretells_and_how_that_did_before(db: Database, run: Callable[..., Result]) -> None:
    fill(db, 400)
    result = run("report", "value", "--until", "2026-04-30", "--days", "30")
    assert result.exit_code == 0, result.output
    assert "Who will buy again" in result.output
    assert "In the 30 days after 2026-04-30 these 400 customers are expected to buy" in result.output
    assert "Check: from orders before 2026-03-02" in result.output
    listed = run("report", "value", "--until", "2026-04-30", "--sheet", "customers", "--format", "csv")
    assert len(listed.stdout.splitlines()) == 401


def test_a_period_is_warned_of(db: Database, run: Callable[..., Result]) -> None:
    fill(db, 50)
    assert "isn't seen" in run("report", "value", "--since", "2026-02-01", "--until", "2026-04-30").stderr

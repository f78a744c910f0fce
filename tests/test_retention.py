"""Who comes back: the SQL agrees with a plain calculation, and small shops made by hand give what one can see."""

import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.analytics.retention import AGES, Active, Cell, Cohort, Entry, RetentionTerms, Returned, measure_retention
from o2o.attribution.question import Level
from o2o.config import EngineName
from o2o.db import writing
from o2o.errors import SettingError
from o2o.reports.retention import REFERENCES, Reference, analyse_retention, parse_references
from o2o.reports.sheet_page import render_analysis
from o2o.shop import create_shop
from o2o.statistics.intervals import wilson
from tests.attribution_oracle import Mark, Order, Period, Scan
from tests.conftest import SETTINGS
from tests.journeys_oracle import Shop
from tests.people_oracle import acts_of, scans_of_people
from tests.test_attribution_oracle import BASE, DAY, PERIODS
from tests.test_journeys_oracle import shops

END = BASE + 400 * DAY
FIRST = date(1970, 1, 1)
TERMS = st.builds(
    lambda period, *others: RetentionTerms(period[0], period[1] or END, *others),
    PERIODS,
    st.sampled_from([Level.TOUCHPOINT, Level.PRODUCT, Level.STORE, Level.CAMPAIGN]),
    st.sampled_from([(1, 7, 30), (1, 2), (3,)]),
    st.sampled_from(Cohort),
    st.sampled_from(Active),
    st.booleans(),
)
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"])


def local(at, zone):
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()


def start_of(day, cohort):
    """Return the first day of the cohort of a day."""
    if cohort is Cohort.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if cohort is Cohort.WEEK else day


def age_of(day, start, cohort):
    """Return how many days, weeks or months lie between the first days of two cohorts."""
    if cohort is Cohort.MONTH:
        return (day.year - start.year) * 12 + day.month - start.month
    return (day - start).days // (7 if cohort is Cohort.WEEK else 1)


def watch(world, terms, zone):
    """Return who came back by cohort and by key, and the triangle, as they are counted by hand."""
    scanned, came, spent = list_days(world, terms, zone)
    times = [scan.at for _, scan in counted_scans(world)]
    since, until = local(terms.since or min(times), zone), local(terms.until - 1, zone)
    last = known = local(max(times), zone)
    if terms.active is not Active.SCAN and world.orders:
        known = min(last, local(max(order.at for order in world.orders), zone))
    cohorts, keys = defaultdict(Returned), defaultdict(Returned)
    for entry, unit, day in list_entries(scanned, since, until):
        start = start_of(day, terms.cohort)
        end = min(next_start(start, terms.cohort) - timedelta(days=1), until, last)
        key = scanned[unit][day].mark.key(terms.by, scanned[unit][day].at)
        for age in terms.days:
            target = day + timedelta(days=age)
            back = any(one >= target for one in came[unit]) if terms.or_later else target in came[unit]
            one = Returned(1, int(back))
            cohorts[entry, start, age] = cohorts[entry, start, age].plus(one)
            if end + timedelta(days=age) < known:
                keys[key, entry, age] = keys[key, entry, age].plus(one)
    new = [(unit, day) for entry, unit, day in list_entries(scanned, since, until) if entry is Entry.NEW]
    return dict(cohorts), dict(keys), dict(list_cells(terms.cohort, new, came, spent))


def list_days(world, terms, zone):
    """Return the days of each unit with the first scan of each, those on which it was active, and what it spent."""
    scanned, came, spent = defaultdict(dict), defaultdict(set), defaultdict(Counter)
    for unit, scan in sorted(scans_of_people(world), key=lambda one: one[1].at):
        scanned[unit].setdefault(local(scan.at, zone), scan)
        if terms.active is not Active.ORDER:
            came[unit].add(local(scan.at, zone))
    for order in acts_of(world):
        if order.act == "order":
            spent[order.unit][local(order.at, zone)] += order.amount
            if terms.active is not Active.SCAN:
                came[order.unit].add(local(order.at, zone))
    return scanned, came, spent


def list_entries(scanned, since, until):
    for unit, days in scanned.items():
        first, *later = sorted(days)
        yield from ((Entry.NEW, unit, day) for day in [first] if since <= day <= until)
        yield from ((Entry.REGULAR, unit, day) for day in [d for d in later if since <= d <= until][:1])


def list_cells(cohort, new, came, spent):
    """Yield how many came and what they spent, by cohort and age."""
    units, money = defaultdict(set), Counter()
    for unit, day in new:
        start = start_of(day, cohort)
        for met in came[unit]:
            units[start, age_of(start_of(met, cohort), start, cohort)].add(unit)
        for met, amount in spent[unit].items():
            if met >= day:
                money[start, age_of(start_of(met, cohort), start, cohort)] += amount
    for start, age in units.keys() | money.keys():
        if 0 <= age <= AGES[cohort]:
            yield (start, age), (len(units[start, age]), money[start, age])


def next_start(start, cohort):
    return start_of(start + timedelta(days={Cohort.DAY: 1, Cohort.WEEK: 7, Cohort.MONTH: 31}[cohort]), cohort)


def counted_scans(world):
    return [(scan.visitor, scan) for scan in world.scans if scan.verdict == "human"]


def found_of(found):
    first = found.terms.cohort.first_day
    return (
        {(entry, first(number), age): one for (entry, number, age), one in found.cohorts.items()},
        dict(found.keys),
        {(first(cell.cohort), cell.age): (cell.people, cell.revenue) for cell in found.triangle},
    )


@pytest.fixture
def measure(db):
    """Measure the retention of a world, which is gone after."""

    def measured(world, terms, zone="Asia/Shanghai"):
        rules = replace(
            SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day, timezone=zone
        )
        db.conn.execute("BEGIN")
        try:
            world.save(db)
            return measure_retention(db, rules, terms)
        finally:
            db.conn.rollback()

    return measured


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), terms=TERMS, zone=ZONES)
def test_retention_agrees_with_a_plain_calculation(measure, world, terms, zone):
    found = measure(world, terms, zone)
    scans = counted_scans(world)
    if not scans or min(scan.at for _, scan in scans) >= terms.until:
        assert found is None
        return
    assert found_of(found) == watch(world, terms, zone)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=shops(), terms=TERMS, zone=ZONES)
def test_duckdb_finds_the_same(tmp_path_factory, world, terms, zone):
    pytest.importorskip("duckdb")
    db = create_shop(tmp_path_factory.mktemp("retention") / "shop.db", SETTINGS)
    world.save(db)
    rules = replace(SETTINGS, timezone=zone)
    expected = measure_retention(db, replace(rules, engine=EngineName.SQLITE), terms)
    assert measure_retention(db, replace(rules, engine=EngineName.DUCKDB), terms) == expected
    db.close()


DOOR = Mark("DOOR", "place", (Period("P1", "S1", None, 0),))
NOON = BASE + DAY // 2
"""Noon UTC is 20:00 in Shanghai; the first day is 2024-10-04, a Friday."""


def make_shop(visits, orders=()):
    """Scans of the door by visitor, on numbered days, and orders by visitor on a day."""
    scans = [Scan(NOON + day * DAY, DOOR, visitor) for visitor, days in visits.items() for day in days]
    return Shop([DOOR], scans, [Order(f"o{n}", NOON + day * DAY, money, visitor=visitor)
                                for n, (visitor, day, money) in enumerate(orders)])  # fmt: skip


def total(found, entry, days):
    one = found.total(entry, days)
    return one.returned, one.people


def test_only_who_comes_on_exactly_that_day_has_returned_unless_later_days_count(measure):
    shop = make_shop({"a": [0, 1], "b": [0, 2], "c": [0, 40]})
    terms = RetentionTerms(None, END, days=(1, 7), cohort=Cohort.DAY)
    assert total(measure(shop, terms), Entry.NEW, 1) == (1, 3)
    assert total(measure(shop, replace(terms, or_later=True)), Entry.NEW, 1) == (3, 3)
    assert total(measure(shop, replace(terms, or_later=True)), Entry.NEW, 7) == (1, 3)


def test_a_day_begins_at_local_midnight(measure):
    shop = make_shop({"a": [0]})
    shop.scans.append(Scan(NOON + 5 * 3_600_000, DOOR, "a"))  # 01:00 of the next day in Shanghai, still the same in UTC
    shop.scans.append(Scan(NOON + 9 * DAY, DOOR, "b"))
    terms = RetentionTerms(None, END, days=(1,), cohort=Cohort.DAY)
    assert total(measure(shop, terms), Entry.NEW, 1) == (1, 1)
    assert total(measure(shop, terms, "UTC"), Entry.NEW, 1) == (0, 1)


def test_a_regular_came_before_and_is_watched_from_the_first_day_in_the_period(measure):
    shop = make_shop({"a": [0, 10, 11], "b": [10, 11], "c": [0, 10], "d": [30]})
    terms = RetentionTerms(BASE + 8 * DAY, END, days=(1,), cohort=Cohort.DAY)
    found = measure(shop, terms)
    assert total(found, Entry.NEW, 1) == (1, 1)
    assert total(found, Entry.REGULAR, 1) == (1, 3), "a came again, c did not, and b is a regular on the second day"


def test_of_two_scans_in_the_same_millisecond_the_one_imported_first_is_the_entry(measure):
    shelf = Mark("SHELF", "place", (Period("P2", "S1", None, 0),))
    shop = Shop([DOOR, shelf], [Scan(NOON + day * DAY, mark, "a") for day in (0, 1) for mark in (shelf, DOOR)])
    shop.scans.append(Scan(NOON + 9 * DAY, DOOR, "z"))
    found = measure(shop, RetentionTerms(None, END, days=(1,), cohort=Cohort.DAY))
    assert {key: one for key, one in found.keys.items() if one.people} == {
        ("SHELF", Entry.NEW, 1): Returned(1, 1),
        ("SHELF", Entry.REGULAR, 1): Returned(1, 0),
    }


@pytest.mark.parametrize(
    ("at", "zone"), [(-1, "(other)"), (0, "door"), (9, "door"), (10, "till"), (19, "till"), (20, "(other)")]
)
def test_people_go_by_the_zone_in_which_the_place_was_then(db, at, zone):
    Shop([DOOR], [Scan(NOON + at, DOOR, "a"), Scan(NOON + 3 * DAY, DOOR, "b")], []).save(db)
    with writing(db):
        db.conn.executemany(
            "INSERT INTO assignments (kind, subject_id, name, valid_from, valid_to, zone) "
            "VALUES ('place', 'P1', '', ?, ?, ?)",
            [(NOON, NOON + 10, "door"), (NOON + 10, NOON + 20, "till")],
        )
    found = measure_retention(db, SETTINGS, RetentionTerms(None, END, Level.ZONE, (1,), Cohort.DAY))
    assert [key for key, entry, _ in found.keys if entry is Entry.NEW] == [zone]


def test_scans_of_clocks_that_are_centuries_ahead_are_days_of_their_visitors(measure):
    found = measure(
        make_shop({"a": [0, 330_000, 330_001], "b": [330_001]}), RetentionTerms(None, BASE + 350_000 * DAY, days=(1,))
    )
    assert total(found, Entry.NEW, 1) == (0, 1)
    assert [(cell.age, cell.people) for cell in found.triangle] == [(0, 1), (0, 1)]


def test_a_cohort_that_is_too_young_is_marked_and_left_out_of_sums(measure, db):
    shop = make_shop({"a": [0, 7], "b": [20], "c": [24]})
    terms = RetentionTerms(None, END, days=(1, 7), cohort=Cohort.DAY)
    found = measure(shop, terms)
    assert total(found, Entry.NEW, 7) == (1, 1)
    assert found.young(Entry.NEW, 7) == 2
    shop.save(db)
    rows = analyse_retention(db, SETTINGS, terms).sheet("cohorts").rows
    marked = {row[0].day: (row[4] is None, row[5]) for row in rows if row[1].name == "new"}
    assert marked == {4: (False, ""), 24: (True, "7"), 28: (True, "1, 7")}


@pytest.mark.parametrize(("active", "people"), [(Active.SCAN, 3), (Active.ORDER, 1), (Active.ANY, 1)])
def test_nobody_is_lost_whose_orders_are_not_in_the_file_yet(db, active, people):
    make_shop({"a": [0], "b": [5], "c": [8], "d": [20]}, [("a", 1, 100), ("b", 6, 50)]).save(db)
    analysis = analyse_retention(db, SETTINGS, RetentionTerms(None, END, days=(1,), cohort=Cohort.DAY, active=active))
    assert analysis.sheet("retention").rows[0][2] == people
    spent = {row[0].day: row[5] for row in analysis.sheet("triangle").rows if row[1] == 0}
    assert spent == {4: 0, 9: 0} | ({12: None} if active is Active.SCAN else {})


def test_the_triangle_tells_who_came_and_what_they_spent_by_age(measure):
    shop = make_shop({"a": [0, 1, 2], "b": [0, 2], "z": [9]}, [("a", 0, 1_000), ("b", 2, 300), ("a", 2, 200)])
    found = measure(shop, RetentionTerms(None, END, cohort=Cohort.DAY))
    first = (date(2024, 10, 4) - FIRST).days
    cells = [Cell(first, 0, 2, 1_000), Cell(first, 1, 1, 0), Cell(first, 2, 2, 500)]
    assert list(found.triangle)[:3] == cells


def test_ages_are_summed_over_cohorts_that_are_old_enough(db):
    shop = make_shop({"a": [0, 1], "b": [1], "c": [2], "d": [3]}, [("a", 0, 1_000), ("b", 1, 500), ("a", 1, 100)])
    shop.save(db)
    sheet = analyse_retention(db, SETTINGS, RetentionTerms(None, END, cohort=Cohort.DAY)).sheet("ages")
    ages = {row[0]: row[1:3] for row in sheet.rows}
    assert ages == {0: (3, 3), 1: (2, 1), 2: (1, 0)}, "the day of the last scan isn't over, as far as is known"


@pytest.mark.parametrize(("rate", "name"), [((3, 100), "below"), ((40, 100), "above"), ((11, 100), "no difference")])
def test_a_rate_is_called_below_or_above_only_where_its_interval_is(rate, name):
    assert Reference(0.1, 0.15).compare(wilson(*rate)).name == name


def test_references_of_the_trade_hold_unless_others_are_set():
    found = parse_references(["new.1=25%", "regular.30=5-8%"])
    assert found[Entry.NEW, 1] == Reference(0.25, 0.25)
    assert found[Entry.REGULAR, 30] == Reference(0.05, 0.08)
    assert found[Entry.REGULAR, 7] == REFERENCES[Entry.REGULAR, 7] == Reference(0.10, 0.15)


@pytest.mark.parametrize("text", ["new.1=20", "old.1=20%", "new.1=30-20%", "new.1=120%", "new=20%"])
def test_a_bad_reference_is_refused(text):
    with pytest.raises(SettingError):
        parse_references([text])


def test_visitors_who_are_others_tomorrow_are_told(db):
    make_shop({"a": [0, 1], "b": [5]}).save(db)
    with writing(db):
        db.conn.execute("UPDATE scans SET source = 'serve' WHERE visitor_id = 1")
    remarks = [english for _, english in analyse_retention(db, SETTINGS, RetentionTerms(None, END)).remarks]
    assert "67% of scans are of visitors who can't be told again the next day" in remarks[-1]


def test_the_page_draws_the_triangle_without_a_style_attribute(db):
    make_shop({"a": [0, 1], "b": [0, 2], "c": [40]}).save(db)
    page = render_analysis(analyse_retention(db, SETTINGS, RetentionTerms(None, END, cohort=Cohort.DAY)), SETTINGS, 0)
    assert 'class="heat-7">50%' in page
    assert " style=" not in page


def test_the_command_answers_in_json_and_for_an_empty_shop(run, db):
    assert "no scans and no orders yet" in run("report", "retention").stdout
    make_shop({"a": [0, 1], "b": [40]}).save(db)
    data = json.loads(run("report", "retention", "--cohort", "day", "--days", "1", "--format", "json").stdout)
    assert [(row["who"], row["returned"], row["people"]) for row in data["retention"]] == [
        ("new", 1, 1), ("regular", 0, 1),
    ]  # fmt: skip
    assert data["triangle"][1]["rate"] == 1


@pytest.mark.parametrize("option", [("--days", "1,soon"), ("--days", "0"), ("--reference", "new=1")])
def test_the_command_refuses_what_it_does_not_know(run, option):
    assert run("report", "retention", *option).exit_code == 2

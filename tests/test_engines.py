"""Every engine gives the same report, to the last minor unit."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.models import MODELS
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import attribute, attribute_levels
from o2o.config import EngineName
from o2o.db import open_database, writing
from o2o.reports.touchpoints import report_touchpoints
from tests.conftest import SETTINGS, make_shop
from tests.test_attribution_oracle import PERIODS, WINDOWS, worlds
from tests.test_journeys_oracle import QUESTIONS, shops
from tests.test_report_attribution import EXAMPLES, answer_case, fill, shop  # noqa: F401  a fixture

duckdb = pytest.importorskip("duckdb")

from o2o.attribution.engines.duckdb import DuckdbEngine  # noqa: E402
from o2o.attribution.engines.shop_file import ShopFile  # noqa: E402

SMALL_WORLDS = rules(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def same(report, other):
    """Tell whether two reports are equal, credits to 1e-9 and all else exactly."""
    found, expected = ({(row.model, row.key): row for row in one.rows} for one in (report, other))
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert row.conversions == pytest.approx(expected[key].conversions, abs=1e-9)
        assert row == replace(expected[key], conversions=row.conversions)
    assert replace(report, rows=(), manifest=None) == replace(other, rows=(), manifest=None)
    return True


@pytest.fixture
def shop_of(tmp_path):
    """Make a shop's file of a world, each in a file of its own."""
    opened = []

    def make(world):
        db = make_shop(tmp_path / f"{len(opened)}.db")
        opened.append(db)
        world.save(db)
        return db

    yield make
    for db in opened:
        db.close()


@SMALL_WORLDS
@given(world=worlds(), window=WINDOWS, period=PERIODS, outcome=st.sampled_from(Outcome))
def test_duckdb_agrees_with_sqlite(shop_of, world, window, period, outcome):
    db = shop_of(world)
    settings = replace(SETTINGS, shared_visitor_customers=world.shared)
    question = Question(outcome, MODELS, Level.PLACE, window, *period)
    found = attribute_levels(db, settings, question, list(Level), choose_engine(db, EngineName.DUCKDB))
    expected = attribute_levels(db, settings, question, list(Level), SqliteEngine(db))
    assert all(same(found[level], expected[level]) for level in Level)
    touchpoints = (report_touchpoints(db, replace(settings, engine=name), question) for name in ("duckdb", "sqlite"))
    assert next(touchpoints) == next(touchpoints)


@SMALL_WORLDS
@given(world=shops(), question=QUESTIONS)
def test_duckdb_agrees_with_sqlite_whatever_is_asked(shop_of, world, question):
    db = shop_of(world)
    settings = replace(SETTINGS, shared_visitor_customers=world.shared, customer_orders_a_day=world.a_day)
    found = attribute_levels(db, settings, question, list(Level), choose_engine(db, EngineName.DUCKDB))
    expected = attribute_levels(db, settings, question, list(Level), SqliteEngine(db))
    assert all(same(found[level], expected[level]) for level in Level)


def put_scans(db, count):
    """Add counted scans of one visitor and one mark, a day apart."""
    with writing(db):
        db.conn.execute("INSERT OR IGNORE INTO visitors VALUES (1, 'ann')")
        db.conn.executemany(
            "INSERT INTO scans (scanned_at, code, visitor_id, verdict, source) VALUES (?, '', 1, 'human', 'csv')",
            [(number * 86_400_000,) for number in range(count)],
        )


def test_a_small_file_is_answered_in_place_and_a_large_one_beside_it(db, monkeypatch):
    monkeypatch.setattr("o2o.attribution.engines.choice.MANY_ROWS", 3)
    put_scans(db, 2)
    assert choose_engine(db, EngineName.AUTO).name == "sqlite"
    put_scans(db, 1)
    assert choose_engine(db, EngineName.AUTO).name == "duckdb"
    with writing(db):  # what isn't committed can't be seen from outside
        assert choose_engine(db, EngineName.AUTO).name == "sqlite"


def test_order_lines_make_a_file_large_as_scans_do(db, monkeypatch):
    monkeypatch.setattr("o2o.attribution.engines.choice.MANY_ROWS", 3)
    put_scans(db, 1)
    db.conn.execute("INSERT INTO orders (id, order_id, ordered_at, amount) VALUES (1, '1', 0, 200)")
    for line, engine in ((1, "sqlite"), (2, "duckdb")):
        db.conn.execute("INSERT INTO order_lines VALUES (1, ?, 'S', 1, 100)", [line])
        assert choose_engine(db, EngineName.AUTO).name == engine


@pytest.mark.parametrize(
    ("scan", "at", "touchpoint", "visitor"),
    [
        (3, 0, 1, 1),
        (2**33 - 1, 2**43 - 1, 2**20 - 1, 2**30 - 1),
        (2**33, 2**43 - 1, 2**20 - 1, 2**30 - 1),
        (2**33 - 1, 2**43, 2**20 - 1, 2**30 - 1),
        (2**33 - 1, -1, 2**20 - 1, 2**30 - 1),
        (2**33 - 1, 2**43 - 1, 2**20, 2**30 - 1),
        (2**33 - 1, 2**43 - 1, 2**20 - 1, 2**30),
    ],
)
def test_scans_come_as_they_are_however_large_their_numbers(db, db_path, scan, at, touchpoint, visitor):
    with writing(db):
        db.conn.execute(
            "INSERT INTO touchpoints (id, code, kind, subject_id, carrier, minted_at)"
            " VALUES (?, 'a', 'place', '', '', 0)",
            [touchpoint],
        )
        db.conn.execute("INSERT INTO visitors VALUES (?, 'ann')", [visitor])
        columns = "id, scanned_at, touchpoint_id, visitor_id, code, verdict, source"
        db.conn.executemany(
            f"INSERT INTO scans ({columns}) VALUES (?, ?, ?, ?, '', 'human', 'csv')",
            [(scan, at, touchpoint, visitor), (scan - 1, at, None, visitor), (scan - 2, at, touchpoint, None)],
        )
    query = "SELECT id, scanned_at, touchpoint_id, visitor_id FROM scans ORDER BY id"
    engine = DuckdbEngine(ShopFile(db_path))
    with engine.session():
        found = [tuple(row.values()) for row in engine.rows(query, {})]
    assert found == db.conn.execute(query).fetchall()


def test_what_is_written_meanwhile_stays_unseen(db, db_path):
    put_scans(db, 5)
    engine = DuckdbEngine(ShopFile(db_path))
    with engine.session():
        other = open_database(db_path)
        put_scans(other, 7)
        other.close()
        [row] = engine.rows("SELECT count(*) AS scans FROM scans", {})
        [hits] = engine.rows("SELECT count(*) AS scans FROM scans WHERE reason = :reason", {"reason": ""})
    assert row == hits == {"scans": 5}


def test_no_reader_outlives_its_session(db, db_path):
    source = ShopFile(db_path)
    with pytest.raises(ZeroDivisionError), DuckdbEngine(source).session():
        raise ZeroDivisionError
    assert all(reader.answers.closed for reader in source._readers)


def test_a_query_that_a_reader_refuses_is_told(db, db_path):
    engine = DuckdbEngine(ShopFile(db_path))
    with engine.session(), pytest.raises(ChildProcessError, match="no such column: nowhere"):
        list(engine.rows("SELECT nowhere FROM scans WHERE reason = ''", {}))


def test_the_engine_is_told_and_can_be_chosen(run, db):
    put_scans(db, 1)
    for engine in ("sqlite", "duckdb"):
        assert f", {engine} " in run("report", "attribution", "--engine", engine).stderr
    run("setting", "set", "engine", "duckdb")
    assert ", duckdb " in run("report", "attribution").stderr
    assert run("setting", "set", "engine", "abacus").exit_code == 1
    assert attribute(db, SETTINGS, Question()).manifest.engine == "sqlite"


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda path: path.name)
def test_duckdb_answers_the_examples(shop, case):  # noqa: F811
    fill(shop, case)
    found, expected = answer_case(shop, case, "--engine", "duckdb")
    assert found == expected


def test_columns_of_a_file_in_place_are_those_of_its_rows_however_many(db, monkeypatch):
    monkeypatch.setattr("o2o.attribution.engines.sqlite._ROWS", 2)
    put_scans(db, 5)
    engine, sql = choose_engine(db, EngineName.SQLITE), "SELECT id, verdict FROM scans WHERE id <= :last ORDER BY id"
    found = engine.columns(sql, {"last": 5})
    assert found["id"].tolist() == [1, 2, 3, 4, 5] and found["verdict"].tolist() == ["human"] * 5
    assert [len(column) for column in engine.columns(sql, {"last": 0}).values()] == [0, 0]

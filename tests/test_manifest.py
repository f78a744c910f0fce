import json

import pytest
from conftest import SETTINGS

from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import attribute
from o2o.config import change_setting, load_settings
from o2o.db import writing
from o2o.importers.orders import import_orders

ORDERS = "order_id,at,amount\n1,2026-05-17,1\n"


ABOUT_ORDERS = Question(Outcome.ORDERS)


def digest(db, question=ABOUT_ORDERS):
    return attribute(db, load_settings(db), question).manifest.digest


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


def test_two_equal_runs_have_one_digest(db):
    assert digest(db) == digest(db)


def test_another_question_has_another(db):
    found = {
        digest(db, question)
        for question in (
            Question(),
            Question(Outcome.ORDERS),
            Question(by=Level.STORE),
            Question(window=1),
            Question(since=1),
        )
    }
    assert len(found) == 5


def test_a_setting_that_matters_changes_it_and_a_look_does_not(db):
    before = digest(db)
    change_setting(db, "slogan", "Scan me")
    assert digest(db) == before
    change_setting(db, "visit_gap_minutes", "45")
    assert digest(db) != before


def test_new_rows_change_it_and_the_same_import_again_does_not(db, orders):
    before = digest(db)
    import_orders(db, orders, now=1)
    after = digest(db)
    assert after != before
    import_orders(db, orders, now=2)
    assert digest(db) == after
    with writing(db):
        db.conn.execute("INSERT INTO scans (scanned_at, code, verdict, source) VALUES (1, 'A', 'orphan', 'serve')")
    assert digest(db) != after


def test_a_later_version_of_a_row_changes_it(db, orders):
    import_orders(db, orders, now=1)
    before = digest(db)
    orders.write_text(ORDERS.replace(",1\n", ",2\n"), encoding="utf-8")
    import_orders(db, orders, now=1)
    assert digest(db) != before


def test_it_names_question_settings_data_and_programs(db, orders):
    import_orders(db, orders, now=1)
    manifest = attribute(db, SETTINGS, Question(Outcome.ORDERS)).manifest
    assert manifest.question["outcome"] == "orders"
    assert manifest.settings["visit_gap_minutes"] == SETTINGS.visit_gap_minutes
    assert manifest.newest["orders"] == 1 and manifest.newest["scans"] == 0
    assert manifest.chain.batches == 1 and len(manifest.chain.digest) == 32
    assert manifest.engine == "sqlite" and manifest.engine_version.startswith("3.")
    assert manifest.schema >= 7 and manifest.o2o


def test_each_format_says_what_it_was_made_from(db, run, tmp_path, orders):
    import_orders(db, orders, now=1)
    known = digest(db)
    ask = ("report", "attribution", "--outcome", "orders")
    assert f"run {known[:12]}: 1 import batch" in run(*ask).stderr
    told = json.loads(run(*ask, "--format", "json").stdout)["manifest"]
    assert told["digest"] == known and told["made_at"].startswith("2")
    run(*ask, "--manifest", tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["digest"] == known
    page = run(*ask, "--format", "html").stdout
    assert '<details class="manifest">' in page and "&quot;engine&quot;: &quot;sqlite&quot;" in page

"""ClickHouse gives the report that the shop's file gives: the same text, by HTTP."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from o2o.attribution.engines.choice import open_lake
from o2o.attribution.engines.clickhouse import PASSWORD, ClickhouseError, Server, load_lake
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.models import MODELS
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import answer_levels, attribute_levels
from o2o.cli import cli
from o2o.db import open_database
from tests.conftest import SETTINGS
from tests.test_attribution_oracle import PERIODS, worlds
from tests.test_engines import put_scans, same, shop_of  # noqa: F401  a fixture
from tests.test_report_attribution import EXAMPLES, answer_case, fill, shop  # noqa: F401  a fixture

pytest.importorskip("chdb")
pytest.importorskip("duckdb")

from o2o.attribution.engines.export import LakeExport, export_lake
from o2o.attribution.engines.lake import Lake

ROOT = Path(__file__).parent.parent
FEW = rules(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def address():
    """Where a ClickHouse answers who knows the password."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.clickhouse_server"]
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(PASSWORD, "counts")
            yield f"clickhouse://analyst@127.0.0.1:{int(server.stdout.readline())}/shop"
        server.stdin.close()


@FEW
@given(world=worlds(), period=PERIODS, outcome=st.sampled_from(Outcome))
def test_clickhouse_agrees_with_sqlite(address, shop_of, tmp_path, world, period, outcome):  # noqa: F811
    db = shop_of(world)
    question = Question(outcome, MODELS, Level.PLACE, since=period[0], until=period[1])
    export_lake(db, str(tmp_path / "lake"), LakeExport())
    load_lake(Lake.open(str(tmp_path / "lake")), address)
    engine, manifest = open_lake("", address)
    levels = [Level.PLACE, Level.STORE, Level.TOUCHPOINT]
    found = answer_levels(engine, lambda: manifest.state, manifest.shop_settings, question, levels)
    expected = attribute_levels(db, SETTINGS, question, levels, SqliteEngine(db))
    assert all(same(found[level], expected[level]) for level in levels)
    left = Server(address).rows("SELECT name FROM system.tables WHERE name LIKE 'kept_%'")
    assert left == []


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda path: path.name)
def test_clickhouse_answers_the_examples(address, shop, case, tmp_path):  # noqa: F811
    fill(shop, case)
    export_lake(open_database(shop), str(tmp_path / "lake"), LakeExport())
    load_lake(Lake.open(str(tmp_path / "lake")), address)
    found, expected = answer_case(shop, case, "--engine", address)
    assert found == expected


def test_a_report_asks_clickhouse_alone(address, run, db, tmp_path):
    put_scans(db, 4)
    run("lake", "export", tmp_path / "lake")
    assert "rows into clickhouse://" in run("lake", "load", tmp_path / "lake", address).stderr
    answer = CliRunner().invoke(cli, ["report", "attribution", "--engine", address, "--db", "nowhere.db"])
    assert answer.exit_code == 0 and ", clickhouse 2" in answer.stderr
    assert answer.stdout == run("report", "attribution").stdout


def test_who_does_not_answer_is_told():
    with pytest.raises(ClickhouseError, match="check the address and that it runs"):
        Server("clickhouse://127.0.0.1:1/default").rows("SELECT 1")


def test_what_it_refuses_is_told(address):
    with pytest.raises(ClickhouseError, match="nowhere"):
        Server(address).rows("SELECT nowhere")


def test_who_knows_no_password_is_told(address, monkeypatch):
    monkeypatch.setenv(PASSWORD, "guessed")
    with pytest.raises(ClickhouseError, match="Authentication failed"):
        Server(address).rows("SELECT 1")


def test_a_database_that_is_not_there_is_told(address):
    with pytest.raises(ClickhouseError, match="nowhere"):
        Server(address.replace("/shop", "/nowhere")).rows("SELECT 1")

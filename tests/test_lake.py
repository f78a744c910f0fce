"""A lake gives the report that the shop's file gives, without the file."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from o2o.attribution.engines.choice import open_lake
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.models import MODELS
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import answer_levels, attribute_levels
from o2o.cli import cli
from o2o.errors import InputFileError, MissingPackageError
from tests.conftest import SETTINGS
from tests.test_attribution_oracle import PERIODS, WINDOWS, worlds
from tests.test_engines import put_scans, same, shop_of  # noqa: F401  a fixture

pytest.importorskip("duckdb")

from o2o.attribution.engines import export as exporting
from o2o.attribution.engines.export import LakeExport, export_lake

FEW = rules(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(world=worlds(), window=WINDOWS, period=PERIODS, outcome=st.sampled_from(Outcome), buckets=st.integers(1, 3))
def test_a_lake_agrees_with_the_file(shop_of, tmp_path, world, window, period, outcome, buckets):  # noqa: F811
    db = shop_of(world)
    question = Question(outcome, MODELS, Level.PLACE, window, *period)
    export_lake(db, str(tmp_path / "it's a lake"), LakeExport(buckets))
    engine, manifest = open_lake(str(tmp_path / "it's a lake"))
    assert manifest.shop_settings == SETTINGS
    found = answer_levels(engine, lambda: manifest.state, SETTINGS, question, list(Level))
    expected = attribute_levels(db, SETTINGS, question, list(Level), SqliteEngine(db))
    assert all(same(found[level], expected[level]) for level in Level)


@pytest.fixture
def sliced(monkeypatch):
    """Write a lake by slices of three rows."""
    monkeypatch.setattr(exporting, "SLICE", 3)


def test_a_lake_lies_by_bucket_and_month(db, tmp_path, sliced):
    put_scans(db, 40)  # a day apart, from 1970-01-01 on
    manifest = export_lake(db, str(tmp_path / "lake"), LakeExport(2))
    root = tmp_path / "lake" / manifest.folder / "scans"
    assert sorted(path.relative_to(root).as_posix() for path in root.glob("*/*")) == [
        "bucket=1/month=1970-01",
        "bucket=1/month=1970-02",
    ]
    assert json.loads((tmp_path / "lake" / "manifest.json").read_text())["rows"]["scans"] == 40


def test_an_interrupted_export_goes_on_where_it_was(db, tmp_path, sliced, monkeypatch):
    put_scans(db, 9)
    target, written = str(tmp_path / "lake"), []
    write = exporting._Writer.write

    def stop_at(limit):
        def counted(writer, table, *rest):
            if len(written) == limit:
                raise KeyboardInterrupt
            written.append(table)
            return write(writer, table, *rest)

        monkeypatch.setattr(exporting._Writer, "write", counted)

    stop_at(5)
    with pytest.raises(KeyboardInterrupt):
        export_lake(db, target, LakeExport())
    with pytest.raises(InputFileError, match="no lake is there"):
        open_lake(target)
    stop_at(None)
    manifest = export_lake(db, target, LakeExport())
    assert written.count("scans") == 3 and len(written) == len(set(written)) + 2
    assert manifest.rows["scans"] == 9


def test_a_new_lake_takes_the_place_of_the_old_one_once_it_is_whole(db, tmp_path):
    put_scans(db, 2)
    old = export_lake(db, str(tmp_path), LakeExport())
    put_scans(db, 3)
    new = export_lake(db, str(tmp_path), LakeExport())
    assert (old.rows["scans"], new.rows["scans"]) == (2, 5)
    assert not (tmp_path / old.folder).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"layout": 1}', b'{"layout": 1, "state": 2}', b"\xff"])
def test_a_damaged_manifest_is_told_with_what_to_do(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(InputFileError, match=r"manifest\.json is damaged; export it again"):
        open_lake(str(tmp_path))


def test_a_lake_may_lie_where_fsspec_reaches(db):
    pytest.importorskip("fsspec")
    put_scans(db, 4)
    export_lake(db, "memory://chain/lake", LakeExport())
    engine, manifest = open_lake("memory://chain/lake")
    with engine.session():
        assert list(engine.rows("SELECT count(*) AS scans FROM scans", {})) == [{"scans": 4}]
    assert manifest.rows["scans"] == 4


def test_a_lake_is_asked_without_a_file(run, db, tmp_path):
    put_scans(db, 4)
    run("lake", "export", tmp_path / "lake", "--since", "1970-01-03")
    answer = CliRunner().invoke(cli, ["report", "attribution", "--lake", str(tmp_path / "lake"), "--db", "nowhere.db"])
    assert answer.exit_code == 0 and "duckdb" in answer.stderr
    assert "the lake holds nothing before 1970-01-03" in answer.stderr
    of_the_file = run("report", "attribution", "--since", "1970-01-03", "--window", "1s").stdout
    assert run("report", "attribution", "--lake", tmp_path / "lake", "--window", "1s").stdout == of_the_file


def test_models_are_compared_on_a_lake_as_in_the_file(run, db, tmp_path):
    put_scans(db, 4)
    run("lake", "export", tmp_path / "lake")
    asked = ("report", "compare-models", "--model", "first,linear", "--format", "json")
    of_the_file = run(*asked).stdout
    assert run(*asked, "--lake", tmp_path / "lake", "--db", "nowhere.db").stdout == of_the_file


def test_what_is_no_lake_is_told(tmp_path, monkeypatch):
    with pytest.raises(InputFileError, match="make one with 'o2o lake export'"):
        open_lake(str(tmp_path))
    monkeypatch.setattr("o2o.attribution.engines.choice._PACKAGES", ("not_there",))
    with pytest.raises(MissingPackageError, match=r"o2o\[engines\]"):
        open_lake(str(tmp_path))


def test_a_question_of_the_web_page_needs_the_file(run, tmp_path):
    assert "asks the shop's file" in run("report", "attribution", "--lake", tmp_path, "--format", "html").stderr

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.db import Database
from o2o.times import parse_at
from tests.conftest import SETTINGS
from tests.test_busy_hours import scan
from tests.test_silent_signs import hang

ANALYSES = (
    *("affinity", "audit", "campaigns", "funnel", "hours", "journeys", "lifecycle", "matrix", "people", "ranking"),
    *("retention", "returns", "unscanned", "value", "walk-ins"),
)


@pytest.mark.parametrize("name", ANALYSES)
def test_a_shop_without_data_is_told_what_to_do_next(name: str, run: Callable[..., Result], tmp_path: Path) -> None:
    asked = ["report", name, *(["--outcome", "orders"] if name == "audit" else [])]
    result = run(*asked)
    assert result.exit_code == 0
    assert "The shop has no scans and no orders yet." in result.stdout
    assert "───" not in result.output  # no empty table
    run(*asked, "--format", "html", "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "还没有扫码" in page
    assert "<table" not in page and "没有数据" not in page
    assert json.loads(run(*asked, "--format", "json").stdout)["said"][0].startswith("The shop has no scans")


@pytest.mark.parametrize("name", ["silent-signs", "bursts", "touchpoints"])
def test_a_list_of_a_shop_without_data_says_what_is_next_too(name: str, run: Callable[..., Result]) -> None:
    result = run("report", name)
    assert result.stdout == "nothing to show\n"
    assert "Next: print codes" in result.stderr


def test_a_period_without_data_is_told_between_which_days_there_is_some(
    db: Database, run: Callable[..., Result]
) -> None:
    scan(db, hang(db, "S1", "A0"), "V", parse_at("2026-01-05", SETTINGS.zone))
    told = "the data goes from 2026-01-05 to 2026-01-05"
    assert told in run("report", "hours", "--since", "2026-02-01", "--until", "2026-02-28").stderr
    assert told in run("report", "unscanned", "--until", "2025-12-31").stderr
    assert told not in run("report", "hours", "--since", "2026-01-01", "--until", "2026-02-28").stderr


def test_of_a_list_only_the_rows_of_a_value_are_written(db: Database, run: Callable[..., Result]) -> None:
    scan(db, hang(db, "S1", "A0"), "V", parse_at("2026-01-05", SETTINGS.zone))
    asked = ("report", "lifecycle", "--until", "2026-01-05", "--format", "csv", "--where")
    assert run(*asked, "stage=introduction").stdout.splitlines()[1].startswith("introduction,1,")
    assert len(run(*asked, "stage=lost", "--where", "people=1").stdout.splitlines()) == 1
    assert "the columns of stages are" in str(run(*asked, "colour=red").exception)
    assert "has no =" in run(*asked, "stage").stderr

"""A print in parts: a file and a job for each store, aisle, or so many labels."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.config import change_setting
from o2o.db import Database
from o2o.errors import OutputError, SettingError
from o2o.printing.jobs.parts import By, PartsRefusedError, parse_split
from o2o.subjects import Kind
from o2o.times import SINCE_EVER
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.prints import EAN, NOW, carried, fill_shop, product, read_codes

Run = Callable[..., Result]


@pytest.fixture
def shop(db: Database) -> Database:
    """A shop of two stores, with ten products in two aisles of the first."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    for number in range(10):
        sku = f"1{number}"
        db.table("products").insert(product(sku, f"蔬菜{number}", gtin=EAN))
        db.table("assortment").insert(carried(sku, aisle=f"A{number % 2 + 1}", bay=str(number)))
    mint_touchpoints(db, MintRequest(store_id="S1"), NOW)
    return db


def print_tags(run: Run, out: Path, *more: str) -> Result:
    return run("print", "tags", "--store", "S1", "--out", out, *more)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.pdf"))


@pytest.mark.parametrize(
    ("split", "out", "files"),
    [
        ("store", "tags.pdf", ["tags-S1.pdf"]),
        ("aisle", "tags.pdf", ["tags-S1-10.pdf", "tags-S1-2.pdf", "tags-S1-A1.pdf", "tags-S1-A2.pdf"]),
        ("aisle", "{aisle}@{store}.pdf", ["10@S1.pdf", "2@S1.pdf", "A1@S1.pdf", "A2@S1.pdf"]),
        ("5", "tags-{part}.pdf", ["tags-001.pdf", "tags-002.pdf", "tags-003.pdf"]),
        ("7", "{store}.pdf", ["S1-2.pdf", "S1.pdf"]),
    ],
)
def test_each_file_is_a_job_of_its_own_that_can_be_proved(
    shop: Database, run: Run, tmp_path: Path, split: str, out: str, files: list[str]
) -> None:
    result = print_tags(run, tmp_path / out, "--split", split)
    assert result.exception is None
    assert names(tmp_path) == files
    assert f"{len(files)} file(s): 12 printed on {len(files)} page(s)" in result.stdout
    assert {job["file_name"] for job in shop.query("SELECT file_name FROM print_jobs")} == set(files)
    printed = [row["touchpoint_id"] for row in shop.query("SELECT touchpoint_id FROM print_cells")]
    assert len(set(printed)) == len(printed) == 12
    assert all(run("proof", tmp_path / name).exit_code == 0 for name in files)


def test_a_file_of_an_aisle_has_the_tags_of_that_aisle_in_the_order_of_the_walk(
    shop: Database, run: Run, tmp_path: Path
) -> None:
    print_tags(run, tmp_path / "{aisle}.pdf", "--split", "aisle")
    query = """
        SELECT subject_id FROM print_cells AS cell
        JOIN print_jobs AS job ON job.id = cell.job_id
        JOIN touchpoints AS mark ON mark.id = cell.touchpoint_id
        WHERE file_name = 'A2.pdf' ORDER BY page, cell
    """
    assert [row["subject_id"] for row in shop.query(query)] == ["11", "13", "15", "17", "19"]
    assert len([code for code in read_codes(tmp_path / "A2.pdf") if code.text != EAN]) == 5


def test_used_labels_are_those_of_the_first_sheet_of_all(shop: Database, run: Run, tmp_path: Path) -> None:
    print_tags(run, tmp_path / "tags.pdf", "--split", "7", "--start", "5")
    firsts = shop.query("SELECT min(cell) AS cell FROM print_cells GROUP BY job_id ORDER BY job_id")
    assert [row["cell"] for row in firsts] == [5, 1]


def test_all_stores_or_several_make_a_file_each_and_one_without_tags_is_passed_over(
    shop: Database, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "tags.pdf"
    result = run("print", "tags", "--all-stores", "--out", out)
    assert result.exception is None
    assert "passed over: nothing to print" in result.stderr
    shop.table("assortment").insert({**carried("10"), "store_id": "S2", "valid_from": SINCE_EVER})
    mint_touchpoints(shop, MintRequest(Kind.PRODUCT, store_id="S2"), NOW)
    assert run("print", "tags", "--store", "S2", "--store", "S1", "--out", out).exception is None
    assert names(tmp_path) == ["tags-S1.pdf", "tags-S2.pdf"]
    jobs = shop.query("SELECT command, store_id FROM print_jobs ORDER BY id DESC LIMIT 2")
    assert [tuple(job.values()) for job in jobs] == [("tags --store S1", "S1"), ("tags --store S2", "S2")]
    assert run("print", "tags", "--out", out).exit_code == 2
    assert run("print", "tags", "--all-stores", "--store", "S1", "--out", out).exit_code == 2


def test_a_file_with_a_problem_is_not_printed_and_the_others_are(shop: Database, run: Run, tmp_path: Path) -> None:
    shop.execute("UPDATE products SET name = name || '\U000e1234' WHERE sku = '13'")
    result = print_tags(run, tmp_path / "{aisle}.pdf", "--split", "aisle")
    assert isinstance(result.exception, PartsRefusedError)
    assert "1 file(s) were not printed: A2.pdf" in str(result.exception)
    assert names(tmp_path) == ["10.pdf", "2.pdf", "A1.pdf"]
    assert "product 13" in result.stderr
    assert "3 file(s): 7 printed" in result.stdout


def test_what_is_no_way_to_split_is_told(shop: Database, run: Run, tmp_path: Path) -> None:
    assert (parse_split("aisle"), parse_split("500")) == (By.AISLE, 500)
    assert isinstance(print_tags(run, tmp_path / "x.pdf", "--split", "0").exception, SettingError)
    assert isinstance(print_tags(run, tmp_path / "{shop}.pdf", "--split", "5").exception, OutputError)
    badges = ("print", "badges", "--store", "S1", "--out", tmp_path / "x.pdf", "--split")
    assert "only products lie in aisles" in str(run(*badges, "aisle").exception)
    assert run(*badges, "1").exception is None
    assert names(tmp_path) == ["x-S1-001.pdf", "x-S1-002.pdf"]

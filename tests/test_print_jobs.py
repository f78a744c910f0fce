"""Jobs that are printed again, listed and forgotten."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.config import change_setting
from o2o.db import Database
from tests.prints import NOW, cells_of, fill_shop

Run = Callable[..., Result]


@pytest.fixture
def shop(db: Database, run: Run, tmp_path: Path) -> Database:
    """A small shop, its tags printed as job 1, badges as 2 and signage as 3."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    for what in ("tags", "badges", "signage"):
        result = run("print", what, "--store", "S1", "--copies", "2", "--start", "3", "--out", tmp_path / f"{what}.pdf")
        if what == "signage":
            result = run("print", what, "--store", "S1", "--carrier", "table", "--out", tmp_path / f"{what}.pdf")
        assert result.exit_code == 0, result.stderr
    return db


def reprint(run: Run, what: str, job_id: int, out: Path, *more: str) -> Result:
    return run("print", what, "--reprint", str(job_id), "--out", out, *more)


@pytest.mark.parametrize(("what", "job_id"), [("tags", 1), ("badges", 2), ("signage", 3)])
def test_the_same_job_gives_the_same_file_and_no_other_job(
    shop: Database, run: Run, tmp_path: Path, what: str, job_id: int
) -> None:
    before = shop.table("print_jobs").count
    result = reprint(run, what, job_id, tmp_path / "again.pdf")
    assert result.stdout.endswith(f"job {job_id}\n")
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / f"{what}.pdf").read_bytes()
    assert shop.table("print_jobs").count == before
    assert run("proof", tmp_path / "again.pdf").exit_code == 0


@pytest.mark.parametrize("order", [("--cut-and-stack",), ("--order", "columns"), ("--split", "1")])
def test_it_is_the_same_however_it_was_ordered_and_split(
    shop: Database, run: Run, tmp_path: Path, order: tuple[str, ...]
) -> None:
    run("print", "tags", "--store", "S1", *order, "--out", tmp_path / "t.pdf")
    jobs = list(shop.query("SELECT id, file_name FROM print_jobs WHERE id > 3"))
    for job in jobs:
        assert reprint(run, "tags", job["id"], tmp_path / "again.pdf").exit_code == 0
        assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / job["file_name"]).read_bytes()


def test_lost_labels_are_printed_into_the_free_cells_of_a_sheet(shop: Database, run: Run, tmp_path: Path) -> None:
    assert reprint(run, "tags", 1, tmp_path / "lost.pdf", "--sku", "007", "--start", "9").exit_code == 0
    (cell,) = cells_of(shop)
    assert (cell["cell"], cell["job_id"]) == (9, 4)


def test_a_page_of_a_job_is_printed_again(shop: Database, run: Run, tmp_path: Path) -> None:
    assert reprint(run, "tags", 1, tmp_path / "page.pdf", "--page", "1").exit_code == 0
    assert [cell["cell"] for cell in cells_of(shop)] == [1, 2]
    result = reprint(run, "tags", 1, tmp_path / "none.pdf", "--page", "2-3")
    assert (result.exit_code, "it has 1 page(s)" in str(result.exception)) == (1, True)


def test_what_has_changed_since_is_told_and_not_printed(shop: Database, run: Run, tmp_path: Path) -> None:
    shop.execute("UPDATE products SET name = '好蛋' WHERE sku = '007'")
    for more in ((), ("--sku", "007")):
        result = reprint(run, "tags", 1, tmp_path / "again.pdf", *more)
        assert result.exit_code == 1
        assert "product 007 name: 散养土鸡蛋 → 好蛋" in str(result.exception)
        assert not (tmp_path / "again.pdf").exists()
    assert reprint(run, "tags", 1, tmp_path / "rest.pdf", "--sku", "008").exit_code == 0
    assert reprint(run, "tags", 1, tmp_path / "again.pdf", "--sku", "007", "--as-it-is-now").exit_code == 0
    assert "好蛋" in str(cells_of(shop)[0]["texts"])


def test_new_products_and_prices_of_later_days_leave_a_job_as_it_was(shop: Database, run: Run, tmp_path: Path) -> None:
    shop.execute("UPDATE products SET retired_at = ? WHERE sku = '007'", [4 * NOW])
    row = {"sku": "008", "store_id": "S1", "price": 1, "valid_from": 4 * NOW, "source": "list"}
    shop.table("prices").insert(row)
    assert reprint(run, "tags", 1, tmp_path / "again.pdf").exit_code == 0
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "tags.pdf").read_bytes()


USELESS = [
    (("tags", "--reprint", "1", "--template", "shelf-strip"), "--template does not go with --reprint"),
    (("tags", "--reprint", "1", "--start", "5"), "--start does not go with --reprint"),
    (("tags", "--reprint", "2"), "job 2 printed badges"),
    (("tags", "--store", "S1", "--page", "2"), "name it by --reprint"),
    (("tags", "--reprint", "1", "--page", "x"), "write 3 or 5-7"),
    (("tags", "--store", "S1", "--list"), "--changed-since"),
]


@pytest.mark.parametrize(("options", "said"), USELESS)
def test_options_that_make_no_sense_are_refused(
    shop: Database, run: Run, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = run("print", *options, "--out", tmp_path / "out.pdf")
    assert (result.exit_code, said in " ".join(result.stderr.split())) == (2, True), result.stderr


def test_jobs_are_listed_shown_and_forgotten(shop: Database, run: Run, tmp_path: Path) -> None:
    listed = run("print", "jobs", "list", "--store", "S1", "--format", "csv").stdout.splitlines()
    assert [line.split(",")[0] for line in listed] == ["job", "3", "2", "1"]
    shown = run("print", "jobs", "show", "1", "--page", "1", "--format", "csv").stdout
    assert "1,3,product,008,有机纯牛奶,shelf-tag" in shown
    assert run("print", "jobs", "forget", "1").stdout == "forgot job 1 of 4 cell(s), tags.pdf\n"
    assert not cells_of(shop) or cells_of(shop)[0]["job_id"] != 1
    assert run("print", "jobs", "show", "1").exit_code == 1


def test_a_file_that_is_written_over_is_told_with_its_job(shop: Database, run: Run, tmp_path: Path) -> None:
    again = ("print", "tags", "--store", "S1", "--out", tmp_path / "tags.pdf")
    assert "no longer that of job 1;" in run(*again).stderr
    (tmp_path / "tags.pdf").unlink()
    assert "no longer" not in run(*again).stderr
    assert "no longer" not in reprint(run, "tags", 1, tmp_path / "again.pdf").stderr

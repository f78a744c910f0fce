"""``o2o catalog import`` reads files as it is told, and keeps how under a name."""

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from o2o.cli import cli
from o2o.db import Database


@pytest.fixture
def run(db: Database, db_path: Path):
    """Run a command on the shop's file."""

    def run(*args: object) -> Result:
        return CliRunner().invoke(cli, [str(arg) for arg in args], env={"O2O_DB": str(db_path)})

    return run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook of two sheets of products, one with a header that says little."""
    book = openpyxl.Workbook()
    for row in [["主档"], [], ["内码", "叫法", "零售价", "特供价", "备注"], ["001", "鸡蛋", 12.8, 9.9, "x"]]:
        book.active.append(row)
    for row in [["sku", "name"], ["2", "milk"]]:
        book.create_sheet("more").append(row)
    book.save(tmp_path / "主档.xlsx")
    return tmp_path / "主档.xlsx"


SAID = ("--sheet", "Sheet", "--header-row", 3, "--map", "内码=sku", "--map", "叫法=name", "--map", "特供价=price")


def test_a_file_is_read_as_it_is_said_and_again_by_the_name_of_its_mapping(run, db: Database, book: Path) -> None:
    result = run("catalog", "import", book, *SAID, "--map", "备注=", "--save-mapping", "erp")
    assert result.exit_code == 0, result.output
    assert db.conn.execute("SELECT sku, name, price, extra FROM products").fetchall() == [
        ("001", "鸡蛋", 990, '{"零售价":"12.8"}')
    ]
    assert ": 0 new, 0 changed, 1 unchanged" in run("catalog", "import", book, "--mapping", "erp").stdout
    assert ": 0 new, 1 changed" in run("catalog", "import", book, "--mapping", "erp", "--map", "零售价=price").stdout


def test_mappings_are_listed(run, book: Path) -> None:
    run("catalog", "import", book, *SAID, "--as", "products", "--save-mapping", "erp")
    assert json.loads(run("catalog", "mappings", "--format", "json").stdout) == [
        {
            "name": "erp", "kind": "products", "sheets": "Sheet", "header_row": 3, "encoding": "",
            "map": "内码=sku, 叫法=name, 特供价=price",
        }
    ]  # fmt: skip


def test_what_could_not_be_read_is_not_kept(run, book: Path) -> None:
    assert run("catalog", "import", book, "--sheet", "x", "--save-mapping", "erp").exit_code == 1
    assert run("catalog", "mappings", "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--map", "售价"), "not of the shape HEADER=COLUMN"),
        (("--map", "售价=prise"), "'prise' is no column; say one of"),
        (("--header-row", "0"), "0 is not in the range"),
    ],
)
def test_an_option_that_says_nothing_is_a_usage_error(run, book: Path, options, message: str) -> None:
    result = run("catalog", "import", book, *options)
    assert result.exit_code == 2
    assert message in result.stderr

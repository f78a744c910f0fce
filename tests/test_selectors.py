"""Choosing what is printed on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.config import change_setting
from o2o.db import Database
from tests.prints import EAN, cells_of, fill_shop

Run = Callable[..., Result]


@pytest.fixture
def shop(db: Database) -> Database:
    """The small shop, its products in categories."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    db.execute("UPDATE products SET category = '食品/蛋类' WHERE sku = '007'")
    db.execute("UPDATE products SET category = '食品/乳品/低温' WHERE sku = '008'")
    return db


def printed(shop: Database) -> list[str]:
    """Return whose codes the last job printed."""
    marks = dict(shop.execute("SELECT id, subject_id FROM touchpoints").fetchall())
    return [marks[cell["touchpoint_id"]] for cell in cells_of(shop)]


CHOICES = [
    # command and what it chooses, whose codes are printed
    ("tags --sku 007", ["007"]),
    ("tags --sku 007 --sku 008", ["008", "007"]),
    (f"tags --barcode {EAN}", ["007"]),
    ("tags --barcode 690-1234-567892 --sku 008", ["008", "007"]),
    ("tags --barcode 6901234567893", ["008"]),
    ("tags --category 食品", ["008", "007"]),
    ("tags --category 食品/乳品", ["008"]),
    ("tags --category 食品/蛋类 --category 食品/乳品", ["008", "007"]),
    ("tags --category 食品/蛋类 --sku 007 --sku 008", ["007"]),
    ("badges --person E02 --person E01", ["E01", "E02"]),
    ("signage --place P-exit --place P-bag", ["P-exit", "P-bag"]),
    ("signage --category 食品 --template shelf-card", ["008", "007"]),
    (f"signage --barcode {EAN} --template shelf-card", ["007"]),
    (f"signage --barcode {EAN} --place P-endcap", ["P-endcap"]),
]


@pytest.mark.parametrize(("command", "subjects"), CHOICES)
def test_prints_are_chosen_by_what_staff_have_at_hand(
    shop: Database, run: Run, tmp_path: Path, command: str, subjects: list[str]
) -> None:
    result = run("print", *command.split(), "--store", "S1", "--out", tmp_path / "out.pdf")
    assert result.exception is None
    assert printed(shop) == subjects


LISTS = [
    # command, the file, whose codes are printed
    ("tags", "货号,新价\n007,9.9\n", ["007"]),
    ("tags", f"条码,新价\n{EAN},9.9\n", ["007"]),
    ("tags", "sku,barcode\n008,\n", ["008"]),
    ("tags", "007\n008\n", ["008", "007"]),
    ("badges", "工号,姓名\nE02,欧阳\n", ["E02"]),
    ("badges", "E01\n", ["E01"]),
    ("signage", "place_id\nP-exit\n", ["P-exit"]),
    ("signage --template shelf-card", "sku,name\n007,\n", ["007"]),
    ("signage", "P-bag\n", ["P-bag"]),
]


@pytest.mark.parametrize(("command", "text", "subjects"), LISTS)
def test_a_files_column_says_what_it_lists(
    shop: Database, run: Run, tmp_path: Path, command: str, text: str, subjects: list[str]
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(text, encoding="utf-8")
    arguments = ("--store", "S1", "--from", listed, "--out", tmp_path / "out.pdf")
    result = run("print", *command.split(), *arguments)
    assert result.exception is None
    assert printed(shop) == subjects


REFUSED = [
    ("tags --place P-exit", "--place makes no sense for tags: choose by --sku, --barcode, --category or --from"),
    ("tags --person E01", "for these run 'o2o print badges'"),
    (
        "badges --sku 007",
        "--sku makes no sense for badges: choose by --person or --from; for these run 'o2o print tags'",
    ),
    ("badges --category 食品", "--category makes no sense for badges"),
    ("signage --person E01", "choose by --place, --sku, --barcode, --category or --from"),
]


@pytest.mark.parametrize(("command", "message"), REFUSED)
def test_what_makes_no_sense_is_refused_with_what_to_use(
    shop: Database, run: Run, tmp_path: Path, command: str, message: str
) -> None:
    result = run("print", *command.split(), "--store", "S1", "--out", tmp_path / "out.pdf")
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


UNKNOWN = [
    ("tags --barcode 6900000000007", "product 6900000000007: no product has this barcode"),
    ("tags --category 食物", "no category '食物' in this file; write it as the products have it, such as 食品"),
    ("tags --category 食", "no category '食'"),
    ("signage --category 食品 --place P-exit", "a place shows one product"),
]


@pytest.mark.parametrize(("command", "message"), UNKNOWN)
def test_what_is_not_there_is_named(shop: Database, run: Run, tmp_path: Path, command: str, message: str) -> None:
    result = run("print", *command.split(), "--store", "S1", "--out", tmp_path / "out.pdf")
    assert message in str(result.exception)
    assert not (tmp_path / "out.pdf").exists()


def test_a_list_of_something_else_is_refused(shop: Database, run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("工号,姓名\nE02,欧阳\n", encoding="utf-8")
    result = run("print", "tags", "--store", "S1", "--from", listed, "--out", tmp_path / "out.pdf")
    assert "it lists person_id" in str(result.exception)


@pytest.mark.parametrize("command", ["tags --sku 007", "badges --person E01"])
def test_a_word_for_one_print_is_taken_by_tags_and_badges_too(
    shop: Database, run: Run, tmp_path: Path, command: str
) -> None:
    arguments = ("--store", "S1", "--set", "name=改名", "--out", tmp_path / "out.pdf")
    assert run("print", *command.split(), *arguments).exception is None
    assert ["改名" in str(cell["texts"]) for cell in cells_of(shop)] == [True]

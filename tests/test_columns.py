"""Columns are found by any of their names, however they are written."""

from pathlib import Path

import pytest

from o2o.errors import InputFileError
from o2o.importers.columns import (
    find_columns,
    fold_name,
    fold_names,
    is_near,
    language_of,
    locate_columns,
    only_places,
)

NAMES = {"amount": ("金额", "实付金额"), "at": ("时间",)}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("sku,name", "en"),
        ("商品编码,品名", "zh"),
        ("sku,品名", "zh"),
        ("indeks,nazwa,zawartość", "en"),
        ("Größe", "en"),
    ],
)
def test_a_table_is_chinese_if_a_column_is_called_so(header: str, language: str) -> None:
    assert language_of(header.split(",")) == language


def test_case_width_blanks_and_units_in_brackets_do_not_matter() -> None:
    assert {fold_name(cell) for cell in ("Member Price", "member_price", "ＭＥＭＢＥＲ　price (元)")} == {"memberprice"}


def test_a_column_is_found_by_its_own_and_its_other_names() -> None:
    assert find_columns(["时间", "Amount (CNY)", "备注"], NAMES) == {"at": [0], "amount": [1]}


def test_two_cells_for_one_column_are_named() -> None:
    header = ["金额", "时间", "实付金额"]
    with pytest.raises(InputFileError, match="'金额' and '实付金额' both mean amount; rename or remove one"):
        only_places(Path("x.csv"), header, find_columns(header, NAMES))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("рrice", "price"),
        ("Ρrісе", "price"),
        ("ｐｒｉｃｅ", "price"),
        ("售價", "售价"),
        ("條碼", "条码"),
        ("商品編號", "商品编号"),
        ("\u200b售 价\ufeff", "售价"),
        ("Member-Price*", "memberprice"),
    ],
)
def test_letters_that_look_alike_are_one(cell: str, name: str) -> None:
    assert fold_name(cell) == name


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("price", "prise", True),
        ("price", "pirce", True),
        ("price", "rice", True),
        ("price", "prices", True),
        ("price", "pr1ces", False),
        ("price", "price", False),
        ("商品编马", "商品编码", True),
        ("", "a", True),
        ("abc", "cba", False),
    ],
)
def test_a_name_is_near_another_by_one_character(one: str, other: str, *, near: bool) -> None:
    assert is_near(one, other) is is_near(other, one) is near


def test_what_was_given_for_a_column_goes_before_its_other_names() -> None:
    header = ["金额", "时间", "实付金额", "备注"]
    given = {"实付 金额": "amount", "时间": "", "备注": "price"}
    assert locate_columns(header, fold_names(NAMES), given) == {"amount": [2]}


def test_what_was_given_for_a_cell_that_is_not_there_changes_nothing() -> None:
    assert locate_columns(["金额", "时间"], fold_names(NAMES), {"FAmount": "amount"}) == {"amount": [0], "at": [1]}

"""Columns are found by any of their names, however they are written."""

from pathlib import Path

import pytest

from o2o.errors import InputFileError
from o2o.importers.columns import find_columns, fold_name, only_places

NAMES = {"amount": ("金额", "实付金额"), "at": ("时间",)}


def test_case_width_blanks_and_units_in_brackets_do_not_matter() -> None:
    assert {fold_name(cell) for cell in ("Member Price", "member_price", "ＭＥＭＢＥＲ　price (元)")} == {"memberprice"}


def test_a_column_is_found_by_its_own_and_its_other_names() -> None:
    assert find_columns(["时间", "Amount (CNY)", "备注"], NAMES) == {"at": [0], "amount": [1]}


def test_two_cells_for_one_column_are_named() -> None:
    header = ["金额", "时间", "实付金额"]
    with pytest.raises(InputFileError, match="'金额' and '实付金额' both mean amount; rename or remove one"):
        only_places(Path("x.csv"), header, find_columns(header, NAMES))

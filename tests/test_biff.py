"""Numbers and errors of .xls files, as another program writes them, are read with their formats."""

from pathlib import Path

import pytest
import xlwt

from o2o.importers.biff import read_special_cells


@pytest.mark.parametrize(
    "number", [0, 1, 690, -5, 536870911, -536870912, 536870912, 0.01, 12.8, -12.8, 1e-5, 6901234567890, 1e17]
)
def test_a_number_is_read_however_it_is_packed(tmp_path: Path, number: float) -> None:
    book = xlwt.Workbook()
    book.add_sheet("商品").write(7, 3, number, xlwt.easyxf(num_format_str="0000"))
    book.save(tmp_path / "book.xls")
    assert list(read_special_cells((tmp_path / "book.xls").read_bytes(), "商品")) == [(7, 3, number, "0000")]


def test_rows_of_numbers_are_read_in_a_large_file(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("one")
    for row in range(20_000):
        for column in range(3):
            sheet.write(row, column, row * 10 + column)
        sheet.write(row, 4, f"text {row}")
    sheet.row(5).set_cell_error(5, 0x17)
    book.save(tmp_path / "book.xls")
    cells = {
        (row, column): value
        for row, column, value, _ in read_special_cells((tmp_path / "book.xls").read_bytes(), "one")
    }
    assert cells.pop((5, 5)) == "#REF!"
    assert cells == {(row, column): row * 10 + column for row in range(20_000) for column in range(3)}


def test_a_sheet_that_there_is_not_has_no_cells(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("one").write(0, 0, 1)
    book.save(tmp_path / "book.xls")
    assert list(read_special_cells((tmp_path / "book.xls").read_bytes(), "two")) == []

"""Archives: what is no workbook, or would fill the memory, is refused before it is unpacked."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from o2o.errors import InputFileError
from o2o.importers import archives
from o2o.importers.archives import check_archive
from o2o.importers.tables import open_tables


def write_book(path: Path, **cells: object) -> Path:
    book = openpyxl.Workbook()
    for place, value in {"A1": "sku", "B1": "name", "A2": "007", "B2": "egg", **cells}.items():
        book.active[place] = value
    book.save(path)
    return path


def test_an_archive_of_tables_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "tables.zip", "w") as archive:
        archive.writestr("products.csv", "sku,name\n1,egg\n")
    with pytest.raises(InputFileError, match="an archive, no workbook; unpack it"):
        open_tables(tmp_path / "tables.zip")


def test_a_workbook_that_unpacks_to_more_than_fits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_book(tmp_path / "book.xlsx")
    check_archive(path)
    monkeypatch.setattr(archives, "_LARGEST", 1000)
    with pytest.raises(InputFileError, match=r"unpacked it has .* GB; export it as CSV"):
        check_archive(path)


def test_a_cell_in_the_last_corner_of_a_sheet_is_said(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.xlsx", XFD1048576="x")
    with pytest.raises(InputFileError, match=r"reaches to cell XFD1048576, .*delete the empty rows and columns"):
        open_tables(path)


@pytest.mark.parametrize("corner", ["A1048576", "XFD2"])
def test_a_cell_in_the_last_row_or_column_is_read(tmp_path: Path, corner: str) -> None:
    (table,) = open_tables(write_book(tmp_path / "book.xlsx", **{corner: "x"}))
    assert next(iter(table.batches)).rows[0][:2] == ["007", "egg"]

"""A workbook written is a workbook read."""

from pathlib import Path

from openpyxl import load_workbook

from o2o.demo.workbook import write_workbook
from o2o.importers.tables import stream_table

ROWS = [("商品编码", "品名"), ("001011", "鲜选小青菜 Select <Pak choi> & co"), ("", " two  spaces ")]


def test_two_other_programs_read_the_same_text(tmp_path: Path) -> None:
    path = tmp_path / "products.xlsx"
    write_workbook(path, ROWS)
    sheet = load_workbook(path).active
    assert sheet
    assert [tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True)] == ROWS
    header, rows = stream_table(path)
    assert header == ROWS[0]
    assert [cells for _, cells in rows] == [tuple(cell.strip() for cell in row) for row in ROWS[1:]]

"""Tables as people send them: what stands above, below and beside them is told from them, and nothing is bent."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.catalog.kinds import CatalogKind
from o2o.errors import InputFileError
from o2o.importers.body import TOTAL_CELLS
from o2o.importers.cells import NumberText
from o2o.importers.columns import fold_name
from o2o.importers.headers import names_of
from o2o.importers.tables import AS_IT_IS, Reading, Table, open_tables, read_lines, stream_table
from o2o.text_files import unguard_formula


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_book(path: Path, **sheets: list[list]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def open_one(path: Path, reading: Reading = AS_IT_IS) -> tuple[Table, list[tuple[int, tuple[str, ...]]]]:
    (table,) = open_tables(path, reading)
    rows = [row for batch in table.batches for row in zip(batch.lines, map(tuple, batch.rows), strict=True)]
    return table, rows


PLAIN = "sku,name,price\n1,a,2\n"


@pytest.mark.parametrize(
    ("text", "header", "line", "rows"),
    [
        (PLAIN, "sku,name,price", 1, [2]),
        ("商品主档\n2026年5月\n\n商品编码,品名,售价\n1,a,2\n", "商品编码,品名,售价", 4, [5]),
        ("门店：城西店,制表人：张三\n商品编码,品名,售价\n1,a,2\n", "商品编码,品名,售价", 2, [3]),
        ("商品信息,,价格,\n编码,品名,售价,会员价\n1,a,2,1\n", "编码,品名,售价,会员价", 2, [3]),
        ("标题\n门店,,商品,\n编码,名称,编码,售价\nS1,a,1,2\n", "门店编码,门店名称,商品编码,售价", 2, [4]),
        ("商品编码,品名,价格,\n,,售价,会员价\n1,a,2,1\n", "商品编码,品名,售价,会员价", 1, [3]),
        ("编号,品名,售价\n商品编码,品名,售价\n1,a,2\n", "商品编码,品名,售价", 2, [3]),
        ("sku,name\n\n\n1,a\n,\n2,b\n", "sku,name", 1, [4, 6]),
        ("sku,name\n商品编码,品名\n1,a\n", "sku,name", 1, [3]),
        ("商品编码,品名,价格\nsku,name,price\n1,a,2\n,,元\n", "商品编码,品名,价格", 1, [3]),
    ],
)
def test_the_header_is_the_row_or_two_that_name_most_columns(tmp_path: Path, text, header, line, rows) -> None:
    table, found = open_one(write(tmp_path / "file.csv", text))
    assert (table.header, table.header_line) == (tuple(header.split(",")), line)
    assert [number for number, _ in found] == rows


def test_the_row_of_the_header_may_be_given(tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", "sku,name,price\n\nsku,name\n1,a\n")
    table, rows = open_one(path, Reading(header_row=3))
    assert (table.header, rows) == (("sku", "name"), [(4, ("1", "a"))])
    with pytest.raises(InputFileError, match="line 2: there is nothing in the line given as --header-row"):
        open_tables(path, Reading(header_row=2))


@pytest.mark.parametrize(
    ("row", "left_out"),
    [
        ("合计,,20", True),
        ("合计：,,20", True),
        (",合计：12种,20", True),
        ("合计,12,20", True),
        ("Total,,20", True),
        ("Razem:,,20", True),
        (",,20", True),
        ("制表人：张三,,", True),
        ("打印时间 2026-05-17 08:00,,", True),
        ("第 1 页 共 3 页,,", True),
        ("sku,name,price", True),
        (",egg,20", False),
        ("1,,20", False),
        (",Total Care shampoo,20", False),
        (",打印纸,20", False),
        ("Total Care,shampoo,20", False),
        ("Total,voucher,20", False),
        ("Total,12 items,20", True),
        ("小计,蛋类,20", True),
        ("制表,台,20", False),
    ],
)
def test_totals_and_notes_are_left_out_and_said_and_bad_rows_are_not(tmp_path: Path, row: str, left_out) -> None:
    table, rows = open_one(write(tmp_path / "file.csv", f"sku,name,price\n1,a,2\n{row}\n2,b,3\n"))
    assert [line for line, _ in rows] == ([2, 4] if left_out else [2, 3, 4])
    said = [f"{table.path}: line(s) 3 left out: no rows of the table but totals, notes or headers"]
    assert table.remarks == (said if left_out else [])


def test_cells_are_given_without_what_nobody_sees_around_them(tmp_path: Path) -> None:
    text = '\ufeffsku,name,price\n 001 ,\u3000鸡 蛋\xa0,\u200b2\u200e\n1\u200b2,"a\n",\'=1\n"=""007""",\'x,\'\'a\n'
    _, rows = open_one(write(tmp_path / "file.csv", text))
    assert [cells for _, cells in rows] == [("001", "鸡 蛋", "2"), ("1\u200b2", "a", "=1"), ("007", "'x", "'a")]


def test_rows_are_as_wide_as_the_header_or_wider(tmp_path: Path) -> None:
    _, rows = open_one(write(tmp_path / "file.csv", "sku,name,price\n1,a\n2,b,3,4\n"))
    assert [cells for _, cells in rows] == [("1", "a", ""), ("2", "b", "3", "4")]


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("商品编码,品名,,备注\n1,a,x,\n", "作为自有列保留：备注"),
        ("商品编码,品名,,备注\n1,a,x,\n", "第 3 列没有列名，但第 2 行有内容；该列未导入"),
        ("商品编码,品名\n", "表头下面没有数据"),
        ("sku,name\n\nTotal,\n", "no rows stand below its header"),
        ("商品编码,品名\n1,a\n合计,2\n", "第 3 行未导入：是合计、备注或重复的表头，不是数据"),
        ("sku,name,,price\n1,a,,2\n2,b,x,3\n", "column 3 has no name but something in line 3; it is left out"),
        (
            "sku,name,price,unit price\n1,a,2,2\n",
            "'price' and 'unit price' mean the same and are alike in every row; the first is taken",
        ),
        ("sku,name,prise\n1,a,2\n", "'prise' looks like price; if it is meant, say --map prise=price"),
        ("sku,name,品牌\n1,a,x\n", "kept as columns of your own: brand"),
        ("store_id,sku,品牌\n1,2,x\n", "ignored the columns '品牌'"),
    ],
)
def test_what_is_odd_about_columns_is_said(tmp_path: Path, text: str, remark: str) -> None:
    table, _ = open_one(write(tmp_path / "file.csv", text))
    assert f"{table.path}: {remark}" in table.remarks


def test_two_columns_that_mean_the_same_and_differ_stop_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", "sku,name,价格,售价\n1,a,2,2\n2,b,3,4\n")
    with pytest.raises(InputFileError, match=r"line 3: '价格' and '售价' both mean price, .*--map 价格=price"):
        open_one(path)
    table, _ = open_one(path, Reading(names={"售价": "price"}))
    assert table.layout.positions == (0, 1, 3)


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", []), ("utf-8-sig", []), ("gb18030", ["GB18030"]), ("utf-16", ["UTF-16"])]
)
def test_an_encoding_that_is_not_utf_8_is_said(tmp_path: Path, encoding: str, said: list[str]) -> None:
    table, rows = open_one(write(tmp_path / "file.csv", "sku,name\n1,鸡蛋\n", encoding))
    assert rows == [(2, ("1", "鸡蛋"))]
    remarks = [f"{table.path}: read as {one}, not UTF-8; if its letters look wrong, say --encoding" for one in said]
    assert table.remarks == remarks


def test_an_encoding_may_be_given(tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", "sku;name\n1;ęęę\n", "cp1250")
    assert open_one(path, Reading(encoding="windows-1250"))[1] == [(2, ("1", "ęęę"))]


def test_an_encoding_that_was_given_and_does_not_fit_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", "商品编码,品名\n1,鸡蛋\n", "utf-8")
    table, _ = open_one(
        path, Reading(CatalogKind.PRODUCTS, encoding="gb18030", names={"鍟嗗搧缂栫爜": "sku", "鍝佸悕": "name"})
    )
    assert any("文件像是 UTF-8" in remark or "it is UTF-8" in remark for remark in table.remarks)
    plain = write(tmp_path / "plain.csv", "sku,name\n1,egg\n")
    assert open_one(plain, Reading(encoding="gb18030"))[0].remarks == []


def test_lines_are_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", 'sku,name\n1,"a\nb"\n2, c\n3,d\n')
    assert read_lines(path, Reading(), "", [4, 2]) == {2: ("1", "a\nb"), 4: ("2", "c")}
    assert read_lines(path, Reading(), "", []) == {}


CELLS = [
    (690, "690", True),
    (12.8, "12.8", True),
    (26.700000000000003, "26.7", True),
    (0.1 + 0.2, "0.3", True),
    (0.00001, "0.00001", True),
    (6901234567890, "6901234567890", True),
    (123456789012345678, "1.23456789012346E+17", True),
    (date(2026, 5, 17), "2026-05-17", False),
    (datetime(2026, 5, 17), "2026-05-17", False),
    (datetime(2026, 5, 17, 8, 30), "2026-05-17 08:30:00", False),
    (True, "TRUE", False),
    (" 007 ", "007", False),
]


@pytest.mark.parametrize(("value", "text", "number"), CELLS)
def test_cells_of_xlsx_are_texts_as_people_see_them(tmp_path: Path, value, text: str, *, number: bool) -> None:
    path = write_book(tmp_path / "book.xlsx", one=[["sku", "name"], [value, "a"]])
    _, [(_, cells)] = open_one(path)
    assert cells == (text, "a")
    assert isinstance(cells[0], NumberText) is number


@pytest.mark.parametrize(("value", "text", "number"), [cell for cell in CELLS if not isinstance(cell[0], date)])
def test_cells_of_xls_are_texts_as_people_see_them(tmp_path: Path, value, text: str, *, number: bool) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("one")
    for row, cells in enumerate([["sku", "name", "day"], [value, "a", date(2026, 5, 17)]], start=2):
        for column, cell in enumerate(cells):
            style = xlwt.easyxf(num_format_str="yyyy-mm-dd") if isinstance(cell, date) else xlwt.Style.default_style
            sheet.write(row, column, cell, style)
    book.save(tmp_path / "book.xls")
    table, [(line, cells)] = open_one(tmp_path / "book.xls")
    assert (table.header_line, line, cells) == (3, 4, (text, "a", "2026-05-17"))
    assert isinstance(cells[0], NumberText) is number


def test_numbers_padded_with_zeros_and_errors_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [[], [None, "sku", "name", "price"], [None, 690, "a", 690], [None, 1234567, "b", "#N/A"]]:
        sheet.append(row)
    for cell in ("A3", "B3", "A4", "B4"):
        sheet[cell].number_format = "000000"
    book.save(tmp_path / "book.xlsx")
    _, rows = open_one(tmp_path / "book.xlsx")
    assert rows == [(3, ("000690", "a", "690")), (4, ("1234567", "b", "#N/A"))]


def test_a_formula_that_was_never_worked_out_is_an_error_and_not_an_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["sku", "name", "price"], ["1", "a", "=1+1"], ['="00"&"7"', "b", 3]]:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    _, rows = open_one(tmp_path / "book.xlsx")
    assert rows == [(2, ("1", "a", "#CALC!")), (3, ("#CALC!", "b", "3"))]


def test_a_formula_whose_text_is_empty_is_an_empty_cell(tmp_path: Path) -> None:
    write_book(tmp_path / "plain.xlsx", one=[["sku", "name"], ["1", "=A2"]])
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "book.xlsx", "w") as book:
        for part in plain.namelist():
            book.writestr(part, plain.read(part).replace(b'<c r="B2"><f>', b'<c r="B2" t="str"><f>'))
    _, rows = open_one(tmp_path / "book.xlsx")
    assert rows == [(2, ("1", ""))]


def test_numbers_and_errors_of_xls_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    for name, start in (("other", 5), ("one", 2)):
        sheet = book.add_sheet(name)
        padded = xlwt.easyxf(num_format_str="000000")
        for column, cell in enumerate(["sku", "name", "price"]):
            sheet.write(start, column, cell)
        for row, sku in enumerate([690, 1234567, 6901234567890, 12.5], start + 1):
            sheet.write(row, 0, sku, padded)
            sheet.write(row, 1, 690)
        sheet.row(start + 1).set_cell_error(2, 0x2A)
    book.save(tmp_path / "book.xls")
    _, rows = open_one(tmp_path / "book.xls", Reading(sheets=("one",)))
    assert rows == [
        (4, ("000690", "690", "#N/A")), (5, ("1234567", "690", "")), (6, ("6901234567890", "690", "")),
        (7, ("12.5", "690", "")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xls", b"<html><table><tr><td>sku</td></tr></table></html>", "a web page or XML, .*save it as .xlsx"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "a web page or XML"),
        ("a.csv", b"%PDF-1.4\n", "no table but a PDF"),
        ("a.xlsx", b"PK\x03\x04 nothing", "not a readable workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "not a readable workbook"),
    ],
)
def test_what_is_no_table_whatever_its_name_is_said(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputFileError, match=message):
        open_tables(tmp_path / name)


def test_a_workbook_is_known_by_what_is_in_it_not_by_its_name(tmp_path: Path) -> None:
    write_book(tmp_path / "book.xlsx", one=PRODUCTS).rename(tmp_path / "book.xls")
    assert open_one(tmp_path / "book.xls")[1] == [(2, ("1", "egg"))]
    assert open_one(write(tmp_path / "table.xls", "sku\tname\n1\tegg\n"))[1] == [(2, ("1", "egg"))]


def test_merged_cells_are_filled(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [
        ["商品主档"], ["门店编号", "商品", None, "价格"], [None, "编码", "陈列", "售价", "会员价"],
        ["S1", "1", "a", 2, 1], [None, "2", None, 3, 2], [], ["S2", "1", "b", 2, 1],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    for area in ("A1:E1", "A2:A3", "B2:C2", "D2:E2", "A4:A6", "C4:C5"):
        sheet.merge_cells(area)
    book.save(tmp_path / "book.xlsx")
    table, found = open_one(tmp_path / "book.xlsx")
    assert table.header == ("门店编号", "编码", "陈列", "售价", "会员价")
    assert found == [(4, ("S1", "1", "a", "2", "1")), (5, ("S1", "2", "a", "3", "2")), (7, ("S2", "1", "b", "2", "1"))]


PRODUCTS = [["sku", "name"], ["1", "egg"]]
STORES = [["store_id", "name"], ["S1", "one"]]
NOTES = [["说明"], ["请勿修改"]]


def test_sheets_of_different_kinds_are_all_taken_and_the_others_said(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.xlsx", 说明=NOTES, 商品=PRODUCTS, 空=[], 门店=STORES)
    products, stores = open_tables(path)
    assert [(one.sheet, one.layout.kind.value) for one in (products, stores)] == [
        ("商品", "products"),
        ("门店", "stores"),
    ]
    (remark,) = products.remarks
    assert remark.startswith(f"{path}, sheet '说明': its first lines name no column of ours")
    assert remark.endswith("; the sheet is passed over")


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"a": PRODUCTS, "b": PRODUCTS}, "its sheets 'a' and 'b' are both products; name one with --sheet"),
        ({"a": NOTES, "b": NOTES}, "sheet 'a': its first lines name no column of ours"),
        ({"a": []}, "there is no table in it"),
    ],
)
def test_sheets_that_cannot_be_taken_say_why(tmp_path: Path, sheets, message: str) -> None:
    with pytest.raises(InputFileError, match=message):
        open_tables(write_book(tmp_path / "book.xlsx", **sheets))


@pytest.mark.parametrize(
    ("wanted", "found"), [(("b",), ["b"]), (("2",), ["b"]), (("1", "c"), ["a", "c"]), (("a", "1"), ["a"])]
)
def test_sheets_may_be_named_or_counted(tmp_path: Path, wanted, found: list[str]) -> None:
    path = write_book(tmp_path / "book.xlsx", a=PRODUCTS, b=PRODUCTS, c=STORES)
    assert [table.sheet for table in open_tables(path, Reading(sheets=wanted))] == found
    with pytest.raises(InputFileError, match="no sheet of it is 'x'; its sheets are 'a', 'b', 'c'"):
        open_tables(path, Reading(sheets=("x",)))


def test_a_hidden_sheet_is_passed_over_and_said_unless_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.load_workbook(write_book(path, a=PRODUCTS, old=PRODUCTS))
    book["old"].sheet_state = "hidden"
    book.save(path)
    (table,) = open_tables(path)
    assert (table.sheet, table.remarks) == ("a", [f"{path}, sheet 'a': passed over what is hidden: sheet 'old'"])
    assert [table.sheet for table in open_tables(path, Reading(sheets=("old",)))] == ["old"]


def test_a_kind_that_is_given_is_taken_of_the_sheet_that_has_it(tmp_path: Path) -> None:
    path = write_book(tmp_path / "book.xlsx", a=NOTES, b=[["sku", "price", "from"], ["1", 2, "2026-01-01"]])
    (table,) = open_tables(path, Reading(CatalogKind.PRICES))
    assert (table.sheet, table.layout.kind) == ("b", CatalogKind.PRICES)


def test_a_table_that_is_not_of_the_catalogue_begins_with_its_first_line(tmp_path: Path) -> None:
    header, rows = stream_table(write(tmp_path / "file.csv", "\n单号;金额\n1;2,50\n"))
    assert (header, list(rows)) == (("单号", "金额"), [(3, ("1", "2,50"))])


VISIBLE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
SEEN = VISIBLE.filter(lambda text: unguard_formula(text) == text)
SKUS = SEEN.filter(
    lambda text: text not in TOTAL_CELLS and fold_name(text) not in names_of(CatalogKind.PRODUCTS, "sku")
)


@given(
    rows=st.lists(st.tuples(SKUS, SEEN, st.one_of(st.just(""), SEEN)), min_size=1, max_size=5),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_out_is_the_cell_in(tmp_path: Path, rows, separator: str, encoding: str, line_end: str) -> None:
    path = tmp_path / "file.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator, lineterminator=line_end).writerows([("sku", "name", "spec"), *rows])
    _, found = open_one(path, Reading(encoding=encoding))
    assert [cells for _, cells in found] == rows

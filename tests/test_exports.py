"""The catalogue out and in again: no id, text, price or date changes, whatever the format."""

import csv
import json
import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from o2o.catalog.export_files import FileFormat, export_catalog
from o2o.catalog.exports import Selection, export_records, export_table
from o2o.catalog.kinds import CatalogKind
from o2o.codes.barcode_forms import normalise_barcode, split_barcodes
from o2o.db import Database
from o2o.errors import MissingPackageError
from o2o.importers.body import TOTAL_CELLS
from o2o.importers.catalog import import_catalogs
from o2o.importers.cells import HIDDEN
from o2o.problems import Severity
from o2o.subjects import Carrier
from o2o.text_files import guard_cells, spreadsheet_cell, unguard_formula, write_csv
from tests.conftest import make_shop

NOW = 1_780_000_000_000
Row = dict[str, str]
Tables = dict[CatalogKind, list[Row]]


def visible(text: str) -> str:
    return text.strip(f" \t\n\r{HIDDEN}").strip()


def is_data(text: str) -> bool:
    """Tell whether a text is none that an import refuses or leaves out: #REF!, 6.9E+12, a word for totals."""
    return (
        not text.startswith("#")
        and not re.fullmatch(r"\d([.,]\d+)?E\+\d+", text, re.IGNORECASE)
        and text not in TOTAL_CELLS
    )


texts = st.one_of(
    st.sampled_from(
        ["=1+1", "+1", "-1", "@a", "'", "''=1", "'x", '"', 'a"b', "a\tb", "a,b;c", "中文 名", "🥚", "007", '="7"',
         "'=\"7\"", "3-4", "1/2", "MAR1", "1E5", "TRUE", "10:30", "2026-05-17", "1.299", "０１", "12.80", "$5"]
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Cf", "Zl", "Zp", "Zs")) | st.just(" "), max_size=12),
).map(visible).filter(is_data)  # fmt: skip
names = texts.filter(bool)
several_lines = st.lists(names, min_size=1, max_size=3).map("\n".join)
ids = st.lists(names.filter(lambda name: "\t" not in name), unique=True, min_size=1, max_size=4)
barcodes = texts.filter(lambda text: "\t" not in text)
positive = st.integers(1, 10**9).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
amounts = st.one_of(st.just(""), st.just("0.00"), positive)
glns = st.sampled_from(["", "9506000134352", "0000000000000"])
gsrns = st.sampled_from(["", "795260646688514634"])
giais = st.sampled_from(["", "1", "950600013435CART-7", "1E5", "=1+1", "3/4"])
numbers = st.sampled_from(["", "1", "500", "0.5", "1.25", "0.0001"])
days = st.dates(date(1970, 1, 2), date(2999, 12, 30)).map(date.isoformat)
later_days = st.dates(date(2030, 1, 1), date(2999, 12, 30)).map(date.isoformat)
flags = st.booleans()


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    start, end = sorted((draw(days), draw(days)))
    return draw(st.sampled_from(["", start])), draw(st.sampled_from(["", end]))


@st.composite
def stays(draw: st.DrawFn, state: st.SearchStrategy[Row], own: Row) -> list[Row]:
    """Rows of one person or place, which follow each other; the last one ends in the future if it ends."""
    starts = sorted(draw(st.lists(days, unique=True, max_size=3)))
    rows = [
        {"from": start, "to": ""} | draw(state) | own
        for start in [draw(st.sampled_from(["", *starts[:1]])), *starts[1:]]
    ]
    for number, row in enumerate(rows):
        row["name"] += str(number)  # what doesn't change is one stay
    for row, after in pairwise(rows):
        gap = date.fromisoformat(after["from"]) - timedelta(days=2)
        if gap.isoformat() > row["from"] and gap.year >= 1970 and draw(flags):
            row["to"] = gap.isoformat()
    end = draw(later_days)
    rows[-1]["to"] = end if end > rows[-1]["from"] and draw(flags) else ""
    return rows


@st.composite
def catalogues(draw: st.DrawFn) -> Tables:
    """Tables as a merchant writes them, of each kind."""
    stores, skus = draw(ids), draw(ids)
    homes = st.sampled_from(["", *stores])
    carriers = st.sampled_from([carrier.value for carrier in Carrier])
    history = st.lists(st.just("") | days, unique=True, max_size=3)
    own = st.fixed_dictionaries(
        dict.fromkeys(draw(st.lists(st.sampled_from(["grade", "柜组", "=x", "50%"]), unique=True)), texts)
    )

    def table(key: str, keys: list[str], **columns: st.SearchStrategy[str]) -> list[Row]:
        return [{key: one} | {name: draw(values) for name, values in columns.items()} | draw(own) for one in keys]

    def subjects(key: str, **columns: st.SearchStrategy[str]) -> list[Row]:
        state = st.fixed_dictionaries({"store_id": homes, "name": names} | columns)
        return [{key: one} | row for one in draw(ids) for row in draw(stays(state, draw(own)))]

    tables = {
        CatalogKind.STORES: table(
            "store_id", stores, name=several_lines, city=texts, timezone=st.sampled_from(["", "Asia/Urumqi"]), gln=glns,
        ),
        CatalogKind.CAMPAIGNS: table("campaign_id", draw(ids), name=names, cost=amounts, gcn=glns),
        CatalogKind.PRODUCTS: table(
            "sku", skus, name=names, gtin=barcodes, spec=texts, unit=texts, origin=texts, category=texts, price=amounts,
            member_price=amounts, net_content=numbers, net_unit=st.sampled_from(["", "g", "ml"]),
        ),
        CatalogKind.PEOPLE: subjects("person_id", role=texts),
        CatalogKind.PLACES: subjects("place_id", zone=texts),
    }  # fmt: skip
    taken: set[str] = set()
    for row in tables[CatalogKind.PRODUCTS]:
        found = {normalise_barcode(barcode) for barcode in split_barcodes(row["gtin"])} - {""}
        row["gtin"] = row["gtin"] if taken.isdisjoint(found) else ""  # a barcode is of one product
        taken |= found
        row["pack_quantity"] = "6" if row["gtin"] and len(found) == 1 and draw(flags) else ""
    for row in tables[CatalogKind.CAMPAIGNS]:
        row["start"], row["end"] = draw(spans())
        row["goal"], row["target"] = draw(
            st.sampled_from([("", ""), ("visits", "300"), ("orders", ""), ("revenue", "1234.5")])
        )
    details = st.fixed_dictionaries(
        {"carrier": carriers, "walk_order": st.sampled_from(["", "0", "7"]), "gln": glns, "giai": giais}
    )
    by_place = {row["place_id"]: draw(details) for row in tables[CatalogKind.PLACES]}
    for row in tables[CatalogKind.PLACES]:
        row.update(by_place[row["place_id"]])
    by_person = {row["person_id"]: draw(gsrns) for row in tables[CatalogKind.PEOPLE]}
    for row in tables[CatalogKind.PEOPLE]:
        row["gsrn"] = by_person[row["person_id"]]
    tables[CatalogKind.AISLES] = [
        {"store_id": store, "aisle": aisle, "walk_order": str(draw(st.integers(0, 99))), "name": draw(texts)}
        for store in stores for aisle in draw(ids)
    ]  # fmt: skip
    # all spots of a product in a store have one price
    said = [
        {"store_id": store, "sku": sku, "valid_from": day, "price": draw(amounts), "member_price": draw(amounts)}
        for store in stores for sku in skus for day in draw(history)
    ]  # fmt: skip
    spot = st.fixed_dictionaries(dict.fromkeys(("aisle", "bay", "shelf", "position"), texts))
    labels = ("", "endcap")[: draw(st.integers(1, 2))]
    tables[CatalogKind.ASSORTMENT] = [row | {"label": label} | draw(spot) for row in said for label in labels]
    tables[CatalogKind.PRICES] = [
        {"sku": sku, "store_id": store, "price": draw(positive), "member_price": draw(amounts),
         "promo_price": draw(amounts), "from": day, "to": draw(st.sampled_from(["", day, "2999-12-30"]))}
        for sku in skus for store in ("", stores[0]) for day in draw(st.lists(days, unique=True, max_size=2))
    ]  # fmt: skip
    tables[CatalogKind.LOTS] = [
        {"sku": sku, "lot": lot, "produced": draw(st.sampled_from(["", "2026-05-01"])), "origin": draw(texts),
         "expires": draw(st.sampled_from(["", "2026-05-01", "2999-12-30"])),
         "certificate_url": draw(st.sampled_from(["", "https://a.test/b?c=1"]))} | draw(own)
        for sku in skus for lot in draw(ids)
    ]  # fmt: skip
    return {kind: rows for kind, rows in tables.items() if rows}


def write_tables(folder: Path, tables: Tables) -> list[Path]:
    paths = [folder / f"{kind}.csv" for kind in tables]
    for path, rows in zip(paths, tables.values(), strict=True):
        header = list(rows[0])
        write_csv(path, guard_cells(header), (guard_cells([row[name] for name in header]) for row in rows))
    return paths


def take(db: Database, *paths: Path) -> tuple[int, list[str]]:
    """Import files and return how many rows were new or changed, and why others weren't taken."""
    results = import_catalogs(db, list(paths), now=NOW)
    problems = [str(problem) for r in results for problem in r.problems if problem.severity is Severity.ERROR]
    return sum(r.new + r.changed for r in results), problems


def exported(db: Database, kind: CatalogKind) -> list[Row]:
    header = export_table(db, kind).header
    return [dict(zip(header, record, strict=True)) for record in export_records(db, kind)]


def sorted_rows(rows: list[Row]) -> list[list[tuple[str, str]]]:
    """Rows in one order, without the cells that say nothing."""
    return sorted(sorted((name, text) for name, text in row.items() if text) for row in rows)


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(catalogues())
def test_what_comes_out_is_what_went_in_and_goes_in_again_in_each_format(tables: Tables) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        first = make_shop(folder / "first.db")
        assert take(first, *write_tables(folder, tables))[1] == []
        for kind, rows in tables.items():
            assert sorted_rows(exported(first, kind)) == sorted_rows(rows)
        for file_format in (FileFormat.CSV, FileFormat.EXCEL, FileFormat.XLSX):
            second = make_shop(folder / f"{file_format}.db")
            paths = [folder / f"{kind}.{file_format.value.replace('excel', 'csv')}" for kind in tables]
            for kind, path in zip(tables, paths, strict=True):
                export_catalog(first, [kind], path, file_format)
            assert take(second, *paths)[1] == []
            assert take(second, *paths) == (0, [])
            assert {kind: exported(second, kind) for kind in tables} == {kind: exported(first, kind) for kind in tables}
            second.close()
        first.close()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("0042", '="0042"'),
        ("6901234567892", '="6901234567892"'),
        ("3-4", '="3-4"'),
        ("1E5", '="1E5"'),
        ("MAR1", '="MAR1"'),
        ("10:30 PM", '="10:30 PM"'),
        ("2026年5月17日", '="2026年5月17日"'),
        ("true", '="true"'),
        ("-5", '="-5"'),
        ("鸡蛋 30枚装", "鸡蛋 30枚装"),
        ("milk", "milk"),
        ("=1+1", "'=1+1"),
        ("=SUM(A1)+SUM(B1)", "'=SUM(A1)+SUM(B1)"),
        ("@cmd", "'@cmd"),
        ('="7"', '\'="7"'),
        ("", ""),
        ("1" * 256, "1" * 256),
    ],
)
def test_a_cell_for_excel_keeps_what_excel_would_bend_and_is_read_back(text: str, cell: str) -> None:
    assert spreadsheet_cell(text) == cell
    assert unguard_formula(cell) == text


@given(names, st.booleans())
def test_each_cell_for_excel_is_read_back(text: str, is_id: bool) -> None:
    assert unguard_formula(spreadsheet_cell(text, is_id=is_id)) == text


def test_an_id_for_excel_is_kept_whatever_it_is() -> None:
    assert spreadsheet_cell("A", is_id=True) == '="A"'
    assert spreadsheet_cell('a"b', is_id=True) == '="a""b"'


PRODUCTS = """sku,name,gtin,spec,price
0042,鸡蛋,06901234567892,3-4,12.80
=1+1,@x,,30枚,5
"""


@pytest.fixture
def goods(db: Database, tmp_path: Path) -> Database:
    """Two products and a lot."""
    (tmp_path / "goods.csv").write_text(PRODUCTS, encoding="utf-8")
    import_catalogs(db, [tmp_path / "goods.csv"], now=NOW)
    return db


def test_excel_reads_ids_as_text_and_runs_nothing(run: Callable, goods: Database, tmp_path: Path) -> None:
    result = run("catalog", "export", "products", "--excel", "--out", tmp_path / "out.csv")
    assert result.stderr == f"wrote 2 rows of products to {tmp_path / 'out.csv'}\n"
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfsku,")
    assert data.count(b"\r\n") == 3
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][:4] == ['="0042"', "鸡蛋", '="06901234567892"', '="3-4"']
    assert rows[2][:4] == ['="=1+1"', "'@x", "", '="30枚"']


def test_a_workbook_has_typed_cells_below_a_bold_header_that_stays(run: Callable, goods: Database, tmp_path) -> None:
    run("catalog", "export", "all", "--out", tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == list(CatalogKind)
    sheet = book["products"]
    assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("A2", True)
    assert [cell.value for cell in sheet[2]][:3] == ["0042", "鸡蛋", "06901234567892"]
    assert [(cell.value, cell.number_format) for cell in (sheet["A2"], sheet["H2"])] == [("0042", "@"), (12.8, "0.00")]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert 9 <= sheet.column_dimensions["C"].width <= 48


def test_more_rows_than_a_sheet_takes_go_on_in_the_next(goods: Database, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("o2o.catalog.workbooks._MOST_ROWS", 1)
    (table,) = export_catalog(goods, [CatalogKind.PRODUCTS], tmp_path / "p.xlsx", FileFormat.XLSX)
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert [[row[0] for row in sheet.values] for sheet in book][:2] == [["sku", "0042"], ["sku", "=1+1"]]
    assert table.rows == 2


def test_parquet_has_types_and_says_its_currency(goods: Database, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export_catalog(goods, [CatalogKind.PRODUCTS], tmp_path / "p.parquet", FileFormat.PARQUET)
    table = parquet.read_table(tmp_path / "p.parquet")
    assert {name: str(table.schema.field(name).type) for name in ("sku", "price")} == {
        "sku": "string", "price": "decimal128(18, 2)",
    }  # fmt: skip
    assert table.column("sku").to_pylist() == ["0042", "=1+1"]
    assert [str(price) for price in table.column("price").to_pylist()] == ["12.80", "5.00"]
    assert table.schema.metadata[b"currency"] == b"CNY"


@pytest.mark.parametrize(("package", "name"), [("xlsxwriter", "p.xlsx"), ("pyarrow", "p.parquet")])
def test_a_missing_package_is_named_with_the_way_to_install_it(
    run, goods, tmp_path, monkeypatch, package, name
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    result = run("catalog", "export", "products", "--out", tmp_path / name)
    assert isinstance(result.exception, MissingPackageError)
    assert "pip install 'o2o[" in str(result.exception)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["products", "stores"], "name a file or a folder with --out"),
        (["products", "--format", "xlsx"], "name a file or a folder with --out"),
        (["products", "--excel", "--out", "p.xlsx"], "--excel is a kind of CSV"),
        (["milk"], "is not one of"),
        ([], "Missing argument"),
    ],
)
def test_options_that_do_not_go_together_are_bad_usage(run: Callable, arguments: list[str], message: str) -> None:
    result = run("catalog", "export", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_several_tables_become_files_in_a_folder(run: Callable, goods: Database, tmp_path: Path) -> None:
    run("catalog", "export", "products", "stores", "--format", "json", "--out", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["products.json", "stores.json"]
    assert json.loads((tmp_path / "out" / "products.json").read_text("utf-8"))[0]["sku"] == "0042"
    assert json.loads((tmp_path / "out" / "stores.json").read_text("utf-8")) == []
    refused = run("catalog", "export", "products", "stores", "--out", tmp_path / "one.csv").exception
    assert "2 tables need a folder, or one workbook" in str(refused)


def test_costs_are_written_only_when_asked_for(run: Callable, goods: Database) -> None:
    goods.conn.execute("UPDATE products SET cost_price = 990 WHERE sku = '0042'")
    assert "9.90" not in run("catalog", "export", "products").stdout
    assert "cost_price" not in run("catalog", "export", "products").stdout
    assert "9.90" in run("catalog", "export", "products", "--with-cost").stdout


def test_what_is_retired_is_written_only_when_asked_for(goods: Database) -> None:
    goods.conn.execute("UPDATE products SET retired_at = ? WHERE sku = '0042'", [NOW])
    assert [row[0] for row in export_records(goods, CatalogKind.PRODUCTS, Selection(NOW - 1))] == ["0042", "=1+1"]
    assert [row[0] for row in export_records(goods, CatalogKind.PRODUCTS, Selection(NOW))] == ["=1+1"]
    table = export_table(goods, CatalogKind.PRODUCTS, Selection(NOW, retired=True))
    assert table.header[-1] == "retired"
    assert [str(record[-1]) for record in table.records] == ["2026-05-29", "None"]


def test_columns_that_came_later_stand_there_if_a_row_says_something_in_them(goods: Database) -> None:
    assert export_table(goods, CatalogKind.PRODUCTS).header[-1] == "member_price"
    goods.conn.execute("UPDATE products SET net_unit = 'g', net_content = 500, extra = '{\"等级\": \"A\"}'")
    assert export_table(goods, CatalogKind.PRODUCTS).header[-3:] == ("net_content", "net_unit", "等级")
    assert export_records(goods, CatalogKind.PRODUCTS)[0][-3:] == ("500", "g", "A")

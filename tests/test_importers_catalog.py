"""Tables of the catalogue: what is taken, what is left out and said, and that a second time changes nothing."""

import sys
from pathlib import Path

import pytest

from o2o.catalog.kinds import CatalogKind
from o2o.catalog.retirement import RetirementRefusedError
from o2o.db import Database
from o2o.errors import ImportRefusedError, InputFileError
from o2o.importers import catalog_problems
from o2o.importers.catalog import CatalogResult, ImportTerms, import_catalog, import_catalogs
from o2o.problems import write_problems

NOW = 1_780_000_000_000


@pytest.fixture
def load(db: Database, tmp_path: Path):
    """Import a table given as text."""

    def load(text: str, *, name: str = "file.csv", encoding: str = "utf-8", **options) -> CatalogResult:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return import_catalog(db, path, **({"now": NOW} | options))

    return load


def reasons(result: CatalogResult) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.reason) for problem in result.problems]


SEEN = {
    "stores": "store_id, name, city, timezone",
    "products": "sku, name, gtin, spec, unit, origin, category, price, member_price",
    "people": "person_id, store_id, name, role",
    "places": "place_id, store_id, name, carrier, zone",
    "campaigns": "campaign_id, name, starts_at, ends_at, cost",
    "assortment": "store_id, sku, price, member_price, aisle, bay, shelf, valid_from, valid_to",
}


def rows_of(db: Database, table: str) -> list[tuple]:
    return db.conn.execute(f"SELECT {SEEN[table]} FROM {table} ORDER BY 1, 2").fetchall()


def test_products_are_taken_with_prices_in_minor_units_and_leading_zeros(db, load) -> None:
    result = load("sku,name,gtin,spec,unit,origin,category,price,member_price\n007,鸡蛋,,30枚,盒,山东,蛋,12.80,9.9\n")
    assert (result.kind, result.new, result.problems) == (CatalogKind.PRODUCTS, 1, ())
    assert rows_of(db, "products") == [("007", "鸡蛋", "", "30枚", "盒", "山东", "蛋", 1280, 990)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_headers_are_known_in_each_encoding(db, load, encoding: str) -> None:
    result = load("商品编码,品名,规格,价格(元),会员价\n1,牛奶,1L,5,\n", encoding=encoding)
    assert result.kind is CatalogKind.PRODUCTS
    assert rows_of(db, "products") == [("1", "牛奶", "", "1L", "", "", "", 500, None)]


def test_a_second_time_changes_nothing(db, load) -> None:
    text = "store_id,name,city,timezone\nS1,one,上海,\nS2,two,,Asia/Urumqi\n"
    first, second = load(text), load(text)
    assert (first.new, first.changed, first.unchanged) == (2, 0, 0)
    assert (second.new, second.changed, second.unchanged) == (0, 0, 2)


def test_a_column_that_is_not_in_the_file_stays_as_it_is(db, load) -> None:
    load("sku,name,gtin,price\n1,a,96385074,5\n")
    result = load("sku,name,price\n1,a,6\n")
    assert (result.new, result.changed) == (0, 1)
    assert rows_of(db, "products") == [("1", "a", "96385074", "", "", "", "", 600, None)]


def test_bad_rows_are_left_out_and_said_and_the_good_are_taken(db, load, tmp_path: Path) -> None:
    result = load(
        "sku,name,price,member_price\n1,a,-1,\n2,b,10000000.01,\n3,c,free,\n,d,1,\n5,,1,\n6,f,1,,x\n7,g\n8,h,1.005,\n"
    )
    assert reasons(result) == [
        (2, "price", "negative"),
        (3, "price", "more than 10,000,000 for one piece"),
        (4, "price", "not an amount"),
        (5, "sku", "is missing"),
        (6, "name", "is missing"),
        (7, "", "the row has 5 cells, the header 4"),
        (9, "price", "more than 2 decimals for CNY"),
    ]
    assert all(problem.advice for problem in result.problems)
    assert [row[0] for row in rows_of(db, "products")] == ["7"]
    assert (result.rejected, result.problems_file) == (7, tmp_path / "file.csv.problems.csv")
    assert result.problems_file.read_bytes().startswith(b"\xef\xbb\xbfsku,name,price,member_price,line,column")


def test_mended_the_list_of_problems_is_imported(db, load) -> None:
    listed = load("sku,name,price\n001,a,-1\n").problems_file
    mended = listed.read_text(encoding="utf-8-sig").replace("'-1", "1")
    assert load(mended).new == 1
    assert rows_of(db, "products")[0][0] == "001"


def test_a_row_with_too_many_cells_is_as_wrong_in_the_list_of_problems_until_it_is_mended(db, load) -> None:
    listed = load("sku,name\n1,milk, fresh\n").problems_file
    again = load(listed.read_text(encoding="utf-8-sig"))
    assert (again.new, again.rejected) == (0, 1)


@pytest.mark.parametrize(
    ("text", "column"), [("sku,name\n6.90123E+12,a\n", "sku"), ("sku,name,gtin\n1,a,6.90123E+12\n", "gtin")]
)
def test_a_number_that_a_spreadsheet_has_shortened_is_told(db, load, text: str, column: str) -> None:
    (problem,) = load(text).problems
    assert (problem.column, problem.advice[:25]) == (column, "format the column as text")


def test_an_id_without_its_leading_zeros_is_told_from_an_unknown_one(db, load) -> None:
    load("store_id,name\n001,one\n")
    (problem,) = load("person_id,store_id,name\nP1,1,Li\n").problems
    assert problem.reason == "no such store, but 001: a spreadsheet has cut the zeros"


@pytest.mark.parametrize("prices", ["0,", "5,0", "0.00,0"])
def test_a_price_of_0_is_taken_with_a_warning(db, load, prices: str) -> None:
    result = load(f"sku,name,price,member_price\n1,a,{prices}\n")
    assert (result.new, [problem.reason for problem in result.problems]) == (1, ["would be printed as 0"])


@pytest.mark.parametrize("gtin", ["6901234567893", "12345", "abc"])
def test_a_wrong_gtin_is_a_warning_and_taken_as_it_is(db, load, gtin: str) -> None:
    result = load(f"sku,name,gtin\n1,a,{gtin}\n")
    assert [problem.severity for problem in result.problems] == ["warning"]
    assert (result.new, result.rejected) == (1, 0)
    assert rows_of(db, "products")[0][2] == gtin


def test_a_member_price_above_the_price_is_a_warning(db, load) -> None:
    result = load("sku,name,price,member_price\n1,a,1,2\n")
    assert (result.new, [problem.severity for problem in result.problems]) == (1, ["warning"])


def test_the_same_id_twice_is_one_row_or_a_problem_that_names_both_lines(db, load) -> None:
    result = load("sku,name\n1,a\n2,b\n1,a\n2,c\n")
    assert reasons(result) == [(5, "sku", "is in line 3 too, with another name")]
    assert result.remarks == (f"{result.file}: 1 row(s) stand there twice, all cells alike; each was taken once",)
    assert [row[:2] for row in rows_of(db, "products")] == [("1", "a"), ("2", "b")]


def test_one_person_in_two_stores_in_one_file_is_a_problem(db, load) -> None:
    load("store_id,name\nS1,one\nS2,two\n")
    result = load("person_id,store_id,name,role\nP1,S1,Li,guide\nP1,S2,Li,guide\n")
    assert reasons(result) == [(3, "person_id", "is in line 2 too, with another store_id")]
    assert "one person is in one store" in result.problems[0].advice
    assert rows_of(db, "people") == [("P1", "S1", "Li", "guide")]


@pytest.mark.parametrize("key", ["../x", "=1+1", "@x", "-1", "+1", "'x", "a,b", "é", "0001", "x" * 64])
def test_an_id_is_text_and_taken_as_it_is(db, load, key: str) -> None:
    assert load(f'sku,name\n"{key}",a\n').new == 1
    assert rows_of(db, "products")[0][0] == key


@pytest.mark.parametrize("key", ["a\tb", "a\nb", "a\x07b", "x" * 65])
def test_an_id_that_no_system_can_hold_is_a_bad_row(db, load, key: str) -> None:
    assert load(f'sku,name\n"{key}",a\n').rejected == 1
    assert rows_of(db, "products") == []


def test_a_row_of_an_unknown_store_or_product_says_what_to_import_first(db, load) -> None:
    for text in ("person_id,store_id,name\nP1,S9,Li\n", "store_id,sku,price\nS9,1,1\n"):
        (problem,) = load(text).problems
        assert problem.advice == "import the stores first, or correct it"
    load("store_id,name\nS1,one\n")
    (problem,) = load("store_id,sku,price\nS1,1,1\n").problems
    assert problem.advice == "import the products first, or correct it"


def test_carriers_are_known_in_english_and_chinese(db, load) -> None:
    result = load(
        "place_id,name,carrier\n1,a,door_sign\n2,b,门头招牌\n3,c,Shelf Card\n4,d,桌牌\n5,e,海报\n6,f,墙面海报\n"
        "7,g,海豹\n"
    )
    assert [row[3] for row in rows_of(db, "places")] == [
        "door_sign", "door_sign", "shelf_card", "table", "wall_poster", "wall_poster",
    ]  # fmt: skip
    assert [problem.line for problem in result.problems] == [8]
    assert "endcap 堆头" in result.problems[0].advice


def test_a_campaign_ends_with_the_last_instant_of_its_last_day(db, load) -> None:
    load("活动编号,活动名称,开始,结束,费用\nC1,春,2026/3/1,2026-03-02,1000\nC2,open,,,\n")
    assert rows_of(db, "campaigns") == [
        ("C1", "春", 1_772_294_400_000, 1_772_467_200_000, 100_000),
        ("C2", "open", None, None, None),
    ]


def test_dates_that_cannot_be_are_bad_rows(db, load) -> None:
    result = load(
        "campaign_id,name,start,end\nC1,a,2026-02-30,\nC2,b,2026-03-02,2026-03-01\nC3,c,1026-01-01,\nC4,d,soon,\n"
    )
    assert reasons(result) == [
        (2, "start", "not a date"),
        (3, "end", "is before the start"),
        (4, "start", "not between 1970 and 3000"),
        (5, "start", "not a date"),
    ]


def test_an_unknown_time_zone_is_a_bad_row(db, load) -> None:
    assert reasons(load("store_id,name,timezone\nS1,a,Mars/Base\n")) == [(2, "timezone", "no such time zone")]


def test_files_are_taken_in_the_order_in_which_they_refer_to_each_other(db, tmp_path: Path) -> None:
    texts = {
        "a.csv": "store_id,sku,price\nS1,1,5\n",
        "b.csv": "person_id,store_id,name\nP1,S1,Li\n",
        "c.csv": "sku,name\n1,egg\n",
        "d.csv": "store_id,name\nS1,one\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    results = import_catalogs(db, [tmp_path / name for name in texts], now=NOW)
    assert [(result.kind.value, result.new) for result in results] == [
        ("stores", 1), ("products", 1), ("people", 1), ("assortment", 1),
    ]  # fmt: skip


def test_strict_takes_nothing_of_any_file_when_one_row_is_bad(db, tmp_path: Path) -> None:
    good, bad = tmp_path / "stores.csv", tmp_path / "products.csv"
    good.write_text("store_id,name\nS1,one\n", encoding="utf-8")
    bad.write_text("sku,name,price\n1,a,1\n2,b,-1\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match=r"products.csv: 1 bad row\(s\), so nothing was taken"):
        import_catalogs(db, [good, bad], ImportTerms(strict=True), now=NOW)
    assert rows_of(db, "stores") == rows_of(db, "products") == []
    assert (tmp_path / "products.csv.problems.csv").exists()


def test_strict_takes_warnings(db, load) -> None:
    assert load("sku,name,price\n1,a,0\n", strict=True).new == 1


def test_strict_refuses_barcodes_that_are_no_ean(db, load) -> None:
    with pytest.raises(ImportRefusedError, match=r"1 bad row\(s\)"):
        load("sku,name,gtin\n1,a,123\n", strict=True)
    assert rows_of(db, "products") == []


def test_the_worst_of_each_row_is_told_once(db, load) -> None:
    result = load("sku,name,gtin,price\n1,a,6901234567892,1\n2,b,6901234567892;123;124,0\n3,c,123;124,0\n")
    assert [(p.line, p.severity) for p in result.problems] == [(3, "error"), (4, "warning")]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is a disk that is read only")
def test_no_list_to_remove_is_no_trouble_on_a_read_only_disk() -> None:
    assert write_problems(Path("/proc/none.csv"), [], []) is None


def test_a_table_with_too_many_bad_rows_is_refused_with_the_first_of_them(db, load, monkeypatch) -> None:
    monkeypatch.setattr(catalog_problems, "BAD_ROWS", 5_000)
    good, bad = "0,egg,1\n", "".join(f"{number},egg,x\n" for number in range(1, 10_001))
    with pytest.raises(InputFileError, match=r"more than 5,000 of its rows are bad, so none is taken; .*line 3.*--as"):
        load(f"sku,name,price\n{good}{bad}")
    assert rows_of(db, "products") == []


def test_a_complete_table_with_bent_ids_retires_nothing_unless_confirmed(db, load, tmp_path: Path) -> None:
    ids = [f"{number:03}" for number in range(10)]
    load("sku,name\n" + "".join(f"{sku},egg\n" for sku in [*ids, "6900000000000"]))
    path = tmp_path / "file.csv"
    path.write_text("sku,name\n" + "".join(f"{sku},egg\n" for sku in [*ids, "6.9E+12"]))
    with pytest.raises(
        RetirementRefusedError, match=r"1 of its rows have a bent id, .*line 12, sku: '6.9E\+12'.*--yes"
    ):
        import_catalogs(db, [path], ImportTerms(whole=True), now=NOW)
    (result,) = import_catalogs(db, [path], ImportTerms(whole=True, confirmed=True), now=NOW)
    assert (result.retired, result.rejected) == (1, 1)

"""Rows of catalogue tables become records: what each cell means, and what is said of those that mean nothing."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from o2o.catalog.kinds import CatalogKind
from o2o.config import Language
from o2o.db import Database
from o2o.importers import catalog_rows
from o2o.importers.catalog_rows import RecordReader
from o2o.importers.cells import DateText, NumberText, RowBatch
from o2o.importers.headers import recognise_layout
from o2o.problems import Severity, say

MAY_17 = date(2026, 5, 17)
SHORTENED = "a spreadsheet has shortened this number and lost digits of it"
NO_GLN = "is not a GLN: 13 digits, the last of them a check digit"
LINE_2 = "is in line 2 too, with another "


class Outcome(NamedTuple):
    """The records of a table, what was found (line, column, value, reason) and what was remarked."""

    records: list[tuple[Any, ...]]
    errors: list[tuple[int, str, str, str]]
    warnings: list[tuple[int, str, str, str]]
    remarks: list[str]


Read = Callable[..., Outcome]


@pytest.fixture
def read(db: Database) -> Read:
    """Read rows below a header; the first row is line 2."""
    db.execute("INSERT INTO stores (store_id, name) VALUES ('001', 'one'), ('S2', 'two')")
    db.execute("INSERT INTO products (sku, name) VALUES ('007', 'egg'), ('008', 'milk')")

    def read(kind: str, header: str, *batches: Sequence[Sequence[str]]) -> Outcome:
        names = header.split(",")
        reader = RecordReader(db, recognise_layout(Path("file"), names, CatalogKind(kind)), names)
        made, line = [], 2
        for rows in batches:
            cells = [[*row, *[""] * (len(names) - len(row))] for row in rows]
            made.append(RowBatch(range(line, line + len(cells)), cells))
            line += len(cells)
        records = [record for batch in reader.read(made) for record in batch.records]
        found = {severity: [] for severity in Severity}
        for one in reader.findings:
            reason = say(one.message.reason, one.facts, Language.EN)
            found[one.severity].append((one.line, one.column, one.value, reason))
        return Outcome(records, found[Severity.ERROR], found[Severity.WARNING], reader.remarks(Language.EN))

    return read


def split(text: str) -> list[list[str]]:
    return [row.split("|") for row in text.split("\n")]


def prices(read: Read, *cells: str, kind: str = "products") -> tuple[list[int | None], list[tuple[int, str]]]:
    outcome = read(kind, "sku,name,price", [[str(number), "a", cell] for number, cell in enumerate(cells)])
    return [record[2] for record in outcome.records], [(line, reason) for line, _, _, reason in outcome.errors]


OTHER = "its decimals are written unlike those of its column"


@pytest.mark.parametrize(
    ("cells", "taken", "refused"),
    [
        (["12.80", "1,299", "5"], [1280, 129_900, 500], {}),
        (["12,80", "1.299", "5"], [1280, 129_900, 500], {}),
        (["1.299", "12,80"], [129_900, 1280], {}),
        (["1.299"], [], {2: "may be 1.299 or 1299, and its column doesn't say which"}),
        (["1,299"], [], {2: "may be 1299 or 1.299, and its column doesn't say which"}),
        (["5", "1.299"], [500], {3: "may be 1.299 or 1299, and its column doesn't say which"}),
        (["12.80", "9.90", "12,80"], [1280, 990], {4: OTHER}),
        (["12,80", "9,90", "12.80"], [1280, 990], {4: OTHER}),
        (["12,80", "9.90"], [], {2: OTHER, 3: OTHER}),
        (
            ["12.80", "9.90", "5,0", "1,299"],
            [1280, 990],
            {4: OTHER, 5: "may be 1299 or 1.299, and its column doesn't say which"},
        ),
        ([NumberText("12.8"), "12,80"], [1280, 1280], {}),
        ([NumberText("1299"), "1.299"], [129_900], {3: "may be 1.299 or 1299, and its column doesn't say which"}),
        ([NumberText("1.5"), "1.5", "2,5", "3,5"], [150, 250, 350], {3: OTHER}),
        (["12.80", "1.005"], [1280], {3: "more than 2 decimals for CNY"}),
    ],
)  # fmt: skip
def test_what_begins_the_decimals_is_known_for_a_column(read, cells, taken, refused) -> None:
    assert prices(read, *cells) == (taken, list(refused.items()))


def test_rows_wait_for_a_cell_that_tells_but_not_for_ever(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    unclear, clear = ["1", "a", "1.299"], ["2", "a", "5,50"]
    assert [record[2] for record in read("products", "sku,name,price", [unclear], [clear]).records] == [129_900, 550]
    monkeypatch.setattr(catalog_rows, "LOOK_AHEAD", 1)
    outcome = read("products", "sku,name,price", [unclear], [clear], [["3", "a", "2.299"]])
    assert [record[2] for record in outcome.records] == [550, 229_900]
    assert [line for line, *_ in outcome.errors] == [2]


@pytest.mark.parametrize(
    ("cells", "taken", "refused"),
    [
        (["17/05/2026", "06/05/2026"], [MAY_17, date(2026, 5, 6)], []),
        (["05/17/2026", "06/05/2026"], [MAY_17, date(2026, 6, 5)], []),
        (["06/05/2026"], [], [2]),
        (["05/05/2026"], [date(2026, 5, 5)], []),
        (["06.05.2026"], [date(2026, 5, 6)], []),
        (["06.05.2026", "05.17.2026"], [date(2026, 6, 5), MAY_17], []),
        (["17/05/2026", "18/05/2026", "05/19/2026", "06/05/2026"], [MAY_17, date(2026, 5, 18)], [4, 5]),
        ([NumberText("46159"), "2026-05-17", "2026年5月17日"], [MAY_17, MAY_17, MAY_17], []),
    ],
)
def test_the_order_of_day_and_month_is_known_for_a_column(read, cells, taken, refused) -> None:
    rows = [[str(number), "a", cell] for number, cell in enumerate(cells)]
    outcome = read("people", "person_id,name,from", rows)
    assert [record[2] for record in outcome.records] == taken
    assert [line for line, *_ in outcome.errors] == refused


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("0069", "0069"),
        ("6\u200b9", "69"),
        ("\ufeff069\u2060", "069"),
        (NumberText("690"), "690"),
        (NumberText("690.0"), "690"),
        ("690.5", "690.5"),
        ("6.9", "6.9"),
        ("1E5", "1E5"),
        ("#12", "#12"),
        ("a;b", "a;b"),
        ("６９", "６９"),
        ("x" * 64, "x" * 64),
    ],
)
def test_an_id_is_taken_as_it_is(read: Read, cell: str, taken: str) -> None:
    outcome = read("products", "sku,name", [[cell, "a"]])
    assert (outcome.records, outcome.errors) == ([(taken, "a")], [])
    assert type(outcome.records[0][0]) is str


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("6.9E+12", SHORTENED),
        ("6.90123e+12", SHORTENED),
        ("6,9E+12", SHORTENED),
        (NumberText("1.23456789012346E+17"), SHORTENED),
        (NumberText("690.5"), "a number with decimals is no id"),
        ("#N/A", "is an error of a spreadsheet"),
        ("#REF!", "is an error of a spreadsheet"),
        ("x" * 65, "longer than 64 characters"),
        ("a\tb", "an id with a tab or a line break in it"),
        ("\u200b", "is missing"),
        ("", "is missing"),
    ],
)
def test_an_id_that_was_bent_or_that_no_system_holds_is_refused(read: Read, cell: str, reason: str) -> None:
    outcome = read("products", "sku,name", [[cell, "a"], ["1", "b"]])
    assert outcome.errors == [(2, "sku", cell, reason)]
    assert outcome.records == [("1", "b")]


@pytest.mark.parametrize(
    ("kind", "header", "cells"),
    [
        ("products", "sku,name,spec", [DateText("2026-01-02"), "a", "1L"]),
        ("products", "sku,name,spec", ["1", "a", DateText("2026-01-02")]),
        ("products", "sku,name,gtin", ["1", "a", DateText("01:30:00")]),
        ("assortment", "store_id,sku,shelf", ["001", "007", DateText("2026-01-02")]),
        ("prices", "sku,from,price,store_id", ["007", "2026-05-17", "1", DateText("2026-01-02")]),
    ],
)
def test_what_a_spreadsheet_has_made_a_date_is_refused_where_none_is_meant(read, kind, header, cells) -> None:
    ((line, _, _, reason),) = read(kind, header, [cells]).errors
    assert (line, reason) == (2, "a spreadsheet has made a date or time of it")


def test_a_date_in_a_column_of_the_merchants_own_is_kept(read: Read) -> None:
    (record,) = read("products", "sku,name,listed", [["1", "a", DateText("2026-05-17")]]).records
    assert record[-1] == '{"listed":"2026-05-17"}'


def test_invisible_characters_of_ids_are_removed_with_one_remark(read: Read) -> None:
    outcome = read("people", "person_id,store_id,name", [["P\u200b1", "0\ufeff01", "a\u200db"], ["P2\u2060", "", "b"]])
    assert outcome.records == [("P1", "001", "a\u200db"), ("P2", None, "b")]
    assert outcome.remarks == ["removed 3 invisible character(s) from ids"]


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("store_id", "1", "no such store, but 001: a spreadsheet has cut the zeros"),
        ("store_id", "００1", "no such store, but 001: a spreadsheet has cut the zeros"),
        ("store_id", "S9", "no such store"),
        ("store_id", "#N/A", "is an error of a spreadsheet"),
    ],
)
def test_a_store_that_is_not_known_is_told_from_one_that_lost_its_zeros(read, header, cells, reason) -> None:
    outcome = read("people", f"person_id,name,{header}", [["P1", "a", cells]])
    assert [error[3] for error in outcome.errors] == [reason]


@pytest.mark.parametrize(
    ("kind", "header", "cells", "taken"),
    [
        ("products", "sku,name,gtin", ["1", "a", "96385074；4006381333931"], "96385074;4006381333931"),
        ("products", "sku,name,pack_quantity", ["1", "a", "1; 6"], "1;6"),
        ("products", "sku,name,net_content", ["1", "a", "0.485"], 0.485),
        ("products", "sku,name,net_content", ["1", "a", "0.12345678901234567"], 0.123456789012346),
        ("products", "sku,name,net_content", ["1", "a", NumberText("500")], 500.0),
        ("products", "sku,name,net_content", ["1", "a", "6x330"], 1980.0),
        ("products", "sku,name,net_content", ["1", "a", "4 × 0.5"], 2.0),
        ("products", "sku,name,net_unit", ["1", "a", "公斤"], "kg"),
        ("products", "sku,name,net_unit", ["1", "a", "ML"], "ml"),
        ("products", "sku,name,name_en", ["1", "a", '"x" % y'], '{"name_en":"\\"x\\" % y"}'),
        ("places", "place_id,name,carrier,walk_order", ["1", "a", "堆头", "10"], 10),
        ("places", "place_id,name,carrier,to", ["1", "a", "堆头", "9999-12-31"], None),
        ("campaigns", "campaign_id,name,goal", ["1", "a", "销售额"], "revenue"),
        ("campaigns", "campaign_id,name,goal,target", ["1", "a", "visits", "500"], 500),
        ("campaigns", "campaign_id,name,goal,target", ["1", "a", "revenue", "¥1000.50"], 100_050),
        ("prices", "sku,price,from,store_id", ["007", "5", "2026-05-17", ""], MAY_17),
        ("lots", "sku,lot,produced", ["007", "0069", "2026年5月17日"], "2026-05-17"),
        ("lots", "sku,lot,certificate_url", ["007", "1", "https://a.example/b?c=1"], "https://a.example/b?c=1"),
        ("stores", "store_id,name,timezone", ["1", "a", "Asia/Urumqi"], "Asia/Urumqi"),
        ("stores", "store_id,name,全球位置码", ["1", "a", NumberText("9506000134352")], "9506000134352"),
        ("people", "person_id,name,gsrn", ["1", "a", "795260646688514634"], "795260646688514634"),
        ("places", "place_id,name,carrier,giai", ["1", "a", "堆头", "9506000134352CART-7"], "9506000134352CART-7"),
        ("places", "place_id,name,carrier,gln", ["1", "a", "堆头", ""], ""),
        ("campaigns", "campaign_id,name,gcn", ["1", "a", "9506000134352001"], "9506000134352001"),
    ],
)
def test_a_cell_means(read: Read, kind: str, header: str, cells: list[str], taken: Any) -> None:
    outcome = read(kind, header, [cells])
    assert (outcome.errors, outcome.records[0][-1]) == ([], taken)


@pytest.mark.parametrize(
    ("kind", "header", "cells", "error"),
    [
        ("products", "sku,name", "1|#N/A", ("name", "is an error of a spreadsheet")),
        ("products", "sku,name", "1|a\x07", ("name", "holds a control character")),
        ("products", "sku,name,gtin", "1|a|6.9E+12", ("gtin", SHORTENED)),
        ("products", "sku,name,Brand", "1|a|#REF!", ("brand", "is an error of a spreadsheet")),
        ("products", "sku,name,price", "1|a|€5.50", ("price", "is in €, but the shop counts in CNY")),
        ("products", "sku,name,pack_quantity", "1|a|0", ("pack_quantity", "not a whole number from 1")),
        ("products", "sku,name,pack_quantity", "1|a|six", ("pack_quantity", "not a whole number from 1")),
        ("products", "sku,name,net_content", "1|a|0", ("net_content", "must be more than 0")),
        ("products", "sku,name,net_content", "1|a|-1", ("net_content", "must be more than 0")),
        ("products", "sku,name,net_content", "1|a|500g", ("net_content", "not a number")),
        ("products", "sku,name,net_unit", "1|a|furlong", ("net_unit", "not a unit that we know")),
        ("places", "place_id,name,carrier", "1|a|海豹", ("carrier", "not a carrier that we know")),
        ("places", "place_id,name,carrier,walk_order", "1|a|堆头|-1", ("walk_order", "not a whole number from 0")),
        ("people", "person_id,name,from,to", "1|a|2026-05-17|2026-05-16", ("to", "is before the start")),
        ("campaigns", "campaign_id,name,goal", "1|a|fame", ("goal", "not a goal that we know")),
        ("campaigns", "campaign_id,name,target", "1|a|5", ("target", "says not what is counted")),
        ("campaigns", "campaign_id,name,goal,target", "1|a|orders|5.5", ("target", "not a whole number from 1")),
        ("campaigns", "campaign_id,name,start,end", "1|a|2026-05-17|2026-05-16", ("end", "is before the start")),
        ("lots", "sku,lot,produced,expires", "007|1|2026-05-17|2026-05-16", ("expires", "is before the start")),
        ("lots", "sku,lot,certificate_url", "007|1|javascript:alert(1)", ("certificate_url", "not a web address")),
        ("lots", "sku,lot", "7|1", ("sku", "no such product, but 007: a spreadsheet has cut the zeros")),
        ("stores", "store_id,name,timezone", "1|a|Mars/Base", ("timezone", "no such time zone")),
        ("stores", "store_id,name,纬度", "1|a|91", ("latitude", "not a latitude or longitude")),
        ("stores", "store_id,name,营业时间", "1|a|sometimes", ("hours", "not opening hours")),
        ("products", "sku,name", "1|a|b", ("", "the row has 3 cells, the header 2")),
        ("stores", "store_id,name,gln", "1|a|9506000134353", ("gln", NO_GLN)),
        ("stores", "store_id,name,gln", "1|a|950600013435", ("gln", NO_GLN)),
        ("people", "person_id,name,gsrn", "1|a|7.95E+17", ("gsrn", SHORTENED)),
        ("people", "person_id,name,gsrn", "1|a|795260646688514635",
         ("gsrn", "is not a GSRN: 18 digits, the last of them a check digit")),
        ("places", "place_id,name,carrier,giai", "1|a|堆头|推车7",
         ("giai", "is not a GIAI: at most 30 letters, digits and signs")),
        ("campaigns", "campaign_id,name,gcn", "1|a|9506000134353001",
         ("gcn", "is not a GCN: 13 digits, the last of them a check digit, and a serial of at most 12")),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_taken_says_why(read, kind: str, header: str, cells: str, error: tuple[str, str]) -> None:
    outcome = read(kind, header, split(cells))
    assert outcome.records == []
    assert [(column, reason) for _, column, _, reason in outcome.errors] == [error]


@pytest.mark.parametrize(
    ("header", "cells", "warning"),
    [
        ("price", "0", ("price", "would be printed as 0")),
        ("price,member_price", "5|6", ("member_price", "is above the price")),
        ("price,cost_price", "5|6", ("cost_price", "is above the price")),
        ("price,member_price", "0|0", ("price", "would be printed as 0")),
    ],
)
def test_a_price_that_is_odd_is_taken_with_one_warning(read: Read, header: str, cells: str, warning) -> None:
    outcome = read("products", f"sku,name,{header}", split(f"1|a|{cells}"))
    assert len(outcome.records) == 1
    assert [(column, reason) for _, column, _, reason in outcome.warnings] == [warning]


def test_a_row_has_one_finding_and_an_error_goes_before_a_warning(read: Read) -> None:
    outcome = read("products", "sku,name,price,gtin", split("1|a|0|#N/A"))
    assert (len(outcome.errors), outcome.warnings) == (1, [])


def test_a_row_that_is_left_out_as_a_duplicate_has_no_warning_beside_it(read: Read) -> None:
    outcome = read("products", "sku,name,price", split("1|a|5\n1|b|0"))
    assert (len(outcome.errors), outcome.warnings) == (1, [])


def test_warnings_beyond_many_are_counted_only(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_rows, "WARNINGS", 2)
    outcome = read("products", "sku,name,price", [[str(number), "a", "0"] for number in range(5)])
    assert (len(outcome.records), len(outcome.warnings)) == (5, 2)
    assert outcome.remarks == ["3 more row(s) have the same warnings and are not listed"]


@pytest.mark.parametrize(
    ("rows", "taken", "remark"),
    [
        ("1|a|x|1\n1|a|y|6", [("1", "a", "x;y", "1;6")], "1 row(s) only give another barcode of a product"),
        ("1|a|x|\n1|a|y|", [("1", "a", "x;y", "")], "1 row(s) only give another barcode of a product"),
        ("1|a|x|\n1|a|y|6\n1|a|z|", [("1", "a", "x;y;z", "1;6;1")], "2 row(s) only give another barcode"),
        ("1|a|x|1\n1|a|y|6\n1|a|x|1", [("1", "a", "x;y", "1;6")], "1 row(s) stand there twice"),
        ("1|a||\n1|a|y|", [("1", "a", "y", "")], "1 row(s) only give another barcode of a product"),
    ],
)
def test_rows_that_differ_in_their_barcode_only_are_one_product(read: Read, rows: str, taken, remark: str) -> None:
    outcome = read("products", "sku,name,gtin,pack_quantity", split(rows))
    assert (outcome.records, outcome.errors) == (taken, [])
    assert outcome.remarks[0].startswith(remark)


@pytest.mark.parametrize(
    ("kind", "header", "rows", "errors"),
    [
        ("products", "sku,name,gtin", "1|a|x\n1|b|y", [(3, "sku", LINE_2 + "name, gtin")]),
        ("products", "sku,name,gtin,pack_quantity", "1|a|x|1\n1|a|x|6", [(3, "sku", LINE_2 + "pack_quantity")]),
        ("products", "货号,品名", "1|a\n1|b", [(3, "sku", LINE_2 + "品名")]),
        ("people", "person_id,name,store_id", "1|a|001\n1|a|S2", [(3, "person_id", LINE_2 + "store_id")]),
        ("people", "person_id,name,store_id,from", "1|a|001|2026-01-01\n1|a|S2|2026-02-01", []),
        ("people", "person_id,name,from", "1|a|2026-01-01\n1|b|2026-01-01", [(3, "person_id", LINE_2 + "name")]),
        ("prices", "sku,from,price", "007|2026-01-01|5\n007|2026-02-01|6", []),
        ("prices", "sku,from,price", "007|2026-01-01|5\n007|2026-01-01|6", [(3, "sku", LINE_2 + "price")]),
        ("assortment", "store_id,sku,price", "001|007|5\n001|007|6", []),
    ],
)  # fmt: skip
def test_rows_of_one_key_that_differ_are_told_with_both_lines(read: Read, kind, header, rows, errors) -> None:
    for batches in ([split(rows)], [[row] for row in split(rows)]):  # in one batch or in two
        outcome = read(kind, header, *batches)
        assert [(line, column, reason) for line, column, _, reason in outcome.errors] == errors
        assert len(outcome.records) == 2 - len(errors)


@pytest.mark.parametrize(
    ("kind", "header", "good", "missing"),
    [
        ("prices", "sku,price,from", ["007", "5", "2026-05-17"], "from"),
        ("aisles", "store_id,aisle,walk_order", ["S2", "A", "1"], "walk_order"),
        ("aisles", "store_id,aisle,walk_order", ["S2", "A", "1"], "store_id"),
        ("assortment", "store_id,sku", ["S2", "007"], "sku"),
    ],
)
def test_an_empty_cell_that_is_needed_is_missing_whatever_its_column_holds(
    read: Read, kind: str, header: str, good: list[str], missing: str
) -> None:
    bad = ["" if name == missing else cell for name, cell in zip(header.split(","), good, strict=True)]
    outcome = read(kind, header, [bad, good])
    assert outcome.errors == [(2, missing, "", "is missing")]
    assert len(outcome.records) == 1

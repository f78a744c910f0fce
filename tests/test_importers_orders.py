import csv
from datetime import datetime
from itertools import islice

import pytest
from openpyxl import Workbook

from o2o.config import change_setting
from o2o.errors import ImportRefusedError, InputFileError
from o2o.importers.orders import import_orders
from o2o.importers.outcomes import OutcomeTerms
from o2o.text_files import write_csv

NOW = 1_800_000_000_000
HEADER = "order_id,at,store_id,customer,visitor,scan_id,amount,refund_of,channel"


@pytest.fixture
def shop(db):
    db.conn.execute(
        "INSERT INTO stores (store_id, name, timezone) VALUES ('S1', '一店', ''), ('S2', 'Two', 'Europe/Paris')"
    )
    return db


@pytest.fixture
def write(tmp_path):
    def write_file(*lines, name="orders.csv", header=HEADER, encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return path

    return write_file


def orders(db, columns="order_id, store_id, ordered_at, customer, visitor, scan_id, amount"):
    return db.conn.execute(f"SELECT {columns} FROM orders ORDER BY id").fetchall()


def test_times_are_local_to_the_store_of_the_row(shop, write):
    path = write("1,2026-05-17 10:00:00,S1,,,,1", "2,2026-05-17 10:00:00,S2,,,,1", "3,2026-05-17T10:00:00Z,,,,,1")
    import_orders(shop, path, now=NOW)
    assert orders(shop, "ordered_at") == [(1778983200000,), (1779004800000,), (1779012000000,)]


def test_customers_that_are_nobody_are_none(shop, write):
    path = write(
        *(f"{i},2026-05-17,S1,{name},,,1" for i, name in enumerate(["散客", "0", "-", "null", "NULL", "", "007"]))
    )
    result = import_orders(shop, path, now=NOW)
    assert [row[0] for row in orders(shop, "customer")] == [None] * 6 + ["007"]
    assert (result.taken, result.with_id) == (7, 1)


def test_nobody_is_a_setting(shop, write):
    change_setting(shop, "no_customer", "WALK-IN")
    import_orders(shop, write("1,2026-05-17,S1,walk-in,,,1", "2,2026-05-17,S1,散客,,,1"), now=NOW)
    assert orders(shop, "customer") == [(None,), ("散客",)]


def test_amounts_are_minor_units_without_floats(shop, write):
    import_orders(
        shop,
        write("1,2026-05-17,S1,,,,0.1", "2,2026-05-17,S1,,,,-19.90,1", "3,2026-05-17,S1,,,,1000000000000"),
        now=NOW,
    )
    assert orders(shop, "amount") == [(10,), (-1990,), (10**14,)]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("99999999999999999999", "too large to be true"),
        ("-10000000000000.01", "too large to be true"),
        ("1e3", "not an amount of CNY"),
    ],
)
def test_an_amount_that_is_too_large_is_told_as_such(shop, write, amount, reason):
    result = import_orders(shop, write(f"1,2026-05-17,S1,,,,{amount}"), now=NOW)
    assert [reason in problem.reason for problem in result.problems] == [True]
    assert orders(shop) == []


def test_second_import_changes_nothing(shop, write):
    path = write("1,2026-05-17,S1,C1,V1,K1,12.80", "2,2026-05-17,S1,,,,-1,1")
    import_orders(shop, path, now=NOW)
    before = orders(shop, "*")
    result = import_orders(shop, path, now=NOW)
    assert (result.new, result.changed, result.unchanged) == (0, 0, 2)
    assert orders(shop, "*") == before


def test_later_values_are_taken_and_told(shop, write):
    import_orders(shop, write("1,2026-05-17,S1,C1,,,12.80"), now=NOW)
    result = import_orders(shop, write("1,2026-05-17,S1,C1,,,13.80"), now=NOW)
    assert (result.new, result.changed, result.changes[0].columns) == (0, 1, ("amount",))
    assert orders(shop, "amount") == [(1380,)]


def test_same_id_in_two_stores_and_online_is_three_orders(shop, write):
    import_orders(shop, write("1,2026-05-17,S1,,,,1", "1,2026-05-17,S2,,,,1", "1,2026-05-17,,,,,1"), now=NOW)
    assert len(orders(shop)) == 3


def test_identical_rows_are_one_order_and_different_ones_a_problem(shop, write):
    path = write("1,2026-05-17,S1,,,,1", "1,2026-05-17,S1,,,,1.00", "1,2026-05-17,S1,,,,2")
    result = import_orders(shop, path, now=NOW)
    assert orders(shop, "amount") == [(100,)]
    [problem] = result.problems
    assert (problem.line, "line 2" in problem.reason) == (4, True)


def test_a_file_with_chinese_headers_is_answered_in_chinese(shop, write):
    result = import_orders(shop, write("1,2026-05-17,S9,1", header="订单号,下单时间,门店编号,金额"), now=NOW)
    [problem] = result.problems
    assert (problem.column, problem.reason) == ("门店编号 (store_id)", "没有这个门店")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",2026-05-17,S1,,,,1", "order_id"),
        ("1,,S1,,,,1", "at"),
        ("1,17.05.2026,S1,,,,1", "at"),
        ("1,2026-05-17,S9,,,,1", "store_id"),
        ("1,2026-05-17,S1,,,,", "amount"),
        ("1,2026-05-17,S1,,,,¥12.80", "amount"),
        ("1,2026-05-17,S1,,,,1.234", "amount"),
        ("1,2026-05-17,S1,,,,99999999999999999999", "amount"),
        ("1,2026-05-17,S1,,,,5,7", "amount"),
        ("1,2026-05-17,S1,,,,5,,web,surplus", ""),
    ],
)
def test_bad_row_is_listed_and_the_good_one_taken(shop, write, row, column):
    path = write(row, "2,2026-05-17,S1,,,,1")
    result = import_orders(shop, path, now=NOW)
    assert ([p.column for p in result.problems], result.new, result.rejected) == ([column], 1, 1)
    with result.problems_file.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert listed[0]["line"] == "2"
    assert listed[0]["reason"]


def test_strict_import_takes_nothing(shop, write):
    with pytest.raises(ImportRefusedError):
        import_orders(
            shop, write("1,2026-05-17,S1,,,,1", "2,2026-05-17,S9,,,,1"), terms=OutcomeTerms(strict=True), now=NOW
        )
    assert orders(shop) == []


def test_interrupt_leaves_nothing_half_imported(shop, write):
    def interrupt(rows):
        yield from islice(rows, 2_000)
        raise KeyboardInterrupt

    path = write(*(f"{i},2026-05-17,S1,,,,1" for i in range(3_000)))
    with pytest.raises(KeyboardInterrupt):
        import_orders(shop, path, now=NOW, progress=interrupt)
    assert orders(shop) == []


def test_future_order_is_taken_with_a_warning(shop, write):
    result = import_orders(shop, write("1,2226-05-17,S1,,,,1"), now=NOW)
    assert (result.new, result.rejected, result.problems[0].reason) == (1, 0, "lies in the future")


def test_header_without_amount_is_refused(shop, write):
    with pytest.raises(InputFileError, match="amount"):
        import_orders(shop, write("1,2026-05-17", header="order_id,at"), now=NOW)


def test_chinese_header_in_gb18030(shop, write):
    path = write(
        "0001,2026/5/17 10:00,S1,M1,12.8,小程序", header="订单号,下单时间,门店编号,会员号,金额,渠道", encoding="gb18030"
    )
    import_orders(shop, path, now=NOW)
    assert orders(shop, "order_id, customer, amount, channel") == [("0001", "M1", 1280, "小程序")]


def test_formula_guards_are_undone(shop, tmp_path):
    path = tmp_path / "guarded.csv"
    write_csv(path, HEADER.split(","), [["'=1+1", "2026-05-17", "S1", "'@me", "", "", "-5", "", ""]])
    import_orders(shop, path, now=NOW)
    assert orders(shop, "order_id, customer, amount") == [("=1+1", "@me", -500)]


LINES = "store_id,order_id,sku,quantity,amount"


def lines(db):
    return db.conn.execute(
        "SELECT order_id, line, sku, quantity, order_lines.amount"
        " FROM order_lines JOIN orders ON id = order_row ORDER BY id, line"
    ).fetchall()


def test_lines_follow_their_order_and_replace_the_earlier_ones(shop, write):
    path = write("1,2026-05-17,S1,,,,3", "2,2026-05-17,S1,,,,4")
    first = write("S1,1,A,1,1", "S1,2,B,0.485,4", "S1,1,A,2,2", name="lines.csv", header=LINES)
    result = import_orders(shop, path, lines_path=first, now=NOW)
    assert result.lines.new == 3
    assert lines(shop) == [("1", 1, "A", 1, 100), ("1", 2, "A", 2, 200), ("2", 1, "B", 0.485, 400)]
    import_orders(shop, path, lines_path=write("S1,1,C,1,3", name="lines.csv", header=LINES), now=NOW)
    assert lines(shop) == [("1", 1, "C", 1, 300), ("2", 1, "B", 0.485, 400)]


def test_line_of_an_unknown_order_is_a_bad_row(shop, write):
    path = write("1,2026-05-17,S1,,,,3")
    result = import_orders(
        shop, path, lines_path=write("S2,1,A,1,3", "S1,1,A,x,3", "S1,1,A,nan,3", name="l.csv", header=LINES), now=NOW
    )
    assert [p.column for p in result.lines.problems] == ["order_id", "quantity", "quantity"]
    assert (result.lines.new, result.new) == (0, 1)


def test_command_says_what_it_took(shop, run, write):
    path = write("1,2026-05-17,S1,C1,,,3", "2,2026-05-17,S1,,,,3", "3,2026-05-18,S1,C1,,,-1,1")
    result = run("order", "import", path)
    assert result.exit_code == 0
    assert result.stdout == (
        f"{path}: 3 new, 0 changed, 0 unchanged, 0 left out; 1 of 2 orders carry an id that can join; 1 refund(s)\n"
    )


def test_missing_file_is_one_sentence(shop, run, tmp_path):
    result = run("order", "import", tmp_path / "none.csv")
    assert isinstance(result.exception, InputFileError)


def test_read_only_folder_does_not_stop_good_rows(shop, write):
    path = write("1,2026-05-17,S9,,,,1", "2,2026-05-17,S1,,,,1")
    (path.parent / "orders.csv.problems.csv").mkdir()
    result = import_orders(shop, path, now=NOW)
    assert (result.new, result.rejected, result.problems_file) == (1, 1, None)


def test_workbook_is_read_like_a_csv(shop, tmp_path):
    book = Workbook()
    book.active.append(["订单号", "下单时间", "金额", "门店编号"])
    book.active.append(["0001", datetime(2026, 5, 17, 10, 0), 12.8, "S1"])
    book.save(tmp_path / "orders.xlsx")
    import_orders(shop, tmp_path / "orders.xlsx", now=NOW)
    assert orders(shop, "order_id, ordered_at, amount") == [("0001", 1778983200000, 1280)]


def test_ids_that_a_spreadsheet_has_bent_are_refused(shop, write, tmp_path):
    book = Workbook()
    book.active.append(["order_id", "at", "amount", "store_id", "customer"])
    book.active.append([123456789012345678, "2026-05-17", 1, "S1", "a"])
    book.active.append([datetime(2026, 1, 2), "2026-05-17", 1, "S1", "a"])
    book.active.append([20260517000123, "2026-05-17", 1, "S1", "+8613800000000"])
    book.save(tmp_path / "orders.xlsx")
    found = import_orders(shop, tmp_path / "orders.xlsx", now=NOW)
    assert [(problem.line, problem.column) for problem in found.problems] == [(2, "order_id"), (3, "order_id")]
    found = import_orders(shop, write("6.9E+12,2026-05-17,S1,,,,1", "1E5,2026-05-17,S1,,,,1"), now=NOW)
    assert [(problem.line, problem.value) for problem in found.problems] == [(2, "6.9E+12")]
    assert orders(shop, "order_id, customer") == [("20260517000123", "+8613800000000"), ("1E5", None)]

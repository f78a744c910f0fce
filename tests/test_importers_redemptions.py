import pytest
from openpyxl import Workbook

from o2o.config import change_setting
from o2o.errors import ImportRefusedError, InputFileError
from o2o.importers.outcomes import OutcomeTerms
from o2o.importers.redemptions import import_redemptions

NOW = 1_800_000_000_000
HEADER = "serial,at,store_id,customer,order_id"


@pytest.fixture
def shop(db):
    db.conn.execute(
        "INSERT INTO stores (store_id, name, timezone) VALUES ('S1', '一店', ''), ('S2', 'Two', 'Europe/Paris')"
    )
    return db


@pytest.fixture
def write(tmp_path):
    def write_file(*lines, name="redemptions.csv", header=HEADER, encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return path

    return write_file


def kept(db, columns="serial, redeemed_at, store_id, customer, visitor, scan_id, order_id, value"):
    return db.conn.execute(f"SELECT {columns} FROM redemptions ORDER BY id").fetchall()


def test_the_columns_of_the_contract_are_enough(shop, write):
    path = write("00017,2026-05-17 10:00:00,S1,C1,42", "00018,2026-05-17 10:00:00,S2,,")
    result = import_redemptions(shop, path, now=NOW)
    assert kept(shop) == [
        ("00017", 1778983200000, "S1", "C1", None, None, "42", 0),
        ("00018", 1779004800000, "S2", None, None, None, "", 0),
    ]
    assert (result.new, result.taken, result.with_id) == (2, 2, 1)


def test_an_export_with_chinese_headers_in_gbk_is_taken(shop, write):
    path = write(
        "YH001,2026/5/17 10:00,S1,C1,42,k1,¥5.00",
        "YH002,2026年5月17日 10:01,S1,散客,,,5",
        header="券码,核销时间,核销门店,会员号,订单号,扫码编号,面额",
        encoding="gb18030",
    )
    result = import_redemptions(shop, path, now=NOW)
    assert kept(shop, "serial, customer, order_id, scan_id, value") == [("YH002", None, "", None, 500)]
    (problem,) = result.problems
    assert (problem.line, problem.column) == (2, "面额 (value)")
    assert "不是 CNY 面额" in problem.reason


def test_a_workbook_is_taken(shop, tmp_path):
    book = Workbook()
    for cells in (["券号", "使用时间", "门店", "优惠金额"], ["A1", "2026-05-17 10:00", "S1", 3.5]):
        book.active.append(cells)
    book.save(path := tmp_path / "redeemed.xlsx")
    import_redemptions(shop, path, now=NOW)
    assert kept(shop, "serial, store_id, value") == [("A1", "S1", 350)]


def test_the_same_file_again_changes_nothing_and_later_content_is_taken_and_told(shop, write):
    import_redemptions(shop, write("A1,2026-05-17 10:00,S1,C1,42"), now=NOW)
    again = import_redemptions(shop, write("A1,2026-05-17 10:00,S1,C1,42"), now=NOW)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    later = import_redemptions(shop, write("A1,2026-05-17 10:00,S2,C1,43"), now=NOW)
    assert (later.new, later.changed, [change.columns for change in later.changes]) == (
        0, 1, [("redeemed_at", "store_id", "order_id")],
    )  # fmt: skip
    assert kept(shop, "serial, store_id, order_id") == [("A1", "S2", "43")]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",2026-05-17,S1,,", "serial", "missing"),
        ("A1,soon,S1,,", "at", "not a time"),
        ("A1,2026-05-17,S9,,", "store_id", "no such store"),
        ("6.92E+12,2026-05-17,S1,,", "serial", ""),
        ("A1,2026-05-17,S1,,,x", "", "cells"),
    ],
)
def test_a_bad_row_is_told_with_file_and_line_and_the_others_are_taken(shop, write, line, column, reason):
    path = write("GOOD,2026-05-17,S1,,", line)
    (problem,) = import_redemptions(shop, path, now=NOW).problems
    assert (problem.file, problem.line, problem.column) == (str(path), 3, column)
    assert reason in problem.reason
    assert kept(shop, "serial") == [("GOOD",)]
    assert path.with_name("redemptions.csv.problems.csv").exists()


@pytest.mark.parametrize("value", ["-5", "5.001", "five"])
def test_a_value_is_an_amount_that_is_not_negative(shop, write, value):
    path = write(f"A1,2026-05-17,{value}", header="serial,at,value")
    (problem,) = import_redemptions(shop, path, now=NOW).problems
    assert problem.column == "value" and "not the value of a coupon" in problem.reason


def test_two_rows_of_one_coupon_that_differ_are_one_and_a_problem(shop, write):
    path = write("A1,2026-05-17,S1,C1,", "A1,2026-05-17,S1,C1,", "A1,2026-05-18,S1,C1,")
    result = import_redemptions(shop, path, now=NOW)
    assert (result.new, result.rejected, result.problems[0].line) == (1, 1, 4)
    assert result.problems[0].reason == "other content than the same coupon in line 2, which was taken"


def test_strict_takes_all_or_none(shop, write):
    path = write("A1,2026-05-17,S1,,", "A2,2026-05-17,S9,,")
    with pytest.raises(ImportRefusedError):
        import_redemptions(shop, path, terms=OutcomeTerms(strict=True), now=NOW)
    assert kept(shop) == []


def test_one_in_the_future_is_taken_with_a_warning(shop, write):
    result = import_redemptions(shop, write("A1,2099-05-17,S1,,"), now=NOW)
    assert (result.new, result.rejected, result.problems[0].reason) == (1, 0, "lies in the future")


def test_a_file_without_serials_is_refused_with_what_to_do(shop, write):
    with pytest.raises(InputFileError, match="the header has no serial"):
        import_redemptions(shop, write("2026-05-17", header="at"), now=NOW)


def test_customers_that_are_nobody_are_none_and_others_are_hashed_as_in_orders(shop, write):
    change_setting(shop, "no_customer", "WALK-IN")
    path = write("A1,2026-05-17,S1,walk-in,", "A2,2026-05-17,S1,138 1234 5678,", "A3,2026-05-17,S1,+8613812345678,")
    import_redemptions(shop, path, terms=OutcomeTerms(hashes_customers=True), now=NOW)
    (nobody,), (one,), (same,) = kept(shop, "customer")
    assert nobody is None and one == same and one.startswith("h.")


def test_forgotten_customers_lose_their_redemptions_and_do_not_come_back(shop, run, write):
    header = "serial,at,store_id,customer,visitor,order_id"
    path = write("A1,2026-05-17,S1,C1,phone,42", "A2,2026-05-17,S1,C2,tablet,", header=header)
    import_redemptions(shop, path, now=NOW)
    shop.conn.execute("INSERT INTO visitors (visitor) VALUES ('phone'), ('tablet')")
    assert run("visitor", "forget", "--customer", "C1").stdout.endswith("redemptions: 1\n")
    assert kept(shop, "customer, visitor, order_id") == [(None, None, ""), ("C2", "tablet", "")]
    assert run("visitor", "forget", "tablet").stdout.endswith("redemptions: 1\n")
    import_redemptions(shop, path, now=NOW)
    assert kept(shop, "customer, visitor") == [(None, None), ("C2", None)]
    assert not shop.conn.execute("SELECT 1 FROM visitors WHERE visitor IN ('phone', 'tablet')").fetchall()


def test_visitors_not_seen_for_long_lose_their_redemptions_and_orders(shop, run, write):
    import_redemptions(shop, write("A1,2026-05-17,phone", header="serial,at,visitor"), now=NOW)
    shop.conn.execute("INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES ('1', 1, 'phone', 1)")
    shop.conn.execute("INSERT INTO visitors (visitor) VALUES ('phone')")
    run("visitor", "purge", "--days", "30")
    assert kept(shop, "visitor") == [(None,)]
    assert shop.conn.execute("SELECT visitor FROM orders").fetchall() == [(None,)]


def test_the_command_says_what_it_did(shop, run, write):
    path = write("A1,2026-05-17,S1,C1,42", "A2,soon,S1,,")
    result = run("redemption", "import", path)
    assert result.stdout == (
        f"{path}: 1 new, 0 changed, 0 unchanged, 1 left out; 1 of 1 redemptions carry an id that can join\n"
    )
    assert f"error: {path}, line 3, at: 'soon' not a time" in result.stderr
    changed = run("redemption", "import", write("A1,2026-05-17,S2,C1,42"))
    assert "changed: coupon A1: redeemed_at, store_id" in changed.stderr
    assert "(the later values were taken)" in changed.stdout

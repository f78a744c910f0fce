"""What is unsound in a catalogue: one table of cases for each rule, and none in a sound one."""

from collections.abc import Callable

import pytest
from collecting import make_touchpoint

from o2o.config import change_setting, load_settings
from o2o.db import Database
from o2o.reports.checks import CatalogRule, check_catalog, count_findings
from o2o.times import DAY

NOW = 1_780_000_000_000
SOUND = """
    INSERT INTO stores (store_id, name) VALUES ('S1', 'one'), ('S2', 'two');
    INSERT INTO products (sku, name, gtin, spec, price, member_price) VALUES
        ('1', '鸡蛋', '6901234567892', '30枚', 1280, 1180), ('2', '鸡蛋', '4006381333931', '10枚', 500, NULL);
    INSERT INTO people (person_id, store_id, name) VALUES ('P1', 'S1', '张三');
    INSERT INTO places (place_id, store_id, name, carrier) VALUES ('L1', 'S1', '东门', 'door_sign');
    INSERT INTO campaigns (campaign_id, name, starts_at, ends_at, cost) VALUES ('C1', 'spring', 1, 2, 0);
    INSERT INTO assortment (store_id, sku, valid_from) VALUES ('S1', '1', 0), ('S1', '2', 0), ('S2', '1', 0);
    INSERT INTO barcodes (sku, barcode, number, position, form) VALUES
        ('1', '6901234567892', '06901234567892', 1, 'ean13'), ('2', '4006381333931', '04006381333931', 1, 'ean13');
"""


@pytest.fixture
def chain(db: Database) -> Database:
    """A small chain in which everything is sound."""
    change_setting(db, "language", "en")
    db.conn.executescript(SOUND)
    return db


def check(db: Database, store_id: str | None = None) -> list[tuple[str, str, str]]:
    return [(f.rule.value, f.kind, f.id) for f in check_catalog(db, load_settings(db), NOW, store_id)]


def test_a_sound_catalogue_has_no_findings(chain: Database, run: Callable) -> None:
    make_touchpoint(chain, "1", store_id="S1")
    assert check(chain) == []
    result = run("catalog", "check", "--strict")
    assert (result.exit_code, result.stdout) == (0, "nothing unsound was found\n")


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        ("UPDATE products SET price = NULL WHERE sku = '2'", [("no_price", "products", "2")]),
        ("UPDATE products SET price = NULL WHERE sku = '1'", [("no_price", "products", "1")]),
        ("UPDATE products SET price = NULL WHERE sku = '2'; UPDATE assortment SET price = 1 WHERE sku = '2'", []),
        ("UPDATE products SET price = NULL WHERE sku = '2'; DELETE FROM assortment", [("no_price", "products", "2")]),
        ("UPDATE products SET price = NULL WHERE sku = '2'; INSERT INTO prices (sku, store_id, valid_from, source,"
         "price) VALUES ('2', 'S1', 0, 'list', 5)", []),
        ("UPDATE products SET price = NULL WHERE sku = '2'; INSERT INTO prices (sku, store_id, valid_from, source,"
         "price) VALUES ('2', '', 9000000000000, 'list', 5)", [("no_price", "products", "2")]),
        ("UPDATE products SET price = NULL, retired_at = 1; DELETE FROM assortment", []),
        ("UPDATE products SET price = 0 WHERE sku = '2'", [("zero_price", "products", "2")]),
        ("UPDATE assortment SET price = 0 WHERE sku = '2'", [("zero_price", "products", "2")]),
        ("UPDATE products SET member_price = 501 WHERE sku = '2'", [("member_above_price", "products", "2")]),
        ("UPDATE assortment SET price = 5, member_price = 6 WHERE sku = '2'",
         [("member_above_price", "products", "2")]),
        ("UPDATE products SET name = '鸡蛋\u1234' WHERE sku = '2'", [("missing_character", "products", "2")]),
        ("UPDATE people SET name = '\u1234'", [("missing_character", "people", "P1")]),
        (f"UPDATE products SET name = '{'鸡' * 90}' WHERE sku = '2'", [("long_name", "products", "2")]),
        (f"UPDATE products SET name = '{'鸡' * 60}' WHERE sku = '2'", []),
        (f"UPDATE people SET name = '{'x' * 60}'", [("long_name", "people", "P1")]),
        ("UPDATE products SET spec = '30枚' WHERE sku = '2'", [("same_name", "products", "1")]),
        ("INSERT INTO barcodes (sku, barcode, number, position, form) "
         "VALUES ('2', '690-1234-567892', '06901234567892', 2, 'ean13')",
         [("same_barcode", "products", "1")]),
        ("UPDATE products SET gtin = '' WHERE sku = '2'", [("no_barcode", "products", "2")]),
        ("UPDATE barcodes SET form = 'wrong_check_digit' WHERE sku = '2'", [("odd_barcode", "products", "2")]),
        ("UPDATE people SET store_id = NULL", [("no_store", "people", "P1")]),
        ("UPDATE people SET store_id = NULL, retired_at = 1", []),
        ("UPDATE campaigns SET ends_at = NULL", [("no_dates", "campaigns", "C1")]),
        ("UPDATE campaigns SET cost = NULL", [("no_cost", "campaigns", "C1")]),
        ("UPDATE stores SET retired_at = 1 WHERE store_id = 'S1'",
         [("retired_store", "people", "P1"), ("retired_store", "places", "L1"), ("retired_store", "stores", "S1")]),
        (f"UPDATE stores SET retired_at = {NOW + DAY} WHERE store_id = 'S1'", []),
        ("UPDATE products SET retired_at = 1 WHERE sku = '1'", [("retired_product", "products", "1")]),
    ],
)  # fmt: skip
def test_each_rule_finds_its_case_and_nothing_else(chain: Database, change: str, findings: list) -> None:
    chain.conn.executescript(change)
    assert check(chain) == findings


@pytest.mark.parametrize(("kind", "subject"), [("person", "P1"), ("product", "1"), ("place", "L1"), ("product", "9")])
def test_a_live_code_of_what_is_gone_is_found(chain: Database, kind: str, subject: str) -> None:
    code = make_touchpoint(chain, subject, kind=kind)
    make_touchpoint(chain, subject, kind=kind, label="old", retired_at=1)
    chain.conn.executescript(
        "DELETE FROM assortment; UPDATE people SET retired_at = 1; UPDATE products SET retired_at = 1;"
        "UPDATE places SET retired_at = 1"
    )
    assert check(chain) == [("lost_touchpoint", "touchpoints", code)]


def test_one_store_is_checked_for_what_it_carries_and_has(chain: Database) -> None:
    chain.conn.executescript(
        "UPDATE products SET gtin = ''; UPDATE people SET name = '\u1234'; UPDATE campaigns SET cost = NULL"
    )
    assert check(chain, "S2") == [("no_barcode", "products", "1")]
    assert [rule for rule, _, _ in check(chain, "S1")] == ["missing_character", "no_barcode", "no_barcode"]


def test_a_finding_says_what_is_wrong_and_what_to_do_in_the_language_of_the_file(chain: Database) -> None:
    chain.conn.execute("UPDATE products SET price = NULL WHERE sku = '1'")
    (finding,) = check_catalog(chain, load_settings(chain), NOW)
    assert (finding.name, finding.reason) == ("鸡蛋", "has no price in force (carried by 2 store(s))")
    assert "price list" in finding.advice
    change_setting(chain, "language", "zh")
    assert check_catalog(chain, load_settings(chain), NOW)[0].reason == "没有生效的价格（在售门店 2 家）"


def test_the_worst_comes_first_and_each_rule_is_counted(chain: Database, run: Callable) -> None:
    chain.conn.executescript("UPDATE products SET gtin = '', price = 0 WHERE sku = '2'")
    findings = check_catalog(chain, load_settings(chain), NOW)
    assert count_findings(findings) == {CatalogRule.ZERO_PRICE: 1, CatalogRule.NO_BARCODE: 1}
    shown = run("catalog", "check")
    assert shown.exit_code == 0
    assert shown.stdout.index("zero_price") < shown.stdout.index("no_barcode")
    assert run("catalog", "check", "--strict").exit_code == 1
    assert run("catalog", "check", "--format", "csv").stdout.startswith("rule,kind,id,name,reason,advice\nzero_price,")


def test_many_cases_of_a_rule_are_cut_in_a_table_only(chain: Database, run: Callable) -> None:
    chain.table("products").insert_all({"sku": f"N{n}", "name": f"n{n}", "price": 1} for n in range(9))
    shown = run("catalog", "check")
    assert shown.stdout.count("no_barcode") == 1 + 5
    assert "9 in all" in shown.stderr
    assert run("catalog", "check", "--format", "csv").stdout.count("no_barcode") == 9


def test_a_store_that_is_none_is_refused(chain: Database, run: Callable) -> None:
    assert "no store 'S9'" in str(run("catalog", "check", "--store", "S9").exception)

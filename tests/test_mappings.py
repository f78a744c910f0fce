"""How a source's files are read is kept by name and used again."""

import pytest

from o2o.catalog.kinds import CatalogKind
from o2o.db import Database
from o2o.errors import NotFoundError
from o2o.importers.mappings import extend_reading, find_mapping, list_mappings, parse_name, save_mapping
from o2o.importers.tables import Reading

READING = Reading(CatalogKind.PRODUCTS, ("商品", "2"), 3, "gb18030", {"特供价": "price", "备注": ""})


@pytest.mark.parametrize("reading", [READING, Reading()])
def test_what_was_kept_comes_back(db: Database, reading: Reading) -> None:
    save_mapping(db, "erp", reading)
    assert find_mapping(db, "erp") == reading


def test_a_name_has_what_was_kept_last(db: Database) -> None:
    for name, reading in (("erp", READING), ("till", READING), ("erp", Reading())):
        save_mapping(db, name, reading)
    assert list_mappings(db) == {"erp": Reading(), "till": READING}


def test_a_name_that_is_not_known_says_what_to_do(db: Database) -> None:
    with pytest.raises(NotFoundError, match="no mapping 'erp' in this file; see 'o2o catalog mappings'"):
        find_mapping(db, "erp")


def test_what_is_said_goes_before_what_was_kept() -> None:
    said = Reading(header_row=5, names={"备注": "name", "进价": "price"})
    both = extend_reading(READING, said)
    assert (both.kind, both.header_row, both.encoding) == (CatalogKind.PRODUCTS, 5, "gb18030")
    assert both.names == {"备注": "name", "进价": "price"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("售价=price", ("售价", "price")),
        (" 售价 = price ", ("售价", "price")),
        ("a=b=sku", ("a=b", "sku")),
        ("x=", ("x", "")),
    ],
)
def test_a_name_is_given_as_header_and_column(text: str, name: tuple[str, str]) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    ("text", "message"),
    [("售价", "HEADER=COLUMN"), ("=price", "HEADER=COLUMN"), ("a=prise", "'prise' is no column; say")],
)
def test_a_name_that_says_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_name(text)

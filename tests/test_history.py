"""What each import said of one id, and what holds of it when."""

import pytest

from o2o.catalog.history import catalog_history
from o2o.catalog.kinds import CatalogKind
from o2o.db import Database
from o2o.errors import NotFoundError, SettingError
from o2o.importers.catalog import import_catalogs
from o2o.times import DAY

NOW = 1_780_000_000_000


@pytest.fixture
def chain(db: Database, tmp_path) -> Database:
    """A store that carries a product whose price has changed, and a person who has moved."""
    tables = {
        "stores.csv": "store_id,name\nS1,one\nS2,two\n",
        "products.csv": "sku,name,price\n001,egg,5\n0011,other,1\n",
        "people.csv": "person_id,store_id,name\n001,S1,Li\n",
        "shelf.csv": "store_id,sku,price,aisle\nS1,001,4.80,A\n",
        "later.csv": "sku,name,price\n001,eggs,5.50\n",
        "moved.csv": "person_id,store_id,name\n001,S2,Li\n",
    }
    for number, (name, text) in enumerate(tables.items()):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        import_catalogs(db, [path], now=NOW + number * DAY)
    return db


def said(db: Database, key: str, kind: str) -> list[tuple]:
    history = catalog_history(db, key, CatalogKind(kind))
    return [
        (step.run and step.run.id, step.difference.change, step.difference.column, step.difference.before,
         step.difference.after)
        for step in history.steps
    ]  # fmt: skip


def test_each_import_tells_what_it_said_of_a_product(chain: Database) -> None:
    assert said(chain, "001", "products") == [
        (2, "new", "name", "", "egg"),
        (2, "new", "price", "", "5.00"),
        (5, "changed", "name", "egg", "eggs"),
        (5, "changed", "price", "5.00", "5.50"),
    ]


def test_a_person_of_the_same_id_has_a_history_of_its_own(chain: Database) -> None:
    assert said(chain, "001", "people") == [
        (3, "new", "store_id", "", "S1"),
        (3, "new", "name", "", "Li"),
        (6, "changed", "store_id", "S1", "S2"),
    ]
    holdings = catalog_history(chain, "001", CatalogKind.PEOPLE).holdings
    assert [(one.kind, one.cells["store_id"], one.run.id) for one in holdings] == [
        ("assignments", "S1", 6), ("assignments", "S2", 6),
    ]  # fmt: skip


def test_the_dated_prices_and_the_shelves_of_a_product_are_with_it(chain: Database) -> None:
    history = catalog_history(chain, "001")
    assert history.name == "eggs"
    assert [(one.kind, one.cells["price"]) for one in history.holdings] == [
        ("prices", "5.00"), ("prices", "5.50"), ("assortment", "4.80"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["1", "00", "", "nobody"])
def test_an_unknown_id_says_where_the_known_ones_are(chain: Database, key: str) -> None:
    with pytest.raises(NotFoundError, match=f"no product '{key}' in this file; see 'o2o catalog export products'"):
        catalog_history(chain, key)


def test_a_kind_without_ids_of_its_own_has_no_history(chain: Database) -> None:
    with pytest.raises(SettingError, match="name one of stores, campaigns, products, people, places"):
        catalog_history(chain, "001", CatalogKind.PRICES)

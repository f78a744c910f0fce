"""The log of imports: what each took, also when it changed nothing."""

import pytest

from o2o.catalog.imports import Changes, Import, find_import, finish_import, list_imports, start_import
from o2o.catalog.kinds import CatalogKind
from o2o.db import Database
from o2o.errors import NotFoundError

NOW = 1_780_000_000_000


def test_an_import_is_logged_with_its_counts_the_last_first(db: Database) -> None:
    first = start_import(db, CatalogKind.STORES, NOW, file="s.csv")
    second = start_import(db, CatalogKind.PRODUCTS, NOW + 1, file="b.xlsx", sheet="商品", whole=True)
    done = finish_import(db, second, Changes(1, 2, 3, 4), rejected=5)
    assert done == Import(2, NOW + 1, "b.xlsx", CatalogKind.PRODUCTS, "商品", True, 1, 2, 3, 4, 5)
    assert list_imports(db) == [done, first]


def test_an_import_is_found_by_its_number(db: Database) -> None:
    run = start_import(db, CatalogKind.STORES, NOW)
    assert find_import(db, run.id) == run
    with pytest.raises(NotFoundError, match="no import '7' in this file; see 'o2o catalog imports'"):
        find_import(db, 7)

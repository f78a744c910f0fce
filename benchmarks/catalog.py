"""A product master into the file, beside sqlite-utils' own upsert."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlite_utils

from benchmarks.measure import Contest
from o2o import times
from o2o.config import Settings
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop

SIZE = 50_000
SETTINGS = Settings("https://s.example.com", "CNY", "Asia/Shanghai")


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Import one file of products into a new database each time."""
    products = write_products(folder / "products.csv", size)
    runs = count()

    def ours() -> int:
        db = create_shop(folder / f"ours-{next(runs)}.db", SETTINGS)
        import_catalog(db, products, now=times.now())
        db.close()
        return size

    def upsert_all() -> int:
        db = sqlite_utils.Database(folder / f"peer-{next(runs)}.db")
        with products.open(encoding="utf-8", newline="") as file:
            db.table("products").upsert_all(csv.DictReader(file), pk="sku")
        db.close()
        return size

    yield Contest("catalogue import", "rows/s", ours, {"sqlite-utils upsert_all, unchecked": upsert_all})


def write_products(path: Path, size: int) -> Path:
    """Write a product master with Chinese names and prices, and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "name", "spec", "unit", "origin", "category", "price"])
        writer.writerows(
            [f"{number:06}", f"有机鸡蛋 {number}", "10枚", "盒", "江苏", "蛋品", f"{number % 100}.90"]
            for number in range(size)
        )
    return path

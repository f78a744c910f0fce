"""A product master into the file, from CSV and XLSX, beside sqlite-utils' own upsert and a bare reader."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlite_utils
import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks.measure import Contest
from o2o import times
from o2o.codes.check_digits import check_digit
from o2o.config import Settings
from o2o.db import open_database
from o2o.importers.catalog import import_catalog
from o2o.shop import create_shop

SIZE = 100_000
SETTINGS = Settings("https://s.example.com", "CNY", "Asia/Shanghai")
UPSERT = "sqlite-utils insert --upsert, unchecked"

_HEADER = ("sku", "name", "gtin", "spec", "unit", "origin", "category", "price", "member_price")


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Import one file of products into a new database each time, and again into one that has them all."""
    table, book = write_products(folder / "products.csv", size), write_workbook(folder / "products.xlsx", size)
    runs = count()

    def new_file() -> Path:
        return folder / f"{next(runs)}.db"

    known, known_to_peer = new_file(), new_file()
    import_products(known, table)
    upsert_products(known_to_peer, table)
    yield (
        Contest(
            "catalogue import of 9 columns, new",
            "rows/s",
            lambda: import_products(new_file(), table),
            {UPSERT: lambda: upsert_products(new_file(), table)},
        ),
        Contest(
            "catalogue import, nothing changed",
            "rows/s",
            lambda: import_products(known, table),
            {UPSERT: lambda: upsert_products(known_to_peer, table)},
        ),
        Contest(
            "catalogue import from XLSX, new",
            "rows/s",
            lambda: import_products(new_file(), book),
            {"python-calamine, reading alone": lambda: read_workbook(book)},
        ),
    )


def import_products(db_path: Path, path: Path) -> int:
    """Take a file of products into a database and return how many they are."""
    db = open_database(db_path) if db_path.exists() else create_shop(db_path, SETTINGS)
    result = import_catalog(db, path, now=times.now())
    db.close()
    return result.taken


def upsert_products(db_path: Path, path: Path) -> int:
    """Do what ``sqlite-utils insert products --csv --pk sku --upsert`` does, in this process."""
    db = sqlite_utils.Database(db_path)
    with path.open(encoding="utf-8", newline="") as file:
        db.table("products").upsert_all(csv.DictReader(file), pk="sku")
    done = db.table("products").count
    db.close()
    return done


def read_workbook(path: Path) -> int:
    """Read the cells of a workbook and return how many rows it has below the header."""
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) - 1


def write_products(path: Path, size: int) -> Path:
    """Write a product master with Chinese names, barcodes and prices as CSV, and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows([*texts, *prices] for texts, prices in map(_make_product, range(size)))
    return path


def write_workbook(path: Path, size: int) -> Path:
    """Write the same as a workbook whose prices are numbers, and return its path."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, _HEADER)
        for number in range(size):
            texts, prices = _make_product(number)
            for column, text in enumerate(texts):
                sheet.write_string(number + 1, column, text)
            sheet.write_row(number + 1, len(texts), map(float, prices))
    return path


def _make_product(number: int) -> tuple[list[str], list[str]]:
    gtin = f"690{number:09}"
    texts = [f"{number:06}", f"有机鸡蛋 {number}", gtin + check_digit(gtin), "10枚", "盒", "江苏", "蛋品"]
    return texts, [f"{number % 100 + 1}.90", f"{number % 100 + 1}.50"]

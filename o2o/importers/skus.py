"""A list of SKUs: a table with a column for them, or plain lines."""

from pathlib import Path

from o2o.catalog import CatalogKind
from o2o.importers.headers import find_column
from o2o.importers.tables import read_table


def read_skus(path: Path) -> tuple[str, ...]:
    """Return the SKUs of a CSV or XLSX file, each once; without a header that names them, its first column."""
    table = read_table(path)
    column = find_column(table.header, CatalogKind.PRODUCTS, "sku")
    lines = [cells for _, cells in table.rows]
    if column is None:
        column, lines = 0, [table.header, *lines]
    skus = (cells[column].strip() for cells in lines if len(cells) > column)
    return tuple(dict.fromkeys(sku for sku in skus if sku))

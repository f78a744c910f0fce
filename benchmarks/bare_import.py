"""The least that an import can be: ``python -m benchmarks.bare_import FILE.csv NEW.db``, unchecked, into one table."""

import csv
import sqlite3
import sys
from pathlib import Path


def main() -> None:
    """Insert the rows of a CSV file with their store and product as key, without looking at a cell."""
    source, target = sys.argv[1:]
    db = sqlite3.connect(target)
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        db.execute(f"CREATE TABLE assortment ({', '.join(header)}, PRIMARY KEY (store_id, sku))")
        db.executemany(f"INSERT INTO assortment VALUES ({', '.join('?' * len(header))})", rows)
    db.commit()
    db.close()


if __name__ == "__main__":
    main()

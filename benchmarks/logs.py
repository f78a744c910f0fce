"""Lines of a web server's log into scans, beside one regular expression and a bare table."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from benchmarks.catalog import SETTINGS, write_products
from benchmarks.measure import Contest
from o2o import times
from o2o.db import open_database
from o2o.importers.catalog import import_catalog
from o2o.importers.scans.imports import import_scans
from o2o.shop import backup_shop, create_shop
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

SIZE = 50_000
_TOUCHPOINTS = 300
_COMBINED = re.compile(r'(\S+) \S+ \S+ \[([^]]+)\] "(\S+) (\S+) [^"]*" (\d+) \S+ "[^"]*" "([^"]*)"')
_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Import one log into a new copy of a shop each time; minting its codes is not counted."""
    runs = count()
    template = folder / "template.db"
    shop = create_shop(template, SETTINGS)
    import_catalog(shop, write_products(folder / "products.csv", _TOUCHPOINTS), now=times.now())
    codes = [touchpoint.code for touchpoint in mint_touchpoints(shop, MintRequest(Kind.PRODUCT), times.now())]
    log = _write_log(folder / "access.log", codes, size)

    def ours() -> int:
        db_path = folder / f"ours-{next(runs)}.db"
        backup_shop(shop, template, db_path)
        db = open_database(db_path)
        import_scans(db, db_path, log, now=times.now())
        db.close()
        return size

    def regex() -> int:
        _with_regex(log, folder / f"peer-{next(runs)}.db")
        return size

    yield Contest("log import", "lines/s", ours, {"one regex into a bare table": regex})
    shop.close()


def _write_log(path: Path, codes: list[str], size: int) -> Path:
    random = Random(1)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(size):
            at += timedelta(seconds=random.randrange(20))
            address = f"203.0.113.{random.randrange(256)}"
            file.write(
                f'{address} - - [{at:%d/%b/%Y:%H:%M:%S %z}] "GET /{random.choice(codes)} HTTP/1.1" 302 0 "-" '
                f'"{random.choice(_AGENTS)}"\n'
            )
    return path


def _with_regex(log: Path, db_path: Path) -> None:
    connection = sqlite3.connect(db_path)
    connection.execute("CREATE TABLE hits (address, at, method, path, status, user_agent)")
    with log.open(encoding="utf-8") as file:
        matches = (_COMBINED.match(line) for line in file)
        connection.executemany("INSERT INTO hits VALUES (?, ?, ?, ?, ?, ?)", (m.groups() for m in matches if m))
    connection.commit()
    connection.close()

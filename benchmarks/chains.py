"""Invented chains: what many stores carry, written line by line, so that a table may be larger than memory."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from o2o.db import Database, writing

SKUS = 60_000
STORES = 300
HEADER = "store_id,sku,price,member_price,aisle,bay,shelf,position\n"

_STEP = 7_368_787  # prime to every number of rows: all of them come, each once, as if they were shuffled
_SPREAD = 7_919  # prime to the number of products


def fill_chain(db: Database) -> None:
    """Add the stores and products of the chain."""
    with writing(db):
        db.conn.executemany(
            "INSERT INTO stores (store_id, name) VALUES (?, ?)", ((_store(n), f"{n} 号店") for n in range(STORES))
        )
        db.conn.executemany(
            "INSERT INTO products (sku, name) VALUES (?, ?)", ((_sku(n), f"有机鸡蛋 {n}") for n in range(SKUS))
        )


def write_assortment(path: Path, size: int) -> Path:
    """Write ``size`` rows of what the stores carry, in no order, and return the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        file.writelines(_make_rows(size))
    return path


def _make_rows(size: int) -> Iterator[str]:
    each = -(-size // STORES)
    total = each * STORES
    places = (turn * _STEP % total for turn in range(total))
    for place in islice(places, size):
        store, turn = divmod(place, each)
        number = (store * 131 + turn) * _SPREAD % SKUS
        price = number % 400 + 1
        yield (
            f"{_store(store)},{_sku(number)},{price}.90,{price}.50,"
            f"{number % 40 + 1},{number % 9 + 1},{number % 6 + 1},{number % 12 + 1}\n"
        )


def _store(number: int) -> str:
    return f"S{number + 1:03}"


def _sku(number: int) -> str:
    return f"{number:06}"

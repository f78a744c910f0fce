"""What 300 stores carry into the file, in no order, beside sqlite3's own executemany; each in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks.catalog import SETTINGS
from benchmarks.chains import fill_chain, write_assortment
from benchmarks.measure import Contest, Done
from o2o.shop import create_shop

SIZE = 5_000_000
QUICK_SIZE = 50_000
PEER = "sqlite3 executemany, unchecked"


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Import one file of the assortment into a database that has none of it, and again into that one."""
    table, shop = write_assortment(folder / "assortment.csv", size), folder / "shop.db"
    db = create_shop(shop, SETTINGS)
    fill_chain(db)
    db.close()
    runs = count()

    def ours() -> Done:
        return run_program(size, "o2o", "catalog", "import", "--db", str(shop), str(table))

    def executemany() -> Done:
        return run_program(size, "benchmarks.bare_import", str(table), str(folder / f"peer-{next(runs)}.db"))

    yield (
        Contest("assortment of 300 stores, new", "rows/s", ours, {PEER: executemany}, once=True),
        Contest("assortment, nothing changed", "rows/s", ours, {PEER: executemany}, once=True),
    )


def run_program(units: int, module: str, *arguments: str) -> Done:
    """Run a module of Python and return how much it did and how much memory it took."""
    return Done(units, int(weigh_program(module, *arguments)[-1]))


def weigh_program(module: str, *arguments: str) -> list[str]:
    """Return the words that a module of Python prints, and as the last of them the MB that it took at most."""
    command = [sys.executable, "-m", "benchmarks.weigh", module, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()

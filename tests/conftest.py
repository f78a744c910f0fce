"""A shop's file for each test, and the command as its user types it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from o2o.cli import cli
from o2o.config import Settings
from o2o.db import Database, open_database
from o2o.keys import Keys, save_keys
from o2o.shop import create_shop

# A check of the same commit says the same each time; examples that nobody thought of are for `make hunt`.
settings.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("other", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same" if os.environ.get("O2O_TEST_ALL") else "other")

# A shell ignores Ctrl-C for what runs in the background, and so would the programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SETTINGS = Settings("https://s.example.com", "CNY", "Asia/Shanghai")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a full disk (not on Windows)."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@cache
def _read_empty_shop() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        create_shop(path, SETTINGS).close()
        return path.read_bytes()


def make_shop(path: Path) -> Database:
    """Make an empty shop's file, as ``create_shop`` does, without going through all its migrations again."""
    path.write_bytes(_read_empty_shop())
    save_keys(path, Keys.new())
    return open_database(path)


@pytest.fixture
def db_path(tmp_path: Path) -> Path:
    """Where the file of the test's shop lies."""
    return tmp_path / "shop.db"


@pytest.fixture
def db(db_path: Path) -> Iterator[Database]:
    """An empty shop's file, open."""
    database = create_shop(db_path, SETTINGS)
    yield database
    database.close()


@pytest.fixture
def run(db: Database, db_path: Path) -> Callable[..., Result]:
    """Run a command on the test's shop in this process; ``O2OError`` is left in ``result.exception``."""

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(a) for a in arguments], env={"O2O_DB": str(db_path)})

    return invoke

"""A shop's file as a whole: made once, copied while in use, its secrets beside it."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from o2o.cli import cli
from o2o.db import Database, open_database
from o2o.errors import DatabaseError, OutputError, SettingError
from o2o.keys import load_keys, save_keys
from o2o.times import DAY
from tests.conftest import SETTINGS, largest_file

INIT = ["init", "--base-url", "https://s.shop.com", "--currency", "cny", "--timezone", "Asia/Shanghai"]


def init(path: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, [*INIT, "--db", str(path), *more])


def test_init_makes_file_and_keys(tmp_path: Path) -> None:
    result = init(tmp_path / "shop.db", "--default-destination", "https://shop.com/{sku}")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "shop.db").exists()
    assert len(load_keys(tmp_path / "shop.db").secret) == 32


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_keys_are_for_their_owner_alone(db: Database, db_path: Path) -> None:
    assert stat.S_IMODE((db_path.parent / "shop.db.keys").stat().st_mode) == 0o600


def test_the_secret_is_not_in_the_file(db: Database, db_path: Path) -> None:
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    secret = load_keys(db_path).secret
    assert secret not in db_path.read_bytes()
    assert secret.hex().encode() not in db_path.read_bytes()


def test_init_leaves_an_existing_file_alone(db: Database, db_path: Path) -> None:
    before = db_path.read_bytes()
    assert isinstance(init(db_path).exception, DatabaseError)
    assert db_path.read_bytes() == before


@pytest.mark.parametrize(
    "more",
    [
        ("--timezone", "Mars"),
        ("--currency", "yuan"),
        ("--default-destination", "shop.com"),
        ("--default-destination", "https://shop.com/{phone}"),
        ("--base-url", "https://s.shop.com/q", "--url-case", "upper"),
    ],
)
def test_init_with_a_bad_option_makes_nothing(tmp_path: Path, more: tuple[str, ...]) -> None:
    assert isinstance(init(tmp_path / "shop.db", *more).exception, SettingError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit to set")
@pytest.mark.parametrize("room", [0, 20_000])
def test_init_on_a_full_disk_makes_nothing(tmp_path: Path, room: int) -> None:
    with largest_file(room):
        result = init(tmp_path / "shop.db")
    assert isinstance(result.exception, DatabaseError)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_a_shop_that_opens(db: Database, db_path: Path, run: Callable[..., Result]) -> None:
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('001', '一店')")
    out = db_path.parent / "copy.db"
    assert run("backup", out).exit_code == 0
    copy = open_database(out)
    assert copy.conn.execute("SELECT store_id FROM stores").fetchone()[0] == "001"
    copy.close()
    assert load_keys(out).secret == load_keys(db_path).secret


def test_a_backup_keeps_no_salt(db: Database, db_path: Path, run: Callable[..., Result]) -> None:
    save_keys(db_path, load_keys(db_path).with_salt_of(20_000 * DAY))
    run("backup", db_path.parent / "copy.db")
    assert load_keys(db_path.parent / "copy.db").salts == {}


def test_a_backup_over_an_existing_file_is_refused(db: Database, db_path: Path, run: Callable[..., Result]) -> None:
    assert isinstance(run("backup", db_path).exception, OutputError)


def test_salts_older_than_48_hours_are_gone(db: Database, db_path: Path) -> None:
    keys = load_keys(db_path)
    for day in (20_000, 20_001, 20_002):
        keys = keys.with_salt_of(day * DAY)
    assert sorted(keys.salts) == [20_001, 20_002]
    assert keys.with_salt_of(20_002 * DAY + 5).salts == keys.salts


def test_lost_keys_say_what_to_do(db: Database, db_path: Path, run: Callable[..., Result]) -> None:
    (db_path.parent / "shop.db.keys").unlink()
    with pytest.raises(DatabaseError, match="o2o keys new"):
        load_keys(db_path)
    assert run("keys", "new").exit_code == 0
    assert isinstance(run("keys", "new").exception, DatabaseError)


def test_settings_are_shown_and_set(run: Callable[..., Result]) -> None:
    assert run("setting", "set", "duplicate_seconds", "15").exit_code == 0
    assert '"value": 15' in run("setting", "list", "--format", "json").stdout
    assert SETTINGS.base_url in run("setting", "list").stdout

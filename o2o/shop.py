"""A shop's file as a whole: make it, and copy it while it is in use."""

from pathlib import Path

from o2o.config import Settings, save_settings
from o2o.db import Database, backup_database, create_database, explaining, remove_database
from o2o.destinations import Scope, check_destination, set_destination
from o2o.errors import DatabaseError
from o2o.keys import Keys, keys_path, load_keys, save_keys


def create_shop(path: Path, settings: Settings, default_destination: str | None = None) -> Database:
    """Create a shop's file with its settings and its keys beside it, and return it open."""
    settings.check()
    if default_destination:
        check_destination(default_destination)
    db = create_database(path)
    try:
        with explaining(path):
            save_settings(db, settings)
            if default_destination:
                set_destination(db, Scope.DEFAULT, "", default_destination)
        if not keys_path(path).exists():
            save_keys(path, Keys.new())
    except BaseException:
        db.close()
        remove_database(path)
        raise
    return db


def backup_shop(db: Database, path: Path, out: Path) -> None:
    """Copy file and secret to ``out`` and ``out.keys`` while others write; the salts of the days stay behind."""
    keys = load_keys(path)
    backup_database(db, out)
    save_keys(out, Keys(keys.secret))


def renew_keys(path: Path) -> None:
    """Make new keys beside a file that has none; raises DatabaseError when it has them."""
    if keys_path(path).exists():
        raise DatabaseError(keys_path(path), "the keys are there", "move them away first if they are truly lost")
    save_keys(path, Keys.new())

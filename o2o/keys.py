"""Secrets that live beside the file and never in it: ``<db>.keys``, readable by its owner alone.

The secret keys the identity of imported lines. The salt of each day keys visitor ids; salts older
than 48 hours are gone, so that no visitor can be recomputed later.
"""

import json
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from o2o.errors import DatabaseError
from o2o.text_files import whole_file
from o2o.times import DAY

SALT_BYTES = 16
_KEPT_DAYS = 2


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret of a shop's file and the salts of yesterday and today (UTC day number -> salt)."""

    secret: bytes
    salts: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def new(cls) -> Self:
        """Return keys with a fresh secret and no salt yet."""
        return cls(secrets.token_bytes(32))

    def with_salt_of(self, at: int) -> Self:
        """Return keys that have a salt for the day of ``at`` and none older than the day before."""
        today = at // DAY
        kept = {day: salt for day, salt in self.salts.items() if today - day < _KEPT_DAYS}
        return replace(self, salts={today: secrets.token_bytes(SALT_BYTES)} | kept)


def keys_path(db_path: Path) -> Path:
    """Return where the keys of a shop's file lie."""
    return db_path.with_name(db_path.name + ".keys")


def load_keys(db_path: Path) -> Keys:
    """Return the keys beside a shop's file; without them, raise DatabaseError."""
    path = keys_path(db_path)
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        salts = {int(day): bytes.fromhex(salt) for day, salt in content["salts"].items()}
        return Keys(bytes.fromhex(content["secret"]), salts)
    except FileNotFoundError:
        raise DatabaseError(
            path,
            "the keys are missing",
            "copy them from the machine that made the file, or run 'o2o keys new'",
        ) from None
    except (OSError, ValueError, KeyError) as error:
        raise DatabaseError(path, f"the keys can't be read ({error})", "restore them from a backup") from None


def keep_salts(db_path: Path, at: int) -> Keys:
    """Return the keys with a salt for the day of ``at``; a new one is written beside the file."""
    keys = load_keys(db_path)
    if at // DAY not in keys.salts:
        keys = keys.with_salt_of(at)
        save_keys(db_path, keys)
    return keys


def save_keys(db_path: Path, keys: Keys) -> None:
    """Write the keys beside a shop's file, whole or not at all, for its owner alone; raises OutputError."""
    path = keys_path(db_path)
    content = {
        "secret": keys.secret.hex(),
        "salts": {str(day): salt.hex() for day, salt in sorted(keys.salts.items())},
    }
    with whole_file(path, mode=0o600) as file:
        file.write(json.dumps(content).encode())

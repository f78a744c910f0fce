"""What names of visitors and customers become as they are taken in: hashed where asked for, none where forgotten."""

from base64 import urlsafe_b64encode
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from o2o.db import Database
from o2o.keys import load_keys

_HASHED = "h."


class Named(StrEnum):
    """Whose name it is."""

    VISITOR = "visitor"
    CUSTOMER = "customer"


class Names:
    """Takes names in by the rules of a file; ``hashes_customers``: a phone number is kept as a keyed hash only."""

    def __init__(self, db: Database, *, hashes_customers: bool = False) -> None:
        self._db = db
        self._hashes_customers = hashes_customers
        self.has_forgotten = bool(db.conn.execute("SELECT EXISTS (SELECT 1 FROM forgotten)").fetchone()[0])

    def take_customer(self, name: str | None) -> str | None:
        """Return a customer's name as it is kept."""
        if not name:
            return None
        kept = hash_customer(self._secret, name) if self._hashes_customers else name
        return None if self.is_forgotten(Named.CUSTOMER, kept) else kept

    def take_visitor(self, name: str | None) -> str | None:
        """Return a visitor's name as it is kept."""
        return None if not name or self.is_forgotten(Named.VISITOR, name) else name

    def is_forgotten(self, named: Named, name: str) -> bool:
        """Tell whether a name is one that asked to be forgotten."""
        if not self.has_forgotten:
            return False
        query = "SELECT 1 FROM forgotten WHERE tombstone = ?"
        return self._db.conn.execute(query, [make_tombstone(self._secret, named, name)]).fetchone() is not None

    @cached_property
    def _secret(self) -> bytes:
        return load_keys(Path(self._db.conn.execute("PRAGMA database_list").fetchone()[2])).secret


def hash_customer(secret: bytes, name: str) -> str:
    """Return a customer's name that nobody can turn back into a phone number without the secret beside the file.

    Spaces, hyphens and a leading +86 are left aside, so that a number is one customer however it is written.
    """
    if name.startswith(_HASHED):
        return name
    plain = "".join(character for character in name.strip().casefold() if character not in " -").removeprefix("+86")
    digest = blake2b(b"customer " + plain.encode("utf-8", "replace"), key=secret, digest_size=15).digest()
    return _HASHED + urlsafe_b64encode(digest).decode("ascii")


def make_tombstone(secret: bytes, named: Named, name: str) -> bytes:
    """Return what is kept of a forgotten name: enough to know it again, too little to tell it."""
    return blake2b(f"forgotten {named} {name}".encode("utf-8", "replace"), key=secret, digest_size=16).digest()

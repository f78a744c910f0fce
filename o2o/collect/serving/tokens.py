"""Tokens by which mini-programs, kiosks and labels report scans; the file keeps only a keyed hash of each."""

import re
import secrets
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from o2o.db import Database, writing
from o2o.errors import NotFoundError, SettingError

_TOKEN_BYTES = 24
_NAME = re.compile(r"[\w][\w .-]{0,63}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed: who has it, since when, and until when it was taken."""

    name: str
    created_at: int
    revoked_at: int | None


def make_token(db: Database, secret: bytes, name: str, now: int) -> str:
    """Return a new token for whom ``name`` names; it is shown this once."""
    if not _NAME.fullmatch(name):
        raise SettingError("token", name, "not a plain name", "write a short one, such as mini-program")
    if db.conn.execute("SELECT 1 FROM report_tokens WHERE name = ?", [name]).fetchone():
        raise SettingError("token", name, "there is one of this name", "choose another name, so that each can be told")
    token = "o2o_" + secrets.token_urlsafe(_TOKEN_BYTES)
    with writing(db):
        db.conn.execute(
            "INSERT INTO report_tokens (name, hash, created_at) VALUES (?, ?, ?)",
            [name, hash_token(secret, token), now],
        )
    return token


def list_tokens(db: Database) -> list[Token]:
    """Return all tokens, the oldest first."""
    found = db.conn.execute("SELECT name, created_at, revoked_at FROM report_tokens ORDER BY created_at, name")
    return [Token(*row) for row in found]


def revoke_token(db: Database, name: str, now: int) -> None:
    """Take a token no more; raises NotFoundError when there is none in use."""
    with writing(db):
        changed = db.conn.execute(
            "UPDATE report_tokens SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", [now, name]
        ).rowcount
    if not changed:
        raise NotFoundError("token in use", name, "see 'o2o scan token list'")


def load_token_hashes(db: Database) -> tuple[bytes, ...]:
    """Return the hashes of the tokens in use."""
    return tuple(row[0] for row in db.conn.execute("SELECT hash FROM report_tokens WHERE revoked_at IS NULL"))


def hash_token(secret: bytes, token: str) -> bytes:
    """Return what the file keeps of a token."""
    return blake2b(b"token\0" + token.encode("utf-8", "replace"), key=secret, digest_size=32).digest()


def is_token(secret: bytes, token: str, hashes: tuple[bytes, ...]) -> bool:
    """Tell whether a token is one of those in use, in a time that doesn't tell how near it came."""
    given = hash_token(secret, token)
    return sum(compare_digest(given, known) for known in hashes) > 0

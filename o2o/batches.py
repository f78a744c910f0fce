"""What was taken in or taken back, as a chain: each batch adds a digest of itself to the digest of all before it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from o2o.db import Database

_BYTES = 16


class BatchKind(StrEnum):
    """What a batch brought, or did to what was there."""

    SCANS = "scans"
    ORDERS = "orders"
    REDEMPTIONS = "redemptions"
    PAGE_VIEWS = "page_views"
    CATALOG = "catalog"
    UNDONE = "undone"
    FORGOTTEN = "forgotten"
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Batch:
    """What was done, to how many rows, and a digest of its content; scans that are drained live are no batch."""

    kind: BatchKind
    rows: int
    content: bytes
    file: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """How many batches there are, and the digest of them all, in hexadecimal; empty for none."""

    batches: int = 0
    digest: str = ""


def add_batch(db: Database, batch: Batch, now: int) -> None:
    """Add a batch to the chain, inside the caller's transaction; one that changed nothing is none."""
    if not batch.rows:
        return
    found = db.conn.execute("SELECT chain FROM batches ORDER BY id DESC LIMIT 1").fetchone()
    facts = f"{batch.kind} {batch.rows} ".encode() + batch.content
    chain = hashlib.blake2b((found[0] if found else b"") + facts, digest_size=_BYTES).digest()
    db.conn.execute(
        "INSERT INTO batches (taken_at, kind, file, content_rows, content, chain) VALUES (?, ?, ?, ?, ?, ?)",
        (now, batch.kind, batch.file, batch.rows, batch.content, chain),
    )


def last_chain(db: Database) -> Chain:
    """Return the chain as it is."""
    found = db.conn.execute("SELECT id, chain FROM batches ORDER BY id DESC LIMIT 1").fetchone()
    return Chain(found[0], found[1].hex()) if found else Chain()


def digest_files(paths: Sequence[Path]) -> bytes:
    """Return a digest of the bytes of files; what can't be read twice, such as a pipe, adds nothing."""
    digest = hashlib.blake2b(digest_size=_BYTES)
    for path in filter(Path.is_file, paths):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.digest()

"""Moves recorded hits from segment files into ``scans``, each exactly once, whoever drains and however often."""

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from typing import BinaryIO

from o2o.collect.recording.segments import (
    FORMAT_MARK,
    REFUSED,
    is_given_up,
    list_segments,
    read_records,
    segments_folder,
)
from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.scans import insert_hits
from o2o.config import load_settings
from o2o.db import Database, shop_file, sync_changes, writing

_SOURCES = {source.value: source for source in Source}
_SLICE = 1_000  # records a transaction: others wait for the lock no longer than some 50 ms
_BAD_RECORD = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.IntegrityError,
)  # fmt: skip


def pack_hit(hit: Hit) -> bytes:
    """Return a served or reported hit, which has no import key, as the payload of a record."""
    at, code, visitor, user_agent, source, scan_id, _, signals, rule_id, region, customer = hit
    return (
        f'[{at},{_quote(code)},{_quote(visitor)},{_quote_often(user_agent)},"{source}",{_quote(scan_id)},null,{signals:d},'
        f"{'null' if rule_id is None else rule_id},{_quote_often(region)},{_quote(customer)}]"
    ).encode("utf-8", "replace")


def _quote(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


_quote_often = lru_cache(maxsize=4_096)(_quote)


def unpack_hits(payloads: Sequence[bytes]) -> list[Hit]:
    """Return the hits of records."""
    found = json.loads(b"[%s]" % b",".join(payloads))
    return [Hit._make([*facts[:4], _SOURCES[facts[4]], *facts[5:]]) for facts in found]


def drain_segments(db: Database, db_path: Path) -> int:
    """Move what has been recorded into ``scans`` and return how many rows are new; call it outside a transaction.

    Files of workers that are gone are deleted once they are drained.
    """
    judge = Judge(db, load_settings(db))
    new = sum(_drain_file(judge, path) for path in list_segments(segments_folder(db_path)))
    judge_scans(judge)
    return new


def _drain_file(judge: Judge, path: Path) -> int:
    new = 0
    with suppress(FileNotFoundError):  # another process drained and deleted it
        # asked before reading: nothing is added any more to a file that was given up then
        given_up = is_given_up(path)
        with path.open("rb") as file:
            if file.read(len(FORMAT_MARK)) != FORMAT_MARK:  # a newer o2o's: left for it
                return 0
            most = _SLICE
            while read_records(file, _position(judge.db, path), 1)[0]:
                try:
                    new += _drain_slice(judge, file, path, most)
                    most = min(most * 2, _SLICE)
                except _BAD_RECORD:  # one of them: found by halves, so that it doesn't keep back all others
                    judge.forget()
                    if most == 1:
                        _set_aside(judge.db, file, path)
                    most = max(most // 2, 1)
        if given_up:
            sync_changes(shop_file(judge.db))  # whoever drained it may not have waited for the disk
            path.unlink()
    return new


def _drain_slice(judge: Judge, file: BinaryIO, path: Path, most: int) -> int:
    db = judge.db
    with writing(db):
        # read again now that no other process can move it
        payloads, position = read_records(file, _position(db, path), most)
        new = insert_hits(judge, unpack_hits(payloads))
        _move_position(db, path, position)
    return new


def _set_aside(db: Database, file: BinaryIO, path: Path) -> None:
    """Keep a record that can't become a row in a file beside, for whoever mends it."""
    with writing(db), path.with_suffix(REFUSED).open("ab") as refused:
        payloads, position = read_records(file, _position(db, path), 1)
        refused.writelines(payload + b"\n" for payload in payloads)
        refused.flush()
        os.fsync(refused.fileno())
        _move_position(db, path, position)


def _move_position(db: Database, path: Path, position: int) -> None:
    db.conn.execute(
        "INSERT INTO segments (name, position) VALUES (:name, :position)"
        " ON CONFLICT (name) DO UPDATE SET position = :position",
        {"name": path.name, "position": position},
    )


def _position(db: Database, path: Path) -> int:
    found = db.conn.execute("SELECT position FROM segments WHERE name = ?", [path.name]).fetchone()
    return int(found[0]) if found else len(FORMAT_MARK)

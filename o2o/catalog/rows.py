"""Tables of the catalogue that hold one row for each id: what differs from what is known goes in."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from operator import itemgetter
from sqlite3 import DataError
from typing import Any

from o2o.catalog.imports import Batch, Changes, Import, Record
from o2o.catalog.kinds import KEYS
from o2o.catalog.versions import Key, put_rows, shape_of
from o2o.db import Database

STORED_NAMES = {"start": "starts_at", "end": "ends_at"}
"""What columns of a file are called in their table, where that is another name."""


@dataclass(frozen=True, slots=True)
class SavedRows:
    """What saving rows did, and the keys of those that are new or changed."""

    changes: Changes
    keys: tuple[Key, ...]


def save_rows(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> SavedRows:
    """Take rows into the table of the import's kind; their keys must be different and stand first.

    Columns that are not given, or that the table hasn't, are left alone; ``extra`` is merged into what is stored. A
    row that had been retired lives again.
    """
    columns = [STORED_NAMES.get(column, column) for column in columns]
    records = list(chain.from_iterable(batch.records for batch in batches))
    table_columns = shape_of(db, run.kind).columns
    columns, records = _project(columns, records, table_columns)
    revivable = "retired_at" in table_columns and "retired_at" not in columns
    retired = _retired_keys(db, run) if revivable else frozenset[Key]()
    count, width = len(records), len(KEYS[run.kind])
    stored: Iterable[Record] = zip(*_load_columns(db, run.kind, columns), strict=True)
    if not retired:
        stored, records = _leave_out_alike(stored, records)
    known = {row[:width]: row for row in stored}
    if columns[-1] == "extra":
        records = _merge_extra(records, known, width)
    different = [record for record in records if known.get(record[:width]) != record or record[:width] in retired]
    keys = tuple([record[:width] for record in different])
    changed = [key for key in keys if key in known]
    put_rows(db, run.id, run.kind, columns, different, known=changed)
    if retired:
        _revive(db, run, (key for key in changed if key in retired))
    return SavedRows(Changes(len(different) - len(changed), len(changed), count - len(different)), keys)


def _load_columns(db: Database, table: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    # as one row of JSON arrays they come in half the time that all the rows need
    arrays = ", ".join(f"json_group_array({column})" for column in columns)
    try:
        return map(json.loads, db.conn.execute(f"SELECT {arrays} FROM {table}").fetchone())
    except DataError:  # longer than a text can be
        return zip(*db.conn.execute(f"SELECT {', '.join(columns)} FROM {table}"), strict=True)


def _leave_out_alike(stored: Iterable[Record], records: list[Record]) -> tuple[list[Record], list[Record]]:
    # a file comes in the order of its first import, as a rule: what is alike in its place needs no looking up
    pairs = [pair for pair in zip_longest(stored, records) if pair[0] != pair[1]]
    return [row for row, _ in pairs if row is not None], [record for _, record in pairs if record is not None]


def _project(
    columns: Sequence[str], records: list[Record], stored: Sequence[str]
) -> tuple[Sequence[str], list[Record]]:
    if all(column in stored for column in columns):
        return columns, records
    kept = [position for position, column in enumerate(columns) if column in stored]
    take = itemgetter(*kept)
    return [columns[position] for position in kept], [take(record) for record in records]


def _merge_extra(records: list[Record], known: Mapping[Key, Record], width: int) -> list[Record]:
    return [
        (*record[:-1], _merge_texts(row[-1], record[-1]))
        if (row := known.get(record[:width])) is not None and row[-1] != record[-1]
        else record
        for record in records
    ]


def _merge_texts(stored: str, given: str) -> str:
    before: dict[str, Any] = json.loads(stored)
    after = before | json.loads(given)
    return stored if after == before else json.dumps(after, ensure_ascii=False)


def _retired_keys(db: Database, run: Import) -> frozenset[Key]:
    # one that is to retire later keeps its date: a file that says nothing of it doesn't take it back
    sql = f"SELECT {', '.join(KEYS[run.kind])} FROM {run.kind} WHERE retired_at <= ?"
    return frozenset(db.conn.execute(sql, [run.imported_at]))


def _revive(db: Database, run: Import, keys: Iterable[Key]) -> None:
    where = " AND ".join(f"{column} = ?" for column in KEYS[run.kind])
    db.conn.executemany(f"UPDATE {run.kind} SET retired_at = NULL WHERE {where}", keys)

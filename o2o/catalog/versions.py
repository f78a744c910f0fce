"""Rows that remember: what an import changes or removes is kept as it was, so that it can be told and undone.

A table takes part that has a primary key and a column ``import_id``, the import that wrote the row last. A row that an
import added needs no more than that; of one that it changed or removed, ``catalog_changes`` keeps the row before.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from o2o.db import Database

Key = tuple[Any, ...]
"""The values of the primary key of a row, in its order."""

VERSIONED = (
    "stores", "campaigns", "products", "people", "places",
    "aisles", "barcodes", "assignments", "assortment", "prices", "lots",
)  # fmt: skip
"""The tables whose rows remember, each after those that it refers to."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an import did to one row: ``before`` is None when it was new, ``after`` when it was removed."""

    table: str
    key: Key
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table in their order, and those of its primary key in theirs."""

    columns: tuple[str, ...]
    key: tuple[str, ...]


def shape_of(db: Database, table: str) -> Shape:
    """Return the columns of a versioned table."""
    found = db.conn.execute(f"PRAGMA table_info({table})").fetchall()
    keyed = sorted((row[5], row[1]) for row in found if row[5])
    return Shape(tuple(row[1] for row in found), tuple(name for _, name in keyed))


def put_rows(
    db: Database,
    import_id: int,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    known: Iterable[Key],
) -> None:
    """Insert rows or update those that are there; ``known`` are the keys of the latter, which are kept as they were.

    ``columns`` hold the primary key; columns that are not given stay as they are.
    """
    shape = shape_of(db, table)
    keep_rows(db, import_id, table, known)
    db.conn.executemany(_upsert_of(table, (*columns, "import_id"), shape.key), ((*row, import_id) for row in rows))


def remove_rows(db: Database, import_id: int, table: str, keys: Iterable[Key]) -> None:
    """Remove rows, which are kept as they were."""
    keys = list(keys)
    keep_rows(db, import_id, table, keys)
    db.conn.executemany(f"DELETE FROM {table} WHERE {_equals(shape_of(db, table).key)}", keys)


def keep_rows(db: Database, import_id: int, table: str, keys: Iterable[Key]) -> None:
    """Keep rows as they are before an import changes them; what the import itself wrote needs no keeping."""
    shape = shape_of(db, table)
    sql = (
        f"INSERT OR IGNORE INTO catalog_changes (kind, key, import_id, before) "
        f"SELECT '{table}', json_array({', '.join(shape.key)}), ?, {_image_of(shape.columns)} FROM {table} "
        f"WHERE import_id IS NOT ? AND {_equals(shape.key)}"
    )
    db.conn.executemany(sql, ((import_id, import_id, *key) for key in keys))


def list_changes(db: Database, import_id: int) -> Iterator[Change]:
    """Yield what an import did to each row, as far as no later import has changed it again."""
    for table in VERSIONED:
        shape = shape_of(db, table)
        for key, before, after in db.conn.execute(_changes_of(table, shape), {"import_id": import_id}):
            if before or after:
                yield Change(table, tuple(json.loads(key)), _read_image(before), _read_image(after))


def list_versions(db: Database, table: str, key: Key) -> list[dict[str, Any]]:
    """Return a row as each import left it, the first first; the last is how it is now, if it still is."""
    shape = shape_of(db, table)
    kept = db.conn.execute(
        "SELECT before FROM catalog_changes WHERE kind = ? AND key = json_array("
        + ", ".join("?" * len(key))
        + ") ORDER BY import_id",
        [table, *key],
    ).fetchall()
    present = db.conn.execute(
        f"SELECT {_image_of(shape.columns)} FROM {table} WHERE {_equals(shape.key)}", key
    ).fetchall()
    return [json.loads(image) for (image,) in (*kept, *present)]


def restore_rows(db: Database, import_id: int, table: str) -> int:
    """Bring back the rows of a table that an import changed or removed, and return how many they are."""
    shape = shape_of(db, table)
    values = ", ".join(f"json_extract(before, '$.{column}')" for column in shape.columns)
    source = f"SELECT {values} FROM catalog_changes WHERE import_id = ? AND kind = ?"
    return db.conn.execute(_upsert_of(table, shape.columns, shape.key, source), [import_id, table]).rowcount


@cache
def _upsert_of(table: str, columns: tuple[str, ...], key: tuple[str, ...], source: str = "") -> str:
    taken = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    source = source or f"VALUES ({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) {source} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {taken}"


def _changes_of(table: str, shape: Shape) -> str:
    key, image = f"json_array({', '.join(shape.key)})", _image_of(shape.columns)
    on = " AND ".join(f"{column} = json_extract(kept.key, '$[{number}]')" for number, column in enumerate(shape.key))
    return f"""
        SELECT kept.key, kept.before, (SELECT {image} FROM {table} WHERE {on} AND import_id = :import_id)
        FROM catalog_changes AS kept WHERE kept.kind = '{table}' AND kept.import_id = :import_id
        UNION ALL
        SELECT {key}, NULL, {image} FROM {table}
        WHERE import_id = :import_id AND NOT EXISTS (
            SELECT 1 FROM catalog_changes AS kept
            WHERE kept.kind = '{table}' AND kept.key = {key} AND kept.import_id = :import_id
        )
    """


def _image_of(columns: Sequence[str]) -> str:
    return f"json_object({', '.join(f'{column!r}, {column}' for column in columns)})"


def _equals(columns: Sequence[str]) -> str:
    return " AND ".join(f"{column} = ?" for column in columns)


def _read_image(image: str | None) -> dict[str, Any] | None:
    return None if image is None else json.loads(image)

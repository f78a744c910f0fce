"""Rows that remember: what an import changes or removes is kept as it was, so that it can be told and undone.

A table takes part that has a primary key and a column ``import_id``, the import that wrote the row last. A row that an
import added needs no more than that; of one that it changed or removed, ``catalog_changes`` keeps the row before.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, islice
from typing import Any

from o2o.db import Database

Key = tuple[Any, ...]
"""The values of the primary key of a row, in its order."""

VERSIONED = (
    "stores", "campaigns", "products", "people", "places",
    "aisles", "barcodes", "assignments", "assortment", "prices", "lots",
    "shifts", "traffic", "costs",
)  # fmt: skip
"""The tables whose rows remember, each after those that it refers to."""

_KEYS_AT_ONCE = 10_000
_CHANGES_AT_ONCE = 1_000
_ROWS_AT_ONCE = 25  # more saves no more time


@dataclass(frozen=True, slots=True)
class Change:
    """What an import did to one row: ``before`` is None when it was new, ``after`` when it was removed.

    Rows older than the log of imports are of None.
    """

    import_id: int | None
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
    known: Collection[Key],
) -> None:
    """Insert rows or update those that are there; ``known`` are the keys of the latter, which are kept as they were.

    ``columns`` hold the primary key; columns that are not given stay as they are.
    """
    if not known:
        add_rows(db, import_id, table, columns, list(rows))
        return
    shape = shape_of(db, table)
    keep_rows(db, import_id, table, known)
    db.conn.executemany(_upsert_of(table, (*columns, "import_id"), shape.key), ((*row, import_id) for row in rows))


def add_rows(db: Database, import_id: int, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose keys are not there yet; thousands of them in a third of the time that ``put_rows`` takes."""
    if not rows:
        return
    values = [*zip(*rows, strict=True), [import_id] * len(rows)]
    alike = [len(set(column)) == 1 for column in values]
    shared = [column[0] for column, same in zip(values, alike, strict=True) if same]
    own = [column for column, same in zip(values, alike, strict=True) if not same]
    of_rows = list(zip(*own, strict=True)) if own else [()] * len(rows)
    named = (*columns, "import_id")
    whole = len(rows) - len(rows) % _ROWS_AT_ONCE
    for size, first, last in ((_ROWS_AT_ONCE, 0, whole), (1, whole, len(rows))):
        parts = (chain.from_iterable(of_rows[start : start + size]) for start in range(first, last, size))
        db.conn.executemany(_insert_of(table, named, tuple(alike), size), ((*shared, *part) for part in parts))


def remove_rows(db: Database, import_id: int, table: str, keys: Iterable[Key]) -> None:
    """Remove rows, which are kept as they were."""
    keys = list(keys)
    keep_rows(db, import_id, table, keys)
    delete_rows(db, table, keys)


def keep_rows(db: Database, import_id: int, table: str, keys: Iterable[Key]) -> None:
    """Keep rows as they are before an import changes them; what the import itself wrote needs no keeping."""
    shape = shape_of(db, table)
    wanted = " AND ".join(f"{table}.{column} = wanted ->> {number}" for number, column in enumerate(shape.key))
    sql = (
        f"INSERT OR IGNORE INTO catalog_changes (kind, key, import_id, before) "
        f"SELECT '{table}', {_key_of(table, shape)}, :import_id, {_image_of(shape.columns)} "
        f"FROM (SELECT value AS wanted FROM json_each(:keys)) CROSS JOIN {table} ON {wanted} "
        f"WHERE import_id IS NOT :import_id"
    )
    # many keys a statement: inside a savepoint each one costs the more the more was written there before
    waiting = iter(keys)
    while batch := list(islice(waiting, _KEYS_AT_ONCE)):
        db.conn.execute(sql, {"keys": json.dumps(batch, ensure_ascii=False), "import_id": import_id})


def list_changes(
    db: Database, import_id: int, is_wanted: Callable[[str, Key], bool] = lambda *_: True
) -> Iterator[Change]:
    """Yield what an import did to each row that is wanted; those that a later one has changed again are passed over."""
    for table in VERSIONED:
        found = db.conn.execute(_changes_of(table, shape_of(db, table)), {"import_id": import_id})
        while batch := found.fetchmany(_CHANGES_AT_ONCE):
            keys = map(tuple, _read_all(row[0] for row in batch))
            wanted = [(key, row) for key, row in zip(keys, batch, strict=True) if is_wanted(table, key)]
            befores, afters = (_read_all(row[place] or "null" for _, row in wanted) for place in (1, 2))
            for (key, _), before, now in zip(wanted, befores, afters, strict=True):
                if now is None or now["import_id"] == import_id:
                    yield Change(import_id, table, key, before, now)


def trace_rows(db: Database, table: str, key: Key) -> list[Change]:
    """Return what each import did to the rows whose primary key begins with ``key``, the first first."""
    shape = shape_of(db, table)
    images: dict[Key, list[tuple[int | None, str]]] = {}
    first = _key_text(key)[:-1]
    kept = db.conn.execute(
        "SELECT key, import_id, before FROM catalog_changes WHERE kind = ? AND key >= ? AND key < ? ORDER BY import_id",
        [table, first, f"{first}\U0010ffff"],
    )
    for text, import_id, before in kept:
        found = tuple(json.loads(text))
        if found[: len(key)] == key:
            images.setdefault(found, []).append((import_id, before))
    columns, given = ", ".join((_image_of(shape.columns), *shape.key)), shape.key[: len(key)]
    present = db.conn.execute(f"SELECT {columns} FROM {table} WHERE {_equals(given)}", key)
    for image, *found in present:
        images.setdefault(tuple(found), []).append((None, image))
    changes = [change for found, row in images.items() for change in _steps(table, found, row)]
    return sorted(changes, key=lambda change: change.import_id or 0)


def _steps(table: str, key: Key, images: Sequence[tuple[int | None, str]]) -> Iterator[Change]:
    # each image is of the row as one import left it, with the import that came over it; None: it is so now
    before, last = None, None
    for over, text in images:
        image = json.loads(text)
        wrote = image["import_id"]
        if before is not None and wrote != last:  # removed by one import, brought again by another
            yield Change(last, table, key, before, None)
            before = None
        yield Change(wrote, table, key, before, image)
        before, last = image, over
    if before is not None and last is not None:
        yield Change(last, table, key, before, None)


def restore_rows(db: Database, import_id: int, table: str) -> int:
    """Bring back the rows of a table that an import changed or removed, and return how many they are."""
    shape = shape_of(db, table)
    values = ", ".join(f"json_extract(before, '$.{column}')" for column in shape.columns)
    source = f"SELECT {values} FROM catalog_changes WHERE import_id = ? AND kind = ?"
    return db.conn.execute(_upsert_of(table, shape.columns, shape.key, source), [import_id, table]).rowcount


def added_keys(db: Database, import_id: int, table: str) -> list[Key]:
    """Return the keys of the rows that an import added."""
    return db.conn.execute(_added_by(table, shape_of(db, table)), {"import_id": import_id}).fetchall()


def kept_keys(db: Database, import_id: int, table: str) -> list[Key]:
    """Return the keys of the rows that were kept before an import changed or removed them."""
    found = db.conn.execute("SELECT key FROM catalog_changes WHERE import_id = ? AND kind = ?", [import_id, table])
    return [tuple(json.loads(key)) for (key,) in found]


def delete_rows(db: Database, table: str, keys: Iterable[Key]) -> None:
    """Delete rows, of which nothing is kept."""
    db.conn.executemany(f"DELETE FROM {table} WHERE {_equals(shape_of(db, table).key)}", keys)


def forget_changes(db: Database, import_id: int) -> None:
    """Forget the rows that were kept for an import."""
    db.conn.execute("DELETE FROM catalog_changes WHERE import_id = ?", [import_id])


def find_later(db: Database, import_id: int) -> int | None:
    """Return the last import that changed rows again which an import had written or removed, or None."""
    later = [db.conn.execute(_CHANGED_AGAIN, {"import_id": import_id}).fetchone()[0]]
    for table in VERSIONED:
        sql = _brought_again(table, shape_of(db, table))
        later.append(db.conn.execute(sql, {"import_id": import_id}).fetchone()[0])
    return max((number for number in later if number is not None), default=None)


@cache
def _insert_of(table: str, columns: tuple[str, ...], alike: tuple[bool, ...], size: int) -> str:
    """Return an insert of several rows, whose parameters are first what they share, then what each has of its own."""
    shared, own = count(1), count(1 + sum(alike))
    places = [f"?{next(shared)}" if same else "" for same in alike]
    values = ", ".join(f"({', '.join(place or f'?{next(own)}' for place in places)})" for _ in range(size))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}"


@cache
def _upsert_of(table: str, columns: tuple[str, ...], key: tuple[str, ...], source: str = "") -> str:
    taken = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    source = source or f"VALUES ({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) {source} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {taken}"


_CHANGED_AGAIN = """
    SELECT max(later.import_id) FROM catalog_changes AS later
    WHERE later.import_id > :import_id AND (
        json_extract(later.before, '$.import_id') = :import_id
        OR EXISTS (
            SELECT 1 FROM catalog_changes AS kept
            WHERE kept.import_id = :import_id AND kept.kind = later.kind AND kept.key = later.key
        )
    )
"""


def _brought_again(table: str, shape: Shape) -> str:
    return f"""
        SELECT max({table}.import_id) FROM catalog_changes AS kept
        JOIN {table} ON {_is_kept(table, shape)}
        WHERE kept.import_id = :import_id AND kept.kind = '{table}' AND {table}.import_id > :import_id
    """


def _changes_of(table: str, shape: Shape) -> str:
    image = _image_of(shape.columns)
    return f"""
        SELECT kept.key, kept.before, (SELECT {image} FROM {table} WHERE {_is_kept(table, shape)})
        FROM catalog_changes AS kept WHERE kept.kind = '{table}' AND kept.import_id = :import_id
        UNION ALL
        SELECT {_key_of(table, shape)}, NULL, {image} FROM {table}
        WHERE import_id = :import_id AND {_is_new(table, shape)}
    """


def _added_by(table: str, shape: Shape) -> str:
    columns = ", ".join(shape.key)
    return f"SELECT {columns} FROM {table} WHERE import_id = :import_id AND {_is_new(table, shape)}"


def _is_new(table: str, shape: Shape) -> str:
    return f"""NOT EXISTS (
        SELECT 1 FROM catalog_changes AS kept
        WHERE kept.import_id = :import_id AND kept.kind = '{table}' AND kept.key = {_key_of(table, shape)}
    )"""


def _is_kept(table: str, shape: Shape) -> str:
    return " AND ".join(
        f"{table}.{column} = json_extract(kept.key, '$[{number}]')" for number, column in enumerate(shape.key)
    )


def _key_of(table: str, shape: Shape) -> str:
    # with the table's name: catalog_changes has a column kind, too
    return f"json_array({', '.join(f'{table}.{column}' for column in shape.key)})"


def _key_text(key: Key) -> str:
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


def _image_of(columns: Sequence[str]) -> str:
    return f"json_object({', '.join(f'{column!r}, {column}' for column in columns)})"


def _equals(columns: Sequence[str]) -> str:
    return " AND ".join(f"{column} = ?" for column in columns)


def _read_all(texts: Iterable[str]) -> list[Any]:
    # together they are read in half the time
    values: list[Any] = json.loads(f"[{','.join(texts)}]")
    return values

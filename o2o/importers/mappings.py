"""How the files of one source are read, kept by name: header row, sheets, and what its columns mean."""

import json
from dataclasses import asdict, replace

from o2o.catalog.kinds import COLUMNS, CatalogKind
from o2o.db import Database, rows, writing
from o2o.errors import NotFoundError
from o2o.importers.tables import Reading

_COLUMNS = frozenset(column for columns in COLUMNS.values() for column in columns)


def parse_name(text: str) -> tuple[str, str]:
    """Return a cell of a header and the column that it means, of ``售价=price``; empty: none. Else raise ValueError."""
    cell, equals, column = (part.strip() for part in text.rpartition("="))
    if not equals or not cell:
        raise ValueError("not of the shape HEADER=COLUMN; say 售价=price, or 售价= to leave the column out")
    if column and column not in _COLUMNS:
        raise ValueError(f"{column!r} is no column; say one of {', '.join(sorted(_COLUMNS))}")
    return cell, column


def save_mapping(db: Database, name: str, reading: Reading) -> None:
    """Keep how files are read under a name, in place of what was kept there."""
    with writing(db):
        db.conn.execute(
            "INSERT INTO import_mappings (name, mapping) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET mapping = excluded.mapping",
            [name, json.dumps(asdict(reading), ensure_ascii=False)],
        )


def find_mapping(db: Database, name: str) -> Reading:
    """Return how files are read that was kept under a name; else raise NotFoundError."""
    for (mapping,) in rows(db, "SELECT mapping FROM import_mappings WHERE name = :name", name=name):
        return _read(mapping)
    raise NotFoundError("mapping", name, "see 'o2o catalog mappings', or keep one with --save-mapping")


def list_mappings(db: Database) -> dict[str, Reading]:
    """Return all that was kept, by name."""
    found = rows(db, "SELECT name, mapping FROM import_mappings ORDER BY name")
    return {name: _read(mapping) for name, mapping in found}


def extend_reading(kept: Reading, said: Reading) -> Reading:
    """Return how files are read when ``said`` goes before what was kept."""
    columns = set(said.names.values()) - {""}
    names = {cell: column for cell, column in kept.names.items() if column not in columns}
    return replace(
        kept,
        kind=said.kind or kept.kind,
        sheets=said.sheets or kept.sheets,
        header_row=said.header_row or kept.header_row,
        encoding=said.encoding or kept.encoding,
        names=names | dict(said.names),
    )


def _read(mapping: str) -> Reading:
    values = json.loads(mapping)
    kind = CatalogKind(values["kind"]) if values["kind"] else None
    return Reading(**values | {"kind": kind, "sheets": tuple(values["sheets"])})

"""Awkward files: all rows taken or explained, none bent, every id out is the id in."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from o2o.config import change_setting
from o2o.db import Database
from o2o.problems import problems_path
from tests.awkward_files import FILES, SHELF, Awkward


@pytest.fixture
def shop(db: Database) -> Database:
    """Two stores and the products that the files refer to, beside what they bring."""
    db.conn.execute("INSERT INTO stores (store_id, name) VALUES ('S1', '一店'), ('S2', '二店')")
    db.conn.executemany("INSERT INTO products (sku, name) VALUES (?, ?)", SHELF.items())
    return db


def test_there_are_twenty_at_least() -> None:
    assert len(FILES) >= 20
    assert len({file.trouble for file in FILES}) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.trouble)
def test_all_rows_are_taken_or_explained_and_none_is_bent(file: Awkward, shop: Database, run, tmp_path: Path) -> None:
    change_setting(shop, "currency", file.currency)
    path = tmp_path / file.name
    file.write(path)
    as_kind = ("--as", file.kind) if file.kind == "prices" else ()
    result = run("catalog", "import", path, *as_kind, *file.options)
    assert result.exit_code == (0 if file.rows else 1), result.output
    stored = {key: row for key, row in stored_rows(shop, file.kind).items() if key not in SHELF or row["import_id"]}
    assert {key: pick(row, file.rows.get(key, {})) for key, row in stored.items()} == file.rows
    listed = listed_problems(path)
    assert {line: severity for line, (severity, _) in listed.items()} == (
        dict.fromkeys(file.left, "error") | dict.fromkeys(file.warned, "warning")
    )
    for line, piece in (file.left | file.warned).items():
        assert piece in listed[line][1]
    for piece in file.said:
        assert piece in result.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.trouble)
def test_the_same_file_again_changes_nothing(file: Awkward, shop: Database, run, tmp_path: Path) -> None:
    change_setting(shop, "currency", file.currency)
    path = tmp_path / file.name
    file.write(path)
    command = ("catalog", "import", path, *(("--as", file.kind) if file.kind == "prices" else ()), *file.options)
    run(*command)
    before = stored_rows(shop, file.kind)
    run(*command)
    assert stored_rows(shop, file.kind) == before


def stored_rows(db: Database, kind: str) -> dict[str, dict[str, Any]]:
    if kind == "assortment":
        return spots_of(db)
    key = {"people": "person_id"}.get(kind, "sku")
    cursor = db.conn.execute(f"SELECT * FROM {kind}")
    names = [column[0] for column in cursor.description]
    found = {row[key]: row for row in (dict(zip(names, values, strict=True)) for values in cursor)}
    for sku, row in found.items():
        row["extra"] = json.loads(row.get("extra", "{}"))
        codes = db.conn.execute("SELECT barcode FROM barcodes WHERE sku = ? ORDER BY position", [sku])
        row["barcodes"] = [code for (code,) in codes]
    return found


def spots_of(db: Database) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for sku, store, label, *place, import_id in db.conn.execute(
        "SELECT sku, store_id, label, aisle, bay, shelf, import_id FROM assortment"
    ):
        row = found.setdefault(sku, {"stores": set(), "spots": {}, "import_id": import_id})
        row["stores"].add(store)
        row["spots"][label] = tuple(place)
    return found


def pick(row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in wanted}


def listed_problems(path: Path) -> dict[int, tuple[str, str]]:
    if not problems_path(path).exists():
        return {}
    rows = csv.DictReader(io.StringIO(problems_path(path).read_text(encoding="utf-8-sig"), newline=""))
    return {int(row["line"]): (row["severity"], " ".join(map(str, row.values()))) for row in rows}

"""Writes a lake from a shop's file, a slice of it after another; an interrupted export goes on where it was."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from o2o.attribution.engines.folders import Folder, open_folder
from o2o.attribution.engines.lake import MANIFEST, LakeManifest
from o2o.attribution.engines.readers import Reader, reading_file
from o2o.attribution.engines.shop_file import TYPES, read_columns, select_rows
from o2o.attribution.manifest import DataState, read_state
from o2o.attribution.trials import dump_trial, list_trials
from o2o.config import load_settings
from o2o.db import Database, shop_file

SLICE = 2_000_000
"""Rows of scans or orders that are written at once."""

_PROGRESS = "progress.json"
_LARGE = {
    "scans": ("scanned_at", "coalesce(scans.visitor_id, 0)", ""),
    "orders": ("ordered_at", "coalesce(visitors.id, 0)", "LEFT JOIN visitors ON visitors.visitor = orders.visitor"),
}
"""Tables that lie in buckets: their time, the number that tells the bucket, and where that comes from."""


@dataclass(frozen=True, slots=True)
class LakeExport:
    """How a lake is to be written: into how many buckets, and from when on."""

    buckets: int = 1
    since: int | None = None


def export_lake(db: Database, target: str, export: LakeExport) -> LakeManifest:
    """Write the tables that reports need as Parquet, and the manifest last; what was there before holds until then."""
    folder = open_folder(target)
    with reading_file(shop_file(db), 1) as [reader], TemporaryDirectory(prefix="o2o-lake-") as temporary:
        state, columns = read_state(db), read_columns(reader)
        writer = _Writer(folder, _name_run(state, export), reader, Path(temporary), export)
        manifest = LakeManifest(
            folder=writer.run,
            rows=_write_tables(writer, columns),
            columns={table: {name: TYPES[kind] for name, kind in found.items()} for table, found in columns.items()},
            settings=asdict(load_settings(db)),
            state=state,
            buckets=export.buckets,
            since=export.since,
            experiments=[dump_trial(trial) for trial in list_trials(db)],
        )
    before = folder.read(MANIFEST)
    folder.write(MANIFEST, manifest.dump())
    if before and (old := json.loads(before)["folder"]) != writer.run:
        folder.remove(old)
    return manifest


def _write_tables(writer: "_Writer", columns: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """Write what isn't written yet, and return how many rows each table has."""
    done = _load_progress(writer.folder, writer.run)
    for table in columns:
        for number, where in writer.slices(table):
            key = f"{table}/{number}"
            if key not in done:
                done[key] = writer.write(table, columns[table], number, where)
                writer.folder.write(_PROGRESS, json.dumps({"run": writer.run, "done": done}).encode())
    return {table: sum(rows for key, rows in done.items() if key.startswith(f"{table}/")) for table in columns}


def _name_run(state: DataState, export: LakeExport) -> str:
    """Return a name that is another one once anything came into the file."""
    return "run-" + blake2b(repr((state, export)).encode(), digest_size=8).hexdigest()


def _load_progress(folder: Folder, run: str) -> dict[str, int]:
    progress = json.loads(folder.read(_PROGRESS) or b'{"run": ""}')
    if progress["run"] == run:
        return dict(progress["done"])
    if progress["run"]:
        folder.remove(progress["run"])
    return {}


@dataclass(frozen=True, slots=True)
class _Writer:
    folder: Folder
    run: str
    reader: Reader
    temporary: Path
    export: LakeExport

    def slices(self, table: str) -> Iterator[tuple[int, str]]:
        """Yield the number and the condition of each part that is written at once."""
        if table not in _LARGE:
            yield 0, "TRUE"
            return
        last = self.reader.fetch(f"SELECT coalesce(max(id), 0) AS id FROM {table}").result()["id"][0].as_py()
        since = f" AND {table}.{_LARGE[table][0]} >= {self.export.since}" if self.export.since is not None else ""
        for number, first in enumerate(range(0, last, SLICE)):
            yield number, f"{table}.id > {first} AND {table}.id <= {first + SLICE}{since}"

    def write(self, table: str, columns: Mapping[str, str], number: int, where: str) -> int:
        """Write a part of a table, and return how many rows it has."""
        if table not in _LARGE:
            return self._copy(table, select_rows(table, columns, f"WHERE {where}"), f"part-{number}", "")
        _, visitor, join = _LARGE[table]
        extra = {f"{visitor} % {self.export.buckets}": "bucket"}
        rows = select_rows(table, columns, f"{join} WHERE {where}", extra)
        return self._copy(table, rows, f"part-{number}", ", PARTITION_BY (bucket, month)")

    def _copy(self, table: str, rows: str, name: str, partition: str) -> int:
        found = self.reader.fetch(rows).result().slice(1)
        out = self.temporary / table / name
        out.mkdir(parents=True)
        with _connected() as connection:
            connection.register("part", found)
            if not partition:
                connection.execute(f"COPY part TO '{out.as_posix()}/{name}.parquet' (FORMAT parquet)")
            else:
                time = _LARGE[table][0]
                month = f"strftime(to_timestamp({time} // 1000) AT TIME ZONE 'UTC', '%Y-%m') AS month"
                connection.execute(
                    f"COPY (SELECT *, {month} FROM part) TO '{out.as_posix()}' "
                    f"(FORMAT parquet, FILENAME_PATTERN '{name}-{{i}}'{partition})"
                )
        if len(found):
            self.folder.put(out, f"{self.run}/{table}")
        return len(found)


@contextmanager
def _connected() -> Iterator[Any]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET python_enable_replacements = FALSE")
        yield connection

"""A lake: the tables of a shop as Parquet files, with a manifest that says what they are; no file of a shop is needed.

``manifest.json`` names the folder of the files that hold; it is written last, so that a lake is always whole. Scans
and orders lie by bucket, a remainder of the visitor's number, and by month (UTC): ``scans/bucket=3/month=2026-05/``.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any

from o2o.attribution.engines.dialect import Translation
from o2o.attribution.engines.folders import Folder, open_folder
from o2o.attribution.manifest import DataState
from o2o.attribution.trials import Trial
from o2o.batches import Chain
from o2o.config import Settings
from o2o.errors import InputFileError

LAYOUT = 1
"""The version of a lake's layout."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class LakeManifest:
    """What a lake holds: its folder of files, rows by table, the settings and the state of the file it comes from.

    ``experiments`` are those that reports put beside credit.
    """

    folder: str
    rows: Mapping[str, int]
    columns: Mapping[str, Mapping[str, str]]
    settings: Mapping[str, Any]
    state: DataState
    buckets: int
    since: int | None
    layout: int = LAYOUT
    experiments: Sequence[Mapping[str, Any]] = ()

    @property
    def trials(self) -> tuple[Trial, ...]:
        """What experiments showed, as far as they had been read when the lake was written."""
        return tuple(Trial.load(dict(values)) for values in self.experiments)

    @property
    def shop_settings(self) -> Settings:
        """The settings of the file that the lake comes from, those that this o2o knows."""
        known = {field.name for field in fields(Settings)}
        return Settings.parse({name: str(value) for name, value in self.settings.items() if name in known})

    def dump(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2).encode()

    @classmethod
    def load(cls, target: str, content: bytes | None) -> "LakeManifest":
        """Return it from JSON; raises InputFileError for what is no lake, a damaged one, or one of a newer o2o."""
        if content is None:
            raise InputFileError(target, "no lake is there", "make one with 'o2o lake export'")
        try:
            values = json.loads(content)
            if values["layout"] == LAYOUT:
                state = values["state"]
                return cls(**values | {"state": DataState(**state | {"chain": Chain(**state["chain"])})})
            layout = int(values["layout"])
        except (ValueError, TypeError, KeyError):
            raise InputFileError(
                target, f"its {MANIFEST} is damaged", "export it again with 'o2o lake export'"
            ) from None
        raise InputFileError(target, f"a lake of layout {layout}", "install the o2o that wrote it")


@dataclass(slots=True)
class Lake:
    """A lake as the source of an engine."""

    folder: Folder
    manifest: LakeManifest
    _connection: Any = None

    @classmethod
    def open(cls, target: str) -> "Lake":
        """Return the lake at a path or an address."""
        folder = open_folder(target)
        return cls(folder, LakeManifest.load(target, folder.read(MANIFEST)))

    @contextmanager
    def session(self, connect: Callable[[], Any]) -> Iterator[None]:
        """Read from the files as they are: they don't change, the next export writes others."""
        self._connection = connect()
        self.folder.register(self._connection)
        yield

    def answers(self, query: Translation) -> bool:  # noqa: ARG002
        """Tell that the engine is given all there is."""
        return False

    def answer(self, sql: str, parameters: Mapping[str, Any]) -> "Future[Any]":
        """Answer nothing: the engine has it all."""
        raise NotImplementedError(sql, parameters)

    def load(self, table: str) -> None:
        """Let the engine read a table; one without rows has no files."""
        self._connection.execute(f"CREATE TEMP VIEW {table} AS {self.select(table)}")

    def files(self, table: str) -> Iterator[bytes]:
        """Yield the Parquet files of a table."""
        return self.folder.contents(f"{self.manifest.folder}/{table}")

    def select(self, table: str) -> str:
        """Return the SQL by which DuckDB reads a table."""
        if not self.manifest.rows[table]:
            blanks = (f"CAST(NULL AS {kind}) AS {name}" for name, kind in self.manifest.columns[table].items())
            return f"SELECT {', '.join(blanks)} WHERE FALSE"
        files = f"{self.folder.url}/{self.manifest.folder}/{table}/**/*.parquet".replace("'", "''")
        return f"SELECT * FROM read_parquet('{files}', hive_partitioning = FALSE)"

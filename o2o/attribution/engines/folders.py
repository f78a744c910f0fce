"""Where a lake lies: a folder of this machine, or one that fsspec can reach (s3://…, oss://…, gs://…, memory://…)."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from o2o.errors import MissingPackageError
from o2o.text_files import whole_file


class Folder(Protocol):
    """Files under one name."""

    @property
    def url(self) -> str:
        """What an engine reads it by."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""

    def put(self, folder: Path, name: str) -> None:
        """Move a folder of this machine here, under a name."""

    def contents(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of each Parquet file in a folder of this one."""

    def remove(self, name: str) -> None:
        """Remove a folder of this one, or nothing where there is none."""

    def register(self, connection: Any) -> None:
        """Let DuckDB read from here."""


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder of this machine."""

    path: Path

    @property
    def url(self) -> str:
        """What an engine reads it by."""
        return self.path.absolute().as_posix()

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file."""
        path = self.path / name
        return path.read_bytes() if path.is_file() else None

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content)

    def put(self, folder: Path, name: str) -> None:
        """Move the files of a folder here, under a name."""
        for path in sorted(folder.rglob("*.parquet")):
            to = self.path / name / path.relative_to(folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, to)

    def contents(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of each Parquet file in a folder of this one."""
        for path in sorted((self.path / name).rglob("*.parquet")):
            yield path.read_bytes()

    def remove(self, name: str) -> None:
        """Remove a folder of this one, or nothing where there is none."""
        shutil.rmtree(self.path / name, ignore_errors=True)

    def register(self, connection: Any) -> None:
        """Let DuckDB read from here: it can."""


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder that fsspec reaches."""

    url: str
    files: Any
    path: str

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None where there is no such file."""
        path = f"{self.path}/{name}"
        return bytes(self.files.cat_file(path)) if self.files.exists(path) else None

    def write(self, name: str, content: bytes) -> None:
        """Write a file; object stores show it once it is whole."""
        self.files.makedirs(self.path, exist_ok=True)
        self.files.pipe_file(f"{self.path}/{name}", content)

    def put(self, folder: Path, name: str) -> None:
        """Move the files of a folder here, under a name."""
        for path in sorted(folder.rglob("*.parquet")):
            to = f"{self.path}/{name}/{path.relative_to(folder).as_posix()}"
            self.files.makedirs(to.rpartition("/")[0], exist_ok=True)
            self.files.put_file(str(path), to)
            path.unlink()

    def contents(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of each Parquet file in a folder of this one."""
        for path in sorted(self.files.find(f"{self.path}/{name}")):
            yield bytes(self.files.cat_file(path))

    def remove(self, name: str) -> None:
        """Remove a folder of this one, or nothing where there is none."""
        if self.files.exists(f"{self.path}/{name}"):
            self.files.rm(f"{self.path}/{name}", recursive=True)

    def register(self, connection: Any) -> None:
        """Let DuckDB read from here."""
        connection.register_filesystem(self.files)


def open_folder(target: str) -> Folder:
    """Return the folder of a path or an address."""
    if "://" not in target:
        return LocalFolder(Path(target))
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingPackageError(f"a lake at {target}", "fsspec", "engines") from None
    files, path = url_to_fs(target.rstrip("/"))
    return RemoteFolder(target.rstrip("/"), files, path)

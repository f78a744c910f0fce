"""Takes mini-program codes that were downloaded: a folder or zip of pictures, each named by its code or by a list."""

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from o2o.codes.short import MisreadCodeError
from o2o.db import Database
from o2o.errors import InputFileError, NotFoundError
from o2o.importers.messages import BAD_PICTURE, UNKNOWN_CODE
from o2o.importers.sheet import BadCellError, Sheet, SheetRow
from o2o.mini_program_codes import check_picture, keep_pictures
from o2o.problems import Severity, write_problems
from o2o.touchpoints import find_touchpoint

COLUMNS = {"code": ("短码", "scene", "参数"), "file": ("文件", "文件名", "图片", "picture")}
"""The columns of a list of pictures and their other names."""

_SUFFIXES = (".png", ".jpg", ".jpeg")
_LARGEST = 10_000_000
_MANY = 100_000
_TOO_LARGE = "larger than 10 MB"
_NAMED_IN_UTF8 = 1 << 11
_OF_MACS = "._"  # what macOS keeps beside each file of a zip


@dataclass(frozen=True, slots=True)
class PicturesResult:
    """How many pictures were taken, and what was wrong with the others, a sentence each."""

    taken: int
    troubles: tuple[str, ...]


class _Source:
    """Pictures by the name of their file, whatever folder of the source they lie in."""

    def __init__(self, path: Path, package: ZipFile | None) -> None:
        self._path, self._package = path, package
        files = _files_of(package) if package else ((file.name, str(file)) for file in sorted(path.rglob("*")))
        self.names = {
            name: file for name, file in files if name.lower().endswith(_SUFFIXES) and not name.startswith(_OF_MACS)
        }
        if len(self.names) > _MANY:
            raise InputFileError(path, f"more than {_MANY:,} pictures", "bring them in several parts")

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise ValueError("there is no such picture")
        if self._package is None:
            return _read_file(Path(self.names[name]))
        if self._package.getinfo(self.names[name]).file_size > _LARGEST:
            raise ValueError(_TOO_LARGE)
        try:
            return self._package.read(self.names[name])
        except (BadZipFile, RuntimeError, zlib.error, EOFError, OSError):  # RuntimeError: it asks for a password
            raise ValueError("it can't be unpacked; is there a password?") from None


def _files_of(package: ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the names in a zip, without folders, and what they are called there."""
    for info in package.infolist():
        name = info.filename
        if not info.flag_bits & _NAMED_IN_UTF8:
            name = decode_name(name.encode("cp437"))
        yield re.split(r"[/\\]", name)[-1], info.filename


def decode_name(name: bytes) -> str:
    """Return a file name of a zip that doesn't say how it is encoded: Chinese Windows writes GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(_TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"it can't be read ({error.strerror})") from None


def import_pictures(db: Database, path: Path, *, list_path: Path | None = None, now: int) -> PicturesResult:
    """Keep the pictures of a folder or zip; without a list (``code,file``) each is named by its code: ``K7M2X9PQ.png``.

    Raises InputFileError when there is no picture at all.
    """
    with _opened(path) as source:
        if not source.names:
            raise InputFileError(path, "there is no picture in it", "name a folder or zip with .png or .jpg files")
        if list_path:
            return _take_listed(db, source, list_path, now)
        return _take_named(db, source, now)


@contextmanager
def _opened(path: Path) -> Iterator[_Source]:
    if path.is_dir():
        yield _Source(path, None)
        return
    try:
        package = ZipFile(path)
    except (OSError, BadZipFile):
        raise InputFileError(path, "neither a folder nor a zip", "name the folder that holds the pictures") from None
    with package:
        yield _Source(path, package)


def _take_named(db: Database, source: _Source, now: int) -> PicturesResult:
    troubles: list[str] = []
    taken: set[int] = set()

    def read() -> Iterator[tuple[int, bytes]]:
        for name in source.names:
            try:
                yield _read_picture(db, source, Path(name).stem, name)
            except BadCellError as error:
                troubles.append(f"{name}: {error}")

    keep_pictures(db, _noting(read(), taken), now)
    return PicturesResult(len(taken), tuple(troubles))


def _take_listed(db: Database, source: _Source, list_path: Path, now: int) -> PicturesResult:
    sheet = Sheet.open(list_path, COLUMNS, tuple(COLUMNS))
    taken: set[int] = set()

    def parse(row: SheetRow) -> tuple[int, bytes]:
        return _read_picture(db, source, row.need("code"), row.need("file"))

    keep_pictures(db, _noting(sheet.read(parse), taken), now)
    write_problems(list_path, sheet.header, sheet.problems)
    bad = [problem for problem in sheet.problems if problem.severity is Severity.ERROR]
    return PicturesResult(len(taken), tuple(map(str, bad)))


def _noting(pictures: Iterable[tuple[int, bytes]], taken: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yield pictures on, and note whose they are."""
    for number, picture in pictures:
        taken.add(number)
        yield number, picture


def _read_picture(db: Database, source: _Source, code: str, name: str) -> tuple[int, bytes]:
    """Return the touchpoint of a code and its picture; raises BadCellError for what doesn't go together."""
    try:
        touchpoint = find_touchpoint(db, code)
    except (MisreadCodeError, NotFoundError):
        raise BadCellError("code", code, UNKNOWN_CODE) from None
    try:
        data = source.read(name)
        check_picture(data)
    except ValueError as error:
        raise BadCellError("file", name, BAD_PICTURE, why=str(error)) from None
    return touchpoint.id, data

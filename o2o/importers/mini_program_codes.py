"""Takes mini-program codes that were downloaded: a folder or zip of pictures, each named by its code or by a list."""

from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class PicturesResult:
    """How many pictures were taken, and what was wrong with the others, a sentence each."""

    taken: int
    troubles: tuple[str, ...]


class _Source:
    """Pictures by the name of their file, whatever folder of the source they lie in."""

    def __init__(self, path: Path, package: ZipFile | None) -> None:
        self._path, self._package = path, package
        names = package.namelist() if package else [str(file) for file in sorted(path.rglob("*"))]
        pictures = [name for name in names if name.lower().endswith(_SUFFIXES)]
        if len(pictures) > _MANY:
            raise InputFileError(path, f"more than {_MANY:,} pictures", "bring them in several parts")
        self.names = {Path(name).name: name for name in pictures}

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise ValueError("there is no such picture")
        if self._package is None:
            return Path(self.names[name]).read_bytes()
        if self._package.getinfo(self.names[name]).file_size > _LARGEST:
            raise ValueError("larger than 10 MB")
        return self._package.read(self.names[name])


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
        with ZipFile(path) as package:
            yield _Source(path, package)
    except (OSError, BadZipFile):
        raise InputFileError(path, "neither a folder nor a zip", "name the folder that holds the pictures") from None


def _take_named(db: Database, source: _Source, now: int) -> PicturesResult:
    taken: dict[int, bytes] = {}
    troubles = []
    for name in source.names:
        try:
            taken |= [_read_picture(db, source, Path(name).stem, name)]
        except BadCellError as error:
            troubles.append(f"{name}: {error}")
    keep_pictures(db, taken.items(), now)
    return PicturesResult(len(taken), tuple(troubles))


def _take_listed(db: Database, source: _Source, list_path: Path, now: int) -> PicturesResult:
    sheet = Sheet.open(list_path, COLUMNS, tuple(COLUMNS))

    def parse(row: SheetRow) -> tuple[int, bytes]:
        return _read_picture(db, source, row.need("code"), row.need("file"))

    taken = dict(sheet.read(parse))
    keep_pictures(db, taken.items(), now)
    write_problems(list_path, sheet.header, sheet.problems)
    bad = [problem for problem in sheet.problems if problem.severity is Severity.ERROR]
    return PicturesResult(len(taken), tuple(map(str, bad)))


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

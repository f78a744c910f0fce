"""Takes scans from the log of a web server, a table or a list of events: each hit a row with its verdict, once.

A log is read and hashed outside the lock and goes in by slices that hold it some 50 ms, each with how far the log has
been read: what was taken stays, and the next import goes on from there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from o2o.codes.short import is_code
from o2o.collect.recording.drain import drain_segments
from o2o.collect.verdicts.bulk import BulkWriter, writing_quickly
from o2o.collect.verdicts.verdict import Verdict
from o2o.config import Settings, load_settings
from o2o.db import Database
from o2o.errors import InputFileError, OutputError
from o2o.importers.scans.batches import Batch, LogOrder, read_batches
from o2o.importers.scans.files import STDIN, Mark, find_files, name_log, read_beginning
from o2o.importers.scans.formats import ALIASES, LINE_FORMATS
from o2o.importers.scans.keys import LineKeys, has_untimed_keys
from o2o.importers.scans.progress import find_mark, keep_mark
from o2o.importers.scans.tables import ShlinkSource, TableSource, Tabling, is_shlink_json
from o2o.importers.scans.targets import CodeFinder
from o2o.importers.scans.worker import reading_apart
from o2o.importers.sheet import Sheet, SheetRow
from o2o.keys import load_keys
from o2o.problems import ImportResult, Problem, write_problems
from o2o.times import DAY

TABLE = "csv"
SHLINK = "shlink"
FORMATS = (*LINE_FORMATS, *ALIASES, SHLINK, TABLE)
"""The names of all formats."""

NOTHING_TO_DO = "nothing to do"
"""The advice for lines that are in order but no scans."""

_MAP_COLUMNS = {"path": ("路径",), "code": ("短码", "码")}
_APART_FROM = 8 << 20  # bytes; below it a process of its own costs more than it brings
_TABLE_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class ScanImport(ImportResult):
    """What an import of scans did: each line is a new row, one that was there before, elsewhere, or a problem.

    ``elsewhere`` are requests for what can't be a code, which ``o2o serve`` would not have kept either;
    ``before`` are lines that an earlier import has read. ``error`` says why a file among others could not be read.
    """

    lines: int = 0
    elsewhere: int = 0
    before: int = 0
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    error: InputFileError | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """How files are to be read: as which format, by which map of paths, and ``again`` what was read before."""

    file_format: str | None = None
    map_path: Path | None = None
    again: bool = False


def import_scans(
    db: Database,
    db_path: Path,
    path: Path,
    *,
    file_format: str | None = None,
    map_path: Path | None = None,
    now: int,
) -> ScanImport:
    """Take the scans of a file; lines that can't be taken are listed beside it.

    Raises InputFileError when the file, or the map, can't be read as what it should be.
    """
    return next(import_files(db, db_path, [path], Choices(file_format, map_path), now))


def import_files(
    db: Database, db_path: Path, patterns: Sequence[Path], choices: Choices, now: int
) -> Iterator[ScanImport]:
    """Take the scans of files, of all in a folder, or of all that match a pattern, one after the other.

    One that can't be read raises InputFileError if it is alone; among others it has an ``error``, and they are taken.
    """
    drain_segments(db, db_path)
    importing = _Importing(db, db_path, choices, now)
    paths = find_files(patterns)
    take = importing.take if len(paths) == 1 else importing.take_among
    for path in paths:
        with writing_quickly(db):
            result = take(path)
        yield result


def recognise_format(first: Sequence[str]) -> str:
    """Return the name of a file's format by its first lines."""
    if is_shlink_json(list(first)):
        return SHLINK
    return next((name for name, found in LINE_FORMATS.items() if found.recognise(first)), TABLE)


def read_map(db: Database, path: Path) -> dict[str, str]:
    """Return the codes by path of a map; raises InputFileError for a code that isn't one of this file."""
    known = {code for (code,) in db.conn.execute("SELECT code FROM touchpoints")}
    found: dict[str, str] = {}
    sheet = Sheet.open(path, _MAP_COLUMNS, tuple(_MAP_COLUMNS))

    def take(row: SheetRow) -> None:
        place, code = row.need("path"), row.need("code").upper()
        if code not in known:
            why = "is not a code of this file" if is_code(code) else "is not a code: a character is wrong or missing"
            raise InputFileError(path, f"{code!r} {why}", "see 'o2o touchpoint list'", row.line)
        if found.setdefault(place, code) != code:
            raise InputFileError(path, f"{place!r} has two codes", "keep one of them", row.line)

    for _ in sheet.read(take):
        pass
    for problem in sheet.problems:
        raise InputFileError(path, problem.reason, problem.advice, problem.line)
    return found


class _Importing:
    """What holds for all files of one import."""

    def __init__(self, db: Database, db_path: Path, choices: Choices, now: int) -> None:
        self._db = db
        self._db_path = db_path
        self._choices = choices
        self._now = now
        self._settings: Settings = load_settings(db)
        self._keys = load_keys(db_path)
        self._secret = self._keys.secret
        self._timed = not has_untimed_keys(db)
        self._map = read_map(db, choices.map_path) if choices.map_path else {}

    def take_among(self, path: Path) -> ScanImport:
        """Take one file of several: a log that is empty since it was rotated is in order, a damaged one stops none."""
        try:
            return self.take(path) if any(read_beginning(path)) else ScanImport(str(path), 0, 0, 0)
        except InputFileError as error:
            return ScanImport(str(path), 0, 0, 0, error=error)

    def take(self, path: Path) -> ScanImport:
        first = read_beginning(path)
        if not first:
            raise InputFileError(path, "the file is empty", "export it again")
        name = self._choices.file_format or recognise_format(first)
        name = ALIASES.get(name, name)
        if name in LINE_FORMATS:
            return self._take_log(path, name, first)
        if path == STDIN:
            raise InputFileError(path, "not a log that is read line by line", "save it to a file first")
        tabling = Tabling(
            self._settings,
            CodeFinder(self._db, self._settings, self._map, self._now),
            LineKeys(self._secret, timed=self._timed),
            self._now + DAY,
        )
        source = ShlinkSource(path, tabling) if name == SHLINK else TableSource(self._db, path, tabling)
        return self._take_table(source)

    def _take_log(self, path: Path, name: str, first: Sequence[str]) -> ScanImport:
        beginning = name_log(self._secret, first)
        mark = None if self._map or self._choices.again else find_mark(self._db, beginning)
        order = LogOrder(
            path,
            name,
            tuple(first),
            self._secret,
            self._settings,
            self._now,
            mark,
            self._timed,
            self._map,
            self._keys.salts,
        )
        writer = BulkWriter(self._db, self._settings, mended=bool(self._map))
        problems: list[Problem] = []
        lines = elsewhere = before = 0
        with self._reading(order) as batches:
            for batch in batches:
                lines += batch.lines
                elsewhere += batch.elsewhere
                before = batch.lines_before
                problems += (_explain(path, *remark) for remark in batch.remarks)
                writer.write(batch.scans, self._keeper(path, beginning, batch.mark))
            writer.finish(str(path), self._now)
        unchanged = writer.read - writer.new
        result = ScanImport(str(path), writer.new, 0, unchanged, tuple(problems), None, lines, elsewhere, before)
        listed = None if before and not problems else _list_problems(path, ("text",), problems)
        return replace(result, problems_file=listed, verdicts=writer.count_verdicts())

    def _keeper(self, path: Path, beginning: bytes, mark: Mark | None) -> Callable[[], None] | None:
        if mark is None or path == STDIN:
            return None
        return lambda: keep_mark(self._db, beginning, path, mark, self._now)

    @contextmanager
    def _reading(self, order: LogOrder) -> Iterator[Iterable[Batch]]:
        if order.path != STDIN and order.path.stat().st_size >= _APART_FROM:
            with reading_apart(self._db_path, order) as batches:
                yield batches
        else:
            yield read_batches(order, self._db)

    def _take_table(self, source: TableSource | ShlinkSource) -> ScanImport:
        writer = BulkWriter(self._db, self._settings, mended=bool(self._map))
        hits = source.hits()
        while batch := list(islice(hits, _TABLE_BATCH)):
            writer.write_hits(batch)
        writer.finish(str(source.path), self._now)
        result = ScanImport(
            str(source.path), writer.new, 0, writer.read - writer.new, tuple(source.problems),
            _list_problems(source.path, source.header, source.problems), verdicts=writer.count_verdicts(),
        )  # fmt: skip
        return replace(result, lines=writer.read + result.rejected)


def _list_problems(path: Path, header: Sequence[str], problems: Sequence[Problem]) -> Path | None:
    if path == STDIN:
        path = Path("stdin")
    try:
        return write_problems(path, header, problems)
    except OutputError:  # a log's folder is often not ours to write to
        return write_problems(Path(path.name), header, problems)


def _explain(path: Path, number: int, text: str, reason: str) -> Problem:
    advice = NOTHING_TO_DO if reason.endswith("is no scan") else "mend the line, or leave it out"
    return Problem(str(path), number, "", "", reason, advice, cells=(text,))

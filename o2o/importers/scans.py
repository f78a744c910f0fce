"""Takes scans from a web server's log or a CSV: each hit a row with its verdict, each line only once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path

from o2o.codes.short import is_code
from o2o.collect.drain import drain_segments
from o2o.collect.hit import Hit
from o2o.collect.scans import count_verdicts, insert_hits, judge_scans, last_scan_id, take_back_unknown
from o2o.collect.verdict import Verdict
from o2o.config import Settings, load_settings
from o2o.db import Database, writing
from o2o.errors import InputFileError, OutputError
from o2o.importers.log_lines import parse_log_line
from o2o.importers.scan_sources import CodeFinder, CsvSource, Importing, LineKeys, LogSource, ScanSource
from o2o.importers.sheet import Sheet, SheetRow
from o2o.keys import load_keys
from o2o.problems import ImportResult, write_problems
from o2o.text_files import open_bytes
from o2o.times import DAY

_MAP_COLUMNS = {"path": ("路径",), "code": ("短码", "码")}
_BATCH = 10_000
_SNIFFED = 50


class ScanFormat(StrEnum):
    """What a file of scans is."""

    NGINX = "nginx"
    APACHE = "apache"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class ScanImport(ImportResult):
    """What an import of scans did: each line is a new row, one that was there before, or a problem."""

    lines: int = 0
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)


def import_scans(
    db: Database,
    db_path: Path,
    path: Path,
    *,
    file_format: str | None = None,
    map_path: Path | None = None,
    now: int,
) -> ScanImport:
    """Take the scans of a file in one transaction; lines that can't be taken are listed beside it.

    Raises InputFileError when the file, or the map, can't be read as what it should be.
    """
    drain_segments(db, db_path)
    settings = load_settings(db)
    codes = CodeFinder(db, settings, read_map(db, map_path) if map_path else {}, now)
    importing = Importing(settings, codes, LineKeys(load_keys(db_path).secret), now + DAY)
    source: ScanSource
    if (file_format or recognise_format(path)) == ScanFormat.CSV:
        source = CsvSource(db, path, importing)
    else:
        source = LogSource(path, importing)
    return _take(db, settings, source, mended=map_path is not None)


def recognise_format(path: Path) -> ScanFormat:
    """Return what a file is by its first lines; raises InputFileError when there is nothing in it."""
    with open_bytes(path) as file:
        first = [line.decode("utf-8", "replace").strip() for line in islice(file, _SNIFFED)]
    if not any(first):
        raise InputFileError(path, "the file is empty", "export it again")
    return ScanFormat.NGINX if any(map(_is_log_line, first)) else ScanFormat.CSV


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


def _take(db: Database, settings: Settings, source: ScanSource, *, mended: bool) -> ScanImport:
    read = new = 0
    with writing(db):
        after_id = last_scan_id(db)
        for batch in _batches(source.hits()):
            if mended:
                take_back_unknown(db, batch)
                after_id = min(after_id, last_scan_id(db))  # ids of the newest rows are given again
            new += insert_hits(db, batch)
            read += len(batch)
        judge_scans(db, settings, after_id)
        result = ScanImport(
            str(source.path), new, 0, read - new, tuple(source.problems), _list_problems(source),
            verdicts=count_verdicts(db, after_id),
        )  # fmt: skip
    return replace(result, lines=read + result.rejected)


def _list_problems(source: ScanSource) -> Path | None:
    try:
        return write_problems(source.path, source.header, source.problems)
    except OutputError:  # a log's folder is often not ours to write to
        return write_problems(Path(source.path.name), source.header, source.problems)


def _batches(hits: Iterable[Hit]) -> Iterator[list[Hit]]:
    hits = iter(hits)
    while batch := list(islice(hits, _BATCH)):
        yield batch


def _is_log_line(text: str) -> bool:
    try:
        parse_log_line(text)
    except ValueError:
        return False
    return True

"""Makes hits of the lines of a web server's log and of the rows of a CSV."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from o2o.codes.gs1 import Gs1Error
from o2o.codes.short import is_code
from o2o.collect.hit import Hit, Source
from o2o.collect.visitor import hash_visitor, log_salt
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.importers.log_lines import LogLine, parse_log_line
from o2o.importers.messages import IN_THE_FUTURE, NOT_A_TIME
from o2o.importers.sheet import BadCellError, Sheet, SheetRow
from o2o.links import ScannedLink, find_code
from o2o.problems import Problem
from o2o.text_files import open_bytes
from o2o.times import DAY, SINCE_EVER, parse_at, parse_zone

SCAN_COLUMNS = {
    "at": ("扫码时间", "时间"),
    "code": ("短码", "码"),
    "visitor": ("访客",),
    "scan_id": ("扫码编号", "扫码"),
    "user_agent": ("浏览器",),
}
"""The columns of a CSV of scans and their Chinese names."""

NOTHING_TO_DO = "nothing to do"
"""The advice for lines that are in order but no scans."""

_NEEDED = ("at", "code", "visitor")
_LONGEST_CODE = 64
_LIKE_LINK = re.compile(r"/\d{2,4}/[^/?]")
_LINES_KNOWN = 2_000_000


class ScanSource(Protocol):
    """A file that hits are read from; its problems grow while it is read."""

    path: Path
    header: tuple[str, ...]
    problems: list[Problem]

    def hits(self) -> Iterator[Hit]:
        """Yield the hits of the file in its order."""


class LineKeys:
    """Names each line of a file by its content and how many equal ones came before, keyed with the file's secret."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._seen: dict[bytes, int] = {}

    def make_key(self, line: bytes) -> bytes:
        """Return the key of the next line of the file."""
        name = blake2b(line, key=self.secret, digest_size=16).digest()
        ordinal = self._seen.get(name, 0)
        self._seen[name] = ordinal + 1
        if len(self._seen) > _LINES_KNOWN:  # equal lines are of the same second and so near each other
            del self._seen[next(iter(self._seen))]
        return blake2b(name + ordinal.to_bytes(8, "big"), key=self.secret, digest_size=16).digest() if ordinal else name


@dataclass(frozen=True, slots=True)
class Importing:
    """What holds for one import: its settings, how codes are found, how lines are named, the latest time believed."""

    settings: Settings
    codes: "CodeFinder"
    keys: LineKeys
    latest: int


class CodeFinder:
    """Finds the code in what stands in a file: by a map, by the path itself, or by the Digital Link that it is."""

    def __init__(self, db: Database, settings: Settings, codes_by_path: Mapping[str, str], now: int) -> None:
        self._db = db
        self._now = now
        self._codes_by_path = codes_by_path
        self._prefix = urlsplit(settings.base_url).path.rstrip("/")
        self.find_in_target = lru_cache(maxsize=65_536)(self._find_in_target)

    def find(self, text: str) -> str:
        """Return the code that a text stands for; a text that is none is returned as it is, cut to 64 characters."""
        mapped = self._codes_by_path.get(text)
        if mapped:
            return mapped
        return text.upper() if is_code(text) else text[:_LONGEST_CODE]

    def _find_in_target(self, target: str) -> str:
        """Return the code of a request's target; raises ValueError for a view of our own page."""
        if not target.startswith("/"):
            parts = urlsplit(target)  # a proxy's request names the whole URL
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        path = target.partition("?")[0]
        for known in (target, path, unquote(target), unquote(path)):
            if known in self._codes_by_path:
                return self._codes_by_path[known]
        segments = path.removeprefix(self._prefix).strip("/").split("/")
        if len(segments) == 2 and segments[0] == "p" and is_code(segments[1]):
            raise ValueError("a view of our own page is no scan")
        if len(segments) == 1 and is_code(segments[0]):
            return self.find(segments[0])
        return self._find_in_link(target) or self.find(unquote(path))

    def _find_in_link(self, target: str) -> str:
        """Return the code of a Digital Link, else its path; an empty text for what is none."""
        if not _LIKE_LINK.search(target):
            return ""
        try:
            return find_code(self._db, ScannedLink.parse(target), self._now)
        except Gs1Error:
            return ""


class LogSource:
    """A log of nginx or Apache: each GET is a hit, all other lines are problems."""

    header: tuple[str, ...] = ("text",)

    def __init__(self, path: Path, importing: Importing) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._codes = importing.codes
        self._keys = importing.keys
        self._site = urlsplit(importing.settings.base_url).hostname or ""

    def hits(self) -> Iterator[Hit]:
        """Yield the hits of the log in its order."""
        with open_bytes(self.path) as file:
            for number, raw in enumerate(file, start=1):
                line = raw.strip()
                if not line:
                    continue
                text = line.decode("utf-8", "replace")
                try:
                    yield self._make_hit(parse_log_line(text), line)
                except ValueError as error:
                    self.problems.append(_explain(self.path, number, text, str(error)))

    def _make_hit(self, line: LogLine, raw: bytes) -> Hit:
        if line.method != "GET":
            raise ValueError(f"{line.method[:16]} is no scan")
        code = self._codes.find_in_target(line.target)
        salt = log_salt(self._keys.secret, line.at // DAY)
        visitor = hash_visitor(salt, line.address, line.user_agent or "", self._site)
        key = self._keys.make_key(raw)
        return Hit(line.at, code, visitor, line.user_agent, Source.LOG, import_key=key)


class CsvSource:
    """A table of scans whose visitors are named by whoever made it."""

    def __init__(self, db: Database, path: Path, importing: Importing) -> None:
        self._sheet = Sheet.open(path, SCAN_COLUMNS, _NEEDED)
        self.path = path
        self.header = self._sheet.header
        self.problems = self._sheet.problems
        self._importing = importing
        self._zones_of = lru_cache(maxsize=65_536)(lambda code: find_zones(db, importing.settings, code))

    def hits(self) -> Iterator[Hit]:
        """Yield the hits of the table in its order."""
        return self._sheet.read(self._make_hit)

    def _make_hit(self, row: SheetRow) -> Hit:
        code = self._importing.codes.find(row.need("code"))
        at = row.parse("at", lambda text: parse_at_store(text, self._zones_of(code)), NOT_A_TIME)
        if at > self._importing.latest:
            self._sheet.remark(row, BadCellError("at", row.get("at"), IN_THE_FUTURE))
        scan_id = row.get("scan_id") or None
        key = None if scan_id else self._importing.keys.make_key("\x1f".join(row.cells).encode())
        return Hit(at, code, row.get("visitor") or None, row.get("user_agent") or None, Source.CSV, scan_id, key)


def find_zones(db: Database, settings: Settings, code: str) -> list[tuple[int, ZoneInfo]]:
    """Return since when a code was in the time zone of its store, else in that of the chain; the latest first."""
    found = rows(db, load_query("importers/scan_sources.zones"), code=code)
    zones = [(valid_from, parse_zone(timezone) if timezone else settings.zone) for valid_from, timezone in found]
    return zones or [(SINCE_EVER, settings.zone)]


def parse_at_store(text: str, zones: list[tuple[int, ZoneInfo]]) -> int:
    """Return the instant of a text in the zone that held then; raises ValueError as ``parse_at`` does."""
    return next(at for valid_from, zone in zones if (at := parse_at(text, zone)) >= valid_from)


def _explain(path: Path, number: int, text: str, reason: str) -> Problem:
    advice = NOTHING_TO_DO if reason.endswith("is no scan") else "mend the line, or leave it out"
    return Problem(str(path), number, "", "", reason, advice, cells=(text,))

"""Makes hits of the rows of tables: our own of scans, events of a mini-program, and visits that Shlink exports."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from o2o.collect.outside.launches import find_link
from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import InputFileError
from o2o.importers.columns import find_columns
from o2o.importers.messages import IN_THE_FUTURE, NOT_A_TIME
from o2o.importers.scans.keys import LineKeys
from o2o.importers.scans.targets import CodeFinder
from o2o.importers.sheet import BadCellError, Sheet, SheetRow
from o2o.importers.tables import stream_table
from o2o.problems import Problem
from o2o.text_files import read_bytes
from o2o.times import SINCE_EVER, parse_at, parse_zone

SCAN_COLUMNS = {
    "at": ("扫码时间", "时间"),
    "code": ("短码", "码"),
    "visitor": ("访客",),
    "scan_id": ("扫码编号", "扫码"),
    "user_agent": ("浏览器",),
}
"""The columns of a CSV of scans and their Chinese names."""

EVENT_COLUMNS = {
    "at": ("scancode_time", "扫码时间", "时间"),
    "q": ("扫码链接",),
    "scene": ("场景值参数",),
    "visitor": ("openid", "unionid", "member", "访客"),
    "scan_id": ("扫码编号",),
    "user_agent": ("浏览器",),
}
"""The columns of a CSV of a mini-program's events; one of q and scene must be there."""

SHLINK_COLUMNS = {"at": ("Date",), "url": ("Visited URL",), "user_agent": ("User agent",)}
"""The columns of Shlink's export of visits."""


@dataclass(frozen=True, slots=True)
class Tabling:
    """What holds for one import of a table."""

    settings: Settings
    codes: CodeFinder
    keys: LineKeys
    latest: int


class TableSource:
    """A table whose rows are hits; its problems grow while it is read."""

    def __init__(self, db: Database, path: Path, tabling: Tabling) -> None:
        self._read_row, names, needed = _choose(path)
        self._sheet = Sheet.open(path, names, needed)
        self.path = path
        self.header = self._sheet.header
        self.problems = self._sheet.problems
        self._tabling = tabling
        self._zones_of = lru_cache(maxsize=65_536)(lambda code: find_zones(db, tabling.settings, code))

    def hits(self) -> Iterator[Hit]:
        """Yield the hits of the table in its order."""
        return self._sheet.read(self._make_hit)

    def _make_hit(self, row: SheetRow) -> Hit:
        code = self._read_row(row, self._tabling.codes)
        at = row.parse("at", lambda text: parse_at_store(text, self._zones_of(code)), NOT_A_TIME)
        if at > self._tabling.latest:
            self._sheet.remark(row, BadCellError("at", row.get("at"), IN_THE_FUTURE))
        scan_id = row.get("scan_id") or None
        key = None if scan_id else self._tabling.keys.make_key(at, "\x1f".join(row.cells).encode())
        visitor = row.get("visitor") or None
        signals = int(Signal.NAMED) if visitor else 0
        return Hit(at, code, visitor, row.get("user_agent") or None, Source.CSV, scan_id, key, signals)


class ShlinkSource:
    """Visits as Shlink's interface gives them in JSON; it names no visitor."""

    header: tuple[str, ...] = ("text",)

    def __init__(self, path: Path, tabling: Tabling) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._tabling = tabling
        self._visits = _read_visits(path)

    def hits(self) -> Iterator[Hit]:
        """Yield the hits of the file in its order."""
        for number, visit in enumerate(self._visits, start=1):
            try:
                yield self._make_hit(visit)
            except (ValueError, AttributeError, TypeError) as error:
                text = json.dumps(visit, ensure_ascii=False)
                advice = "mend the visit, or leave it out"
                self.problems.append(Problem(str(self.path), number, "", "", str(error), advice, cells=(text,)))

    def _make_hit(self, visit: dict[str, Any]) -> Hit:
        at = parse_at(visit.get("date", ""), self._tabling.settings.zone)
        code = find_in_link(self._tabling.codes, visit.get("visitedUrl") or "")
        key = self._tabling.keys.make_key(at, json.dumps(visit, sort_keys=True).encode())
        return Hit(at, code, None, visit.get("userAgent"), Source.CSV, import_key=key)


def find_in_link(codes: CodeFinder, link: str) -> str:
    """Return the code of a link that was opened, else its path; raises ValueError for what is no link."""
    if not link:
        raise ValueError("names no link")
    return codes.find_in_target(link) or codes.find(urlsplit(link).path)


def find_zones(db: Database, settings: Settings, code: str) -> list[tuple[int, ZoneInfo]]:
    """Return since when a code was in the time zone of its store, else in that of the chain; the latest first."""
    found = rows(db, load_query("importers/scans/tables.zones"), code=code)
    zones = [(valid_from, parse_zone(timezone) if timezone else settings.zone) for valid_from, timezone in found]
    return zones or [(SINCE_EVER, settings.zone)]


def parse_at_store(text: str, zones: list[tuple[int, ZoneInfo]]) -> int:
    """Return the instant of a text in the zone that held then; raises ValueError as ``parse_at`` does."""
    return next(at for valid_from, zone in zones if (at := parse_at(text, zone)) >= valid_from)


_RowReader = Callable[[SheetRow, CodeFinder], str]


def _choose(path: Path) -> tuple[_RowReader, Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Return how the code of a row is found, the columns and the needed ones, by the header."""
    header, _ = stream_table(path)
    if {"at", "url"} <= find_columns(header, SHLINK_COLUMNS).keys():
        return _read_shlink, SHLINK_COLUMNS, ("at", "url")
    events = find_columns(header, EVENT_COLUMNS).keys()
    if "code" not in find_columns(header, SCAN_COLUMNS) and events & {"q", "scene"}:
        return _read_event, EVENT_COLUMNS, ("at",)
    return _read_scan, SCAN_COLUMNS, ("at", "code", "visitor")


def _read_scan(row: SheetRow, codes: CodeFinder) -> str:
    return codes.find(row.need("code"))


def _read_event(row: SheetRow, codes: CodeFinder) -> str:
    link = find_link(row.get("q"), row.get("scene"))
    if not link:
        row.need("q")
    return find_in_link(codes, link)


def _read_shlink(row: SheetRow, codes: CodeFinder) -> str:
    return find_in_link(codes, row.need("url"))


def is_shlink_json(first: list[str]) -> bool:
    """Tell whether a file that begins with these lines is one JSON document with visits."""
    text = "".join(first)
    return text[:1] in ("{", "[") and '"visitedUrl"' in text


def _read_visits(path: Path) -> list[Any]:
    try:
        document = json.loads(read_bytes(path))
        while isinstance(document, dict):
            document = document["visits"] if "visits" in document else document["data"]
    except (ValueError, KeyError):
        document = None
    if not isinstance(document, list):
        raise InputFileError(path, "not Shlink's visits in JSON", "export them again")
    return document

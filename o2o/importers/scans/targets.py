"""Finds the code in what stands in a file: by a map, by the path itself, or by the Digital Link that it is."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from o2o.codes.gs1 import Gs1Error
from o2o.codes.short import is_code
from o2o.config import Settings
from o2o.db import Database
from o2o.links import ScannedLink, find_code

ELSEWHERE: Final = ""
"""What stands in place of the code of a request that ``o2o serve`` would not have kept either."""

_LONGEST_CODE = 64
_LIKE_CODE = re.compile(rf"[0-9A-Za-z_-]{{4,{_LONGEST_CODE}}}")
_LIKE_LINK = re.compile(r"/\d{2,4}/[^/?]")


class CodeFinder:
    """Finds the codes of one file of scans."""

    def __init__(self, db: Database, settings: Settings, codes_by_path: Mapping[str, str], now: int) -> None:
        self._db = db
        self._now = now
        self._codes_by_path = codes_by_path
        self._prefix = urlsplit(settings.base_url).path.rstrip("/")

    def find(self, text: str) -> str:
        """Return the code that a text stands for; a text that is none is returned as it is, cut to 64 characters."""
        mapped = self._codes_by_path.get(text)
        if mapped:
            return mapped
        return text.upper() if is_code(text) else text[:_LONGEST_CODE].encode("utf-8", "replace").decode()

    def find_in_target(self, target: str) -> str:
        """Return the code of a request's target or ELSEWHERE; raises ValueError for a view of our own page."""
        if not target.startswith("/"):
            target = _without_host(target)  # a proxy's request names the whole URL
        path = target.partition("?")[0]
        for known in (target, path, unquote(target), unquote(path)) if self._codes_by_path else ():
            if known in self._codes_by_path:
                return self._codes_by_path[known]
        segments = path.removeprefix(self._prefix).strip("/").split("/")
        if len(segments) == 2 and segments[0] == "p" and is_code(segments[1]):
            raise ValueError("a view of our own page is no scan")
        if len(segments) == 1 and _LIKE_CODE.fullmatch(segments[0]):
            return self.find(segments[0] if is_code(segments[0]) else path)
        return self._find_in_link(target)

    def _find_in_link(self, target: str) -> str:
        """Return the code of a Digital Link, else its path; ELSEWHERE for what is none."""
        if not _LIKE_LINK.search(target):
            return ELSEWHERE
        try:
            return find_code(self._db, ScannedLink.parse(target), self._now)
        except Gs1Error:
            return ELSEWHERE


def _without_host(target: str) -> str:
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

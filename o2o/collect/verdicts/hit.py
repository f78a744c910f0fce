"""One request for a code, served, reported or imported: all that its row and its verdict, at any later time, need."""

from enum import IntFlag, StrEnum
from typing import NamedTuple


class Source(StrEnum):
    """Where a hit was seen."""

    SERVE = "serve"
    REPORT = "report"
    LOG = "log"
    CSV = "csv"


class Signal(IntFlag):
    """What a request tells beside its user agent; kept as bits, so that verdicts can be recomputed."""

    NONE = 0
    PREFETCH = 1
    STAFF = 2
    NO_LANGUAGE = 4
    FLOOD = 8
    """The visitor's allowance was used up: answered all the same."""
    COOKIE = 16
    """The visitor is a cookie that has come back, and so can be followed over days."""
    NAMED = 32
    """The visitor was named by whoever reported or exported the hit."""
    UNTRACKED = 64
    """Asked not to be tracked, and the shop respects it: counted without a visitor."""
    OFFERED = 128
    """A cookie was set, named by the id of this scan: should it come back, this scan is its visitor's too."""
    CARD = 256
    """The phone has scanned a staff card, and its mark still lasts."""


class Hit(NamedTuple):
    """One request for a code; a user agent of None was not told, an empty one not sent."""

    scanned_at: int
    code: str
    visitor: str | None
    user_agent: str | None
    source: Source
    scan_id: str | None = None
    import_key: bytes | None = None
    signals: int = 0
    rule_id: int | None = None
    region: str = ""
    customer: str | None = None

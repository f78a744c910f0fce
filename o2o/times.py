"""Instants in milliseconds UTC, read from what files hold and written for people."""

import re
from datetime import UTC, date, datetime, time, timedelta
from time import time_ns
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from o2o.errors import SettingError

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SINCE_EVER = 0
"""``valid_from`` of what was always so: before the first scan there can be."""

_EPOCH = re.compile(r"\d{9,11}(\.\d{1,9})?", re.ASCII)
_UNPADDED = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?(?:([T ]) *(\d{1,2}):)?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_LATEST = 32_503_680_000_000  # the year 3000


def now() -> int:
    """Return this instant in milliseconds UTC."""
    return time_ns() // 1_000_000


def parse_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name such as ``Asia/Shanghai``; else raise SettingError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingError("time zone", name, "no such zone", "use an IANA name such as Asia/Shanghai") from None


def parse_at(text: str, zone: ZoneInfo) -> int:
    """Return the instant of ISO 8601 or epoch seconds; without an offset it is local to ``zone``.

    Raises ValueError with a reason for anything else.
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        seconds, _, fraction = text.partition(".")
        return _bounded(int(seconds) * SECOND + int((fraction + "000")[:3]))
    try:
        moment = datetime.fromisoformat(_UNPADDED.sub(_pad, text))
    except ValueError:
        raise ValueError("not a time; write 2026-05-17 10:05:03, with an offset if not local") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return _bounded(_milliseconds(moment))


def parse_date(text: str) -> date:
    """Return the date of ``2026-05-17`` or ``2026/5/17`` (a time after it is dropped); else raise ValueError."""
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?", text.strip())
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("not a date; write 2026-05-17") from None


def day_start(day: date, zone: ZoneInfo) -> int:
    """Return the first instant of a local day."""
    return _milliseconds(datetime.combine(day, time.min, zone))


def day_end(day: date, zone: ZoneInfo) -> int:
    """Return the first instant after a local day."""
    return day_start(day + timedelta(days=1), zone)


def local_day(at: int, zone: ZoneInfo) -> date:
    """Return the local day that an instant falls on."""
    return datetime.fromtimestamp(at / SECOND, zone).date()


def local_instant(moment: datetime, zone: ZoneInfo) -> int:
    """Return the instant of a moment, which is local to ``zone`` unless it says its own offset."""
    return _milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def same_time(at: int, zone: ZoneInfo, other: ZoneInfo) -> int:
    """Return the instant at which clocks in ``other`` show what those in ``zone`` show at ``at``."""
    return _milliseconds(datetime.fromtimestamp(at / SECOND, zone).replace(tzinfo=other))


def format_at(at: int, zone: ZoneInfo) -> str:
    """Return an instant as ISO 8601 with its offset, to the second or, where it has them, milliseconds."""
    moment = datetime.fromtimestamp(at // SECOND, zone).replace(microsecond=at % SECOND * 1_000)
    return moment.isoformat(timespec="milliseconds" if at % SECOND else "seconds")


def format_local(at: int, zone: ZoneInfo) -> str:
    """Return an instant as ``2026-05-17 09:00``, with its offset only where clocks show that time twice."""
    moment = datetime.fromtimestamp(at // SECOND, zone)
    if moment.fold:
        return moment.isoformat(" ")
    return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


def parse_duration(text: str) -> int:
    """Return the milliseconds of ``30d``, ``12h``, ``45m`` or ``10s``; else raise SettingError."""
    match = _DURATION.fullmatch(text.strip().lower())
    if not match:
        raise SettingError("duration", text, "not a duration", "write 30d, 12h, 45m or 10s")
    duration = float(match[1]) * _UNITS[match[2]]
    if duration > _LATEST:
        raise SettingError("duration", text, "longer than any shop's time", "write 3650d for ten years")
    return round(duration)


def _milliseconds(moment: datetime) -> int:
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(milliseconds=1)


def _pad(match: re.Match[str]) -> str:
    year, month, day, separator, hour = match.groups()
    padded = f"{year}-{month:0>2}-{day:0>2}"
    return f"{padded}{separator}{hour:0>2}:" if hour else padded


def _bounded(at: int) -> int:
    if not 0 <= at < _LATEST:
        raise ValueError("not between 1970 and 3000; check the year")
    return at

"""Dates as people and spreadsheets write them; whether day or month comes first is known for a column, not a cell."""

import re
from datetime import date, datetime, time, timedelta

from o2o.importers.messages import NOT_A_DATE, NOT_A_TIME, YEAR_OUT_OF_RANGE, CellError
from o2o.times import parse_date

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
"""The two orders of ``17.05.2026`` and ``05/17/2026``."""

_YEAR_LAST = re.compile(r"(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4})(?:[T ].*)?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIAL_START = date(1899, 12, 30)
_WIDTHS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOREVER = 9999
_CLOCK = re.compile(
    r"(上午|早上|下午|晚上)? ?(\d{1,2})[:时点](\d{1,2})?分?(?::(\d{1,2})(?:\.\d+)?)? ?([AaPp])?\.?(?:[Mm]\.?)?",
    re.ASCII,
)
_DAY_AND_CLOCK = re.compile(rf"(.+?)[T ]+({_CLOCK.pattern})", re.ASCII)
_OFFSET = re.compile(r".+:\d\d(?:\.\d+)? ?(?:Z|[+-]\d\d:?\d\d)")
_AFTERNOON = frozenset(("下午", "晚上", "p"))
_SECONDS_A_DAY = 86_400


def find_orders(cell: str) -> tuple[str, ...]:
    """Return the orders in which a cell is a date: none where it doesn't matter, two where it is unclear."""
    match = _YEAR_LAST.fullmatch(cell.translate(_WIDTHS))
    if not match or int(match[1]) == int(match[3]):
        return ()
    orders = ((DAY_FIRST, int(match[3])), (MONTH_FIRST, int(match[1])))
    return tuple(order for order, month in orders if 1 <= month <= 12)


def usual_order(cell: str) -> str | None:
    """Return the order that is meant where nothing says another: no country writes the month before a dot first."""
    return DAY_FIRST if "." in cell.translate(_WIDTHS) else None


def parse_day(cell: str, order: str = DAY_FIRST) -> date | None:
    """Return the day of a cell, None for an empty one; else raise CellError."""
    if not cell:
        return None
    day = _read_day(cell.translate(_WIDTHS).strip(), order)
    if not 1970 <= day.year < 3000:
        raise CellError(YEAR_OUT_OF_RANGE)
    return day


def parse_last_day(cell: str, order: str = DAY_FIRST) -> date | None:
    """Return the day on which something ends, None where it doesn't: ``9999-12-31`` is what systems write for never."""
    if "9999" in cell and _read_day(cell.translate(_WIDTHS).strip(), order).year == _FOREVER:
        return None
    return parse_day(cell, order)


def parse_moment(cell: str, order: str = DAY_FIRST) -> datetime | time | None:
    """Return a day with its time (of a day alone its begin), a time without its day, None of an empty cell.

    What says its offset has it; anything else raises CellError.
    """
    text = cell.translate(_WIDTHS).strip()
    if not text:
        return None
    if clock := _CLOCK.fullmatch(text):
        return _read_clock(clock)[0]
    if _OFFSET.fullmatch(text):
        return _read_iso(text)
    if serial := _SERIAL.fullmatch(text):
        seconds = round(float(serial[0]) % 1 * _SECONDS_A_DAY)
        return _at_midnight(_read_in_range(text, order)) + timedelta(seconds=seconds)
    parts = _DAY_AND_CLOCK.fullmatch(text)
    midnight = _at_midnight(_read_in_range(parts[1] if parts else text, order))
    if not parts:
        return midnight
    clock_time, days = _read_clock(_CLOCK.fullmatch(parts[2]))
    return datetime.combine(midnight + timedelta(days=days), clock_time)


def parse_instant(cell: str, order: str = DAY_FIRST) -> datetime | None:
    """Return a day with its time; a time alone is none, so that CellError is raised."""
    moment = parse_moment(cell, order)
    if isinstance(moment, time):
        raise CellError(NOT_A_TIME)
    return moment


def _read_clock(match: re.Match[str] | None) -> tuple[time, int]:
    """Return a time of day, and how many days after the one it stands with: 24:00 is the next one's begin."""
    if match is None:
        raise CellError(NOT_A_TIME)
    half, hours, minutes, seconds, letter = match.groups()
    hour = int(hours)
    if half or letter:
        hour = hour % 12 + 12 * ((half or letter.lower()) in _AFTERNOON)
    try:
        return time(hour % 24 if hour == 24 else hour, int(minutes or 0), int(seconds or 0)), hour // 24
    except ValueError:
        raise CellError(NOT_A_TIME) from None


def _read_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z"))
    except ValueError:
        raise CellError(NOT_A_TIME) from None


def _read_in_range(text: str, order: str) -> date:
    day = parse_day(text, order)
    if day is None:
        raise CellError(NOT_A_TIME)
    return day


def _at_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _read_day(text: str, order: str) -> date:
    try:
        if serial := _SERIAL.fullmatch(text):
            return _SERIAL_START + timedelta(days=int(serial[1]))
        if match := _YEAR_LAST.fullmatch(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            return date(year, second, first) if order == DAY_FIRST else date(year, first, second)
        return parse_date(text)
    except ValueError:
        raise CellError(NOT_A_DATE) from None

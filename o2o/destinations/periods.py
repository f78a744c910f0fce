"""Conditions of time, in the clock of the store: dates, weekdays, hours."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from o2o.times import day_end, day_start, parse_at, parse_date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE_DAY = 24 * 60
_CHINESE_DAYS = dict(zip("一二三四五六日", range(7), strict=True)) | {"天": 6, "七": 6}
_DAY_GROUPS = {"weekend": "sat-sun", "周末": "sat-sun", "workday": "mon-fri", "工作日": "mon-fri"}
_CHINESE_SIGNS = str.maketrans("至到—–~～：，、", "------:,,")
_DAY = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天七])|([1-7])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?")
_LOCAL = re.compile(r"([^T ]+)(?:[T ](\d{1,2}:\d{2}))?")

Span = tuple[int, int]
"""From, and up to but not including: milliseconds, or minutes of the day."""


def read_dates(text: str) -> str:
    """Return spans of days ``2026-05-01..2026-05-31`` (either side may be open) as they are kept; else ValueError."""
    return ",".join(_read_span(part) for part in text.split(","))


def date_spans(text: str, zone: ZoneInfo) -> tuple[Span, ...]:
    """Return the instants of spans of days in a time zone; a last day counts whole, a last minute does not."""
    return tuple(_span_of(part, zone) for part in text.split(","))


def read_weekdays(text: str) -> str:
    """Return weekdays (``mon-fri``, ``周六,周日``, ``weekend``) as they are kept; else raise ValueError."""
    found = {day for part in _plain(text).lower().split(",") for day in _read_days(_DAY_GROUPS.get(part.strip(), part))}
    return ",".join(_join_days(sorted(found)))


def weekday_numbers(text: str) -> frozenset[int]:
    """Return the numbers of weekdays, 0 for Monday."""
    return frozenset(day for part in text.split(",") for day in _read_days(part))


def read_hours(text: str) -> str:
    """Return hours of the day (``9-12``, ``22:30-6``, ``9``) as they are kept; else raise ValueError."""
    return ",".join("-".join(map(_short_clock, span)) for span in map(_read_hours, _plain(text).split(",")))


def hour_spans(text: str) -> tuple[Span, ...]:
    """Return the minutes of the day of hours; one over midnight is two spans."""
    spans: list[Span] = []
    for start, end in map(_read_hours, text.split(",")):
        spans += [(start, end)] if start < end else [(start, _WHOLE_DAY), (0, end)]
    return tuple(spans)


def format_clock(minute: int) -> str:
    """Return a minute of the day as ``9:00``."""
    return f"{minute // 60}:{minute % 60:02}"


@lru_cache(1_024)
def local_time(minute: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return weekday and minute of the day where the clock shows ``zone``; ``minute`` counts from 1970, UTC."""
    moment = datetime.fromtimestamp(minute * 60, zone)
    return moment.weekday(), moment.hour * 60 + moment.minute


def _read_span(text: str) -> str:
    first, dots, last = text.strip().partition("..")
    if not (first or last):
        raise ValueError("no date; write 2026-05-01..2026-05-31, or one side of it")
    first, last = _read_moment(first), _read_moment(last)
    if first and last and _with_clock(first, "T00:00") >= _with_clock(last, "T24:00"):
        raise ValueError("ends before it begins; write the earlier date first")
    return first + dots + last


def _with_clock(moment: str, clock: str) -> str:
    return moment if "T" in moment else moment + clock


def _read_moment(text: str) -> str:
    if not text:
        return ""
    match = _LOCAL.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a date; write 2026-05-17 or 2026-05-17T10:00")
    day, clock = parse_date(match[1]), match[2]
    return day.isoformat() + (f"T{_read_clock(clock) // 60:02}:{_read_clock(clock) % 60:02}" if clock else "")


def _span_of(text: str, zone: ZoneInfo) -> Span:
    first, dots, last = text.partition("..")
    last = last if dots else first
    start = _instant(first, zone) if first else 0
    if not last:
        return start, 1 << 62
    return start, _instant(last, zone) if "T" in last else day_end(date.fromisoformat(last), zone)


def _instant(text: str, zone: ZoneInfo) -> int:
    return parse_at(text, zone) if "T" in text else day_start(date.fromisoformat(text), zone)


def _plain(text: str) -> str:
    """Return a text with the signs of a Chinese keyboard as those that are kept."""
    return text.translate(_CHINESE_SIGNS)


def _read_days(text: str) -> list[int]:
    first, dash, last = text.strip().partition("-")
    start, end = _read_day(first), _read_day(last if dash else first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _join_days(days: list[int]) -> Iterator[str]:
    """Yield sorted days, three and more in a row as ``mon-fri``."""
    for _, run in groupby(enumerate(days), key=lambda item: item[1] - item[0]):
        names = [WEEKDAYS[day] for _, day in run]
        yield from [f"{names[0]}-{names[-1]}"] if len(names) > 2 else names


def _short_clock(minute: int) -> str:
    return format_clock(minute).removesuffix(":00")


def _read_day(text: str) -> int:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError("not a weekday; write mon, mon-fri, weekend, 周六 or 1 to 7 (1 is Monday)")
    chinese, number, name = match.groups()
    return _CHINESE_DAYS[chinese] if chinese else int(number) - 1 if number else WEEKDAYS.index(name)


def _read_hours(text: str) -> Span:
    first, dash, last = text.strip().partition("-")
    start = _read_clock(first)
    end = _read_clock(last) if dash else start + 60
    if start >= _WHOLE_DAY or start == end or end > _WHOLE_DAY:
        raise ValueError("not hours of a day; write 9-12, 9:30-12:15 or 22-6")
    return start, end


def _read_clock(text: str) -> int:
    match = _CLOCK.fullmatch(text.strip())
    if match is None or int(match[2] or 0) > 59 or int(match[1]) * 60 + int(match[2] or 0) > _WHOLE_DAY:
        raise ValueError("not a time of day; write 9 or 9:30")
    return int(match[1]) * 60 + int(match[2] or 0)

"""Opening hours as a merchant writes them: ``Mo-Fr 09:00-21:00; Sa,Su 10:00-22:00``, ``24/7``, or ``09:00-21:00``."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from o2o.times import SECOND

_DAYS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
_CHINESE_DAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_RANGE = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES

Span = tuple[int, int]
"""Minutes of the week, from Monday's midnight; the second is not open any more."""


def is_open(hours: str, at: int, zone: ZoneInfo) -> bool:
    """Tell whether hours hold at a time in a zone; a store without hours, or with none that we read, is open."""
    try:
        spans = parse_hours(hours)
    except ValueError:
        return True
    moment = datetime.fromtimestamp(at / SECOND, zone)
    minute = moment.weekday() * _DAY_MINUTES + moment.hour * 60 + moment.minute
    return not spans or any(since <= minute + week < until for since, until in spans for week in (0, _WEEK_MINUTES))


@lru_cache(maxsize=4_096)
def parse_hours(text: str) -> tuple[Span, ...]:
    """Return when a store is open; raises ValueError for what are no hours."""
    if text.strip() == "24/7":
        return ((0, _WEEK_MINUTES),)
    return tuple(span for part in re.split("[;；]", _plain(text)) if part.strip() for span in _parse_part(part.strip()))


def _parse_part(part: str) -> Iterator[Span]:
    days, _, times = part.rpartition(" ")
    for day in sorted(_parse_days(days)):
        for found in times.split(","):
            match = _RANGE.fullmatch(found)
            if not match:
                raise ValueError("not hours; write Mo-Fr 09:00-21:00; Sa,Su 10:00-22:00")
            since, until = _minutes(match[1], match[2]), _minutes(match[3], match[4])
            start = day * _DAY_MINUTES
            yield start + since, start + until + (_DAY_MINUTES if until <= since else 0)


def _parse_days(text: str) -> set[int]:
    if not text.strip():
        return set(range(7))
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        since, until = _parse_day(first), _parse_day(last or first)
        days |= {(since + step) % 7 for step in range((until - since) % 7 + 1)}
    return days


def _parse_day(text: str) -> int:
    name = text.strip().lower()[:2]
    if name not in _DAYS:
        raise ValueError(f"{text!r} is not a day; write Mo, Tu, We, Th, Fr, Sa or Su")
    return _DAYS[name]


def _minutes(hour: str, minute: str) -> int:
    found = int(hour) * 60 + int(minute)
    if found > _DAY_MINUTES or int(minute) > 59:
        raise ValueError(f"{hour}:{minute} is not a time of day")
    return found


def _plain(text: str) -> str:
    """Return hours with Chinese days and signs written as the others."""
    plain = text.replace("每天", "").replace("全天", "00:00-24:00").replace("、", ",")
    plain = plain.translate(str.maketrans("，：～—–至~", ",:-----"))
    names = "|".join(_CHINESE_DAYS)
    short = list(_DAYS)
    plain = re.sub(rf"(?:周|星期|礼拜)?({names})", lambda day: short[_CHINESE_DAYS[day[1]]], plain)
    return re.sub(r"(?<=[a-z])(?=\d)", " ", re.sub(r"\s*([,;-])\s*", r"\1", plain.strip()))

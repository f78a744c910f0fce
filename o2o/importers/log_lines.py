"""Reads lines that nginx and Apache write: common, combined, with the host first, with fields after the user agent."""

import re
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from o2o.times import MINUTE, parse_at

_UTC = ZoneInfo("UTC")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_ODD_LINE = re.compile(rf'([^"]*){_QUOTED} [^"]*(?:{_QUOTED} {_QUOTED})?.*')
_ADDRESS = re.compile(r"[0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*")


class LogLine(NamedTuple):
    """What of a line we look at; a user agent of None has no place in the line's format."""

    at: int
    address: str
    method: str
    target: str
    user_agent: str | None


def parse_log_line(text: str) -> LogLine:
    """Return the request of a line; raises ValueError with a reason."""
    head, request, user_agent = _split_odd(text) if "\\" in text else _split(text)
    who, bracket, rest = head.partition("[")
    moment, closed, _ = rest.partition("]")
    if not bracket or not closed:
        raise ValueError("not a line of a web server's log")
    method, _, rest = request.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    if not target or not protocol.startswith("HTTP/"):
        raise ValueError("holds no request")
    return LogLine(parse_log_time(moment), _find_address(who), method, target, user_agent)


@lru_cache(maxsize=4_096)
def parse_log_time(text: str) -> int:
    """Return the instant of ``17/May/2015:10:05:03 +0000`` or of ISO 8601; raises ValueError for anything else."""
    moment, _, offset = text.partition(" ")
    day, _, time = moment.partition(":")
    try:
        number, month, year = day.split("/")
        local = parse_at(f"{year}-{_MONTHS.index(month) + 1:02}-{number}T{time}+00:00", _UTC)
        return local - _parse_offset(offset)
    except ValueError:
        return parse_at(text, _UTC)


def _parse_offset(text: str) -> int:
    if not re.fullmatch(r"[+-]\d{4}", text):
        raise ValueError("not an offset")
    minutes = int(text[1:3]) * 60 + int(text[3:])
    return (-minutes if text[0] == "-" else minutes) * MINUTE


def _split(text: str) -> tuple[str, str, str | None]:
    parts = text.split('"')
    if len(parts) < 3:
        raise ValueError("not a line of a web server's log")
    if len(parts) % 2 == 0:
        raise ValueError("the line is cut")
    return parts[0], parts[1], _said(parts[5]) if len(parts) >= 7 else None


def _split_odd(text: str) -> tuple[str, str, str | None]:
    match = _ODD_LINE.fullmatch(text)
    if not match:
        raise ValueError("the line is cut" if text.count('"') % 2 else "not a line of a web server's log")
    return match[1], match[2], None if match[4] is None else _said(match[4].replace('\\"', '"'))


def _said(user_agent: str) -> str:
    return "" if user_agent == "-" else user_agent


def _find_address(who: str) -> str:
    words = who.split()
    if not words:
        raise ValueError("has no address")
    # Apache's vhost_combined begins with the host
    return words[1] if len(words) > 3 and _ADDRESS.fullmatch(words[1]) else words[0]

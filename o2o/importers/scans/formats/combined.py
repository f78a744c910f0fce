"""Lines that nginx and Apache write: common, combined, with the host first, with fields after the user agent."""

import re
from collections.abc import Sequence
from functools import lru_cache

from o2o.importers.scans.requests import CUT, HOLDS_NO_REQUEST, Client, LineParser, Request, parse_utc, reads
from o2o.times import MINUTE, SECOND

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_ODD_LINE = re.compile(rf'([^"]*){_QUOTED} [^"]*(?:{_QUOTED} {_QUOTED})?.*')
_ADDRESS = re.compile(r"[0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*")
_OFFSET = re.compile(r"[+-]\d{4}", re.ASCII)
_LENGTH = len("17/May/2015:10:05:03 +0000")
_NOT_A_LOG = "not a line of a web server's log"


class _Parser:
    def find_request(self, text: str) -> Request:
        head, request, user_agent = _split_odd(text) if "\\" in text else _split(text)
        found = split_request(request)
        if not found:
            raise ValueError(HOLDS_NO_REQUEST if "[" in head else _NOT_A_LOG)
        return *found, (head, user_agent)

    def read_client(self, rest: tuple[str, str | None]) -> Client:
        head, user_agent = rest
        who, bracket, after = head.partition("[")
        moment, closed, _ = after.partition("]")
        if not bracket or not closed:
            raise ValueError(_NOT_A_LOG)
        address = who[:-5] if who.endswith(" - - ") and " " not in who[:-5] else _find_address(who)
        return Client(parse_log_time(moment), address, "" if user_agent == "-" else user_agent)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of lines of nginx or Apache."""
    return _Parser()


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is of nginx or Apache."""
    parser = _Parser()
    return any(reads(parser, line) for line in lines)


def split_request(request: str) -> tuple[str, str] | None:
    """Return the method and the target of ``GET /target HTTP/1.1``, None for what is no request."""
    method, _, rest = request.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    return (method, target) if target and protocol[:5] == "HTTP/" else None


def parse_log_time(text: str) -> int:
    """Return the instant of ``17/May/2015:10:05:03 +0000`` or of ISO 8601; raises ValueError for anything else."""
    seconds = text[18:20]
    if len(text) == _LENGTH and seconds.isdecimal() and seconds < "60":
        return _parse_minute(text[:18], text[20:]) + int(seconds) * SECOND
    return parse_utc(text)


@lru_cache(maxsize=4_096)
def _parse_minute(moment: str, offset: str) -> int:
    day, _, time = moment.partition(":")
    try:
        number, month, year = day.split("/")
        local = parse_utc(f"{year}-{_MONTHS.index(month) + 1:02}-{number}T{time}00+00:00")
        return local - _parse_offset(offset.removeprefix(" "))
    except ValueError:
        return parse_utc(f"{moment}00{offset}")


def _parse_offset(text: str) -> int:
    if not _OFFSET.fullmatch(text):
        raise ValueError("not an offset")
    minutes = int(text[1:3]) * 60 + int(text[3:])
    return (-minutes if text[0] == "-" else minutes) * MINUTE


def _split(text: str) -> tuple[str, str, str | None]:
    parts = text.split('"')
    if len(parts) % 2 == 0:
        raise ValueError(CUT)
    if len(parts) < 3:
        raise ValueError(_NOT_A_LOG)
    return parts[0], parts[1], parts[5] if len(parts) >= 7 else None


def _split_odd(text: str) -> tuple[str, str, str | None]:
    match = _ODD_LINE.fullmatch(text)
    if not match:
        raise ValueError(CUT if text.count('"') % 2 else _NOT_A_LOG)
    return match[1], match[2], None if match[4] is None else match[4].replace('\\"', '"')


def _find_address(who: str) -> str:
    words = who.split()
    if not words:
        raise ValueError("has no address")
    # Apache's vhost_combined begins with the host
    return words[1] if len(words) > 3 and _ADDRESS.fullmatch(words[1]) else words[0]

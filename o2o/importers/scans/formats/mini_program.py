"""Events of a mini-program, one JSON object a line: ``q`` or ``scene``, ``scancode_time``, and who it was.

WeChat passes ``q`` (the printed link) and ``scene`` on percent-encoded; ``scancode_time`` (seconds) is when the phone
read the code and holds before the time at which the event arrived.
"""

from collections.abc import Sequence

from o2o.collect.outside.launches import find_link
from o2o.importers.scans.json_lines import Entry, JsonParser, get_agent, get_object, get_text, get_time
from o2o.importers.scans.requests import Client, LineParser

VISITOR_NAMES = ("visitor", "openid", "unionid", "member")
"""What the one who scanned may be called."""


def _find_target(entry: Entry) -> tuple[str, str]:
    options = get_object(entry, "query") or entry
    return "GET", find_link(*(get_text(options, name) for name in ("q", "scene", "code")))


def _find_client(entry: Entry) -> Client:
    options = get_object(entry, "query")
    named = "scancode_time" if "scancode_time" in options else ""
    at = get_time(options, named) if named else get_time(entry, "scancode_time", "at", "time", "timestamp")
    visitor = get_text(entry, *VISITOR_NAMES) or None
    agent = get_agent(entry, "user_agent", "ua")
    return Client(at, "", agent, visitor, get_text(entry, "scan_id") or None)


_PARSER = JsonParser(_find_target, _find_client)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of events."""
    return _PARSER


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is an event with ``q``, ``scene`` or ``code``."""
    return _PARSER.recognises(lines)

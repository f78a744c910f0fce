"""Caddy's access log: ``ts``, ``request`` with ``client_ip``, ``method``, ``uri`` and ``headers``."""

from collections.abc import Sequence

from o2o.importers.scans.json_lines import Entry, JsonParser, get_object, get_text, get_time, need_text
from o2o.importers.scans.requests import Client, LineParser


def _find_target(entry: Entry) -> tuple[str, str]:
    request = get_object(entry, "request")
    return get_text(request, "method") or "GET", get_text(request, "uri")


def _find_client(entry: Entry) -> Client:
    request = get_object(entry, "request")
    agent = get_text(get_object(request, "headers"), "User-Agent")
    return Client(get_time(entry, "ts"), need_text(request, "client_ip", "remote_ip", "remote_addr"), agent)


_PARSER = JsonParser(_find_target, _find_client)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of Caddy's log."""
    return _PARSER


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is of Caddy."""
    return _PARSER.recognises(lines)

"""Traefik's access log in JSON; user agents stand in it where ``accesslog.fields.headers`` keeps them."""

from collections.abc import Sequence

from o2o.importers.scans.json_lines import Entry, JsonParser, get_agent, get_text, get_time, need_text
from o2o.importers.scans.requests import Client, LineParser


def _find_target(entry: Entry) -> tuple[str, str]:
    return get_text(entry, "RequestMethod") or "GET", get_text(entry, "RequestPath")


def _find_client(entry: Entry) -> Client:
    at = get_time(entry, "StartUTC", "StartLocal", "time")
    return Client(at, need_text(entry, "ClientHost", "ClientAddr"), get_agent(entry, "request_User-Agent"))


_PARSER = JsonParser(_find_target, _find_client)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of Traefik's log."""
    return _PARSER


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is of Traefik."""
    return _PARSER.recognises(lines)

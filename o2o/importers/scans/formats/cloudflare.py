"""Cloudflare Logpush of HTTP requests; the user agent stands in it only where the job asks for it."""

from collections.abc import Sequence

from o2o.importers.scans.json_lines import Entry, JsonParser, get_agent, get_text, get_time, need_text
from o2o.importers.scans.requests import Client, LineParser


def _find_target(entry: Entry) -> tuple[str, str]:
    return get_text(entry, "ClientRequestMethod") or "GET", get_text(entry, "ClientRequestURI", "ClientRequestPath")


def _find_client(entry: Entry) -> Client:
    at = get_time(entry, "EdgeStartTimestamp", "EdgeEndTimestamp")
    return Client(at, need_text(entry, "ClientIP"), get_agent(entry, "ClientRequestUserAgent"))


_PARSER = JsonParser(_find_target, _find_client)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of Cloudflare's log."""
    return _PARSER


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is of Cloudflare."""
    return _PARSER.recognises(lines)

"""Caddy's access log: ``ts``, ``request`` with ``client_ip``, ``method``, ``uri`` and ``headers``."""

from collections.abc import Sequence

from o2o.importers.scans.json_lines import Entry, JsonParser, answered_scan, get_object, get_text, get_time, need_text
from o2o.importers.scans.requests import Client, LineParser


def _find_target(entry: Entry) -> tuple[str, str]:
    request = get_object(entry, "request")
    return get_text(request, "method") or "GET", get_text(request, "uri")


def _find_client(entry: Entry) -> Client:
    request = get_object(entry, "request")
    headers = get_object(request, "headers")
    address = need_text(request, "client_ip", "remote_ip", "remote_addr")
    scan_id = get_text(get_object(entry, "resp_headers"), "O2o-Scan-Id")
    scan = answered_scan(scan_id, get_text(headers, "Accept-Language"))
    return Client(get_time(entry, "ts"), address, get_text(headers, "User-Agent"), None, *scan)


_PARSER = JsonParser(_find_target, _find_client)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of Caddy's log."""
    return _PARSER


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is of Caddy."""
    return _PARSER.recognises(lines)

"""nginx with a log_format of JSON: ``ts uri args ip ua status`` as we recommend it, or the variables' own names."""

from collections.abc import Sequence

from o2o.importers.scans.json_lines import Entry, JsonParser, answered_scan, get_agent, get_text, get_time, need_text
from o2o.importers.scans.requests import Client, LineParser


def _find_target(entry: Entry) -> tuple[str, str]:
    target = get_text(entry, "request_uri", "uri", "path")
    method = get_text(entry, "request_method", "method") or "GET"
    if not target and (request := get_text(entry, "request")):
        method, _, rest = request.partition(" ")
        target = rest.rpartition(" ")[0]
    args = get_text(entry, "args", "query_string")
    return method, f"{target}?{args}" if args and args != "-" and "?" not in target else target


def _find_client(entry: Entry) -> Client:
    at = get_time(entry, "ts", "msec", "time_iso8601", "@timestamp", "timestamp", "time")
    agent = get_agent(entry, "ua", "http_user_agent", "user_agent")
    address = need_text(entry, "ip", "remote_addr", "client_ip", "client")
    scan = answered_scan(get_text(entry, "scan_id"), get_text(entry, "language"))
    return Client(at, address, "" if agent == "-" else agent, None, *scan)


_PARSER = JsonParser(_find_target, _find_client)


def make_parser(_lines: Sequence[str] = ()) -> LineParser:
    """Return a parser of nginx's JSON."""
    return _PARSER


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether one of the lines is JSON with a request's target, address and time."""
    return _PARSER.recognises(lines)

"""Logs whose ``#Fields`` line names their columns: W3C extended as IIS writes it, and Amazon CloudFront's."""

from collections.abc import Sequence
from urllib.parse import unquote, unquote_plus

from o2o.importers.scans.requests import HOLDS_NO_REQUEST, Client, LineParser, Request, parse_utc, said

_FIELDS = "#Fields:"
_ADDRESSES = ("c-ip", "x-forwarded-for", "cs(X-Forwarded-For)")


class _Parser:
    """The columns may change at any further ``#Fields`` line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._names: list[str] = []
        self._tabs = False
        for line in lines:
            if line.startswith(_FIELDS):
                self._read_fields(line)
                break

    def _read_fields(self, line: str) -> None:
        self._names = line.removeprefix(_FIELDS).split()
        self._tabs = "x-edge-location" in self._names

    def find_request(self, text: str) -> Request | None:
        if text.startswith("#"):
            if text.startswith(_FIELDS):
                self._read_fields(text)
            return None
        cells = text.split("\t") if self._tabs else text.split()
        if len(cells) != len(self._names):
            raise ValueError(f"has {len(cells)} fields, not the {len(self._names)} that #Fields names")
        entry = dict(zip(self._names, cells, strict=True))
        target = entry.get("cs-uri-stem") or entry.get("cs-uri", "")
        if not target or target == "-":
            raise ValueError(HOLDS_NO_REQUEST)
        query = entry.get("cs-uri-query", "-")
        return entry.get("cs-method", "GET"), target if query == "-" else f"{target}?{query}", entry

    def read_client(self, rest: dict[str, str]) -> Client:
        if "date" not in rest or "time" not in rest:
            raise ValueError("has no date and time")
        address = next((rest[name] for name in _ADDRESSES if rest.get(name, "-") != "-"), "")
        if not address:
            raise ValueError("has no address")
        return Client(parse_utc(f"{rest['date']}T{rest['time']}"), address, self._find_agent(rest))

    def _find_agent(self, entry: dict[str, str]) -> str | None:
        agent = entry.get("cs(User-Agent)")
        if agent is None:
            return None
        # CloudFront encodes what had been encoded before; IIS writes a blank as +
        return unquote(unquote(said(agent))) if self._tabs else unquote_plus(said(agent))


def make_parser(lines: Sequence[str] = ()) -> LineParser:
    """Return a parser that reads the columns named by the beginning of a log."""
    return _Parser(lines)


def recognise(lines: Sequence[str]) -> bool:
    """Tell whether a line names the columns of requests."""
    return any(line.startswith(_FIELDS) and "cs-uri" in line for line in lines)

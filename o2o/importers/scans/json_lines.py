"""Logs that are one JSON object a line; each of their formats says where in it things stand."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from o2o.collect.verdicts.hit import Signal
from o2o.importers.scans.requests import CUT, HOLDS_NO_REQUEST, NOT_A_LOG, Client, Request, parse_utc, reads

Entry = dict[str, Any]
_NO_LANGUAGE = int(Signal.NO_LANGUAGE)  # a plain number passes between processes at less cost
_SECONDS_UNTIL = 10**11  # what is more is finer: milliseconds, or even nanoseconds
_MILLISECONDS_UNTIL = 10**14
_NANOSECONDS_FROM = 10**17


@dataclass(frozen=True, slots=True)
class JsonParser:
    """Finds the method, the target and the client of an entry by functions of its format."""

    find_target: Callable[[Entry], tuple[str, str]]
    find_client: Callable[[Entry], Client]

    def find_request(self, text: str) -> Request:
        """Return what a line asks for."""
        entry = parse_entry(text)
        method, target = self.find_target(entry)
        if not target:
            raise ValueError(HOLDS_NO_REQUEST)
        return method, target, entry

    def read_client(self, rest: Entry) -> Client:
        """Return who asked."""
        return self.find_client(rest)

    def recognises(self, lines: Sequence[str]) -> bool:
        """Tell whether one of the lines is of the format."""
        return any(line.startswith("{") and reads(self, line) for line in lines)


def parse_entry(text: str) -> Entry:
    """Return the object of a line; raises ValueError for anything else."""
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(CUT if text.startswith("{") and not text.endswith("}") else NOT_A_LOG) from None
    if not isinstance(entry, dict):
        raise ValueError(NOT_A_LOG)
    return _without_halves(entry) if "\\u" in text else entry


def _without_halves(entry: Entry) -> Entry:
    """Return an entry without halves of characters, which escapes can name and no file can hold."""
    tidy: Entry = json.loads(json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace"))
    return tidy


def get_text(entry: Entry, *names: str) -> str:
    """Return the first of these members that is there, as text; a list stands for its first item."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str | int | float) and value != "":
            return str(value)
    return ""


def get_agent(entry: Entry, *names: str) -> str | None:
    """Return the first of these members that the entry has a place for; None where it has none."""
    return get_text(entry, *names) if any(name in entry for name in names) else None


def answered_scan(scan_id: str, language: str) -> tuple[str | None, int]:
    """Return the id of a scan that a server answered in our place, if it did, and what the lack of a language tells."""
    return (scan_id, 0 if language else _NO_LANGUAGE) if scan_id else (None, 0)


def get_object(entry: Entry, name: str) -> Entry:
    """Return a member that is an object, empty where there is none."""
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def need_text(entry: Entry, *names: str) -> str:
    """Return ``get_text``; raises ValueError where it is empty."""
    text = get_text(entry, *names)
    if not text:
        raise ValueError(f"has no {names[0]}")
    return text


def get_time(entry: Entry, *names: str) -> int:
    """Return the instant of the first of these members: ISO 8601, or seconds to nanoseconds since 1970."""
    text = need_text(entry, *names)
    if text.isascii() and text.isdigit() and int(text) >= _SECONDS_UNTIL:
        number = int(text)
        scale = 1 if number < _MILLISECONDS_UNTIL else 1_000 if number < _NANOSECONDS_FROM else 1_000_000
        text = f"{number // scale / 1_000:.3f}"
    return parse_utc(text)

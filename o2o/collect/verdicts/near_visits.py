"""Finds the visitors who have scans so near each other that one may decide about another, as the scans come by."""

from collections.abc import Iterable
from typing import NamedTuple, Self

Spans = dict[str, tuple[int, int]]
"""The visitors who are to be compared, each with the times of the first and the last scan that may decide."""


class Near(NamedTuple):
    """Who has scans near each other: all of them among those that were asked about, or some before those."""

    within: Spans
    across: Spans


class NearVisits:
    """Knows the scans of the last ``near`` milliseconds of a stream, and little more."""

    def __init__(self, near: int, since: int = 0) -> None:
        self._near = near
        self._since = since
        """Before this time, scans may have been forgotten."""
        self._last: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def begin_anew(self, near: int) -> Self:
        """Return what goes on with another span, as if all were forgotten that came by so far."""
        latest = max((*self._last.values(), *self._before.values(), self._since))
        return type(self)(near, latest + near)

    def find_near(self, scans: Iterable[tuple[int, str]]) -> Near:
        """Return who of the next scans, each a time and a visitor, is near another; one too many does no harm."""
        within: Spans = {}
        across: Spans = {}
        here: set[str] = set()
        near, last_ones = self._near, self._last
        for at, visitor in scans:
            if at > self._since + near:
                self._since, self._before = at, last_ones
                last_ones = self._last = {}
            last = last_ones.get(visitor)
            if last is None:
                last = self._before.get(visitor)
            if last is not None and at - last <= near:
                is_within = max(last, self._since) <= at and visitor in here
                _widen(within if is_within else across, visitor, min(at, last), max(at, last))
            elif at < self._since:
                _widen(across, visitor, at, at + near)
            last_ones[visitor] = at if last is None else max(at, last)
            here.add(visitor)
        for visitor in within.keys() & across.keys():
            _widen(across, visitor, *within.pop(visitor))
        return Near(within, across)


def join_spans(scans: Iterable[tuple[int, str]]) -> Spans:
    """Return all visitors, each with the times of the first and the last scan."""
    spans: Spans = {}
    for at, visitor in scans:
        _widen(spans, visitor, at, at)
    return spans


def _widen(spans: Spans, visitor: str, since: int, until: int) -> None:
    if visitor in spans:
        found = spans[visitor]
        since, until = min(since, found[0]), max(until, found[1])
    spans[visitor] = since, until

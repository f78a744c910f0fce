"""Verdicts in the file: what a hit tells itself is judged as it goes in, and each visitor's scans are then compared.

Whose scans are to be compared, and since when, is kept in ``unjudged`` until it is done, so that it is done after
all, whoever is killed in the middle. The verdicts depend on the scans alone, not on the order in which they came.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.kept_scans import Change, KeptScan, change_verdicts, read_scans
from o2o.collect.verdicts.placing import place_touchpoints
from o2o.collect.verdicts.rules import Rules
from o2o.collect.verdicts.series import Seen, compare_scans, see
from o2o.collect.verdicts.verdict import AFTER_CARD, judge_hit
from o2o.db import Database, as_json, data_version, load_query, rows, writing

_GROUP = 400
_GROUP_ROWS = 2_000
_ROWS_TOGETHER = 4_000  # of a group
_ROWS_AT_ONCE = 50_000  # of one visitor
_WRITTEN_AT_ONCE = 2_000  # others wait for the lock no longer than some 50 ms
_PATIENCE = 5  # how often others may have written meanwhile before the lock is held throughout


class Span(NamedTuple):
    """A visitor whose scans from ``since`` to ``until`` are to be compared with each other and those around."""

    visitor_id: int
    since: int
    until: int


class Comparison(NamedTuple):
    """What became of a span: rows that change, touchpoints that staff scanned, and up to when all is done."""

    span: Span
    changes: list[Change]
    placed: set[int]
    done: int
    read: int


def judge_scans(judge: Judge) -> int:
    """Compare what isn't compared yet and return how many rows count as something else than before.

    In the caller's transaction, or else in short ones of its own.
    """
    changed = 0
    rules = judge.rules if judge.has_cards else replace(judge.rules, staff_span=0)
    clashes = 0
    while spans := _next_spans(judge.db):
        if clashes < _PATIENCE:
            done = _judge_spans(judge, rules, spans)
        else:
            with writing(judge.db):
                done = _judge_spans(judge, rules, spans)
        clashes = 0 if done is not None else clashes + 1
        changed += done or 0
    return changed


def _judge_spans(judge: Judge, rules: Rules, spans: Sequence[Span]) -> int | None:
    """Compare some spans and return how many rows changed, None when somebody else wrote meanwhile."""
    db = judge.db
    version = judge.marks.refresh()
    found = list(_compare_spans(judge, rules, spans))
    changes = [change for comparison in found for change in comparison.changes]
    for start in range(0, max(1, len(changes)), _WRITTEN_AT_ONCE):
        with writing(db):
            if data_version(db) != version:
                return None
            change_verdicts(db, changes[start : start + _WRITTEN_AT_ONCE])
            if start + _WRITTEN_AT_ONCE >= len(changes):
                _finish(judge, found)
    return len(changes)


def _finish(judge: Judge, found: Sequence[Comparison]) -> None:
    judge.db.conn.executemany(
        "DELETE FROM unjudged WHERE visitor_id = ?",
        [(one.span.visitor_id,) for one in found if one.done >= one.span.until],
    )
    judge.db.conn.executemany(
        "UPDATE unjudged SET since = ? WHERE visitor_id = ?",
        [(one.done + 1, one.span.visitor_id) for one in found if one.done < one.span.until],
    )
    place_touchpoints(judge, {mark for one in found for mark in one.placed})


def _compare_spans(judge: Judge, rules: Rules, spans: Sequence[Span]) -> Iterator[Comparison]:
    read = 0
    loaded = _load_together(judge, rules, spans)
    for span in spans:
        found = _compare_span(judge, rules, span, loaded)
        yield found
        read += found.read
        if read >= _GROUP_ROWS:
            return


def _compare_span(judge: Judge, rules: Rules, span: Span, loaded: Mapping[int, list[Seen]]) -> Comparison:
    """Compare one visitor's scans, of many the first ones; those of short series are ``loaded``."""
    since = span.since - rules.span
    until, limit = span.until + rules.after, _ROWS_AT_ONCE
    ready = loaded.get(span.visitor_id)
    while True:
        series = ready or _load_series(judge, span.visitor_id, since - rules.before, until + rules.span, limit)
        ready = None
        is_whole = len(series) < limit
        end = until if is_whole else min(until, series[-1].scanned_at - 1 - rules.span)
        if end < span.since:
            limit *= 2
            continue
        judged = [pair for pair in compare_scans(series, since, rules) if pair[0].scanned_at <= end]
        changes = [(seen, judgement) for seen, judgement in judged if judgement != seen.before]
        if not is_whole or not changes or changes[-1][0].scanned_at <= end - rules.duplicate:
            break
        until = end + 4 * max(rules.duplicate, rules.span)  # what comes after may follow
    placed = {seen.touchpoint_id for seen, judgement in judged if judgement.reason == AFTER_CARD}
    done = span.until if is_whole else end
    return Comparison(span, [(seen.id, judgement) for seen, judgement in changes], placed, done, len(series))


def _load_together(judge: Judge, rules: Rules, spans: Sequence[Span]) -> dict[int, list[Seen]]:
    """Return what is compared of visitors, by one query for all; nothing where that is much."""
    ranges = {
        span.visitor_id: (span.since - rules.span - rules.before, span.until + rules.after + rules.span)
        for span in spans
    }
    asked: dict[str, int | str] = {
        "visitors": as_json(ranges),
        "since": min(since for since, _ in ranges.values()),
        "until": max(until for _, until in ranges.values()),
        "limit": _ROWS_TOGETHER,
    }
    found = read_scans(judge, load_query("collect/verdicts/judging.together"), asked)
    if len(found) == _ROWS_TOGETHER:
        return {}
    series: dict[int, list[Seen]] = {visitor: [] for visitor in ranges}
    for scan in found:
        if scan.visitor_id is not None:
            since, until = ranges[scan.visitor_id]
            if since <= scan.hit.scanned_at <= until:
                series[scan.visitor_id].append(_see(judge, scan))
    return series


def _load_series(judge: Judge, visitor_id: int, since: int, until: int, limit: int) -> list[Seen]:
    asked = {"visitor_id": visitor_id, "since": since, "until": until, "limit": limit}
    return [_see(judge, scan) for scan in read_scans(judge, load_query("collect/verdicts/judging.series"), asked)]


def _see(judge: Judge, scan: KeptScan) -> Seen:
    own = judge_hit(scan.hit, scan.mark, judge.rules)
    return see(scan.id, scan.hit, scan.mark, own, scan.before)


def _next_spans(db: Database) -> list[Span]:
    found = rows(db, "SELECT visitor_id, since, until FROM unjudged ORDER BY visitor_id LIMIT :limit", limit=_GROUP)
    return [Span(*row) for row in found]

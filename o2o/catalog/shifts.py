"""Shifts: who worked in which store from when until when, as rosters and time clocks tell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Import, Saved
from o2o.catalog.spans import Replaced, Span, SpanTable, save_spans
from o2o.catalog.stores import store_zones
from o2o.db import Database
from o2o.problems import Finding, Message, Severity
from o2o.times import DAY, format_local, local_instant

_TABLE = SpanTable("shifts", "person_id", "started_at", "ended_at", "store_id")
_ENDS_FIRST = Message(
    ("不晚于上班时间", "is not after the start"), ("改正其中一个时间", "correct one of the two times")
)
_TOO_LONG = Message(
    ("使班次超过 24 小时", "makes it a shift of more than 24 hours"),
    ("每班一行，写明日期和时间，如 2026-05-17 18:00", "write a row a shift, with day and time: 2026-05-17 18:00"),
)
_OVERLAPS = Message(
    ("与第 {line} 行（门店 {store}）的班次重叠", "overlaps the shift in line {line}, in store {store}"),
    ("一人一时只在一处：改正其中一行；已导入第 {line} 行", "nobody is in two places: mend one; line {line} was taken"),
)
_REPLACES = Message(
    (
        "取代了先前导入的门店 {store} 的班次（{start} 起）",
        "takes the place of the shift in store {store} from {start} on, imported before",
    ),
    (
        "已照此导入；若两班都对，请改正时间后重新导入",
        "taken so; if both are right, correct their times and import again",
    ),
)

_Zones = Mapping[str, ZoneInfo]


def save_shifts(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    """Take shifts, local to their stores; a person's new one takes the place of those that it overlaps.

    ``end`` may be a time alone: the first one after the start. Of two in one file that overlap the later line is left
    out.
    """
    zones = store_zones(db)
    findings: list[Finding] = []
    spans: list[Span] = []
    for line, record in chain.from_iterable(zip(b.lines, b.records, strict=True) for b in batches):
        row = dict(zip(columns, record, strict=True))
        span = _make_span(line, row, zones[row["store_id"]])
        if message := _find_fault(span):
            findings.append(Finding(line, "end", str(row["end"]), message))
        else:
            spans.append(span)
    taken, overlapping = _part_overlapping(spans)
    findings += (_tell(_OVERLAPS, span, zones, line=other.line, store=other.what) for span, other in overlapping)
    changes, gone = save_spans(db, run, _TABLE, taken)
    return Saved(changes, (*findings, *_tell_moved(gone, zones)))


def _make_span(line: int, row: Mapping[str, Any], zone: ZoneInfo) -> Span:
    start, end = row["start"], row["end"]
    if isinstance(end, time):
        same_day = datetime.combine(start, end, start.tzinfo)
        end = same_day if same_day > start else same_day + timedelta(days=1)
    return Span(row["person_id"], local_instant(start, zone), local_instant(end, zone), row["store_id"], line)


def _find_fault(span: Span) -> Message | None:
    if span.end <= span.start:
        return _ENDS_FIRST
    return _TOO_LONG if span.end - span.start > DAY else None


def _part_overlapping(spans: Sequence[Span]) -> tuple[list[Span], list[tuple[Span, Span]]]:
    """Return spans of which none overlaps another of its owner, and the others each with the one it overlaps."""
    taken: list[Span] = []
    left_out: list[tuple[Span, Span]] = []
    for span in sorted(spans):
        last = taken[-1] if taken else None
        if last is None or last.owner != span.owner or last.end <= span.start:
            taken.append(span)
        elif span.line > last.line:
            left_out.append((span, last))
        else:
            taken[-1] = span
            left_out.append((last, span))
    return taken, left_out


def _tell_moved(gone: Iterable[Replaced], zones: _Zones) -> Iterator[Finding]:
    for old, span in gone:
        if old.what != span.what:
            start = format_local(old.start, zones[old.what])
            yield _tell(_REPLACES, span, zones, Severity.WARNING, store=old.what, start=start)


def _tell(
    message: Message, span: Span, zones: _Zones, severity: Severity = Severity.ERROR, **facts: str | int
) -> Finding:
    return Finding(span.line, "start", format_local(span.start, zones[span.what]), message, facts, severity)

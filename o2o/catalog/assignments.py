"""People and places over time: in which store, under which name and role or zone, from when until when."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Changes, Import, Record, Saved
from o2o.catalog.rows import save_rows
from o2o.catalog.stores import store_zones
from o2o.catalog.versions import put_rows, remove_rows
from o2o.config import load_settings
from o2o.db import Database, load_query, rows
from o2o.problems import Finding, Message
from o2o.subjects import KIND_TABLES, Kind
from o2o.times import SINCE_EVER, day_end, day_start

_DETAILS = {Kind.PERSON: "role", Kind.PLACE: "zone"}
_DATES = ("from", "to")
_NOT_GIVEN: Any = object()
_State = tuple[str | None, str, str]
"""Store, name, and role or zone."""
_Timeline = dict[int, _State | None]
"""What somebody is by the instant from which he is it; None: he isn't there."""
_EARLY_END = Message(
    ("早于开始日期", "is before the day of its begin"), ("改正其中一个日期", "correct one of the two dates")
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a file, its days as instants; ``open``: it says that there is no end."""

    start: int | None
    end: int | None
    open: bool
    state: tuple[Any, ...]


def save_assigned(kind: Kind, db: Database, run: Import, columns: Sequence[str], batches: Sequence[Batch]) -> Saved:
    """Take rows of people or places; ``from`` and ``to`` are dates, or None for one that isn't given.

    The row of the table says how things are now; several rows of one subject are assignments that follow each other.
    """
    table, key = KIND_TABLES[kind]
    groups, findings = _group(columns, batches)
    known = _load_timelines(db, kind)
    reader = _RowReader.of(db, kind, columns)
    timelines, records = {}, []
    for subject_id, group in groups.items():
        old, written_at = known.get(subject_id, ({}, 0))
        now = max(run.imported_at, written_at)  # a clock that was put back corrects what it said last
        timelines[subject_id] = _merge(old, [reader.read(record) for record in group], now)
        records.append(reader.make_record(group[-1], timelines[subject_id], now))
    before = {subject_id for (subject_id,) in db.conn.execute(f"SELECT {key} FROM {table}")}
    saved = save_rows(db, run, reader.saved_columns, [Batch((), records)])
    changed = _write_timelines(db, run, kind, {one: known.get(one, ({}, 0))[0] for one in groups}, timelines)
    changed |= {subject_id for (subject_id,) in saved.keys}
    if kind is Kind.PERSON:
        retire_badges(db, changed, run.imported_at)
    return Saved(_count(groups, before, changed), findings)


def end_assignments(kind: Kind, db: Database, run: Import, subject_ids: Iterable[str]) -> None:
    """Let people or places that an import has retired be nowhere since, and retire the badges of those people."""
    table, key = KIND_TABLES[kind]
    wanted = set(subject_ids)
    retired = {
        subject_id: at
        for subject_id, at in db.conn.execute(f"SELECT {key}, retired_at FROM {table} WHERE retired_at IS NOT NULL")
        if subject_id in wanted
    }
    known = _load_timelines(db, kind)
    before = {subject_id: known[subject_id][0] for subject_id in retired if subject_id in known}
    after = {
        subject_id: _tidy({start: state for start, state in old.items() if start < retired[subject_id]}
                          | {retired[subject_id]: None})
        for subject_id, old in before.items()
    }  # fmt: skip
    _write_timelines(db, run, kind, before, after)
    if kind is Kind.PERSON:
        retire_badges(db, retired, run.imported_at)


def retire_badges(db: Database, person_ids: Iterable[str], now: int) -> None:
    """Let the live codes of people end when they leave, or go on where it turns out that they stay."""
    db.conn.execute(load_query("catalog/assignments.badges"), {"ids": json.dumps(list(person_ids)), "now": now})


def _group(columns: Sequence[str], batches: Sequence[Batch]) -> tuple[dict[str, list[Record]], tuple[Finding, ...]]:
    groups: dict[str, list[Record]] = {}
    findings = []
    pairs = chain.from_iterable(zip(batch.lines, batch.records, strict=True) for batch in batches)
    start, end = (columns.index(name) if name in columns else None for name in _DATES)
    for line, record in pairs:
        if start is not None and end is not None and record[start] and record[end] and record[end] < record[start]:
            findings.append(Finding(line, "to", record[end].isoformat(), _EARLY_END))
        else:
            groups.setdefault(record[0], []).append(record)
    return groups, tuple(findings)


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Knows the columns of a file and the days of each store."""

    columns: Sequence[str]
    state: tuple[str, ...]
    zones: Mapping[str | None, ZoneInfo]

    @classmethod
    def of(cls, db: Database, kind: Kind, columns: Sequence[str]) -> "_RowReader":
        zones = {None: load_settings(db).zone} | store_zones(db)
        return cls(columns, ("store_id", "name", _DETAILS[kind]), zones)

    @property
    def saved_columns(self) -> tuple[str, ...]:
        """The columns of the records that are made of rows."""
        return (self.columns[0], *self.state, "retired_at", *(self.columns[place] for place in self._others))

    @property
    def _others(self) -> list[int]:
        return [
            place for place, name in enumerate(self.columns) if place and name not in self.state and name not in _DATES
        ]

    def read(self, record: Record) -> _Row:
        given = dict(zip(self.columns, record, strict=True))
        zone = self.zones[given.get("store_id")]
        start, end = given.get("from"), given.get("to")
        return _Row(
            None if start is None else day_start(start, zone),
            None if end is None else day_end(end, zone),
            "to" in given and end is None,
            tuple(given.get(name, _NOT_GIVEN) for name in self.state),
        )

    def make_record(self, record: Record, timeline: _Timeline, now: int) -> Record:
        last = max(timeline)
        retired_at = last if timeline[last] is None else None
        return (record[0], *_nearest(timeline, now), retired_at, *(record[place] for place in self._others))


def _merge(old: _Timeline, group: Sequence[_Row], now: int) -> _Timeline:
    timeline = dict(old)
    # a row without a date says how things are now but, beside one that has begun already, how they began
    began = not old or any(row.start is not None and row.start <= now for row in group)
    dated = sorted((row for row in group if began or row.start is not None), key=_start_of)
    first = min(group, key=_start_of)
    _drop_guess(timeline, first)
    if len(group) == 1 and dated and _begin_stay(timeline, dated[0], now):
        dated = []
    if not dated or len(dated) < len(group):
        _change_from_now(timeline, next(row for row in group if row not in dated), now)
    for row in dated:
        if len(dated) > 1:
            _forget_from(timeline, row)
        _assign(timeline, row, _start_of(row))
    timeline = _tidy(timeline)
    _drop_guess(timeline, first)
    return timeline


def _forget_from(timeline: _Timeline, row: _Row) -> None:
    """Make room for rows that tell all from a day on, but for an end that they don't speak of."""
    end = max(timeline, default=None)
    for start in [start for start in timeline if start >= _start_of(row)]:
        if row.open or row.end is not None or start != end or timeline[start] is not None:
            del timeline[start]


def _start_of(row: _Row) -> int:
    return SINCE_EVER if row.start is None else row.start


def _drop_guess(timeline: _Timeline, first: _Row) -> None:
    """Since ever was all that was known: now there may be a day for it."""
    if first.start is None or SINCE_EVER not in timeline:
        return
    same = timeline[SINCE_EVER] == _fill(first, timeline, first.start)
    if same and all(start > first.start for start in timeline if start != SINCE_EVER):
        timeline[first.start] = timeline.pop(SINCE_EVER)


def _begin_stay(timeline: _Timeline, row: _Row, now: int) -> bool:
    """Let a stay begin with the row if it is its first, as of a hiring: that day stays in its column ever after.

    What else the row says holds since the file says so.
    """
    start = _start_of(row)
    later = min((other for other in timeline if start < other <= now), default=None)
    another = later is not None and start not in timeline and row.end is not None and row.end <= later
    if start > now or another or _in_force(timeline, start - 1) is not None:
        return False
    if start not in timeline:
        timeline[start] = _fill(row, timeline, start) if later is None else timeline[later]
    return True


def _assign(timeline: _Timeline, row: _Row, start: int) -> None:
    timeline[start] = _fill(row, timeline, start)
    if row.open:
        _lift_end(timeline, start)
    elif row.end is not None:
        for other in [other for other in timeline if start < other < row.end]:
            del timeline[other]
        _leave(timeline, row.end)


def _change_from_now(timeline: _Timeline, row: _Row, now: int) -> None:
    at = now
    if row.end is not None and row.end <= now:
        # who has left has no more changes: a row about him corrects his last assignment
        at = max((start for start in timeline if start < row.end), default=SINCE_EVER)
    state = _fill(row, timeline, at)
    if _in_force(timeline, at) != state:
        timeline[at] = state
    if row.open:
        _lift_end(timeline, now)
    elif row.end is not None:
        _end(timeline, at, row.end)


def _end(timeline: _Timeline, at: int, end: int) -> None:
    """Let the stay that ``at`` lies in end then; one that is planned behind it stays."""
    gone = [start for start, state in timeline.items() if start > at and state is None]
    goes_on = _in_force(timeline, end) is not None
    until = min((start for start in gone if start > end), default=max(timeline)) if goes_on else end - 1
    for start in [start for start in timeline if end <= start <= until or (start in gone and start < end)]:
        del timeline[start]
    _leave(timeline, end)


def _leave(timeline: _Timeline, at: int) -> None:
    """Let nobody be there any more, unless another assignment begins at that very instant."""
    if timeline.get(at) in (None, _in_force(timeline, at - 1)):
        timeline[at] = None


def _lift_end(timeline: _Timeline, after: int) -> None:
    last = max(timeline)
    if last > after and timeline[last] is None:
        del timeline[last]


def _fill(row: _Row, timeline: _Timeline, at: int) -> _State:
    before = _nearest(timeline, at)
    store_id, name, detail = (old if new is _NOT_GIVEN else new for old, new in zip(before, row.state, strict=True))
    return store_id, name or "", detail or ""


def _in_force(timeline: _Timeline, at: int) -> _State | None:
    return timeline[max(begun)] if (begun := [start for start in timeline if start <= at]) else None


def _nearest(timeline: _Timeline, at: int) -> _State:
    """Return what holds at a time or, where nobody is there, what held last before it or will hold first."""
    begun = [state for start, state in sorted(timeline.items()) if state and start <= at]
    ahead = [state for _, state in sorted(timeline.items()) if state]
    return begun[-1] if begun else ahead[0] if ahead else (None, "", "")


def _tidy(timeline: _Timeline) -> _Timeline:
    """Return it in order, without instants at which nothing changes."""
    tidy: _Timeline = {}
    said: _State | None = None
    for start in sorted(timeline):
        if timeline[start] != said:
            tidy[start] = said = timeline[start]
    return tidy


def _load_timelines(db: Database, kind: Kind) -> dict[str, tuple[_Timeline, int]]:
    """Return the timeline of each subject, and when the last import that wrote of it was."""
    found: dict[str, tuple[_Timeline, int]] = {}
    for subject_id, start, end, written_at, *state in rows(db, load_query("catalog/assignments.timelines"), kind=kind):
        timeline, last = found.get(subject_id, ({}, 0))
        timeline[start] = (state[0], state[1], state[2])
        if end is not None:
            timeline[end] = None  # until the next row says otherwise: they come in their order
        found[subject_id] = timeline, max(last, written_at)
    return found


def _write_timelines(
    db: Database, run: Import, kind: Kind, old: Mapping[str, _Timeline], new: Mapping[str, _Timeline]
) -> set[str]:
    """Write those that differ and return whose they are."""
    changed = {subject_id for subject_id in new if new[subject_id] != old.get(subject_id, {})}
    before = {row[:3]: row for one in changed for row in _rows_of(kind, one, old.get(one, {}))}
    after = {row[:3]: row for one in changed for row in _rows_of(kind, one, new[one])}
    remove_rows(db, run.id, "assignments", before.keys() - after.keys())
    different = [row for key, row in after.items() if before.get(key) != row]
    columns = ("kind", "subject_id", "valid_from", "valid_to", "store_id", "name", _DETAILS[kind])
    known = [row[:3] for row in different if row[:3] in before]
    put_rows(db, run.id, "assignments", columns, different, known=known)
    return changed


def _rows_of(kind: Kind, subject_id: str, timeline: _Timeline) -> Iterator[tuple[Any, ...]]:
    starts = sorted(timeline)
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        state = timeline[start]
        if state is not None:
            yield (kind, subject_id, start, end, *state)


def _count(groups: Mapping[str, Sequence[Record]], before: set[str], changed: set[str]) -> Changes:
    new = sum(len(group) for one, group in groups.items() if one not in before)
    different = sum(len(group) for one, group in groups.items() if one in before and one in changed)
    return Changes(new, different, sum(map(len, groups.values())) - new - different)

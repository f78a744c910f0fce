"""What each store carries, where, and at which price from when."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Changes, Import, Record, Saved
from o2o.catalog.stores import store_zones
from o2o.catalog.versions import put_rows, remove_rows
from o2o.db import Database, load_query, rows
from o2o.times import SINCE_EVER, day_start, local_day

_STATE = ("price", "member_price", "aisle", "bay", "shelf", "position")
_ROW = ("store_id", "sku", "label", *_STATE, "valid_from")
_STORED = ("store_id", "sku", "label", "valid_from", "valid_to", *_STATE)
_NOTHING = (None, None, "", "", "", "")
_NOT_GIVEN = object()
_SPOT = itemgetter(1, 2)
_Spot = tuple[str, str]
"""A product's id and the label of the spot where it lies."""
_Timeline = dict[int, Record]
"""What a store's row for a spot says (price … position), by the instant from which it says so."""


def save_assortment(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    """Take rows of what stores carry; ``valid_from`` is a date, or None for one that isn't given."""
    zones = store_zones(db)
    counts: Counter[str] = Counter()
    records = [record for batch in batches for record in batch.records]
    spread = sorted(_spread(columns, records), key=itemgetter(0, 1, 2))
    for store_id, of_store in groupby(spread, key=itemgetter(0)):
        known = _load_timelines(db, store_id)
        changed: dict[_Spot, _Timeline] = {}
        for spot, of_spot in groupby(of_store, key=_SPOT):
            group = list(of_spot)
            old = known.get(spot, {})
            new = _merge(old, group, zones[store_id], run.imported_at)
            if new != old:
                changed[spot] = new
            counts["new" if not old else "changed" if new != old else "unchanged"] += len(group)
        _write_timelines(db, run, store_id, known, changed)
    return Saved(Changes(counts["new"], counts["changed"], counts["unchanged"]))


def _spread(columns: Sequence[str], records: Sequence[Record]) -> list[Record]:
    positions = [columns.index(name) if name in columns else None for name in _ROW]
    absent = {2: ""}
    return [
        tuple(
            absent.get(number, _NOT_GIVEN) if position is None else record[position]
            for number, position in enumerate(positions)
        )
        for record in records
    ]


def _merge(old: _Timeline, group: Sequence[Record], zone: ZoneInfo, now: int) -> _Timeline:
    timeline = dict(old)
    today = local_day(now, zone)
    days = [_day_of(record) for record in group]
    # a row without a date says how things are now but, beside one that has begun already, how they began
    undated = SINCE_EVER if not old or any(day and day <= today for day in days) else None
    for record in sorted(group, key=lambda record: _day_of(record) or date.min):
        day = _day_of(record)
        start = undated if day is None else max(SINCE_EVER, _day_start(day, zone))
        before = _in_force(timeline, now if start is None else start)
        state = tuple(b if r is _NOT_GIVEN else r for b, r in zip(before, record[3:9], strict=True))
        if start is not None:
            timeline[start] = state
        elif state != before:
            timeline[_day_start(today, zone)] = state
    return timeline


def _day_of(record: Record) -> date | None:
    return None if record[9] is _NOT_GIVEN else record[9]


def _in_force(timeline: _Timeline, at: int) -> Record:
    begun = [start for start in timeline if start <= at]
    return timeline[max(begun)] if begun else _NOTHING


_day_start = cache(day_start)


def _load_timelines(db: Database, store_id: str) -> dict[_Spot, _Timeline]:
    timelines: dict[_Spot, _Timeline] = {}
    for sku, label, start, *state in rows(db, load_query("catalog/assortment.timelines"), store_id=store_id):
        timelines.setdefault((sku, label), {})[start] = tuple(state)
    return timelines


def _write_timelines(
    db: Database, run: Import, store_id: str, known: Mapping[_Spot, _Timeline], changed: Mapping[_Spot, _Timeline]
) -> None:
    before = {row[:4]: row for spot in changed for row in _rows_of(store_id, spot, known.get(spot, {}))}
    after = {row[:4]: row for spot, timeline in changed.items() for row in _rows_of(store_id, spot, timeline)}
    remove_rows(db, run.id, "assortment", before.keys() - after.keys())
    different = [row for key, row in after.items() if before.get(key) != row]
    put_rows(db, run.id, "assortment", _STORED, different, known=[row[:4] for row in different if row[:4] in before])


def _rows_of(store_id: str, spot: _Spot, timeline: _Timeline) -> Iterator[tuple[Any, ...]]:
    starts = sorted(timeline)
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        yield (store_id, *spot, start, end, *timeline[start])

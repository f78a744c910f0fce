"""Traffic: how many people a store's counter counted, by the hour, the quarter of an hour or the day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Import, Saved
from o2o.catalog.spans import Span, SpanTable, save_spans
from o2o.catalog.stores import store_zones
from o2o.db import Database
from o2o.times import local_instant

_TABLE = SpanTable("traffic", "store_id", "counted_from", "counted_to", "count")
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)

_Count = tuple[int, datetime, int]
"""A line, when its count begins, and the count."""


def save_traffic(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    """Take counts, local to their stores; a new one takes the place of those that it overlaps.

    A count is of the time until the next of its store in the file, at most of what is usual between two there: what
    a counter says of hours is of an hour even before a night.
    """
    zones = store_zones(db)
    by_store: dict[str, list[_Count]] = defaultdict(list)
    for line, record in chain.from_iterable(zip(b.lines, b.records, strict=True) for b in batches):
        row = dict(zip(columns, record, strict=True))
        by_store[row["store_id"]].append((line, row["at"], row["count"]))
    spans = [span for store_id, counts in by_store.items() for span in _make_spans(store_id, counts, zones[store_id])]
    changes, _ = save_spans(db, run, _TABLE, spans)
    return Saved(changes)


def _make_spans(store_id: str, counts: Iterable[_Count], zone: ZoneInfo) -> list[Span]:
    # what two lines say of one instant (as clocks show it twice when summer ends, or with another offset) is of both
    by_instant: dict[int, list[_Count]] = defaultdict(list)
    for one in counts:
        by_instant[local_instant(one[1], zone)].append(one)
    starts = sorted(by_instant)
    moments = [by_instant[start][0][1].replace(tzinfo=None) for start in starts]
    usual = _usual_gap(moments)
    ends = [local_instant(moment + usual, zone) for moment in moments]
    ends = [min(end, following) for end, following in zip(ends, [*starts[1:], ends[-1]], strict=True)]
    return [
        Span(
            store_id, start, max(end, start + 1), sum(count for *_, count in by_instant[start]), by_instant[start][0][0]
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _usual_gap(moments: Sequence[datetime]) -> timedelta:
    gaps = Counter(after - before for before, after in pairwise(moments) if before < after)
    if gaps:
        return min(gaps.most_common(1)[0][0], _DAY)
    return _DAY if moments[0].time() == time.min else _HOUR

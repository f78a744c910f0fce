"""Rows that say what was so from when until when: a new one takes the place of those that it overlaps."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from o2o.catalog.imports import Changes, Import, Record
from o2o.catalog.versions import put_rows, remove_rows
from o2o.db import Database


class Span(NamedTuple):
    """From when until when something was so of its owner; ``what`` is the rest of it, ``line`` where a file says so."""

    owner: str
    start: int
    end: int
    what: Any
    line: int = 0


@dataclass(frozen=True, slots=True)
class SpanTable:
    """A table of spans: the columns of their owner, begin, end and of what is said of them."""

    name: str
    owner: str
    start: str
    end: str
    what: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a span in the order of its fields."""
        return self.owner, self.start, self.end, self.what


Replaced = tuple[Span, Span]
"""A span that was known, and the one of the file that takes its place."""


def save_spans(db: Database, run: Import, table: SpanTable, spans: Sequence[Span]) -> tuple[Changes, list[Replaced]]:
    """Take spans, of which none overlaps another of its owner; return what that did, and the known ones that are gone.

    A span is known again by its owner and its begin.
    """
    known = _load(db, table, {span.owner for span in spans})
    given = {(span.owner, span.start) for span in spans}
    gone = find_overlapped((span for key, span in known.items() if key not in given), spans)
    remove_rows(db, run.id, table.name, [(old.owner, old.start) for old, _ in gone])
    records: list[Record] = [span[:4] for span in spans]
    different = [record for record in records if known.get(record[:2], ())[:4] != record]
    changed = [record[:2] for record in different if record[:2] in known]
    put_rows(db, run.id, table.name, table.columns, different, known=changed)
    return Changes(len(different) - len(changed), len(changed), len(records) - len(different), len(gone)), gone


def find_overlapped(known: Iterable[Span], spans: Iterable[Span]) -> list[Replaced]:
    """Return each of the known spans that one of others overlaps, and the last of these."""
    by_owner: dict[str, list[Span]] = defaultdict(list)
    for span in sorted(spans):
        by_owner[span.owner].append(span)
    starts = {owner: [span.start for span in own] for owner, own in by_owner.items()}
    found = []
    for old in known:
        place = bisect_left(starts.get(old.owner, ()), old.end) - 1
        if place >= 0 and by_owner[old.owner][place].end > old.start:
            found.append((old, by_owner[old.owner][place]))
    return found


def _load(db: Database, table: SpanTable, owners: Iterable[str]) -> Mapping[tuple[str, int], Span]:
    wanted = set(owners)
    rows = map(Span._make, db.conn.execute(f"SELECT {', '.join(table.columns)}, 0 FROM {table.name}"))
    return {(span.owner, span.start): span for span in rows if span.owner in wanted}

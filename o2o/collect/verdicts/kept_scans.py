"""Rows of ``scans`` as the hits that they were, and what they count as so far."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.marks import Mark
from o2o.collect.verdicts.verdict import Judgement, Verdict, judge_hit
from o2o.db import Database

Change = tuple[int, Judgement]
"""The id of a row and what it counts as now."""

_VERDICTS = {verdict.value: verdict for verdict in Verdict}
_SOURCES = {source.value: source for source in Source}


class KeptScan(NamedTuple):
    """A row: the hit that it was, its touchpoint, its visitor and what it counts as so far."""

    id: int
    hit: Hit
    mark: Mark | None
    visitor_id: int | None
    before: Judgement


def read_scans(judge: Judge, query: str, asked: Mapping[str, int | str]) -> list[KeptScan]:
    """Return the rows of a query that begins as ``kept_scans.select`` does."""
    found = judge.db.conn.execute(query, asked).fetchall()
    marks = judge.marks.find({row[2] for row in found})
    return [
        KeptScan(
            id_,
            Hit(at, code, None, agent, _SOURCES[source], None, None, signals, None, region),
            marks[code],
            visitor_id,
            Judgement(_VERDICTS[verdict], reason, note),
        )
        for id_, at, code, agent, source, signals, region, visitor_id, verdict, reason, note in found
    ]


def judge_again(judge: Judge, scans: Sequence[KeptScan]) -> int:
    """Judge rows anew by what they tell themselves, or have their visitors compared; return how many changed so far.

    Inside the caller's transaction; ``judge_scans`` must follow.
    """
    apart = [scan for scan in scans if scan.visitor_id is None or scan.hit.signals & int(Signal.FLOOD)]
    judged = ((scan, judge_hit(scan.hit, scan.mark, judge.rules)) for scan in apart)
    changes = [(scan.id, judgement) for scan, judgement in judged if judgement != scan.before]
    change_verdicts(judge.db, changes)
    compared = ((scan.visitor_id, scan.hit.scanned_at) for scan in scans if scan.visitor_id is not None)
    mark_unjudged(judge.db, ((visitor, at, at) for visitor, at in compared))
    return len(changes)


def change_verdicts(db: Database, changes: Iterable[Change]) -> None:
    """Write what rows count as, inside the caller's transaction."""
    db.conn.executemany(
        "UPDATE scans SET verdict = ?, reason = ?, note = ? WHERE id = ?",
        ((*judgement, id_) for id_, judgement in changes),
    )


def mark_unjudged(db: Database, spans: Iterable[tuple[int, int, int]]) -> None:
    """Have visitors' scans between two times compared anew, inside the caller's transaction."""
    db.conn.executemany(
        "INSERT INTO unjudged (visitor_id, since, until) VALUES (?, ?, ?) ON CONFLICT (visitor_id)"
        " DO UPDATE SET since = min(since, excluded.since), until = max(until, excluded.until)",
        spans,
    )

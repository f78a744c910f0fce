"""Rows of ``scans``: hits go in with the verdict that they tell themselves, then each visitor's scans are compared."""

import json
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any

from o2o.collect.agents import shorten_agent
from o2o.collect.hit import Hit, Source
from o2o.collect.verdict import (
    RETIRED,
    Mark,
    Seen,
    Verdict,
    duplicate_reason,
    find_duplicates,
    find_impossible,
    impossible_reason,
    judge_hit,
)
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.times import SECOND

_COLUMNS = (
    "scanned_at", "code", "touchpoint_id", "visitor_id", "verdict", "reason",
    "scan_id", "import_key", "source", "user_agent_id", "signals", "rule_id", "region",
)  # fmt: skip
_ORPHAN_RETIRED = """
UPDATE scans SET verdict = :orphan, reason = :reason FROM touchpoints
WHERE touchpoints.id = scans.touchpoint_id AND scans.scanned_at >= touchpoints.retired_at AND verdict <> :orphan
"""
_REVIVABLE = """
SELECT scans.id, scanned_at, scans.code, user_agent, source, touchpoints.id, retired_at
FROM touchpoints
JOIN scans ON scans.touchpoint_id = touchpoints.id
LEFT JOIN user_agents ON user_agents.id = scans.user_agent_id
WHERE touchpoints.code IN (SELECT value FROM json_each(:codes))
    AND verdict = :orphan AND reason = :reason AND (retired_at IS NULL OR retired_at > scanned_at)
"""
_ROWS_AT_ONCE = 200  # in one statement: while SQLite works on it, the server's other threads go on


def last_scan_id(db: Database) -> int:
    """Return the id of the newest row, 0 when there is none."""
    return int(db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()[0])


def insert_hits(db: Database, hits: Sequence[Hit]) -> int:
    """Add hits as rows, inside the caller's transaction, and return how many were not there yet.

    ``judge_scans`` must follow before the transaction ends.
    """
    marks = _marks_of(db, {hit.code for hit in hits})
    visitors = _ids_of(db, "visitors", "visitor", {hit.visitor for hit in hits if hit.visitor})
    agents = _ids_of(db, "user_agents", "user_agent", {shorten_agent(hit.user_agent) for hit in hits if hit.user_agent})
    values = []
    for hit in hits:
        mark = marks.get(hit.code)
        values.append(
            (
                hit.scanned_at,
                hit.code,
                mark.id if mark else None,
                visitors[hit.visitor] if hit.visitor else None,
                *judge_hit(hit, mark),
                hit.scan_id,
                hit.import_key,
                hit.source,
                agents[shorten_agent(hit.user_agent)] if hit.user_agent else None,
                hit.signals,
                hit.rule_id,
                hit.region,
            )
        )
    return sum(
        _insert_rows(db, values[start : start + _ROWS_AT_ONCE]) for start in range(0, len(values), _ROWS_AT_ONCE)
    )


def take_back_unknown(db: Database, hits: Sequence[Hit]) -> None:
    """Remove the orphans that imported hits were kept as before their code was known, so that they go in anew.

    A file that was imported without its map is mended so by importing it again with it.
    """
    marks = _marks_of(db, {hit.code for hit in hits})
    for column, keys in (
        ("import_key", [(hit.import_key,) for hit in hits if hit.import_key and hit.code in marks]),
        ("scan_id", [(hit.scan_id,) for hit in hits if hit.scan_id and hit.code in marks]),
    ):
        db.conn.executemany(
            f"DELETE FROM scans WHERE {column} = ? AND touchpoint_id IS NULL AND source <> '{Source.SERVE}'", keys
        )


def judge_scans(db: Database, settings: Settings, after_id: int) -> None:
    """Decide impossible and duplicate for the rows newer than ``after_id`` and the older ones they change.

    The verdicts are the same in whatever order the hits came in.
    """
    changed = _judge_impossible(db, settings, after_id)
    _judge_duplicates(db, settings, after_id, changed)


def orphan_retired(db: Database) -> int:
    """Take back what counted since the touchpoint was retired, inside the caller's transaction; return how many."""
    return db.conn.execute(_ORPHAN_RETIRED, {"orphan": Verdict.ORPHAN, "reason": RETIRED}).rowcount


def revive_scans(db: Database, settings: Settings, codes: Sequence[str]) -> int:
    """Let scans count again that were taken back as their touchpoint was retired, and it isn't; return how many.

    Inside the caller's transaction. What a hit told besides its user agent (prefetch, a staff phone) is not known any
    more.
    """
    found = db.conn.execute(_REVIVABLE, {"codes": json.dumps(codes), "orphan": Verdict.ORPHAN, "reason": RETIRED})
    verdicts = [
        (*judge_hit(Hit(at, code, None, agent, Source(source)), Mark(mark, retired_at)), id_)
        for id_, at, code, agent, source, mark, retired_at in found
    ]
    _change_verdicts(db, ((id_, verdict, reason) for verdict, reason, id_ in verdicts))
    if verdicts:
        judge_scans(db, settings, min(id_ for *_, id_ in verdicts) - 1)
    return len(verdicts)


def count_verdicts(db: Database, after_id: int) -> dict[Verdict, int]:
    """Return how many rows newer than ``after_id`` have each verdict."""
    found = db.conn.execute("SELECT verdict, count(*) FROM scans WHERE id > ? GROUP BY verdict", [after_id])
    counts = {Verdict(verdict): count for verdict, count in found}
    return {verdict: counts.get(verdict, 0) for verdict in Verdict}


def _judge_impossible(db: Database, settings: Settings, after_id: int) -> list[int]:
    if not settings.impossible_codes:
        return []
    window = settings.impossible_seconds * SECOND
    reason = impossible_reason(settings.impossible_codes, window)
    query = load_query("collect/scans.suspects")
    found = rows(db, query, after_id=after_id, codes=settings.impossible_codes, window=window)
    changes: list[int] = []
    for _, group in groupby((Seen(*row) for row in found), key=attrgetter("visitor_id")):
        series = list(group)
        impossible = find_impossible(series, settings.impossible_codes, window)
        changes += [seen.id for seen in series if seen.id in impossible and seen.verdict != Verdict.IMPOSSIBLE]
    _change_verdicts(db, ((id_, Verdict.IMPOSSIBLE, reason) for id_ in changes))
    return changes


def _judge_duplicates(db: Database, settings: Settings, after_id: int, changed: list[int]) -> None:
    window = settings.duplicate_seconds * SECOND
    query = load_query("collect/scans.series")
    found = rows(db, query, after_id=after_id, changed=json.dumps(changed), window=window)
    changes: list[tuple[int, Verdict]] = []
    for _, group in groupby(found, key=itemgetter("touchpoint_id", "visitor_id")):
        series = list(group)
        changes += find_duplicates([Seen(*tuple(row)[:5]) for row in series], series[0]["since"], window)
    reasons = {Verdict.DUPLICATE: duplicate_reason(window)}
    _change_verdicts(db, ((id_, verdict, reasons.get(verdict, "")) for id_, verdict in changes))


def _change_verdicts(db: Database, changes: Iterable[tuple[int, Verdict, str]]) -> None:
    db.conn.executemany(
        "UPDATE scans SET verdict = ?, reason = ? WHERE id = ?",
        ((verdict, reason, id_) for id_, verdict, reason in changes),
    )


def _insert_rows(db: Database, values: Sequence[tuple[object, ...]]) -> int:
    row = f"({', '.join('?' * len(_COLUMNS))})"
    sql = f"INSERT INTO scans ({', '.join(_COLUMNS)}) VALUES {', '.join([row] * len(values))} ON CONFLICT DO NOTHING"
    return db.conn.execute(sql, list(chain.from_iterable(values))).rowcount


def _marks_of(db: Database, codes: set[str]) -> dict[str, Mark]:
    query = """
        SELECT json_group_object(code, json_array(id, retired_at)) FROM touchpoints
        WHERE code IN (SELECT value FROM json_each(?))"""
    return {code: Mark(*found) for code, found in _lookup(db, query, codes).items()}


def _ids_of(db: Database, table: str, column: str, texts: set[str]) -> dict[str, int]:
    known = "(SELECT value FROM json_each(?))"
    db.conn.execute(
        f"INSERT INTO {table} ({column}) {known[1:-1]} WHERE true ON CONFLICT DO NOTHING", [_as_json(texts)]
    )
    return _lookup(db, f"SELECT json_group_object({column}, id) FROM {table} WHERE {column} IN {known}", texts)


def _lookup(db: Database, query: str, texts: set[str]) -> dict[str, Any]:
    return dict(json.loads(db.conn.execute(query, [_as_json(texts)]).fetchone()[0]))


def _as_json(texts: set[str]) -> str:
    return json.dumps(list(texts))

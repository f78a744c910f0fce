"""Rows of ``scans``: hits go in with what they count as by themselves; ``judging`` then compares visitors' scans."""

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

from o2o.collect.agents import shorten_agent
from o2o.collect.hit import Hit, Signal, Source
from o2o.collect.judge import Judge
from o2o.collect.kept_scans import mark_unjudged
from o2o.collect.placing import place_touchpoints
from o2o.collect.verdict import AFTER_CARD, BEFORE_PLACED, CARD, Judgement, Verdict
from o2o.db import Database, as_json, load_query, rows
from o2o.names import Names

_COLUMNS = (
    "scanned_at", "code", "touchpoint_id", "visitor_id", "verdict", "reason", "note",
    "scan_id", "import_key", "source", "user_agent_id", "signals", "rule_id", "region",
)  # fmt: skip
_COOKIE, _OFFERED = int(Signal.COOKIE), int(Signal.OFFERED)
_ROWS_AT_ONCE = 200  # in one statement: while SQLite works on it, the server's other threads go on


def last_scan_id(db: Database) -> int:
    """Return the id of the newest row, 0 when there is none."""
    return int(db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()[0])


def insert_hits(judge: Judge, hits: Sequence[Hit]) -> int:
    """Add hits as rows, inside the caller's transaction, and return how many were not there yet.

    ``judge_scans`` must follow, in this transaction or a later one.
    """
    db = judge.db
    judge.marks.refresh()
    hits = _without_forgotten(db, hits)
    newest = _newest_visitor(db)
    visitors = judge.visitors.find({hit.visitor for hit in hits if hit.visitor})
    agents = judge.agents.find({shorten_agent(hit.user_agent) for hit in hits if hit.user_agent is not None})
    judged = judge.judge_hits(hits)
    values = [
        (
            hit.scanned_at,
            hit.code,
            mark_id,
            visitors[hit.visitor] if hit.visitor else None,
            *judgement,
            hit.scan_id,
            hit.import_key,
            hit.source,
            None if hit.user_agent is None else agents[shorten_agent(hit.user_agent)],
            hit.signals,
            hit.rule_id,
            hit.region,
        )
        for hit, (mark_id, judgement) in zip(hits, judged, strict=True)
    ]
    new = sum(_insert_rows(db, values[start : start + _ROWS_AT_ONCE]) for start in range(0, len(values), _ROWS_AT_ONCE))
    _mark_changed(judge, hits, [judgement for _, judgement in judged], visitors, newest)
    _join_cookies(db, hits, visitors, newest)
    _add_customers(db, hits, visitors)
    place_touchpoints(judge, _find_placed(judged))
    return new


def take_back_unknown(judge: Judge, hits: Sequence[Hit]) -> None:
    """Remove the orphans that imported hits were kept as before their code was known, so that they go in anew.

    A file that was imported without its map is mended so by importing it again with it.
    """
    known = {code for code, mark in judge.marks.find({hit.code for hit in hits}).items() if mark}
    for column, keys in (
        ("import_key", [(hit.import_key,) for hit in hits if hit.import_key and hit.code in known]),
        ("scan_id", [(hit.scan_id,) for hit in hits if hit.scan_id and hit.code in known]),
    ):
        judge.db.conn.executemany(
            f"DELETE FROM scans WHERE {column} = ? AND touchpoint_id IS NULL AND source <> '{Source.SERVE}'", keys
        )


def count_verdicts(db: Database, after_id: int) -> dict[Verdict, int]:
    """Return how many rows newer than ``after_id`` have each verdict."""
    found = db.conn.execute("SELECT verdict, count(*) FROM scans WHERE id > ? GROUP BY verdict", [after_id])
    counts = {Verdict(verdict): count for verdict, count in found}
    return {verdict: counts.get(verdict, 0) for verdict in Verdict}


def _mark_changed(
    judge: Judge, hits: Sequence[Hit], judgements: Sequence[Judgement], visitors: Mapping[str, int], newest: int
) -> None:
    """Have the visitors compared who have scans so near each other that one may decide about another."""
    times: dict[str, list[int]] = {}
    for hit, judgement in zip(hits, judgements, strict=True):
        if hit.visitor and (judgement.verdict is Verdict.HUMAN or judgement.reason == CARD):
            times.setdefault(hit.visitor, []).append(hit.scanned_at)
    near = judge.near
    spans = [
        (visitors[visitor], min(found), max(found))
        for visitor, found in times.items()
        if visitors[visitor] <= newest or _are_near(found, near)
    ]
    asked = {"spans": as_json(span for span in spans if span[0] <= newest), "near": near}
    near_ones = {row[0] for row in rows(judge.db, load_query("collect/scans.near"), **asked)}
    mark_unjudged(judge.db, (span for span in spans if span[0] > newest or span[0] in near_ones))


def _are_near(times: list[int], near: int) -> bool:
    return len(times) > 1 and any(later - earlier <= near for earlier, later in pairwise(sorted(times)))


def _join_cookies(db: Database, hits: Sequence[Hit], visitors: Mapping[str, int], newest: int) -> None:
    """Give the scans by which cookies were set that have come back since to the visitors of those cookies."""
    back = {hit.visitor for hit in hits if hit.signals & _COOKIE and hit.visitor}
    names = {name for name in back if visitors[name] > newest}
    names |= {hit.scan_id for hit in hits if hit.signals & _OFFERED and hit.scan_id}
    if not names:
        return
    found = [tuple(row) for row in rows(db, load_query("collect/scans.first"), names=as_json(names))]
    # the allowance that was used up was that of all phones with the same hash
    db.conn.executemany(
        "UPDATE scans SET visitor_id = ?, signals = (signals | ?) & ~? WHERE id = ?",
        ((cookie, Signal.COOKIE, Signal.FLOOD, id_) for id_, _, _, cookie in found),
    )
    mark_unjudged(db, ((visitor, at, at) for _, at, *both in found for visitor in both if visitor is not None))


def _find_placed(judged: Sequence[tuple[int | None, Judgement]]) -> set[int]:
    """Return touchpoints that staff scanned after a card, or that were scanned before they were placed."""
    telling = (AFTER_CARD, BEFORE_PLACED)
    return {mark_id for mark_id, judgement in judged if mark_id is not None and judgement.reason in telling}


def _add_customers(db: Database, hits: Sequence[Hit], visitors: Mapping[str, int]) -> None:
    """Keep which customers reports name beside the visitor."""
    named = ((visitors[hit.visitor], hit) for hit in hits if hit.customer and hit.visitor)
    db.conn.executemany(
        "INSERT INTO visitor_customers (visitor_id, customer, first_at, source) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at)",
        ((visitor, hit.customer, hit.scanned_at, hit.source) for visitor, hit in named),
    )


def _without_forgotten(db: Database, hits: Sequence[Hit]) -> Sequence[Hit]:
    names = Names(db)
    if not names.has_forgotten:
        return hits
    return [
        hit._replace(visitor=names.take_visitor(hit.visitor), customer=names.take_customer(hit.customer))
        for hit in hits
    ]


def _newest_visitor(db: Database) -> int:
    return int(db.conn.execute("SELECT coalesce(max(id), 0) FROM visitors").fetchone()[0])


def _insert_rows(db: Database, values: Sequence[tuple[object, ...]]) -> int:
    row = f"({', '.join('?' * len(_COLUMNS))})"
    sql = f"INSERT INTO scans ({', '.join(_COLUMNS)}) VALUES {', '.join([row] * len(values))} ON CONFLICT DO NOTHING"
    return db.conn.execute(sql, list(chain.from_iterable(values))).rowcount

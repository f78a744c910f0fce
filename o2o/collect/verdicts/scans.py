"""Rows of ``scans``: hits go in with what they count as by themselves; ``judging`` then compares visitors' scans."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.kept_scans import mark_unjudged
from o2o.collect.verdicts.near_visits import join_spans
from o2o.collect.verdicts.new_scans import Columns, NewScans, ScanMaker
from o2o.collect.verdicts.placing import place_touchpoints
from o2o.collect.verdicts.verdict import AFTER_CARD, BEFORE_PLACED, Judgement, Verdict
from o2o.db import Database, add_rows, as_json, load_query, rows
from o2o.names import Names

_AS_THEY_ARE = (
    "scanned_at", "code", "touchpoint_id", "verdict", "reason", "note",
    "scan_id", "import_key", "source", "signals", "rule_id", "region",
)  # fmt: skip
_COLUMNS = (*_AS_THEY_ARE, "visitor_id", "user_agent_id")
_COOKIE, _OFFERED = int(Signal.COOKIE), int(Signal.OFFERED)
_COOKIES = _COOKIE | _OFFERED
_TELLING = frozenset({AFTER_CARD, BEFORE_PLACED})


def last_scan_id(db: Database) -> int:
    """Return the id of the newest row, 0 when there is none."""
    return int(db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()[0])


def insert_hits(judge: Judge, hits: Sequence[Hit]) -> int:
    """Add hits as rows, inside the caller's transaction, and return how many were not there yet.

    ``judge_scans`` must follow, in this transaction or a later one.
    """
    return insert_scans(judge, ScanMaker(judge).make(hits), newest_visitor(judge.db))


def insert_scans(judge: Judge, scans: NewScans, known: int) -> int:
    """Add scans that were judged by themselves, as ``insert_hits`` does.

    Visitors up to the id ``known`` may have scans beside those of this stream.
    """
    if scans.position != judge.marks.refresh_position():
        scans = _judge_anew(judge, scans)
    db, columns = judge.db, _without_forgotten(judge.db, scans.columns)
    newest = newest_visitor(db)
    ids = judge.visitors.find({name for name in columns.visitor if name})
    agents = judge.agents.find({agent for agent in columns.user_agent if agent is not None})
    visitors = [ids[name] if name else None for name in columns.visitor]
    user_agents = [None if agent is None else agents[agent] for agent in columns.user_agent]
    is_whole = columns is scans.columns
    known_as = _with_judgements(columns, scans.judgements) if is_whole else columns
    new = _insert_rows(db, known_as, visitors, user_agents)
    # where some were there before, or are nobody's, they were compared with others than they should be
    spans = scans.spans if is_whole and new == len(scans) else scans.spans | scans.compared
    mark_unjudged(db, [(ids[visitor], *span) for visitor, span in spans.items() if visitor in ids])
    _mark_near(judge, columns, visitors, known)
    _join_cookies(db, columns, ids, newest)
    _add_customers(db, columns, visitors)
    place_touchpoints(judge, _find_placed(columns))
    return new


def _with_judgements(columns: Columns, judgements: Mapping[int, Judgement]) -> Columns:
    """Return the columns with what scans count as that were compared with others."""
    verdicts, reasons = list(columns.verdict), list(columns.reason)
    for place, judgement in judgements.items():
        verdicts[place], reasons[place] = judgement.verdict.value, judgement.reason
    return columns._replace(verdict=verdicts, reason=reasons)


def take_back_unknown(judge: Judge, columns: Columns) -> None:
    """Remove the orphans that imported scans were kept as before their code was known, so that they go in anew.

    A file that was imported without its map is mended so by importing it again with it.
    """
    marks = judge.marks.find(set(columns.code))
    for column, names in (("import_key", columns.import_key), ("scan_id", columns.scan_id)):
        judge.db.conn.executemany(
            f"DELETE FROM scans WHERE {column} = ? AND touchpoint_id IS NULL AND source <> '{Source.SERVE}'",
            [(name,) for name, code in zip(names, columns.code, strict=True) if name and marks[code]],
        )


def count_verdicts(db: Database, after_id: int) -> dict[Verdict, int]:
    """Return how many rows newer than ``after_id`` have each verdict."""
    found = db.conn.execute("SELECT verdict, count(*) FROM scans WHERE id > ? GROUP BY verdict", [after_id])
    counts = {Verdict(verdict): count for verdict, count in found}
    return {verdict: counts.get(verdict, 0) for verdict in Verdict}


def newest_visitor(db: Database) -> int:
    """Return the id of the newest visitor, 0 when there is none."""
    return int(db.conn.execute("SELECT coalesce(max(id), 0) FROM visitors").fetchone()[0])


def _judge_anew(judge: Judge, scans: NewScans) -> NewScans:
    """Judge by touchpoints that have changed since, and have all visitors compared."""
    found = ScanMaker(judge).make(scans.hits())
    times = zip(scans.columns.scanned_at, scans.columns.visitor, strict=True)
    return replace(found, spans=join_spans((at, visitor) for at, visitor in times if visitor))


def _mark_near(judge: Judge, columns: Columns, visitors: Sequence[int | None], known: int) -> None:
    """Have those of the known visitors compared who have scans near each other in the file."""
    times: dict[int, tuple[int, int]] = {}
    for at, visitor in zip(columns.scanned_at, visitors, strict=True):
        if visitor is not None and visitor <= known:
            first, last = times.get(visitor, (at, at))
            times[visitor] = min(at, first), max(at, last)
    if times:
        asked = {"spans": as_json((visitor, *span) for visitor, span in times.items()), "near": judge.near}
        near = {row[0] for row in rows(judge.db, load_query("collect/verdicts/scans.near"), **asked)}
        mark_unjudged(judge.db, ((visitor, *span) for visitor, span in times.items() if visitor in near))


def _join_cookies(db: Database, columns: Columns, ids: Mapping[str, int], newest: int) -> None:
    """Give the scans by which cookies were set that have come back since to the visitors of those cookies."""
    if not any(signals & _COOKIES for signals in set(columns.signals)):
        return
    told = list(zip(columns.signals, columns.visitor, columns.scan_id, strict=True))
    names = {name for signals, name, _ in told if signals & _COOKIE and name and ids[name] > newest}
    names |= {scan_id for signals, _, scan_id in told if signals & _OFFERED and scan_id}
    if not names:
        return
    found = [tuple(row) for row in rows(db, load_query("collect/verdicts/scans.first"), names=as_json(names))]
    # the allowance that was used up was that of all phones with the same hash
    db.conn.executemany(
        "UPDATE scans SET visitor_id = ?, signals = (signals | ?) & ~? WHERE id = ?",
        ((cookie, Signal.COOKIE, Signal.FLOOD, id_) for id_, _, _, cookie in found),
    )
    mark_unjudged(db, ((visitor, at, at) for _, at, *both in found for visitor in both if visitor is not None))


def _find_placed(columns: Columns) -> set[int]:
    """Return touchpoints that staff scanned after a card, or that were scanned before they were placed."""
    if _TELLING.isdisjoint(columns.reason):
        return set()
    told = zip(columns.touchpoint_id, columns.reason, strict=True)
    return {touchpoint for touchpoint, reason in told if touchpoint is not None and reason in _TELLING}


def _add_customers(db: Database, columns: Columns, visitors: Sequence[int | None]) -> None:
    """Keep which customers reports name beside the visitor."""
    if not any(columns.customer):
        return
    named = zip(visitors, columns.customer, columns.scanned_at, columns.source, strict=True)
    db.conn.executemany(
        "INSERT INTO visitor_customers (visitor_id, customer, first_at, source) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at)",
        (row for row in named if row[0] is not None and row[1]),
    )


def _without_forgotten(db: Database, columns: Columns) -> Columns:
    names = Names(db)
    if not names.has_forgotten:
        return columns
    return columns._replace(
        visitor=list(map(names.take_visitor, columns.visitor)),
        customer=list(map(names.take_customer, columns.customer)),
    )


def _insert_rows(
    db: Database, columns: Columns, visitors: Sequence[int | None], user_agents: Sequence[int | None]
) -> int:
    found = zip(*(getattr(columns, name) for name in _AS_THEY_ARE), visitors, user_agents, strict=True)
    return add_rows(db, "scans", _COLUMNS, list(chain.from_iterable(found)))

"""Verdicts of rows that are there already: all of them by new settings, or those that a retirement changes."""

from collections.abc import Sequence

from o2o.batches import Batch, BatchKind, add_batch
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.kept_scans import judge_again, mark_unjudged, read_scans
from o2o.collect.verdicts.placing import place_touchpoints
from o2o.collect.verdicts.verdict import AFTER_CARD, RETIRED, Verdict
from o2o.config import Settings
from o2o.db import Database, as_json, load_query, rows, writing

_ROWS_AT_ONCE = 2_000
_VISITORS_AT_ONCE = 2_000


def judge_all(judge: Judge, now: int) -> int:
    """Judge all rows anew by the settings as they are, and return how many count as something else than before.

    In short transactions, so that others may write meanwhile; what changed is a batch of the chain.
    """
    changed = _judge_apart(judge)
    visitor = 0
    while visitors := _next_visitors(judge.db, visitor):
        with writing(judge.db):
            mark_unjudged(judge.db, visitors)
        changed += judge_scans(judge)
        visitor = visitors[-1][0]
    query = load_query("collect/verdicts/rejudging.placed")
    placed = judge.db.conn.execute(query, {"after_card": AFTER_CARD}).fetchall()
    with writing(judge.db):
        place_touchpoints(judge, [touchpoint for (touchpoint,) in placed])
    changed += judge_scans(judge)
    with writing(judge.db):
        add_batch(judge.db, Batch(BatchKind.JUDGED, changed, f"{judge.rules}".encode()), now)
    return changed


def orphan_retired(db: Database) -> int:
    """Take back what counted since the touchpoint was retired, inside the caller's transaction; return how many."""
    asked = {"orphan": Verdict.ORPHAN, "reason": RETIRED}
    found = db.conn.execute(load_query("collect/verdicts/rejudging.orphan"), asked).fetchall()
    mark_unjudged(db, ((visitor, at, at) for visitor, at in found if visitor is not None))
    return len(found)


def revive_scans(db: Database, settings: Settings, codes: Sequence[str]) -> int:
    """Let scans count again that were taken back as their touchpoint was retired, and it isn't; return how many.

    Inside the caller's transaction.
    """
    judge = Judge(db, settings)
    asked = {"codes": as_json(codes), "orphan": Verdict.ORPHAN, "reason": RETIRED}
    found = read_scans(judge, load_query("collect/verdicts/rejudging.revivable"), asked)
    judge_again(judge, found)
    judge_scans(judge)
    return len(found)


def _judge_apart(judge: Judge) -> int:
    """Judge the rows that are compared with no others; those whose code is known by now get their touchpoint first."""
    db = judge.db
    newest = int(db.conn.execute("SELECT coalesce(max(id), 0) FROM scans").fetchone()[0])
    changed = 0
    for after in range(0, newest, _ROWS_AT_ONCE):
        judge.marks.refresh()
        asked = {"after": after, "until": after + _ROWS_AT_ONCE}
        if db.conn.execute(load_query("collect/verdicts/rejudging.is_unknown"), asked).fetchone():
            with writing(db):
                db.conn.execute(load_query("collect/verdicts/rejudging.known"), asked)
        found = read_scans(judge, load_query("collect/verdicts/rejudging.apart"), asked)
        if found:
            with writing(db):
                changed += judge_again(judge, found)
    return changed


def _next_visitors(db: Database, after: int) -> list[tuple[int, int, int]]:
    found = rows(db, load_query("collect/verdicts/rejudging.visitors"), after=after, limit=_VISITORS_AT_ONCE)
    return [(visitor, since, until) for visitor, since, until in found]

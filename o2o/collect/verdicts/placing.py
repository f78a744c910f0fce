"""When a touchpoint was placed: what was scanned before was a test.

Only a scan by staff after a staff card tells, and only of a touchpoint that is new where it is: one that has been
scanned there for long hangs already. Never the day on which the code was made: tags are printed after customers scan.
"""

from collections.abc import Iterable

from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.kept_scans import judge_again, read_scans
from o2o.collect.verdicts.verdict import AFTER_CARD
from o2o.db import as_json, load_query, rows


def place_touchpoints(judge: Judge, touchpoints: Iterable[int]) -> None:
    """Keep when touchpoints were placed, inside the caller's transaction, and have the scans before judged anew."""
    query = load_query("collect/verdicts/placing.periods")
    asked = as_json(touchpoints)
    found = [tuple(row) for row in rows(judge.db, query, touchpoints=asked, after_card=AFTER_CARD)]
    for touchpoint, since, before, first, carded in found:
        is_new = carded is not None and carded - first <= judge.rules.placing
        placed_at = carded if is_new else None
        if placed_at != before:
            judge.db.conn.execute(
                "UPDATE touchpoint_periods SET placed_at = ? WHERE touchpoint_id = ? AND valid_from = ?",
                [placed_at, touchpoint, since],
            )
            judge.marks.forget()
            times = {"touchpoint": touchpoint, "since": since, "until": max(placed_at or 0, before or 0)}
            judge_again(judge, read_scans(judge, load_query("collect/verdicts/placing.before"), times))

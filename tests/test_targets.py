from collecting import make_touchpoint

from o2o.collect.targets import load_targets
from o2o.db import writing


def test_a_target_is_what_the_touchpoint_stands_for_at_that_time(db):
    code = make_touchpoint(db, "A", kind="place", carrier="entrance")
    with writing(db):
        db.conn.execute("UPDATE touchpoint_periods SET valid_to = 1000")
        db.table("touchpoint_periods").insert(
            {"touchpoint_id": 1, "subject_id": "B", "carrier": "exit", "valid_from": 1000}
        )
    before, after = load_targets(db, 999), load_targets(db, 1000)
    assert (before.find(code).subject_id, before.until) == ("A", 1000)
    assert (after.find(code).subject_id, after.until) == ("B", None)


def test_a_touchpoint_is_retired_from_that_time_on(db):
    code = make_touchpoint(db, retired_at=1000)
    target = load_targets(db, 0).find(code)
    assert not target.is_retired(999)
    assert target.is_retired(1000)

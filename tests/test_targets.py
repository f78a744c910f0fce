from collecting import make_touchpoint

from o2o.collect.routing.targets import load_targets, refresh_targets
from o2o.config import change_setting
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


def test_only_what_was_changed_is_read_again(db):
    first, second = make_touchpoint(db, "A"), make_touchpoint(db, "B")
    before = load_targets(db, 1)
    assert refresh_targets(db, before, 1) is before
    with writing(db):
        db.conn.execute("UPDATE touchpoints SET retired_at = 5 WHERE code = ?", [first])
    new = make_touchpoint(db, "C", label='角落 "\n1')
    after = refresh_targets(db, before, 1)
    assert set(after.codebook.changed) == {first, new}
    assert after.codebook.parts is before.codebook.parts
    assert [after.find(code) and after.find(code).subject_id for code in (first, second, new, "NONE")] == [
        "A", "B", "C", None,
    ]  # fmt: skip
    assert (len(before), len(after), after.find(first).is_retired(5)) == (2, 3, True)
    assert refresh_targets(db, after, 1) is after
    read_anew, read_again = load_targets(db, 1).find(new), after.find(new)
    assert (read_anew[:-1], read_anew.route.plan) == (read_again[:-1], read_again.route.plan)


def test_a_moved_touchpoint_and_a_changed_setting_are_read_again(db):
    code = make_touchpoint(db, "A")
    before = load_targets(db, 1)
    with writing(db):
        db.conn.execute("UPDATE touchpoint_periods SET valid_to = 3")
        db.conn.execute(
            "INSERT INTO touchpoint_periods (touchpoint_id, subject_id, carrier, valid_from) VALUES (1, 'B', 'x', 3)"
        )
    change_setting(db, "click_parameter", "click")
    after = refresh_targets(db, before, 1)
    assert (after.find(code).subject_id, after.until, after.settings.click_parameter) == ("A", 3, "click")
    assert refresh_targets(db, after, 3).find(code).subject_id == "B"


def test_a_code_that_the_file_holds_is_found_and_no_other(db):
    codes = [make_touchpoint(db, f"S{n}") for n in range(300)]
    targets = load_targets(db, 0)
    assert [targets.find(code).subject_id for code in codes] == [f"S{n}" for n in range(300)]
    assert not any(
        targets.find(text) for text in ("", codes[0][:7], codes[0].lower(), '"', "\n", "鸡", codes[0] + '",')
    )

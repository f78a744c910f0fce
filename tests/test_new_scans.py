from collecting import PHONE, scans
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_rejudging import AT, HITS, JUDGED, TIGHT, codes, forget_all, make_hits

from o2o.collect.verdicts.bulk import BulkWriter
from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.near_visits import NearVisits
from o2o.collect.verdicts.new_scans import ScanMaker
from o2o.collect.verdicts.rejudging import judge_all
from o2o.db import open_database

__all__ = ["codes"]


def make_in_batches(db, hits, size):
    maker = ScanMaker(Judge(db, TIGHT))
    return [maker.make(hits[start : start + size]) for start in range(0, len(hits), size)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(facts=HITS, size=st.integers(1, 20), is_in_order=st.booleans())
def test_scans_that_were_judged_before_they_came_in_count_as_if_all_were_judged_anew(
    db, codes, facts, size, is_in_order
):
    forget_all(db)
    hits = make_hits(codes, sorted(facts, key=lambda fact: fact[0]) if is_in_order else facts)
    writer = BulkWriter(db, TIGHT)
    for batch in make_in_batches(db, hits, size):
        writer.write(batch)
        writer.flush()
    writer.finish("scans.log", 0)
    found = scans(db, JUDGED)
    assert writer.new == len(found)
    judge_all(Judge(db, TIGHT), AT)
    assert scans(db, JUDGED) == found


def test_scans_count_by_touchpoints_as_they_are_when_they_go_in(db, codes):
    hits = [Hit(at, codes[1], "v", PHONE, Source.LOG, None, b"%d" % at) for at in range(1_000, 50_000, 1_000)]
    batches = make_in_batches(db, hits, 10)
    db.conn.execute("UPDATE touchpoints SET retired_at = 20000 WHERE code = ?", [codes[1]])
    writer = BulkWriter(db, TIGHT)
    for batch in batches:
        writer.write(batch)
    writer.finish("scans.log", 0)
    assert writer.count_verdicts()["orphan"] == 30
    assert judge_all(Judge(db, TIGHT), AT) == 0


def test_scans_that_another_program_adds_meanwhile_are_compared_too(db, db_path, codes):
    first, second, third = (Hit(at, codes[1], "v", PHONE, Source.CSV) for at in (1_000, 9_000, 20_000))
    writer, other = BulkWriter(db, TIGHT), BulkWriter(open_database(db_path), TIGHT)
    writer.write_hits([first])
    writer.flush()
    other.write_hits([second])
    other.flush()
    writer.write_hits([third])
    writer.finish("scans.log", 0)
    assert [verdict for (verdict,) in scans(db, "verdict")] == ["human", "duplicate", "human"]


def test_visitors_are_near_each_other_over_batches_and_out_of_order():
    near = NearVisits(10)
    assert near.find_near([(100, "a"), (105, "b")]) == ({}, {})
    assert near.find_near([(110, "a"), (200, "b")]) == ({}, {"a": (100, 110)})
    assert near.find_near([(203, "a"), (195, "b")]) == ({}, {"b": (195, 200)})
    assert near.find_near([(150, "c")]) == ({}, {"c": (150, 160)}), "what came before may be forgotten"
    assert near.begin_anew(20).find_near([(215, "d"), (240, "e"), (260, "d")]) == ({}, {"d": (215, 235)})


def test_visitors_are_near_each_other_within_a_batch_only_where_nothing_before_it_is():
    near = NearVisits(10)
    assert near.find_near([(100, "a"), (105, "a"), (112, "a"), (300, "b")]) == ({"a": (100, 112)}, {})
    assert near.find_near([(305, "b"), (312, "b"), (305, "c"), (300, "c")]) == ({}, {"b": (300, 312), "c": (300, 315)})

from dataclasses import replace
from itertools import pairwise

from conftest import SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from o2o.collect.verdicts.marks import Store
from o2o.collect.verdicts.rules import Rules
from o2o.collect.verdicts.series import Seen, compare_scans, find_crowded, find_distant, find_duplicates, find_staff
from o2o.collect.verdicts.verdict import CARD, Judgement, Verdict
from o2o.times import MINUTE, SECOND

HUMAN = Judgement(Verdict.HUMAN)
RULES = Rules.of(SETTINGS)
HANGZHOU = Store("H", "杭州", latitude=30.25, longitude=120.17)
SHANGHAI = Store("S", "上海市", latitude=31.23, longitude=121.47)
NEAR_BY = Store("N", "杭州市", latitude=30.26, longitude=120.18)


def series(times):
    return [Seen(number, 1, at, HUMAN) for number, at in enumerate(times)]


def judged(times, window):
    scans = series(times)
    found = find_duplicates(scans, 0, window)
    return ["duplicate" if scan.id in found else "human" for scan in scans]


def test_a_duplicate_is_measured_from_the_last_counted_scan():
    assert judged([0, 8_000, 16_000, 17_000], 10_000) == ["human", "duplicate", "human", "duplicate"]


def test_the_end_of_the_window_belongs_to_it_and_a_window_of_zero_is_none():
    assert judged([0, 10_000, 20_001], 10_000) == ["human", "duplicate", "human"]
    assert judged([0, 0], 0) == ["human", "human"]


@given(st.lists(st.integers(0, 100_000), max_size=60), st.integers(1, 20_000))
def test_counted_scans_lie_apart_and_each_duplicate_follows_one(times, window):
    times.sort()
    verdicts = judged(times, window)
    counted = [at for at, verdict in zip(times, verdicts, strict=True) if verdict == "human"]
    assert all(later - earlier > window for earlier, later in pairwise(counted))
    for at, verdict in zip(times, verdicts, strict=True):
        assert verdict == "human" or any(0 <= at - earlier <= window for earlier in counted)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 8)), max_size=60), st.integers(0, 6), st.integers(1, 20))
def test_crowded_are_just_the_scans_of_a_span_with_too_many_codes(hits, codes, window):
    hits.sort()
    scans = [Seen(number, code, at, HUMAN) for number, (at, code) in enumerate(hits)]
    expected = set()
    for start in range(51):
        span = [scan for scan in scans if start <= scan.scanned_at <= start + window]
        if len({scan.touchpoint_id for scan in span}) > codes:
            expected |= {scan.id for scan in span}
    assert find_crowded(scans, codes, window) == expected


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([HANGZHOU, SHANGHAI, NEAR_BY, None])), max_size=30))
def test_distant_are_just_the_scans_that_have_another_far_away_within_the_span(hits):
    hits.sort(key=lambda hit: hit[0])
    scans = [Seen(number, number, at, HUMAN, store) for number, (at, store) in enumerate(hits)]
    far = {(HANGZHOU, SHANGHAI), (SHANGHAI, HANGZHOU), (NEAR_BY, SHANGHAI), (SHANGHAI, NEAR_BY)}
    expected = {
        one.id
        for one in scans
        for other in scans
        if abs(one.scanned_at - other.scanned_at) <= 10 and (one.store, other.store) in far
    }
    assert find_distant(scans, 30, 10) == expected


def test_who_scanned_a_staff_card_is_staff_for_the_next_while():
    card = Seen(1, 9, 1_000, Judgement(Verdict.STAFF_TEST, CARD))
    before, after, later = Seen(0, 1, 999, HUMAN), Seen(2, 1, 2_000, HUMAN), Seen(3, 1, 2_001, HUMAN)
    assert find_staff([before, card, after, later], 1_000) == {2}


def test_precedence_is_staff_impossible_duplicate_human():
    card = Seen(0, 9, 0, Judgement(Verdict.STAFF_TEST, CARD))
    same = [Seen(number, 1, number, HUMAN, store) for number, store in ((1, HANGZHOU), (2, HANGZHOU), (3, SHANGHAI))]
    rules = replace(RULES, distant_km=0)

    def verdicts(scans, rules):
        return [str(judgement.verdict) for _, judgement in compare_scans(scans, 0, rules)]

    assert verdicts([card, *same], RULES) == ["staff_test"] * 4
    assert verdicts(same, RULES) == ["impossible"] * 3
    assert verdicts(same, rules) == ["human", "duplicate", "duplicate"]
    assert verdicts([scan._replace(named=True) for scan in same], RULES) == ["human", "duplicate", "duplicate"]


def test_what_lies_before_is_taken_as_it_was_judged():
    judged = Seen(1, 1, 0, HUMAN, before=Judgement(Verdict.IMPOSSIBLE))
    new = Seen(2, 1, SECOND, HUMAN)
    assert [(seen.id, found.verdict) for seen, found in compare_scans([judged, new], 1, RULES)] == [(2, "human")]
    counted = judged._replace(before=HUMAN)
    assert [found.verdict for _, found in compare_scans([counted, new], 1, RULES)] == ["duplicate"]


def test_a_note_stays_with_whatever_a_scan_counts_as():
    remote = Judgement(Verdict.HUMAN, "", "remote")
    scans = [Seen(1, 1, 0, remote), Seen(2, 1, MINUTE // 60, remote)]
    assert [found.note for _, found in compare_scans(scans, 0, RULES)] == ["remote", "remote"]

from itertools import pairwise

import pytest
from collecting import PHONE
from hypothesis import given
from hypothesis import strategies as st

from o2o.codes.short import make_code
from o2o.collect.hit import Hit, Signal, Source
from o2o.collect.verdict import Mark, Seen, Verdict, find_duplicates, find_impossible, judge_hit

CODE = make_code()
MARK = Mark(1, None)


def judge(mark=MARK, code=CODE, agent=PHONE, **facts):
    return judge_hit(Hit(1_000, code, "v", agent, Source.SERVE, **facts), mark)


def test_precedence_is_orphan_preview_bot_staff_human():
    bot, both = {"agent": "curl/8.5"}, Signal.PREFETCH | Signal.STAFF
    assert judge(None, signals=both, **bot) == ("orphan", "unknown")
    assert judge(signals=both, **bot) == ("preview", "prefetch")
    assert judge(signals=Signal.STAFF, **bot) == ("bot", "curl")
    assert judge(signals=Signal.STAFF) == ("staff_test", "staff phone")
    assert judge() == ("human", "")


def test_an_orphan_says_why():
    wrong = CODE[:-1] + ("2" if CODE[-1] != "2" else "3")
    assert judge(None)[1] == "unknown"
    assert judge(None, wrong)[1] == "misread"
    assert judge(None, wrong.lower())[1] == "misread"
    assert judge(None, "wp-login")[1] == "unknown"
    assert judge(Mark(1, 1_000)) == ("orphan", "retired")
    assert judge(Mark(1, 1_001))[0] == "human"


def test_an_agent_that_was_not_told_is_human_and_an_empty_one_is_a_bot():
    assert judge(agent=None)[0] == "human"
    assert judge(agent="")[0] == "bot"


def series(times, verdict="human"):
    return [Seen(number, 1, 1, at, verdict) for number, at in enumerate(times)]


def judged(times, window):
    scans = series(times)
    changed = dict(find_duplicates(scans, 0, window))
    return [changed.get(scan.id, Verdict(scan.verdict)) for scan in scans]


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
def test_impossible_are_just_the_scans_of_a_span_with_too_many_codes(hits, codes, window):
    hits.sort()
    scans = [Seen(number, code, 1, at, "human") for number, (at, code) in enumerate(hits)]
    expected = set()
    for start in range(51):
        span = [scan for scan in scans if start <= scan.scanned_at <= start + window]
        if len({scan.touchpoint_id for scan in span}) > codes:
            expected |= {scan.id for scan in span}
    assert find_impossible(scans, codes, window) == expected


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_database_takes_every_verdict(db, verdict):
    db.table("scans").insert({"scanned_at": 1, "code": "X", "verdict": verdict, "source": Source.CSV})

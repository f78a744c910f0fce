from dataclasses import replace

import pytest
from collecting import PHONE
from conftest import SETTINGS

from o2o.codes.short import make_code
from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.marks import Mark, Period
from o2o.collect.verdicts.rules import Rules
from o2o.collect.verdicts.verdict import Verdict, judge_hit

CODE = make_code()
MARK = Mark(1, None)
RULES = Rules.of(SETTINGS)


def judge(mark=MARK, code=CODE, agent=PHONE, rules=RULES, **facts):
    return judge_hit(Hit(1_000, code, "v", agent, Source.SERVE, **facts), mark, rules)[:2]


def test_precedence_is_orphan_preview_bot_staff_human():
    bot, both = {"agent": "curl/8.5"}, Signal.PREFETCH | Signal.STAFF
    assert judge(None, signals=both, **bot) == ("orphan", "unknown")
    assert judge(signals=both, **bot) == ("preview", "prefetch")
    assert judge(signals=Signal.STAFF, **bot) == ("bot", "certain: curl")
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


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_database_takes_every_verdict(db, verdict):
    db.table("scans").insert({"scanned_at": 1, "code": "X", "verdict": verdict, "source": Source.CSV})


def test_programs_are_certain_or_likely_and_a_shop_may_count_the_likely_ones():
    lenient = replace(RULES, likely_bots=False)
    assert judge(agent="") == ("bot", "likely: no user agent")
    assert judge(agent="", rules=lenient)[0] == "human"
    assert judge(agent="curl/8.5", rules=lenient)[0] == "bot"


def test_no_language_tells_only_of_a_browser_that_is_on_no_phone():
    desktop = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126 Safari/537.36"
    assert judge(signals=Signal.NO_LANGUAGE)[0] == "human"
    assert judge(agent=desktop)[0] == "human"
    assert judge(agent=desktop, signals=Signal.NO_LANGUAGE) == ("bot", "likely: no language, no phone")


def test_what_is_beyond_the_allowance_is_impossible_but_for_staff():
    assert judge(signals=Signal.FLOOD)[0] == "impossible"
    assert judge(signals=Signal.FLOOD | Signal.STAFF)[0] == "staff_test"


@pytest.mark.parametrize(
    ("mark", "signals", "expected"),
    [
        (Mark(1, None, "staff_card"), Signal.NONE, ("staff_test", "staff card")),
        (MARK, Signal.STAFF | Signal.CARD, ("staff_test", "after a staff card")),
        (Mark(1, None, "", (Period(0, None, None, 1_001),)), Signal.NONE, ("staff_test", "before it was placed")),
        (Mark(1, None, "", (Period(0, None, None, 1_000),)), Signal.NONE, ("human", "")),
        (Mark(1, None, "", (Period(0, 900, None, 800), Period(900, None))), Signal.NONE, ("human", "")),
    ],
)
def test_staff_are_told_by_card_by_phone_and_by_when_the_code_was_placed(mark, signals, expected):
    assert judge(mark, signals=signals) == expected

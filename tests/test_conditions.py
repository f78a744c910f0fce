"""Conditions: how they are written, and for which scans they hold, as tables of cases."""

import string
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.destinations.conditions import CONDITIONS, QUERY, Site, Slot, find_condition
from o2o.destinations.visit import NoCounts, Visit
from o2o.destinations.wording import format_conditions, parse_conditions
from o2o.errors import SettingError
from o2o.times import HOUR, MINUTE, SECOND, parse_at
from tests.test_apps import CASES as PHONES

SHANGHAI = ZoneInfo("Asia/Shanghai")
SITE = Site(
    "K7M2X9PQ", "place", "T12", "S001", "上海", "SPRING", "table", zone=SHANGHAI,
    languages=("zh", "en", "zh-hant", "fr"), duplicate_ms=10 * SECOND, visit_gap_ms=30 * MINUTE,
)  # fmt: skip
WECHAT, ALIPAY = PHONES[0][0], PHONES[8][0]


class Known(NoCounts):
    """What is said to have happened before."""

    def __init__(self, uses: int = 0, before: int = 0, first: int | None = None) -> None:
        self._uses, self._before, self._first = uses, before, first

    def uses(self, rule_id: int) -> int:
        return self._uses

    def scans_before(self, visitor: str, code: str, at: int) -> int:
        return self._before

    def first_scan(self, visitor: str) -> int | None:
        return self._first


def at(text: str) -> Visit:
    return Visit(parse_at(text, SHANGHAI))


def holds(text: str, visit: Visit) -> bool:
    [(name, value)] = parse_conditions(text).items()
    condition = find_condition(name)
    assert condition is not None
    assert condition.tell(visit, SITE, Slot())
    return condition.make(value, SITE, Slot())(visit)


NOW = parse_at("2026-05-17 12:00", SHANGHAI)  # a Sunday
CASES = [
    ("date=2026-05-01..2026-05-31", at("2026-05-01 00:00"), True),
    ("date=2026-05-01..2026-05-31", at("2026-05-31 23:59:59"), True),
    ("date=2026-05-01..2026-05-31", at("2026-04-30 23:59:59"), False),
    ("date=2026-05-01..2026-05-31", at("2026-06-01"), False),
    ("date=2026/5/17", at("2026-05-17 23:00"), True),
    ("date=2026-5-18..", at("2030-01-01"), True),
    ("date=..2026-05-16", at("2026-05-17"), False),
    ("date=2026-05-17T10:00..2026-05-17T12:00", at("2026-05-17 11:59:59"), True),
    ("date=2026-05-17T10:00..2026-05-17T12:00", at("2026-05-17 12:00"), False),
    ("date=2026-01-01,2026-05-17", at("2026-05-17 08:00"), True),
    ("weekday=sun", at("2026-05-17"), True),
    ("weekday=7", at("2026-05-17"), True),
    ("weekday=周日,周一", at("2026-05-18"), True),
    ("weekday=sat-mon", at("2026-05-18"), True),
    ("weekday=mon-fri", at("2026-05-17"), False),
    ("weekday=weekend", at("2026-05-17"), True),
    ("weekday=sunday", at("2026-05-17T23:59:59"), True),
    ("hour=9-12", at("2026-05-17 09:00"), True),
    ("hour=9-12", at("2026-05-17 11:59:59"), True),
    ("hour=9-12", at("2026-05-17 12:00"), False),
    ("hour=22-6", at("2026-05-17 23:00"), True),
    ("hour=22-6", at("2026-05-17 05:59"), True),
    ("hour=22-6", at("2026-05-17 06:00"), False),
    ("hour=9:30-12:15,17", at("2026-05-17 17:59"), True),
    ("hour=9:30-12:15", at("2026-05-17 09:29"), False),
    ("hour=9：30—12：15，17", at("2026-05-17 17:59"), True),
    ("weekday=周一至周五、周日", at("2026-05-17 23:00"), True),
    ("weekday=周一至周五", at("2026-05-17 23:00"), False),
    ("hour=20-24", at("2026-05-17 23:59"), True),
    ("store=S001,S002", Visit(0), True),
    ("store=S002", Visit(0), False),
    ("city=上海", Visit(0), True),
    ("campaign=SPRING", Visit(0), True),
    ("carrier=桌码", Visit(0), True),
    ("carrier=badge,shelf_tag", Visit(0), False),
    ("app=wechat", Visit(0, WECHAT), True),
    ("app=微信", Visit(0, WECHAT), True),
    ("app=wechat", Visit(0, ALIPAY), False),
    ("app=any", Visit(0, ALIPAY), True),
    ("app=any", Visit(0, "curl/8"), False),
    ("app=none,alipay", Visit(0, "curl/8"), True),
    ("app=none", Visit(0, WECHAT), False),
    ("system=ios", Visit(0, WECHAT), True),
    ("system=mobile", Visit(0, ALIPAY), True),
    ("system=desktop", Visit(0, ALIPAY), False),
    ("language=zh", Visit(0, language="zh-CN,zh;q=0.9,en;q=0.8"), True),
    ("language=en", Visit(0, language="zh-CN,zh;q=0.9,en;q=0.8"), False),
    ("language=en", Visit(0, language="fr-CA;q=0.1, en-GB;q=0.9, de"), True),
    ("language=fr", Visit(0, language="de,fr,en;q=0.5"), True),
    ("language=zh-TW", Visit(0, language="zh-TW"), False),  # no rule of the site asks for Taiwan's
    ("language=zh-Hant", Visit(0, language="zh-TW,zh;q=0.9"), True),
    ("language=zh-Hant", Visit(0, language="zh-HK"), True),
    ("language=zh-Hant", Visit(0, language="zh-CN"), False),
    ("language=en", Visit(0, language="en;q=0, de"), False),
    ("language=en", Visit(0, language="*"), False),
    ("language=zh", Visit(0, language="*"), True),
    ("language=en", Visit(0, language=""), False),
    ("language=en", Visit(0, language=";;q=x,,en;q=9"), False),
    ("query.src=poster", Visit(0, query="a=1&src=poster"), True),
    ("query.src=poster,flyer", Visit(0, query="src=flyer"), True),
    ("query.src=poster", Visit(0, query="src=Poster"), False),
    ("query.src=*", Visit(0, query="src="), True),
    ("query.src=*", Visit(0, query=""), False),
    ("query.src=", Visit(0, query="src="), True),
    ("query.名=鸡蛋", Visit(0, query="%E5%90%8D=%E9%B8%A1%E8%9B%8B"), True),
    ("linktype=gs1:pip", Visit(0, query="linkType=gs1:pip"), True),
    ("linktype=pip", Visit(0, query="linkType=https://gs1.org/voc/pip"), True),
    ("linktype=gs1:pip", Visit(0, query="linkType=gs1:safetyInfo"), False),
    ("linktype=gs1:pip", Visit(0), False),
    ("visitor=new", Visit(NOW, visitor="v"), True),
    ("visitor=new", Visit(NOW, visitor="v", counts=Known(first=NOW - MINUTE)), True),
    ("visitor=returning", Visit(NOW, visitor="v", counts=Known(first=NOW - HOUR)), True),
    ("visitor=new", Visit(NOW, visitor="v", counts=Known(first=NOW - HOUR)), False),
    ("visitor=new", Visit(NOW), False),
    ("visitor=returning", Visit(NOW), False),
    ("nth=1", Visit(NOW, visitor="v"), True),
    ("nth=2-3", Visit(NOW, visitor="v", counts=Known(before=2)), True),
    ("nth=2-3", Visit(NOW, visitor="v", counts=Known(before=3)), False),
    ("nth=3-", Visit(NOW, visitor="v", counts=Known(before=9)), True),
    ("nth=1,10", Visit(NOW, visitor="v", counts=Known(before=9)), True),
    ("nth=1", Visit(NOW), False),
    ("uses=3", Visit(NOW, counts=Known(uses=2)), True),
    ("uses=3", Visit(NOW, counts=Known(uses=3)), False),
    ("share=100", Visit(NOW, visitor="v"), True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "visit", "expected"), CASES)
def test_a_condition_holds_for_the_scans_it_names(text: str, visit: Visit, expected: bool) -> None:
    assert holds(text, visit) is expected


@pytest.mark.parametrize("name", [*CONDITIONS, QUERY + "src"])
def test_each_condition_has_cases_that_hold_and_its_example_is_one(name: str) -> None:
    assert any(text.partition("=")[0] == name and expected for text, _, expected in CASES)
    condition = find_condition(name)
    assert condition is not None
    assert list(parse_conditions(condition.example)) == [name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weekday", "has no =; write NAME=VALUE"),
        ("weekdays=mon", "no such condition; did you mean weekday"),
        ("colour=red", "no such condition; use one of date, weekday"),
        ("weekday=mon weekday=tue", "said twice; write its values together: weekday=A,B"),
        ("weekday=someday", "not a weekday; write mon"),
        ("weekday=", "not a weekday"),
        ("hour=25", "not a time of day"),
        ("hour=9-9", "not hours of a day"),
        ("hour=9:75-10", "not a time of day"),
        ("date=2026-02-30", "not a date; write 2026-05-17"),
        ("date=2026-05-02..2026-05-01", "ends before it begins"),
        ("date=2026-05-02T10:00..2026-05-02T10:00", "ends before it begins"),
        ("date=..", "no date; write"),
        ("app=whatsapp", "'whatsapp' is no super-app; use wechat"),
        ("system=dos", "'dos' is no system; use ios"),
        ("language=deutsch-", "not a language"),
        ("carrier=blimp", "not a carrier that we know; use one of door_sign"),
        ("store=S1,,S2", "an empty value"),
        ("linktype=gs1:", "not a link type of GS1; write gs1:pip"),
        ("visitor=loyal", "write new or returning"),
        ("nth=0", "not a number of scans"),
        ("nth=3-2", "not a number of scans"),
        ("uses=0", "not a number of uses"),
        ("uses=-5", "not a number of uses"),
        ("share=0", "not a share"),
        ("share=101", "not a share"),
        ("city='New York", "a quotation mark without its pair"),
        ("city='a\nb'", "a line break"),
        ("query.=1", "no such condition"),
        ("store=" + "S" * 5000, "too long"),
    ],
)
def test_a_condition_that_cannot_be_says_what_to_write(text: str, message: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_conditions(text)
    assert message in str(caught.value)


WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
NAMES = st.sampled_from([*CONDITIONS, "query.src", "query.", "Hour", "x", ""])
VALUES = WORDS | st.text(string.digits + "-.:,T%*", max_size=20) | st.sampled_from(["mon-fri", "9-12", "zh,en", "1-"])


@given(st.lists(st.tuples(NAMES, st.sampled_from(["=", "==", " =", ""]), VALUES), max_size=4).map(
    lambda parts: " ".join("".join(part) for part in parts)
) | WORDS)  # fmt: skip
def test_whatever_is_typed_is_refused_with_a_sentence_or_read_again_the_same(text: str) -> None:
    try:
        conditions = parse_conditions(text)
    except SettingError as error:
        assert "; " in str(error)
        return
    assert parse_conditions(format_conditions(conditions)) == conditions
    for name, value in conditions.items():
        condition = find_condition(name)
        assert condition is not None
        visit = Visit(NOW, WECHAT, "en", "src=1", "v")
        assert condition.make(value, SITE, Slot())(visit) in (True, False)
        assert condition.tell(visit, SITE, Slot())

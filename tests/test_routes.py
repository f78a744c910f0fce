"""Routes: the first rule that holds wins, the narrowest scope first, and there is always a fallback."""

from collections import Counter
from typing import Any

import pytest
from collecting import make_touchpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.apps import App, System, sample_agent
from o2o.collect.routing.targets import load_targets
from o2o.config import change_setting
from o2o.db import Database
from o2o.destinations import Choice, RuleDraft, Scope, Visit, add_rule, set_destination
from o2o.destinations.explain import explain_scan
from o2o.destinations.routes import Route
from o2o.errors import NotFoundError, SettingError
from o2o.subjects import Kind
from o2o.times import parse_at

WECHAT = sample_agent(App.WECHAT, System.IOS)
M = "https://m.test"
CODE, KIND, DEFAULT = Scope.CODE, (Scope.KIND, Kind.PRODUCT.value), (Scope.DEFAULT, "")


@pytest.fixture
def code(db: Database) -> str:
    db.table("stores").insert({"store_id": "S1", "name": "一店", "city": "上海", "timezone": "Asia/Urumqi"})
    return make_touchpoint(db, "007", store_id="S1")


def choose(db: Database, code: str, visit: Visit | None = None) -> Choice:
    target = load_targets(db, 0).find(code)
    assert target is not None
    return target.choose(visit or Visit(0))


def rule(db: Database, scope: tuple[Scope, str], path: str, when: str, **more: Any) -> int:
    return add_rule(db, RuleDraft(*scope, M + path, when), 0, **more).rule_id


def test_our_own_page_stands_behind_everything(db: Database, code: str) -> None:
    assert choose(db, code) == Choice(f"/p/{code}")
    rule(db, DEFAULT, "/", "app=wechat")
    assert choose(db, code, Visit(0, click_id="id")) == Choice(f"/p/{code}?o2o_scan=id")


def test_the_code_is_asked_before_its_kind_and_its_kind_before_all(db: Database, code: str) -> None:
    of_all = rule(db, DEFAULT, "/all", "app=wechat")
    assert choose(db, code, Visit(0, WECHAT)) == Choice(f"{M}/all", of_all)
    of_kind = rule(db, KIND, "/kind", "app=wechat")
    assert choose(db, code, Visit(0, WECHAT)) == Choice(f"{M}/kind", of_kind)
    own = rule(db, (CODE, code), "/own", "app=wechat")
    assert choose(db, code, Visit(0, WECHAT)) == Choice(f"{M}/own", own)


def test_nothing_is_asked_behind_a_destination_without_conditions(db: Database, code: str) -> None:
    rule(db, DEFAULT, "/all", "app=wechat")
    set_destination(db, *KIND, M + "/kind")
    assert choose(db, code, Visit(0, WECHAT)) == Choice(f"{M}/kind")
    own = rule(db, (CODE, code), "/own", "app=wechat")
    assert choose(db, code, Visit(0, WECHAT)) == Choice(f"{M}/own", own)
    assert choose(db, code) == Choice(f"{M}/kind")


def test_the_first_rule_that_holds_wins(db: Database, code: str) -> None:
    first = rule(db, DEFAULT, "/1", "app=wechat system=android")
    second = rule(db, DEFAULT, "/2", "app=wechat")
    rule(db, DEFAULT, "/3", "app=wechat system=ios")
    assert choose(db, code, Visit(0, WECHAT)).rule_id == second
    assert choose(db, code, Visit(0, sample_agent(App.WECHAT, System.ANDROID))).rule_id == first


def test_a_rule_of_another_store_is_none_of_the_code(db: Database, code: str) -> None:
    rule(db, DEFAULT, "/2", "store=S2")
    rule(db, DEFAULT, "/3", "city=北京")
    target = load_targets(db, 0).find(code)
    assert target is not None
    assert target.route.forks == ()
    here = rule(db, DEFAULT, "/1", "store=S1 city=上海 carrier=shelf_tag")
    assert choose(db, code) == Choice(f"{M}/1", here)


def test_time_is_that_of_the_store(db: Database, code: str) -> None:
    lunch = rule(db, DEFAULT, "/lunch", "hour=12-13")
    shanghai = parse_at("2026-05-17T14:30:00+08:00", load_targets(db, 0).settings.zone)
    assert choose(db, code, Visit(shanghai)).rule_id == lunch  # two hours earlier in Urumqi


def test_placeholders_are_filled_from_the_table(db: Database, code: str) -> None:
    table = make_touchpoint(db, "T 12", kind="place", store_id="S1", campaign_id=None, carrier="table")
    set_destination(db, *DEFAULT, M + "/{kind}/{sku}{place}/{table}?s={store}&c={city}&k={carrier}")
    assert choose(db, table).url == f"{M}/place/T%2012/T%2012?s=S1&c=%E4%B8%8A%E6%B5%B7&k=table"
    assert choose(db, code).url == f"{M}/product/007/?s=S1&c=%E4%B8%8A%E6%B5%B7&k=shelf_tag"


def test_a_host_that_is_no_longer_allowed_gets_no_scan(db: Database, code: str) -> None:
    rule(db, DEFAULT, "/1", "app=wechat")
    set_destination(db, *DEFAULT, M)
    set_destination(db, *KIND, "https://old.test")
    assert choose(db, code).url == "https://old.test"
    change_setting(db, "destination_hosts", "m.test")
    assert choose(db, code).url == M
    change_setting(db, "destination_hosts", "n.test")
    assert choose(db, code, Visit(0, WECHAT)) == Choice(f"/p/{code}")
    steps = explain_scan(db, code, Visit(0, WECHAT)).steps
    assert [step.why for step in steps[:-1]] == ["its host is not among destination_hosts"] * 3


def test_a_split_has_its_shares_and_each_visitor_keeps_his_arm(db: Database, code: str) -> None:
    arms = [rule(db, DEFAULT, f"/{share}", f"share={share} app=wechat") for share in (50, 30)]
    found = {str(n): choose(db, code, Visit(n, WECHAT, visitor=str(n))).rule_id for n in range(400)}
    shares = Counter(found.values())
    assert 160 < shares[arms[0]] < 240
    assert 85 < shares[arms[1]] < 155
    assert 45 < shares[None] < 115
    rule(db, DEFAULT, "/first", "app=alipay", position=1)
    rule(db, DEFAULT, "/10", "share=10 app=wechat")
    again = {visitor: choose(db, code, Visit(9, WECHAT, visitor=visitor)).rule_id for visitor in found}
    assert all(again[visitor] == arm for visitor, arm in found.items() if arm)


def test_an_explanation_says_of_each_rule_why(db: Database, code: str) -> None:
    hour = rule(db, DEFAULT, "/1", "hour=9-12 app=alipay")
    phone = rule(db, DEFAULT, "/2", "app=wechat")
    rule(db, DEFAULT, "/3", "system=ios")
    set_destination(db, *DEFAULT, M)
    noon = parse_at("2026-05-17 15:00", load_targets(db, 0).settings.zone)
    found = explain_scan(db, code.lower(), Visit(noon, WECHAT))
    assert found.url == f"{M}/2"
    assert [(step.rule_id, step.taken) for step in found.steps[:2]] == [(hour, False), (phone, True)]
    assert [step.why for step in found.steps] == [
        "hour=9-12 does not hold: it is 13:00 there (Asia/Urumqi); "
        "app=alipay does not hold: the phone scans with WeChat",
        "all of it holds: app=wechat",
        *["an earlier one was taken"] * 3,
    ]
    assert [step.what for step in found.steps][2:] == [
        "rule 3 of all codes", "the default destination", "o2o's own page",
    ]  # fmt: skip


def test_an_explanation_supposes_another_store(db: Database, code: str) -> None:
    db.table("stores").insert({"store_id": "S2", "name": "二店", "city": "北京"})
    rule(db, DEFAULT, "/beijing?s={store}", "city=北京")
    assert explain_scan(db, code, Visit(0)).url == f"/p/{code}"
    assert explain_scan(db, code, Visit(0), store_id="S2").url == f"{M}/beijing?s=S2"
    with pytest.raises(NotFoundError, match="no store 'S9'"):
        explain_scan(db, code, Visit(0), store_id="S9")


def test_a_code_that_is_not_in_use_is_explained_as_such(db: Database) -> None:
    retired = make_touchpoint(db, retired_at=1000)
    with pytest.raises(SettingError, match="not in use at 1970-01-01T08:00:02"):
        explain_scan(db, retired, Visit(2000))


WHEN = st.sampled_from([
    "app=wechat", "system=ios", "hour=9-12", "weekday=weekend", "language=en", "language=fr,zh", "share=30", "store=S1",
    "query.a=1", "nth=2-", "visitor=new", "uses=1", "linktype=gs1:pip", "city=北京", "date=..2026-01-01",
])  # fmt: skip
VISITS = st.tuples(
    st.integers(0, 4 * 10**12),
    st.sampled_from([WECHAT, sample_agent(None, System.ANDROID), ""]),
    st.sampled_from(["", "zh-CN,en;q=0.5", "fr", "en-GB"]),
    st.sampled_from(["", "a=1", "linkType=gs1:pip"]),
    st.sampled_from([None, "v", "w"]),
    st.sampled_from(["", "id"]),
).map(lambda values: Visit(*values))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([DEFAULT, KIND]), st.sets(WHEN, min_size=1, max_size=3)), max_size=5), VISITS)
def test_what_is_explained_is_what_is_chosen(
    db: Database, code: str, drafts: list[tuple[tuple[Scope, str], set[str]]], visit: Visit
) -> None:
    db.conn.execute("DELETE FROM destination_changes")
    db.conn.execute("DELETE FROM destination_rules")
    for number, (scope, when) in enumerate(drafts):
        words = {word.partition("=")[0]: word for word in when}
        try:
            rule(db, scope, f"/{number}", " ".join(words.values()))
        except SettingError as error:
            assert "more than 100 %" in str(error)
    choice, explained = choose(db, code, visit), explain_scan(db, code, visit)
    assert explained.url == choice.url
    assert [step.rule_id for step in explained.steps if step.taken] == [choice.rule_id]


def test_codes_alike_share_a_plan_and_one_with_rules_of_its_own_does_not(db: Database) -> None:
    codes = [make_touchpoint(db, subject) for subject in "ABC"]
    set_destination(db, Scope.DEFAULT, "", f"{M}/{{sku}}")
    rule(db, (Scope.CODE, codes[2]), "/own", "language=en")
    alike, too, own = _routes(db, codes)
    assert alike.plan is too.plan and alike.fallback != too.fallback
    assert not alike.forks and len(own.forks) == 1


def test_codes_of_which_scans_are_counted_share_no_plan(db: Database) -> None:
    codes = [make_touchpoint(db, subject) for subject in "AB"]
    rule(db, DEFAULT, "/second", "nth=2")
    one, other = _routes(db, codes)
    assert one.forks[0].tests != other.forks[0].tests


def _routes(db: Database, codes: list[str]) -> list[Route]:
    targets = load_targets(db, 1)
    return [target.route for code in codes if (target := targets.find(code))]

"""Rules: kept in their order, each change on record, no id used twice; read from files whole or not at all."""

from itertools import groupby
from pathlib import Path

import pytest
from collecting import make_touchpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.config import change_setting
from o2o.db import Database
from o2o.destinations import (
    RuleDraft,
    Scope,
    add_rule,
    change_rule,
    list_rules,
    move_rule,
    remove_destination,
    remove_rules,
    set_destination,
)
from o2o.destinations.changes import list_changes
from o2o.destinations.rule_files import Imported, RuleFileError, format_rules, import_rules
from o2o.errors import InputFileError, NotFoundError, SettingError

URL = "https://m.example.com/{sku}"
DEFAULT = (Scope.DEFAULT, "")


def draft(when: str, url: str = URL, name: str = "") -> RuleDraft:
    return RuleDraft(*DEFAULT, url, when, name)


def ids(db: Database) -> list[int]:
    return [rule.rule_id for rule in list_rules(db)]


def test_rules_stand_in_the_order_in_which_they_were_put(db: Database) -> None:
    first, second = (add_rule(db, draft(f"hour={hour}"), 1).rule_id for hour in (1, 2))
    third = add_rule(db, draft("hour=3"), 1, position=1).rule_id
    assert ids(db) == [third, first, second]
    assert move_rule(db, third, 99, 2).position == 3
    assert ids(db) == [first, second, third]
    assert [rule.position for rule in list_rules(db)] == [1, 2, 3]


def test_an_id_means_one_address_and_one_set_of_conditions_for_ever(db: Database) -> None:
    old = add_rule(db, draft("hour=1"), 1)
    renamed = change_rule(db, old.rule_id, draft("hour=1", name="night"), 2)
    assert (renamed.rule_id, renamed.name) == (old.rule_id, "night")
    changed = change_rule(db, old.rule_id, draft("hour=1", url=URL + "?n=2"), 3)
    assert changed.rule_id != old.rule_id
    remove_rules(db, [changed.rule_id], 4)
    assert add_rule(db, draft("hour=1"), 5).rule_id > changed.rule_id
    kept = db.conn.execute("SELECT id, url, retired_at FROM destination_rules ORDER BY id").fetchall()
    assert kept[0] == (old.rule_id, URL, 3)
    assert kept[1] == (changed.rule_id, URL + "?n=2", 4)


def test_every_change_is_on_record_the_last_first(db: Database) -> None:
    set_destination(db, *DEFAULT, URL)
    first, second = (add_rule(db, draft(f"hour={hour}"), 1).rule_id for hour in (1, 2))
    move_rule(db, second, 1, 2)
    change_rule(db, first, draft("hour=1", name="night"), 3)
    remove_rules(db, [first, second], 4)
    remove_destination(db, *DEFAULT)
    found = [(change.rule_id, change.change) for change in reversed(list_changes(db))]
    assert found[:3] == [(None, "set"), (first, "set"), (second, "set")]
    assert sorted(found[3:5]) == [(first, "moved"), (second, "moved")]
    assert found[5] == (first, "renamed")
    assert {*found[6:]} == {(first, "removed"), (second, "removed"), (None, "removed")}
    assert [change.change for change in list_changes(db, "kind", "product")] == []


def test_all_rules_named_are_removed_or_none(db: Database) -> None:
    rule = add_rule(db, draft("hour=1"), 1)
    with pytest.raises(NotFoundError, match="no rule '99' in this file; see 'o2o destination rules'"):
        remove_rules(db, [rule.rule_id, 99], 2)
    assert ids(db) == [rule.rule_id]


def test_what_cannot_be_a_rule_says_why(db: Database) -> None:
    with pytest.raises(SettingError, match="has no condition; write --when"):
        add_rule(db, draft(" "), 1)
    with pytest.raises(SettingError, match="not a web address"):
        add_rule(db, draft("hour=1", url="weixin://dl"), 1)
    with pytest.raises(SettingError, match="use person, product, place"):
        add_rule(db, RuleDraft(Scope.KIND, "thing", URL, "hour=1"), 1)


def test_shares_of_one_split_are_at_most_the_whole(db: Database) -> None:
    for share in (50, 30, 20):
        add_rule(db, draft(f"app=wechat share={share}", url=f"{URL}?arm={share}"), 1)
    add_rule(db, draft("app=alipay share=50"), 1)
    with pytest.raises(SettingError, match=r"'50 \+ 30 \+ 20 \+ 0.5': shares .* more than 100 % \(all other codes\)"):
        add_rule(db, draft("share=0.5 app=wechat"), 1)
    assert len(ids(db)) == 4


def test_hosts_that_are_not_allowed_get_no_rule_and_no_destination(db: Database) -> None:
    change_setting(db, "destination_hosts", "example.com, *.Example.COM, 商店.test")
    add_rule(db, draft("hour=1"), 1)
    add_rule(db, draft("hour=1", url="https://example.com:8443/"), 1)
    add_rule(db, draft("hour=1", url="https://xn--czrs0t.test/"), 1)
    for url in (
        "https://evil.test/",
        "https://example.com.evil.test/",
        "https://evilexample.com/",
        "https://a@b.test/",
    ):
        with pytest.raises(SettingError, match="its host is not allowed; use one of"):
            add_rule(db, draft("hour=1", url=url), 1)
        with pytest.raises(SettingError, match="its host is not allowed"):
            set_destination(db, *DEFAULT, url)


@pytest.mark.parametrize("hosts", ["https://example.com", "example.com/x", "*", "a b", "*.*.com"])
def test_an_allowed_host_is_a_host(db: Database, hosts: str) -> None:
    with pytest.raises(SettingError, match="not a host; write shop"):
        change_setting(db, "destination_hosts", hosts)


@pytest.mark.parametrize("suffix", ["toml", "csv"])
def test_a_file_read_again_changes_nothing(db: Database, tmp_path: Path, suffix: str) -> None:
    code = make_touchpoint(db)
    add_rule(db, draft('query.src="a b",c hour=1', name='=1+1 "x" 早餐'), 1)
    add_rule(db, RuleDraft(Scope.KIND, "product", URL, "weekday=mon-fri"), 1)
    add_rule(db, RuleDraft(Scope.CODE, code, URL, r"query.p='\d\"'"), 1)
    before = list_rules(db)
    path = tmp_path / f"rules.{suffix}"
    path.write_text(format_rules(before, suffix), encoding="utf-8")
    assert import_rules(db, path, 2) == Imported(0, 3, 0)
    assert list_rules(db) == before
    remove_rules(db, ids(db), 3)
    assert import_rules(db, path, 4) == Imported(3, 0, 0)
    again = list_rules(db)
    assert [(r.scope, r.key, r.name, r.when, r.url) for r in again] == [
        (r.scope, r.key, r.name, r.when, r.url) for r in before
    ]


def test_a_file_sets_the_order_of_what_it_names_and_leaves_the_rest(db: Database, tmp_path: Path) -> None:
    one, two = (add_rule(db, draft(f"hour={hour}"), 1).rule_id for hour in (1, 2))
    other = add_rule(db, RuleDraft(Scope.KIND, "person", URL, "hour=1"), 1).rule_id
    path = tmp_path / "rules.csv"
    path.write_text(f"for,when,url\ndefault,hour=2,{URL}\nDefault,hour=3,{URL}\n", encoding="utf-8")
    assert import_rules(db, path, 2) == Imported(1, 1, 1)
    new = max(ids(db))
    assert ids(db) == [two, new, other]
    assert import_rules(db, path, 3, full=True) == Imported(0, 2, 1)
    assert ids(db) == [two, new]
    assert one not in ids(db)


GOOD = f'[[rule]]\nfor = "default"\nwhen = "hour=1"\nurl = "{URL}"\n'


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("r.toml", GOOD + '[[rule]]\nfor = "default"\nwhen = "hour=99"\nurl = "https://a.test"\n', "line 5: condition"),
        ("r.toml", GOOD + '[[rule]]\nfor = "default"\nurl = "https://a.test"\n', "line 5: a rule without when"),
        ("r.toml", GOOD + "[[rule]]\nfor = 1\n", "line 5: a rule holds texts only"),
        ("r.toml", GOOD + 'colour = "red"\n', "line 1: unknown 'colour'; a rule has for, name, when, url"),
        ("r.toml", GOOD + '[[rule]]\nfor = "22222222"\nwhen = "hour=1"\nurl = "https://a.test"\n', "line 5: no touch"),
        ("r.toml", GOOD + "[[rule]\n", "line 5: not TOML"),
        ("r.toml", "[rules]\n", "unknown: rules; write each as"),
        ("r.toml", "# nothing\n", "no rule in it"),
        ("r.toml", 'rule = ["x"]', "line 1: a rule holds texts only"),
        ("r.csv", f"for,when,url\ndefault,hour=1,{URL}\n\ndefault,hour=1,ftp://a\n", "line 4: destination 'ftp://a'"),
        ("r.csv", "for,url\ndefault,x\n", "line 1: no column when; name the columns"),
        ("r.csv", f"for,when,url\n,hour=1,{URL}\n", "line 2: a rule without for"),
        ("r.csv", f"for,when,url\ndefault,share=60,{URL}\ndefault,share=60,{URL}\n", "'60 + 60': shares"),
        ("r.txt", GOOD, "neither .toml nor .csv"),
        ("r.csv", "", "the file is empty"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_where(
    db: Database, tmp_path: Path, name: str, text: str, message: str
) -> None:
    add_rule(db, draft("hour=5"), 1)
    before = list_rules(db), list_changes(db)
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises((InputFileError, RuleFileError)) as caught:
        import_rules(db, tmp_path / name, 2)
    assert message in str(caught.value)
    assert (list_rules(db), list_changes(db)) == before


def test_a_file_that_is_not_utf_8_is_told_so(db: Database, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes("for,when,url\n早餐".encode("gb18030"))
    with pytest.raises(InputFileError, match="not UTF-8; save it as UTF-8"):
        import_rules(db, tmp_path / "r.csv", 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.sampled_from(["csv", "toml"]),
    st.text(
        st.sampled_from("[]rule\"=\n,;#'\\\0 for default when url name hour=1 https://a.test/{sku}é早"), max_size=200
    )
    | st.text(max_size=60),
)
def test_whatever_a_file_holds_it_is_taken_or_refused_in_one_sentence(
    db: Database, tmp_path: Path, suffix: str, text: str
) -> None:
    path = tmp_path / f"any.{suffix}"
    path.write_text(GOOD + text if suffix == "toml" else "for,when,url\n" + text, encoding="utf-8")
    before = list_rules(db)
    try:
        import_rules(db, path, 1)
    except (InputFileError, RuleFileError) as error:
        assert "; " in str(error)
        assert list_rules(db) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "move", "change", "remove"]), st.integers(1, 9)), max_size=12))
def test_positions_have_no_gaps_and_ids_only_grow_whatever_is_done(db: Database, steps: list[tuple[str, int]]) -> None:
    latest = db.conn.execute("SELECT coalesce(max(id), 0) FROM destination_rules").fetchone()[0]
    for number, (what, place) in enumerate(steps):
        there = ids(db)
        chosen = there[place % len(there)] if there else None
        if what == "add" or chosen is None:
            assert add_rule(db, draft(f"hour={place}", f"{URL}/{number}"), number, position=place).rule_id > latest
        elif what == "move":
            move_rule(db, chosen, place, number)
        elif what == "change":
            change_rule(db, chosen, draft(f"hour={place}", f"{URL}/{number}"), number)
        else:
            remove_rules(db, [chosen], number)
        latest = db.conn.execute("SELECT max(id) FROM destination_rules").fetchone()[0]
    for _, rules in groupby(list_rules(db), key=lambda rule: (rule.scope, rule.key)):
        positions = [rule.position for rule in rules]
        assert positions == list(range(1, len(positions) + 1))

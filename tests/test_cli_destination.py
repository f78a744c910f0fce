"""``o2o destination`` as its user types it."""

import json

import pytest
from collecting import make_touchpoint

from o2o.destinations.rule_files import RuleFileError
from o2o.errors import NotFoundError, SettingError

URL = "https://shop.yourshop.com/{code}"


def test_destinations_are_set_listed_and_removed(run) -> None:
    assert run("destination", "set", "--default", URL).stdout == f"scans of all other codes now go to {URL}\n"
    assert run("destination", "set", "--kind", "person", URL).stdout == f"scans of each person now go to {URL}\n"
    assert run("destination", "list", "--format", "csv").stdout == (f"for,key,url\ndefault,,{URL}\nkind,person,{URL}\n")
    assert run("destination", "remove", "--kind", "person").exit_code == 0
    assert run("destination", "list", "--format", "csv").stdout == f"for,key,url\ndefault,,{URL}\n"


def test_a_link_that_expires_is_taken_with_a_remark(run) -> None:
    result = run("destination", "set", "--default", "https://wxaurl.cn/AbC")
    assert result.stdout == "scans of all other codes now go to https://wxaurl.cn/AbC\n"
    assert "remark: this link of WeChat expires within 30 days" in result.stderr
    assert run("destination", "set", "--default", URL).stderr == ""
    added = run("destination", "rule", "add", "--default", "https://wxaurl.cn/AbC", "--when", "app=none")
    assert "remark: this link of WeChat expires within 30 days" in added.stderr
    assert run("destination", "rule", "remove", "1").stderr == ""


def test_a_rule_for_what_the_file_does_not_know_is_taken_with_a_remark(run) -> None:
    added = run("destination", "rule", "add", "--default", URL, "--when", "store=S999 city=火星 campaign=无 app=wechat")
    assert added.exit_code == 0
    assert "nothing here is store=S999, city=火星, campaign=无; mistyped" in added.stderr
    assert "city=火星; mistyped" in run("destination", "rule", "change", "1", "--when", "city=火星").stderr


def test_a_rule_number_that_no_file_can_hold_is_a_mistake_of_the_command_line(run) -> None:
    assert run("destination", "rule", "remove", "9" * 20).exit_code == 2


def test_an_unknown_code_is_an_error(run) -> None:
    assert isinstance(run("destination", "set", "22222222", URL).exception, NotFoundError)


@pytest.mark.parametrize(
    "words",
    [("set", URL), ("set", "--default", "--kind", "person", URL), ("set", "--default", "22222222", URL), ("remove",)],
)
def test_what_a_destination_is_for_must_be_said_once(run, words: tuple[str, ...]) -> None:
    result = run("destination", *words)
    assert result.exit_code == 2
    assert "one of --default, --kind KIND or a CODE" in result.stderr


def test_rules_are_added_shown_moved_changed_and_removed(run) -> None:
    added = run("destination", "rule", "add", "--default", URL, "--when", "weekday=1-5 hour=9", "--name", "早餐")
    assert added.stdout == f"added rule 1, 1. of all other codes: when weekday=mon-fri hour=9-10, to {URL}\n"
    run("destination", "rule", "add", "--kind", "person", URL, "--when", "app=微信")
    run("destination", "rule", "add", "--default", URL, "--when", "language=en", "--position", "1")
    shown = json.loads(run("destination", "rules", "--format", "json").stdout)
    assert [(rule["id"], rule["for"], rule["position"], rule["when"]) for rule in shown] == [
        (3, "default", 1, "language=en"),
        (1, "default", 2, "weekday=mon-fri hour=9-10"),
        (2, "person", 1, "app=wechat"),
    ]
    assert run("destination", "rule", "move", "3", "2").stdout.startswith("moved rule 3, 2. of all other codes")
    assert run("destination", "rule", "change", "3", "--name", "English").stdout.startswith("changed rule 3, 2.")
    assert run("destination", "rule", "change", "3", "--when", "language=fr").stdout.startswith("changed rule 4, 2.")
    assert run("destination", "rule", "remove", "1", "2").stdout.count("removed rule") == 2
    assert run("destination", "rules", "--for", "default", "--format", "csv").stdout == (
        f"for,name,when,url\ndefault,English,language=fr,{URL}\n"
    )
    assert "language=en" in run("destination", "history", "--for", "default", "--format", "csv").stdout


def test_rules_of_a_file_are_taken_whole_or_not_at_all(run, tmp_path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(f"for,when,url\ndefault,app=wechat,{URL}\nperson,hour=99,{URL}\n", encoding="utf-8")
    error = run("destination", "rules", "import", path).exception
    assert isinstance(error, RuleFileError)
    assert "rules.csv, line 3: condition 'hour=99': not a time of day; write 9 or 9:30 (nothing was changed)" in str(
        error
    )
    assert run("destination", "rules", "--format", "csv").stdout == "for,name,when,url\n"
    path.write_text(path.read_text(encoding="utf-8").replace("99", "9"), encoding="utf-8")
    assert run("destination", "rules", "import", path).stdout == f"{path}: 2 new, 0 kept, 0 removed\n"


def test_each_wrong_line_of_a_file_of_rules_is_told(run, tmp_path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(f"for,when,url\ndefault,hour=99,{URL}\ndefault,app=wechat,{URL}\nperson,,{URL}\n", encoding="utf-8")
    first, second, last = str(run("destination", "rules", "import", path).exception).splitlines()
    assert first.endswith("rules.csv, line 2: condition 'hour=99': not a time of day; write 9 or 9:30")
    assert "rules.csv, line 4: a rule without when; " in second
    assert last == "nothing was changed"
    path.write_text("for,when,url\n" + f"default,hour=99,{URL}\n" * 70, encoding="utf-8")
    assert str(run("destination", "rules", "import", path).exception).endswith("\nand 20 more\nnothing was changed")


def test_a_bad_condition_says_what_to_write(run) -> None:
    error = run("destination", "rule", "add", "--default", URL, "--when", "wekday=mon").exception
    assert isinstance(error, SettingError)
    assert str(error) == "condition 'wekday': there is no such condition; did you mean weekday?"


def test_an_explanation_says_which_rule_is_taken_and_why_no_other(run, db) -> None:
    code = make_touchpoint(db, "007")
    run("destination", "rule", "add", "--default", URL, "--when", "app=wechat visitor=returning")
    run("destination", "rule", "add", "--default", "https://m.test/en", "--when", "language=en nth=2-")
    text = run("destination", "explain", code, "--app", "wechat", "--visitor", "new").stdout
    assert text.splitlines() == [
        f"a scan of {code} goes to /p/{code}",
        f"   1. rule 1 of all codes [1], {URL}",
        "      visitor=returning does not hold: the visitor is new",
        "   2. rule 2 of all codes [2], https://m.test/en",
        "      language=en does not hold: the phone asks for no language; of zh, en that is best served by none; "
        "nth=2- does not hold: it is scan 1 of this visitor",
        "-> 3. o2o's own page, /p/{code}",
        "      no rule before it holds",
    ]
    assert run("destination", "explain", code, "--app", "wechat", "--visitor", "returning").stdout.startswith(
        f"a scan of {code} goes to https://shop.yourshop.com/{code}\n"
    )
    steps = json.loads(run("destination", "explain", code, "--nth", "2", "--language", "en", "--format", "json").stdout)
    assert [step["taken"] for step in steps] == [False, True, False]


def test_an_explanation_takes_only_times_that_are(run, db) -> None:
    result = run("destination", "explain", make_touchpoint(db), "--at", "yesterday")
    assert result.exit_code == 2
    assert "'yesterday' is not a time; write 2026-05-17 10:05:03" in result.stderr

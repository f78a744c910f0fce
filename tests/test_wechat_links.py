"""WeChat's rules for ordinary links, and its verification files."""

import httpx
import pytest
from collecting import make_touchpoint, serving

from o2o.config import change_setting
from o2o.errors import InputFileError, NotFoundError, SettingError
from o2o.wechat_links import (
    MOST_RULES,
    add_rule,
    check_links,
    file_addresses,
    keep_file,
    list_rules,
    remove_rule,
    suggest_rule,
    why_not_opened,
)


@pytest.mark.parametrize(
    ("rule", "link", "reason"),
    [
        # the mismatches that WeChat's documentation lists
        ("http://www.qq.com/a/b", "https://www.qq.com/a/b", "another protocol than"),
        ("https://www.qq.com/a/b", "https://www.weixin.qq.com/a/b", "another host than"),
        ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b?id=132", "query that doesn't begin as in"),
        ("https://www.qq.com/a/b", "https://www.qq.com/a/bc", "another path than"),
        ("https://www.qq.com/a/b", "https://www.qq.com/a/b/123", "below a rule that doesn't end with /:"),
        # and what follows from its rules
        ("https://s.example.com", "https://s.example.com/K7M2X9PQ", "below a rule that doesn't end with /:"),
        ("https://s.example.com/", "https://S.EXAMPLE.COM/K7M2X9PQ", "host in other letters than"),
        ("https://s.example.com/qr/", "https://s.example.com/QR/K7M2X9PQ", "path in other letters than"),
        ("https://s.example.com/qr/", "https://s.example.com/K7M2X9PQ", "another path than"),
        ("https://s.example.com:8443/", "https://s.example.com/K7M2X9PQ", "another host than"),
    ],
)
def test_a_link_that_opens_no_mini_program_is_told_why(rule: str, link: str, reason: str) -> None:
    assert why_not_opened([rule], link) == f"{reason} {rule}"


@pytest.mark.parametrize(
    ("rule", "link"),
    [
        ("http://www.qq.com/a/", "http://www.qq.com/a/123456"),
        ("https://www.qq.com/a/b", "https://www.qq.com/a/b"),
        ("https://www.qq.com/a/b", "https://www.qq.com/a/b?id=123"),
        ("https://www.qq.com/a/b?id=", "https://www.qq.com/a/b?id=123"),
        ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b?id=1234"),
        ("https://S.EXAMPLE.COM/", "https://S.EXAMPLE.COM/01/06901234567892?o2o=K7M2X9PQ"),
    ],
)
def test_a_link_that_a_rule_holds_for_opens_it(rule: str, link: str) -> None:
    assert why_not_opened([rule], link) == ""


def test_the_nearest_rule_tells_why() -> None:
    rules = ["https://other.com/", "https://s.example.com/qr", "https://s.example.com/menu/"]
    assert why_not_opened(rules, "https://s.example.com/qr/K7M2X9PQ").startswith("below a rule that doesn't end with /")
    assert why_not_opened([], "https://s.example.com/K7M2X9PQ") == "there is no rule"


def test_printed_links_are_checked_as_they_are_printed(db) -> None:
    settings = change_setting(db, "url_case", "upper")
    code = make_touchpoint(db)
    found = check_links(db, settings, ["https://s.example.com/"])
    assert (found.opening, found.missing) == (0, {"host in other letters than https://s.example.com/": 1})
    [[printed]] = found.examples.values()
    assert printed == f"https://S.EXAMPLE.COM/{code}"
    assert check_links(db, settings, [suggest_rule(printed)]).opening == 1


def test_rules_are_noted_once_and_forgotten(db) -> None:
    for number in range(MOST_RULES):
        add_rule(db, f"https://s.example.com/{number}/", 0)
    add_rule(db, "https://s.example.com/0/", 1)
    with pytest.raises(SettingError, match="100 already"):
        add_rule(db, "https://s.example.com/more/", 0)
    remove_rule(db, "https://s.example.com/0/")
    assert len(list_rules(db)) == MOST_RULES - 1
    with pytest.raises(NotFoundError):
        remove_rule(db, "https://s.example.com/0/")
    with pytest.raises(SettingError, match="not a web address"):
        add_rule(db, "s.example.com", 0)


def test_the_check_says_what_to_set(run, db) -> None:
    code = make_touchpoint(db)
    found = run("wechat", "check")
    assert found.exit_code == 1
    assert f"1 don't: there is no rule, such as https://S.EXAMPLE.COM/{code}" in found.stdout
    assert "https://S.EXAMPLE.COM/" in found.stderr
    assert run("wechat", "rule", "add", "https://S.EXAMPLE.COM/").exit_code == 0
    assert run("wechat", "rule", "list").stdout == "https://S.EXAMPLE.COM/\n"
    found = run("wechat", "check")
    assert (found.exit_code, found.stdout) == (0, "1 printed links open the mini-program, 0 don't\n")
    assert run("wechat", "rule", "remove", "https://S.EXAMPLE.COM/").exit_code == 0


@pytest.mark.parametrize("name", ["K7M2X9PQ.exe", "no ending", "..txt", "a b.txt"])
def test_a_file_with_another_name_is_not_kept(db, tmp_path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputFileError, match="not the name of a verification file"):
        keep_file(db, tmp_path / name, 0)


def test_a_verification_file_belongs_into_the_last_folder_of_a_rule(db) -> None:
    settings = change_setting(db, "url_case", "lower")
    assert file_addresses(settings, [], "a.txt") == ["https://s.example.com/a.txt"]
    rules = ["https://s.example.com/qr/", "https://S.EXAMPLE.COM/", "https://other.com/x/"]
    assert file_addresses(settings, rules, "a.txt") == [
        "https://S.EXAMPLE.COM/a.txt",
        "https://s.example.com/qr/a.txt",
    ]


def test_a_server_answers_verification_files_while_it_runs(run, db_path, tmp_path) -> None:
    path = tmp_path / "Ab3dE5.txt"
    path.write_bytes(b"0123456789abcdef")
    with serving(db_path) as server:
        assert server.get("/Ab3dE5.txt").status_code == 404
        said = run("wechat", "verification", path)
        assert said.stdout == "Ab3dE5.txt is answered at https://s.example.com/Ab3dE5.txt\n"
        answer = _wait_for(server, "/Ab3dE5.txt", 200)
        assert answer.content == b"0123456789abcdef"
        assert answer.headers["content-type"].startswith("text/plain")
        run("wechat", "verification", "--remove", "Ab3dE5.txt")
        _wait_for(server, "/Ab3dE5.txt", 404)


def _wait_for(server, path: str, status: int) -> httpx.Response:
    import time

    for _ in range(50):
        answer = server.get(path)
        if answer.status_code == status:
            return answer
        time.sleep(0.1)
    raise AssertionError(answer)

"""``o2o destination`` as its user types it."""

import pytest

from o2o.errors import NotFoundError

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

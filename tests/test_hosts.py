import pytest

from o2o.collect.serving.hosts import Hosts
from o2o.config import Settings, parse_hosts
from o2o.errors import SettingError


def settings(**values):
    return Settings("https://s.one.com/q", "CNY", "Asia/Shanghai", url_case="lower", **values)


@pytest.mark.parametrize(
    ("host", "loose", "strict"),
    [
        ("s.one.com", "/q", "/q"),
        ("two.com", "", ""),
        ("xn--fiqs8s.com", "/c/d", "/c/d"),
        ("three.com", "/q", None),
        ("", "/q", None),
        ("192.0.2.1", "/q", None),
    ],
)
def test_each_host_has_its_path_and_one_that_is_not_listed_that_of_the_base_url(host, loose, strict):
    hosts = "two.com, 中国.com/c/d/"
    assert Hosts.of(settings(hosts=hosts)).find_prefix(host) == loose
    assert Hosts.of(settings(hosts=hosts, unknown_hosts="refuse")).find_prefix(host) == strict


@pytest.mark.parametrize(
    "text", ["two.com?", "http://two.com", "two.com:8000", "two.com?x=1", "a@two.com", "-", "two.com/ü"]
)
def test_what_is_no_host_is_an_error(text):
    with pytest.raises(SettingError, match="hosts"):
        parse_hosts(text)

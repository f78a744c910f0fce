"""Links that expire are found, and neither printed nor set as the base of printed ones."""

from dataclasses import replace

import pytest

from o2o.config import change_setting, load_settings, save_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.expiring_links import check_lasting, find_expiring_link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://wxaurl.cn/AbC", "https://wxaurl.cn/AbC"),
        ("https://a.wxmpurl.cn/x", "https://a.wxmpurl.cn/x"),
        ("weixin://dl/business/?t=AbC", "weixin://dl/business/?t=AbC"),
        ("领券 WXAURL.CN/AbC 现在", "WXAURL.CN/AbC"),
        ("https://s.shop.example/?to=https://wxaurl.cn/AbC", "https://wxaurl.cn/AbC"),
    ],
)
def test_a_link_that_expires_is_not_printed(text: str, link: str) -> None:
    assert find_expiring_link(text) == link
    with pytest.raises(SettingError, match="30 days"):
        check_lasting(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://s.shop.example/K7M2X9PQ",
        "weixin://other",
        "https://notwxaurl.cn/",
        "https://wxaurl.cn.example/x",
        "wxaurl",
        "",
    ],
)
def test_a_link_that_lasts_is(url: str) -> None:
    check_lasting(url)


@pytest.mark.parametrize("base_url", ["https://wxaurl.cn", "https://a.wxmpurl.cn"])
def test_a_base_url_that_expires_is_never_kept(db: Database, base_url: str) -> None:
    with pytest.raises(SettingError, match=r"30 days, printed paper doesn't; print .* mini-program code"):
        change_setting(db, "base_url", base_url)
    with pytest.raises(SettingError, match="30 days"):
        save_settings(db, replace(load_settings(db), base_url=base_url))
    assert load_settings(db).base_url != base_url

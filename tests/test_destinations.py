"""Destinations: whom they are for, which can't be, and what is filled in."""

import pytest

from o2o.codes.short import MisreadCodeError
from o2o.config import change_setting
from o2o.db import Database
from o2o.destinations import (
    Destination,
    RuleDraft,
    Scope,
    add_rule,
    check_destination,
    list_destinations,
    remove_destination,
    set_destination,
)
from o2o.errors import NotFoundError, SettingError
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints

URL = "https://shop.example.com/item?sku={sku}"


@pytest.fixture
def code(db: Database) -> str:
    db.table("products").insert({"sku": "007", "name": "egg"})
    return mint_touchpoints(db, MintRequest(Kind.PRODUCT), 0)[0].code


def test_destinations_are_listed_the_widest_first_and_codes_in_capitals(db: Database, code: str) -> None:
    set_destination(db, Scope.CODE, code.lower(), URL)
    set_destination(db, Scope.KIND, "product", URL)
    set_destination(db, Scope.DEFAULT, "", "https://old.example.com/")
    set_destination(db, Scope.DEFAULT, "", URL)
    assert list_destinations(db) == [
        Destination(Scope.DEFAULT, "", URL),
        Destination(Scope.KIND, "product", URL),
        Destination(Scope.CODE, code, URL),
    ]


def test_a_removed_destination_is_gone_and_removing_it_again_is_refused(db: Database, code: str) -> None:
    set_destination(db, Scope.CODE, code, URL)
    remove_destination(db, Scope.CODE, code.lower())
    assert list_destinations(db) == []
    with pytest.raises(NotFoundError, match="destination list"):
        remove_destination(db, Scope.CODE, code)
    with pytest.raises(NotFoundError, match="no destination 'default' in this file"):
        remove_destination(db, Scope.DEFAULT, "")


@pytest.mark.parametrize(
    "url", ["https://S.EXAMPLE.COM/{code}", "https://s.example.com/q/{code}?a=1", "http://b.cn/x/K7M2X9PY/"]
)
def test_a_destination_that_is_a_code_of_ours_is_refused_for_it_leads_in_a_circle(db: Database, url: str) -> None:
    change_setting(db, "url_case", "lower")
    change_setting(db, "base_url", "https://s.example.com/q" if "/q/" in url else "https://s.example.com")
    change_setting(db, "hosts", "b.cn/x")
    with pytest.raises(SettingError, match="go round in a circle"):
        set_destination(db, Scope.DEFAULT, "", url)
    with pytest.raises(SettingError, match="go round in a circle"):
        add_rule(db, RuleDraft(Scope.DEFAULT, "", url, "app=wechat"), 0)


@pytest.mark.parametrize("url", ["https://s.example.com/p/{code}", "https://s.example.com/menu", "https://b.cn/{code}"])
def test_other_pages_on_our_hosts_may_be_destinations(db: Database, url: str) -> None:
    change_setting(db, "base_url", "https://s.example.com")
    change_setting(db, "hosts", "b.cn/x")
    set_destination(db, Scope.DEFAULT, "", url)


def test_an_unknown_code_or_kind_is_refused(db: Database) -> None:
    with pytest.raises(MisreadCodeError):
        set_destination(db, Scope.CODE, "K7M2X9P0", URL)
    with pytest.raises(NotFoundError):
        set_destination(db, Scope.CODE, "22222222", URL)
    with pytest.raises(SettingError, match="use person, product, place"):
        set_destination(db, Scope.KIND, "thing", URL)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("shop.example.com", "write https://"),
        ("javascript:alert(1)", "write https://"),
        ("https://shop.example.com/a b", "write https://"),
        ("https://shop.example.com/\r\nSet-Cookie: a=b", "write https://"),
        ("https://[::1", "write https://"),
        ("https://shop.example.com:99999/", "write https://"),
        ("https://{store}.example.com/", "put it in the path"),
        ("https://shop.example.com/{SKU}", "use one of code, kind, sku"),
        ("https://shop.example.com/{sku", "a brace without its pair"),
        ("https://shop.example.com/sku}", "a brace without its pair"),
    ],
)
def test_a_destination_that_cannot_be_says_what_to_write(url: str, advice: str) -> None:
    with pytest.raises(SettingError, match=advice):
        check_destination(url)

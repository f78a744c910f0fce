from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from o2o.destinations.location import Location, add_parameter, make_ascii_url
from o2o.destinations.visit import Visit

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


def test_the_click_id_goes_into_the_query_before_the_fragment():
    assert add_parameter("https://a.test/i", "c", "1") == "https://a.test/i?c=1"
    assert add_parameter("https://a.test/i?", "c", "1") == "https://a.test/i?c=1"
    assert add_parameter("https://a.test/i?x=a%20b&y", "c", "1") == "https://a.test/i?x=a%20b&y&c=1"
    assert add_parameter("https://a.test/#/i?x=1", "c", "1") == "https://a.test/?c=1#/i?x=1"


def test_an_older_click_id_is_replaced():
    assert add_parameter("https://a.test/?c=0&d=1", "c", "1") == "https://a.test/?d=1&c=1"


def test_a_url_in_any_script_can_stand_in_a_header():
    assert make_ascii_url("https://商店.test/鸡蛋?q=蛋#顶") == (
        "https://xn--czrs0t.test/%E9%B8%A1%E8%9B%8B?q=%E8%9B%8B#%E9%A1%B6"
    )
    assert make_ascii_url("https://a.test/%E9%B8%A1?a=b c") == "https://a.test/%E9%B8%A1?a=b%20c"


@given(TEXT, TEXT, TEXT)
def test_nothing_breaks_out_of_the_header_and_all_else_stays(path, value, fragment):
    url = make_ascii_url(f"https://a.test/{path}".replace("?", "").replace("#", "") + f"?k={value}#{fragment}")
    assert url.isascii() and url.isprintable() and " " not in url
    before, after = urlsplit(url), urlsplit(add_parameter(url, "o2o_scan", "id-1"))
    assert (before.scheme, before.netloc, before.path, before.fragment) == (
        after.scheme, after.netloc, after.path, after.fragment,
    )  # fmt: skip
    assert after.query.split("&")[-1] == "o2o_scan=id-1"
    assert [pair for pair in parse_qsl(after.query) if pair[0] != "o2o_scan"] == parse_qsl(before.query)
    assert "\n" not in unquote(url) or "%0A" in url


def test_what_is_filled_in_cannot_leave_its_place():
    values = {"sku": "../a b&c", "store": "一"}
    location = Location.make("https://x.test/{sku}?s={store}&l={label}", values, "c")
    assert location.fixed == "https://x.test/..%2Fa%20b%26c?s=%E4%B8%80&l="
    assert location.fill(Visit(0, click_id="id")) == location.fixed + "&c=id"


def test_a_click_id_that_the_address_names_is_not_added_again():
    location = Location.make("https://x.test/{click}?lot={lot}&n={serial}", {}, "c")
    assert location.fixed is None
    assert location.fill(Visit(0, click_id="id", lot="a/b?")) == "https://x.test/id?lot=a%2Fb%3F&n="
    assert location.fill(Visit(0, serial="7")) == "https://x.test/?lot=&n=7"

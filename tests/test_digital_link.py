"""GS1 Digital Links: what the standard allows is read, anything else is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.codes.check_digits import check_digit
from o2o.codes.digital_link import DigitalLink, build, parse
from o2o.codes.identifiers import Gs1Error, find_identifier

VECTORS = Path(__file__).parent.parent.parent / "shared" / "data" / "gs1"
"""GS1's own cases, where they are at hand."""


@pytest.mark.parametrize(
    ("uri", "elements"),
    [
        ("https://shop.example/01/09520123456788", "^0109520123456788"),
        ("HTTPS://SHOP.EXAMPLE/01/09520123456788", "^0109520123456788"),
        ("https://shop.example:8443/a/b/01/09520123456788", "^0109520123456788"),
        ("https://[2001:db8::1]/01/09520123456788", "^0109520123456788"),
        ("https://a/00/faux/00/006141411234567890", "^00006141411234567890"),
        ("https://a/01/09520123456788/22/2A/10/ABC1/21/1", "^0109520123456788222A^10ABC1^211"),
        ("https://a/01/09520123456788/10/L%2F1?17=270101&3103=000195", "^010952012345678810L/1^172701013103000195"),
        ("https://a/01/09520123456788/10/A+B", "^010952012345678810A+B"),
        ("https://a/414/9520123456788/254/aisle-7", "^4149520123456788254aisle-7"),
        ("https://a/8004/95200001234/7040/1ABC", "^800495200001234^70401ABC"),
        ("https://a/8017/795260646688514634/8019/12", "^8017795260646688514634^801912"),
        ("https://a/255/9520123456788000017?o2o=K7M2X9PQ", "^2559520123456788000017"),
        ("https://a/01/09520123456788?o2o=K7M2X9PQ&&flag&linkType=gs1:pip#top", "^0109520123456788"),
        ("https://a/401/12345678?99=ABC", "^40112345678^99ABC"),
    ],
)
def test_an_address_is_read(uri: str, elements: str) -> None:
    assert parse(uri).element_string == elements


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("", "http"),
        ("ftp://a/01/09520123456788", "http"),
        ("hTTps://a/01/09520123456788", "lower or all in upper"),
        ("https:///01/09520123456788", "http"),
        ("https://a b/01/09520123456788", "' ' can't stand"),
        ("https://a/店/01/09520123456788", "can't stand in an address"),
        ("https://a/b", "no primary key"),
        ("https://a/10/LOT", "no primary key"),
        ("https://a/01/09520123456788/", "slash"),
        ("https://a/01/09520123456789", "wrong check digit"),
        ("https://a/01/9520123456788", "shorter than 14"),
        ("https://a/gtin/09520123456788", "no primary key"),
        ("https://a/01/09520123456788/21/1/10/L", "isn't a key with its qualifiers"),
        ("https://a/01/09520123456788/99/X", "isn't a key with its qualifiers"),
        ("https://a/01/09520123456788/89/X", "no primary key"),
        ("https://a/01/09520123456788?10=L", "belongs into the path"),
        ("https://a/01/09520123456788?21=S", "can't stand in the query"),
        ("https://a/01/09520123456788?89=X", "no application identifier"),
        ("https://a/01/09520123456788?99=", "no value"),
        ("https://a/01/09520123456788?99=A&99=A", "twice"),
        ("https://a/01/09520123456788?99=A+B", "characters of set 82"),
        ("https://a/01/09520123456788/10/%00", "characters of set 82"),
        ("https://a/01/09520123456788/10/%E5%BA%97", "characters of set 82"),
        ("https://a/01/09520123456788?17=270230", "no such day"),
        ("https://a/01/09520123456788?37=5", "must not stand beside"),
        ("https://a/00/006141411234567890?37=5", "needs"),
        ("https://a/01/09520123456788?422=999", "no country"),
    ],
)
def test_what_the_standard_does_not_allow_is_refused(uri: str, reason: str) -> None:
    with pytest.raises(Gs1Error, match=reason):
        parse(uri)


def test_what_was_allowed_once_is_read_when_asked_for() -> None:
    assert parse("https://a/01/9520123456788", zero_suppressed_gtin=True).key == ("01", "09520123456788")
    assert parse("https://a/gtin/09520123456788/ser/7", convenience_alphas=True).qualifiers == (("21", "7"),)


def test_a_number_that_the_table_does_not_have_is_an_attribute_only_where_that_is_permitted() -> None:
    uri = "https://a/01/09520123456788?89=X"
    for permitted in (False, True):
        with pytest.raises(Gs1Error, match="89"):
            parse(uri, unknown_ais=permitted)
        assert parse(uri, unknown_ais=permitted, unknown_attributes=True).element_string == "^010952012345678889X"
    assert build("(01)09520123456788(89)X", stem="https://a", unknown_attributes=True) == uri
    with pytest.raises(Gs1Error, match="89"):
        build("(01)09520123456788(89)X")
    for value in ("X" * 91, "店"):
        with pytest.raises(Gs1Error):
            build(f"(01)09520123456788(89){value}", unknown_attributes=True)


@pytest.mark.parametrize("stem", ["ftp://a", "a", "https://a?b=c", "https://a/b#c", "https://店", "https://a b"])
def test_a_link_is_built_on_no_stem_that_makes_none(stem: str) -> None:
    with pytest.raises(Gs1Error):
        build("(01)09520123456788", stem=stem)


@pytest.mark.parametrize(
    ("bracketed", "stem", "uri"),
    [
        ("(01)09520123456788", None, "https://id.gs1.org/01/09520123456788"),
        (
            "(21)7(01)09520123456788(10)L/1",
            "https://s.shop.example/",
            "https://s.shop.example/01/09520123456788/10/L%2F1/21/7",
        ),
        ("(01)09520123456788(99)A(17)270131", "https://a", "https://a/01/09520123456788?17=270131&99=A"),
        ("(414)9520123456788(254)till 1".replace(" ", "-"), "https://a", "https://a/414/9520123456788/254/till-1"),
        (r"(01)09520123456788(10)A\(1\)".replace(r"\)", ")"), "https://a", "https://a/01/09520123456788/10/A%281%29"),
    ],
)
def test_an_address_is_built_in_canonical_order(bracketed: str, stem: str | None, uri: str) -> None:
    assert build(bracketed, stem=stem) == uri


@pytest.mark.parametrize(
    "bracketed", ["", "01095", "(01)", "(10)L", "(01)09520123456788(21)1(21)2", "(01)09520123456788(x)1"]
)
def test_what_is_no_link_is_not_built(bracketed: str) -> None:
    with pytest.raises(Gs1Error):
        build(bracketed)


SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
values = st.text(SET_82, min_size=1, max_size=20)


@given(st.integers(0, 10**13 - 1), values | st.none(), values | st.none(), values | st.none())
def test_reading_what_was_built_gives_it_back(
    number: int, lot: str | None, serial: str | None, own: str | None
) -> None:
    digits = f"{number:013}"
    qualifiers = tuple((ai, value) for ai, value in (("10", lot), ("21", serial)) if value)
    link = DigitalLink("https://a/b", ("01", digits + check_digit(digits)), qualifiers, (("99", own),) if own else ())
    assert parse(link.uri) == link
    bracketed = "".join(
        f"({ai}){value}".replace("(", "\\(").replace(f"\\({ai})", f"({ai})", 1) for ai, value in link.elements
    )
    assert build(bracketed, stem="https://a/b") == link.uri


def test_each_identifier_of_the_standard_is_known() -> None:
    numbers = [ai for ai in (f"{n:0{width}}" for width in (2, 3, 4) for n in range(10**width)) if find_identifier(ai)]
    assert len(numbers) > 500
    assert {"00", "01", "8017", "8018", "414", "254", "255", "8004", "3103", "99"} <= set(numbers)


def cases(name: str) -> list[Any]:
    path = VECTORS / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


@pytest.mark.skipif(not VECTORS.exists(), reason="GS1's own cases are not at hand")
@pytest.mark.parametrize("case", cases("digital_link_parse_examples.json"), ids=lambda case: case["uri"])
def test_gs1s_own_addresses_are_read_or_refused_as_gs1_says(case: dict[str, Any]) -> None:
    options = case.get("options", {})
    permits = {
        "zero_suppressed_gtin": options.get("PermitZeroSuppressedGTINinDLuris", False),
        "convenience_alphas": options.get("permitConvenienceAlphas", False),
        "unknown_ais": options.get("PermitUnknownAIs", False),
    }
    if case["valid"]:
        assert parse(case["uri"], **permits).element_string == case["element_string"]
    else:
        with pytest.raises(Gs1Error):
            parse(case["uri"], **permits)


@pytest.mark.skipif(not VECTORS.exists(), reason="GS1's own cases are not at hand")
@pytest.mark.parametrize("case", cases("digital_link_generate.json"), ids=lambda case: case["bracketed"])
def test_gs1s_own_data_becomes_the_address_that_gs1_says(case: dict[str, Any]) -> None:
    unknown = case.get("options", {}).get("validation:vUNKNOWN_AI_NOT_DL_ATTR") is False
    if case["valid"]:
        assert build(case["bracketed"], stem=case["stem"], unknown_attributes=unknown) == case["uri"]
    else:
        with pytest.raises(Gs1Error):
            build(case["bracketed"], stem=case["stem"], unknown_attributes=unknown)

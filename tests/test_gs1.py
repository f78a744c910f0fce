"""GS1 check digits."""

import pytest

from o2o.codes.gs1 import ean13_of, is_gtin


@pytest.mark.parametrize(
    ("text", "ean"),
    [
        ("6901234567892", "6901234567892"),
        ("9506000134352", "9506000134352"),
        ("012345678905", "0012345678905"),
        ("96385074", None),
        ("10614141000415", None),
    ],
)
def test_a_gtin_is_printed_as_ean_where_it_can_be(text: str, ean: str | None) -> None:
    assert is_gtin(text)
    assert ean13_of(text) == ean


@pytest.mark.parametrize(
    "text", ["6901234567893", "", "690123456789", "６９０１２３４５６７８９２", "690123456789X", "0"]
)
def test_a_wrong_number_is_no_gtin(text: str) -> None:
    assert not is_gtin(text)
    assert ean13_of(text) is None

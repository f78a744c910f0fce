"""GS1 check digits."""

import pytest

from o2o.codes.check_digits import is_gtin


@pytest.mark.parametrize("text", ["6901234567892", "9506000134352", "012345678905", "96385074", "10614141000415"])
def test_a_right_number_is_a_gtin(text: str) -> None:
    assert is_gtin(text)


@pytest.mark.parametrize(
    "text", ["6901234567893", "", "690123456789", "６９０１２３４５６７８９２", "690123456789X", "0"]
)
def test_a_wrong_number_is_no_gtin(text: str) -> None:
    assert not is_gtin(text)

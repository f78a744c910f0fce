"""Money: no float, no lost cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.errors import SettingError
from o2o.money import Currency

CNY = Currency.of("CNY")


@pytest.mark.parametrize(
    ("text", "minor"),
    [("12.80", 1280), ("12.8", 1280), ("12", 1200), ("0.07", 7), ("-3.50", -350), ("1.290", 129), ("+1", 100)],
)
def test_a_plain_decimal_is_exact(text: str, minor: int) -> None:
    assert CNY.parse(text) == minor


@pytest.mark.parametrize("text", ["", "12,80", "1.299", "1e3", "¥12", "٣", "NaN", "1.", ".5", "9" * 20])
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"decimal|amount"):
        CNY.parse(text)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD", "USD"]))
def test_an_amount_reads_back_as_written(minor: int, code: str) -> None:
    currency = Currency.of(code)
    assert currency.parse(currency.plain(minor)) == minor


def test_people_see_symbol_and_groups() -> None:
    assert CNY.format(128000) == "¥1,280.00"
    assert CNY.format(-7) == "-¥0.07"
    assert Currency.of("JPY").format(1280) == "¥1,280"
    assert Currency.of("PLN").format(100) == "PLN 1.00"


def test_a_currency_is_three_letters() -> None:
    with pytest.raises(SettingError, match="CNY"):
        Currency.of("yuan")

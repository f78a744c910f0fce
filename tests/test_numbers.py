"""Numbers as people write them: read as they were meant, or refused, and never as another number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.importers.messages import NEGATIVE, NOT_AN_AMOUNT, OTHER_CURRENCY, TOO_MANY_DECIMALS, CellError
from o2o.importers.numbers import find_separators, find_whole_separators, parse_amount, read_decimal
from o2o.money import Currency

CNY, PLN, JPY, KWD, EUR = map(Currency.of, ("CNY", "PLN", "JPY", "KWD", "EUR"))


@pytest.mark.parametrize(
    ("cell", "separator", "currency", "minor"),
    [
        ("12.80", ".", CNY, 1280),
        ("¥12.80", ".", CNY, 1280),
        ("￥１２．８０", ".", CNY, 1280),
        ("12.80元", ".", CNY, 1280),
        ("人民币 12.80", ".", CNY, 1280),
        ("RMB12.80", ".", CNY, 1280),
        ("CNY 12.80", ".", CNY, 1280),
        ("cny 12.80", ".", CNY, 1280),
        ("+12.8", ".", CNY, 1280),
        ("1,299.00", ".", CNY, 129_900),
        ("1，299.00", ".", CNY, 129_900),
        ("1 299.00", ".", CNY, 129_900),
        ("1'299.00", ".", CNY, 129_900),
        ("1’299.00", ".", CNY, 129_900),
        ("1,234,567.8", ".", CNY, 123_456_780),
        ("12,80", ",", PLN, 1280),
        ("1.299,00 zł", ",", PLN, 129_900),
        ("1 299,00", ",", PLN, 129_900),
        ("1\u00a0299,00\u00a0zł", ",", PLN, 129_900),
        ("1\u202f299,00", ",", PLN, 129_900),
        ("12,80 PLN", ",", PLN, 1280),
        ("€12,80", ",", EUR, 1280),
        ("0012.80", ".", CNY, 1280),
        ("12.8000", ".", CNY, 1280),
        (".5", ".", CNY, 50),
        ("1,299", ".", JPY, 1299),
        ("1299円", ".", JPY, 1299),
        ("1.299", ".", KWD, 1299),
        ("-0.00", ".", CNY, 0),
        ("0", ".", CNY, 0),
        ("", ".", CNY, None),
        ("-", ".", CNY, None),
        ("—", ".", CNY, None),
    ],
)
def test_an_amount_is_read_as_it_was_meant(cell: str, separator: str, currency: Currency, minor: int | None) -> None:
    assert parse_amount(cell, separator, currency) == minor


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("-5", NEGATIVE),
        ("5-", NEGATIVE),
        ("(5.00)", NEGATIVE),
        ("¥-5", NEGATIVE),
        ("−5", NEGATIVE),
        ("€12.80", OTHER_CURRENCY),
        ("12.80 PLN", OTHER_CURRENCY),
        ("$12.80", OTHER_CURRENCY),
        ("12,80 zł", NOT_AN_AMOUNT),
        ("1.005", TOO_MANY_DECIMALS),
        ("free", NOT_AN_AMOUNT),
        ("12.80²", NOT_AN_AMOUNT),
        ("12.80元/kg", NOT_AN_AMOUNT),
        ("12元8角", NOT_AN_AMOUNT),
        ("1,2,3", NOT_AN_AMOUNT),
        ("1,29.00", NOT_AN_AMOUNT),
        ("1 29", NOT_AN_AMOUNT),
        ("1 299,5.0", NOT_AN_AMOUNT),
        ("0,299.00", NOT_AN_AMOUNT),
        ("12.", NOT_AN_AMOUNT),
        ("1.2E+5", NOT_AN_AMOUNT),
        ("--5", NOT_AN_AMOUNT),
        ("(5", NOT_AN_AMOUNT),
        ("¥5元", NOT_AN_AMOUNT),
        ("٥", NOT_AN_AMOUNT),
        ("nan", NOT_AN_AMOUNT),
        ("inf", NOT_AN_AMOUNT),
        ("1_000", NOT_AN_AMOUNT),
        ("5%", NOT_AN_AMOUNT),
        ("10-12", NOT_AN_AMOUNT),
    ],
)
def test_what_is_no_amount_of_the_shop_is_refused(cell: str, message: object) -> None:
    with pytest.raises(CellError) as error:
        parse_amount(cell, ".", CNY)
    assert error.value.message is message


@pytest.mark.parametrize(
    ("cell", "separators"),
    [
        ("12", ""),
        ("1 299", ""),
        ("free", ""),
        ("12.80", "."),
        ("12,80", ","),
        ("1,299.00", "."),
        ("1.299,00", ","),
        ("1.299.000", ","),
        ("1,299,000", "."),
        ("0.485", "."),
        ("0,485", ","),
        ("1234.567", "."),
        ("1 299,000", ","),
        ("¥12.8", "."),
        ("1.299", ".,"),
        ("1,299", ".,"),
        ("￥１，２９９", ".,"),
    ],
)
def test_a_cell_says_what_begins_its_decimals_or_that_it_cannot(cell: str, separators: str) -> None:
    assert set(find_separators(cell)) == set(separators)


@pytest.mark.parametrize(
    ("cell", "separators"),
    [("1,299", "."), ("1.299", ","), ("1,000", ".,"), ("1.5", ""), ("1,299.00", ".")],
)
def test_a_currency_without_decimals_leaves_less_unclear(cell: str, separators: str) -> None:
    assert set(find_whole_separators(cell)) == set(separators)


MARKS = {"CNY": ("", "¥", "元", "CNY ", "￥"), "PLN": ("", " zł", "PLN "), "KWD": ("", "KWD "), "JPY": ("", "円", "¥")}


@st.composite
def written_amounts(draw) -> tuple[str, int, Currency]:
    """An amount, as one of many people writes it."""
    currency = draw(st.sampled_from((CNY, PLN, JPY, KWD)))
    minor = draw(st.integers(0, 10**9))
    separator = draw(st.sampled_from(".,"))
    grouping = draw(st.sampled_from(["", " ", "\u00a0", "\u202f", "'", ",."[separator == ","]]))
    whole, _, decimals = currency.plain(minor).partition(".")
    if draw(st.booleans()) and decimals:
        decimals = decimals.rstrip("0")
    text = f"{int(whole):,}".replace(",", grouping) + (separator + decimals if decimals else "")
    if draw(st.booleans()):
        text = text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)} | {0x2E: 0xFF0E, 0x2C: 0xFF0C})
    mark = draw(st.sampled_from(MARKS[currency.code]))
    return (mark + text if mark.strip() in ("¥", "￥", "CNY", "PLN", "KWD") else text + mark), minor, currency


@given(written_amounts())
def test_however_it_is_written_an_amount_is_read_back_or_refused(written: tuple[str, int, Currency]) -> None:
    cell, minor, currency = written
    separators = find_separators(cell)
    if len(separators) < 2:  # two: only its column can say
        assert parse_amount(cell, (*separators, ".")[0], currency) == minor


@given(st.text(alphabet="0123456789.,' -+¥元€zł()\u00a0", max_size=12))
def test_a_text_has_the_size_of_its_digits_or_none(text: str) -> None:
    for separator in ".,":
        value = read_decimal(text, separator)
        if value is not None:
            whole, _, decimals = text.rpartition(separator) if separator in text else (text, "", "")
            digits = ["".join(filter(str.isdigit, part)) for part in (whole, decimals)]
            assert value == Decimal(f"{digits[0] or 0}.{digits[1] or 0}")

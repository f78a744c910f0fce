"""Amounts as they are written in a shop's own place, and taken apart again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.amounts import _EXAMPLES, _HOMES, AmountForm, AmountParts, default_locale, split_amount
from o2o.errors import SettingError
from o2o.money import Currency
from o2o.printing.drawing.fonts import BLACK, missing_characters

LOCALES = " ".join(_EXAMPLES.values()).split()
CURRENCIES = [*_HOMES, "EUR", "ILS", "GHS", "AED"]


def form(currency: str, locale: str) -> AmountForm:
    return AmountForm.of(Currency.of(currency), locale)


@pytest.mark.parametrize(
    ("currency", "locale", "minor", "written"),
    [
        ("CNY", "zh-CN", 1280, "¥12.80"),
        ("CNY", "zh-Hans-CN", 128000, "¥1,280.00"),
        ("EUR", "de-DE", 1299, "12,99 €"),
        ("EUR", "de_AT", 129900, "€ 1.299,00"),
        ("EUR", "fr-FR", 129900, "1~299,00 €"),
        ("EUR", "es-ES", 129900, "1299,00 €"),
        ("EUR", "it-IT", 129900, "1.299,00 €"),
        ("EUR", "en-IE", 1299, "€12.99"),
        ("EUR", "nl-NL", 1299, "€ 12,99"),
        ("GBP", "en-GB", 129999, "£1,299.99"),
        ("USD", "en-US", 1299, "$12.99"),
        ("MXN", "es-MX", 129900, "$1,299.00"),
        ("PLN", "pl-PL", 1299, "12,99 zł"),
        ("PLN", "pl", 1299000, "12 990,00 zł"),
        ("CZK", "cs-CZ", 1290, "12,90 Kč"),
        ("RUB", "ru-RU", 1299000, "12 990 ₽"),
        ("RUB", "ru-RU", 1299050, "12 990,50 ₽"),
        ("KZT", "kk-KZ", 1299000, "12 990 ₸"),
        ("HUF", "hu-HU", 129900, "1 299 Ft"),
        ("JPY", "ja-JP", 1299, "¥1,299"),
        ("VND", "vi-VN", 12990, "12.990 ₫"),
        ("INR", "en-IN", 12999900, "₹1,29,999.00"),
        ("INR", "en-IN", 1234567890, "₹1,23,45,678.90"),
        ("CHF", "de-CH", 1290, "CHF 12.90"),
        ("CHF", "de-CH", 123456700, "CHF 1’234’567.00"),
        ("SEK", "sv-SE", 1290, "12,90 kr"),
        ("BRL", "pt-BR", 129900, "R$ 1.299,00"),
        ("MYR", "ms-MY", 1290, "RM 12.90"),
        ("IDR", "id-ID", 1299000, "Rp 12.990"),
        ("KWD", "en-US", 12900, "KWD 12.900"),
        ("EUR", "de-DE", -7, "-0,07 €"),
    ],
)
def test_an_amount_is_written_as_in_its_place(currency: str, locale: str, minor: int, written: str) -> None:
    # in the table, a space is one at which no line is broken, and ~ the narrow one of them
    assert form(currency, locale).format(minor) == written.replace(" ", "\u00a0").replace("~", "\u202f")


@pytest.mark.parametrize(
    ("currency", "language", "locale"),
    [
        ("CNY", "en", "zh-CN"),
        ("PLN", "zh", "pl-PL"),
        ("INR", "en", "en-IN"),
        ("EUR", "en", "en-US"),
        ("EUR", "zh", "zh-CN"),
    ],
)
def test_the_place_follows_the_currency_else_the_language(currency: str, language: str, locale: str) -> None:
    assert default_locale(currency, language) == locale


@pytest.mark.parametrize("locale", ["", "xx-YY", "German", "de-DE-1996-x", "12"])
def test_a_place_that_is_not_known_is_refused(locale: str) -> None:
    with pytest.raises(SettingError, match="write de-DE"):
        form("EUR", locale)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("¥12.80", ("¥", "12", ".80", "")),
        ("12,99 €", ("", "12", ",99", "€")),
        ("1\u202f299,90 €", ("", "1\u202f299", ",90", "€")),
        ("12\u00a0990 ₽", ("", "12\u00a0990", "", "₽")),
        ("₹1,29,999.00", ("₹", "1,29,999", ".00", "")),
        ("¥9.9起", ("¥", "9", ".9", "起")),
        ("¥5", ("¥", "5", "", "")),
        ("8.8折", ("", "8", ".8", "折")),
        ("¥12.80/斤", ("¥", "12", ".80", "/斤")),
    ],
)
def test_an_amount_is_taken_apart(text: str, parts: tuple[str, str, str, str]) -> None:
    assert split_amount(text) == AmountParts(*parts)


@pytest.mark.parametrize("text", ["", "面议", "free"])
def test_what_is_no_amount_has_no_parts(text: str) -> None:
    assert split_amount(text) is None


@given(st.sampled_from(LOCALES), st.sampled_from(CURRENCIES), st.integers(0, 10**12))
def test_no_digit_is_lost_between_writing_and_taking_apart(locale: str, currency: str, minor: int) -> None:
    written = form(currency, locale)
    parts = split_amount(written.format(minor))
    assert parts
    plain, _, cents = written.currency.plain(minor).partition(".")
    assert re.sub(r"\D", "", parts.whole) == plain
    assert re.sub(r"\D", "", parts.cents) in (cents, "")
    assert parts.before + parts.behind == written.before + written.behind.strip()


@given(st.sampled_from(LOCALES), st.sampled_from(CURRENCIES), st.integers(0, 10**12))
def test_the_font_of_prices_has_every_amount(locale: str, currency: str, minor: int) -> None:
    assert missing_characters(form(currency, locale).format(minor), BLACK) == []

"""How people write amounts, place by place: where the currency's sign stands, and what parts thousands and cents.

The rules are those of Unicode's CLDR 47, with the sign that a shop of the place prints.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Self

from o2o.errors import SettingError
from o2o.money import Currency

_FIXED, _NARROW = "\u00a0", "\u202f"  # spaces at which no line is broken; _ and ~ below

_EXAMPLES = {
    "¤1,234,567.89": "en zh ja ko th ms es-MX es-US fil mt ga",
    "¤12,34,567.89": "en-IN hi",
    "¤_1,234,567.89": "mn es-PE",
    "¤_1’234’567.89": "de-CH de-LI it-CH en-CH",
    "¤_1.234.567,89": "nl pt-BR de-AT",
    "¤1.234.567,89": "tr id es-AR es-CL es-CO",
    "¤1_234_567,89": "en-ZA",
    "1.234.567,89_¤": "de it es ca gl eu ro hr sl sr bs mk da is el vi az fr-LU",
    "1_234_567,89_¤": "pt pl cs sk hu bg lt lv et fi sv nb no ru uk be kk ky uz sq ka hy fr-CA",
    "1~234~567,89_¤": "fr",
    "1~234~567.89_¤": "fr-CH",
}
"""An amount as it is written, and where: in the places of a language, or in one of them."""

_LATE_GROUPS = ("es", "pl", "pt")
"""Which of these part no four digits: 1299,00 and 12 990,00."""

_SIGNS = {
    "PLN": "zł", "CZK": "Kč", "HUF": "Ft", "SEK": "kr", "NOK": "kr", "DKK": "kr.", "ISK": "kr.", "RON": "lei",
    "BGN": "лв.", "BAM": "KM", "MKD": "ден.", "UAH": "₴", "RUB": "₽", "KZT": "₸", "KGS": "сом", "BYN": "Br", "GEL": "₾",
    "AZN": "₼", "TRY": "₺", "ILS": "₪", "VND": "₫", "THB": "฿", "PHP": "₱", "IDR": "Rp", "MYR": "RM", "LAK": "₭",
    "MNT": "₮", "SGD": "$", "HKD": "HK$", "TWD": "NT$", "MOP": "MOP$", "AUD": "$", "NZD": "$", "CAD": "$", "MXN": "$",
    "BRL": "R$", "ARS": "$", "CLP": "$", "COP": "$", "PEN": "S/", "CRC": "₡", "PYG": "₲", "ZAR": "R", "NGN": "₦",
    "GHS": "GH₵", "KES": "Ksh",
}  # fmt: skip
"""What stands for a currency in its own country, where that is not its symbol in reports."""

_WHOLE = frozenset(("HUF", "RUB", "KZT", "TWD", "IDR", "COP", "CRC", "RSD", "ALL", "AMD", "MNT", "UZS", "LAK", "MMK"))
"""Currencies whose cents are written only where there are some."""

_HOMES = {
    "CNY": "zh-CN", "HKD": "zh-HK", "TWD": "zh-TW", "MOP": "zh-MO", "JPY": "ja-JP", "KRW": "ko-KR", "THB": "th-TH",
    "USD": "en-US", "GBP": "en-GB", "INR": "en-IN", "ZAR": "en-ZA", "CHF": "de-CH", "BRL": "pt-BR", "PLN": "pl-PL",
    "CZK": "cs-CZ", "HUF": "hu-HU", "RON": "ro-RO", "BGN": "bg-BG", "RSD": "sr-RS", "BAM": "bs-BA", "MKD": "mk-MK",
    "ALL": "sq-AL", "SEK": "sv-SE", "NOK": "nb-NO", "DKK": "da-DK", "ISK": "is-IS", "TRY": "tr-TR", "RUB": "ru-RU",
    "UAH": "uk-UA", "BYN": "be-BY", "KZT": "kk-KZ", "KGS": "ky-KG", "UZS": "uz-UZ", "GEL": "ka-GE", "AMD": "hy-AM",
    "AZN": "az-AZ", "VND": "vi-VN", "IDR": "id-ID", "MYR": "ms-MY", "PHP": "fil-PH", "MNT": "mn-MN", "MXN": "es-MX",
    "ARS": "es-AR", "CLP": "es-CL", "COP": "es-CO", "PEN": "es-PE",
}  # fmt: skip
"""Where a currency is at home; the euro and others follow the language."""

_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}))?", re.IGNORECASE | re.ASCII)
_EXAMPLE = re.compile(r"(¤[_~]?)?\d+(.)\d+.\d+(.)\d+([_~]?¤)?")
_GROUP = rf"[.,’'{_FIXED}{_NARROW} ]"
_PARTS = re.compile(rf"(\D*?)(\d{{1,3}}(?:{_GROUP}\d{{2,3}})*{_GROUP}\d{{3}}|\d+)([.,]\d{{1,2}})?(\D.*|)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AmountParts:
    """An amount as it is written, taken apart: ``CHF`` with its space, ``1’299``, ``.90`` and what stands behind."""

    before: str
    whole: str
    cents: str
    behind: str


@dataclass(frozen=True, slots=True)
class AmountForm:
    """How amounts of a currency are written in one place."""

    currency: Currency
    before: str
    behind: str
    group: str
    decimal: str
    groups_of_two: bool
    least_grouped: int

    @classmethod
    def of(cls, currency: Currency, locale: str) -> Self:
        """Return the form of a place such as ``de-DE``; raises SettingError for one that isn't known."""
        name, example = _find_example(locale)
        found = _EXAMPLE.fullmatch(example)
        if found is None:
            raise AssertionError(example)
        before, group, decimal, behind = (_spaced(part or "") for part in found.groups())
        sign = _SIGNS.get(currency.code, currency.symbol.strip())
        if before == "¤" and sign[-1].isalpha():
            before += _FIXED  # CHF 12.90
        return cls(
            currency,
            before.replace("¤", sign),
            behind.replace("¤", sign),
            group,
            decimal,
            ",34," in example,
            10_000 if name in _LATE_GROUPS else 1_000,
        )

    @property
    def sign(self) -> str:
        """What stands for the currency."""
        return (self.before + self.behind).strip()

    def format(self, minor: int) -> str:
        """Return minor units as they are written: 1299 is ``12,99 €``."""
        plain = self.currency.plain(abs(minor))
        whole, _, cents = plain.partition(".")
        if self.currency.code in _WHOLE and not cents.strip("0"):
            cents = ""
        return (
            f"{'-' if minor < 0 else ''}{self.before}{self._grouped(whole)}"
            f"{self.decimal if cents else ''}{cents}{self.behind}"
        )

    def _grouped(self, whole: str) -> str:
        if int(whole) < self.least_grouped:
            return whole
        rest, last = whole[:-3], whole[-3:]
        size = 2 if self.groups_of_two else 3
        first = len(rest) % size
        parts = [rest[:first], *(rest[place : place + size] for place in range(first, len(rest), size)), last]
        return self.group.join(filter(None, parts))


@cache
def find_form(currency: str, locale: str, language: str) -> AmountForm:
    """Return how a shop writes amounts; without a locale it is taken to be where its currency is at home."""
    return AmountForm.of(Currency.of(currency), locale or default_locale(currency, language))


def default_locale(currency: str, language: str) -> str:
    """Return where a shop is taken to be that hasn't said it."""
    return _HOMES.get(currency.upper(), "zh-CN" if language == "zh" else "en-US")


def split_amount(text: str) -> AmountParts | None:
    """Return the parts of a written amount of any form; None for what is no amount."""
    found = _PARTS.fullmatch(text)
    if not found:
        return None
    before, whole, cents, behind = found.groups()
    return AmountParts(before.lstrip(), whole, cents or "", behind.strip())


def _find_example(locale: str) -> tuple[str, str]:
    found = _LOCALE.fullmatch(locale)
    if found:
        language, region = found[1].lower(), (found[2] or "").upper()
        for name in (f"{language}-{region}", language):
            if name in _examples():
                return name, _examples()[name]
    known = ", ".join(sorted({name for name in _examples() if "-" not in name}))
    raise SettingError("locale", locale, "not a place whose amounts are known", f"write de-DE; languages: {known}")


@cache
def _examples() -> dict[str, str]:
    return {name: example for example, names in _EXAMPLES.items() for name in names.split()}


def _spaced(part: str) -> str:
    return part.replace("_", _FIXED).replace("~", _NARROW)

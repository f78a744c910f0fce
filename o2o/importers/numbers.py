"""Numbers as people and spreadsheets write them; which sign begins the decimals is known for a column, not a cell."""

import re
from dataclasses import dataclass
from decimal import Decimal

from o2o.importers.messages import NEGATIVE, NO_SUCH_AMOUNT, NOT_AN_AMOUNT, OTHER_CURRENCY, TOO_MANY_DECIMALS, CellError
from o2o.money import Currency

NOTHING = frozenset(("", "-", "--", "–", "—", "——"))
"""What stands in a cell of amounts that has none."""

_LONGEST = 15
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2008\u2009\u202f\u3000"), " ")
_WIDTHS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = str.maketrans(_WIDTHS | _BLANKS | {"￥": "¥", "￡": "£", "￠": "¢", "￦": "₩", "’": "'", "ʼ": "'", "−": "-"})
_CELL = re.compile(
    r"(?P<open>\()? *(?P<sign>[-+]?) *(?P<mark>[^\d\s.,'()+-]*) *(?P<second>[-+]?) *"
    r"(?P<body>[\d.,' ]*\d) *(?P<after>[^\d\s.,'()+-]*) *(?P<trailing>-?) *(?P<close>\))?",
    re.ASCII,
)
_DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "TWD", "SGD", "MXN", "BRL", "ARS", "CLP", "COP"))
_CROWNS = frozenset(("SEK", "NOK", "DKK", "ISK"))
_MARKS: dict[str, frozenset[str]] = {
    "¥": frozenset(("CNY", "JPY")), "元": frozenset(("CNY", "TWD", "HKD", "SGD", "MOP")), "$": _DOLLARS, "kr": _CROWNS,
} | {
    mark: frozenset((code,))
    for code, marks in {
        "CNY": "RMB 人民币 块 CN¥ RMB¥", "JPY": "円 日元 JP¥", "USD": "US$ 美元", "EUR": "€ 欧元", "GBP": "£ 英镑",
        "KRW": "₩ 원 韩元", "INR": "₹", "PLN": "zł zl", "CZK": "Kč", "HUF": "Ft", "RUB": "₽ руб", "UAH": "₴ грн",
        "TRY": "₺ TL", "VND": "₫ đ", "THB": "฿", "PHP": "₱", "MYR": "RM", "IDR": "Rp", "BRL": "R$", "HKD": "HK$ 港元",
        "TWD": "NT$ NT 新台币", "SGD": "S$", "AUD": "A$", "CAD": "C$", "CHF": "Fr", "ILS": "₪", "KZT": "₸", "NGN": "₦",
        "SEK": "", "NOK": "", "DKK": "", "RON": "lei", "BGN": "лв", "AED": "", "SAR": "", "ZAR": "", "MXN": "",
    }.items()
    for mark in (code, *marks.split())
}  # fmt: skip


def _form_of(separator: str) -> re.Pattern[str]:
    grouping = "[,' ]" if separator == "." else "[.' ]"
    whole = rf"(?:\d+|[1-9]\d{{0,2}}(?P<group>{grouping})\d{{3}}(?:(?P=group)\d{{3}})*)"
    return re.compile(rf"(?P<whole>{whole})?(?:{re.escape(separator)}(?P<decimals>\d+))?", re.ASCII)


_FORMS = {separator: _form_of(separator) for separator in ".,"}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number taken apart: its digits with their separators, whether it is negative, and what stands beside it."""

    body: str
    negative: bool
    mark: str


def take_apart(cell: str) -> Numeral | None:
    """Return the parts of a number with, perhaps, a currency beside it; None for what is none."""
    match = _CELL.fullmatch(cell.translate(_PLAIN).strip())
    if not match or bool(match["open"]) != bool(match["close"]) or (match["mark"] and match["after"]):
        return None
    signs = [sign for sign in (match["sign"], match["second"], match["trailing"], match["open"]) if sign]
    if len(signs) > 1:
        return None
    return Numeral(match["body"], bool(signs) and signs != ["+"], match["mark"] or match["after"])


def find_separators(cell: str) -> tuple[str, ...]:
    """Return the signs that may begin the decimals of a cell: none where it doesn't matter, two where it is unclear."""
    numeral = take_apart(cell)
    if numeral is None or not ("." in numeral.body or "," in numeral.body):
        return ()
    return tuple(separator for separator, form in _FORMS.items() if form.fullmatch(numeral.body))


def find_whole_separators(cell: str) -> tuple[str, ...]:
    """Return those of ``find_separators`` with which a cell is a whole number: a currency may have no other amounts."""
    values = ((separator, read_decimal(cell, separator)) for separator in find_separators(cell))
    return tuple(separator for separator, value in values if value is not None and value == int(value))


def read_decimal(cell: str, separator: str) -> Decimal | None:
    """Return the size of a number when ``separator`` begins the decimals; None for what is no number then."""
    numeral = take_apart(cell)
    match = numeral and _FORMS[separator].fullmatch(numeral.body)
    if not match:
        return None
    whole = re.sub(r"\D", "", match["whole"] or "")
    return Decimal(f"{whole or 0}.{match['decimals']}" if match["decimals"] else whole)


def parse_amount(cell: str, separator: str, currency: Currency) -> int | None:
    """Return the minor units of an amount, None where there is none; else raise CellError."""
    if cell in NOTHING:
        return None
    numeral, value = take_apart(cell), read_decimal(cell, separator)
    if numeral is None or value is None:
        raise CellError(NOT_AN_AMOUNT)
    check_mark(numeral.mark, currency)
    minor = minor_units(value, currency)
    if numeral.negative and minor:
        raise CellError(NEGATIVE)
    return minor


def minor_units(value: Decimal, currency: Currency) -> int:
    """Return an amount in minor units; raises CellError for more decimals than the currency has."""
    if value.adjusted() >= _LONGEST:
        raise CellError(NO_SUCH_AMOUNT)
    whole, _, decimals = f"{value:f}".partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > currency.digits:
        raise CellError(TOO_MANY_DECIMALS, digits=currency.digits, currency=currency.code)
    return int(whole + decimals.ljust(currency.digits, "0"))


def check_mark(mark: str, currency: Currency) -> None:
    """Raise CellError for what stands beside an amount and isn't the currency that the shop counts in."""
    if not mark or mark == currency.symbol.strip():
        return
    known = _MARKS.get(mark) or _MARKS.get(mark.upper())
    if known is None:
        raise CellError(NOT_AN_AMOUNT)
    if currency.code not in known:
        raise CellError(OTHER_CURRENCY, found=mark, currency=currency.code)

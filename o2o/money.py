"""Money as whole minor units of one currency (ISO 4217), never a float."""

import re
from dataclasses import dataclass
from typing import Self

from o2o.errors import SettingError

_SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "KRW": "₩", "INR": "₹"}
_DIGITS = dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "UGX", "PYG"), 0) | dict.fromkeys(
    ("KWD", "BHD", "JOD", "OMR", "TND", "IQD", "LYD"), 3
)
_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?", re.ASCII)
_LARGEST = 10**15


class TooLargeError(ValueError):
    """A number, well written, that is larger than any that is kept."""


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency: its code, its symbol and how many digits its minor unit has."""

    code: str
    symbol: str
    digits: int

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the currency of a three-letter code; else raise SettingError."""
        code = code.strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise SettingError("currency", code, "not an ISO 4217 code", "use three letters such as CNY")
        return cls(code, _SYMBOLS.get(code, code + " "), _DIGITS.get(code, 2))

    def parse(self, text: str) -> int:
        """Return the minor units of a plain decimal such as ``12.80``; else raise ValueError with a reason.

        Raises TooLargeError for one that is larger than what is kept.
        """
        match = _DECIMAL.fullmatch(text.strip())
        if not match:
            raise ValueError("not a plain decimal; write 12.80")
        sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
        if len(fraction) > self.digits:
            raise ValueError(f"more than {self.digits} decimals for {self.code}")
        minor = int(whole + fraction.ljust(self.digits, "0"))
        if minor > _LARGEST:
            raise TooLargeError("too large to be an amount")
        return -minor if sign == "-" else minor

    def plain(self, minor: int) -> str:
        """Return minor units as a plain decimal: 1280 is ``12.80``."""
        sign, minor = ("-", -minor) if minor < 0 else ("", minor)
        if not self.digits:
            return f"{sign}{minor}"
        whole, rest = divmod(minor, 10**self.digits)
        return f"{sign}{whole}.{rest:0{self.digits}d}"

    def format(self, minor: int) -> str:
        """Return minor units for people: 128000 is ``¥1,280.00``."""
        sign, plain = ("-", self.plain(-minor)) if minor < 0 else ("", self.plain(minor))
        whole, point, rest = plain.partition(".")
        return f"{sign}{self.symbol}{int(whole):,}{point}{rest}"

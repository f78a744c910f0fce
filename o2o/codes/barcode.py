"""EAN-13 bars from their digits.

Source: ISO/IEC 15420: each digit is seven modules; the first digit is told by which of two sets,
odd (A) or even (B), draws each of the six digits on the left.
"""

from o2o.codes.gs1 import check_digit
from o2o.errors import SettingError

MODULES = 95
"""Width of the bars in modules, without the quiet zones."""

QUIET_ZONES = (11, 7)
"""Modules that stay light on the left and on the right."""

_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_RIGHT = tuple(pattern.translate(str.maketrans("01", "10")) for pattern in _ODD)
_EVEN = tuple(pattern[::-1] for pattern in _RIGHT)
_SETS_BY_FIRST_DIGIT = (
    "AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA",
)  # fmt: skip
_GUARD, _CENTRE = "101", "01010"


def ean13_modules(digits: str) -> str:
    """Return 95 characters, 1 for a dark and 0 for a light module, of 13 digits with the right check digit."""
    if len(digits) != 13 or not digits.isascii() or not digits.isdigit() or check_digit(digits[:-1]) != digits[-1]:
        raise SettingError("EAN", digits, "not 13 digits with the right check digit", "compare it with the package")
    sets = _SETS_BY_FIRST_DIGIT[int(digits[0])]
    left = ((_ODD if name == "A" else _EVEN)[int(digit)] for name, digit in zip(sets, digits[1:7], strict=True))
    right = (_RIGHT[int(digit)] for digit in digits[7:])
    return _GUARD + "".join(left) + _CENTRE + "".join(right) + _GUARD

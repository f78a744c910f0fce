"""GS1 numbers: lengths and check digits.

Source: GS1 General Specifications, section 7.9 (check digit: weights 3 and 1 from the right).
"""

GTIN_LENGTHS = (8, 12, 13, 14)
"""How many digits a GTIN has."""


def check_digit(digits: str) -> str:
    """Return the check digit of all digits of a GTIN but the last."""
    values = digits.encode("ascii")
    odd, even = values[::-2], values[-2::-2]
    total = 3 * sum(odd) + sum(even) - ord("0") * (3 * len(odd) + len(even))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Tell whether a text is a GTIN-8, 12, 13 or 14 with the right check digit."""
    return text.isascii() and text.isdigit() and len(text) in GTIN_LENGTHS and check_digit(text[:-1]) == text[-1]

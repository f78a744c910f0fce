"""What GS1 element strings hold, beyond length and character set: each check returns why a text is wrong, or nothing.

Source: GS1 General Specifications, sections 3 and 7; ISO 3166-1, ISO 4217, ISO 5218, ISO 13616 where they are named.
"""

import re
from collections.abc import Callable
from datetime import date
from importlib.resources import files

from o2o.codes.check_digits import check_digit

Check = Callable[[str], str]

_PAIR_WEIGHTS = (83, 79, 73, 71, 67, 61, 59, 53, 47, 43, 41, 37, 31, 29, 23, 19, 17, 13, 11, 7, 5, 3, 2)
_PAIR_DIGITS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def _load_list(name: str) -> frozenset[str]:
    lines = files("o2o.codes").joinpath("iso_lists.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line.startswith(f"{name} ")]
    return frozenset(entry for line in listed for entry in line.split()[1:])


_COUNTRIES, _COUNTRIES_2, _CURRENCIES = map(_load_list, ("country", "country2", "currency"))


def _matches(pattern: str, reason: str) -> Check:
    expression = re.compile(pattern, re.ASCII)
    return lambda text: "" if expression.fullmatch(text) else reason


def _is_among(listed: frozenset[str], reason: str) -> Check:
    return lambda text: "" if text in listed else reason


def _lies_between(first: int, last: int, reason: str) -> Check:
    return lambda text: "" if text.isdigit() and first <= int(text) <= last else reason


def _check(text: str) -> str:
    return "" if check_digit(text[:-1]) == text[-1] else "wrong check digit"


def _check_pair(text: str) -> str:
    """Check the two characters at the end of a Global Model Number (section 7.9.5): weights are primes, modulo 1021."""
    body, pair = text[:-2], text[-2:]
    if not 1 <= len(body) <= len(_PAIR_WEIGHTS) or set(body) - set(_SET_82):
        return "too short for a check character pair"
    weights = _PAIR_WEIGHTS[len(_PAIR_WEIGHTS) - len(body) :]
    total = sum(_SET_82.index(character) * weight for character, weight in zip(body, weights, strict=True)) % 1021
    return "" if pair == _PAIR_DIGITS[total >> 5] + _PAIR_DIGITS[total & 31] else "wrong check character pair"


def _day(text: str) -> str:
    try:
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return "no such day"
    return ""


def _day_or_month(text: str) -> str:
    return _day(text[:4] + "01") if text[4:] == "00" else _day(text)


def _birthday(text: str) -> str:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return "no such day"
    return ""


def _piece_of_total(text: str) -> str:
    piece, total = int(text[:2]), int(text[2:])
    return "" if 0 < piece <= total else "no such piece of a total"


def _place_in_sequence(text: str) -> str:
    place, slash, length = text.partition("/")
    return "" if slash and "0" < place <= length and place.isdigit() and length.isdigit() else "no place/length"


def _iban(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]+", text, re.ASCII) or text[:2] not in _COUNTRIES_2:
        return "not an IBAN"
    number = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return "" if int(number) % 97 == 1 else "wrong check digits of an IBAN"


CHECKS: dict[str, Check] = {
    "check": _check,
    "check_pair": _check_pair,
    "day": _day,
    "day0": _day_or_month,
    "birthday": _birthday,
    "time": _matches(r"([01]\d|2[0-3])[0-5]\d", "no such time"),
    "hour": _lies_between(0, 23, "no such hour"),
    "minute": _lies_between(0, 59, "no such minute"),
    "second": _lies_between(0, 59, "no such second"),
    "country": _is_among(_COUNTRIES, "no country of ISO 3166"),
    "country999": _is_among(_COUNTRIES | {"999"}, "no country of ISO 3166"),
    "country2": _is_among(_COUNTRIES_2, "no country of ISO 3166"),
    "currency": _is_among(_CURRENCIES, "no currency of ISO 4217"),
    "sex": _is_among(frozenset("0129"), "not a code of ISO 5218"),
    "flag": _is_among(frozenset("01"), "neither 0 nor 1"),
    "winding": _is_among(frozenset("019"), "neither 0, 1 nor 9"),
    "zero": _matches("0+", "not zero"),
    "nonzero": lambda text: "" if text.strip("0") else "zero",
    "unpadded": lambda text: "begins with a zero" if text[:1] == "0" else "",
    "nondigit": lambda text: "digits only" if text.isdigit() else "",
    "hyphen": _matches("-+", "not a hyphen"),
    "escaped": _matches(r"([^%]|%[0-9A-Fa-f]{2})*", "a % without two hexadecimal digits behind it"),
    "piece": _piece_of_total,
    "sequence": _place_in_sequence,
    "latitude": _lies_between(0, 1_800_000_000, "no such latitude"),
    "longitude": _lies_between(0, 3_600_000_000, "no such longitude"),
    "media": _matches("0[1-9]|10|[89]\\d", "no such medium"),
    "importer": _matches("[-0-9A-Z_a-z]", "not an importer index"),
    "iban": _iban,
}
"""Each check by the name that it has in application_identifiers.txt."""

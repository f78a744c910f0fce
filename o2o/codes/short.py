"""Short codes: seven random characters and one check character, from capitals and digits without look-alikes."""

import secrets
from collections.abc import Callable

from o2o.errors import O2OError

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters, without 0 O 1 I L; 31 is prime, which the check character needs."""

LENGTH = 8
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class MisreadCodeError(O2OError):
    """A text that can't be a code of ours: a letter was mistyped or it is something else."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not a code: a character is wrong or missing; compare it with the print")


def make_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a new random code, one of 31^7 (2.8e10)."""
    body = "".join(choose(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the check character: the sum of position times value, modulo 31.

    The modulus is prime and larger than any position, so each single wrong character and each swap of two
    different characters changes it.
    """
    total = sum(position * _VALUES[character] for position, character in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def parse_code(text: str) -> str:
    """Return a code in capitals; raises MisreadCodeError when the text can't be one."""
    code = text.strip().upper()
    if len(code) != LENGTH or not set(code) <= _VALUES.keys() or check_character(code[:-1]) != code[-1]:
        raise MisreadCodeError(text[:64])
    return code


def is_code(text: str) -> bool:
    """Tell whether a text is a well-formed code, in either case."""
    try:
        parse_code(text)
    except MisreadCodeError:
        return False
    return True

"""Staff who test codes mark their phone, so that its scans are tests: for long by a secret link, or by a printed card.

A card is a touchpoint of the carrier ``staff_card``, one a store. Who scans it is staff for a while: the phone by
a signed cookie that says until when, a phone without cookies by what its visitor is (see ``verdict``).
"""

from hashlib import blake2b
from hmac import compare_digest

from o2o.collect.verdicts.hit import Signal
from o2o.collect.visitors.cookies import find_cookie, make_cookie
from o2o.times import DAY, SECOND

_LINK_COOKIE = "o2o_staff"
_CARD_COOKIE = "o2o_card"
_LINK_LASTS = 365 * DAY // SECOND


def make_staff_token(secret: bytes) -> str:
    """Return what the link and the mark hold."""
    return blake2b(b"staff", key=secret, digest_size=12).hexdigest()


def is_staff_token(text: str, secret: bytes) -> bool:
    """Tell whether a text is the token of this file."""
    return compare_digest(text.lower().encode(), make_staff_token(secret).encode())


def find_staff(cookies: str, secret: bytes, at: int) -> Signal:
    """Return what the marks among the cookies of a request tell at a time."""
    found = Signal.NONE
    if "o2o_" not in cookies:
        return found
    if is_staff_token(find_cookie(cookies, _LINK_COOKIE), secret):
        found |= Signal.STAFF
    if _is_card_mark(find_cookie(cookies, _CARD_COOKIE), secret, at):
        found |= Signal.STAFF | Signal.CARD
    return found


def make_mark(secret: bytes, *, path: str, secure: bool, remove: bool = False) -> str:
    """Return the header that marks a phone for long, or takes the mark off again."""
    lasts = 0 if remove else _LINK_LASTS
    return make_cookie(_LINK_COOKIE, make_staff_token(secret), lasts, path=path, secure=secure)


def make_card_mark(secret: bytes, at: int, days: int, *, path: str, secure: bool) -> str:
    """Return the header that marks the phone which scanned a staff card."""
    until = str(at + days * DAY)
    value = f"{until}.{_seal(until, secret)}"
    return make_cookie(_CARD_COOKIE, value, days * DAY // SECOND, path=path, secure=secure)


def _is_card_mark(value: str, secret: bytes, at: int) -> bool:
    until, _, seal = value.partition(".")
    return compare_digest(seal.encode(), _seal(until, secret).encode()) and until.isdecimal() and at <= int(until)


def _seal(until: str, secret: bytes) -> str:
    return blake2b(f"card {until}".encode("utf-8", "replace"), key=secret, digest_size=12).hexdigest()

"""Staff who test codes mark their phone once, by a link that only the shop knows; its scans are tests from then on."""

from hashlib import blake2b
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie

from o2o.times import DAY, SECOND

_COOKIE = "o2o_staff"
_LASTS = 365 * DAY // SECOND


def make_staff_token(secret: bytes) -> str:
    """Return what the link and the mark hold."""
    return blake2b(b"staff", key=secret, digest_size=12).hexdigest()


def is_staff_token(text: str, secret: bytes) -> bool:
    """Tell whether a text is the token of this file."""
    return compare_digest(text.lower().encode(), make_staff_token(secret).encode())


def is_staff_phone(cookies: str, secret: bytes) -> bool:
    """Tell whether the cookies of a request hold the mark."""
    if _COOKIE not in cookies:
        return False
    try:
        found = SimpleCookie(cookies).get(_COOKIE)
    except CookieError:
        return False
    return found is not None and is_staff_token(found.value, secret)


def make_mark(secret: bytes, *, path: str, secure: bool, remove: bool = False) -> str:
    """Return the header that marks a phone, or takes the mark off again."""
    lasts = 0 if remove else _LASTS
    return (
        f"{_COOKIE}={make_staff_token(secret)}; Max-Age={lasts}; Path={path or '/'}; HttpOnly; SameSite=Lax"
        f"{'; Secure' if secure else ''}"
    )

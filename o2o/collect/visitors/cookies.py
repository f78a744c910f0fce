"""Cookies of our own: read from a request's header, and written for an answer's."""


def find_cookie(cookies: str, name: str) -> str:
    """Return the value of a cookie in a ``Cookie`` header, or an empty text."""
    if name not in cookies:
        return ""
    for part in cookies.replace(",", ";").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value.strip('"')
    return ""


def make_cookie(name: str, value: str, seconds: int, *, path: str, secure: bool) -> str:
    """Return a ``Set-Cookie`` header for a value of letters, digits and ``-_.``; 0 seconds take the cookie back."""
    return (
        f"{name}={value}; Max-Age={seconds}; Path={path or '/'}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    )

"""The address that a scan is sent to: the destination with the click id put into its query."""

import re
from urllib.parse import quote, urlsplit

_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
"""What may stand in a URL as it is, besides letters, digits and ``-._``."""

_PLAIN = re.compile(rf"[\w.{re.escape(_URL_CHARACTERS)}-]*", re.ASCII)


def make_ascii_url(url: str) -> str:
    """Return a URL that may stand in a header: host in punycode, all else that isn't ASCII percent-encoded."""
    if _PLAIN.fullmatch(url):
        return url
    host = urlsplit(url).netloc
    return quote(url.replace(host, _ascii_host(host), 1), safe=_URL_CHARACTERS)


def add_parameter(url: str, name: str, value: str) -> str:
    """Return ``url`` with ``name=value`` at the end of its query; all else, the fragment too, stays as it is."""
    url, hash_sign, fragment = url.partition("#")
    address, _, query = url.partition("?")
    others = [part for part in query.split("&") if part and part.partition("=")[0] != name]
    return f"{address}?{'&'.join([*others, f'{name}={value}'])}{hash_sign}{fragment}"


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host

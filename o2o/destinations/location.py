"""The address that a scan is sent to: checked when it is set, filled in from the table, never led by a request."""

import re
from functools import lru_cache
from typing import NamedTuple, Self
from urllib.parse import quote, urlsplit

from o2o.config import ascii_host, split_address
from o2o.destinations.visit import Visit
from o2o.errors import SettingError

PLACEHOLDERS = (
    "code", "kind", "sku", "person", "place", "table", "store", "city", "campaign", "carrier", "label",
    "click", "lot", "serial",
)  # fmt: skip
"""What may stand in braces in a destination; the last three are the scan's, the others its touchpoint's."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_SCAN = {"click", "lot", "serial"}
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
"""What may stand in a URL as it is, besides letters, digits and ``-._``."""

_PLAIN = re.compile(rf"[\w.{re.escape(_URL_CHARACTERS)}-]*", re.ASCII)


def check_destination(url: str, hosts: tuple[str, ...] = ()) -> None:
    """Raise SettingError unless ``url`` is an http(s) address of an allowed host, with placeholders we can fill in."""
    parts = split_address(_PLACEHOLDER.sub("x", url))
    if parts is None:
        raise SettingError("destination", url, "not a web address", "write https://shop.yourshop.com/item?sku={sku}")
    if "{" in urlsplit(url).netloc:
        raise SettingError("destination", url, "a placeholder in the host", "put it in the path or the query")
    for name in _PLACEHOLDER.findall(url):
        if name not in PLACEHOLDERS:
            raise SettingError("destination", url, f"unknown {{{name}}}", f"use one of {', '.join(PLACEHOLDERS)}")
    if {"{", "}"} & set(_PLACEHOLDER.sub("", url)):
        raise SettingError("destination", url, "a brace without its pair", "write placeholders such as {code}")
    if not is_allowed(url, hosts):
        advice = f"use one of {', '.join(hosts)}, or allow it: o2o setting set destination_hosts {','.join(hosts)},…"
        raise SettingError("destination", url, "its host is not allowed", advice)


@lru_cache(4_096)
def is_allowed(url: str, hosts: tuple[str, ...]) -> bool:
    """Tell whether scans may be sent to the host of an address; ``*.shop.com`` are all below it, no hosts mean any."""
    parts = split_address(_PLACEHOLDER.sub("x", url))
    if parts is None:
        return False
    host = ascii_host(parts.hostname or "").lower().rstrip(".")
    return not hosts or any(host == one or (one[:2] == "*." and host.endswith(one[1:])) for one in hosts)


class Location(NamedTuple):
    """An address of one touchpoint, cut where a scan's own values go in: every second piece names one."""

    without_click: tuple[str, ...]
    with_click: tuple[str, ...]

    @classmethod
    def make(cls, url: str, values: dict[str, str], click_parameter: str) -> Self:
        """Return a destination with the values of its touchpoint; the click id stands at {click}, else in the query."""
        return cls(*(_fill(pieces, values) for pieces in _cut(url, click_parameter)))

    @property
    def fixed(self) -> str | None:
        """The address without a click id if it is the same for each scan."""
        return self.without_click[0] if len(self.without_click) == 1 else None

    def fill(self, visit: Visit) -> str:
        """Return the address for a scan."""
        pieces = self.with_click if visit.click_id else self.without_click
        if len(pieces) == 1:
            return pieces[0]
        if len(pieces) == 3 and pieces[1] == "click":
            return pieces[0] + visit.click_id + pieces[2]
        values = {"click": visit.click_id, "lot": visit.lot, "serial": visit.serial}
        return "".join(quote(values[p], safe="") if index % 2 else p for index, p in enumerate(pieces))


@lru_cache(4_096)
def _cut(url: str, click_parameter: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return an address without and with a click id, cut at its placeholders: every second piece names one."""
    url = make_ascii_url(url)
    clicked = url if "{click}" in url else add_parameter(url, click_parameter, "{click}")
    return tuple(_PLACEHOLDER.split(url)), tuple(_PLACEHOLDER.split(clicked))


def _fill(pieces: tuple[str, ...], values: dict[str, str]) -> tuple[str, ...]:
    """Return pieces with each value of a touchpoint, percent-encoded, or nothing, in its place; those of scans stay."""
    filled = [pieces[0]]
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in _OF_SCAN:
            filled += [name, text]
        else:
            value = values.get(name, "")
            filled[-1] += (value if value.isascii() and value.isalnum() else quote(value, safe="")) + text
    return tuple(filled)


def make_ascii_url(url: str) -> str:
    """Return a URL that may stand in a header: host in punycode, all else that isn't ASCII percent-encoded.

    Braces stay, for what is filled in later.
    """
    if _PLAIN.fullmatch(url):
        return url
    host = urlsplit(url).netloc
    return quote(url.replace(host, ascii_host(host), 1), safe=_URL_CHARACTERS + "{}")


def add_parameter(url: str, name: str, value: str) -> str:
    """Return ``url`` with ``name=value`` at the end of its query; all else, the fragment too, stays as it is."""
    url, hash_sign, fragment = url.partition("#")
    address, _, query = url.partition("?")
    others = [part for part in query.split("&") if part and part.partition("=")[0] != name]
    return f"{address}?{'&'.join([*others, f'{name}={value}'])}{hash_sign}{fragment}"

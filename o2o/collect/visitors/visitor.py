"""A visitor without a name: a keyed hash of address prefix, user agent and site, new each day, or a cookie.

The address itself is never kept. The key of the hash is the salt of the day, so that nobody can be followed from one
day to the next, or be found out by trying addresses once the salt is gone. A cookie holds the id of the scan that set
it, which is random, and is the visitor from the next scan on: a phone that sends none back stays the hash that it is
without. The row of that first scan joins its visitor as the second is taken in.
"""

import re
from base64 import urlsafe_b64encode
from binascii import b2a_base64
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from ipaddress import IPv6Address
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from o2o.collect.verdicts.hit import Signal
from o2o.collect.visitors.cookies import find_cookie, make_cookie
from o2o.collect.visitors.staff import find_staff
from o2o.config import DoNotTrack, Settings, VisitorMode
from o2o.keys import SALT_BYTES, Keys
from o2o.times import DAY, MINUTE, SECOND

_IPV4 = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}", re.ASCII)
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_MIDNIGHT_GAP = 30 * MINUTE
_REMEMBERED = 100_000
_COOKIE = "o2o_visitor"
# joining flags takes longer than all else about them
_NO_LANGUAGE, _UNTRACKED = int(Signal.NO_LANGUAGE), int(Signal.UNTRACKED)
_COOKIE_SENT, _OFFERED = int(Signal.COOKIE), int(Signal.OFFERED)


@lru_cache(maxsize=65_536)
def address_prefix(address: str) -> str:
    """Return ``find_prefix`` of an address that may well come again."""
    return find_prefix(address)


def find_prefix(address: str) -> str:
    """Return the /24 of an IPv4 address, the /48 of an IPv6 one, and any other text (a host name) as it is."""
    if match := _IPV4.fullmatch(address):
        return match[1]
    try:
        ip = IPv6Address(address)
    except ValueError:
        return address
    return find_prefix(str(ip.ipv4_mapped)) if ip.ipv4_mapped else ip.packed[:6].hex()


@lru_cache(maxsize=16_384)  # a phone that looks around scans again and again
def hash_visitor(salt: bytes, address: str, user_agent: str, site: str) -> str:
    """Return the visitor of a hit under one salt: 20 URL-safe characters."""
    facts = (address_prefix(address), user_agent, site)
    return hash_facts(salt, *(fact.encode("utf-8", "surrogatepass") for fact in facts))


def hash_facts(salt: bytes, prefix: bytes, user_agent: bytes, site: bytes) -> str:
    """Return the visitor that a prefix of an address, a user agent and a site make."""
    hash_ = _begin_hash(salt).copy()
    hash_.update(b"\0".join((prefix, user_agent, site)))
    return b2a_base64(hash_.digest(), newline=False).translate(_URL_SAFE).decode("ascii")


@lru_cache(maxsize=64)
def _begin_hash(salt: bytes) -> blake2b:
    return blake2b(key=salt, digest_size=15)


@lru_cache(maxsize=4_096)
def log_salt(secret: bytes, day: int) -> bytes:
    """Return the salt of a day of an imported log: always the same, so that a second import finds its rows again."""
    return blake2b(b"log day %d" % day, key=secret, digest_size=SALT_BYTES).digest()


class Traits(NamedTuple):
    """What of a request tells who asks.

    ``untracked``: it says Do-Not-Track or Sec-GPC; ``path``: what is before the codes at the host that was asked.
    """

    address: str
    user_agent: str
    cookies: str = ""
    language: str = ""
    untracked: bool = False
    path: str = ""


class Identity(NamedTuple):
    """Who asks, what else tells about the hit, and the cookie to answer with (an empty text: none)."""

    visitor: str | None
    signals: int
    set_cookie: str


@dataclass(frozen=True, slots=True)
class VisitorRules:
    """How a shop tells visitors apart: the site that hashes hold for, and what the cookie is, if there is one."""

    site: str
    secure: bool = True
    cookie_days: int = 0
    respects_untracked: bool = True

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules of a shop's settings."""
        base = urlsplit(settings.base_url)
        return cls(
            base.hostname or "",
            base.scheme == "https",
            settings.visitor_days if settings.visitor_mode == VisitorMode.COOKIE else 0,
            settings.do_not_track == DoNotTrack.RESPECT,
        )


class Visitors:
    """Gives each served hit its visitor; whoever is there over midnight (UTC) stays one visitor for that visit."""

    def __init__(self, keys: Keys, rules: VisitorRules) -> None:
        self.keys = keys
        self.rules = rules
        self._late: dict[str, int] = {}
        self._latest = 0

    def identify(self, traits: Traits, at: int, scan_id: str) -> Identity:
        """Return who makes a hit; there must be a salt for its day, and ``scan_id`` be random and its own."""
        signals = int(find_staff(traits.cookies, self.keys.secret, at)) if traits.cookies else 0
        if not traits.language:
            signals |= _NO_LANGUAGE
        if traits.untracked and self.rules.respects_untracked:
            return Identity(None, signals | _UNTRACKED, "")
        if not self.rules.cookie_days:
            return Identity(self.hash(traits, at), signals, "")
        if known := read_cookie(traits.cookies, self.keys.secret):
            return Identity(known, signals | _COOKIE_SENT, "")
        return Identity(self.hash(traits, at), signals | _OFFERED, self._offer(scan_id, traits.path))

    def hash(self, traits: Traits, at: int) -> str:
        """Return the visitor that network and browser make on that day."""
        facts = (traits.address, traits.user_agent, self.rules.site)
        visitor = hash_visitor(self.keys.salts[at // DAY], *facts)
        if self._late:
            visitor = self._carry_over(visitor, facts, at)
        if at % DAY >= DAY - _MIDNIGHT_GAP:
            self._remember(visitor, at)
        return visitor

    def _offer(self, scan_id: str, path: str) -> str:
        value = f"{scan_id}.{_seal(scan_id, self.keys.secret)}"
        lasts = self.rules.cookie_days * DAY // SECOND
        return make_cookie(_COOKIE, value, lasts, path=path, secure=self.rules.secure)

    def _carry_over(self, visitor: str, facts: tuple[str, str, str], at: int) -> str:
        before = self.keys.salts.get(at // DAY - 1)
        if before is None or at - self._latest > _MIDNIGHT_GAP:
            self._late.clear()
            return visitor
        earlier = hash_visitor(before, *facts)
        if at - self._late.get(earlier, -DAY) > _MIDNIGHT_GAP:
            return visitor
        self._remember(earlier, at)
        return earlier

    def _remember(self, visitor: str, at: int) -> None:
        self._late[visitor] = self._latest = at
        if len(self._late) > _REMEMBERED:
            del self._late[next(iter(self._late))]


def read_cookie(cookies: str, secret: bytes) -> str:
    """Return the visitor of a cookie that we set ourselves, or an empty text."""
    visitor, _, seal = find_cookie(cookies, _COOKIE).partition(".")
    return visitor if seal and compare_digest(seal.encode(), _seal(visitor, secret).encode()) else ""


def _seal(visitor: str, secret: bytes) -> str:
    digest = blake2b(f"visitor {visitor}".encode("utf-8", "replace"), key=secret, digest_size=12).digest()
    return urlsafe_b64encode(digest).decode("ascii")

"""A visitor without a name: a keyed hash of address prefix, user agent and site, new each day.

The address itself is never kept. The key is the salt of the day, so that nobody can be followed from one day
to the next, or be found out by trying addresses once the salt is gone.
"""

import re
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address

from o2o.keys import SALT_BYTES, Keys
from o2o.times import DAY, MINUTE

_IPV4 = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}", re.ASCII)
_MIDNIGHT_GAP = 30 * MINUTE
_REMEMBERED = 100_000


@lru_cache(maxsize=65_536)
def address_prefix(address: str) -> str:
    """Return the /24 of an IPv4 address, the /48 of an IPv6 one, and any other text (a host name) as it is."""
    if match := _IPV4.fullmatch(address):
        return match[1]
    try:
        ip = IPv6Address(address)
    except ValueError:
        return address
    return address_prefix(str(ip.ipv4_mapped)) if ip.ipv4_mapped else ip.packed[:6].hex()


def hash_visitor(salt: bytes, address: str, user_agent: str, site: str) -> str:
    """Return the visitor of a hit under one salt: 20 URL-safe characters."""
    text = "\0".join((address_prefix(address), user_agent, site))
    digest = blake2b(text.encode("utf-8", "surrogatepass"), key=salt, digest_size=15).digest()
    return urlsafe_b64encode(digest).decode("ascii")


@lru_cache(maxsize=4_096)
def log_salt(secret: bytes, day: int) -> bytes:
    """Return the salt of a day of an imported log: always the same, so that a second import finds its rows again."""
    return blake2b(b"log day %d" % day, key=secret, digest_size=SALT_BYTES).digest()


class Visitors:
    """Gives each served hit its visitor; whoever is there over midnight (UTC) stays one visitor for that visit."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._late: dict[str, int] = {}
        self._latest = 0

    def identify(self, address: str, user_agent: str, site: str, at: int) -> str:
        """Return the visitor of a hit; there must be a salt for its day."""
        visitor = hash_visitor(self.keys.salts[at // DAY], address, user_agent, site)
        if self._late:
            visitor = self._carry_over(visitor, (address, user_agent, site), at)
        if at % DAY >= DAY - _MIDNIGHT_GAP:
            self._remember(visitor, at)
        return visitor

    def _carry_over(self, visitor: str, traits: tuple[str, str, str], at: int) -> str:
        before = self.keys.salts.get(at // DAY - 1)
        if before is None or at - self._latest > _MIDNIGHT_GAP:
            self._late.clear()
            return visitor
        earlier = hash_visitor(before, *traits)
        if at - self._late.get(earlier, -DAY) > _MIDNIGHT_GAP:
            return visitor
        self._remember(earlier, at)
        return earlier

    def _remember(self, visitor: str, at: int) -> None:
        self._late[visitor] = self._latest = at
        if len(self._late) > _REMEMBERED:
            del self._late[next(iter(self._late))]

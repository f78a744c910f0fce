"""Whose address a request has: ``X-Forwarded-For`` is believed only from proxies that were listed."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from o2o.errors import SettingError


class Proxies:
    """The listed proxies."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network] = ()) -> None:
        self._networks = tuple(networks)
        self._lists = lru_cache(maxsize=65_536)(self._is_listed)

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Proxies":
        """Return proxies given as addresses or networks; raises SettingError for anything else."""
        return cls(_parse_network(text) for text in texts)

    def find_client(self, peer: str, forwarded: str) -> str:
        """Return the client: the peer itself, or the rightmost forwarded address that isn't a listed proxy."""
        client = peer
        for part in reversed(forwarded.split(",")):
            if not self._lists(client):
                break
            address = _bare_address(part)
            if not address:
                break
            client = address
        return client

    def _is_listed(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._networks)


def _parse_network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError:
        raise SettingError("--proxy", text, "not an address or network", "write 10.0.0.5 or 10.0.0.0/8") from None


def _bare_address(text: str) -> str:
    """Return the address of ``192.0.2.7``, ``192.0.2.7:443``, ``[2001:db8::7]:443``, or an empty text."""
    text = text.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text

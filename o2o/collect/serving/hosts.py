"""The addresses under which one file is served: the base URL's, and those of further domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from o2o.config import Settings, UnknownHosts, parse_hosts


@dataclass(frozen=True, slots=True)
class Hosts:
    """The path before the codes for each host; a host that isn't listed has the base URL's, unless we are strict."""

    prefixes: Mapping[str, str]
    other: str | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the hosts that the settings name."""
        base = urlsplit(settings.base_url)
        prefix = base.path.rstrip("/")
        strict = settings.unknown_hosts == UnknownHosts.REFUSE
        return cls({base.hostname or "": prefix} | parse_hosts(settings.hosts), None if strict else prefix)

    def find_prefix(self, host: str) -> str | None:
        """Return the path before the codes, without a slash at its end; None for a host that isn't answered."""
        return self.prefixes.get(host, self.other)

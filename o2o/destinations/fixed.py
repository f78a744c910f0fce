"""Destinations without conditions: a code's own, its kind's, the default."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from o2o.codes.short import is_code
from o2o.config import ascii_host, load_settings, parse_hosts
from o2o.db import Database, writing
from o2o.destinations.changes import Change, log_change
from o2o.destinations.location import check_destination
from o2o.errors import NotFoundError, SettingError
from o2o.expiring_links import find_expiring_link
from o2o.subjects import Kind
from o2o.times import now
from o2o.touchpoints import find_touchpoint


class Scope(StrEnum):
    """What a destination is for, the narrowest first."""

    CODE = "code"
    KIND = "kind"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the scans of a code, of a kind, or all others (an empty key) are sent."""

    scope: Scope
    key: str
    url: str

    @property
    def expires(self) -> bool:
        """Whether it is a link of WeChat that expires within 30 days."""
        return bool(find_expiring_link(self.url))


def set_destination(db: Database, scope: Scope, key: str, url: str) -> Destination:
    """Send scans of a code, of a kind, or all others to ``url``; raises for an unknown code, kind or a bad URL."""
    check_url(db, url)
    destination = Destination(scope, check_key(db, scope, key), url)
    with writing(db):
        db.conn.execute("INSERT OR REPLACE INTO destinations VALUES (?, ?, ?)", [scope, destination.key, url])
        log_change(db, Change(now(), scope, destination.key, None, "set", url))
    return destination


def list_destinations(db: Database) -> list[Destination]:
    """Return every destination, the default first, then those of kinds, then those of codes."""
    found = db.conn.execute("SELECT scope, key, url FROM destinations ORDER BY scope = 'code', scope, key")
    return [Destination(Scope(scope), key, url) for scope, key, url in found]


def remove_destination(db: Database, scope: Scope, key: str) -> None:
    """Forget a destination, so that the next wider one holds; raises NotFoundError when there is none."""
    key = check_key(db, scope, key)
    with writing(db):
        removed = db.conn.execute("DELETE FROM destinations WHERE scope = ? AND key = ?", [scope, key]).rowcount
        if removed:
            log_change(db, Change(now(), scope, key, None, "removed"))
    if not removed:
        raise NotFoundError("destination", key or scope, "see 'o2o destination list'")


def check_url(db: Database, url: str) -> None:
    """Raise SettingError for what can't be a destination in this file, as one that is a code of its own: a circle."""
    settings = load_settings(db)
    check_destination(url, settings.allowed_hosts)
    parts, base = urlsplit(url), urlsplit(settings.base_url)
    prefixes = {ascii_host(base.hostname or ""): settings.prefix} | parse_hosts(settings.hosts)
    before, _, last = parts.path.rstrip("/").rpartition("/")
    if before == prefixes.get(ascii_host(parts.hostname or "")) and (last == "{code}" or is_code(last)):
        reason = "is one of our own codes, so that a phone would go round in a circle"
        raise SettingError("destination", url, reason, "name the page that customers are to see")


def check_key(db: Database, scope: Scope, key: str) -> str:
    """Return the key of a scope as it is kept; raises for an unknown code or kind."""
    if scope is Scope.CODE:
        return find_touchpoint(db, key).code
    if scope is Scope.KIND and key not in list(Kind):
        raise SettingError("kind", key, "not a kind", f"use {', '.join(Kind)}")
    return key


def describe_scope(scope: Scope, key: str) -> str:
    """Return whom a destination is for, in words."""
    return {Scope.CODE: key.upper(), Scope.KIND: f"each {key}", Scope.DEFAULT: "all other codes"}[scope]

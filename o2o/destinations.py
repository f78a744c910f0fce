"""Where a scan is sent: the code's own destination, else its kind's, else the default."""

import re
from enum import StrEnum
from urllib.parse import quote, urlsplit

from o2o.db import Database, writing
from o2o.errors import NotFoundError, SettingError
from o2o.subjects import Kind

PLACEHOLDERS = ("code", "kind", "sku", "person", "place", "store", "campaign", "carrier", "label")
"""What may stand in braces in a destination."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Scope(StrEnum):
    """What a destination is for, the narrowest first."""

    CODE = "code"
    KIND = "kind"
    DEFAULT = "default"


def check_destination(url: str) -> None:
    """Raise SettingError unless ``url`` is an http(s) address whose placeholders we can fill in."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f]", url):
        raise SettingError("destination", url, "not a web address", "write https://shop.yourshop.com/item?sku={sku}")
    if "{" in parts.netloc:
        raise SettingError("destination", url, "a placeholder in the host", "put it in the path or the query")
    for name in _PLACEHOLDER.findall(url):
        if name not in PLACEHOLDERS:
            raise SettingError("destination", url, f"unknown {{{name}}}", f"use one of {', '.join(PLACEHOLDERS)}")


def set_destination(db: Database, scope: Scope, key: str, url: str) -> None:
    """Send scans of a code, of a kind, or all others to ``url``; raises for an unknown code, kind or a bad URL."""
    check_destination(url)
    if scope is Scope.CODE and not db.conn.execute("SELECT 1 FROM touchpoints WHERE code = ?", [key]).fetchone():
        raise NotFoundError("touchpoint", key, "see 'o2o touchpoint list'")
    if scope is Scope.KIND and key not in list(Kind):
        raise SettingError("kind", key, "not a kind", f"use {', '.join(Kind)}")
    with writing(db):
        db.table("destinations").upsert({"scope": scope, "key": key, "url": url}, pk=("scope", "key"))


def fill_destination(url: str, values: dict[str, str]) -> str:
    """Return ``url`` with each ``{name}`` replaced by its percent-encoded value, by nothing where there is none."""
    return _PLACEHOLDER.sub(lambda match: quote(values.get(match[1], ""), safe=""), url)

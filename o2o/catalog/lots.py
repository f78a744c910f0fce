"""Lots: from where and when a product on the shelf comes, for its page and its Digital Link."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from sqlite3 import Row
from urllib.parse import urlsplit

from o2o.db import Database, load_query, rows


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot of a product; ``certificate_url`` is empty unless it is a link that can be shown."""

    sku: str
    lot: str
    produced: date | None = None
    expires: date | None = None
    origin: str = ""
    certificate_url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def list_lots(db: Database, sku: str, on: date) -> list[Lot]:
    """Return the lots of a product that may be on sale on a day, what expires first before the others."""
    return [_make_lot(row) for row in rows(db, load_query("catalog/lots.list"), sku=sku, on=on.isoformat())]


def is_web_link(text: str) -> bool:
    """Tell whether a text is a link to a page: ``http`` or ``https`` with a host, and nothing hidden in it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text


def _make_lot(row: Row) -> Lot:
    url = row["certificate_url"]
    return Lot(
        row["sku"],
        row["lot"],
        _parse_day(row["produced"]),
        _parse_day(row["expires"]),
        row["origin"],
        url if is_web_link(url) else "",
        json.loads(row["extra"]),
    )


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

"""What visitors did on the destination: views of pages and registrations, joined to the scans that caused them."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from o2o.config import Settings
from o2o.db import Database, load_query, rows, writing
from o2o.times import MINUTE

_SLICE = 2_000  # views a transaction: others wait for the lock no longer than some 50 ms
_SOURCE = "visit"


class PageEvent(StrEnum):
    """What a visitor did."""

    VIEW = "view"
    REGISTRATION = "registration"


class PageView(NamedTuple):
    """A view of a page, or a registration, as the destination tells it: by click id, by visitor or by customer."""

    viewed_at: int
    event: PageEvent
    page: str
    visitor: str | None
    customer: str | None
    scan_id: str | None
    import_key: bytes


class CausedView(NamedTuple):
    """A page view with the scan that caused it and what tells so: scan_id, visitor, customer, or nothing."""

    viewed_at: int
    event: str
    page: str
    customer: str | None
    joined_by: str
    scan: int | None
    scanned_at: int | None
    code: str | None


def save_page_views(db: Database, views: Iterable[PageView]) -> int:
    """Add page views and return how many were not there yet; what was taken stays when it is interrupted."""
    views = iter(views)
    new = 0
    while batch := list(islice(views, _SLICE)):
        with writing(db):
            new += _insert_views(db, batch)
    return new


def page_views_of(
    db: Database, settings: Settings, since: int | None = None, until: int | None = None
) -> Iterator[CausedView]:
    """Yield the page views of a span of time, each with its scan; without bounds, all.

    The scan is that of its click id; else the last one of its visitor, or of its customer, within the gap that ends a
    visit.
    """
    window = settings.visit_gap_minutes * MINUTE
    found = rows(db, load_query("visits.page_views"), since=since, until=until, window=window)
    return (CausedView(*row) for row in found)


def _insert_views(db: Database, views: Sequence[PageView]) -> int:
    db.conn.executemany(
        "INSERT INTO visitors (visitor) VALUES (?) ON CONFLICT DO NOTHING",
        ((view.visitor,) for view in views if view.visitor),
    )
    new = db.conn.executemany(load_query("visits.insert"), [view._asdict() for view in views]).rowcount
    both = ((view.visitor, view.customer, view.viewed_at, _SOURCE) for view in views if view.visitor and view.customer)
    db.conn.executemany(load_query("visits.customers"), both)
    return max(new, 0)

"""Forgets visitors and customers: their rows stay and count, but name nobody and can't be joined to anybody again."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from o2o.batches import Batch, BatchKind, add_batch
from o2o.db import Database, as_json, load_query, writing
from o2o.names import Named, hash_customer, make_tombstone
from o2o.times import DAY

_NAMELESS = "forgotten."
_AT_ONCE = 500
_OF_VISITORS = ("forgetting.visitor_orders", "forgetting.visitor_redemptions")
_OF_CUSTOMERS = ("forgetting.customer_orders", "forgetting.customer_views", "forgetting.customer_redemptions")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many visitors lost their name, and how many orders, page views and redemptions lost who they are of."""

    visitors: int = 0
    orders: int = 0
    page_views: int = 0
    redemptions: int = 0

    @property
    def rows(self) -> int:
        """How many rows name somebody less."""
        return self.visitors + self.orders + self.page_views + self.redemptions


def forget_visitors(db: Database, secret: bytes, names: Sequence[str], at: int) -> Forgotten:
    """Forget visitors: what they did stays, without a name that stands anywhere else.

    A keyed mark of the name keeps a later import, or the cookie itself, from bringing it back.
    """
    with writing(db):
        _bury(db, secret, Named.VISITOR, names, at)
        orders, redemptions = (_run(db, query, names) for query in _OF_VISITORS)
        found = Forgotten(_rename(db, names), orders, redemptions=redemptions)
        add_batch(db, Batch(BatchKind.FORGOTTEN, found.rows, b"visitors"), at)
        return found


def forget_customers(db: Database, secret: bytes, names: Sequence[str], at: int) -> Forgotten:
    """Forget customers, named as they are kept or as they are before ``--hash customer``, and their own visitors.

    A visitor that is also somebody else's (a shared tablet) keeps its name.
    """
    known = [*names, *(hash_customer(secret, name) for name in names)]
    with writing(db):
        _bury(db, secret, Named.CUSTOMER, known, at)
        own = db.conn.execute(load_query("forgetting.own_visitors"), {"names": as_json(known)})
        theirs = forget_visitors(db, secret, [name for (name,) in own], at)
        _run(db, "forgetting.links", known)
        found = Forgotten(theirs.visitors, *(_run(db, query, known) for query in _OF_CUSTOMERS))
        add_batch(db, Batch(BatchKind.FORGOTTEN, found.rows, b"customers"), at)
        return found


def purge_visitors(db: Database, days: int, now: int) -> int:
    """Take their names from visitors who weren't seen for so many days and return how many; they may come anew."""
    purged = after = 0
    asked = {"before": now - days * DAY, "limit": _AT_ONCE}
    while found := db.conn.execute(load_query("forgetting.gone"), asked | {"after": after}).fetchall():
        after = found[-1][0]
        names = [name for _, name in found]
        with writing(db):
            for query in _OF_VISITORS:
                _run(db, query, names)
            purged += _rename(db, names)
            add_batch(db, Batch(BatchKind.FORGOTTEN, len(names), b"purged"), now)
    return purged


def _run(db: Database, query: str, names: Sequence[str]) -> int:
    """Run a query about names and return how many rows it changed."""
    return db.conn.execute(load_query(query), {"names": as_json(names)}).rowcount


def _bury(db: Database, secret: bytes, named: Named, names: Iterable[str], at: int) -> None:
    db.conn.executemany(
        "INSERT INTO forgotten (tombstone, forgotten_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        ((make_tombstone(secret, named, name), at) for name in names),
    )


def _rename(db: Database, names: Iterable[str]) -> int:
    """Give visitors names that stand nowhere else, and unlink their customers; return how many there are."""
    count = 0
    for name in names:
        found = db.conn.execute("SELECT id FROM visitors WHERE visitor = ?", [name]).fetchone()
        if found:
            count += 1
            fresh = _NAMELESS + secrets.token_urlsafe(12)
            db.conn.execute("UPDATE visitors SET visitor = ? WHERE id = ?", [fresh, found[0]])
            db.conn.execute("DELETE FROM visitor_customers WHERE visitor_id = ?", [found[0]])
    return count

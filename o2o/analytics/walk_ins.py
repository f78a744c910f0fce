"""Sales that nothing joins: how many more of a product are sold in the minutes after it was scanned than else.

A comparison beside credit, never in it: orders that are credited to scans are left out, and who scans may have meant to
buy. What is compared is alike in store, weekday and hour only; a promotion that brings both scans and sales shows, too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np

from o2o.attribution.clock import write_clock
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import gathered
from o2o.attribution.question import WINDOW, Outcome, Question
from o2o.config import Settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.statistics.comparisons import extra_events
from o2o.statistics.estimates import Estimate, Places
from o2o.times import DAY, HOUR, MINUTE, parse_zone

FEW = 5
"""Of fewer sales after scans nothing is said."""
_WEEK = 168
_FAR = 1 << 24
"""More hours than there are since 1970."""


@dataclass(frozen=True, slots=True)
class WalkInTerms:
    """From when to when, how long after a scan a sale may follow, and how old a scan an order is credited to may be."""

    until: int
    since: int | None = None
    after: int = 30 * MINUTE
    window: int = WINDOW

    def __post_init__(self) -> None:
        if not 0 < self.after <= HOUR:
            raise SettingError("after", f"{self.after // MINUTE}m", "not up to an hour", "write 30m")


@dataclass(frozen=True, slots=True)
class WalkIns:
    """Sales in the minutes after scans, of a product, in a store, or in all: ``extra`` is what they are above matched
    minutes, ``worth`` its money (minor units); both None where there is too little to tell."""

    key: str
    name: str
    scanned_hours: float
    sales: int
    usual: float
    extra: Estimate | None
    worth: Estimate | None


@dataclass(frozen=True, slots=True)
class WalkInReport:
    """What came after scans without being joined to them, in all, by product and by store, the most extra first.

    ``days`` is how long it was watched; ``has_lines`` tells whether any order says what was bought.
    """

    terms: WalkInTerms
    total: WalkIns
    products: tuple[WalkIns, ...]
    stores: tuple[WalkIns, ...]
    days: float = 0.0
    has_lines: bool = True


@dataclass(frozen=True, slots=True)
class _Stratum:
    """A product in a store in an hour of the week: minutes and sales after scans, and others."""

    store: str
    sku: str
    minutes: float
    behind: int
    other_minutes: float
    others: int
    sales: int
    amount: int


def compare_walk_ins(db: Database, settings: Settings, terms: WalkInTerms) -> WalkInReport:
    """Return how many more of scanned products are sold in the minutes after scans, uncredited ones (drain before)."""
    strata = list(_load_strata(db, settings, terms))
    products = dict(db.conn.execute("SELECT sku, name FROM products"))
    stores = dict(db.conn.execute("SELECT store_id, name FROM stores"))
    total = _compare("", "", strata)
    return WalkInReport(
        terms,
        total,
        tuple(_compare_by(attrgetter("sku"), strata, products)),
        tuple(_compare_by(attrgetter("store"), strata, stores)),
        max(terms.until - (terms.since or _find_first(db, terms.until)), 0) / DAY,
        db.conn.execute("SELECT 1 FROM order_lines LIMIT 1").fetchone() is not None,
    )


def _load_strata(db: Database, settings: Settings, terms: WalkInTerms) -> Iterator[_Stratum]:
    first = terms.since or _find_first(db, terms.until)
    question = Question(Outcome.ORDERS, window=terms.window, since=first, until=terms.until)
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        journeys.kept["clock"] = _write_clock(db, settings, first, terms.until)
        journeys.parameters.update(first=first, last=terms.until, after=terms.after)
        journeys.keep("signs", "analytics/walk_ins.signs")
        journeys.keep("product_scans", "analytics/walk_ins.scans")
        journeys.keep("product_sales", "analytics/walk_ins.sales")
        rows = list(map(dict, journeys.rows("analytics/walk_ins.strata")))
        open_hours = [(row["store_id"], row["hour"]) for row in journeys.rows("analytics/walk_ins.open_hours")]
    yield from _match(rows, open_hours)


def _find_first(db: Database, until: int) -> int:
    (first,) = db.conn.execute("SELECT min(scanned_at) FROM scans").fetchone()
    return until if first is None else int(first)


def _write_clock(db: Database, settings: Settings, first: int, last: int) -> str:
    names = {"", *(name for (name,) in db.conn.execute("SELECT DISTINCT timezone FROM stores"))}
    return write_clock([(name, parse_zone(name or settings.timezone)) for name in sorted(names)], first, last)


def _match(rows: list[dict[str, Any]], open_hours: list[tuple[str, int]]) -> Iterator[_Stratum]:
    """Yield strata with the other minutes of their hours, as long as the product was about and the store open.

    Of an hour of the week that was open in one week alone there are none: what follows a scan within that very hour is
    no measure of what is usual.
    """
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        pair = row["store_id"], row["sku"]
        low, high = spans.get(pair, (row["first_hour"], row["last_hour"]))
        spans[pair] = min(low, row["first_hour"]), max(high, row["last_hour"])
    stores = {store: number for number, store in enumerate(dict.fromkeys(store for store, _ in open_hours))}
    asked = [row for row in rows if row["covered"] > 0 and row["store_id"] in stores]
    known = np.sort([_place(stores[store], (hour - 96) % _WEEK, hour) for store, hour in open_hours])
    ends = [
        _count(known, asked, stores, [spans[row["store_id"], row["sku"]][end] + end for row in asked]) for end in (0, 1)
    ]
    for row, before, after in zip(asked, *ends, strict=True):
        minutes = row["covered"] / MINUTE
        others = max((after - before) * HOUR / MINUTE - minutes, 0.0) if after - before > 1 else 0.0
        told = row["behind"], others, row["sales"] - row["behind"], row["sales"], row["amount"]
        yield _Stratum(row["store_id"], row["sku"], minutes, *told)


def _place(store: int, hour_of_week: int, hour: int) -> int:
    return (store * _WEEK + hour_of_week) * _FAR + hour


def _count(known: Places, asked: list[dict[str, Any]], stores: dict[str, int], hours: list[int]) -> list[int]:
    """Return how many open hours of each row's store and hour of the week lie before an hour."""
    places = [
        _place(stores[row["store_id"]], row["hour_of_week"], hour) for row, hour in zip(asked, hours, strict=True)
    ]
    found: list[int] = np.searchsorted(known, np.array(places, np.int64)).tolist()
    return found


def _compare_by(key: Callable[[_Stratum], str], strata: Iterable[_Stratum], names: dict[str, str]) -> list[WalkIns]:
    groups = groupby(sorted(strata, key=key), key)
    found = [_compare(name, names.get(name) or name, list(same)) for name, same in groups]
    return sorted(found, key=lambda one: (one.extra is None, -float(one.extra.value) if one.extra else 0.0, one.key))


def _compare(key: str, name: str, strata: list[_Stratum]) -> WalkIns:
    names = ("behind", "minutes", "others", "other_minutes")
    behind, minutes, others, other_minutes = (np.array([getattr(one, part) for one in strata], float) for part in names)
    known = other_minutes > 0
    sales = int(behind[known].sum())
    usual = float((others[known] * minutes[known] / other_minutes[known]).sum())
    hours = float(minutes.sum()) * MINUTE / HOUR
    if sales + usual < FEW:
        return WalkIns(key, name, hours, sales, usual, None, None)
    extra = extra_events(behind, minutes, others, other_minutes)
    each = sum(one.amount for one in strata) / max(sum(one.sales for one in strata), 1)
    return WalkIns(key, name, hours, sales, usual, extra, extra.times(each))

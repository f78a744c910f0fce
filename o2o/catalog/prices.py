"""Prices over time: what the product master says since when, what price lists (变价单) say for some days, what holds.

Which price holds in a store at an instant: all that is in force lies on a stack. What is said of the store itself (its
price lists, its assortment) lies above what is said of the whole chain (price lists, the product master); then what
began later lies above what began earlier; and of what began together a price list lies above the rest. From the top
down the first price holds, and the first promotion, each for itself: a promotion of the chain holds in a store that has
its own price, too. The members' price that holds is the first one not below the price that holds: a store's own price
hides the members' price of the chain. A promotion that isn't below the price is none. So what is over lays open what
lies below it: after a week's price list the price before holds again. What is said of the chain is said in days: in a
store of another time zone they are the days of the store.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Changes, Import, Record, Saved
from o2o.catalog.stores import store_zones
from o2o.catalog.versions import Key, put_rows, remove_rows
from o2o.config import load_settings
from o2o.db import Database, load_query, rows
from o2o.errors import NotFoundError
from o2o.problems import Finding, Message
from o2o.times import SINCE_EVER, day_end, day_start, local_day, same_time

CHAIN = ""
"""The store of what is said of the whole chain."""

REDUCTION_DAYS = (7, 30)
"""Of how many days before a reduction the law asks for the lowest price: of 7 (China), of 30 (European Union)."""

_FOREVER = 1 << 62
_AMOUNTS = ("price", "member_price", "promo_price")
_KEY = ("sku", "store_id", "valid_from", "source")
_NOTHING = (None, None)
_NO_AMOUNT = Message(
    ("没有任何价格", "there is no amount"),
    ("填写售价、会员价或促销价", "fill in a price, a member price or a promotion price"),
)
_ENDS_FIRST = Message(
    ("早于开始日期", "is before the day on which the price begins"),
    ("更正其中一个日期", "correct one of the two dates"),
)
_day_start = cache(day_start)
_day_end = cache(day_end)
_same_time = lru_cache(1 << 12)(same_time)

Asked = tuple[str, str]
"""A product's id and a store's, or ``CHAIN``."""

_Offer = tuple[Any, ...]
"""A row of ``prices.in_force``."""

_OWN, _START, _END, _LABEL = 1, 2, 4, 8
_height = itemgetter(slice(1, 4))


@dataclass(frozen=True, slots=True)
class Price:
    """What holds at an instant, in minor units; ``promo_price`` is below the price and holds since ``promo_from``.

    ``promo_to`` is the instant at which it is said to end, if it is said.
    """

    price: int | None = None
    member_price: int | None = None
    promo_price: int | None = None
    promo_from: int | None = None
    promo_to: int | None = field(default=None, compare=False)

    @property
    def charged(self) -> int | None:
        """What everybody pays."""
        return self.price if self.promo_price is None else self.promo_price

    @property
    def saving_member_price(self) -> int | None:
        """The members' price where it saves them something."""
        if self.charged is not None and self.member_price is not None and self.member_price >= self.charged:
            return None
        return self.member_price


_make_price = lru_cache(1 << 12)(Price)


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """What holds from when until when, or until further notice."""

    valid_from: int
    valid_to: int | None
    price: Price


@dataclass(frozen=True, slots=True)
class PriceCard:
    """All there is to say of a product's prices in a store: over time, at the end of a day, and before it.

    ``lowest`` has the lowest price by the number of days.
    """

    sku: str
    name: str
    store_id: str
    zone: ZoneInfo
    day: date
    at: int
    price: Price
    lowest: Mapping[int, int]
    periods: tuple[PricePeriod, ...]


def price_in_force(db: Database, sku: str, store_id: str, at: int) -> Price:
    """Return what a product costs in a store (or by the chain's own prices: ``CHAIN``) at an instant."""
    return prices_in_force(db, [(sku, store_id)], at)[sku, store_id]


def prices_in_force(db: Database, asked: Iterable[Asked], at: int) -> dict[Asked, Price]:
    """Return what products cost in stores at an instant."""
    return {subject: _price_of(offers, at) for subject, offers in _find_offers(db, asked, at, at + 1)}


def list_prices(db: Database, sku: str, store_id: str) -> list[PricePeriod]:
    """Return what a product costs in a store over all time, from when until when."""
    ((_, offers),) = _find_offers(db, [(sku, store_id)], SINCE_EVER, _FOREVER)
    begun = [(instant, _price_of(offers, instant)) for instant in _instants(offers, SINCE_EVER, _FOREVER)]
    changes = [now for now, before in zip(begun, [None, *begun], strict=False) if not before or now[1] != before[1]]
    ends = [start for start, _ in changes[1:]]
    return [
        PricePeriod(start, end, price)
        for (start, price), end in zip(changes, [*ends, None], strict=True)
        if price != Price()
    ]


def lowest_price(db: Database, sku: str, store_id: str, at: int, days: int) -> int | None:
    """Return the lowest price, promotions included, in so many days before the day of ``at``.

    While a promotion holds they are the days before it began: what a shop has to name beside a reduced price.
    """
    return lowest_prices(db, [(sku, store_id)], at, [days]).get((sku, store_id, days))


def lowest_prices(
    db: Database, asked: Iterable[Asked], at: int, days: Sequence[int] = REDUCTION_DAYS
) -> dict[tuple[str, str, int], int]:
    """Return ``lowest_price`` of many products, by SKU, store and number of days; what had no price is left out."""
    zones = _zones(db)

    @cache
    def days_before(store_id: str, instant: int, number: int) -> tuple[int, int]:
        zone = _zone_of(zones, store_id)
        day = local_day(instant, zone)
        return day_start(day - timedelta(days=number), zone), day_start(day, zone)

    windows = {
        subject: [days_before(subject[1], price.promo_from or at, number) for number in days]
        for subject, price in prices_in_force(db, asked, at).items()
    }
    since = min((start for of_days in windows.values() for start, _ in of_days), default=at)
    return {
        (*subject, number): lowest
        for subject, offers in _find_offers(db, windows, since, at)
        for number, window in zip(days, windows[subject], strict=True)
        if (lowest := _lowest_of(offers, *window)) is not None
    }


def describe_prices(db: Database, sku: str, store_id: str, day: date | None, now: int) -> PriceCard:
    """Return what there is to say of a product's prices in a store; raises NotFoundError for one that isn't known."""
    found = db.conn.execute("SELECT name FROM products WHERE sku = ?", [sku]).fetchone()
    if not found:
        raise NotFoundError("product", sku, "import it first: o2o catalog import products.csv")
    zone = _zone_of(_zones(db), store_id)
    day = day or local_day(now, zone)
    at = day_end(day, zone) - 1
    lowest = {days: amount for (*_, days), amount in lowest_prices(db, [(sku, store_id)], at).items()}
    price, periods = price_in_force(db, sku, store_id, at), tuple(list_prices(db, sku, store_id))
    return PriceCard(sku, found[0], store_id, zone, day, at, price, lowest, periods)


def save_prices(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    """Take rows of price lists; ``from`` and ``to`` are days, ``to`` the last one or None for an open end.

    A row is known again by product, store and first day: it corrects what an earlier list said of them.
    """
    zones = _zones(db)
    given = [name for name in _AMOUNTS if name in columns]
    stored = (*_KEY, *given, *(("valid_to",) if "to" in columns else ()))
    read: list[Record] = []
    findings: list[Finding] = []
    for line, record in chain.from_iterable(zip(b.lines, b.records, strict=True) for b in batches):
        row = dict(zip(columns, record, strict=True))
        if finding := _check_row(line, row):
            findings.append(finding)
        else:
            read.append(_make_row(row, given, zones))
    known = _load_lists(db, stored, {record[0] for record in read})
    different = [record for record in read if known.get(record[:4]) != record]
    changed = [record[:4] for record in different if record[:4] in known]
    put_rows(db, run.id, "prices", stored, different, known=changed)
    changes = Changes(len(different) - len(changed), len(changed), len(read) - len(different))
    return Saved(changes, tuple(findings))


def follow_master(db: Database, run: Import, skus: Sequence[str]) -> None:
    """Let prices remember what an import of products says: what is new to them holds since ever, else from today."""
    if not skus:
        return
    zone = load_settings(db).zone
    today = day_start(local_day(run.imported_at, zone), zone)
    other = list(rows(db, load_query("catalog/prices.masters"), import_id=run.id))
    db.conn.execute(load_query("catalog/prices.first_masters"), {"import_id": run.id})
    said, ended = [], []
    corrected: list[Key] = []
    forgotten: list[Key] = []
    for row in other:
        now, before = (row["price"], row["member_price"]), (row["said_price"], row["said_member_price"])
        last = row["valid_from"]
        start = max(today, last, row["valid_to"] or last)
        key = (row["sku"], CHAIN, start, "master")
        if before != _NOTHING and last < start:
            ended.append((row["sku"], CHAIN, last, "master", start))
        if now != _NOTHING:
            said.append((*key, *now))
        if last == start:
            (forgotten if now == _NOTHING else corrected).append(key)
    put_rows(db, run.id, "prices", (*_KEY, "valid_to"), ended, known=[row[:4] for row in ended])
    remove_rows(db, run.id, "prices", forgotten)
    put_rows(db, run.id, "prices", (*_KEY, "price", "member_price"), said, known=corrected)


def _zones(db: Database) -> dict[str, ZoneInfo]:
    return {CHAIN: load_settings(db).zone} | store_zones(db)


def _zone_of(zones: Mapping[str, ZoneInfo], store_id: str) -> ZoneInfo:
    if store_id not in zones:
        raise NotFoundError("store", store_id, "import it first: o2o catalog import stores.csv")
    return zones[store_id]


def _find_offers(db: Database, asked: Iterable[Asked], since: int, until: int) -> Iterator[tuple[Asked, list[_Offer]]]:
    """Yield all that may hold for each product and store from one instant until another."""
    subjects = list(dict.fromkeys(asked))
    offers: list[list[_Offer]] = [[] for _ in subjects]
    parameters = {"asked": json.dumps(subjects), "since": since, "until": until}
    for offer in db.conn.execute(load_query("catalog/prices.in_force"), parameters):
        offers[offer[0]].append(offer)
    zones = _zones(db)
    chain_zone = zones[CHAIN]
    for subject, said in zip(subjects, offers, strict=True):
        zone = zones.get(subject[1], chain_zone)
        yield subject, _joined(said if zone is chain_zone else [_localised(offer, chain_zone, zone) for offer in said])


def _localised(offer: _Offer, chain: ZoneInfo, zone: ZoneInfo) -> _Offer:
    """Return what is said, if of the chain at the same times of another clock."""
    number, own, start, listed, end, *rest = offer
    if own:
        return offer
    start = start and _same_time(start, chain, zone)
    return (number, own, start, listed, None if end is None else _same_time(end, chain, zone), *rest)


def _joined(offers: list[_Offer]) -> list[_Offer]:
    """Return offers with one for what follows on itself: a product that moves within its store keeps its price."""
    spots = [offer for offer in offers if offer[_LABEL] is not None]
    if len(spots) < 2:
        return offers
    joined: list[_Offer] = []
    for offer in sorted(spots, key=itemgetter(_LABEL, _START)):
        if joined and _goes_on(joined[-1], offer):
            joined[-1] = (*joined[-1][:_END], *offer[_END:])
        else:
            joined.append(offer)
    return [*joined, *(offer for offer in offers if offer[_LABEL] is None)]


def _goes_on(before: _Offer, offer: _Offer) -> bool:
    return before[_END] == offer[_START] and before[_END + 1 :] == offer[_END + 1 :]


def _instants(offers: Iterable[_Offer], since: int, until: int) -> list[int]:
    """Return when something begins or ends from one instant until another, and the first of them."""
    found = {instant for offer in offers for instant in (offer[_START], offer[_END]) if instant is not None}
    return [since, *sorted(instant for instant in found if since < instant < until)]


def _lowest_of(offers: Sequence[_Offer], since: int, until: int) -> int | None:
    charged = (_price_of(offers, instant).charged for instant in _instants(offers, since, until))
    return min((amount for amount in charged if amount is not None), default=None)


def _price_of(offers: Iterable[_Offer], at: int) -> Price:
    """Return what holds at an instant: the rule."""
    stack = [offer for offer in offers if offer[_START] <= at and (offer[_END] is None or offer[_END] > at)]
    if len(stack) > 1:
        stack.sort(key=_height, reverse=True)
        stack = [_highest(list(same)) for _, same in groupby(stack, key=_height)]
    price = member_price = promo_price = promo_from = promo_to = None
    for _, _, start, _, end, own_price, own_member_price, own_promo_price, _ in stack:
        if price is None:
            price = own_price
            member_price = own_member_price if member_price is None else member_price
        if promo_price is None and own_promo_price is not None:
            promo_price, promo_from, promo_to = own_promo_price, start, end
    if price is None or promo_price is None or promo_price >= price:
        return _make_price(price, member_price, None, None, None)
    return _make_price(price, member_price, promo_price, promo_from, promo_to)


def _highest(same: list[_Offer]) -> _Offer:
    """Return what is said at one height of the stack, such as in two spots of a store: the highest amounts."""
    if len(same) == 1:
        return same[0]
    amounts = (max((said for said in column if said is not None), default=None) for column in zip(*same, strict=True))
    return tuple(amounts)


def _check_row(line: int, row: Mapping[str, Any]) -> Finding | None:
    if all(row.get(name) is None for name in _AMOUNTS):
        return Finding(line, "price", "", _NO_AMOUNT)
    if row.get("to") is not None and row["to"] < row["from"]:
        return Finding(line, "to", row["to"].isoformat(), _ENDS_FIRST)
    return None


def _make_row(row: Mapping[str, Any], given: Sequence[str], zones: Mapping[str, ZoneInfo]) -> Record:
    store_id = row.get("store_id") or CHAIN
    zone = zones[store_id]
    key = (row["sku"], store_id, max(SINCE_EVER, _day_start(row["from"], zone)), "list")
    end = () if "to" not in row else (row["to"] and _day_end(row["to"], zone),)
    return (*key, *(row[name] for name in given), *end)


def _load_lists(db: Database, columns: Sequence[str], skus: Iterable[str]) -> dict[Record, Record]:
    """Return what price lists say of products, by key."""
    found = rows(db, load_query("catalog/prices.lists"), skus=json.dumps(list(skus)))
    records = (tuple(row[name] for name in columns) for row in found)
    return {record[:4]: record for record in records}

"""Rings up what the simulated shoppers buy, as the orders that a till and an online shop would export."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from o2o.demo.chain import CURRENCY, Sheet
from o2o.demo.shoppers import Payment, Shopper
from o2o.demo.traffic import Answer
from o2o.times import format_at

_REFUNDED_SHARE = 0.03
_PASSERS_BY_SHARE = 0.10
_SCANNED_AND_BOUGHT = 0.4
_ORDERS = ("order_id", "at", "store_id", "customer", "scan_id", "amount", "refund_of", "channel")
_LINES = ("store_id", "order_id", "sku", "quantity", "amount")

Shelf = list[tuple[str, int]]
"""What a store sells: SKU and price."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was sold of one product; the amount is minor units."""

    sku: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Sale:
    """One order, or the refund of one."""

    at: int
    store_id: str
    lines: tuple[Line, ...]
    customer: str = ""
    scan_id: str = ""
    channel: str = "till"
    refunded: tuple[Line, ...] = ()


def read_shelves(assortment: Sheet) -> dict[str, Shelf]:
    """Return what each store sells at which price."""
    shelves: dict[str, Shelf] = {}
    for store, sku, price, *_ in assortment.rows:
        shelves.setdefault(store, []).append((sku, CURRENCY.parse(price)))
    return shelves


def ring_up(visits: Iterable[tuple[Shopper, list[Answer]]], shelves: dict[str, Shelf], rng: Random) -> list[Sale]:
    """Return the sales of the shoppers that buy, each after its last scan, and some of people who scanned nothing."""
    sales = [
        _maybe_refunded(sale, rng)
        for number, (shopper, answers) in enumerate(visits, start=1)
        for sale in _buy(shopper, answers, f"M{number:06d}", shelves[shopper.store_id], rng)
    ]
    passers_by = rng.sample(sales, round(len(sales) * _PASSERS_BY_SHARE))
    sales += [Sale(sale.at, sale.store_id, _fill_basket(shelves[sale.store_id], rng)) for sale in passers_by]
    return sorted(sales, key=lambda sale: sale.at)


def make_order_sheets(sales: Sequence[Sale], zone: ZoneInfo) -> tuple[Sheet, Sheet]:
    """Return the orders and their lines as the files that a shop would export, refunds at the end."""
    numbered = [(f"{number:06d}", sale) for number, sale in enumerate(sales, start=1)]
    refunds = [(f"R{number}", number, sale) for number, sale in numbered if sale.refunded]
    rows = [_order_row(number, sale, sale.lines, "", zone) for number, sale in numbered]
    rows += [
        _order_row(number, replace(sale, at=sale.at + 1, customer="", scan_id=""), sale.refunded, refund_of, zone)
        for number, refund_of, sale in refunds
    ]
    lines = [row for number, sale in numbered for row in _line_rows(number, sale.store_id, sale.lines)]
    lines += [row for number, _, sale in refunds for row in _line_rows(number, sale.store_id, sale.refunded)]
    return Sheet("orders.csv", _ORDERS, tuple(rows)), Sheet("order-lines.csv", _LINES, tuple(lines))


def click_id(answers: Iterable[Answer]) -> str:
    """Return the click id of the last redirect that carried one: what the shop's page was opened with."""
    ids = [values for answer in answers for values in parse_qs(urlsplit(answer.location).query).get("o2o_scan", [])]
    return ids[-1] if ids else ""


def scanned_products(answers: Iterable[Answer]) -> list[str]:
    """Return the products whose codes were scanned, each once: those that the shop's pages were opened with."""
    found = (sku for answer in answers for sku in parse_qs(urlsplit(answer.location).query).get("sku", []))
    return list(dict.fromkeys(found))


def _buy(shopper: Shopper, answers: list[Answer], member: str, shelf: Shelf, rng: Random) -> Iterator[Sale]:
    if shopper.payment is None:
        return
    at = max(answer.at for answer in answers) + 1
    basket = _add_scanned(_fill_basket(shelf, rng), shelf, scanned_products(answers), Random(member))
    if shopper.payment is Payment.CASH:
        yield Sale(at, shopper.store_id, basket)
        return
    customer = member if shopper.payment is Payment.MEMBER else ""
    yield Sale(at, shopper.store_id, basket, customer, click_id(answers), "online")
    if customer:
        yield Sale(at + 1, shopper.store_id, _fill_basket(shelf, rng), customer)


def _fill_basket(shelf: Shelf, rng: Random) -> tuple[Line, ...]:
    chosen = rng.sample(shelf, rng.choice((1, 2, 2, 3, 4, 6)))
    quantities = rng.choices((1, 2, 3), (8, 3, 1), k=len(chosen))
    return tuple(
        Line(sku, quantity, quantity * price) for (sku, price), quantity in zip(chosen, quantities, strict=True)
    )


def _add_scanned(basket: tuple[Line, ...], shelf: Shelf, scanned: Sequence[str], rng: Random) -> tuple[Line, ...]:
    """Put some of the products that the shopper scanned into the basket: who looks at one may want it."""
    prices, there = dict(shelf), {line.sku for line in basket}
    wanted = [sku for sku in scanned if sku in prices and sku not in there and rng.random() < _SCANNED_AND_BOUGHT]
    return (*basket, *(Line(sku, 1, prices[sku]) for sku in wanted))


def _maybe_refunded(sale: Sale, rng: Random) -> Sale:
    if rng.random() >= _REFUNDED_SHARE:
        return sale
    whole = rng.random() < 0.5
    returned = sale.lines if whole else sale.lines[:1]
    return replace(sale, refunded=tuple(Line(line.sku, -line.quantity, -line.amount) for line in returned))


def _order_row(number: str, sale: Sale, lines: Sequence[Line], refund_of: str, zone: ZoneInfo) -> tuple[str, ...]:
    amount = CURRENCY.plain(sum(line.amount for line in lines))
    at = format_at(sale.at, zone)
    return number, at, sale.store_id, sale.customer, sale.scan_id, amount, refund_of, sale.channel


def _line_rows(number: str, store: str, lines: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        yield store, number, line.sku, f"{line.quantity}", CURRENCY.plain(line.amount)

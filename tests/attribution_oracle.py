"""Attribution once more, by the rules as they are written and without SQL: slow, plain, independent."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial, log

from o2o.db import Database, writing

HALF_LIFE = 7 * 86_400_000
GAP = 30 * 60_000
CARRIER = "endcap"


@dataclass(frozen=True)
class Period:
    subject_id: str
    store_id: str | None
    campaign_id: str | None
    begins: int


@dataclass(frozen=True)
class Mark:
    code: str
    kind: str
    periods: tuple[Period, ...]

    def period(self, at):
        return [period for period in self.periods if period.begins <= at][-1]

    def key(self, level, at):
        period = self.period(at)
        keys = {"touchpoint": self.code, "store": period.store_id, "campaign": period.campaign_id, "carrier": CARRIER}
        keys[self.kind] = period.subject_id
        return keys.get(level) or "(other)"


@dataclass(frozen=True)
class Scan:
    at: int
    mark: Mark
    visitor: str | None
    verdict: str = "human"
    scan_id: str | None = None


@dataclass(frozen=True)
class Order:
    order_id: str
    at: int
    amount: int
    store_id: str | None = None
    customer: str | None = None
    visitor: str | None = None
    scan_id: str | None = None
    refund_of: str | None = None


@dataclass
class World:
    marks: list[Mark]
    scans: list[Scan]
    orders: list[Order] = field(default_factory=list)
    shared: int = 5

    def save(self, db: Database) -> None:
        """Put the world into a shop's file."""
        visitors = sorted({scan.visitor for scan in self.scans if scan.visitor})
        with writing(db):
            run = db.conn.executemany
            run("INSERT OR IGNORE INTO stores (store_id, name) VALUES (?, ?)", [(s, s) for s in ("S1", "S2")])
            run("INSERT OR IGNORE INTO campaigns (campaign_id, name) VALUES (?, ?)", [(c, c) for c in ("N1", "N2")])
            run("INSERT INTO visitors VALUES (?, ?)", enumerate(visitors, start=1))
            for number, mark in enumerate(self.marks, start=1):
                last = mark.periods[-1]
                row = (
                    number,
                    mark.code,
                    mark.kind,
                    last.subject_id,
                    last.store_id,
                    last.campaign_id,
                    CARRIER,
                    mark.code,
                )
                run("INSERT INTO touchpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL)", [row])
                ends = [period.begins for period in mark.periods[1:]] + [None]
                for period, end in zip(mark.periods, ends, strict=True):
                    row = (number, period.subject_id, period.store_id, period.campaign_id, CARRIER, period.begins, end)
                    run("INSERT INTO touchpoint_periods VALUES (?, ?, ?, ?, ?, '', ?, ?, NULL)", [row])
            run(
                "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, scan_id, source)"
                " VALUES (?, ?, ?, ?, ?, ?, 'csv')",
                [
                    (
                        *(scan.at, scan.mark.code, self.marks.index(scan.mark) + 1),
                        visitors.index(scan.visitor) + 1 if scan.visitor else None,
                        *(scan.verdict, scan.scan_id),
                    )
                    for scan in self.scans
                ],
            )
            run(
                "INSERT INTO orders (order_id, ordered_at, amount, store_id, customer, visitor, scan_id, refund_of)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (o.order_id, o.at, o.amount, o.store_id, o.customer, o.visitor, o.scan_id, o.refund_of)
                    for o in self.orders
                ],
            )


class Ledger(dict):
    """Conversions and money by key."""

    def add(self, key, conversions, money):
        before = self.get(key, (0, 0))
        self[key] = before[0] + conversions, before[1] + money


def credit_orders(world, model, level, window, since, until):
    """Return a ledger of what each key earned in the period; key '' is unattributed."""
    ledger = Ledger()
    sales = [order for order in world.orders if order.amount >= 0 and not order.refund_of]

    def within(order):
        return since <= order.at < until

    for sale in sales:
        touches = [scan for scan in scans_of(world, sale) if sale.at - window <= scan.at <= sale.at]
        weights = weigh(model, touches)
        if within(sale):
            share_out(ledger, level, touches, weights, 1, split(sale.amount, weights), sale.amount)
        done, cancelled = 0, False
        for refund in refunds_of(world, sale):
            before, after = min(done, sale.amount), min(done - refund.amount, sale.amount)
            done -= refund.amount
            count = -1 if done >= sale.amount and not cancelled else 0
            cancelled = cancelled or done >= sale.amount
            if within(refund):
                shares = [b - a for b, a in zip(split(before, weights), split(after, weights), strict=True)]
                share_out(ledger, level, touches, weights, count, shares, before - after)
                ledger.add("", 0, refund.amount - (before - after))
    for order in world.orders:
        taken = any(order in refunds_of(world, sale) for sale in sales)
        if order not in sales and not taken and within(order):
            ledger.add("", 0, order.amount)
    return ledger


def credit_visits(world, model, level, window, since, until):
    """Return a ledger of the visits that begin in the period."""
    ledger = Ledger()
    for visit in visits_of(world):
        first = visit[0]
        if since <= first.at < until:
            own = [scan for scan in counted(world) if scan.visitor == first.visitor]
            touches = [scan for scan in own if first.at - window <= scan.at <= first.at]
            weights = weigh(model, touches)
            share_out(ledger, level, touches, weights, 1, [0] * len(touches), 0)
    return ledger


def share_out(ledger, level, touches, weights, count, shares, money):
    if not touches:
        ledger.add("", count, money)
    for touch, weight, share in zip(touches, weights, shares, strict=True):
        if weight:
            ledger.add(touch.mark.key(level, touch.at), count * weight, share)


def refunds_of(world, sale):
    refunds = [
        o for o in world.orders if o.refund_of == sale.order_id and o.store_id == sale.store_id and o is not sale
    ]
    return sorted(refunds, key=lambda refund: (refund.at, world.orders.index(refund)))


def counted(world):
    """Return the counted scans in order of time, then of import."""
    return sorted((s for s in world.scans if s.verdict == "human"), key=lambda s: (s.at, world.scans.index(s)))


def scans_of(world, order):
    """Return the counted scans that belong to whoever ordered."""
    named = next((scan for scan in world.scans if order.scan_id and scan.scan_id == order.scan_id), None)
    own = visitor_of(world, order)
    shared = own is not None and len(customers_of(world, own)) > world.shared
    if named and (shared or named.visitor is None):
        mine = {named}
        if shared:
            return [scan for scan in counted(world) if scan in mine]
    else:
        mine = set()
    customer = order.customer
    if customer is None and own is not None and len(customers_of(world, own)) == 1:
        customer = next(iter(customers_of(world, own)))
    visitors = {own} if own is not None and not shared else set()
    for other in {visitor_of(world, o) for o in world.orders if o.customer is not None and o.customer == customer}:
        if other is not None and len(customers_of(world, other)) <= world.shared:
            visitors.add(other)
    return [scan for scan in counted(world) if scan in mine or (scan.visitor is not None and scan.visitor in visitors)]


def visitor_of(world, order):
    for scan in world.scans:
        if order.scan_id and scan.scan_id == order.scan_id and scan.visitor:
            return scan.visitor
    return order.visitor


def customers_of(world, visitor):
    return {o.customer for o in world.orders if o.customer is not None and visitor_of(world, o) == visitor}


def visits_of(world):
    """Return the visits, each a list of scans."""
    visits = []
    for visitor in {scan.visitor for scan in counted(world) if scan.visitor}:
        by_store = defaultdict(list)
        for chain in cut([scan for scan in counted(world) if scan.visitor == visitor]):
            stores = [scan.mark.period(scan.at).store_id for scan in chain]
            for place, scan in enumerate(chain):
                before = [store for store in stores[: place + 1] if store]
                after = [store for store in stores[place:] if store]
                by_store[before[-1] if before else after[0] if after else None].append(scan)
        visits += [visit for scans in by_store.values() for visit in cut(scans)]
    return visits


def cut(scans):
    """Cut scans of one visitor where the gap is too long."""
    parts = []
    for scan in scans:
        if parts and scan.at - parts[-1][-1].at <= GAP:
            parts[-1].append(scan)
        else:
            parts.append([scan])
    return parts


def weigh(model, touches):
    """Return the share of each touch, which sum to 1."""
    n = len(touches)
    if not n:
        return []
    if model == "first":
        return [1] + [0] * (n - 1)
    if model == "last":
        return [0] * (n - 1) + [1]
    if model == "position" and n > 2:
        return [Fraction(2, 5), *[Fraction(1, 5) / (n - 2)] * (n - 2), Fraction(2, 5)]
    if model == "time-decay":
        halves = [halve(touches[-1].at - touch.at, HALF_LIFE) for touch in touches]
        return [Fraction(half, sum(halves)) for half in halves]
    return [Fraction(1, n)] * n


def halve(age, half_life):
    """Return 2^31 · 2^-(age / half_life) in integers, by its series."""
    halvings, rest = divmod(age, half_life)
    exponent = (rest << 31) // half_life
    power = 0
    for term in (round(2**31 * log(2) ** n / factorial(n)) for n in reversed(range(11))):
        power = term - (exponent * power >> 31)
    return power >> halvings


def split(amount, weights):
    """Split whole money by largest remainder, ties to the earlier."""
    quotas = [amount * weight for weight in weights]
    shares = [int(quota) for quota in quotas]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - quotas[i], i))
    for i in order[: amount - sum(shares)] if weights else []:
        shares[i] += 1
    return shares

"""Journeys once more, by the rules as they are written and without SQL: every outcome, window, stop and transform."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from o2o.attribution.question import Outcome, Reach, Thinning
from o2o.db import Database, writing
from tests.attribution_oracle import Ledger, Scan, World, counted, split, visits_of, weigh

ZONES = {"S1": "Asia/Shanghai", "S2": "America/New_York", None: "Asia/Shanghai"}


@dataclass(frozen=True)
class View:
    at: int
    event: str
    customer: str | None
    visitor: str | None
    scan_id: str | None


@dataclass(frozen=True)
class Redemption:
    at: int
    value: int
    store_id: str | None
    customer: str | None
    visitor: str | None
    scan_id: str | None
    order_id: str


@dataclass(frozen=True)
class Conversion:
    """Something worth crediting and whom it names; ``amount`` and ``returns`` (at, money) are money."""

    at: int
    amount: int = 0
    customer: str | None = None
    visitor: str | None = None
    scan_id: str | None = None
    sku: str | None = None
    returns: tuple[tuple[int, int], ...] = ()
    visit: Scan | None = None


@dataclass
class Shop(World):
    views: list[View] = field(default_factory=list)
    redemptions: list[Redemption] = field(default_factory=list)
    reports: list[tuple[str, str]] = field(default_factory=list)
    lines: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    a_day: int = 20

    def save(self, db: Database) -> None:
        """Put the world into a shop's file."""
        super().save(db)
        named = {one.visitor for one in (*self.views, *self.scans) if one.visitor}
        with writing(db):
            run = db.conn.executemany
            run("UPDATE stores SET timezone = ? WHERE store_id = 'S2'", [(ZONES["S2"],)])
            run("INSERT OR IGNORE INTO visitors (visitor) VALUES (?)", [(visitor,) for visitor in sorted(named)])
            numbers = dict(db.conn.execute("SELECT visitor, id FROM visitors").fetchall())
            run(
                "INSERT INTO page_views (viewed_at, event, customer, visitor_id, scan_id) VALUES (?, ?, ?, ?, ?)",
                [(v.at, v.event, v.customer, numbers.get(v.visitor), v.scan_id) for v in self.views],
            )
            run(
                "INSERT INTO redemptions (serial, redeemed_at, value, store_id, customer, visitor, scan_id, order_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (f"c{n}", r.at, r.value, r.store_id, r.customer, r.visitor, r.scan_id, r.order_id)
                    for n, r in enumerate(self.redemptions)
                ],
            )
            run(
                "INSERT OR IGNORE INTO visitor_customers VALUES (?, ?, 0, 'report')",
                [(numbers[visitor], customer) for visitor, customer in self.reports if visitor in numbers],
            )
            rows = dict(db.conn.execute("SELECT order_id, id FROM orders").fetchall())
            run(
                "INSERT INTO order_lines (order_row, line, sku, quantity, amount) VALUES (?, ?, ?, 1, ?)",
                [
                    (rows[order], number, *line)
                    for order, lines in self.lines.items()
                    for number, line in enumerate(lines, start=1)
                ],
            )


def credit(world, question, model, level):
    """Return a ledger of what each key earned in the period; key '' is unattributed."""
    period = range(question.since or 0, question.until or 1 << 62)
    ledger, conversions = Ledger(), conversions_of(world, question.outcome)
    total = [sum(one.at in period for one in conversions), total_money(world, question.outcome, period)]
    for one in conversions:
        touches = journey(world, question, one, level)
        weights = weigh(model, [touch for touch, _ in touches])
        for at, count, before, after in effects(one):
            if at in period:
                total[0] += count if count < 0 else 0
                old, new = split(before, weights), split(after, weights)
                for (_, key), weight, was, is_now in zip(touches, weights, old, new, strict=True):
                    if weight:
                        ledger.add(key, count * weight, is_now - was)
    counts, money = map(sum, zip((0, 0), *ledger.values(), strict=True))
    ledger.add("", total[0] - counts, total[1] - money)
    return ledger


def effects(conversion):
    """Yield what a conversion and its refunds do: when, to the count, and to the money that is left."""
    yield conversion.at, 1, 0, conversion.amount
    left, counts = conversion.amount, True
    for at, money in conversion.returns:
        less = max(left - money, 0)
        yield at, -1 if less == 0 and counts else 0, left, less
        left, counts = less, counts and less > 0


def journey(world, question, conversion, level):
    """Return the touches of a conversion, each with its key."""
    touches = [
        scan
        for scan in own_scans(world, conversion)
        if 0 <= conversion.at - scan.at <= question.window_of(scan.mark.kind)
    ]
    if question.reach is Reach.STOP:
        last = max(previous_times(world, question.outcome, conversion), default=-1)
        touches = [touch for touch in touches if touch.at > last]
    if question.outcome is Outcome.LINES:
        touches = [
            touch
            for touch in touches
            if touch.mark.kind == "product" and touch.mark.period(touch.at).subject_id == conversion.sku
        ]
    return thin([(touch, touch.mark.key(level, touch.at)) for touch in touches], question.transform)


def thin(touches, transform):
    """Return the touches that a transform leaves."""
    keys = [key for _, key in touches]
    if transform.thinning is Thinning.EXPOSURE:
        return [next(run) for _, run in groupby(touches, key=lambda touch: touch[1])]
    if transform.thinning is Thinning.FIRST:
        return [touch for place, touch in enumerate(touches) if touch[1] not in keys[:place]]
    if set(keys) <= {transform.key} or transform.thinning is Thinning.UNIQUE:
        return touches
    if transform.thinning is Thinning.DROP_ALL:
        return [touch for touch in touches if touch[1] != transform.key]
    while touches[-1][1] == transform.key:
        touches = touches[:-1]
    return touches


def previous_times(world, outcome, conversion):
    for other in conversions_of(world, outcome):
        if other.at < conversion.at and other.sku == conversion.sku and owner(world, other) == owner(world, conversion):
            yield other.at


def owner(world, conversion):
    """Return whose a conversion is: a customer's, else a visitor's, else of the one scan that it names."""
    if conversion.visit:
        return conversion.visit.visitor
    scan, visitor, customer = named(world, conversion)
    shared = len(customers_of(world, visitor)) > world.shared
    if customer and not (scan and shared):
        return "customer", customer
    if visitor and not shared and visitor in {one.visitor for one in (*world.scans, *world.views)}:
        return "visitor", visitor
    return "scan", scan


def own_scans(world, conversion):
    """Return the counted scans of whoever a conversion is by."""
    if conversion.visit:
        return [scan for scan in counted(world) if scan.visitor == conversion.visit.visitor]
    scan, visitor, customer = named(world, conversion)
    shared = len(customers_of(world, visitor)) > world.shared
    if scan and shared:
        return [one for one in counted(world) if one is scan]
    visitors = {visitor} - {None} if not shared and not customer else set()
    for other in all_visitors(world) if customer else ():
        linked = customers_of(world, other)
        if customer in linked and len(linked) <= world.shared:
            visitors.add(other)
    anonymous = scan is not None and scan.visitor is None
    return [one for one in counted(world) if one.visitor in visitors or (anonymous and one is scan)]


def named(world, conversion):
    """Return the scan, the visitor and the customer that a conversion is by."""
    scan = next((one for one in world.scans if conversion.scan_id and one.scan_id == conversion.scan_id), None)
    visitor = (scan and scan.visitor) or conversion.visitor
    customer = conversion.customer if conversion.customer not in busy(world) else None
    linked = customers_of(world, visitor)
    return scan, visitor, customer or (min(linked) if len(linked) == 1 else None)


def all_visitors(world):
    return {visitor for visitor, _ in links(world)}


def customers_of(world, visitor):
    return {customer for other, customer in links(world) if other == visitor and customer not in busy(world)}


def links(world):
    """Yield each visitor with a customer that something names beside it."""
    for one in (*world.orders, *map(with_order(world), world.redemptions), *world.views):
        scan = next((scan for scan in world.scans if one.scan_id and scan.scan_id == one.scan_id), None)
        visitor = (scan and scan.visitor) or one.visitor
        if visitor and one.customer:
            yield visitor, one.customer
    known = {one.visitor for one in (*world.scans, *world.views)}
    yield from (report for report in world.reports if report[0] in known)


def with_order(world):
    def fill(one):
        order = next((o for o in world.orders if o.order_id == one.order_id and o.store_id == one.store_id), None)
        names = (one.customer, one.visitor, one.scan_id)
        others = (order.customer, order.visitor, order.scan_id) if order else (None, None, None)
        customer, visitor, scan_id = (name or other for name, other in zip(names, others, strict=True))
        return Conversion(one.at, max(one.value, 0), customer, visitor, scan_id)

    return fill


def busy(world):
    """Return the customers with too many orders on a local day."""
    days = Counter(
        (sale.customer, datetime.fromtimestamp(sale.at / 1000, ZoneInfo(ZONES[sale.store_id])).date())
        for sale in sales_of(world)
        if sale.customer
    )
    return {customer for (customer, _), orders in days.items() if orders > world.a_day}


def sales_of(world):
    return [order for order in world.orders if order.amount >= 0 and not order.refund_of]


def conversions_of(world, outcome):
    """Return the conversions of an outcome."""
    if outcome is Outcome.VISITS:
        return [Conversion(visit[0].at, visit=visit[0]) for visit in visits_of(world)]
    if outcome is Outcome.REGISTRATIONS:
        return [
            Conversion(view.at, 0, view.customer, view.visitor, view.scan_id)
            for view in world.views
            if view.event == "registration"
        ]
    if outcome is Outcome.REDEMPTIONS:
        return list(map(with_order(world), world.redemptions))
    if outcome is Outcome.LINES:
        return [conversion for sale in sales_of(world) for conversion in lines_of(world, sale)]
    return [
        make_sale(sale, sale.amount, [(refund.at, -refund.amount) for refund in refunds_of(world, sale)])
        for sale in sales_of(world)
    ]


def make_sale(sale, amount, returns, sku=None):
    return Conversion(sale.at, amount, sale.customer, sale.visitor, sale.scan_id, sku, tuple(returns))


def lines_of(world, sale):
    return [
        make_sale(sale, amount, returns_of(world, sale, number), sku)
        for number, (sku, amount) in enumerate(world.lines.get(sale.order_id, []))
        if amount >= 0
    ]


def returns_of(world, sale, number):
    """Yield what refunds take from a line: when, and how much."""
    sku, amount = world.lines[sale.order_id][number]
    before = sum(max(money, 0) for other, money in world.lines[sale.order_id][:number] if other == sku)
    paid, returned = 0, 0
    for refund in refunds_of(world, sale):
        lines = world.lines.get(refund.order_id, [])
        if not lines:
            first, old, paid = not paid and not any_whole(world, sale, refund), paid, paid - refund.amount
            taken = part_of(amount, paid, sale.amount) - (0 if first else part_of(amount, old, sale.amount))
            if taken or (amount == 0 and paid >= sale.amount):
                yield refund.at, taken
        elif any(other == sku for other, _ in lines) and amount >= 0:
            old, returned = returned, returned - sum(money for other, money in lines if other == sku)
            taken = max(min(returned - before, amount), 0) - max(min(old - before, amount), 0)
            if taken or amount == 0:
                yield refund.at, taken


def any_whole(world, sale, refund):
    """Return whether an earlier refund without lines and without money came before."""
    earlier = refunds_of(world, sale)
    return any(not world.lines.get(one.order_id) for one in earlier[: earlier.index(refund)])


def part_of(amount, back, paid):
    """Return the part of a line that is taken by then."""
    if back >= paid:
        return amount
    return (abs(amount) * back // paid) * (1 if amount > 0 else -1)


def refunds_of(world, sale):
    refunds = [
        o for o in world.orders if o.refund_of == sale.order_id and o.store_id == sale.store_id and o is not sale
    ]
    return sorted(refunds, key=lambda refund: (refund.at, world.orders.index(refund)))


def total_money(world, outcome, period):
    """Return the money of the period as the till tells it."""
    if outcome.is_sale:
        return sum(order.amount for order in world.orders if order.at in period)
    return sum(one.amount for one in conversions_of(world, outcome) if one.at in period)

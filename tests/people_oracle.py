"""Who is who, and what they did, by the rules as they are written and without SQL."""

from typing import NamedTuple

from o2o.attribution.question import Outcome
from tests.attribution_oracle import counted
from tests.journeys_oracle import Conversion, conversions_of, customers_of, named


class Act(NamedTuple):
    """What somebody did, when, and what an order is worth after refunds."""

    act: str
    unit: object
    at: int
    amount: int = 0


def acts_of(world):
    """Return what everybody did besides scanning; what is nobody's is left out."""
    views = [Conversion(v.at, 0, v.customer, v.visitor, v.scan_id) for v in world.views if v.event == "view"]
    kinds = {
        "order": conversions_of(world, Outcome.ORDERS),
        "registration": conversions_of(world, Outcome.REGISTRATIONS),
        "redemption": conversions_of(world, Outcome.REDEMPTIONS),
        "view": views,
    }
    acts = [Act(act, unit_of(world, one), one.at, left_of(one)) for act, ones in kinds.items() for one in ones]
    return [act for act in acts if act.unit]


def scans_of_people(world):
    """Return the counted scans of visitors, each with the unit whose it is."""
    return [(unit_of_visitor(world, scan.visitor), scan) for scan in counted(world) if scan.visitor]


def unit_of(world, conversion):
    """Return whose a conversion is: a customer's, else a visitor's, else nobody's."""
    scan, visitor, customer = named(world, conversion)
    shared = len(customers_of(world, visitor)) > world.shared
    if customer and (customer == conversion.customer or not (scan and shared)):
        return "customer", customer
    if customer:
        return None
    known = {one.visitor for one in (*world.scans, *world.views)}
    return unit_of_visitor(world, visitor) if visitor in known and visitor and not shared else None


def unit_of_visitor(world, visitor):
    """Return the first customer of a visitor of a few, else the visitor."""
    linked = customers_of(world, visitor)
    return ("customer", min(linked)) if 0 < len(linked) <= world.shared else ("visitor", visitor)


def left_of(conversion):
    """Return what of an order's money its refunds leave."""
    return max(conversion.amount - sum(money for _, money in conversion.returns), 0)

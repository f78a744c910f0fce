"""What each touchpoint did: scans, visitors, visits, orders and revenue, people, products and places side by side."""

from dataclasses import dataclass

from o2o.analytics.lift import Rate

THIN_VISITORS = 30
"""Below so many visitors a rate is marked as thin."""


@dataclass(frozen=True, slots=True)
class TouchpointRow:
    """One touchpoint as it stands today and what it did.

    ``orders`` are those with at least one of its scans in their window, ``revenue`` its linear share of them in
    minor units, ``order_rate`` the share of its visitors who ordered so.
    """

    code: str
    kind: str
    subject_id: str
    name: str
    store_id: str
    campaign_id: str
    carrier: str
    label: str
    scans: int
    visitors: int
    visits: int
    orders: int
    revenue: int
    order_rate: Rate

    @property
    def thin(self) -> bool:
        """Whether there are too few visitors to judge it by its rate."""
        return self.visitors < THIN_VISITORS

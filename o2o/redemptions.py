"""Coupons that were redeemed (核销), as coupon systems tell, with the ids that may join them to scans."""

from collections.abc import Iterable
from dataclasses import dataclass

from o2o.db import Database
from o2o.outcomes import OutcomeTable, SavedOutcomes


@dataclass(frozen=True, slots=True)
class Redemption:
    """One coupon redeemed: ``serial`` is its own number, ``value`` what it took off in minor units."""

    serial: str
    redeemed_at: int
    store_id: str | None
    customer: str | None
    visitor: str | None
    scan_id: str | None
    order_id: str
    value: int

    @property
    def identity(self) -> tuple[str]:
        """What makes it the same redemption: a coupon is redeemed once."""
        return (self.serial,)

    @property
    def has_id(self) -> bool:
        """Whether it carries an id that can join it to scans, itself or by its order."""
        return bool(self.scan_id or self.customer or self.visitor or self.order_id)


_REDEMPTIONS = OutcomeTable("redemptions", Redemption, "serial = ?")


def save_redemptions(db: Database, redemptions: Iterable[Redemption]) -> SavedOutcomes[Redemption]:
    """Keep redemptions; one that was there already takes the later content. The caller holds the transaction."""
    return _REDEMPTIONS.save(db, redemptions)

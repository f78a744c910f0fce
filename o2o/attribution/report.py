"""Who earned what: rows of credit that add up to the till's total, and the facts needed to trust them."""

from dataclasses import dataclass

from o2o.attribution.question import Model, Question

UNATTRIBUTED = ""
"""Key of what no touch can be credited with; nothing else has it."""

OTHER = "(other)"
"""Key of credit that has no such level: touches of other kinds, of no campaign, of no store."""


@dataclass(frozen=True, slots=True)
class CreditRow:
    """The credit of one key under one model.

    ``key`` is the merchant's id (for touchpoints the code), ``revenue`` minor units, ``touches`` the touches
    that share in it and ``touched`` the conversions with at least one of them: small numbers say little.
    ``kind``, ``subject_id``, ``store_id``, ``campaign_id`` and ``carrier`` say more about a touchpoint as it
    stands today and are empty where they don't apply.
    """

    key: str
    name: str
    model: Model
    conversions: float
    revenue: int
    touches: int = 0
    touched: int = 0
    kind: str = ""
    subject_id: str = ""
    store_id: str = ""
    campaign_id: str = ""
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The identity of one model: attributed + unattributed = total, in conversions and in minor units."""

    model: Model
    attributed_conversions: float
    unattributed_conversions: float
    conversions: float
    attributed_revenue: int
    unattributed_revenue: int
    revenue: int


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many raw hits got one verdict for one reason."""

    verdict: str
    reason: str
    hits: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From raw hits to touches: each number is a part of the one before it.

    ``counted`` scans are human; ``in_reach`` are those that the question's period and window can see;
    ``credited`` are those that share in a conversion. ``anonymous`` counted scans have no visitor.
    """

    hits: int
    verdicts: tuple[VerdictCount, ...]
    counted: int
    anonymous: int
    in_reach: int
    credited: int


@dataclass(frozen=True, slots=True)
class Joinability:
    """How many of the period's orders (refunds aside) carry an id that can join, and how they joined.

    ``with_id`` orders carry a scan id, a customer or a visitor; ``by_scan``, ``by_customer`` and
    ``by_visitor`` say which of them led to a visitor with counted scans, ``touched`` orders have such a scan in their
    window.
    """

    orders: int
    with_id: int
    by_scan: int
    by_customer: int
    by_visitor: int
    touched: int

    @property
    def joined(self) -> int:
        """How many orders led to a visitor with counted scans, however long before."""
        return self.by_scan + self.by_customer + self.by_visitor


@dataclass(frozen=True, slots=True)
class SharedVisitor:
    """A visitor of too many customers (a shared tablet), which is never used for joining."""

    visitor: str
    customers: int


@dataclass(frozen=True, slots=True)
class AttributionReport:
    """The answer to a question: rows by model, most conversions first, ``(other)`` and unattributed last.

    ``warnings`` are sentences about input that can't be right, such as a refund larger than its order.
    """

    question: Question
    rows: tuple[CreditRow, ...]
    totals: tuple[Totals, ...]
    waterfall: Waterfall
    joinability: Joinability
    shared_visitors: tuple[SharedVisitor, ...] = ()
    warnings: tuple[str, ...] = ()

    def rows_of(self, model: Model) -> tuple[CreditRow, ...]:
        """Return the rows of one model."""
        return tuple(row for row in self.rows if row.model is model)

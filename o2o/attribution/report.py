"""Who earned what: rows of credit that add up to the till's total, and the facts needed to trust them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any

from o2o.attribution.crediting import Credit, credit_journeys
from o2o.attribution.doubts import Doubt, Figures, Span, find_all_spans
from o2o.attribution.engines import Engine
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import OTHER, Journeys, gathered
from o2o.attribution.lags import Maturity, find_maturity, tells_maturity
from o2o.attribution.manifest import DataState, Manifest, make_manifest, read_state
from o2o.attribution.models import Model
from o2o.attribution.question import Level, Outcome, Question, Thinning
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.subjects import CARRIER_NAMES

__all__ = [
    "OTHER",
    "STITCHES",
    "UNATTRIBUTED",
    "AttributionReport",
    "BusyCustomer",
    "CreditRow",
    "Joinability",
    "SharedVisitor",
    "Stitching",
    "Totals",
    "VerdictCount",
    "Waterfall",
    "attribute",
    "attribute_levels",
]

UNATTRIBUTED = ""
"""Key of what no touch can be credited with; nothing else has it."""

STITCHES = ("by_click", "by_order", "by_redemption", "by_registration", "by_page_view", "by_report")
"""What links a visitor to a customer, the surest first: fields of Stitching."""

Reader = Callable[[Journeys], object]
"""What reads the journeys of a question once more."""

_TOTALS = {
    Outcome.ORDERS: "attribution/journeys.totals_orders",
    Outcome.LINES: "attribution/journeys.totals_lines",
}
_SUMS = (
    "attribution/journeys.reach",
    "attribution/journeys.credited",
    "attribution/models.attributed",
)
_SUMS_LEFT_OUT = ("attribution/journeys.left_out",)
_RANKS = {OTHER: 1, UNATTRIBUTED: 2}
_LAST_NAMES = {
    Language.ZH: {OTHER: "其他", UNATTRIBUTED: "未归因"},
    Language.EN: {OTHER: "other", UNATTRIBUTED: "unattributed"},
}


@dataclass(frozen=True, slots=True)
class CreditRow:
    """The credit of one key under one model.

    ``key`` is the merchant's id (for touchpoints the code), ``revenue`` minor units, ``touches`` the touches
    that it has in the period's journeys: small numbers say little.
    ``kind``, ``subject_id``, ``store_id``, ``campaign_id`` and ``carrier`` say more about a touchpoint as it
    stands today and are empty where they don't apply. ``removal_effect`` is the share of conversions that would be lost
    without the key; Markov alone tells it. What it earned lies between the lows and highs at 95 %, had other people
    come by; None where that isn't known.
    """

    key: str
    name: str
    model: Model
    conversions: float
    revenue: int
    touches: int = 0
    kind: str = ""
    subject_id: str = ""
    store_id: str = ""
    campaign_id: str = ""
    carrier: str = ""
    removal_effect: float | None = None
    conversions_low: float | None = None
    conversions_high: float | None = None
    revenue_low: int | None = None
    revenue_high: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The identity of one model: attributed + unattributed = total, in conversions and in minor units."""

    model: Model
    attributed_conversions: int
    unattributed_conversions: int
    conversions: int
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
    ``credited`` are those that share in a conversion. ``anonymous`` counted scans have no visitor, ``followed`` ones a
    visitor who can be followed over days, the others one who can't. ``remote`` ones were made while the store was
    closed, or far from it. ``alike`` are not counted, as duplicate or impossible, and yet may be of several phones:
    their visitor is only a network, a browser and a day. ``regions_on`` is the date of the database of regions.
    """

    hits: int
    verdicts: tuple[VerdictCount, ...]
    counted: int
    anonymous: int
    in_reach: int
    credited: int
    followed: int = 0
    remote: int = 0
    alike: int = 0
    regions_on: str = ""


@dataclass(frozen=True, slots=True)
class Joinability:
    """How many of the period's conversions (refunds aside) carry an id that can join, and how they joined.

    ``with_id`` conversions carry a scan id, a customer or a visitor; ``by_scan``, ``by_customer`` and
    ``by_visitor`` say which of them led to a visitor with counted scans, ``touched`` ones have such a scan in their
    window.
    """

    conversions: int
    with_id: int
    by_scan: int
    by_customer: int
    by_visitor: int
    touched: int

    @property
    def joined(self) -> int:
        """How many conversions led to a visitor with counted scans, however long before."""
        return self.by_scan + self.by_customer + self.by_visitor


@dataclass(frozen=True, slots=True)
class Stitching:
    """How many visitors with counted scans within reach are linked to a customer, each by the surest that says so.

    ``by_click``: a click id on an order, a coupon or a page view; ``by_order``, ``by_redemption``, ``by_registration``,
    ``by_page_view`` and ``by_report`` (of a scan): what named both. ``shared`` ones have too many customers.
    """

    visitors: int
    by_click: int
    by_order: int
    by_redemption: int
    by_registration: int
    by_page_view: int
    by_report: int
    shared: int

    @property
    def linked(self) -> int:
        """How many are linked to a customer."""
        return sum(getattr(self, stitch) for stitch in STITCHES)


@dataclass(frozen=True, slots=True)
class BusyCustomer:
    """A customer with too many orders on one day (a cashier's own card), who is never used for joining."""

    customer: str
    orders: int


@dataclass(frozen=True, slots=True)
class SharedVisitor:
    """A visitor of too many customers (a shared tablet), which is never used for joining."""

    visitor: str
    customers: int


class Fault(StrEnum):
    """Why a refund can't be taken from an order: it names none, none that is there, or one that it exceeds."""

    NAMELESS = "nameless"
    UNKNOWN = "unknown"
    OVERSIZED = "oversized"


@dataclass(frozen=True, slots=True)
class RefundFault:
    """Refunds that can't be taken from an order, in whole or in part: why, how many, and one of them."""

    fault: Fault
    refunds: int
    example: str


@dataclass(frozen=True, slots=True)
class AttributionReport:
    """The answer to a question: rows by model, most conversions first, ``(other)`` and unattributed last.

    ``faults`` tell what of the input can't be right, such as refunds larger than their orders; ``manifest`` tells
    what it was made from. ``orders`` are those that the data chose for chains, by model. ``maturity`` tells what recent
    scans have still to bring; None where the period is over.
    """

    question: Question
    rows: tuple[CreditRow, ...]
    totals: tuple[Totals, ...]
    waterfall: Waterfall
    joinability: Joinability
    shared_visitors: tuple[SharedVisitor, ...] = ()
    faults: tuple[RefundFault, ...] = ()
    manifest: Manifest | None = None
    busy_customers: tuple[BusyCustomer, ...] = ()
    stitching: Stitching = Stitching(0, 0, 0, 0, 0, 0, 0, 0)
    left_out: int = 0
    orders: Mapping[Model, int] = field(default_factory=dict)
    maturity: Maturity | None = None

    def rows_of(self, model: Model) -> tuple[CreditRow, ...]:
        """Return the rows of one model."""
        return tuple(row for row in self.rows if row.model == model)


def attribute(
    db: Database, settings: Settings, question: Question, engine: Engine | None = None, also: Reader | None = None
) -> AttributionReport:
    """Answer a question from what the file holds now, in place or by an engine (drain segments first).

    ``also`` may read the journeys, too, before they are dropped, as ``list_credits`` does.
    """
    return attribute_levels(db, settings, question, [question.by], engine, also)[question.by]


def attribute_levels(
    db: Database,
    settings: Settings,
    question: Question,
    levels: Iterable[Level],
    engine: Engine | None = None,
    also: Reader | None = None,
) -> dict[Level, AttributionReport]:
    """Answer a question by several levels, from the same journeys."""
    engine = engine or choose_engine(db, settings.engine)
    return answer_levels(engine, lambda: read_state(db), settings, question, levels, also)


def answer_levels(
    engine: Engine,
    read: Callable[[], DataState],
    settings: Settings,
    question: Question,
    levels: Iterable[Level],
    also: Reader | None = None,
) -> dict[Level, AttributionReport]:
    """Answer a question by several levels from an engine's data, whose state is read while it is in use."""
    with gathered(engine, settings, question, with_hits=True) as journeys:
        reports = report_levels(journeys, read(), settings, levels)
        if also:
            also(journeys)
        return reports


def report_levels(
    journeys: Journeys, state: DataState, settings: Settings, levels: Iterable[Level]
) -> dict[Level, AttributionReport]:
    """Report what journeys that were gathered with hits tell, by several levels."""
    total = _count_total(journeys)
    facts = _gather_facts(journeys) | {"maturity": find_maturity(journeys)}
    waterfall = _make_waterfall(journeys, state)
    reports = {}
    for level in levels:
        rows, totals, orders = _credit_level(journeys, Language(settings.language), level, total)
        touched = (
            {"left_out": journeys.row("attribution/journeys.left_out")["left_out"]} if _is_thinned(journeys) else {}
        )
        credited = journeys.row("attribution/journeys.credited")["credited"]
        asked, fall = replace(journeys.question, by=level), replace(waterfall, credited=credited)
        manifest = make_manifest(state, settings, asked, journeys.engine, orders)
        found = {"manifest": manifest, "orders": orders, **touched}
        reports[level] = AttributionReport(asked, rows, totals, fall, **facts, **found)
    return reports


def read_sums(journeys: Journeys) -> None:
    """Ask what a report by the question's level asks of journeys under rules, and make nothing of it.

    What it asks of scans alone is left to ``read_scans``.
    """
    _count_total(journeys)
    _gather_facts(journeys)
    journeys.key_by(journeys.question.by)
    credit_journeys(journeys)
    _doubt_unattributed(journeys)
    days = ("attribution/lags.days",) if tells_maturity(journeys.question) else ()
    for query in (*_SUMS, *days, *(_SUMS_LEFT_OUT if _is_thinned(journeys) else ())):
        list(journeys.rows(query))


def read_scans(journeys: Journeys) -> None:
    """Ask what it asks of scans alone."""
    journeys.keep("hits", "attribution/journeys.hits")
    list(journeys.rows("attribution/journeys.waterfall"))
    if tells_maturity(journeys.question):
        list(journeys.rows("attribution/lags.scans"))


def _gather_facts(journeys: Journeys) -> dict[str, Any]:
    shared = journeys.rows("attribution/journeys.shared")
    busy = journeys.rows("attribution/journeys.busy_customers")
    return {
        "joinability": _count_joined(journeys),
        "stitching": Stitching(**journeys.row("attribution/journeys.stitching")),
        "shared_visitors": tuple(SharedVisitor(**dict(row)) for row in shared),
        "busy_customers": tuple(BusyCustomer(**dict(row)) for row in busy),
        "faults": _find_faults(journeys) if journeys.question.outcome.is_sale else (),
    }


def _is_thinned(journeys: Journeys) -> bool:
    return journeys.question.transform.thinning is not Thinning.UNIQUE


def _count_joined(journeys: Journeys) -> Joinability:
    if journeys.question.outcome is Outcome.VISITS:  # each has its visitor, and is touched by the scan it begins with
        visits, _ = _count_total(journeys)
        return Joinability(visits, visits, 0, 0, visits, visits)
    return Joinability(**journeys.row("attribution/journeys.joinability"))


def _count_total(journeys: Journeys) -> tuple[int, int]:
    total = journeys.row(_TOTALS.get(journeys.question.outcome, "attribution/journeys.totals_once"))
    return total["conversions"], total["revenue"]


def _credit_level(
    journeys: Journeys, language: Language, level: Level, total: tuple[int, int]
) -> tuple[tuple[CreditRow, ...], tuple[Totals, ...], Mapping[Model, int]]:
    journeys.key_by(level)
    earned = credit_journeys(journeys)
    shared_out = journeys.row("attribution/models.attributed")
    totals = tuple(_sum_up(model, shared_out, total) for model in journeys.question.models)
    details = _load_details(journeys, language, level)
    left = _doubt_unattributed(journeys)
    found = [*earned.credits, *(_unattributed(one, left) for one in totals)]
    places = {model: place for place, model in enumerate(journeys.question.models)}
    rows = _make_rows([[one for one in found if one.model == model] for model in places], details)
    return tuple(sorted(rows, key=lambda row: (places[row.model], *_rank(row)))), totals, earned.orders


def _doubt_unattributed(journeys: Journeys) -> Doubt | None:
    if not journeys.question.intervals:
        return None
    return Doubt.of(journeys.row("attribution/models.squares_left"))


def _sum_up(model: Model, shared_out: Mapping[str, int], total: tuple[int, int]) -> Totals:
    conversions, revenue = shared_out["conversions"], shared_out["revenue"]
    return Totals(model, conversions, total[0] - conversions, total[0], revenue, total[1] - revenue, total[1])


def _unattributed(totals: Totals, doubt: Doubt | None) -> Credit:
    return Credit(totals.model, UNATTRIBUTED, totals.unattributed_conversions, totals.unattributed_revenue, doubt=doubt)


def _make_rows(models: Sequence[Sequence[Credit]], details: Mapping[str, Mapping[str, Any]]) -> Iterator[CreditRow]:
    """Yield the rows of what each model credits, with spans where there is a doubt."""
    doubted = [
        {(one.model, one.key): Figures(one.conversions, one.revenue, one.doubt) for one in earned if one.doubt}
        for earned in models
    ]
    found = find_all_spans([list(figures.values()) for figures in doubted])
    spans = dict(zip(chain.from_iterable(doubted), found, strict=True))
    for credit in chain.from_iterable(models):
        yield _make_row(credit, details.get(credit.key, {}), spans.get((credit.model, credit.key)))


def _make_row(credit: Credit, details: Mapping[str, Any], span: Span | None) -> CreditRow:
    return CreditRow(
        key=credit.key,
        model=credit.model,
        conversions=float(credit.conversions),
        revenue=credit.revenue,
        removal_effect=credit.removal_effect,
        **{"name": credit.key, **details},
        **(span._asdict() if span else {}),
    )


def _rank(row: CreditRow) -> tuple[int, float, str]:
    return _RANKS.get(row.key, 0), -row.conversions, row.key


def _load_details(journeys: Journeys, language: Language, level: Level) -> dict[str, dict[str, Any]]:
    details: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in journeys.rows("attribution/report.names", by=level):
        details[row["key"]] = {name: value or "" for name, value in dict(row).items() if name != "key"}
    if level is Level.CARRIER:
        for carrier, names in CARRIER_NAMES.items():
            details[carrier] = {"name": language.of(names), "carrier": str(carrier)}
    for row in journeys.rows("attribution/journeys.reach"):
        details[row["key"]] |= {"touches": row["touches"]}
    for key, name in _LAST_NAMES[language].items():
        details[key] |= {"name": name}
    return details


def _make_waterfall(journeys: Journeys, state: DataState) -> Waterfall:
    hits = list(journeys.rows("attribution/journeys.waterfall"))
    counted = [row for row in hits if row["verdict"] == "human"]
    return Waterfall(
        hits=sum(row["hits"] for row in hits),
        verdicts=tuple(VerdictCount(row["verdict"], row["reason"], row["hits"]) for row in hits),
        counted=sum(row["hits"] for row in counted),
        anonymous=sum(row["anonymous"] for row in counted),
        in_reach=sum(row["in_reach"] for row in counted),
        credited=0,
        followed=sum(row["followed"] for row in counted),
        remote=sum(row["remote"] for row in counted),
        alike=sum(row["daily"] for row in hits if row["verdict"] in ("duplicate", "impossible")),
        regions_on=state.regions_on,
    )


def _find_faults(journeys: Journeys) -> tuple[RefundFault, ...]:
    return tuple(RefundFault(**dict(row)) for row in journeys.rows("attribution/journeys.refund_faults"))

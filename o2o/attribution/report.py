"""Who earned what: rows of credit that add up to the till's total, and the facts needed to trust them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from math import fsum
from typing import Any

from o2o.attribution.crediting import Credit, credit_journeys
from o2o.attribution.engines import Engine
from o2o.attribution.journeys import OTHER, Journeys, gathered
from o2o.attribution.manifest import Manifest, make_manifest
from o2o.attribution.models import Model
from o2o.attribution.question import Level, Outcome, Question
from o2o.collect.verdicts.geo import open_geo
from o2o.config import Language, Settings, load_settings
from o2o.db import Database, shop_folder
from o2o.errors import O2OError
from o2o.subjects import CARRIER_NAMES

__all__ = [
    "OTHER",
    "UNATTRIBUTED",
    "AttributionReport",
    "CreditRow",
    "Joinability",
    "SharedVisitor",
    "Totals",
    "VerdictCount",
    "Waterfall",
    "attribute",
    "attribute_levels",
]

UNATTRIBUTED = ""
"""Key of what no touch can be credited with; nothing else has it."""

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
    stands today and are empty where they don't apply.
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
    what it was made from.
    """

    question: Question
    rows: tuple[CreditRow, ...]
    totals: tuple[Totals, ...]
    waterfall: Waterfall
    joinability: Joinability
    shared_visitors: tuple[SharedVisitor, ...] = ()
    faults: tuple[RefundFault, ...] = ()
    manifest: Manifest | None = None

    def rows_of(self, model: Model) -> tuple[CreditRow, ...]:
        """Return the rows of one model."""
        return tuple(row for row in self.rows if row.model == model)


def attribute(db: Database, settings: Settings, question: Question, engine: Engine | None = None) -> AttributionReport:
    """Answer a question from what the file holds now, in place or by an engine (drain segments first)."""
    return attribute_levels(db, settings, question, [question.by], engine)[question.by]


def attribute_levels(
    db: Database, settings: Settings, question: Question, levels: Iterable[Level], engine: Engine | None = None
) -> dict[Level, AttributionReport]:
    """Answer a question by several levels, from the same journeys."""
    with gathered(db, settings, question, engine) as journeys:
        total = _count_total(journeys)
        waterfall = _make_waterfall(db, journeys)
        joinability = Joinability(**journeys.row("attribution/journeys.joinability"))
        shared = tuple(SharedVisitor(**dict(row)) for row in journeys.rows("attribution/journeys.shared"))
        faults = _find_faults(journeys) if question.outcome is Outcome.ORDERS else ()
        reports = {}
        for level in levels:
            rows, totals = _credit_level(journeys, Language(settings.language), level, total)
            asked = replace(question, by=level)
            manifest = make_manifest(db, settings, asked, journeys.engine)
            reports[level] = AttributionReport(asked, rows, totals, waterfall, joinability, shared, faults, manifest)
        return reports


def _count_total(journeys: Journeys) -> tuple[int, int]:
    total = journeys.row("attribution/journeys.totals")
    return total["conversions"], total["revenue"] if journeys.question.outcome is Outcome.ORDERS else 0


def _credit_level(
    journeys: Journeys, language: Language, level: Level, total: tuple[int, int]
) -> tuple[tuple[CreditRow, ...], tuple[Totals, ...]]:
    journeys.key_by(level)
    earned = credit_journeys(journeys)
    totals = tuple(_sum_up(model, earned, total) for model in journeys.question.models)
    details = _load_details(journeys, language, level)
    rows = [_make_row(credit, details) for credit in [*earned, *map(_unattributed, totals)]]
    models = journeys.question.models
    return tuple(sorted(rows, key=lambda row: (models.index(row.model), *_rank(row)))), totals


def _sum_up(model: Model, earned: list[Credit], total: tuple[int, int]) -> Totals:
    mine = [credit for credit in earned if credit.model == model]
    # the credits of a conversion sum to 1, so theirs is a whole number, whatever floats make of it
    conversions = round(fsum(credit.conversions for credit in mine))
    revenue = sum(credit.revenue for credit in mine)
    return Totals(model, conversions, total[0] - conversions, total[0], revenue, total[1] - revenue, total[1])


def _unattributed(totals: Totals) -> Credit:
    return Credit(totals.model, UNATTRIBUTED, totals.unattributed_conversions, totals.unattributed_revenue)


def _make_row(credit: Credit, details: Mapping[str, Mapping[str, Any]]) -> CreditRow:
    return CreditRow(
        key=credit.key,
        model=credit.model,
        conversions=float(credit.conversions),
        revenue=credit.revenue,
        **{"name": credit.key, **details.get(credit.key, {})},
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


def _make_waterfall(db: Database, journeys: Journeys) -> Waterfall:
    hits = list(journeys.rows("attribution/journeys.waterfall"))
    counted = [row for row in hits if row["verdict"] == "human"]
    return Waterfall(
        hits=sum(row["hits"] for row in hits),
        verdicts=tuple(VerdictCount(row["verdict"], row["reason"], row["hits"]) for row in hits),
        counted=sum(row["hits"] for row in counted),
        anonymous=sum(row["anonymous"] for row in counted),
        in_reach=sum(row["in_reach"] for row in counted),
        credited=journeys.row("attribution/journeys.credited")["credited"],
        followed=sum(row["followed"] for row in counted),
        remote=sum(row["remote"] for row in counted),
        alike=sum(row["daily"] for row in hits if row["verdict"] in ("duplicate", "impossible")),
        regions_on=_date_regions(db),
    )


def _date_regions(db: Database) -> str:
    name = load_settings(db).geo_file
    with suppress(O2OError):  # regions are in the file already; their database may be gone
        return open_geo(shop_folder(db) / name).made_on.isoformat() if name else ""
    return ""


def _find_faults(journeys: Journeys) -> tuple[RefundFault, ...]:
    return tuple(RefundFault(**dict(row)) for row in journeys.rows("attribution/journeys.refund_faults"))

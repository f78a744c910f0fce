"""What must be said beside the rows of a report: that they add up, what was left out, and how orders were joined."""

from collections import Counter
from collections.abc import Iterator

from o2o.attribution.manifest import Manifest
from o2o.attribution.question import Outcome
from o2o.attribution.report import AttributionReport, Joinability, Totals, Waterfall
from o2o.config import Language, Settings
from o2o.reports.words import Words

_SHOWN = 5


def list_remarks(report: AttributionReport, settings: Settings) -> Iterator[str]:
    """Yield the identity of each model, the waterfall, how orders were joined, and what can't be right."""
    yield from _say_identities(report, settings)
    yield from _say_waterfall(report.waterfall)
    yield _say_joining(report.joinability)
    yield from _say_shared(report)
    yield from (f"warning: {warning}" for warning in list_warnings(report))
    if report.manifest:
        yield _say_manifest(report.manifest)


def list_warnings(report: AttributionReport) -> list[str]:
    """Return a sentence for each thing of the input that can't be right."""
    words = Words(Language.EN)
    return [words.count(fault.fault, fault.refunds, example=fault.example) for fault in report.faults]


def _say_manifest(manifest: Manifest) -> str:
    chain = (
        f"{manifest.chain.batches:,} import batches{f' ({manifest.chain.digest[:12]})' * bool(manifest.chain.digest)}"
    )
    programs = f"o2o {manifest.o2o}, {manifest.engine} {manifest.engine_version}"
    return f"run {manifest.digest[:12]}: {chain}, newest scan {manifest.newest['scans']:,}; {programs}"


def _say_identities(report: AttributionReport, settings: Settings) -> Iterator[str]:
    # models share out the same credit, so that one line mostly holds for all of them
    models: dict[str, list[str]] = {}
    for totals in report.totals:
        for identity in _say_identity(totals, report.question.outcome, settings):
            models.setdefault(identity, []).append(totals.model)
    yield from (f"{', '.join(same)}: {identity}" for identity, same in models.items())


def _say_identity(totals: Totals, outcome: Outcome, settings: Settings) -> Iterator[str]:
    yield (
        f"attributed {totals.attributed_conversions:,} + unattributed {totals.unattributed_conversions:,} "
        f"= total {totals.conversions:,} {outcome}"
    )
    if outcome is Outcome.ORDERS:
        money = settings.money.format
        yield (
            f"attributed {money(totals.attributed_revenue)} + unattributed {money(totals.unattributed_revenue)} "
            f"= total {money(totals.revenue)}"
        )


def _say_waterfall(waterfall: Waterfall) -> Iterator[str]:
    yield f"raw hits: {waterfall.hits:,}"
    kinds: Counter[str] = Counter()
    for count in waterfall.verdicts:
        if count.verdict != "human":
            reason = count.reason.partition(": ")[0] if count.verdict == "bot" else count.reason
            kinds[f"{count.verdict}{f' ({reason})' if reason else ''}"] += count.hits
    yield from (f"  less {kind}: {hits:,}" for kind, hits in kinds.items())
    yield f"counted scans: {waterfall.counted:,}"
    daily = waterfall.counted - waterfall.followed - waterfall.anonymous
    yield f"  of visitors who can be followed over days: {waterfall.followed:,}; within a day only: {daily:,}"
    if waterfall.anonymous:
        yield f"  of them without a visitor: {waterfall.anonymous:,}"
    if waterfall.remote:
        yield f"  of them remote (store closed, or far from it): {waterfall.remote:,}"
    yield f"  within reach of the period and window: {waterfall.in_reach:,}"
    yield f"  that share in a conversion: {waterfall.credited:,}"
    if waterfall.alike:
        yield f"not counted, but perhaps of several phones that can't be told apart: {waterfall.alike:,}"
    if waterfall.regions_on:
        yield f"regions by data of {waterfall.regions_on}"


def _say_joining(orders: Joinability) -> str:
    if not orders.orders:
        return "orders: none in this period"
    return (
        f"orders before refunds: {orders.orders:,}; "
        f"{orders.with_id:,} ({orders.with_id / orders.orders:.1%}) carry an id; "
        f"{orders.joined:,} lead to scans (by scan id {orders.by_scan:,}, customer {orders.by_customer:,}, "
        f"visitor {orders.by_visitor:,}); {orders.touched:,} to scans in their window"
    )


def _say_shared(report: AttributionReport) -> Iterator[str]:
    shared = report.shared_visitors
    if shared:
        named = ", ".join(f"{one.visitor} ({one.customers} customers)" for one in shared[:_SHOWN])
        more = f" and {len(shared) - _SHOWN} more" if len(shared) > _SHOWN else ""
        yield f"shared visitors, never used for joining: {named}{more}"

"""What must be said beside the rows of a report: that they add up, what was left out, and how orders were joined."""

from collections import Counter
from collections.abc import Iterator, Mapping
from operator import attrgetter

from o2o.attribution.agreement import FEW_CONVERSIONS, ModelComparison
from o2o.attribution.keeping import Run
from o2o.attribution.manifest import Manifest
from o2o.attribution.models import MARKOV
from o2o.attribution.question import Outcome
from o2o.attribution.report import STITCHES, UNATTRIBUTED, AttributionReport, Stitching, Totals, Waterfall
from o2o.config import Language, Settings
from o2o.reports.phrases import say_journeys, say_means, say_window, say_young
from o2o.reports.touchpoints import TouchpointReport
from o2o.reports.words import Words
from o2o.times import format_at

_SHOWN = 5

_IMPORTS = {
    Outcome.VISITS: ("scans", "o2o scan import"),
    Outcome.REGISTRATIONS: ("page_views", "o2o visit import"),
    Outcome.REDEMPTIONS: ("redemptions", "o2o redemption import"),
    Outcome.ORDERS: ("orders", "o2o order import"),
    Outcome.LINES: ("order_lines", "o2o order import --lines"),
}
"""The table from which the conversions of an outcome come, and what fills it."""


def list_remarks(report: AttributionReport, settings: Settings) -> Iterator[str]:
    """Yield the identity of each model, the waterfall, joining, how journeys were made, and what can't be right."""
    words = Words(Language.EN)
    yield from (f"{model}: {say_means(words, model, report.orders)}" for model in report.question.models)
    yield from _say_identities(report, settings)
    yield from say_hits(report.waterfall)
    yield f"  within reach of the period and window: {report.waterfall.in_reach:,}"
    yield f"  that share in a conversion: {report.waterfall.credited:,}"
    yield from say_doubts(report.waterfall)
    yield _say_joining(report)
    yield from _point_to_walk_ins(report)
    yield _say_stitching(report.stitching)
    yield from _say_left_out(report)
    yield _say_method(report)
    yield from (f"{model}: {reason}" for model, reason in list_unbounded(report).items())
    yield words("cause")
    young = say_young(words, report.question.outcome, report.maturity)
    yield from (young,) if young else ()
    yield from (f"warning: {warning}" for warning in list_warnings(report))
    if report.manifest:
        yield _say_manifest(report.manifest)


def _point_to_walk_ins(report: AttributionReport) -> Iterator[str]:
    """Yield where to look for sales that nothing joins to scans, if orders tell what was bought and some are such."""
    newest = report.manifest.newest if report.manifest else {}
    is_about_orders = report.question.outcome in (Outcome.ORDERS, Outcome.LINES)
    if is_about_orders and newest.get("order_lines") and report.joinability.touched < report.joinability.conversions:
        yield "  sales after scans of products that nothing joins are none of these: o2o report walk-ins"


def say_touchpoints(report: TouchpointReport) -> Iterator[str]:
    """Yield what recent scans have still to bring, and that credit is not cause."""
    words = Words(Language.EN)
    young = say_young(words, Outcome.ORDERS, report.maturity)
    yield from (young,) if young else ()
    yield words("cause")


def say_run(run: Run, settings: Settings) -> str:
    """Return whether a kept report was counted in full, and why, or from which run it was gone on with."""
    if run.since is None:
        return f"counted in full: {run.why}"
    at = format_at(run.since, settings.zone)
    return (
        f"gone on with since {at}: {run.late:,} new rows and {run.changed:,} changed ones; "
        f"{run.reopened:,} rows of the same visitors and customers were counted anew"
    )


def say_disputes(found: ModelComparison) -> Iterator[str]:
    """Yield the orders that the data chose, and a sentence for each of the first keys that depend on the model."""
    words = Words(Language.EN)
    yield from (f"{model}: {say_means(words, model, found.orders)}" for model in found.orders)
    disputed = [key for key in found.keys if key.disputed]
    if not disputed:
        yield f"no key of {FEW_CONVERSIONS} conversions and more depends much on the model"
    for key in disputed[:_SHOWN]:
        most, least = (choose(key.standings, key=attrgetter("share")) for choose in (max, min))
        yield (
            f"disputed: {key.name or key.key}: {most.share:.1%} (rank {most.rank:,}) by {most.model}, "
            f"{least.share:.1%} (rank {least.rank:,}) by {least.model}"
        )
    if len(disputed) > _SHOWN:
        yield f"disputed: {len(disputed) - _SHOWN:,} more"


def list_unbounded(report: AttributionReport) -> dict[str, str]:
    """Return the models whose figures have no interval though one was asked for, each with the reason."""
    if not report.question.intervals:
        return {}
    words = Words(Language.EN)
    keyed = {row.model: row.conversions_low is None for row in report.rows if row.key != UNATTRIBUTED}
    reasons = {True: words("no_interval_of_chain"), False: words("no_interval")}
    return {model: reasons[model.name == MARKOV] for model, missing in keyed.items() if missing}


def list_warnings(report: AttributionReport) -> list[str]:
    """Return a sentence for each thing of the input that can't be right."""
    words = Words(Language.EN)
    faults = [words.count(fault.fault, fault.refunds, example=fault.example) for fault in report.faults]
    dropped = report.question.transform.key
    if dropped and not report.left_out:
        faults.append(words("nothing_dropped", dropped=dropped))
    return [*faults, *(words("nothing_passed_over", passed=key) for key in _list_unknown(report))]


def _list_unknown(report: AttributionReport) -> Iterator[str]:
    touched = {row.key for row in report.rows if row.touches}
    for model in report.question.models:
        if touched and model.name == "last-non" and model.argument not in touched:
            yield model.argument


def _say_manifest(manifest: Manifest) -> str:
    chain = manifest.chain
    batches = Words(Language.EN).count("n_batches", chain.batches)
    digest = f" ({chain.digest[:12]})" if chain.digest else ""
    programs = f"o2o {manifest.o2o}, {manifest.engine} {manifest.engine_version}"
    return f"run {manifest.digest[:12]}: {batches}{digest}, newest scan {manifest.newest['scans']:,}; {programs}"


def _say_method(report: AttributionReport) -> str:
    words, question = Words(Language.EN), report.question
    said = f"{words(question.outcome)}; lookback {say_window(words, question)}. {say_journeys(words, question)}"
    return f"{said} {words.count('left_out', report.left_out)}" if report.left_out else said


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
    if outcome.is_sale or totals.revenue:
        money = settings.money.format
        yield (
            f"attributed {money(totals.attributed_revenue)} + unattributed {money(totals.unattributed_revenue)} "
            f"= total {money(totals.revenue)}"
        )


def say_hits(waterfall: Waterfall) -> Iterator[str]:
    """Yield the way from raw hits to counted scans, a step a line."""
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


def say_doubts(waterfall: Waterfall) -> Iterator[str]:
    """Yield how many hits may be of phones that look alike, and how old the database of regions is."""
    if waterfall.alike:
        yield f"not counted, but perhaps of several phones that can't be told apart: {waterfall.alike:,}"
    if waterfall.regions_on:
        yield f"regions by data of {waterfall.regions_on}"


def _say_joining(report: AttributionReport) -> str:
    joined, outcome = report.joinability, report.question.outcome
    refunds = " before refunds" if outcome.is_sale else ""
    if not joined.conversions:
        return f"{outcome}: none in this period{say_what_next(Words(Language.EN), report)}"
    return (
        f"{outcome}{refunds}: {joined.conversions:,}; "
        f"{joined.with_id:,} ({joined.with_id / joined.conversions:.1%}) carry an id; "
        f"{joined.joined:,} lead to scans (by scan id {joined.by_scan:,}, customer {joined.by_customer:,}, "
        f"visitor {joined.by_visitor:,}); {joined.touched:,} to scans in their window"
    )


def say_what_next(words: Words, report: AttributionReport) -> str:
    """Return what to do about a report without a conversion, after a semicolon; nothing where it can't be told."""
    question, (table, command) = report.question, _IMPORTS[report.question.outcome]
    if report.manifest and not report.manifest.newest[table]:
        return words("none_imported", command=command)
    return words("none_here") if (question.since, question.until) != (None, None) else ""


def _say_stitching(stitching: Stitching) -> str:
    linked = [(key, getattr(stitching, key)) for key in STITCHES]
    words = Words(Language.EN)
    found = ", ".join(f"{words(key)} {number:,}" for key, number in linked if number)
    share = f" ({stitching.linked / stitching.visitors:.1%})" if stitching.visitors else ""
    return (
        f"visitors with scans within reach: {stitching.visitors:,}; "
        f"{stitching.linked:,}{share} known to be a customer{f' ({found})' if found else ''}"
    )


def _say_left_out(report: AttributionReport) -> Iterator[str]:
    shared = {one.visitor: one.customers for one in report.shared_visitors}
    busy = {one.customer: one.orders for one in report.busy_customers}
    if shared:
        yield f"shared visitors, never used for joining: {_list_some(shared, 'customers')}"
    if busy:
        yield f"customers with too many orders a day, never used for joining: {_list_some(busy, 'orders')}"


def _list_some(found: Mapping[str, int], counted: str) -> str:
    named = ", ".join(f"{name} ({number} {counted})" for name, number in list(found.items())[:_SHOWN])
    return f"{named} and {len(found) - _SHOWN} more" if len(found) > _SHOWN else named

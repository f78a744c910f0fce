"""Reports as tables: plain numbers for programs, rounded ones with their currency for people."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from o2o.attribution.agreement import ModelComparison, Standing
from o2o.attribution.manifest import Manifest
from o2o.attribution.question import Level, Outcome
from o2o.attribution.report import AttributionReport, CreditRow
from o2o.config import Language, Settings
from o2o.reports.phrases import say_means
from o2o.reports.regions import RegionRow
from o2o.reports.remarks import list_unbounded, list_warnings
from o2o.reports.touchpoints import TouchpointRow
from o2o.reports.words import Words
from o2o.statistics.estimates import LEVEL, Estimate
from o2o.times import SECOND, format_at


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; ``figures`` are columns whose cells are numbers as text, ``keys`` columns name a row."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    figures: tuple[str, ...] = ()
    keys: int = 1


def list_records(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table for programs as records, by column."""
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def tabulate_credits(report: AttributionReport) -> Table:
    """Return an attribution report for programs: numbers as they are, money in minor units."""
    return Table(tuple(field.name for field in fields(CreditRow)), [astuple(row) for row in report.rows])


def present_credits(report: AttributionReport, settings: Settings) -> Table:
    """Return an attribution report for people, without columns that say nothing: visits have no money."""
    conversions = {totals.model: totals.conversions for totals in report.totals}
    header = (
        *("key", "name", "store", "model", "conversions", "95 % range", "share"),
        *("revenue", "95 % range of revenue", "touches", "removal effect"),
    )
    rows = [
        (
            *(row.key, row.name, row.store_id, row.model, f"{row.conversions:,.2f}", _range_conversions(row)),
            _percent(row.conversions, conversions[row.model]),
            *(settings.money.format(row.revenue), _range_revenue(row, settings), row.touches),
            "" if row.removal_effect is None else f"{row.removal_effect:.1%}",
        )
        for row in report.rows
    ]
    needless = set()
    if all(row.conversions_low is None for row in report.rows):
        needless |= {"95 % range", "95 % range of revenue"}
    if not report.question.outcome.is_sale and not any(row.revenue for row in report.rows):
        needless |= {"revenue", "95 % range of revenue"}
    if all(row.removal_effect is None for row in report.rows):
        needless.add("removal effect")
    if report.question.by not in (Level.TOUCHPOINT, Level.PERSON, Level.PLACE):
        needless.add("store")
    figures = ("conversions", "95 % range", "share", "revenue", "95 % range of revenue", "removal effect")
    return _leave_out(needless, Table(header, rows, figures))


def _range_conversions(row: CreditRow) -> str:
    if row.conversions_low is None or row.conversions_high is None:
        return ""
    return f"{row.conversions_low:,.1f} to {row.conversions_high:,.1f}"


def _range_revenue(row: CreditRow, settings: Settings) -> str:
    if row.revenue_low is None or row.revenue_high is None:
        return ""
    return f"{settings.money.format(row.revenue_low)} to {settings.money.format(row.revenue_high)}"


def tabulate_touchpoints(touchpoints: Sequence[TouchpointRow]) -> Table:
    """Return a report of touchpoints for programs: numbers as they are, money in minor units."""
    header = (
        *("code", "kind", "subject_id", "name", "store_id", "campaign_id", "carrier", "label"),
        *("scans", "visitors", "visits", "orders", "revenue"),
        *("buyers", "order_rate", "order_rate_low", "order_rate_high", "thin", "revenue_low", "revenue_high"),
        *("mature", "revenue_per_scan", "revenue_per_scan_low", "revenue_per_scan_high"),
    )
    rows = [
        (
            *(t.code, t.kind, t.subject_id, t.name, t.store_id, t.campaign_id, t.carrier, t.label),
            *(t.scans, t.visitors, t.visits, t.orders, t.revenue),
            *(t.order_rate.successes, t.order_rate.value, t.order_rate.low, t.order_rate.high, int(t.thin)),
            *(t.revenue_low, t.revenue_high, t.mature, *_ends(t.per_scan)),
        )
        for t in touchpoints
    ]
    return Table(header, rows)


def present_touchpoints(touchpoints: Sequence[TouchpointRow], settings: Settings) -> Table:
    """Return a report of touchpoints for people, of those with scans; a rate of too few visitors is its range only."""
    header = (
        *("code", "kind", "subject", "name", "store", "carrier"),
        *("scans", "visitors", "visits", "orders", "revenue", "95 % range of revenue"),
        *("revenue a scan", "order rate", "95 % range", "data"),
    )
    rows = [
        (
            *(t.code, t.kind, t.subject_id, t.name, t.store_id, t.carrier),
            *(t.scans, t.visitors, t.visits, t.orders, settings.money.format(t.revenue)),
            f"{settings.money.format(t.revenue_low)} to {settings.money.format(t.revenue_high)}" if t.revenue else "",
            _say_per_scan(t, settings),
            "" if t.thin else f"{t.order_rate.value:.1%}",
            f"{t.order_rate.low:.1%} to {t.order_rate.high:.1%}" if t.visitors else "",
            ", ".join(filter(None, ("thin" if t.thin else "", f"{t.mature:.0%} came" if t.young else ""))),
        )
        for t in touchpoints
        if t.scans or t.orders
    ]
    return Table(header, rows, ("revenue", "95 % range of revenue", "revenue a scan", "order rate", "95 % range"))


def _ends(found: Estimate | None) -> tuple[float | None, ...]:
    ends = (found.value, found.low, found.high) if found else ()
    return tuple(round(float(end), 2) for end in ends) or (None,) * 3


def _say_per_scan(row: TouchpointRow, settings: Settings) -> str:
    if row.per_scan is None:
        return "not enough data"
    value, low, high = (settings.money.format(round(end)) for end in _ends(row.per_scan) if end is not None)
    return f"{value} ({low} to {high})"


def tabulate_regions(regions: Sequence[RegionRow]) -> Table:
    """Return a report of regions for programs."""
    return Table(tuple(field.name for field in fields(RegionRow)), [astuple(row) for row in regions])


def present_regions(regions: Sequence[RegionRow]) -> Table:
    """Return a report of regions for people, with the share of each in all counted scans."""
    scans = sum(row.scans for row in regions)
    header = ("country", "region", "city", "scans", "share", "visitors", "remote")
    rows = [
        (
            *(row.country or "not known", row.region, row.city, row.scans),
            *(_percent(row.scans, scans), row.visitors, row.remote),
        )
        for row in regions
    ]
    needless = {name for place, name in enumerate(header[:3]) if not any(row[place] for row in rows)}
    return _leave_out(needless, Table(header, rows, ("share",)))


def make_report_data(report: AttributionReport, settings: Settings, made_at: int | None = None) -> dict[str, Any]:
    """Return an attribution report as plain values for JSON, with its manifest where it is said when it was made."""
    question = report.question
    zone = settings.zone
    return {
        "rows": [asdict(row) for row in report.rows],
        "totals": [asdict(totals) for totals in report.totals],
        "waterfall": asdict(report.waterfall),
        "joinability": _make_joining_data(report),
        "stitching": asdict(report.stitching) | {"linked": report.stitching.linked},
        "question": {
            "outcome": question.outcome,
            "models": question.models,
            "models_mean": {model: say_means(Words(Language.EN), model, report.orders) for model in question.models},
            "orders": dict(report.orders),
            "by": question.by,
            "window_seconds": question.window / SECOND,
            "window_seconds_of_kinds": {kind: window / SECOND for kind, window in question.kind_windows},
            "journeys": question.reach,
            "transform": str(question.transform),
            "ties": "order of import",
            "touches_left_out": report.left_out,
            "since": None if question.since is None else format_at(question.since, zone),
            "until": None if question.until is None else format_at(question.until, zone),
            "currency": settings.currency,
        },
        "shared_visitors": [asdict(visitor) for visitor in report.shared_visitors],
        "busy_customers": [asdict(customer) for customer in report.busy_customers],
        "intervals": {
            "level": LEVEL,
            "drawn": "customers, else visitors",
            "none": list_unbounded(report),
        }
        if question.intervals
        else None,
        "maturity": report.maturity and asdict(report.maturity),
        "warnings": list_warnings(report),
        "cause": Words(Language.EN)("cause"),
    } | (
        {}
        if made_at is None or report.manifest is None
        else {"manifest": make_manifest_data(report.manifest, made_at, zone)}
    )


def tabulate_comparison(found: ModelComparison) -> Table:
    """Return a comparison of models for programs: a row for each key and model."""
    header = ("key", "name", *(field.name for field in fields(Standing)), "disputed")
    rows = [
        (key.key, key.name, *astuple(standing), int(key.disputed)) for key in found.keys for standing in key.standings
    ]
    return Table(header, rows)


def present_comparison(found: ModelComparison) -> tuple[Table, Table]:
    """Return a comparison of models for people: shares and ranks by key, and the rank correlations of the models."""
    shares = [
        (key.key, key.name, *(f"{one.share:.1%} #{one.rank}" for one in key.standings), "!" if key.disputed else "")
        for key in found.keys
    ]
    agreements = [(one.model, one.other, _signed(one.spearman), _signed(one.kendall)) for one in found.agreements]
    return (
        Table(("key", "name", *found.models, "disputed"), shares, found.models),
        Table(("model", "other", "spearman", "kendall"), agreements, ("spearman", "kendall")),
    )


def make_comparison_data(found: ModelComparison) -> dict[str, Any]:
    """Return a comparison of models as plain values for JSON."""
    return asdict(found)


def _signed(correlation: float | None) -> str:
    return "" if correlation is None else f"{correlation:+.3f}"


def make_manifest_data(manifest: Manifest, made_at: int, zone: ZoneInfo) -> dict[str, Any]:
    """Return what a report was made from as plain values for JSON."""
    return {"digest": manifest.digest, "made_at": format_at(made_at, zone)} | asdict(manifest)


def _make_joining_data(report: AttributionReport) -> dict[str, int]:
    joined = report.joinability
    # who reads these answers by program knows the number of orders by this name
    orders = {"orders": joined.conversions} if report.question.outcome is Outcome.ORDERS else {}
    return asdict(joined) | {"joined": joined.joined} | orders


def _leave_out(columns: Collection[str], table: Table) -> Table:
    places = [place for place, name in enumerate(table.header) if name not in columns]
    header = tuple(table.header[place] for place in places)
    return Table(header, [[row[place] for place in places] for row in table.rows], table.figures)


def _percent(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else ""

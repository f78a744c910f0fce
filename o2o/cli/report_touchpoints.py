"""``o2o report touchpoints`` and ``regions``: what each touchpoint did, and where scans come from."""

import json
from dataclasses import replace
from pathlib import Path

import click

from o2o.attribution.question import (
    Outcome,
    Question,
)
from o2o.attribution.report import Waterfall
from o2o.cli.analyses import (
    ALL_FORMATS,
    Shown,
    compare_option,
    put_table,
    require_file,
    say_next,
    show_analysis,
    within,
)
from o2o.cli.options import choice_of, database_option, format_option, opened, out_option, put_text
from o2o.cli.periods import parse_period
from o2o.cli.questions import period_options
from o2o.cli.report_attribution import tell_incremental
from o2o.collect.recording.drain import drain_segments
from o2o.config import load_settings
from o2o.reports.hits import count_hits
from o2o.reports.incremental import (
    HANGING,
    find_incremental,
    make_incremental_data,
)
from o2o.reports.regions import Area, report_regions
from o2o.reports.remarks import say_doubts, say_hits, say_touchpoints
from o2o.reports.standings import NO_REGIONS, analyse_regions, analyse_touchpoints
from o2o.reports.tables import (
    list_records,
    present_regions,
    present_touchpoints,
    tabulate_regions,
    tabulate_touchpoints,
)
from o2o.reports.touchpoints import survey_touchpoints
from o2o.subjects import Kind


@click.command()
@database_option
@period_options
@compare_option
@format_option(*ALL_FORMATS)
@out_option()
def touchpoints(
    db_path: Path,
    windows: tuple[int, tuple[tuple[Kind, int], ...]],
    since: str | None,
    until: str | None,
    compare: str | None,
    output_format: str,
    out: Path | None,
) -> None:
    """Show scans, visitors, scan visits, orders and revenue of each touchpoint.

    Orders are those with a scan of it in the window before, revenue its linear share of them, also of each scan. A rate
    of fewer than 30 visitors is thin data; of fewer than 10 orders no revenue of a scan is told.

    \b
    Example:
      o2o report touchpoints --since 2026-05-01 --format csv --out touchpoints.csv
      o2o report touchpoints --since 2026-05-01 --compare previous
    """
    if compare or output_format == "html":
        question = Question(window=windows[0], kind_windows=windows[1])
        shown = Shown(since, until, compare, None, "", output_format, out)
        show_analysis(db_path, shown, within(analyse_touchpoints, question))
        return
    require_file(output_format, out)
    with opened(db_path) as db:
        settings = load_settings(db)
        since_at, until_at = parse_period(settings, since, until)
        question = Question(window=windows[0], since=since_at, until=until_at, kind_windows=windows[1])
        drain_segments(db, db_path)
        surveyed = survey_touchpoints(db, settings, question)
        say_next(db)
        hits = count_hits(db, since_at, until_at)
        beside = find_incremental(db, settings, replace(question, outcome=Outcome.ORDERS), HANGING)
    found = surveyed.rows
    table = present_touchpoints(found, settings) if output_format == "table" else tabulate_touchpoints(found)
    if output_format == "json":
        data = {"touchpoints": list_records(table), "incremental": make_incremental_data(beside)}
        put_text(json.dumps(data, ensure_ascii=False, indent=2), output_format, out)
        return
    put_table(table, settings, output_format, out)
    if len(table.rows) < len(found):
        click.echo(f"{len(found) - len(table.rows):,} more had no scan; CSV and JSON list them", err=True)
    _tell_hits(hits, output_format)
    tell_incremental(beside, settings, output_format)
    for remark in say_touchpoints(surveyed) if output_format != "json" else ():
        click.echo(remark, err=True)


@click.command()
@database_option
@click.option("--by", "area", type=choice_of(Area), default=Area.CITY.value, show_default=True, help="How closely.")
@click.option("--since", metavar="DAY", help="First day (local) or instant of the scans.")
@click.option("--until", metavar="DAY", help="Last day (local, included), or an instant (excluded).")
@compare_option
@format_option(*ALL_FORMATS)
@out_option()
def regions(
    db_path: Path,
    area: Area,
    since: str | None,
    until: str | None,
    compare: str | None,
    output_format: str,
    out: Path | None,
) -> None:
    """Show counted scans by the country, region and city that the phone's network is in.

    Regions come from the database that 'o2o setting set geo_file' names. A network may be far from its phone; remote
    are scans whose network is far from the store, or that came while it was closed.

    \b
    Example:
      o2o report regions --by region --since 2026-05-01
      o2o report regions --since 2026-05-01 --compare previous
    """
    if compare or output_format == "html":
        shown = Shown(since, until, compare, None, "", output_format, out)
        show_analysis(db_path, shown, lambda db, _, start, end: analyse_regions(db, area, start, end))
        return
    require_file(output_format, out)
    with opened(db_path) as db:
        settings = load_settings(db)
        period = parse_period(settings, since, until)
        drain_segments(db, db_path)
        found = report_regions(db, area, *period)
        hits = count_hits(db, *period)
    table = (present_regions if output_format == "table" else tabulate_regions)(found)
    put_table(table, settings, output_format, out)
    if not found:
        click.echo(NO_REGIONS[1], err=True)
    _tell_hits(hits, output_format)


def _tell_hits(hits: Waterfall, output_format: str) -> None:
    for remark in (*say_hits(hits), *say_doubts(hits)) if output_format != "json" else ():
        click.echo(remark, err=True)

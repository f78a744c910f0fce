"""``o2o report unscanned``: what happens without a scan."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.unscanned import UnscannedTerms
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.times import parse_duration


@click.command()
@click.option("--window", default="30d", show_default=True, metavar="DURATION",
              help="How old a scan may be that an order is said to follow.")  # fmt: skip
@analysis_options
def unscanned(db_path: Path, window: str, **shown: Any) -> None:
    """Show what share of orders followed no scan, by store and day, and how many who come in scan.

    Who comes in is known where door counts were imported. Sheets: stores, days, crowds.

    \b
    Example:
      o2o report unscanned --since 2026-05-01 --compare previous
      o2o report unscanned --window 2h --sheet days --format csv
    """
    from o2o.reports.unscanned import analyse_unscanned

    allowed = parse_duration(window)
    show_analysis(db_path, Shown(**shown), lambda db, settings, since, until: analyse_unscanned(
        db, settings, UnscannedTerms(since, until, allowed)))  # fmt: skip

"""``o2o report hours``: when and where it is busy."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.hours import HourTerms
from o2o.cli.analyses import Shown, analysis_options, show_analysis


@click.command()
@click.option("--store", default="", metavar="STORE", help="Of this store alone.")
@analysis_options
def hours(db_path: Path, store: str, **shown: Any) -> None:
    """Show when and where it is busy: scans, visits and orders by weekday and hour, scans by zone and place.

    Hours are those of each store's own clock. Sheets: hours, zones, places; HTML draws them as heat.

    \b
    Example:
      o2o report hours --since 2026-05-01 --format html --out hours.html
      o2o report hours --store S001 --sheet zones --format csv
    """
    from o2o.reports.hours import analyse_hours

    show_analysis(db_path, Shown(**shown), lambda db, settings, since, until: analyse_hours(
        db, settings, HourTerms(since, until, store)))  # fmt: skip

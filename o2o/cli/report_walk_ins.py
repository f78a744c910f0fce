"""``o2o report walk-ins``: sales after scans that nothing joins."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.walk_ins import WalkInTerms, compare_walk_ins
from o2o.attribution.question import WINDOW
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.times import DAY, parse_duration


@click.command("walk-ins")
@click.option("--after", default="30m", show_default=True, metavar="DURATION", help="How soon after a scan.")
@click.option("--window", default=f"{WINDOW // DAY}d", show_default=True, metavar="DURATION",
              help="How old a scan may be that an order is credited to.")  # fmt: skip
@analysis_options
def walk_ins(db_path: Path, after: str, window: str, **shown: Any) -> None:
    """Compare sales of a scanned product in its store just after scans with the same hours of other weeks.

    Orders that are credited to scans are left out, so that nothing counts twice. Hours without any scan or sale in the
    store count as closed. It needs order lines: 'o2o order import --lines'.

    \b
    Example:
      o2o report walk-ins --since 2026-05-01 --until 2026-05-31
      o2o report walk-ins --sheet products --format csv --out walk-ins.csv
    """
    from o2o.reports.walk_ins import analyse_walk_ins

    soon, age = parse_duration(after), parse_duration(window)
    show_analysis(
        db_path,
        Shown(**shown),
        lambda db, settings, since, until: analyse_walk_ins(
            compare_walk_ins(db, settings, WalkInTerms(until, since, soon, age)), settings
        ),
    )

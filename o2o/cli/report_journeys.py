"""``o2o report journeys``: the ways that people take before they order, or don't."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.paths import JourneyTerms
from o2o.attribution.question import Level
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.times import parse_duration


@click.command()
@click.option("--by", "level", type=choice_of(Level), default=Level.CARRIER.value, show_default=True,
              help="By what touches are told apart.")  # fmt: skip
@click.option("--window", default="30d", show_default=True, metavar="DURATION", help="How old a touch may be.")
@analysis_options
def journeys(db_path: Path, level: str, window: str, **shown: Any) -> None:
    """Show the ways to an order and to nothing, from what to what people go, and how long that takes.

    Sheets: paths, transitions, touches, waits, flows (what a Sankey diagram is made of; HTML draws it).

    \b
    Example:
      o2o report journeys --by zone --format html --out journeys.html
      o2o report journeys --by touchpoint --sheet transitions --format csv
    """
    from o2o.reports.paths import analyse_journeys

    terms = Level(level), parse_duration(window)
    show_analysis(db_path, Shown(**shown), lambda db, settings, since, until: analyse_journeys(
        db, settings, JourneyTerms(since, until, *terms)))  # fmt: skip

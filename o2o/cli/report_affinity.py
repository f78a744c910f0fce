"""``o2o report affinity``: what is scanned and bought together."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.affinity import Affinity, AffinityTerms
from o2o.attribution.question import Level
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.times import parse_duration


@click.command()
@click.option("--of", "of", type=choice_of(Affinity), default=Affinity.CO_SCAN.value, show_default=True,
              help="Scans of one visit, lines of one order, or what is bought after a scan.")  # fmt: skip
@click.option("--by", "level", type=choice_of(Level), default=Level.PRODUCT.value, show_default=True,
              help="What is put together: products, departments; scans by any level.")  # fmt: skip
@click.option("--bought", type=click.Choice([Level.PRODUCT.value, Level.DEPARTMENT.value]), default=Level.PRODUCT.value,
              show_default=True, help="What is bought after a scan is told apart by this.")  # fmt: skip
@click.option("--window", default="7d", show_default=True, metavar="DURATION",
              help="How long after a scan a purchase counts.")  # fmt: skip
@click.option("--at-least", "least", type=int, default=5, show_default=True, metavar="COUNT",
              help="Leave out pairs that are together less often.")  # fmt: skip
@analysis_options
def affinity(db_path: Path, of: str, level: str, bought: str, window: str, least: int, **shown: Any) -> None:
    """Show what is scanned together, bought together, or bought after a scan: support, confidence, lift.

    Of the pairs that are called more than chance at most 5 % are, however many are looked at.

    \b
    Example:
      o2o report affinity --of co-scan --by department
      o2o report affinity --of scan-to-buy --window 1d --at-least 10 --format csv --out pairs.csv
    """
    from o2o.reports.affinity import analyse_affinity

    terms = Affinity(of), Level(level), Level(bought), parse_duration(window), least
    show_analysis(db_path, Shown(**shown), lambda db, settings, since, until: analyse_affinity(
        db, settings, AffinityTerms(since, until, *terms)))  # fmt: skip

"""``o2o report value``: what customers are worth."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from o2o.analytics.value import ValueTerms
from o2o.cli.analyses import Shown, analysis_options, show_analysis


@click.command()
@click.option("--days", type=int, default=90, show_default=True, help="How many days ahead is looked.")
@click.option("--lifetime", type=int, default=365, show_default=True, help="How many days lifetime value adds up.")
@click.option("--discount", type=float, default=0.1, show_default=True, metavar="SHARE",
              help="How much less money is worth a year later.")  # fmt: skip
@click.option("--hash", "hashed", type=click.Choice(["customer"]), help="Write members as keyed hashes in the list.")
@analysis_options
def value(db_path: Path, days: int, lifetime: int, discount: float, hashed: str | None, **shown: Any) -> None:
    """Say who will buy again and what customers are worth: segments, forecasts, and how such forecasts did before.

    Sheets: segments, customers (the dearest first; the list for a push tool), holdout.

    \b
    Example:
      o2o report value --days 90
      o2o report value --sheet customers --format csv --out customers.csv
      o2o report value --sheet customers --where segment=win-back --where known_as=customer --hash customer \\
        --format csv --out win-back.csv
    """
    from o2o.reports.value import analyse_value

    terms = ValueTerms(0, None, days, lifetime, discount)
    show_analysis(db_path, Shown(**shown), lambda db, settings, since, until: analyse_value(
        db, settings, replace(terms, since=since, until=until), hashed=bool(hashed)))  # fmt: skip

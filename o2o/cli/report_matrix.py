"""``o2o report matrix``: products by places."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.matrix import Counted, MatrixTerms
from o2o.attribution.question import Level
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.times import parse_duration


@click.command()
@click.option("--of", "of", type=choice_of(Counted), default=Counted.SCANS.value, show_default=True,
              help="Count visits in which both were scanned, or orders after a scan of the place.")  # fmt: skip
@click.option("--rows", "row", type=click.Choice([Level.PRODUCT.value, Level.DEPARTMENT.value]),
              default=Level.PRODUCT.value, show_default=True, help="What the rows are.")  # fmt: skip
@click.option("--by", "level", type=choice_of(Level), default=Level.PLACE.value, show_default=True,
              help="What the columns are: places, zones, stores, carriers, campaigns …")  # fmt: skip
@click.option("--window", default="30d", show_default=True, metavar="DURATION",
              help="How old a scan may be when an order counts there.")  # fmt: skip
@click.option("--top", type=click.IntRange(1), default=30, show_default=True,
              help="How many cells tables and pages show, the most striking; CSV and the like have all.")  # fmt: skip
@analysis_options
def matrix(db_path: Path, of: str, row: str, level: str, window: str, top: int, **shown: Any) -> None:
    """Show which products are scanned or ordered with which places, and which cells stand out.

    A cell stands out when it is further from what its row and column make of it than chance explains, all cells that
    were looked at considered.

    \b
    Example:
      o2o report matrix --of orders --rows department --by zone
      o2o report matrix --of orders --top 100
      o2o report matrix --by store --format html --out matrix.html
    """
    from o2o.reports.matrix import analyse_matrix

    terms = Counted(of), Level(row), Level(level), parse_duration(window)
    show_analysis(db_path, Shown(**shown), lambda db, settings, since, until: analyse_matrix(
        db, settings, MatrixTerms(since, until, *terms), top))  # fmt: skip

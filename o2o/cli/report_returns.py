"""``o2o report returns``: what came back of what was paid."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.costs import Paid, ReturnTerms, find_returns
from o2o.attribution.models import Model, parse_model
from o2o.attribution.question import WINDOW, Level, Outcome, Question
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis
from o2o.times import DAY, parse_duration


@click.command()
@click.option("--by", type=choice_of(Paid), default=Paid.CAMPAIGN.value, show_default=True, help="What was paid for.")
@click.option("--model", default=str(Model.LINEAR), show_default=True, help="How the credit of orders is shared out.")
@click.option("--window", default=f"{WINDOW // DAY}d", show_default=True, metavar="DURATION",
              help="How old a touch may be.")  # fmt: skip
@analysis_options
def returns(db_path: Path, by: str, model: str, window: str, **shown: Any) -> None:
    """Set costs against the orders that they are credited with: ROAS, and ROI on margin where goods have a cost_price.

    Costs come from 'o2o catalog import --as costs'; of one that reaches beyond the period its days in it count. Else a
    campaign has the cost that it was imported with. Who has fewer than 10 buyers has not enough data.

    \b
    Example:
      o2o report returns --by campaign --since 2026-05-01 --until 2026-05-31
      o2o report returns --by carrier --format csv --out returns.csv
    """
    from o2o.reports.incremental_sheet import put_incremental
    from o2o.reports.returns import analyse_returns

    paid, age, credited = Paid(by), parse_duration(window), parse_model(model)

    def analyse(db: Database, settings: Settings, since: int | None, until: int) -> Analysis:
        found = find_returns(db, settings, ReturnTerms(paid, credited, age, since, until))
        question = Question(Outcome.ORDERS, (credited,), Level(paid), age, since, until)
        return put_incremental(analyse_returns(found, paid, settings), db, settings, question)

    show_analysis(db_path, Shown(**shown), analyse)

"""``o2o report campaigns``: campaigns looked back on."""

from pathlib import Path
from typing import Any

import click

from o2o.attribution.question import Level, Outcome, Question
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis


@click.command()
@click.option("--campaign", "campaign_id", default="", metavar="ID", help="Only this one.")
@analysis_options
def campaigns(db_path: Path, campaign_id: str, **shown: Any) -> None:
    """Look back on campaigns: cost, ROAS, ROI, cost of a new customer, break-even, sales before and while each ran.

    Orders are credited linearly within 30 days. Sales of a campaign's stores are held against as many whole weeks
    before it and against stores without it; where there are none, against the weeks before alone.

    \b
    Example:
      o2o report campaigns --since 2026-05-01
      o2o report campaigns --campaign C01 --format html --out review.html
    """
    from o2o.analytics.campaigns import CampaignTerms, review_campaigns
    from o2o.reports.campaigns import analyse_campaigns
    from o2o.reports.incremental_sheet import put_incremental

    def analyse(db: Database, settings: Settings, since: int | None, until: int) -> Analysis:
        reviews = review_campaigns(db, settings, CampaignTerms(since, until, campaign_id))
        question = Question(Outcome.ORDERS, by=Level.CAMPAIGN, since=since, until=until)
        return put_incremental(analyse_campaigns(reviews, settings), db, settings, question)

    show_analysis(db_path, Shown(**shown), analyse)

"""``o2o report campaigns``: campaigns looked back on."""

from pathlib import Path
from typing import Any

import click

from o2o.cli.analyses import Shown, analysis_options, show_analysis


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

    show_analysis(
        db_path,
        Shown(**shown),
        lambda db, settings, since, until: analyse_campaigns(
            review_campaigns(db, settings, CampaignTerms(since, until, campaign_id)), settings
        ),
    )

"""``o2o report ranking``: what a scan of each sign, person, product or place brings."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.sign_ranking import Measure, RankingTerms, rank_signs
from o2o.attribution.question import WINDOW, Level, Question
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis
from o2o.times import DAY, parse_duration


@click.command()
@click.option("--by", "level", type=choice_of(Level), default=Level.TOUCHPOINT.value, show_default=True,
              help="What is ranked.")  # fmt: skip
@click.option("--of", "measure", type=choice_of(Measure), default=Measure.ORDERS.value, show_default=True,
              help="What it is ranked by: linear credit for each scan.")  # fmt: skip
@click.option("--top", type=int, default=3, show_default=True, help="The chance to be truly among how many best.")
@click.option("--window", default=f"{WINDOW // DAY}d", show_default=True, metavar="DURATION",
              help="How old a scan may be that a conversion is credited to.")  # fmt: skip
@analysis_options
def ranking(db_path: Path, level: str, measure: str, top: int, window: str, **shown: Any) -> None:
    """Rank signs, people, products or places by what a scan of them brings, without being fooled by luck.

    Each is drawn towards the others, the more the less it rests on, with an interval and the chance of truly being
    among the best. Which differ from the average is told with 5 % false alarms; below 30 people nothing is ranked.

    \b
    Example:
      o2o report ranking --by place --of revenue-per-scan --since 2026-05-01
      o2o report ranking --by person --top 5 --format html --out ranking.html
    """
    from o2o.reports.incremental_sheet import put_incremental
    from o2o.reports.sign_ranking import analyse_signs

    by, of, age = Level(level), Measure(measure), parse_duration(window)

    def analyse(db: Database, settings: Settings, since: int | None, until: int) -> Analysis:
        analysis = analyse_signs(rank_signs(db, settings, RankingTerms(by, of, since, until, top, age)))
        question = Question(of.outcome, by=by, window=age, since=since, until=until)
        return put_incremental(analysis, db, settings, question)

    show_analysis(db_path, Shown(**shown), analyse)

"""``o2o report people``: guides and cashiers compared fairly."""

from pathlib import Path
from typing import Any

import click

from o2o.analytics.people_ranking import Measure, PeopleTerms, rank_people
from o2o.attribution.question import WINDOW, Level, Outcome, Question
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.config import Settings
from o2o.db import Database
from o2o.reports.sheets import Analysis
from o2o.times import DAY, parse_duration


@click.command()
@click.option("--measure", type=choice_of(Measure), default=Measure.ORDERS.value, show_default=True,
              help="Scans of their codes (one a visitor and day), credited orders, or their money.")  # fmt: skip
@click.option("--top", type=int, default=3, show_default=True, help="The chance to be truly among how many best.")
@click.option("--window", default=f"{WINDOW // DAY}d", show_default=True, metavar="DURATION",
              help="How old a scan may be that an order is credited to.")  # fmt: skip
@analysis_options
def people(db_path: Path, measure: str, top: int, window: str, **shown: Any) -> None:
    """Rank people by what they achieve beside what others achieve in the same store, hours and crowds.

    Shifts and traffic come from 'o2o catalog import --as shifts' and '--as traffic'; without shifts all time counts in
    which somebody is assigned and has a code, without a counter receipts stand for customers. An index of 1.2 is a
    fifth more than others would; beside it stand the chance of truly being among the best, and what is odd.

    \b
    Example:
      o2o report people --since 2026-05-01 --until 2026-05-31
      o2o report people --measure scans --top 5 --format html --out people.html
    """
    from o2o.reports.incremental_sheet import put_incremental
    from o2o.reports.people import analyse_people

    by, age = Measure(measure), parse_duration(window)

    def analyse(db: Database, settings: Settings, since: int | None, until: int) -> Analysis:
        analysis = analyse_people(rank_people(db, settings, PeopleTerms(until, since, by, top, age)))
        question = Question(Outcome.ORDERS, by=Level.PERSON, window=age, since=since, until=until)
        return analysis if by is Measure.SCANS else put_incremental(analysis, db, settings, question)

    show_analysis(db_path, Shown(**shown), analyse)

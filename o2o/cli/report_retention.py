"""``o2o report retention``: who comes back after so many days."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from o2o.analytics.retention import Active, Cohort, Entry, RetentionTerms
from o2o.attribution.question import Level
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.errors import SettingError
from o2o.reports.retention import Reference, analyse_retention, parse_references


def _to_days(ctx: click.Context, param: click.Parameter, text: str) -> tuple[int, ...]:
    days = [part.strip() for part in text.split(",")]
    if not all(day.isascii() and day.isdigit() and 0 < int(day) <= 3_650 for day in days):
        raise click.BadParameter(f"{text!r} is no list of days; write 1,7,30", ctx, param)
    return tuple(sorted({int(day) for day in days}))


def _to_references(
    ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]
) -> dict[tuple[Entry, int], Reference]:
    try:
        return parse_references(texts)
    except SettingError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@click.command()
@analysis_options
@click.option("--by", type=choice_of(Level), default=Level.TOUCHPOINT.value, show_default=True,
              help="By what they scanned first that day people are told apart.")  # fmt: skip
@click.option("--days", default="1,7,30", show_default=True, callback=_to_days, help="After how many days.")
@click.option("--cohort", type=choice_of(Cohort), default=Cohort.WEEK.value, show_default=True,
              help="By what their first days are put together.")  # fmt: skip
@click.option("--active", type=choice_of(Active), default=Active.SCAN.value, show_default=True,
              help="What counts as coming back.")  # fmt: skip
@click.option("--or-later", is_flag=True, help="Count who comes on that day or later, not on that day alone.")
@click.option("--reference", "references", multiple=True, callback=_to_references, metavar="WHO.DAYS=SHARE",
              help="What is usual: new.1=20% or regular.7=10-15%, as the trade has it. Repeatable.")  # fmt: skip
def retention(db_path: Path, by: str, cohort: str, active: str, **asked: Any) -> None:
    """Show how many new people and regulars come back after so many days, beside what is usual in the trade.

    New people are watched from their first scan of all on, regulars from their first later day in the period. Cohorts
    that aren't old enough are marked and left out of sums. Sheets: retention, cohorts, keys, ages, triangle.

    \b
    Example:
      o2o report retention --cohort month --by store
      o2o report retention --days 1,7,30,90 --active any --reference new.30=5-8% --format html --out retention.html
    """
    references = asked.pop("references")
    chosen = {name: asked.pop(name) for name in ("days", "or_later")}
    terms = RetentionTerms(None, 0, Level(by), cohort=Cohort(cohort), active=Active(active), **chosen)
    show_analysis(db_path, Shown(**asked), lambda db, settings, since, until: analyse_retention(
        db, settings, replace(terms, since=since, until=until), references))  # fmt: skip

"""``o2o report lifecycle``: in which stage customers are, and whom to warn of and to win back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from o2o.analytics.lifecycle import LifecycleTerms
from o2o.analytics.retention import Active
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.reports.lifecycle import analyse_lifecycle

_DAYS = click.IntRange(1, 3_650)


@click.command()
@analysis_options
@click.option("--slump", type=_DAYS, metavar="DAYS", help="Away for longer is a slump; else learned from the shop.")
@click.option("--lost", type=_DAYS, metavar="DAYS", help="Away for longer is lost; else learned from the shop.")
@click.option("--mature", type=_DAYS, metavar="DAYS", help="From so many days there on mature; else learned.")
@click.option("--active", type=choice_of(Active), default=Active.ANY.value, show_default=True,
              help="What is a sign of life.")  # fmt: skip
@click.option("--most", type=click.IntRange(min=1), default=10_000, show_default=True, metavar="MEMBERS",
              help="How many members a list holds, the dearest first.")  # fmt: skip
@click.option("--hash", "hashed", type=click.Choice(["customer"]), help="Write members as keyed hashes in the lists.")
def lifecycle(db_path: Path, active: str, hashed: str | None, **asked: Any) -> None:
    """Show how many customers are in introduction, growth, maturity, slump or lost, and how they have moved.

    Stages are told on the last day that something happened, and moves since --since (else 30 days before). The sheets
    churn_warning and win_back are lists of members for push tools; forgotten customers aren't on them.

    \b
    Example:
      o2o report lifecycle --since 2026-05-01
      o2o report lifecycle --sheet win_back --format csv --hash customer --out win-back.csv
    """
    chosen = {name: asked.pop(name) for name in ("slump", "lost", "mature", "most")}
    terms = LifecycleTerms(None, 0, active=Active(active), **chosen)
    if terms.slump and terms.lost and terms.lost <= terms.slump:
        raise click.UsageError("--lost must be more days than --slump")
    show_analysis(db_path, Shown(**asked), lambda db, settings, since, until: analyse_lifecycle(
        db, settings, replace(terms, since=since, until=until), hashed=bool(hashed)))  # fmt: skip

"""``o2o report audit``: how stable credit is under other assumptions."""

from pathlib import Path
from typing import Any

import click

from o2o.attribution.models import ALL
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.questions import journey_options, make_question, model_option, window_option


@click.command("audit")
@analysis_options
@journey_options
@window_option
@model_option([ALL, "markov", "shapley"])
@click.option("--draws", type=click.IntRange(20, 10_000), default=200, show_default=True,
              help="How many times people are drawn anew to see what chance does.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed draws the same.")
def audit(db_path: Path, draws: int, seed: int, **asked: Any) -> None:
    """Tell how stable credit is: under other windows and decays, with lost visitors and scans, with duplicates.

    For each assumption: how much credit changes hands, who moves, whether the same one leads, and whether that is more
    than chance does. Rules and Markov chains of order 1. --sheet changes, keys, shares, totals or checks show more.

    \b
    Example:
      o2o report audit --outcome orders --by place
      o2o report audit --outcome orders --model linear,time-decay,markov --format html --out audit.html
      o2o report audit --outcome orders --sheet shares --format csv --out shares.csv
    """
    from o2o.attribution.audit import AuditTerms
    from o2o.reports.audit import analyse_audit

    terms, given = AuditTerms(draws=draws, seed=seed), {name: asked.pop(name) for name in _ASKED}
    show_analysis(db_path, Shown(**asked), lambda db, settings, since, until: analyse_audit(
        db, settings, make_question(given, since, until), terms))  # fmt: skip


_ASKED = ("outcome", "level", "models", "windows", "reach", "transform")

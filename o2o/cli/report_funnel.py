"""``o2o report funnel``: who goes on from a scan to an order and to the next."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from o2o.analytics.funnel import WINDOWS, FunnelTerms, Step, parse_step_windows
from o2o.attribution.question import Level
from o2o.cli.analyses import Shown, analysis_options, show_analysis
from o2o.cli.options import choice_of
from o2o.errors import SettingError
from o2o.reports.funnel import analyse_funnel


def _to_windows(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[Step, int]:
    try:
        return parse_step_windows(texts)
    except SettingError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _to_steps(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[Step, ...]:
    names = [Step.SCAN, *(name.strip() for name in text.split(","))] if text else list(Step)
    if unknown := [name for name in names if name not in set(Step)]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(Step)}", ctx, param)
    return tuple(step for step in Step if step in names)


@click.command()
@analysis_options
@click.option("--by", type=choice_of(Level), default=Level.TOUCHPOINT.value, show_default=True,
              help="By what they scanned people are told apart.")  # fmt: skip
@click.option(
    "--window",
    "windows",
    multiple=True,
    callback=_to_windows,
    metavar="DURATION",
    help=f"How long after the step before: 7d, or order=7d for one of {', '.join(WINDOWS)}. Repeatable.",
)
@click.option("--steps", callback=_to_steps, metavar="STEP,…", help=f"Some of {', '.join(Step)}; else all.")
@click.option("--any-order", is_flag=True, help="Count what is done in the period, whatever came first.")
@click.option("--strict", "is_strict", is_flag=True, help="Who orders without a coupon or registration is lost there.")
def funnel(db_path: Path, by: str, any_order: bool, **asked: Any) -> None:
    """Show how many who scan visit the page, register or redeem, order, and order again, and where most are lost.

    A person is a customer, or a visitor of whom no customer is known. Each step counts within its window after the one
    before; one that the shop has no data of is left out. A coupon or registration (lead) may be left out on the way.

    \b
    Example:
      o2o report funnel --by carrier --since 2026-05-01 --compare previous
      o2o report funnel --by person --window visit=30m --window order=7d --format html --out funnel.html
    """
    chosen = {name: asked.pop(name) for name in ("windows", "steps", "is_strict")}
    terms = FunnelTerms(None, 0, Level(by), is_ordered=not any_order, **chosen)
    show_analysis(db_path, Shown(**asked), lambda db, settings, since, until: analyse_funnel(
        db, settings, replace(terms, since=since, until=until)))  # fmt: skip

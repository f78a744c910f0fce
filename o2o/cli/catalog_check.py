"""``o2o catalog check``: what is unsound in the catalogue."""

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import click

from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.config import load_settings
from o2o.times import now

if TYPE_CHECKING:
    from o2o.reports.checks import CatalogFinding

_FINDING = ("rule", "kind", "id", "name", "reason", "advice")
_FIRST_CASES = 5


@click.command()
@database_option
@click.option("--store", "store_id", help="Only this store, what it carries, its people, places and touchpoints.")
@click.option("--strict", is_flag=True, help="Exit with 1 if something is unsound.")
@format_option()
def check(db_path: Path, store_id: str | None, output_format: str, *, strict: bool) -> None:
    """Say what is unsound: lost touchpoints, missing prices, names too long to print, and more.

    A table shows how often each rule is broken and the first cases; CSV and JSON hold all of them.

    \b
    Example:
      o2o catalog check --store S001
      o2o catalog check --format csv > findings.csv
    """
    from o2o.reports.checks import check_catalog  # brings the fonts and templates of prints along

    with opened(db_path) as db:
        findings = check_catalog(db, load_settings(db), now(), store_id)
    if output_format == "table":
        _show_findings(findings)
    else:
        show_rows(_FINDING, [astuple(finding) for finding in findings], output_format)
    if strict and findings:
        raise click.exceptions.Exit(1)


def _show_findings(findings: Sequence["CatalogFinding"]) -> None:
    from o2o.reports.checks import count_findings

    if not findings:
        click.echo("nothing unsound was found")
        return
    show_rows(("rule", "count"), list(count_findings(findings).items()), "table")
    of_rules = {rule: [f for f in findings if f.rule is rule][:_FIRST_CASES] for rule in count_findings(findings)}
    click.echo()
    show_rows(_FINDING, [astuple(finding) for first in of_rules.values() for finding in first], "table")
    if len(findings) > sum(map(len, of_rules.values())):
        click.echo(f"{len(findings):,} in all; see them with --format csv", err=True)

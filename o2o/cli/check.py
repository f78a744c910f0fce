"""``o2o check``: what a phone would see."""

from pathlib import Path

import click

from o2o.cli.options import database_option, opened
from o2o.keys import load_keys


@click.command()
@database_option
@click.argument("code", required=False)
@click.option("--ca", "authority", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Trust the certificates of this authority (PEM), as your phones do.")  # fmt: skip
def check(db_path: Path, code: str | None, authority: Path | None) -> None:
    """Open CODE, or the newest, through its printed link, and tell what a phone would see.

    The scan is marked as the staff's own and doesn't count. The exit code is 1 when something is wrong.

    \b
    Example:
      o2o check
      o2o check K7M2X9PQ
    """
    from o2o.collect.outside.phone_view import Grade, view_code

    with opened(db_path) as db:
        url, findings = view_code(db, load_keys(db_path).secret, code, authority)
    click.echo(url)
    for one in findings:
        click.echo(f"{one.grade:8}{one.what}: {one.found}" + (f"\n{'':8}-> {one.advice}" if one.advice else ""))
    if any(one.grade is Grade.BAD for one in findings):
        raise click.exceptions.Exit(1)

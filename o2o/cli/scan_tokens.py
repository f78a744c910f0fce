"""``o2o scan token``: who may report scans."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.collect.serving.tokens import list_tokens, make_token, revoke_token
from o2o.config import load_settings
from o2o.keys import load_keys
from o2o.times import format_at, now


@click.group(cls=NounGroup)
def token() -> None:
    """Make and revoke tokens, by which mini-programs, kiosks and labels report scans (POST /scans).

    \b
    Example:
      o2o scan token new mini-program
    """


@token.command("new")
@database_option
@click.argument("name")
def new_token(db_path: Path, name: str) -> None:
    """Make a token for whom NAME names, and show it this once: the file keeps only a hash of it.

    \b
    Example:
      o2o scan token new mini-program
    """
    with opened(db_path) as db:
        click.echo(make_token(db, load_keys(db_path).secret, name, now()))
    click.echo("remark: keep it; it isn't shown again", err=True)


@token.command("list")
@database_option
@format_option()
def show_tokens(db_path: Path, output_format: str) -> None:
    """Show for whom there are tokens.

    \b
    Example:
      o2o scan token list
    """
    with opened(db_path) as db:
        zone = load_settings(db).zone
        found = list_tokens(db)
    shown = [(one.name, *("" if at is None else format_at(at, zone) for at in (one.created_at, one.revoked_at)))
             for one in found]  # fmt: skip
    show_rows(("name", "since", "revoked"), shown, output_format)


@token.command("revoke")
@database_option
@click.argument("name")
def revoke(db_path: Path, name: str) -> None:
    """Take reports with the token NAME no more; a running server follows within a second.

    \b
    Example:
      o2o scan token revoke mini-program
    """
    with opened(db_path) as db:
        revoke_token(db, name, now())
    click.echo(f"the token {name} is taken no more")

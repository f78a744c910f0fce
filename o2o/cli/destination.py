"""``o2o destination``: where a scan is sent."""

from pathlib import Path

import click

from o2o.cli.destination_explain import explain, history
from o2o.cli.destination_map import export_map
from o2o.cli.destination_rules import rule, rules
from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.cli.scopes import parse_scope_options, scope_options
from o2o.destinations import Destination, list_destinations, remove_destination, set_destination
from o2o.destinations.fixed import describe_scope


@click.group(cls=NounGroup)
def destination() -> None:
    """Say where a scan is sent: by rules, else to the code's own destination, its kind's, or the default.

    The rules of a code are asked first, then its destination, then those of its kind, then those for all.
    Without any of them a scan opens a small page of o2o's own.

    \b
    Example:
      o2o destination set --default https://shop.yourshop.com/
      o2o destination set --kind product 'https://shop.yourshop.com/item?sku={sku}&store={store}'
      o2o destination rule add --default https://m.yourshop.com/breakfast --when 'weekday=mon-fri hour=6-10'
      o2o destination explain K7M2X9PQ --at '2026-05-18 08:30' --app wechat
    """


@destination.command("set")
@database_option
@scope_options
@click.argument("words", metavar="[CODE] URL", nargs=-1, required=True)
def set_url(db_path: Path, *, is_default: bool, kind: str | None, words: tuple[str, ...]) -> None:
    """Send scans of CODE, of a kind, or all others to URL.

    {code} {kind} {sku} {person} {place} {table} {store} {city} {campaign} {carrier} {label} {click} {lot} {serial}
    in it are filled in.

    \b
    Example:
      o2o destination set --default https://shop.yourshop.com/
      o2o destination set --kind person 'https://shop.yourshop.com/guide/{person}'
      o2o destination set K7M2X9PQ https://shop.yourshop.com/spring
    """
    *codes, url = words
    scope, key = parse_scope_options(codes, kind, is_default=is_default)
    with opened(db_path) as db:
        _tell(set_destination(db, scope, key, url))


@destination.command("list")
@database_option
@format_option()
def show_all(db_path: Path, output_format: str) -> None:
    """Show every destination.

    \b
    Example:
      o2o destination list
    """
    with opened(db_path) as db:
        found = list_destinations(db)
    show_rows(("for", "key", "url"), [(one.scope.value, one.key, one.url) for one in found], output_format)


@destination.command("remove")
@database_option
@scope_options
@click.argument("codes", metavar="[CODE]", nargs=-1)
def remove(db_path: Path, *, is_default: bool, kind: str | None, codes: tuple[str, ...]) -> None:
    """Forget the destination of CODE, of a kind, or the default; the next wider one holds.

    \b
    Example:
      o2o destination remove K7M2X9PQ
      o2o destination remove --kind person
    """
    scope, key = parse_scope_options(codes, kind, is_default=is_default)
    with opened(db_path) as db:
        remove_destination(db, scope, key)
    click.echo(f"removed the destination of {describe_scope(scope, key)}")


def _tell(one: Destination) -> None:
    click.echo(f"scans of {describe_scope(one.scope, one.key)} now go to {one.url}")
    if one.expires:
        click.echo("remark: this link of WeChat expires within 30 days; set another before it does", err=True)


destination.add_command(rule)
destination.add_command(rules)
destination.add_command(explain)
destination.add_command(history)
destination.add_command(export_map)

"""``o2o destination``: where a scan is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, format_option, opened, show_rows
from o2o.destinations import Destination, Scope, list_destinations, remove_destination, set_destination
from o2o.subjects import Kind

_F = TypeVar("_F", bound=Callable[..., Any])


def _scope_options(command: _F) -> _F:
    default = click.option("--default", "is_default", is_flag=True, help="For every code without one of its own.")
    return default(click.option("--kind", type=choice_of(Kind), help="For the codes of this kind.")(command))


@click.group(cls=NounGroup)
def destination() -> None:
    """Say where a scan is sent: to the code's own destination, else its kind's, else the default.

    Without any of them a scan opens a small page of o2o's own.

    \b
    Example:
      o2o destination set --default https://shop.yourshop.com/
      o2o destination set --kind product 'https://shop.yourshop.com/item?sku={sku}&store={store}'
    """


@destination.command("set")
@database_option
@_scope_options
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
    scope, key = _parse_scope(codes, kind, is_default=is_default)
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
@_scope_options
@click.argument("codes", metavar="[CODE]", nargs=-1)
def remove(db_path: Path, *, is_default: bool, kind: str | None, codes: tuple[str, ...]) -> None:
    """Forget the destination of CODE, of a kind, or the default; the next wider one holds.

    \b
    Example:
      o2o destination remove K7M2X9PQ
      o2o destination remove --kind person
    """
    scope, key = _parse_scope(codes, kind, is_default=is_default)
    with opened(db_path) as db:
        remove_destination(db, scope, key)
    click.echo(f"removed the destination of {_describe(scope, key)}")


def _parse_scope(codes: list[str] | tuple[str, ...], kind: str | None, *, is_default: bool) -> tuple[Scope, str]:
    if len(codes) + is_default + (kind is not None) != 1:
        raise click.UsageError("say what it is for: one of --default, --kind KIND or a CODE")
    if codes:
        return Scope.CODE, codes[0]
    return (Scope.DEFAULT, "") if kind is None else (Scope.KIND, kind)


def _describe(scope: Scope, key: str) -> str:
    return {Scope.CODE: key.upper(), Scope.KIND: f"each {key}", Scope.DEFAULT: "all other codes"}[scope]


def _tell(one: Destination) -> None:
    click.echo(f"scans of {_describe(one.scope, one.key)} now go to {one.url}")
    if one.expires:
        click.echo("remark: this link of WeChat expires within 30 days; set another before it does", err=True)

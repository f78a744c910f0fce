"""``o2o init``, ``o2o backup``, ``o2o setting`` and ``o2o keys``."""

from dataclasses import fields
from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, format_option, opened, show_rows
from o2o.config import Language, Settings, UrlCase, change_setting, load_settings, split_address
from o2o.shop import backup_shop, create_shop, renew_keys


@click.command()
@database_option
@click.option("--base-url", required=True, help="What printed codes begin with, such as https://s.yourshop.com.")
@click.option("--currency", required=True, help="ISO 4217 code of every amount, such as CNY.")
@click.option("--timezone", required=True, help="IANA time zone of the chain, such as Asia/Shanghai.")
@click.option("--lang", "language", type=choice_of(Language), default=Language.ZH.value, show_default=True,
              help="Language of prints, pages and reports.")  # fmt: skip
@click.option("--url-case", type=choice_of(UrlCase),
              help="Capitals make a smaller QR; lower is for a base URL with a path.")  # fmt: skip
@click.option("--default-destination", metavar="URL", help="Where a scan goes that has no destination of its own.")
def init(
    db_path: Path,
    base_url: str,
    currency: str,
    timezone: str,
    language: str,
    url_case: str | None,
    default_destination: str | None,
) -> None:
    """Create the file of a new shop.

    \b
    Example:
      o2o init --base-url https://s.yourshop.com --currency CNY --timezone Asia/Shanghai
    """
    parts = split_address(base_url)
    url_case = url_case or (UrlCase.LOWER if parts and parts.path.strip("/") else UrlCase.UPPER)
    settings = Settings(base_url, currency.upper(), timezone, language, url_case)
    create_shop(db_path, settings, default_destination).close()
    click.echo(f"created {db_path} and {db_path}.keys; next: o2o catalog import FILE")


@click.command()
@database_option
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def backup(db_path: Path, out: Path) -> None:
    """Copy the file to OUT while it is in use, and its secret to OUT.keys.

    \b
    Example:
      o2o backup backup-2026-11-21.db
    """
    with opened(db_path) as db:
        backup_shop(db, db_path, out)
    click.echo(f"copied to {out} and {out}.keys")


@click.group(cls=NounGroup)
def setting() -> None:
    """Show and change settings.

    \b
    Example:
      o2o setting list
      o2o setting set duplicate_seconds 15
    """


@setting.command("list")
@database_option
@format_option()
def list_settings(db_path: Path, output_format: str) -> None:
    """Show all settings.

    \b
    Example:
      o2o setting list --format json
    """
    with opened(db_path) as db:
        settings = load_settings(db)
    show_rows(("name", "value"), [(f.name, getattr(settings, f.name)) for f in fields(settings)], output_format)


@setting.command("set")
@database_option
@click.argument("name")
@click.argument("value")
def set_setting(db_path: Path, name: str, value: str) -> None:
    """Set the setting NAME to VALUE.

    \b
    Example:
      o2o setting set click_parameter o2o_scan
    """
    with opened(db_path) as db:
        change_setting(db, name, value)
    click.echo(f"{name} is now {value}")


@click.group(cls=NounGroup)
def keys() -> None:
    """Make new keys when those beside the file are lost.

    \b
    Example:
      o2o keys new
    """


@keys.command("new")
@database_option
def new_keys(db_path: Path) -> None:
    """Make new keys; logs imported before would be taken again if imported once more.

    \b
    Example:
      o2o keys new
    """
    with opened(db_path):
        renew_keys(db_path)
    click.echo(f"made {db_path}.keys; keep a copy of it with your backups")

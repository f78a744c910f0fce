"""``o2o wechat``: mini-program codes, which only WeChat can draw, and printed links that open a mini-program."""

from pathlib import Path
from typing import Any

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, opened
from o2o.cli.wechat_links import check, rule, verification
from o2o.codes.wechat import API, MiniProgramClient, MiniProgramCode
from o2o.importers.mini_program_codes import import_pictures
from o2o.mini_program_codes import fetch_codes
from o2o.subjects import Kind
from o2o.times import now
from o2o.touchpoints import list_touchpoints

_SHOWN = 10


@click.group(cls=NounGroup)
def wechat() -> None:
    """Mini-program codes (小程序码) of touchpoints, and printed links that open a mini-program (普通链接二维码).

    \b
    Example:
      o2o wechat fetch --page pages/scan/index --store S001
      o2o wechat import 小程序码.zip
      o2o wechat check
    """


@wechat.command()
@database_option
@click.option("--app-id", required=True, envvar="O2O_WECHAT_APP_ID", show_envvar=True, help="Of the mini-program.")
@click.option("--secret", required=True, envvar="O2O_WECHAT_SECRET", show_envvar=True, help="Its app secret; not kept.")
@click.option("--page", default="", help="What a scan opens; its home page without.")
@click.option("--kind", type=choice_of(Kind), help="Of this kind only.")
@click.option("--store", "store_id", metavar="STORE", help="Of this store only.")
@click.option("--width", default=430, show_default=True, help="Pixels of a side, 280 to 1280.")
@click.option("--colour", "line_colour", default="", help="Of the lines, such as #7a1020.")
@click.option("--version", default="release", show_default=True, help="Of the mini-program: release, trial, develop.")
@click.option("--check-page/--no-check-page", default=True, show_default=True,
              help="Refuse a page that the published mini-program doesn't have.")  # fmt: skip
@click.option("--api", default=API, hidden=True)
def fetch(
    db_path: Path, app_id: str, secret: str, api: str, kind: str | None, store_id: str | None, **look: Any
) -> None:
    """Fetch a code for each live touchpoint that has none yet.

    The scene is the touchpoint's code. What was fetched is kept, so a second run goes on where the first one stopped.

    \b
    Example:
      o2o wechat fetch --app-id wx0123456789abcdef --page pages/scan/index --store S001
    """
    with opened(db_path) as db, MiniProgramClient(app_id, secret, api=api) as client:
        touchpoints = list_touchpoints(db, kind=Kind(kind) if kind else None, store_id=store_id)
        result = fetch_codes(db, client, touchpoints, MiniProgramCode("", **look), now())
    click.echo(f"fetched {result.fetched:,}, {result.kept:,} were there already")
    if result.failure:
        raise result.failure


@wechat.command("import")
@database_option
@click.argument("path", metavar="FOLDER|ZIP", type=click.Path(path_type=Path))
@click.option("--list", "list_path", type=click.Path(path_type=Path), help="A CSV or XLSX with columns code,file.")
def import_codes(db_path: Path, path: Path, list_path: Path | None) -> None:
    """Take in pictures that were downloaded from WeChat.

    Without --list each is named by its code, such as K7M2X9PQ.png.

    \b
    Example:
      o2o wechat import 小程序码.zip
      o2o wechat import pictures/ --list codes.csv
    """
    with opened(db_path) as db:
        result = import_pictures(db, path, list_path=list_path, now=now())
    for trouble in result.troubles[:_SHOWN]:
        click.echo(f"error: {trouble}", err=True)
    if len(result.troubles) > _SHOWN:
        click.echo(f"and {len(result.troubles) - _SHOWN:,} more", err=True)
    click.echo(f"took {result.taken:,} pictures, left out {len(result.troubles):,}")
    if result.troubles and not result.taken:
        raise click.exceptions.Exit(1)


wechat.add_command(verification)
wechat.add_command(rule)
wechat.add_command(check)

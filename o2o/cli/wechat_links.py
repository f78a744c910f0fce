"""``o2o wechat rule|verification|check``: printed links that open a mini-program."""

from pathlib import Path

import click

from o2o import wechat_links
from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, opened
from o2o.config import load_settings
from o2o.times import now
from o2o.wechat_links import check_links, file_addresses, keep_file, list_rules, load_files, suggest_rule


@click.group(cls=NounGroup)
def rule() -> None:
    """Note the rules for ordinary links (普通链接二维码) that are set in WeChat's console.

    \b
    Example:
      o2o wechat rule add https://s.yourshop.com/
    """


@rule.command("add")
@database_option
@click.argument("prefix")
def add_rule(db_path: Path, prefix: str) -> None:
    """Note that links beginning with PREFIX open the mini-program; a PREFIX ending with / holds for all below it.

    \b
    Example:
      o2o wechat rule add https://s.yourshop.com/
    """
    with opened(db_path) as db:
        wechat_links.add_rule(db, prefix, now())
    click.echo(f"noted {prefix}; next: o2o wechat check")


@rule.command("list")
@database_option
def show_rules(db_path: Path) -> None:
    """Show the rules that are noted.

    \b
    Example:
      o2o wechat rule list
    """
    with opened(db_path) as db:
        for prefix in list_rules(db):
            click.echo(prefix)


@rule.command("remove")
@database_option
@click.argument("prefix")
def remove_rule(db_path: Path, prefix: str) -> None:
    """Forget the rule PREFIX.

    \b
    Example:
      o2o wechat rule remove https://s.yourshop.com/
    """
    with opened(db_path) as db:
        wechat_links.remove_rule(db, prefix)
    click.echo(f"forgot {prefix}")


@click.command()
@database_option
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--remove", "name", metavar="NAME", help="Answer the file of this name no more.")
def verification(db_path: Path, path: Path | None, name: str | None) -> None:
    """Answer the verification FILE that WeChat gives (校验文件) under the base URL; without FILE, show those there are.

    \b
    Example:
      o2o wechat verification ~/Downloads/Ab3dE5.txt
    """
    with opened(db_path) as db:
        if name:
            wechat_links.remove_file(db, name)
        if path:
            keep_file(db, path, now())
        settings, rules = load_settings(db), list_rules(db)
        for kept in load_files(db):
            for address in file_addresses(settings, rules, kept):
                click.echo(f"{kept} is answered at {address}")


@click.command()
@database_option
@click.argument("rules", metavar="[RULE]...", nargs=-1)
def check(db_path: Path, rules: tuple[str, ...]) -> None:
    """Tell which printed links open the mini-program by the rules that are noted, or by RULE... in their place.

    \b
    Example:
      o2o wechat check
      o2o wechat check https://s.yourshop.com/
    """
    with opened(db_path) as db:
        found = check_links(db, load_settings(db), rules or list_rules(db))
    click.echo(f"{found.opening:,} printed links open the mini-program, {sum(found.missing.values()):,} don't")
    for reason, count in found.missing.items():
        click.echo(f"{count:,} don't: {reason}, such as {found.examples[reason][0]}")
    if found.missing:
        wanted = sorted({suggest_rule(urls[0]) for urls in found.examples.values()})
        click.echo(f"remark: set in WeChat's console, then 'o2o wechat rule add': {' '.join(wanted)}", err=True)
        raise click.exceptions.Exit(1)

"""``o2o destination rule`` and ``rules``: ordered rules, the first whose conditions all hold wins."""

from collections.abc import Sequence
from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import ROW_ID, database_option, format_option, opened, show_rows, show_text
from o2o.cli.scopes import parse_scope_options, scope_options
from o2o.destinations.fixed import Scope, describe_scope
from o2o.destinations.rule_files import format_rules, format_scope, import_rules, parse_scope
from o2o.destinations.rules import (
    Rule,
    RuleDraft,
    add_rule,
    change_rule,
    find_rule,
    find_unknown_names,
    list_rules,
    move_rule,
    remove_rules,
)
from o2o.times import now

_COLUMNS = ("id", "for", "position", "name", "when", "url")


@click.group(cls=NounGroup)
def rule() -> None:
    """Add, change, move and remove rules: each sends the scans for which all of its conditions hold to its URL.

    The first rule that holds wins; behind the last stands the destination without conditions.

    \b
    Conditions, several parted by spaces, several values of one by commas:
      date=2026-05-01..2026-05-31   days in the store's time zone, or 2026-05-01T10:00..; either side may be open
      weekday=mon-fri               also weekend, 周六, 1 to 7
      hour=9-12                     from 9:00 until before 12:00 in the store; also 9:30-12:15 and 22-6
      store=S001 city=上海 campaign=SPRING carrier=shelf_tag
      app=wechat                    wecom, alipay, douyin, qq, weibo, dingtalk, any, none
      system=ios                    android, harmonyos, windows, macos, linux, mobile, desktop
      language=en                   what the phone prefers, of all languages that rules name and the shop's own
      query.src=poster              a parameter of the request; * for any value
      linktype=gs1:pip              what a GS1 Digital Link is asked for
      visitor=new                   or returning: after an earlier visit
      nth=1                         which scan of this code by this visitor: 1, 2-5, 3-
      uses=200                      as long as fewer scans were sent there
      share=50                      percent of visitors; arms of one split have the same other conditions

    \b
    Example:
      o2o destination rule add --default https://m.yourshop.com/breakfast --when 'weekday=mon-fri hour=6-10'
      o2o destination rule add K7M2X9PQ https://work.weixin.qq.com/gm/1 --when uses=200 --name 'group 1'
      o2o destination rule add --kind product 'https://m.yourshop.com/b/{sku}' --when share=50
    """


@rule.command("add")
@database_option
@scope_options
@click.option("--when", required=True, metavar="CONDITIONS", help="All of them must hold; see 'rule --help'.")
@click.option("--name", default="", help="What you call it.")
@click.option("--position", type=click.IntRange(1), help="Where it stands among the others. [default: last]")
@click.argument("words", metavar="[CODE] URL", nargs=-1, required=True)
def add(
    db_path: Path, *, is_default: bool, kind: str | None, when: str, name: str, position: int | None,
    words: tuple[str, ...],
) -> None:  # fmt: skip
    """Add a rule for CODE, a kind, or all others.

    \b
    Example:
      o2o destination rule add --default https://m.yourshop.com/en --when language=en
      o2o destination rule add K7M2X9PQ https://m.yourshop.com/app --when 'app=none system=ios' --position 1
    """
    *codes, url = words
    scope, key = parse_scope_options(codes, kind, is_default=is_default)
    with opened(db_path) as db:
        added = add_rule(db, RuleDraft(scope, key, url, when, name), now(), position)
        _tell("added", added, find_unknown_names(db, added))


@rule.command("change")
@database_option
@click.argument("rule_id", metavar="ID", type=ROW_ID)
@click.option("--when", metavar="CONDITIONS", help="Other conditions.")
@click.option("--url", help="Another URL.")
@click.option("--name", help="Another name.")
def change(db_path: Path, rule_id: int, when: str | None, url: str | None, name: str | None) -> None:
    """Change a rule where it stands; with another URL or other conditions it has a new id.

    \b
    Example:
      o2o destination rule change 3 --url https://work.weixin.qq.com/gm/2
    """
    with opened(db_path) as db:
        old = find_rule(db, rule_id)
        new = (text if text is not None else was for text, was in ((url, old.url), (when, old.when), (name, old.name)))
        changed = change_rule(db, rule_id, RuleDraft(old.scope, old.key, *new), now())
        _tell("changed", changed, find_unknown_names(db, changed))


@rule.command("move")
@database_option
@click.argument("rule_id", metavar="ID", type=ROW_ID)
@click.argument("position", type=click.IntRange(1))
def move(db_path: Path, rule_id: int, position: int) -> None:
    """Put a rule at another POSITION among those of its code, kind or the default.

    \b
    Example:
      o2o destination rule move 3 1
    """
    with opened(db_path) as db:
        _tell("moved", move_rule(db, rule_id, position, now()))


@rule.command("remove")
@database_option
@click.argument("rule_ids", metavar="ID...", type=ROW_ID, nargs=-1, required=True)
def remove(db_path: Path, rule_ids: tuple[int, ...]) -> None:
    """Remove rules; scans that they answered keep their ids, which are not used again.

    \b
    Example:
      o2o destination rule remove 3 4
    """
    with opened(db_path) as db:
        for gone in remove_rules(db, rule_ids, now()):
            _tell("removed", gone)


@click.group(cls=NounGroup, invoke_without_command=True)
@database_option
@click.option("--for", "whose", metavar="CODE|KIND|default", help="Only those of this code, this kind or the default.")
@format_option("table", "csv", "json", "toml")
@click.pass_context
def rules(context: click.Context, db_path: Path, whose: str | None, output_format: str) -> None:
    """Show all rules in their order; as CSV or TOML they can be edited and imported again.

    \b
    Example:
      o2o destination rules
      o2o destination rules --format toml > rules.toml
      o2o destination rules import rules.toml
    """
    if context.invoked_subcommand is None:
        with opened(db_path) as db:
            found = list_rules(db, *_whose(whose))
        if output_format in ("csv", "toml"):
            show_text(format_rules(found, output_format), output_format)
        else:
            show_rows(_COLUMNS, [_row(one) for one in found], output_format)


@rules.command("import")
@database_option
@click.option("--full", is_flag=True, help="Remove the rules of every code and kind that the file doesn't name.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def import_file(db_path: Path, path: Path, *, full: bool) -> None:
    """Let the rules of each code, kind or default that FILE (.toml or .csv) names be those of FILE: all, or none.

    A rule that stays as it was keeps its id.

    \b
    Example:
      o2o destination rules import rules.toml
      o2o destination rules import rules.csv --full
    """
    with opened(db_path) as db:
        done = import_rules(db, path, now(), full=full)
    click.echo(f"{path}: {done.new} new, {done.kept} kept, {done.removed} removed")


def _whose(text: str | None) -> tuple[Scope | None, str | None]:
    if text is None:
        return None, None
    scope, key = parse_scope(text)
    return scope, key.upper() if scope is Scope.CODE else key


def _row(one: Rule) -> tuple[int, str, int, str, str, str]:
    return one.rule_id, format_scope(one.scope, one.key), one.position, one.name, one.when, one.url


def _tell(what: str, one: Rule, unknown: Sequence[str] = ()) -> None:
    where = f"{what} rule {one.rule_id}, {one.position}. of {describe_scope(one.scope, one.key)}"
    click.echo(f"{where}: when {one.when}, to {one.url}")
    if one.expires and what != "removed":
        click.echo("remark: this link of WeChat expires within 30 days; change it before it does", err=True)
    if unknown:
        click.echo(f"remark: nothing here is {', '.join(unknown)}; mistyped, or not imported yet?", err=True)

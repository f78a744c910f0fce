"""``o2o template``."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, format_option, opened, out_option, parse_set, show_rows
from o2o.config import Language, Settings, load_settings
from o2o.times import now

if TYPE_CHECKING:
    from o2o.printing.layout.lints import Lint
    from o2o.printing.selection.market import Lack
    from o2o.printing.template.boxes import Template
    from o2o.printing.template.own_fonts import OwnFonts

_LACK = ("sku", "name", "level", "duty", "reason", "advice")
_LINT = ("file", "line", "box", "level", "rule", "reason", "advice")


@click.group(cls=NounGroup)
def template() -> None:
    """List, check, preview and start templates: what tags, badges and signs look like.

    \b
    Example:
      o2o template list
      o2o template new eggs.toml --extends shelf-tag
      o2o template preview eggs.toml --out eggs.png
      o2o template check eggs.toml
    """


@template.command("list")
@format_option()
def list_templates(output_format: str) -> None:
    """Show the templates that o2o ships, with their size and what they are for.

    \b
    Example:
      o2o template list --format csv
    """
    from o2o.printing.template.file import list_templates as find_all

    rows = [(one.name, _size_of(one), one.stock, one.carrier, one.about) for one in find_all()]
    show_rows(("name", "size", "stock", "carrier", "about"), rows, output_format)


@template.command()
@database_option
@click.argument("name", metavar="NAME")
@out_option("The picture, a .png.", required=True)
@click.option("--set", "words", multiple=True, metavar="FIELD=TEXT", callback=parse_set, help="Show this text.")
@click.option("--store", "store_id", metavar="STORE", help="Whose product; with --sku.")
@click.option("--sku", metavar="SKU", default="", help="Show this product instead of a made-up one.")
@click.option("--language", type=choice_of(Language), help="Of the texts.  [default: that of the shop]")
def preview(
    db_path: Path, name: str, out: Path, words: dict[str, str], store_id: str | None, sku: str, language: str | None
) -> None:
    """Draw the template NAME, or a .toml file, as PNG, with what is preprinted.

    It shows something made up in the colours of the shop, if there is one here, or the product named.

    \b
    Example:
      o2o template preview shelf-tag --out tag.png
      o2o template preview eggs.toml --set price=9.9 --language en --out eggs.png
      o2o template preview shelf-tag --store S001 --sku 6901 --out tag.png
    """
    from o2o.printing.jobs.preview import preview_template, values_to_show
    from o2o.printing.selection.choice import Choice
    from o2o.printing.selection.values import parse_words
    from o2o.printing.template.file import find_template
    from o2o.printing.template.own_fonts import OwnFonts
    from o2o.text_files import whole_file

    if sku or db_path.exists():
        with opened(db_path) as db:
            settings = _in_language(load_settings(db), language)
            fonts = OwnFonts.of(db, settings)
            values = values_to_show(
                db, settings, Choice(store_id, skus=(sku,) if sku else (), template=name, words=words), now()
            )
    else:
        settings, fonts = _in_language(_example_shop(), language), OwnFonts()
        values = parse_words(settings, words)
    picture = preview_template(fonts.dress(find_template(name, settings.brand_colour)), settings, values)
    with whole_file(out) as file:
        file.write(picture)
    click.echo(f"{out}: {name} as it is printed")


@template.command()
@database_option
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that o2o ships.")
@click.option("--market", type=click.Choice(["cn", "eu"]), help="What the law there wants on a price tag.")
@click.option("--store", "store_id", metavar="STORE", help="With --market: what this store's tags would lack.")
@format_option()
def check(
    db_path: Path,
    names: tuple[str, ...],
    market: str | None,
    store_id: str | None,
    output_format: str,
    *,
    every: bool,
) -> None:
    """Say what of templates would print badly, with file and line; exit code 1 if anything is an error.

    Codes that a phone could not scan from the template's distance, texts over codes, cut off, too small or too faint to
    read, characters that no font has, and more: laid out with made-up values in Chinese and English, with codes as long
    as those of the shop, in its fonts, and its columns, if there is one here.

    With --market also what a template doesn't show of what the law wants: name, price, unit, origin, basis and days of
    promotions in China (cn); unit price and the lowest price of 30 days in the European Union (eu), where prices of the
    catalogue are taken to be with VAT. With --store only which products' tags would lack what.

    \b
    Example:
      o2o template check eggs.toml
      o2o template check --all --format json
      o2o template check shelf-tag --market cn --store S001
    """
    if bool(names) == every:
        raise click.UsageError("name templates, or all with --all")
    if store_id and not (market and len(names) == 1):
        raise click.UsageError("--store goes with --market and one template")
    if market and store_id:
        has_errors = _check_store(db_path, names[0], market, store_id, output_format)
    else:
        has_errors = _check_templates(db_path, names, market, output_format)
    if has_errors:
        raise click.exceptions.Exit(1)


@template.command()
@click.argument("path", metavar="FILE.toml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--extends", metavar="NAME", default="", help="Start upon this template, and say only what differs.")
def new(path: Path, extends: str) -> None:
    """Write a small commented template to start from.

    \b
    Example:
      o2o template new eggs.toml --extends shelf-tag
      o2o template new tag.toml
    """
    from o2o.printing.template.starters import start_template

    start_template(path, extends)
    click.echo(f"{path}: look at it with 'o2o template preview {path} --out {path.stem}.png'")


def _size_of(one: "Template") -> str:
    return f"{round(one.width, 1):g} x {round(one.height, 1):g} mm"


def _check_templates(db_path: Path, names: Sequence[str], market: str | None, output_format: str) -> bool:
    """Show what is wrong with templates, of all without names, and tell whether anything is an error."""
    from o2o.printing.layout.lints import Level, check_template
    from o2o.printing.selection.market import Market, check_market
    from o2o.printing.template.file import shipped_templates

    settings, fonts, columns = _read_shop(db_path)
    found: dict[Lint, None] = {}
    for name in names or [path.stem for path in shipped_templates()]:
        of_template = check_template(name, settings, fonts, columns)
        found |= dict.fromkeys(of_template)
        if market and not any(lint.rule == "file" for lint in of_template):
            found |= dict.fromkeys(check_market(name, Market(market), settings))
    _show_lints(list(found), output_format)
    return any(lint.level is Level.ERROR for lint in found)


def _check_store(db_path: Path, name: str, market: str, store_id: str, output_format: str) -> bool:
    """Show what the tags of a store would lack and tell whether anything is an error."""
    from o2o.printing.layout.lints import Level
    from o2o.printing.selection.choice import Choice
    from o2o.printing.selection.market import Market, check_store

    with opened(db_path) as db:
        choice = Choice(store_id, template=name)
        found = list(check_store(db, load_settings(db), choice, Market(market), now()))
    if output_format == "table":
        _show_lacks(found)
    else:
        show_rows(_LACK, [astuple(lack) for lack in found], output_format)
    return any(lack.level is Level.ERROR for lack in found)


def _show_lacks(found: Sequence["Lack"]) -> None:
    """Show how many tags lack what, and a product of each."""
    of_duty: dict[str, list[Lack]] = {}
    for lack in found:
        of_duty.setdefault(lack.duty, []).append(lack)
    rows = [
        (duty, lacks[0].level, len(lacks), f"{lacks[0].sku} {lacks[0].name}", lacks[0].reason, lacks[0].advice)
        for duty, lacks in of_duty.items()
    ]
    if rows:
        show_rows(("duty", "level", "tags", "such as", "reason", "advice"), rows, "table")
        click.echo("each tag: --format csv", err=True)
    else:
        click.echo("nothing is lacking")


def _show_lints(found: Sequence["Lint"], output_format: str) -> None:
    if not found and output_format == "table":
        click.echo("nothing was found that would print badly")
        return
    show_rows(_LINT, [(str(lint.path), *astuple(lint)[1:]) for lint in found], output_format)


def _read_shop(db_path: Path) -> tuple[Settings, "OwnFonts", frozenset[str] | None]:
    """Return the settings, fonts and own columns of the shop, if there is one here."""
    from o2o.printing.template.own_columns import list_columns
    from o2o.printing.template.own_fonts import OwnFonts

    if not db_path.exists():
        return _example_shop(), OwnFonts(), None
    with opened(db_path) as db:
        settings = load_settings(db)
        return settings, OwnFonts.of(db, settings), list_columns(db)


def _example_shop() -> Settings:
    from o2o.printing.template.examples import EXAMPLE_SHOP

    return EXAMPLE_SHOP


def _in_language(settings: Settings, language: str | None) -> Settings:
    return replace(settings, language=language) if language else settings

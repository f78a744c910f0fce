"""``o2o fonts``: which fonts prints are drawn with, and what none of them has."""

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.config import load_settings
from o2o.times import now

if TYPE_CHECKING:
    from o2o.printing.selection.font_check import LackingCharacter

_FONT = ("chain", "file", "name", "characters", "licence")
_CHARACTER = ("character", "code", "unicode_name", "texts", "kind", "id", "column", "text", "advice")
_TEXT = ("kind", "id", "column", "text", "characters")


@click.group(cls=NounGroup)
def fonts() -> None:
    """Show the fonts of prints, and the characters of the catalogue that none has.

    \b
    Example:
      o2o fonts list
      o2o fonts check
    """


@fonts.command("list")
@database_option
@format_option()
def list_files(db_path: Path, output_format: str) -> None:
    """Show the files of each chain of fonts, in the order in which they are asked for a character.

    \b
    Example:
      o2o setting set font_bold fonts/OurSans-Bold.ttf
      o2o fonts list
    """
    from o2o.printing.selection.font_check import list_fonts

    with opened(db_path) as db:
        found = list_fonts(db, load_settings(db))
    show_rows(_FONT, [astuple(font) for font in found], output_format)


@fonts.command("check")
@database_option
@click.option("--every", is_flag=True, help="List every text with such characters, not every character.")
@format_option()
def check(db_path: Path, output_format: str, *, every: bool) -> None:
    """List each character of the catalogue that no font has; exit with 1 if there is one.

    \b
    Example:
      o2o fonts check
      o2o fonts check --every --format csv > to-correct.csv
    """
    from o2o.printing.selection.font_check import check_fonts, find_lacking_texts

    with opened(db_path) as db:
        settings = load_settings(db)
        found: list[tuple[object, ...]] = (
            [astuple(text) for text in find_lacking_texts(db, settings, now())]
            if every
            else [_row(character) for character in check_fonts(db, settings, now())]
        )
    if found or output_format != "table":
        show_rows(_TEXT if every else _CHARACTER, found, output_format)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("every character of the catalogue can be printed", err=True)


def _row(found: "LackingCharacter") -> tuple[object, ...]:
    example = found.example
    return (
        found.character, found.code, found.name, found.texts,
        example.kind, example.id, example.field, example.text, found.advice,
    )  # fmt: skip

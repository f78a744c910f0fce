"""Options that many commands share, and the ways in which rows are shown."""

import json
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from o2o.db import Database, explaining, open_database
from o2o.errors import OutputError
from o2o.subjects import Carrier, parse_carrier
from o2o.text_files import format_csv, write_text

if TYPE_CHECKING:
    from o2o.reports.tables import Table

_F = TypeVar("_F", bound=Callable[..., Any])
DEFAULT_DATABASE = Path("o2o.db")
_UNSEEN_WIDTH = 200
_NOTHING = "nothing to show"
ROW_ID = click.IntRange(1, 2**63 - 1)
"""A number that the file may know something by."""

database_option = click.option(
    "--db",
    "db_path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="O2O_DB",
    default=DEFAULT_DATABASE,
    show_default=True,
    show_envvar=True,
    help="The shop's file.",
)


def choice_of(choices: type[StrEnum]) -> click.Choice[str]:
    """Return the type of an option that takes the values of an enumeration (click itself would take the names)."""
    return click.Choice([choice.value for choice in choices])


def carrier_option(text: str) -> Callable[[_F], _F]:
    """Return an option ``--carrier`` with its help; it takes every name that a table may have for a carrier."""
    return click.option("--carrier", metavar="CARRIER", callback=_to_carrier, shell_complete=_complete_carrier,
                        help=text)  # fmt: skip


def _to_carrier(ctx: click.Context, param: click.Parameter, value: str | None) -> Carrier | None:
    try:
        return None if value is None else parse_carrier(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is {error}", ctx, param) from None


def _complete_carrier(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return choice_of(Carrier).shell_complete(ctx, param, incomplete)


def parse_set(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return the words of options ``--set FIELD=TEXT``."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} has no =; write headline='鸡蛋 9.9'")
    return dict(value.split("=", 1) for value in values)


def out_option(text: str = "Write here instead of to the terminal.", *, required: bool = False) -> Callable[[_F], _F]:
    """Return an option ``--out FILE`` with its help."""
    return click.option("--out", "out", type=click.Path(path_type=Path, dir_okay=False), required=required, help=text)


def hash_option(function: _F) -> _F:
    """Add ``--hash customer``."""
    text = "Keep customers (phone numbers) as keyed hashes only; then hash them in all files."
    return click.option("--hash", "hashed", multiple=True, type=click.Choice(["customer"]), help=text)(function)


def format_option(*formats: str) -> Callable[[_F], _F]:
    """Return an option ``--format`` with these choices (default: table, csv, json), the first of them the default."""
    choices = formats or ("table", "csv", "json")
    return click.option(
        "--format", "output_format", type=click.Choice(choices), default=choices[0], show_default=True,
        help="How rows are shown.",
    )  # fmt: skip


@contextmanager
def opened(db_path: Path) -> Iterator[Database]:
    """Open a shop's file for one command and close it after."""
    db = open_database(db_path)
    try:
        with explaining(db_path):
            yield db
    finally:
        db.close()


def format_rows(
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    output_format: str,
    figures: Collection[str] = (),
    keys: int = 1,
    *,
    guarded: bool = True,
) -> str:
    """Return rows as text: an aligned table, CSV whose texts no spreadsheet runs, or a JSON list of objects.

    In a table the columns in ``figures`` are aligned as numbers though they are text; the first ``keys`` columns are
    said again where it goes on beneath because the screen is narrow. CSV that isn't ``guarded`` has its texts as they
    are, for programs alone.
    """
    if output_format == "json":
        return json.dumps([dict(zip(header, row, strict=True)) for row in rows], ensure_ascii=False, indent=2)
    if output_format == "csv":
        return format_csv(header, rows, guarded=guarded)
    return _format_table(header, rows, figures, keys)


def format_table(table: "Table", output_format: str) -> str:
    """Return a report's table as text, as ``format_rows`` does; people are told where it has no rows."""
    if output_format == "table" and not table.rows:
        return _NOTHING
    return format_rows(table.header, table.rows, output_format, table.figures, table.keys)


def item_options(where: str) -> Callable[[_F], _F]:
    """Return the options ``--lot`` and ``--serial``; ``where`` is what else their help says."""
    lot = click.option(
        "--lot", metavar="LOT", default="", help=f"Name this lot in a product's GS1 Digital Link{where}."
    )
    serial = click.option("--serial", metavar="NUMBER", default="", help=f"Name this serial number in it{where}.")
    return lambda function: lot(serial(function))


def show_rows(
    header: Sequence[str], rows: Sequence[Sequence[Any]], output_format: str, *, guarded: bool = True
) -> None:
    """Print rows to stdout in the format asked for."""
    show_text(format_rows(header, rows, output_format, guarded=guarded), output_format)


def show_text(text: str, output_format: str) -> None:
    """Print an answer: a table with what the terminal has; data for a file or a program exactly, or not at all."""
    if output_format != "table" and not sys.stdout.isatty():
        try:
            text.encode(sys.stdout.encoding or "utf-8")
        except UnicodeEncodeError as error:
            lacking = f"{error.encoding} has no {text[error.start]!a}"
            raise OutputError("stdout", lacking, "write a file with --out, or set PYTHONUTF8=1") from None
    click.echo(text)


def put_text(text: str, output_format: str, out: Path | None) -> None:
    """Write an answer to a file and say so, or print it."""
    if out is None:
        show_text(text, output_format)
        return
    write_text(out, text + "\n")
    click.echo(f"wrote {out}", err=True)


def _format_table(header: Sequence[str], rows: Sequence[Sequence[Any]], figures: Collection[str], keys: int) -> str:
    from rich.console import Console

    from o2o.cli.terminal_tables import lay_out_table

    width = Console().width if sys.stdout.isatty() else _UNSEEN_WIDTH
    return lay_out_table(header, rows, figures, keys, width)

"""``o2o catalog export``: the catalogue as files."""

from collections.abc import Sequence
from pathlib import Path

import click

from o2o.catalog.export_files import FileFormat, export_catalog, format_of
from o2o.catalog.exports import Selection, as_texts, export_table
from o2o.catalog.kinds import CatalogKind
from o2o.cli.options import database_option, opened, show_rows
from o2o.db import Database
from o2o.times import now


@click.command()
@database_option
@click.argument(
    "kinds", metavar="[KIND...|all]", nargs=-1, required=True, type=click.Choice([*map(str, CatalogKind), "all"])
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["csv", "json", "xlsx", "parquet"]),
    help="What is written.  [default: what the name of --out says, else csv]",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write this file; of several tables files in this folder.")
@click.option("--excel", is_flag=True, help="CSV in which Excel leaves ids as they are: 0042 stays 0042.")
@click.option("--with-cost", is_flag=True, help="With what the goods cost you; without it cost_price is left out.")
@click.option("--retired", is_flag=True, help="With what is no longer in use, and since when.")
def export(db_path: Path, kinds: tuple[str, ...], output_format: str | None, out: Path | None, **choices: bool) -> None:
    """Write tables in the columns of their import.

    KIND is stores, campaigns, products, people, places, aisles, assortment, prices, lots, shifts, traffic or costs;
    all of them is all.

    \b
    Example:
      o2o catalog export products --out products.csv
      o2o catalog export all --out chain.xlsx
      o2o catalog export products prices --excel --out for-excel
    """
    wanted = [kind for kind in CatalogKind if kind in kinds or "all" in kinds]
    file_format = _format_of(output_format, out, excel=choices["excel"])
    selection = Selection(now(), retired=choices["retired"], with_cost=choices["with_cost"])
    with opened(db_path) as db:
        if out is None:
            _show_export(db, wanted, file_format, selection)
            return
        for table in export_catalog(db, wanted, out, file_format, selection):
            click.echo(f"wrote {table.rows:,} rows of {table.kind} to {table.path}", err=True)


def _format_of(name: str | None, out: Path | None, *, excel: bool) -> FileFormat:
    file_format = FileFormat(name) if name else format_of(out)
    if excel and file_format is not FileFormat.CSV:
        raise click.UsageError(f"--excel is a kind of CSV; leave it out for {file_format}, which keeps ids anyway")
    return FileFormat.EXCEL if excel else file_format


def _show_export(db: Database, kinds: Sequence[CatalogKind], file_format: FileFormat, selection: Selection) -> None:
    if len(kinds) > 1 or file_format not in (FileFormat.CSV, FileFormat.JSON):
        raise click.UsageError("name a file or a folder with --out")
    table = export_table(db, kinds[0], selection)
    show_rows(table.header, list(as_texts(table)), file_format)

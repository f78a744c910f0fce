"""``o2o catalog``: what is in the chain, from the tables that its systems export."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from o2o.catalog.export_files import FileFormat, export_catalog, format_of
from o2o.catalog.exports import Selection, as_texts, export_table
from o2o.catalog.kinds import CatalogKind
from o2o.cli.catalog_history import diff, show_history, show_imports, undo
from o2o.cli.catalog_options import count_rows, paths_argument, terms_options
from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.cli.problems import show_problems
from o2o.cli.terminal import with_bar
from o2o.db import Database
from o2o.importers.catalog import CatalogResult, ImportTerms, import_catalogs, lists_of_problems
from o2o.importers.mappings import list_mappings
from o2o.times import now


@click.group(cls=NounGroup)
def catalog() -> None:
    """Import stores, people, products, places, campaigns and assortments, and export them.

    \b
    Example:
      o2o catalog import stores.csv products.xlsx people.csv places.csv assortment.csv
      o2o catalog export products --out products.csv
    """


@catalog.command("import")
@database_option
@paths_argument
@terms_options
def import_files(db_path: Path, paths: tuple[Path, ...], terms: ImportTerms) -> None:
    """Import tables from CSV, TXT, XLSX or XLS.

    A row is known again by its id, so that a second import changes what differs. Bad rows are left out and listed
    in FILE.problems.csv. With --full, rows that the file no longer has are retired, with the date.

    Titles above a table and totals below it are told from it; of a workbook all sheets that are known are taken.
    Columns that aren't ours are kept as columns of your own.

    \b
    Columns (English or Chinese names):
      stores      store_id,name,city,timezone
      people      person_id,store_id,name,role
      products    sku,name,gtin,spec,unit,origin,category,price,member_price
      places      place_id,store_id,name,carrier,zone
      campaigns   campaign_id,name,start,end,cost
      assortment  store_id,sku,price,member_price,aisle,bay,shelf,valid_from

    \b
    Example:
      o2o catalog import stores.csv 商品主档.xlsx
      o2o catalog import export.csv --as products --strict
      o2o catalog import products.csv --full
      o2o catalog import 主档.xls --sheet 商品 --header-row 3 --map 特供价=price --map 备注= --save-mapping erp
      o2o catalog import 主档.xls --mapping erp
    """
    with opened(db_path) as db:
        bar = partial(with_bar, label="reading rows")
        results = import_catalogs(db, paths, terms, now=now(), progress=bar)
    for path in sorted(lists_of_problems(paths)):
        click.echo(f"{path}: passed over, its file is imported too; import it alone once it is mended", err=True)
    for result in results:
        _show_result(result)
    if all(result.taken == 0 and result.rejected for result in results):
        raise click.exceptions.Exit(1)


@catalog.command()
@database_option
@format_option()
def mappings(db_path: Path, output_format: str) -> None:
    """List how files are read that was kept under a name.

    \b
    Example:
      o2o catalog mappings
    """
    with opened(db_path) as db:
        kept = list_mappings(db)
    rows = [
        (
            name, one.kind or "", ", ".join(one.sheets), one.header_row or "", one.encoding,
            ", ".join(f"{cell}={column}" for cell, column in one.names.items()),
        )
        for name, one in kept.items()
    ]  # fmt: skip
    show_rows(("name", "kind", "sheets", "header_row", "encoding", "map"), rows, output_format)


@catalog.command()
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

    KIND is stores, campaigns, products, people, places, aisles, assortment, prices or lots; all of them is all.

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


def _show_result(result: CatalogResult) -> None:
    show_problems(result.problems, result.problems_file)
    for remark in result.remarks:
        click.echo(remark, err=True)
    click.echo(count_rows(result))


for command in (diff, show_imports, show_history, undo):
    catalog.add_command(command)

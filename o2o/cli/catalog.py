"""``o2o catalog``: what is in the chain, from the tables that its systems export."""

from functools import partial
from pathlib import Path

import click

from o2o.cli.catalog_check import check
from o2o.cli.catalog_export import export
from o2o.cli.catalog_history import diff, show_history, show_imports, undo
from o2o.cli.catalog_options import count_rows, paths_argument, terms_options
from o2o.cli.catalog_prices import prices
from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.cli.problems import show_problems
from o2o.cli.terminal import with_bar
from o2o.importers.catalog import CatalogResult, ImportTerms, import_catalogs, lists_of_problems
from o2o.importers.mappings import list_mappings
from o2o.times import now


@click.group(cls=NounGroup)
def catalog() -> None:
    """Import what is in the shop and what it costs, see and undo changes, check it, export it.

    \b
    Example:
      o2o catalog import stores.csv products.xlsx people.csv places.csv assortment.csv
      o2o catalog diff products.xlsx
      o2o catalog undo
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
    Columns (names in English or Chinese, the commonest in Polish, German, French):
      stores      store_id,name,city,timezone,latitude,longitude,hours
      campaigns   campaign_id,name,start,end,cost,goal,target
      products    sku,name,gtin,spec,unit,origin,category,price,member_price,
                  pack_quantity,cost_price,net_content,net_unit
      people      person_id,store_id,name,role,from,to
      places      place_id,store_id,name,carrier,zone,walk_order,from,to
      aisles      store_id,aisle,walk_order,name
      assortment  store_id,sku,price,member_price,aisle,bay,shelf,valid_from,
                  position,label,to
      prices      sku,store_id,price,member_price,promo_price,from,to
      lots        sku,lot,produced,expires,origin,certificate_url
      shifts      person_id,store_id,start,end
      traffic     store_id,at,count
      costs       kind,key,from,to,amount,note

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


def _show_result(result: CatalogResult) -> None:
    show_problems(result.problems, result.problems_file)
    for remark in result.remarks:
        click.echo(remark, err=True)
    click.echo(count_rows(result))


for command in (export, check, diff, show_imports, show_history, prices, undo):
    catalog.add_command(command)

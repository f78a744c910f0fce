"""``o2o catalog``: what is in the chain, from the tables that its systems export."""

from functools import partial
from pathlib import Path

import click

from o2o.catalog.exports import export_columns, export_records
from o2o.catalog.kinds import CatalogKind
from o2o.cli.export import export_rows
from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, format_option, opened, out_option
from o2o.cli.problems import show_problems
from o2o.cli.terminal import with_bar
from o2o.importers.catalog import CatalogResult, import_catalogs
from o2o.problems import problems_path
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
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "kind", type=choice_of(CatalogKind), help="What the tables are, if their header doesn't say.")
@click.option("--strict", is_flag=True, help="Take all rows or none.")
def import_files(db_path: Path, paths: tuple[Path, ...], kind: str | None, *, strict: bool) -> None:
    """Import tables from CSV or XLSX.

    A row is known again by its id, so that a second import changes what differs. Bad rows are left out and listed
    in FILE.problems.csv.

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
    """
    with opened(db_path) as db:
        bar = partial(with_bar, label="reading rows")
        results = import_catalogs(
            db, paths, CatalogKind(kind) if kind else None, strict=strict, now=now(), progress=bar
        )
    for path in set(paths) & set(map(problems_path, paths)):
        click.echo(f"{path}: passed over, its file is imported too; import it alone once it is mended", err=True)
    for result in results:
        _show_result(result)
    if all(result.taken == 0 and result.rejected for result in results):
        raise click.exceptions.Exit(1)


@catalog.command()
@database_option
@click.argument("kind", type=choice_of(CatalogKind))
@format_option("csv", "json")
@out_option()
def export(db_path: Path, kind: str, output_format: str, out: Path | None) -> None:
    """Write a table in the columns of its import.

    \b
    Example:
      o2o catalog export products --out products.csv
    """
    with opened(db_path) as db:
        rows = export_records(db, CatalogKind(kind))
    export_rows(export_columns(CatalogKind(kind)), rows, output_format, out)


def _show_result(result: CatalogResult) -> None:
    show_problems(result.problems, result.problems_file)
    for remark in result.remarks:
        click.echo(remark, err=True)
    click.echo(
        f"{result.file}: {result.kind}: {result.new:,} new, {result.changed:,} changed, "
        f"{result.unchanged:,} unchanged, {result.rejected:,} left out"
    )

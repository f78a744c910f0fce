"""``o2o order``: orders from the till or the online shop."""

from functools import partial
from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, hash_option, opened
from o2o.cli.problems import show_changes, show_problems
from o2o.cli.terminal import with_bar
from o2o.importers.orders import OrdersImport, import_orders
from o2o.importers.outcomes import OutcomeTerms
from o2o.times import now

_FILE = click.Path(path_type=Path)


@click.group(cls=NounGroup)
def order() -> None:
    """Import orders from the till or the online shop.

    \b
    Example:
      o2o order import orders.csv --lines order-lines.csv
    """


@order.command("import")
@database_option
@click.argument("file", type=_FILE)
@click.option("--lines", "lines_path", type=_FILE, help="The lines: store_id,order_id,sku,quantity,amount.")
@click.option("--strict", is_flag=True, help="Take all rows or none.")
@hash_option
def import_command(db_path: Path, file: Path, lines_path: Path | None, strict: bool, hashed: tuple[str, ...]) -> None:
    """Import orders from a CSV or XLSX FILE.

    Columns: order_id,at,store_id,customer,visitor,scan_id,amount and, if there, refund_of,channel. Any one of
    customer, visitor and scan_id joins an order to scans. Refunds are negative.

    \b
    Example:
      o2o order import orders.csv --lines order-lines.csv
    """
    with opened(db_path) as db:
        bar = partial(with_bar, label="reading rows")
        terms = OutcomeTerms(strict, bool(hashed))
        result = import_orders(db, file, lines_path=lines_path, terms=terms, now=now(), progress=bar)
    show_problems(result.problems, result.problems_file)
    show_changes("order", ((change.after.order_id, change.columns) for change in result.changes))
    click.echo(_summary(result))
    if result.lines:
        show_problems(result.lines.problems, result.lines.problems_file)
        click.echo(f"{result.lines.file}: {result.lines.new:,} lines taken, {result.lines.rejected:,} left out")


def _summary(result: OrdersImport) -> str:
    later = " (the later values were taken)" if result.changed else ""
    return (
        f"{result.file}: {result.new:,} new, {result.changed:,} changed{later}, {result.unchanged:,} unchanged, "
        f"{result.rejected:,} left out; {result.with_id:,} of {result.sales:,} orders carry an id that can join; "
        f"{result.refunds:,} refund(s)"
    )

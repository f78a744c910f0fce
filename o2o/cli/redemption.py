"""``o2o redemption``: redeemed coupons (核销) from the coupon system that is in use."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, hash_option, opened
from o2o.cli.problems import show_changes, show_problems
from o2o.cli.terminal import with_bar
from o2o.importers.outcomes import OutcomeTerms
from o2o.importers.redemptions import RedemptionsImport, import_redemptions
from o2o.times import now


@click.group(cls=NounGroup)
def redemption() -> None:
    """Import redeemed coupons (核销) from the coupon system that is in use.

    \b
    Example:
      o2o redemption import redemptions.csv
    """


@redemption.command("import")
@database_option
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Take all rows of a file or none.")
@hash_option
def import_command(db_path: Path, files: Sequence[Path], strict: bool, hashed: tuple[str, ...]) -> None:
    """Import redeemed coupons from each CSV or XLSX FILE.

    Columns: serial,at,store_id,customer,order_id (券码, 核销时间, 门店编号, 会员号, 订单号) and, if there,
    visitor,scan_id,value (面额). Any one of customer, visitor, scan_id and order_id joins a redemption to scans.

    \b
    Example:
      o2o redemption import redemptions.csv
      o2o redemption import june.xlsx july.xlsx --hash customer
    """
    terms = OutcomeTerms(strict, bool(hashed))
    with opened(db_path) as db:
        for file in files:
            bar = partial(with_bar, label="reading rows")
            result = import_redemptions(db, file, terms=terms, now=now(), progress=bar)
            show_problems(result.problems, result.problems_file)
            show_changes("coupon", ((change.after.serial, change.columns) for change in result.changes))
            click.echo(_summary(result))


def _summary(result: RedemptionsImport) -> str:
    later = " (the later values were taken)" if result.changed else ""
    return (
        f"{result.file}: {result.new:,} new, {result.changed:,} changed{later}, {result.unchanged:,} unchanged, "
        f"{result.rejected:,} left out; {result.with_id:,} of {result.taken:,} redemptions carry an id that can join"
    )

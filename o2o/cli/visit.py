"""``o2o visit``: what visitors did on the destination."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, hash_option, opened, show_rows
from o2o.cli.periods import parse_period
from o2o.cli.problems import show_problems
from o2o.cli.terminal import with_bar
from o2o.config import load_settings
from o2o.importers.page_views import import_page_views
from o2o.times import format_at, now
from o2o.visits import CausedView, page_views_of

_HEADER = ("viewed_at", "event", "page", "customer", "joined_by", "scanned_at", "code")


@click.group(cls=NounGroup)
def visit() -> None:
    """Import what visitors did on the destination, and see which scan brought them.

    \b
    Example:
      o2o visit import pages.csv
    """


@visit.command("import")
@database_option
@click.argument("file", type=click.Path(path_type=Path))
@hash_option
def import_command(db_path: Path, file: Path, hashed: tuple[str, ...]) -> None:
    """Import page views and registrations from a CSV or XLSX FILE; rows that are there already are left alone.

    Columns: at and any of visitor, customer, scan_id (the click id; it is read from the address of the page, too),
    and, if there, event (view or registration) and page.

    \b
    Example:
      o2o visit import pages.csv
    """
    with opened(db_path) as db:
        bar = partial(with_bar, label="reading rows")
        result = import_page_views(db, db_path, file, hashes_customers=bool(hashed), now=now(), progress=bar)
    show_problems(result.problems, result.problems_file)
    click.echo(f"{result.file}: {result.new:,} new, {result.unchanged:,} there already, {result.rejected:,} left out")


@visit.command("list")
@database_option
@click.option("--since", metavar="DAY", help="First day (local) or instant.")
@click.option("--until", metavar="DAY", help="Last day (local, included), or an instant (excluded).")
@format_option()
def list_command(db_path: Path, since: str | None, until: str | None, output_format: str) -> None:
    """List page views, each with the scan that caused it and what tells so.

    \b
    Example:
      o2o visit list --since 2026-05-01 --until 2026-05-31 --format csv
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        since_at, until_at = parse_period(settings, since, until)
        views = page_views_of(db, settings, since_at, until_at)
        show_rows(_HEADER, [_as_row(view, settings.zone) for view in views], output_format)


def _as_row(view: CausedView, zone: ZoneInfo) -> tuple[object, ...]:
    scanned_at = format_at(view.scanned_at, zone) if view.scanned_at is not None else ""
    viewed_at = format_at(view.viewed_at, zone)
    return viewed_at, view.event, view.page, view.customer or "", view.joined_by, scanned_at, view.code or ""

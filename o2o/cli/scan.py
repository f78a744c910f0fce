"""``o2o scan``: scans that were seen elsewhere."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, opened
from o2o.cli.problems import show_problems
from o2o.collect.staff import make_staff_token
from o2o.config import load_settings
from o2o.importers.scan_sources import NOTHING_TO_DO
from o2o.importers.scans import ScanFormat, ScanImport, import_scans
from o2o.keys import load_keys
from o2o.times import now


@click.group(cls=NounGroup)
def scan() -> None:
    """Import scans from a web server's log or a CSV, and tell staff's own scans apart.

    \b
    Example:
      o2o scan import /var/log/nginx/access.log.1.gz
    """


@scan.command("import")
@database_option
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--format", "file_format", type=choice_of(ScanFormat), help="What FILE is, if its lines don't say.")
@click.option(
    "--map", "map_path", type=click.Path(path_type=Path), help="CSV path,code: what stands in FILE -> our code."
)
def import_file(db_path: Path, path: Path, file_format: str | None, map_path: Path | None) -> None:
    """Import scans from FILE, plain or .gz; a line that was imported before is left alone.

    FILE is a log of nginx or Apache (common or combined), or a CSV at,code,visitor with, if there,
    scan_id,user_agent. Lines that can't be taken are listed in FILE.problems.csv. Leave out the log of a proxy
    in front of 'o2o serve': its scans are in the file already.

    \b
    Example:
      o2o scan import access.log --map paths.csv
      o2o scan import scans.csv
    """
    with opened(db_path) as db:
        result = import_scans(db, db_path, path, file_format=file_format, map_path=map_path, now=now())
    show_problems([p for p in result.problems if p.advice != NOTHING_TO_DO], result.problems_file)
    click.echo(_summary(result))


@scan.command("staff-link")
@database_option
def staff_link(db_path: Path) -> None:
    """Show the link that marks a phone as the staff's own: what it scans from then on is a test, not a scan.

    Open it in the app that will scan (each has its own memory); the same link with /off ends it.

    \b
    Example:
      o2o scan staff-link
    """
    with opened(db_path) as db:
        base_url = load_settings(db).base_url
    click.echo(f"{base_url.rstrip('/')}/staff/{make_staff_token(load_keys(db_path).secret)}")


def _summary(result: ScanImport) -> str:
    kept = ", ".join(f"{verdict} {count:,}" for verdict, count in result.verdicts.items() if count) or "nothing new"
    there = f"; already there {result.unchanged:,}" if result.unchanged else ""
    return f"{result.file}: {result.lines:,} lines: {kept}{there}; problems {result.rejected:,}"

"""``o2o scan``: scans that were seen elsewhere."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, opened
from o2o.cli.problems import show_problems
from o2o.cli.scan_tokens import token
from o2o.cli.scan_verdicts import judge, staff_card
from o2o.cli.watch import watch
from o2o.collect.visitors.staff import make_staff_token
from o2o.config import load_settings
from o2o.importers.scans.imports import FORMATS, NOTHING_TO_DO, Choices, ScanImport, import_files
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
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "file_format", type=click.Choice(FORMATS), help="What FILE is, if its lines don't say.")
@click.option(
    "--map", "map_path", type=click.Path(path_type=Path), help="CSV path,code: what stands in FILE -> our code."
)
@click.option("--again", is_flag=True, help="Read logs from their beginning, whatever was read before.")
def import_command(
    db_path: Path, paths: tuple[Path, ...], file_format: str | None, map_path: Path | None, again: bool
) -> None:
    """Import scans from FILE, plain, .gz or .zst; a line that was imported before is left alone.

    FILE is a log (nginx, Apache, Caddy, Traefik, IIS, CloudFront, ALB, Cloudflare), events of a mini-program, visits
    from Shlink, or a CSV at,code,visitor with, if there, scan_id,user_agent; a folder or a pattern stands for all files
    in it, - for stdin. Lines that can't be taken are listed in FILE.problems.csv. A log that has grown is gone on with,
    even under another name. Leave out the log of a proxy in front of 'o2o serve': its scans are in the file already.

    \b
    Example:
      o2o scan import access.log --map paths.csv
      o2o scan import scans.csv
      o2o scan import '/var/log/nginx/access.log*'
    """
    with opened(db_path) as db:
        failed = [
            _tell(result) for result in import_files(db, db_path, paths, Choices(file_format, map_path, again), now())
        ].count(False)
    if failed:
        raise click.exceptions.Exit(1)


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


scan.add_command(watch)
scan.add_command(token)
scan.add_command(staff_card)
scan.add_command(judge)


def _tell(result: ScanImport) -> bool:
    """Say what became of a file, and return whether it could be read."""
    if result.error:
        click.echo(f"Error: {result.error}", err=True)
        return False
    show_problems([p for p in result.problems if p.advice != NOTHING_TO_DO], result.problems_file)
    click.echo(_summary(result))
    return True


def _summary(result: ScanImport) -> str:
    kept = ", ".join(f"{verdict} {count:,}" for verdict, count in result.verdicts.items() if count) or "nothing new"
    rest = {"already there": result.unchanged, "elsewhere": result.elsewhere, "read before": result.before}
    others = "".join(f"; {what} {count:,}" for what, count in rest.items() if count)
    return f"{result.file}: {result.lines:,} lines: {kept}{others}; problems {result.rejected:,}"

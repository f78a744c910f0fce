"""``o2o print jobs``: what was printed, and what the file keeps of it."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import ROW_ID, database_option, format_option, opened, show_rows
from o2o.config import load_settings
from o2o.printing.jobs.history import cells_of_job, find_job, list_jobs, remove_job
from o2o.times import format_at

_COLUMNS = ("job", "printed", "what", "store", "day", "file", "pages", "cells")
_TO_THE_MINUTE = len("2026-12-01T09:30")


@click.group("jobs", cls=NounGroup)
def jobs() -> None:
    """List what was printed, show what is on which page, and forget old jobs.

    \b
    Example:
      o2o print jobs list --store S001
      o2o print jobs show 12 --page 3
      o2o print jobs forget 12
    """


@jobs.command("list")
@database_option
@click.option("--store", "store_id", metavar="STORE", help="Only those of this store.")
@format_option()
def show_all(db_path: Path, store_id: str | None, output_format: str) -> None:
    """Show the print jobs, the last first: when, what, of which store and day, into which file.

    \b
    Example:
      o2o print jobs list
      o2o print jobs list --store S001 --format csv
    """
    with opened(db_path) as db:
        zone = load_settings(db).zone
        rows = [
            (job.job_id, format_at(job.printed_at, zone)[:_TO_THE_MINUTE].replace("T", " "),
             job.what + " (sample)" * job.sample, job.store_id, job.day,
             job.file, job.pages, job.cells)
            for job in list_jobs(db, store_id)
        ]  # fmt: skip
    show_rows(_COLUMNS, rows, output_format)


@jobs.command("show")
@database_option
@click.argument("job_id", metavar="JOB", type=ROW_ID)
@click.option("--page", type=click.IntRange(1), help="Only this page.")
@format_option()
def show(db_path: Path, job_id: int, page: int | None, output_format: str) -> None:
    """Show what each cell of a job's pages is of, to find which labels are lost.

    \b
    Example:
      o2o print jobs show 12 --page 3
    """
    with opened(db_path) as db:
        find_job(db, job_id)
        rows = [tuple(row) for row in cells_of_job(db, job_id, page)]
    show_rows(("page", "cell", "kind", "id", "name", "template", "code"), rows, output_format)


@jobs.command("forget")
@database_option
@click.argument("job_ids", metavar="JOB...", type=ROW_ID, nargs=-1, required=True)
def forget(db_path: Path, job_ids: tuple[int, ...]) -> None:
    """Forget jobs: their files can't be proved or printed again, and no tag is compared with them.

    Do so with what was printed and never hung up, and with jobs that are too old to matter.

    \b
    Example:
      o2o print jobs forget 12 13
    """
    with opened(db_path) as db:
        for job_id in job_ids:
            job = remove_job(db, job_id)
            click.echo(f"forgot job {job_id} of {job.cells:,} cell(s), {job.file}")

"""``o2o proof``."""

from functools import partial
from pathlib import Path

import click

from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.cli.terminal import with_bar
from o2o.printing.proof import prove_pdf

_HEADER = ("page", "cell", "code", "reason", "advice")


@click.command()
@database_option
@click.argument("path", metavar="FILE.pdf", type=click.Path(path_type=Path))
@format_option()
def proof(db_path: Path, path: Path, output_format: str) -> None:
    """Read every code and text of FILE.pdf back and compare them with what its print job wrote.

    Exit code 1 and a list when anything is missing, unreadable or on the wrong tag.

    \b
    Example:
      o2o proof tags.pdf
      o2o proof tags.pdf --format json
    """
    with opened(db_path) as db:
        report = prove_pdf(db, path, partial(with_bar, label="reading pages"))
    if report.problems or output_format != "table":
        rows = [(p.page, p.cell, p.code, p.reason, p.advice) for p in report.problems]
        show_rows(_HEADER, rows, output_format)
    counts = f"{path}: print job {report.job_id}, {report.pages:,} pages, {report.codes:,} codes read back"
    click.echo(counts + (f"; {len(report.problems)} problem(s)" if report.problems else ", all as printed"), err=True)
    if report.problems:
        raise click.exceptions.Exit(1)

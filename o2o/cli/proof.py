"""``o2o proof``."""

from functools import partial
from pathlib import Path

import click

from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.cli.terminal import with_bar
from o2o.db import Database
from o2o.printing.matrix_proof import prove_matrices
from o2o.printing.print_files import list_prints, opened_print
from o2o.printing.proof import ProofReport, ProofTerms, prove_prints

_HEADER = ("file", "page", "cell", "code", "reason", "advice")
_MATRIX_HEADER = ("page", "cell", "code", "url", "said")


@click.command()
@database_option
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--matrix", is_flag=True, help="Read back each symbol alone, before anything is printed.")
@click.option(
    "--every",
    type=click.IntRange(1),
    default=25,
    show_default=True,
    help="Look at each so manieth page in full, at 200 dpi and from all sides.",
)
@click.option("--full", is_flag=True, help="Look at every page in full.")
@click.option(
    "--dpi",
    "dpis",
    type=click.IntRange(72, 2400),
    multiple=True,
    help="The printer's; codes must do on its dots. May be given several times.",
)
@format_option()
def proof(
    paths: tuple[Path, ...],
    db_path: Path,
    output_format: str,
    *,
    matrix: bool,
    full: bool,
    every: int,
    dpis: tuple[int, ...],
) -> None:
    """Read every code and text of FILE... back and compare them with what their print jobs wrote.

    FILE is a PDF or a PNG, or a folder or a Zip of them. Exit code 1 and a list when anything is missing, unreadable,
    hard to scan or on the wrong tag.

    \b
    Example:
      o2o proof tags.pdf
      o2o proof tags-1.pdf tags-2.pdf
      o2o proof tags.pdf --dpi 203 --format json
      o2o proof --matrix tags.pdf
    """
    with opened(db_path) as db:
        if matrix:
            wrong = _prove_matrices(db, paths, output_format)
        else:
            wrong = _prove_pages(db, paths, ProofTerms(1 if full else every, dpis), output_format)
    if wrong:
        raise click.exceptions.Exit(1)


def _prove_pages(db: Database, paths: tuple[Path, ...], terms: ProofTerms, output_format: str) -> bool:
    reports = prove_prints(db, paths, terms, partial(with_bar, label="reading pages"))
    problems = [problem for report in reports for problem in report.problems]
    if problems or output_format != "table":
        rows = [(p.file, p.page, p.cell, p.code, p.reason, p.advice) for p in problems]
        show_rows(_HEADER, rows, output_format)
    for report in reports:
        click.echo(_summary(paths, report), err=True)
    return bool(problems)


def _summary(paths: tuple[Path, ...], report: ProofReport) -> str:
    counts = f"print job {report.job_id}, {report.pages:,} pages, {report.codes:,} codes read back"
    found = f"{len(report.problems)} problem(s)" if report.problems else "all as printed"
    lowest = f", lowest score {min(report.scores)}" if report.scores else ""
    return f"{paths[0]}: {counts}, {found}{lowest}"


def _prove_matrices(db: Database, paths: tuple[Path, ...], output_format: str) -> bool:
    jobs = {}
    for source in list_prints(paths):
        with opened_print(source) as file:
            jobs[file.job_id] = source.name
    reports = [prove_matrices(db, job_id, partial(with_bar, label="reading symbols")) for job_id in jobs]
    problems = [problem for report in reports for problem in report.problems]
    if problems or output_format != "table":
        show_rows(_MATRIX_HEADER, [(p.page, p.cell, p.code, p.url, p.said) for p in problems], output_format)
    for report in reports:
        found = f"{len(report.problems)} problem(s)" if report.problems else "all say their URL"
        click.echo(
            f"{jobs[report.job_id]}: print job {report.job_id}, {report.codes:,} symbols read back, {found}", err=True
        )
    return bool(problems)

"""``o2o proof``."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from o2o.cli.options import database_option, format_option, opened, show_rows
from o2o.cli.terminal import with_bar
from o2o.config import load_settings
from o2o.db import Database
from o2o.printing.proof.comparison import prove_prints
from o2o.printing.proof.data import make_proof_data
from o2o.printing.proof.files import list_prints, opened_print
from o2o.printing.proof.matrices import prove_matrices
from o2o.printing.proof.page import make_proof_page
from o2o.printing.proof.report import ProofReport, ProofTerms
from o2o.text_files import write_text

_HEADER = ("file", "page", "cell", "code", "reason", "advice")
_MATRIX_HEADER = ("page", "cell", "code", "url", "said")


@dataclass(frozen=True, slots=True)
class _Wish:
    """The options of a proof of pages."""

    paths: tuple[Path, ...]
    terms: ProofTerms
    output_format: str
    html: Path | None
    json: Path | None


@click.command()
@database_option
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--matrix", is_flag=True, help="Read back each symbol alone, without any page.")
@click.option(
    "--every",
    type=click.IntRange(1),
    default=25,
    show_default=True,
    help="Read one page of so many at 200 dpi and in all directions.",
)
@click.option("--full", is_flag=True, help="Read every page so.")
@click.option(
    "--dpi",
    "dpis",
    type=click.IntRange(72, 2400),
    multiple=True,
    help="The printer's: codes must do on its dots. May be given several times.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Read pages in so many processes.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a report with pictures here.")
@click.option("--json", type=click.Path(path_type=Path, dir_okay=False), help="Write the whole report as JSON here.")
@format_option()
def proof(
    paths: tuple[Path, ...], db_path: Path, output_format: str, *, matrix: bool, full: bool, **options: Any
) -> None:
    """Read every code and text of FILE... back and compare them with what their print jobs wrote.

    FILE is a PDF or a PNG, or a folder or a Zip of them. Exit code 1 and a list when anything is missing, unreadable,
    hard to scan or on the wrong tag.

    \b
    Example:
      o2o proof tags.pdf
      o2o proof tags-1.pdf tags-2.pdf --html proof.html --json proof.json
      o2o proof tags.pdf --dpi 203 --format json
      o2o proof tags.pdf --jobs 4
      o2o proof --matrix tags.pdf
    """
    terms = ProofTerms(1 if full else options["every"], options["dpis"], options["jobs"])
    wish = _Wish(paths, terms, output_format, options["html"], options["json"])
    with opened(db_path) as db:
        wrong = _prove_matrices(db, wish) if matrix else _prove_pages(db, wish)
    if wrong:
        raise click.exceptions.Exit(1)


def _prove_pages(db: Database, wish: _Wish) -> bool:
    reports = prove_prints(db, wish.paths, wish.terms, partial(with_bar, label="reading pages"))
    problems = [problem for report in reports for problem in report.problems]
    if problems or wish.output_format != "table":
        rows = [(p.file, p.page, p.cell, p.code, p.reason, p.advice) for p in problems]
        show_rows(_HEADER, rows, wish.output_format)
    if wish.html:
        write_text(wish.html, make_proof_page(reports, wish.paths, load_settings(db).language))
    if wish.json:
        write_text(wish.json, json.dumps(make_proof_data(reports), ensure_ascii=False, indent=2) + "\n")
    for report in reports:
        click.echo(f"{wish.paths[0]}: {_summary(report)}", err=True)
    return bool(problems)


def _summary(report: ProofReport) -> str:
    counts = f"print job {report.job_id}, {report.pages:,} pages, {report.codes:,} codes read back"
    lowest = f", lowest score {min(report.scores)}" if report.scores else ""
    return (
        f"{counts}{lowest}; {len(report.problems)} problem(s)"
        if report.problems
        else f"{counts}{lowest}, all as printed"
    )


def _prove_matrices(db: Database, wish: _Wish) -> bool:
    jobs = {}
    for source in list_prints(wish.paths):
        with opened_print(source) as file:
            jobs[file.job_id] = source.name
    reports = [prove_matrices(db, job_id, partial(with_bar, label="reading symbols")) for job_id in jobs]
    problems = [problem for report in reports for problem in report.problems]
    if problems or wish.output_format != "table":
        show_rows(_MATRIX_HEADER, [(p.page, p.cell, p.code, p.url, p.said) for p in problems], wish.output_format)
    for report in reports:
        found = f"{len(report.problems)} problem(s)" if report.problems else "all say what was printed"
        counts = f"print job {report.job_id}, {report.codes:,} symbols read back"
        click.echo(f"{jobs[report.job_id]}: {counts}, {found}", err=True)
    return bool(problems)

"""What the commands that print say when they are done."""

from collections.abc import Iterable
from pathlib import Path

import click

from o2o.printing.jobs.parts import PartResult, PartsRefusedError
from o2o.printing.jobs.printing import PrintResult
from o2o.printing.selection.selections import Selection


def show_parts(results: Iterable[PartResult]) -> None:
    """Tell of each file as it is done, and of all at the end; raises PartsRefusedError when some are not printed."""
    done, refused = [], []
    for part in results:
        if part.result:
            show_result(part.out, part.selection, part.result)
            done.append(part.result)
        else:
            refused.append(part.out.name)
            click.echo(f"{part.out}: {part.error}", err=True)
    cells, pages = sum(one.cells for one in done), sum(one.pages for one in done)
    click.echo(f"{len(done):,} file(s): {cells:,} printed on {pages:,} page(s)")
    if refused:
        raise PartsRefusedError(refused)


def show_result(out: Path, selection: Selection, result: PrintResult) -> None:
    """Tell what was printed and left out, and what is worth knowing."""
    for remark in (*selection.remarks, *result.remarks):
        click.echo(f"remark: {remark}", err=True)
    _show_problems(result)
    click.echo(f"{out}: {result.cells:,} printed on {result.pages:,} page(s), job {result.job_id}")


def _show_problems(result: PrintResult) -> None:
    for problem in result.problems:
        click.echo(f"left out: {problem}", err=True)
    if result.problems_file:
        click.echo(f"{result.problem_count:,} problem(s), listed in {result.problems_file}", err=True)

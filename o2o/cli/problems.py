"""Shows the bad rows of an import: the first of them, and where all are listed."""

from collections.abc import Sequence
from pathlib import Path

import click

from o2o.problems import Problem

_SHOWN = 10


def show_problems(problems: Sequence[Problem], listed_in: Path | None) -> None:
    """Print the first problems to stderr, and the name of the file that lists them all."""
    for problem in problems[:_SHOWN]:
        click.echo(f"{problem.severity}: {problem}", err=True)
    if listed_in:
        more = len(problems) - _SHOWN
        click.echo(f"{f'and {more:,} more' if more > 0 else 'all of them'} in {listed_in}", err=True)

"""Shows the bad rows of an import and those that changed: the first of them, and where all bad ones are listed."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import click

from o2o.problems import Problem

_SHOWN = 10
_SHOWN_CHANGES = 3


def show_problems(problems: Sequence[Problem], listed_in: Path | None) -> None:
    """Print the first problems to stderr, and the name of the file that lists them all."""
    for problem in problems[:_SHOWN]:
        click.echo(f"{problem.severity}: {problem}", err=True)
    if listed_in:
        more = len(problems) - _SHOWN
        click.echo(f"{f'and {more:,} more' if more > 0 else 'all of them'} in {listed_in}", err=True)


def show_changes(what: str, changes: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Print the first rows that changed to stderr: what they are called, and which of their columns differ."""
    for name, columns in islice(changes, _SHOWN_CHANGES):
        click.echo(f"changed: {what} {name}: {', '.join(columns)}", err=True)

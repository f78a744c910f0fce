"""What ``o2o catalog import`` and ``diff`` share: their files, how those are taken, and the line of counts."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from o2o.catalog.kinds import CatalogKind
from o2o.cli.options import choice_of
from o2o.importers.catalog import CatalogResult, ImportTerms
from o2o.importers.tables import Reading

paths_argument = click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
_OPTIONS = (
    click.option("--as", "kind", type=choice_of(CatalogKind), help="What the tables are, if their header doesn't say."),
    click.option("--strict", is_flag=True, help="Take all rows or none."),
    click.option("--full", is_flag=True, help="The tables are complete: retire what they no longer have."),
    click.option("--yes", is_flag=True, help="With --full, retire even more than a fifth."),
)


def terms_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which tables are read and taken, as one argument ``terms``."""

    @wraps(command)
    def with_terms(*args: Any, kind: str | None, strict: bool, full: bool, yes: bool, **options: Any) -> None:
        if yes and not full:
            raise click.UsageError("--yes goes with --full only")
        terms = ImportTerms(Reading(CatalogKind(kind) if kind else None), strict, full, yes)
        command(*args, terms=terms, **options)

    for option in reversed(_OPTIONS):
        with_terms = option(with_terms)
    return with_terms


def count_rows(result: CatalogResult) -> str:
    """Return the counts of an import as a line."""
    place = f"{result.file}, sheet {result.sheet!r}" if result.sheet else result.file
    retired = f"{result.retired:,} retired, " if result.whole else ""
    return (
        f"{place}: {result.kind}: {result.new:,} new, {result.changed:,} changed, "
        f"{result.unchanged:,} unchanged, {retired}{result.rejected:,} left out"
    )

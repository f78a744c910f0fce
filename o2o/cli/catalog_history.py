"""``o2o catalog diff``, ``imports``, ``history`` and ``undo``: what imports would do, what they did, and back."""

import json
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from o2o.catalog.history import Holding, SubjectHistory, catalog_history
from o2o.catalog.imports import list_imports
from o2o.catalog.kinds import CatalogKind
from o2o.catalog.undo import Undone
from o2o.cli.catalog_options import count_rows, paths_argument, terms_options
from o2o.cli.options import ROW_ID, choice_of, database_option, format_option, format_rows, opened, show_rows, show_text
from o2o.cli.problems import show_problems
from o2o.config import load_settings
from o2o.importers.catalog import CatalogDiff, ImportTerms, diff_catalogs
from o2o.importers.undo import undo_import
from o2o.times import SECOND, format_at, now

_LOG = (
    "import", "when", "file", "sheet", "kind", "full",
    "new", "changed", "unchanged", "retired", "left_out", "undone",
)  # fmt: skip
_STEPS = ("when", "import", "file", "change", "column", "before", "after")
_HOLDINGS = ("table", "key", "says", "import")


_DIFFERENCES = ("kind", "key", "name", "change", "column", "before", "after")
_SHOWN = 50


@click.command()
@database_option
@paths_argument
@terms_options
@format_option()
def diff(db_path: Path, paths: tuple[Path, ...], terms: ImportTerms, output_format: str) -> None:
    """Show what an import would change, and change nothing.

    \b
    Example:
      o2o catalog diff products.csv
      o2o catalog diff products.csv --full --format csv > differences.csv
    """
    with opened(db_path) as db:
        found = diff_catalogs(db, paths, terms, now=now(), limit=_SHOWN if output_format == "table" else None)
    _show_diff(found, output_format)


@click.command("imports")
@database_option
@format_option()
def show_imports(db_path: Path, output_format: str) -> None:
    """List the imports into the catalogue, the last first: what each did, and whether it was undone.

    \b
    Example:
      o2o catalog imports
      o2o catalog imports --format csv
    """
    with opened(db_path) as db:
        zone = load_settings(db).zone
        rows = [
            (
                run.id, _when(run.imported_at, zone), run.file, run.sheet, run.kind.value,
                "yes" if run.whole else "", run.new, run.changed, run.unchanged, run.retired, run.rejected,
                "" if run.undone_at is None else _when(run.undone_at, zone),
            )
            for run in list_imports(db)
        ]  # fmt: skip
    show_rows(_LOG, rows, output_format)


@click.command("history")
@database_option
@click.argument("key", metavar="ID")
@click.option(
    "--kind", type=choice_of(CatalogKind), default=CatalogKind.PRODUCTS.value, show_default=True, help="What ID names."
)
@format_option()
def show_history(db_path: Path, key: str, kind: str, output_format: str) -> None:
    """Say what each import said of a product (or person, place, store, campaign), and its prices and shelves.

    \b
    Example:
      o2o catalog history 6901234567892
      o2o catalog history E007 --kind people
    """
    with opened(db_path) as db:
        zone = load_settings(db).zone
        found = catalog_history(db, key, CatalogKind(kind))
    steps = [
        (_when(run.imported_at, zone), run.id, run.file, one.change, one.column, one.before, one.after)
        if (run := step.run)
        else ("", None, "", one.change, one.column, one.before, one.after)
        for step in found.steps
        for one in [step.difference]
    ]
    _show_history(found, steps, output_format)


@click.command()
@database_option
@click.argument("import_id", metavar="[IMPORT]", type=ROW_ID, required=False)
def undo(db_path: Path, import_id: int | None) -> None:
    """Take an import back: all that it changed is as it was before. Without IMPORT, the last one.

    An older import can be undone as long as no later one changed its rows again or names them. What codes,
    orders or prints name by now stays, retired.

    \b
    Example:
      o2o catalog undo
      o2o catalog imports
      o2o catalog undo 12
    """
    with opened(db_path) as db:
        undone = undo_import(db, import_id, now=now())
    _show_undone(undone)


def _show_diff(found: CatalogDiff, output_format: str) -> None:
    counts = [f"{count_rows(result)}" for result in found.results]
    counts.append(f"prices: {found.raised:,} would rise, {found.lowered:,} would fall")
    rows = [astuple(difference) for difference in found.differences]
    for line in counts:
        click.echo(line, err=output_format != "table")
    if rows or output_format != "table":
        show_rows(_DIFFERENCES, rows, output_format)
    if found.more:
        click.echo(f"and {found.more:,} more; all of them with --format csv", err=True)
    for result in found.results:
        show_problems(result.problems, None)
        for remark in result.remarks:
            click.echo(remark, err=True)


def _show_history(found: SubjectHistory, steps: Sequence[Sequence[Any]], output_format: str) -> None:
    holdings = [_describe(holding) for holding in found.holdings]
    if output_format == "csv":
        show_rows(_STEPS, steps, "csv")
    elif output_format == "json":
        said = {
            "kind": found.kind, "id": found.key, "name": found.name,
            "imports": [dict(zip(_STEPS, step, strict=True)) for step in steps],
            "holds": [{"table": one.kind, "key": one.key, **one.cells} for one in found.holdings],
        }  # fmt: skip
        show_text(json.dumps(said, ensure_ascii=False, indent=2), "json")
    else:
        click.echo(f"{found.kind} {found.key}: {found.name}\n")
        show_text(format_rows(_STEPS, steps, "table"), "table")
        if holdings:
            click.echo()
            show_text(format_rows(_HOLDINGS, holdings, "table"), "table")


def _when(at: int, zone: ZoneInfo) -> str:
    return format_at(at // SECOND * SECOND, zone)


def _describe(holding: Holding) -> tuple[str, str, str, int | None]:
    says = ", ".join(f"{column} {text}" for column, text in holding.cells.items())
    return holding.kind, holding.key, says, holding.run.id if holding.run else None


def _show_undone(undone: Undone) -> None:
    run = undone.run
    if undone.kept:
        named = ", ".join(undone.kept[:10]) + (", …" if len(undone.kept) > 10 else "")
        click.echo(
            f"{len(undone.kept):,} of its {run.kind} stay, retired, as codes, orders or prints name them: {named}",
            err=True,
        )
    if undone.revived:
        click.echo(f"{len(undone.revived):,} touchpoints that it had retired live again", err=True)
    if undone.retired:
        codes = ", ".join(undone.retired)
        click.echo(f"stay retired, as a live touchpoint is the same by now: {codes}", err=True)
    did = f"{undone.restored:,} rows as before, {undone.removed:,} taken out"
    nothing = not (undone.restored or undone.removed or undone.kept or undone.revived)
    click.echo(f"import {run.id} ({run.file}, {run.kind}) undone: {'it had changed nothing' if nothing else did}")

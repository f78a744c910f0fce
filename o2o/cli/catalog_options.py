"""What ``o2o catalog import`` and ``diff`` share: their files, how those are taken, and the line of counts."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from o2o.catalog.kinds import CatalogKind
from o2o.cli.options import choice_of, opened
from o2o.importers.catalog import CatalogResult, ImportTerms
from o2o.importers.mappings import extend_reading, find_mapping, parse_name, save_mapping
from o2o.importers.tables import Reading

paths_argument = click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))


def _to_names(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    try:
        return dict(map(parse_name, texts))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


_OPTIONS = (
    click.option("--as", "kind", type=choice_of(CatalogKind), help="What the tables are, if their header doesn't say."),
    click.option("--sheet", "sheets", metavar="NAME", multiple=True,
                 help="Take this sheet (name or number); repeatable."),
    click.option("--header-row", metavar="LINE", type=click.IntRange(1), help="Where the header stands."),
    click.option("--encoding", default="", help="What a text file is in: utf-8, gb18030, cp1250, …"),
    click.option("--map", "names", metavar="HEADER=COLUMN", multiple=True, callback=_to_names,
                 help="What a column is (售价=price), or that it is left out (备注=); repeatable."),
    click.option("--mapping", metavar="NAME", help="Read the files as was kept under this name."),
    click.option("--save-mapping", "save_as", metavar="NAME", help="Keep under a name how the files were read."),
    click.option("--strict", is_flag=True, help="Take all rows or none."),
    click.option("--full", is_flag=True, help="The tables are complete: retire what they no longer have."),
    click.option("--yes", is_flag=True, help="With --full, retire even more than a fifth."),
)  # fmt: skip
_READING = ("kind", "sheets", "header_row", "encoding", "names")


def terms_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which tables are read and taken, as one argument ``terms``."""

    @wraps(command)
    def with_terms(db_path: Path, *, strict: bool, full: bool, yes: bool, save_as: str | None, **options: Any) -> None:
        if yes and not full:
            raise click.UsageError("--yes goes with --full only")
        said = {name: options.pop(name) for name in _READING}
        reading = _make_reading(db_path, options.pop("mapping"), said)
        command(db_path=db_path, terms=ImportTerms(reading, strict, full, yes), **options)
        if save_as:
            with opened(db_path) as db:
                save_mapping(db, save_as, reading)

    for option in reversed(_OPTIONS):
        with_terms = option(with_terms)
    return with_terms


def _make_reading(db_path: Path, mapping: str | None, said: dict[str, Any]) -> Reading:
    reading = Reading(**said | {"kind": CatalogKind(said["kind"]) if said["kind"] else None})
    if mapping is None:
        return reading
    with opened(db_path) as db:
        return extend_reading(find_mapping(db, mapping), reading)


def count_rows(result: CatalogResult) -> str:
    """Return the counts of an import as a line."""
    place = f"{result.file}, sheet {result.sheet!r}" if result.sheet else result.file
    word = "retired" if result.whole else "replaced"
    retired = f"{result.retired:,} {word}, " if result.whole or result.retired else ""
    return (
        f"{place}: {result.kind}: {result.new:,} new, {result.changed:,} changed, "
        f"{result.unchanged:,} unchanged, {retired}{result.rejected:,} left out"
    )

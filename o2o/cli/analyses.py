"""What the commands of analyses share: their options, and how an analysis is shown."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from o2o.attribution.question import Question
from o2o.cli.options import (
    choice_of,
    database_option,
    format_option,
    format_rows,
    format_table,
    opened,
    out_option,
    put_text,
)
from o2o.cli.periods import parse_period
from o2o.collect.recording.drain import drain_segments
from o2o.config import EngineName, Settings, load_settings
from o2o.db import Database
from o2o.reports.lacks import NOTHING_YET, lacks_data, tell_lack
from o2o.reports.sheets import (
    Analysis,
    Sheet,
    choose_rows,
    compare_analyses,
    make_analysis_data,
    present_sheet,
    say_compared,
    tabulate_sheet,
)
from o2o.times import now

if TYPE_CHECKING:
    from o2o.reports.tables import Table

ALL_FORMATS = "table", "csv", "json", "parquet", "html"
"""How every report can be shown."""
_F = TypeVar("_F", bound=Callable[..., Any])
Analyse = Callable[[Database, Settings, int | None, int], Analysis]
"""Makes an analysis of a shop from an instant (None: from the beginning) to before another."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How an analysis is asked for and shown: the values of the options that all of them share."""

    since: str | None
    until: str | None
    compare: str | None
    engine: str | None
    sheet: str
    output_format: str
    out: Path | None
    where: Mapping[str, str] = field(default_factory=dict)


def parse_where(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return what options ``--where COLUMN=VALUE`` ask for."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} has no =; write segment=champions")
    return dict(value.split("=", 1) for value in values)


compare_option = click.option(
    "--compare", type=click.Choice(["previous"]), help="Beside the period of the same length before."
)


def analysis_options(function: _F) -> _F:
    """Add the options that all analyses share; pop them from the command's own with ``Shown(**…)``."""
    for option in (
        out_option("Write here instead of to the terminal; Parquet needs it."),
        format_option(*ALL_FORMATS),
        click.option("--sheet", default="", metavar="NAME", help="Which sheet CSV and Parquet get; else the first."),
        click.option(
            "--where",
            multiple=True,
            metavar="COLUMN=VALUE",
            callback=parse_where,
            help="Only rows of that sheet whose column (named as in CSV) has this value.",
        ),
        click.option("--engine", type=choice_of(EngineName), help="What counts, in place of the setting 'engine'."),
        compare_option,
        click.option("--until", metavar="DAY", help="Last day (local, included), or an instant (excluded)."),
        click.option("--since", metavar="DAY", help="First day (local) or instant."),
        database_option,
    ):
        function = option(function)
    return function


def within(analyse: Callable[[Database, Settings, Question], Analysis], question: Question) -> Analyse:
    """Return what asks a question of any period."""
    return lambda db, settings, since, until: analyse(db, settings, replace(question, since=since, until=until))


def show_analysis(db_path: Path, shown: Shown, analyse: Analyse) -> None:
    """Make an analysis and show it as asked; with the period before where that is asked for."""
    require_file(shown.output_format, shown.out)
    with opened(db_path) as db:
        settings = load_settings(db)
        settings = replace(settings, engine=shown.engine or settings.engine)
        since, until = parse_period(settings, shown.since, shown.until)
        end = now() if until is None else until
        drain_segments(db, db_path)
        analysis = analyse(db, settings, since, end)
        if shown.compare:
            if since is None:
                raise click.UsageError("--compare previous needs --since, the first day of the period")
            begin = since - (end - since)
            analysis = compare_analyses(analysis, analyse(db, settings, begin, since))
            analysis = say_compared(analysis, begin, since, settings.zone)
        analysis = tell_lack(db, settings, analysis, since, end)
    _put(analysis, settings, shown)


def require_file(output_format: str, out: Path | None) -> None:
    """Refuse to show Parquet in a terminal, before anything is counted."""
    if output_format == "parquet" and out is None:
        raise click.UsageError("Parquet is written to a file; add --out FILE.parquet")


def put_table(table: "Table", settings: Settings, output_format: str, out: Path | None) -> None:
    """Write a table of a report that has its own layouts, or print it; Parquet has the columns of CSV, typed."""
    if output_format == "parquet" and out:
        from o2o.reports.sheet_files import write_table

        write_table(out, table, settings.zone)
        click.echo(f"wrote {out}", err=True)
        return
    put_text(format_table(table, output_format), output_format, out)


def say_next(db: Database) -> None:
    """Say what to do next with a shop that has no scans and no orders yet."""
    if lacks_data(db):
        click.echo(" ".join(english for _, english in NOTHING_YET), err=True)


def _put(analysis: Analysis, settings: Settings, shown: Shown) -> None:
    sheet = analysis.sheet(shown.sheet)
    if sheet is None:
        raise click.UsageError(f"there is no sheet {shown.sheet!r}: {', '.join(one.name for one in analysis.sheets)}")
    if shown.where:
        chosen = choose_rows(sheet, shown.where, settings.zone)
        analysis = replace(analysis, sheets=tuple(chosen if one is sheet else one for one in analysis.sheets))
        sheet = chosen
    if shown.output_format == "parquet" and shown.out:
        from o2o.reports.sheet_files import write_parquet

        write_parquet(shown.out, sheet, settings.zone)
        click.echo(f"wrote {shown.out}", err=True)
    else:
        put_text(_format(analysis, sheet, settings, shown), shown.output_format, shown.out)
    if shown.output_format in ("csv", "parquet", "table"):
        for _, remark in analysis.remarks:
            click.secho(remark, fg="yellow", err=True)
        for _, note in analysis.notes:
            click.echo(note, err=True)


def _format(analysis: Analysis, sheet: Sheet, settings: Settings, shown: Shown) -> str:
    match shown.output_format:
        case "html":
            from o2o.reports.sheet_page import render_analysis

            return render_analysis(analysis, settings, now())
        case "json":
            return json.dumps(make_analysis_data(analysis, settings), ensure_ascii=False, indent=2)
        case "csv":
            table = tabulate_sheet(sheet, settings.zone)
            return format_rows(table.header, table.rows, "csv")
    return "\n\n".join(_print(analysis, settings, shown.sheet))


def _print(analysis: Analysis, settings: Settings, name: str) -> Iterator[str]:
    """Yield the parts of an analysis for a terminal: its question, what it says, its sheets or all of the one named."""
    yield from (said for _, said in (analysis.question, *analysis.said))
    for sheet in analysis.sheets:
        if name == sheet.name or (not name and sheet.shown and sheet.rows):
            part = replace(sheet, shown=len(sheet.rows)) if name else sheet
            rows = format_table(present_sheet(part, settings), "table") if sheet.rows else "nothing to show"
            rest = len(sheet.rows) - part.shown
            yield f"{sheet.title[1]}\n{rows}" + (f"\n… {rest:,} more rows: --sheet {sheet.name}" if rest > 0 else "")

"""``o2o report attribution`` and ``compare-models``: who earned what, and how far models agree."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from o2o.attribution.agreement import ModelComparison, compare_models
from o2o.attribution.engines.choice import CLICKHOUSE, SPARK, choose_engine, open_lake
from o2o.attribution.journeys import Journeys, gathered
from o2o.attribution.keeping import attribute_kept
from o2o.attribution.manifest import Manifest
from o2o.attribution.models import ALL, Model
from o2o.attribution.question import (
    Question,
)
from o2o.attribution.report import AttributionReport, Reader, answer_levels, attribute
from o2o.cli.analyses import ALL_FORMATS, Shown, compare_option, put_table, require_file, show_analysis, within
from o2o.cli.options import (
    database_option,
    format_option,
    format_table,
    opened,
    out_option,
    put_text,
)
from o2o.cli.periods import parse_period
from o2o.cli.questions import journey_options, make_question, model_option, parsed_by, period_options
from o2o.collect.recording.drain import drain_segments
from o2o.config import EngineName, Settings, load_settings
from o2o.db import Database
from o2o.reports.agreement import analyse_agreement
from o2o.reports.incremental import (
    Incremental,
    find_incremental,
    make_incremental_data,
    put_beside,
    say_incremental,
)
from o2o.reports.incremental_sheet import add_incremental
from o2o.reports.remarks import list_remarks, say_disputes, say_run
from o2o.reports.sheets import Analysis
from o2o.reports.standings import analyse_credits
from o2o.reports.tables import (
    make_comparison_data,
    make_manifest_data,
    make_report_data,
    present_comparison,
    present_credits,
    tabulate_comparison,
    tabulate_credits,
)
from o2o.times import format_at, now

_F = TypeVar("_F", bound=Callable[..., Any])


def _check_credits_name(path: Path | None) -> Path | None:
    from o2o.reports.credit_files import check_name

    return path and check_name(path)


def _to_engine(ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    if text is None or text in list(EngineName) or text.startswith((*CLICKHOUSE, *SPARK)):
        return text
    raise click.BadParameter(f"{text!r} is none of {', '.join(EngineName)}, and no address", ctx, param)


def _question_options(function: _F) -> _F:
    for option in (
        click.option("--engine", callback=_to_engine, metavar="ENGINE",
                     help="What works it out, in place of the setting 'engine': auto, sqlite, duckdb; of a lake spark://"
                          "HOST:7077; clickhouse://USER@HOST/DATABASE, which needs no shop file."),
        click.option("--intervals/--no-intervals", default=True,
                     help="Whether to say how far chance may have moved each figure (95 %)."),
        period_options,
        journey_options,
    ):  # fmt: skip
        function = option(function)
    return function


_lake_option = click.option(
    "--lake", metavar="TARGET", help="Ask a lake that 'o2o lake export' wrote, in place of the shop's file."
)


@click.command()
@database_option
@model_option([Model.LINEAR])
@_question_options
@_lake_option
@format_option(*ALL_FORMATS)
@out_option()
@click.option("--keep", is_flag=True,
              help="Keep what was counted; the next run with --keep counts only what late data touches.")  # fmt: skip
@compare_option
@click.option("--manifest", "manifest_path", type=click.Path(path_type=Path, dir_okay=False),
              help="Write what the report was made from here, as JSON; JSON and HTML have it inside.")  # fmt: skip
@click.option("--credits", "credits_path", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              callback=parsed_by(_check_credits_name),
              help="Write what each touch earned of each conversion here, as .csv or .parquet.")  # fmt: skip
def attribution(
    db_path: Path,
    output_format: str,
    out: Path | None,
    manifest_path: Path | None,
    **asked: Any,
) -> None:
    """Credit scan visits, registrations, redeemed coupons, orders or their lines to the scans before them.

    Position gives 40 % each to the first and the last touch and time decay halves with each 7 days, unless said
    otherwise: position:30/5/30/5/30, time-decay:3d. The key '' is what nothing can be credited with, '(other)' is
    touches without such a level. Money in CSV and JSON is minor units.

    \b
    Example:
      o2o report attribution --outcome orders --by person --model all --since 2026-05-01 --until 2026-05-31
      o2o report attribution --outcome orders --format html --out report.html
      o2o report attribution --outcome orders --keep
      o2o report attribution --outcome orders --by place --since 2026-05-01 --until 2026-05-31 --compare previous
      o2o report attribution --outcome orders --model linear,markov,shapley --credits credits.csv
      o2o report attribution --outcome lines --by product --window 30d --window product=3d --journeys stop
    """
    require_file(output_format, out)
    if asked["compare"]:
        _compare_credits(db_path, asked, output_format, out)
        return
    if _is_of_lake(asked):
        settings, text, answer = _ask_lake(asked, output_format)
    else:
        settings, text, answer = _ask_file(db_path, asked, output_format)
    _put_answer(text, answer, settings, output_format, out)
    if manifest_path and answer.manifest:
        put_text(_format_manifest(answer.manifest, settings), "json", manifest_path)
    for remark in list_remarks(answer, settings) if output_format != "json" else ():
        click.echo(remark, err=True)


@click.command("compare-models")
@database_option
@model_option([ALL, "markov", "shapley"])
@_question_options
@_lake_option
@format_option(*ALL_FORMATS)
@out_option()
def compare_models_of_a_shop(db_path: Path, output_format: str, out: Path | None, **asked: Any) -> None:
    """Show the share and the rank of each key under several models, and where they disagree.

    A key is marked when it has at least 10 conversions, and its largest share is over twice its smallest, or its rank
    moves by over 3 places and over a tenth of all; and when that is more than chance may do. Then the rank correlations
    of each two models: 1 is the same order. Shares are of what is credited to keys: of money for orders and lines, else
    of conversions.

    \b
    Example:
      o2o report compare-models --outcome orders --by place
      o2o report compare-models --outcome orders --model first,last,markov --format csv --out models.csv
    """
    require_file(output_format, out)
    if _is_of_lake(asked):
        settings, answer, beside = _answer_lake(asked)
    else:
        with _asking(db_path, asked) as (db, settings, question):
            answer = attribute(db, settings, question)
            beside = find_incremental(db, settings, question)
    found = compare_models(answer)
    _put_comparison(found, settings, output_format, out, beside)
    tell_incremental(beside, settings, output_format)
    for remark in say_disputes(found):
        click.echo(remark, err=True)


def _read_question(settings: Settings, asked: Mapping[str, Any]) -> Question:
    question = make_question(asked, *parse_period(settings, asked["since"], asked["until"]))
    return replace(question, intervals=asked["intervals"])


def _compare_credits(db_path: Path, asked: Mapping[str, Any], output_format: str, out: Path | None) -> None:
    if _is_of_lake(asked) or asked["keep"] or asked["credits_path"]:
        raise click.UsageError("--compare asks the shop's file twice; leave --lake, --keep and --credits out")
    shown = Shown(asked["since"], asked["until"], asked["compare"], asked["engine"], "", output_format, out)

    def analyse(db: Database, settings: Settings, since: int | None, until: int) -> Analysis:
        return within(analyse_credits, _read_question(settings, asked))(db, settings, since, until)

    show_analysis(db_path, shown, analyse)


def _ask_kept(
    db: Database, settings: Settings, question: Question, output_format: str, also: Reader | None
) -> tuple[str, AttributionReport]:
    if output_format == "html":
        raise click.UsageError("a page asks by many levels, of which none is kept; leave --keep out")
    found = attribute_kept(db, settings, question, now=now())
    click.echo(say_run(found.run, settings), err=True)
    if also:
        with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
            also(journeys)
    beside = find_incremental(db, settings, question)
    tell_incremental(beside, settings, output_format)
    return _write_answer(found.report, settings, output_format, beside), found.report


def _is_of_lake(asked: Mapping[str, Any]) -> bool:
    return bool(asked["lake"]) or (asked["engine"] or "").startswith(CLICKHOUSE)


@contextmanager
def _asking(db_path: Path, asked: Mapping[str, Any]) -> Iterator[tuple[Database, Settings, Question]]:
    with opened(db_path) as db:
        settings = load_settings(db)
        settings = replace(settings, engine=asked["engine"] or settings.engine)
        question = _read_question(settings, asked)
        drain_segments(db, db_path)
        yield db, settings, question


def _ask_file(db_path: Path, asked: Mapping[str, Any], output_format: str) -> tuple[Settings, str, AttributionReport]:
    with _asking(db_path, asked) as (db, settings, question):
        also = _crediting(settings, question, asked["credits_path"])
        if asked["keep"]:
            return settings, *_ask_kept(db, settings, question, output_format, also)
        if output_format == "html":
            return settings, *_draw_page(db, settings, question, also)
        answer = attribute(db, settings, question, also=also)
        beside = find_incremental(db, settings, question)
        tell_incremental(beside, settings, output_format)
        return settings, _write_answer(answer, settings, output_format, beside), answer


def _ask_lake(asked: Mapping[str, Any], output_format: str) -> tuple[Settings, str, AttributionReport]:
    if asked["keep"]:
        raise click.UsageError("--keep goes on with the shop's file, not with a lake; leave one of them out")
    if output_format == "html":
        raise click.UsageError("--format html asks the shop's file; of a lake there is table, csv, json and parquet.")
    settings, answer, beside = _answer_lake(asked)
    tell_incremental(beside, settings, output_format)
    return settings, _write_answer(answer, settings, output_format, beside), answer


def _answer_lake(asked: Mapping[str, Any]) -> tuple[Settings, AttributionReport, tuple[Incremental, ...]]:
    engine, manifest = open_lake(asked["lake"], asked["engine"] or EngineName.AUTO)
    settings = manifest.shop_settings
    question = _read_question(settings, asked)
    also = _crediting(settings, question, asked.get("credits_path"))

    def ask(question: Question, also: Reader | None = None) -> AttributionReport:
        return answer_levels(engine, lambda: manifest.state, settings, question, [question.by], also)[question.by]

    answer = ask(question, also)
    if manifest.since is not None and (question.since or 0) - question.longest_window < manifest.since:
        click.echo(f"the lake holds nothing before {format_at(manifest.since, settings.zone)}", err=True)
    return settings, answer, put_beside(manifest.trials, settings, question, ask)


def _write_answer(
    answer: AttributionReport, settings: Settings, output_format: str, beside: Sequence[Incremental]
) -> str:
    if output_format == "json":
        data = make_report_data(answer, settings, now()) | {"incremental": make_incremental_data(beside)}
        return json.dumps(data, ensure_ascii=False, indent=2)
    if output_format == "parquet":
        return ""  # no text, but written from the answer
    table = tabulate_credits(answer) if output_format == "csv" else present_credits(answer, settings)
    return format_table(table, output_format)


def _put_answer(text: str, answer: AttributionReport, settings: Settings, output_format: str, out: Path | None) -> None:
    if output_format == "parquet":
        put_table(tabulate_credits(answer), settings, output_format, out)
    else:
        put_text(text, output_format, out)


def _put_comparison(
    found: ModelComparison,
    settings: Settings,
    output_format: str,
    out: Path | None,
    beside: Sequence[Incremental],
) -> None:
    match output_format:
        case "csv" | "parquet":
            put_table(tabulate_comparison(found), settings, output_format, out)
            return
        case "json":
            data = make_comparison_data(found) | {"incremental": make_incremental_data(beside)}
            text = json.dumps(data, ensure_ascii=False, indent=2)
        case "html":
            from o2o.reports.sheet_page import render_analysis

            text = render_analysis(add_incremental(analyse_agreement(found), beside), settings, now())
        case _:
            text = "\n\n".join(format_table(table, "table") for table in present_comparison(found))
    put_text(text, output_format, out)


def _crediting(settings: Settings, question: Question, path: Path | None) -> Reader | None:
    """Return what writes the credits of journeys, where a file for them was named."""
    from o2o.attribution.touch_credits import list_credits
    from o2o.reports.credit_files import write_credits

    def write(journeys: Journeys) -> None:
        if path:
            count = write_credits(path, list_credits(journeys, question), settings)
            click.echo(f"wrote {path}: {count:,} credits", err=True)

    return write if path else None


def _format_manifest(manifest: Manifest, settings: Settings) -> str:
    return json.dumps(make_manifest_data(manifest, now(), settings.zone), ensure_ascii=False, indent=2)


def _draw_page(
    db: Database, settings: Settings, question: Question, also: Reader | None
) -> tuple[str, AttributionReport]:
    from o2o.reports.html import render_page
    from o2o.reports.page import gather_page

    page = gather_page(db, settings, question, now(), also=also)
    totals = tuple(totals for totals in page.report.totals if totals.model in question.models)
    return render_page(page), replace(page.report, totals=totals)


def tell_incremental(beside: Sequence[Incremental], settings: Settings, output_format: str) -> None:
    """Say on stderr what experiments showed; data has it inside."""
    for remark in say_incremental(beside, settings) if output_format != "json" else ():
        click.echo(remark, err=True)

"""``o2o experiment``: find out by lot what a sign, a page or a campaign brings."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from secrets import randbelow
from typing import Any

import click

from o2o.analytics.experiment_design import design_experiment
from o2o.analytics.experiment_reading import read_experiment
from o2o.analytics.experiments import (
    SMALLEST,
    Arm,
    Design,
    Experiment,
    ExperimentTerms,
    Measure,
    Sign,
    end_experiment,
    find_experiment,
    find_store_names,
    list_experiments,
    list_readings,
    load_deal,
)
from o2o.attribution.question import Level
from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, format_option, format_rows, opened, out_option, put_text
from o2o.collect.recording.drain import drain_segments
from o2o.config import Language, Settings, load_settings
from o2o.errors import SettingError
from o2o.reports.experiments import (
    describe_design,
    describe_reading,
    make_reading_data,
    render_plan,
    render_reading,
    tabulate_experiments,
    tabulate_looks,
    tabulate_plan,
    tabulate_reading,
)
from o2o.reports.tables import Table
from o2o.reports.words import Words
from o2o.times import now, parse_date, parse_duration

_ENGLISH = Words(Language.EN)


@click.group(cls=NounGroup)
def experiment() -> None:
    """Find out by lot what a sign, a page or a campaign brings: credit is not cause.

    \b
    Example:
      o2o experiment design endcap-may --kind switchback --by revenue --from 2026-05-04 --days 28 \\
        --place E001 --hypothesis 'the end-cap sells more dairy'
      o2o experiment plan endcap-may --format html --out plan.html
      o2o experiment read endcap-may
    """


@experiment.command()
@database_option
@click.argument("name")
@click.option("--kind", "design", type=choice_of(Design), required=True, help="What lots decide: visitors (ab), days, "
              "one store of each pair, which stores begin first.")  # fmt: skip
@click.option("--by", "measure", type=choice_of(Measure), required=True, help="What is counted.")
@click.option("--hypothesis", required=True, help="What should change, and why.")
@click.option("--from", "first_day", required=True, metavar="DAY", help="First day (local), today at the earliest.")
@click.option("--days", type=int, required=True, help="How many days.")
@click.option("--store", "stores", multiple=True, help="Only these stores. Repeatable. [default: all]")
@click.option("--arm", "arms", multiple=True, metavar="NAME=KEY,…",
              help="A side of an A/B test: rule:ID of one split, or codes. Twice, the new one first.")  # fmt: skip
@click.option("--touchpoint", "codes", multiple=True, metavar="CODE", help="What is changed: this touchpoint.")
@click.option("--place", "places", multiple=True, metavar="PLACE", help="What is changed: signs of this place.")
@click.option("--product", "products", multiple=True, metavar="SKU", help="What is changed: signs of this product.")
@click.option("--campaign", "campaigns", multiple=True, metavar="CAMPAIGN", help="What is changed: this campaign.")
@click.option("--sku", "skus", multiple=True, help="Products whose pieces '--by units' counts.")
@click.option("--smallest", default=f"{SMALLEST:.0%}", show_default=True, help="The smallest difference that matters.")
@click.option("--before", type=int, default=28, show_default=True, metavar="DAYS", help="The past to compare with.")
@click.option("--from-hour", type=int, default=0, help="Leave out what happens before this hour of a day.")
@click.option("--settle-days", type=int, default=0, help="Leave out so many days after each change.")
@click.option("--within", default="7d", show_default=True, metavar="DURATION",
              help="How long after a scan a visitor's conversion counts (A/B).")  # fmt: skip
@click.option("--waves", type=int, default=4, show_default=True, help="In how many steps stores begin (staggered).")
@click.option("--seed", type=int, help="The number that the lots come from. [default: by chance]")
@click.option("--try", "is_trial", is_flag=True, help="Say what it could find, and write nothing down.")
def design(db_path: Path, *, is_trial: bool, **asked: Any) -> None:
    """Deal an experiment by lot, say what it can find, and write it down: nothing of it can be changed after.

    An experiment that finds nothing but luck isn't worth its days: see first with --try how small a difference it can
    find, from the shop's own past. A switchback hangs the sign on one of each store's two Mondays and so on; matched
    stores give it to one of each pair; a staggered rollout to more and more stores.

    \b
    Example:
      o2o experiment design flags --kind matched --by orders --from 2026-05-04 --days 28 --campaign SPRING \\
        --hypothesis 'flags bring people in' --smallest 5% --try
      o2o experiment design page --kind ab --by orders --from 2026-05-04 --days 14 --arm new=rule:4 --arm old=rule:5 \\
        --hypothesis 'the new page sells more'
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        terms = _read_terms(asked)
        drain_segments(db, db_path)
        designed = design_experiment(db, settings, terms, now(), keep=not is_trial)
    for sentence in describe_design(designed, settings, _ENGLISH):
        click.echo(sentence)
    click.echo("nothing was written down" if is_trial else f"written down; seed {terms.seed}", err=True)


@experiment.command("list")
@database_option
@format_option()
def list_all(db_path: Path, output_format: str) -> None:
    """List experiments, the newest first.

    \b
    Example:
      o2o experiment list
    """
    with opened(db_path) as db:
        table = tabulate_experiments(list_experiments(db), load_settings(db))
    put_text(_format(table, output_format), output_format, None)


@experiment.command()
@database_option
@click.argument("name")
@format_option()
def show(db_path: Path, name: str, output_format: str) -> None:
    """Show what was written down of an experiment, and each time that someone looked.

    \b
    Example:
      o2o experiment show endcap-may
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        found = find_experiment(db, name)
        table = tabulate_looks(list_readings(db, name), settings)
    put_text(_format(table, output_format), output_format, None)
    for line in _tell_terms(found, settings):
        click.echo(line, err=True)


@experiment.command()
@database_option
@click.argument("name")
@format_option("table", "csv", "json", "html")
@out_option()
def plan(db_path: Path, name: str, output_format: str, out: Path | None) -> None:
    """Say for each store and day whether the sign hangs, as a table for the intranet or a page to print.

    \b
    Example:
      o2o experiment plan endcap-may --format csv --out plan.csv
      o2o experiment plan endcap-may --format html --out plan.html
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        found, deal = find_experiment(db, name), load_deal(db, name)
        names = find_store_names(db, deal.stores)
    if not deal.stores:
        raise SettingError(
            "experiment", name, "has no plan of days", "an A/B test is dealt by its rules or its leaflets"
        )
    text = (
        render_plan(found, deal, names, settings)
        if output_format == "html"
        else _format(tabulate_plan(deal, found.terms.design, names), output_format)
    )
    put_text(text, output_format, out)


@experiment.command()
@database_option
@click.argument("name")
@format_option("table", "csv", "json", "html")
@out_option()
def read(db_path: Path, name: str, output_format: str, out: Path | None) -> None:
    """Say what an experiment shows: after its end for good, before it that it isn't over yet.

    Before the end the interval is one that holds however often you look; each look is kept. A winner is named only
    after the end, where the interval leaves out 0 and lots dealt anew hardly give as much; else "not enough data", and
    the smallest difference that could have been seen.

    \b
    Example:
      o2o experiment read endcap-may
      o2o experiment read endcap-may --format html --out endcap.html
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        drain_segments(db, db_path)
        reading = read_experiment(db, settings, name, now())
    if output_format in ("json", "html"):
        data = make_reading_data(reading, settings) if output_format == "json" else {}
        text = json.dumps(data, ensure_ascii=False, indent=2) if data else render_reading(reading, settings)
        put_text(text, output_format, out)
        return
    put_text(_format(tabulate_reading(reading, settings), output_format), output_format, out)
    for sentence in describe_reading(reading, settings, _ENGLISH):
        click.echo(sentence, err=True)


@experiment.command()
@database_option
@click.argument("name")
def end(db_path: Path, name: str) -> None:
    """Stop an experiment before its last day; it is read by the interval that holds whenever one stops.

    \b
    Example:
      o2o experiment end endcap-may
    """
    with opened(db_path) as db:
        settings = load_settings(db)
        end_experiment(db, name, now(), settings)
    click.echo(f"{name} is ended; see 'o2o experiment read {name}'", err=True)


def _read_terms(asked: Mapping[str, Any]) -> ExperimentTerms:
    return ExperimentTerms(
        *(asked["name"], Design(asked["design"]), Measure(asked["measure"]), asked["hypothesis"]),
        *(_read_day(asked["first_day"]), asked["days"], asked["stores"]),
        arms=_read_arms(asked["arms"]),
        signs=tuple(_list_signs(asked)),
        skus=asked["skus"],
        smallest=_read_share(asked["smallest"]),
        before=asked["before"],
        from_hour=asked["from_hour"],
        settle_days=asked["settle_days"],
        within=parse_duration(asked["within"]),
        waves=asked["waves"],
        seed=randbelow(2**31) if asked["seed"] is None else asked["seed"],
    )


def _list_signs(asked: Mapping[str, Any]) -> list[Sign]:
    named = {Level.TOUCHPOINT: "codes", Level.PLACE: "places", Level.PRODUCT: "products", Level.CAMPAIGN: "campaigns"}
    return [Sign(level, key) for level, option in named.items() for key in asked[option]]


def _read_day(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is {error}", param_hint="--from") from None


def _read_share(text: str) -> float:
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no share; write 5%", param_hint="--smallest") from None


def _read_arms(texts: tuple[str, ...]) -> tuple[Arm, ...]:
    """Read ``new=rule:4`` and ``A=K7M2X9PQ,…``, a share of its own behind an @: ``A=K7M2X9PQ@0.6``."""
    arms = []
    for text in texts:
        name, equals, rest = text.partition("=")
        said, at, share = rest.partition("@")
        keys = tuple(key.strip() for key in said.split(",") if key.strip())
        by_rule = bool(keys) and all(key.startswith("rule:") for key in keys)
        if not equals or not name or not keys:
            raise click.BadParameter(f"{text!r} is no arm; write new=rule:4 or A=K7M2X9PQ", param_hint="--arm")
        keys = tuple(key.removeprefix("rule:") for key in keys)
        arms.append(Arm(name, keys, _read_share(share) if at else 0.5, by_rule))
    return tuple(arms)


def _tell_terms(found: Experiment, settings: Settings) -> list[str]:
    table = tabulate_experiments([found], settings)
    told = [f"{name}: {value}" for name, value in zip(table.header, table.rows[0], strict=True) if value]
    terms = found.terms
    told += [f"arm {arm.name}: {', '.join(arm.keys)} ({arm.share:.0%})" for arm in terms.arms]
    told += [f"changed: {sign.level} {sign.key}" for sign in terms.signs]
    return [
        *told,
        f"stores: {len(terms.stores)}",
        f"smallest that matters: {terms.smallest:.1%}",
        f"seed: {terms.seed}",
    ]


def _format(table: Table, output_format: str) -> str:
    return format_rows(table.header, table.rows, output_format, table.figures)

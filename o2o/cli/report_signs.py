"""``o2o report silent-signs`` and ``bursts``: signs that are scanned too little, and too much."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from o2o.analytics.bursts import OddityTerms, OddScans, find_odd_scans
from o2o.analytics.rosters import list_rostered_stores
from o2o.analytics.silent_signs import SignOrder, SilenceTerms, SilentSign, find_last_scan, find_silent_signs
from o2o.cli.analyses import ALL_FORMATS, put_table, require_file, say_next
from o2o.cli.options import choice_of, database_option, format_option, opened, out_option, put_text
from o2o.cli.periods import parse_period
from o2o.collect.recording.drain import drain_segments
from o2o.config import Settings, load_settings
from o2o.reports.odd_scans import analyse_odd_scans, present_odd_scans, tabulate_odd_scans
from o2o.reports.silent_signs import present_silent_signs, render_silent_signs, tabulate_silent_signs
from o2o.subjects import Kind
from o2o.times import DAY, format_at, now, parse_duration

_STILL = 2 * DAY


@click.command("silent-signs")
@database_option
@click.option("--worth", metavar="MONEY", help="What a scan brings on average; then the loss is money.")
@click.option("--since", metavar="DAY", help="First day (local) or instant of the scans that tell what is usual.")
@click.option("--until", metavar="DAY", help="Look from the end of this day (local), not from now.")
@click.option("--by", "order", type=choice_of(SignOrder), default=SignOrder.LOSS.value, show_default=True,
              help="Begin with the largest loss, or go store by store on the customers' way.")  # fmt: skip
@click.option("--at-least", "least", type=float, default=0.5, show_default=True, metavar="SHARE",
              help="List signs that are dead with this probability.")  # fmt: skip
@click.option("--together", type=float, default=1.0, show_default=True, metavar="SCANS",
              help="How many scans come at a time where families scan together.")  # fmt: skip
@format_option(*ALL_FORMATS)
@out_option()
def silent_signs(db_path: Path, output_format: str, out: Path | None, **asked: Any) -> None:
    """List signs that are probably torn off, hidden or broken, for staff to walk to and print anew.

    A sign is on it when it is silent for longer than its own history and what its store's other signs were scanned
    meanwhile explain. A day on which a store was closed counts for nothing, nor does a guide's day off where shifts are
    known ('o2o catalog import --as shifts'); signs of campaigns that are over aren't missed. HTML is a page to print
    and tick off.

    \b
    Example:
      o2o report silent-signs --worth 2.50 --by store
      o2o report silent-signs --format html --out walk.html
    """
    require_file(output_format, out)
    with opened(db_path) as db:
        settings = load_settings(db)
        terms = _read_terms(settings, asked)
        drain_segments(db, db_path)
        signs = find_silent_signs(db, settings, terms)
        say_next(db)
        rostered, last = list_rostered_stores(db), find_last_scan(db, terms.until)
    _put_silent_signs(signs, settings, output_format, out)
    _say_lost(signs, settings)
    _say_still(last, terms, settings)
    _say_unknown(sum(sign.kind == Kind.PERSON and sign.store_id not in rostered for sign in signs))


@click.command()
@database_option
@click.option("--days", type=int, default=7, show_default=True, help="How many days are looked at.")
@click.option("--until", metavar="DAY", help="The last of them (local), in place of today.")
@click.option("--after", default="10m", show_default=True, metavar="DURATION",
              help="How soon after an order a scan comes too late.")  # fmt: skip
@click.option("--together", type=float, default=1.0, show_default=True, metavar="SCANS",
              help="How many scans come at a time where families scan together.")  # fmt: skip
@format_option(*ALL_FORMATS)
@out_option()
def bursts(
    db_path: Path, days: int, until: str | None, after: str, together: float, output_format: str, out: Path | None
) -> None:
    """Show scans that are odd: sudden bursts, people's codes scanned by themselves, scans once all is paid.

    A burst is a day on which a sign was scanned more often than its own history and what its store's other signs were
    scanned that day explain; of all that are shown 5 % are chance. Own codes: who scans the same person's code three
    times a day makes half of its scans. After payment: half of a sign's scans follow an order of the same visitor.

    \b
    Example:
      o2o report bursts --days 14 --after 5m
      o2o report bursts --format html --out odd.html
    """
    require_file(output_format, out)
    with opened(db_path) as db:
        settings = load_settings(db)
        _, until_at = parse_period(settings, None, until)
        terms = OddityTerms(until_at or now(), days, parse_duration(after), together)
        drain_segments(db, db_path)
        found = find_odd_scans(db, settings, terms)
        say_next(db)
    _put_odd_scans(found, terms, settings, output_format, out)


def _read_terms(settings: Settings, asked: Mapping[str, Any]) -> SilenceTerms:
    since, until = parse_period(settings, asked["since"], asked["until"])
    try:
        worth = settings.money.parse(asked["worth"] or "0")
    except ValueError as error:
        raise click.BadParameter(f"{asked['worth']!r} is {error}", param_hint="--worth") from None
    order = SignOrder(asked["order"])
    return SilenceTerms(until or now(), since, worth, asked["least"], asked["together"], order)


def _put_silent_signs(signs: Sequence[SilentSign], settings: Settings, output_format: str, out: Path | None) -> None:
    if output_format == "html":
        put_text(render_silent_signs(signs, settings, now()), output_format, out)
        return
    table = (present_silent_signs if output_format == "table" else tabulate_silent_signs)(signs, settings)
    put_table(table, settings, output_format, out)


def _put_odd_scans(
    found: Sequence[OddScans], terms: OddityTerms, settings: Settings, output_format: str, out: Path | None
) -> None:
    if output_format == "html":
        from o2o.reports.sheet_page import render_analysis

        put_text(render_analysis(analyse_odd_scans(found, terms), settings, now()), output_format, out)
        return
    table = (present_odd_scans if output_format == "table" else tabulate_odd_scans)(found, settings)
    put_table(table, settings, output_format, out)


def _say_lost(signs: Sequence[SilentSign], settings: Settings) -> None:
    scans, money = sum(sign.lost_scans for sign in signs), sum(sign.loss for sign in signs)
    worth = f", worth {settings.money.format(money)}" if money else ""
    click.echo(f"{len(signs):,} silent signs lose {scans:,.1f} scans a day{worth}", err=True)


def _say_still(last: int | None, terms: SilenceTerms, settings: Settings) -> None:
    if last is not None and terms.until - last > _STILL:
        since = format_at(last, settings.zone)[:16].replace("T", " ")
        advice = "where all are silent none stands out; see that scans arrive: o2o check"
        click.echo(f"no sign at all was scanned since {since}: {advice}", err=True)


def _say_unknown(people: int) -> None:
    if people:
        advice = "import shifts, so that days off aren't missed: o2o catalog import shifts.csv --as shifts"
        click.echo(f"{people:,} of them are of people whose shifts are not known; {advice}", err=True)

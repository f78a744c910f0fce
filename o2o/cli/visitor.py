"""``o2o visitor``: how visitors are told apart, and how they are forgotten."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import choice_of, database_option, opened
from o2o.collect.recording.drain import drain_segments
from o2o.config import VisitorMode, change_setting, load_settings
from o2o.errors import SettingError
from o2o.forgetting import forget_customers, forget_visitors, purge_visitors
from o2o.keys import load_keys
from o2o.times import now


@click.group(cls=NounGroup)
def visitor() -> None:
    """Choose how visitors are told apart, and forget them.

    \b
    Example:
      o2o visitor mode cookie
      o2o visitor forget --customer 13812345678
    """


@visitor.command()
@database_option
@click.argument("choice", metavar="MODE", type=choice_of(VisitorMode))
def mode(db_path: Path, choice: str) -> None:
    """Tell visitors by a hash that is new each day, or by a cookie of your own that has come back: hash or cookie.

    Only with the cookie can somebody be followed from one day to the next; tell your customers so.

    \b
    Example:
      o2o visitor mode cookie
    """
    with opened(db_path) as db:
        settings = change_setting(db, "visitor_mode", choice)
    lasts = f"a cookie of {settings.visitor_days} days" if choice == VisitorMode.COOKIE else "a hash, new each day"
    click.echo(f"visitors are told apart by {lasts}")


@visitor.command()
@database_option
@click.argument("names", metavar="VISITOR...", nargs=-1)
@click.option("--customer", "customers", multiple=True, help="A customer, with all visitors that are only theirs.")
def forget(db_path: Path, names: tuple[str, ...], customers: tuple[str, ...]) -> None:
    """Forget visitors and customers: what they did stays and counts, but names nobody and joins nothing.

    A later import doesn't bring them back: a keyed mark of the name is kept, which tells it again and nothing else.

    \b
    Example:
      o2o visitor forget --customer 13812345678
      o2o visitor forget mKq1x0v5dTzW2n8RbQ4u
    """
    if not names and not customers:
        raise click.UsageError("name a VISITOR, or a customer by --customer")
    with opened(db_path) as db:
        drain_segments(db, db_path)
        secret = load_keys(db_path).secret
        visitors = forget_visitors(db, secret, names, now())
        found = forget_customers(db, secret, customers, now())
    click.echo(
        f"forgotten: {visitors.visitors + found.visitors:,} visitors; orders that named them: "
        f"{visitors.orders + found.orders:,}, page views: {found.page_views:,}, "
        f"redemptions: {visitors.redemptions + found.redemptions:,}"
    )


@visitor.command()
@database_option
@click.option("--days", type=click.IntRange(1, 1_000_000), help="Instead of the setting keep_days.")
def purge(db_path: Path, days: int | None) -> None:
    """Take their names from visitors who weren't seen for as many days as the setting keep_days says.

    Their scans stay and count. Run it daily, by cron.

    \b
    Example:
      o2o setting set keep_days 400
      o2o visitor purge
    """
    with opened(db_path) as db:
        kept = days or load_settings(db).keep_days
        if not kept:
            raise SettingError("keep_days", "0", "visitors are kept for ever", "set how many days, or give --days")
        click.echo(f"purged: {purge_visitors(db, kept, now()):,} visitors not seen for {kept:,} days")

"""``o2o catalog prices``: what a product costs, where and when, and the lowest of the days before."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from o2o.catalog.prices import CHAIN, REDUCTION_DAYS, PriceCard, describe_prices
from o2o.cli.options import database_option, format_option, format_rows, opened, show_rows, show_text
from o2o.config import load_settings
from o2o.money import Currency
from o2o.times import SINCE_EVER, local_day, now

_PERIOD = ("from", "to", "price", "member_price", "promo_price", "holds")


@click.command("prices")
@database_option
@click.argument("sku")
@click.option("--store", "store_id", metavar="STORE", default=CHAIN, help="Where.  [default: the chain's own prices]")
@click.option("--on", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), help="What holds on a day.  [default: today]")
@format_option()
def prices(db_path: Path, sku: str, store_id: str, on: datetime | None, output_format: str) -> None:
    """Show what a product costs from when to when, what holds on a day, and the lowest price of the days before.

    While a promotion holds, those are the days before it began. Prices and days are those of the store.

    \b
    Example:
      o2o catalog prices 6901234567892
      o2o catalog prices 6901234567892 --store S001 --on 2026-12-01
    """
    with opened(db_path) as db:
        card = describe_prices(db, sku, store_id, on.date() if on else None, now())
        money = load_settings(db).money
    timeline = [_make_row(card, number, money) for number in range(len(card.periods))]
    if output_format == "csv":
        show_rows(_PERIOD, timeline, output_format)
    else:
        (_show_json if output_format == "json" else _show_table)(card, timeline, money)


def _make_row(card: PriceCard, number: int, money: Currency) -> tuple[str, ...]:
    period = card.periods[number]
    first = "" if period.valid_from == SINCE_EVER else local_day(period.valid_from, card.zone).isoformat()
    last = "" if period.valid_to is None else local_day(period.valid_to - 1, card.zone).isoformat()
    holds = period.valid_from <= card.at and (period.valid_to is None or period.valid_to > card.at)
    return (first, last, *_amounts(card, number, money), "yes" if holds else "")


def _amounts(card: PriceCard, number: int, money: Currency) -> tuple[str, ...]:
    price = card.periods[number].price
    return tuple(_plain(minor, money) for minor in (price.price, price.member_price, price.promo_price))


def _plain(minor: int | None, money: Currency) -> str:
    return "" if minor is None else money.plain(minor)


def _summary(card: PriceCard, money: Currency) -> dict[str, str]:
    price, lowest = card.price, {f"lowest_price_{days}": card.lowest.get(days) for days in REDUCTION_DAYS}
    amounts = {"price": price.price, "member_price": price.member_price, "promo_price": price.promo_price, **lowest}
    return {name: _plain(minor, money) for name, minor in amounts.items()}


def _show_json(card: PriceCard, timeline: Sequence[tuple[str, ...]], money: Currency) -> None:
    periods: list[dict[str, Any]] = [dict(zip(_PERIOD[:-1], row[:-1], strict=True)) for row in timeline]
    shown = {"sku": card.sku, "name": card.name, "store_id": card.store_id, "on": card.day.isoformat()}
    show_text(json.dumps({**shown, **_summary(card, money), "periods": periods}, ensure_ascii=False, indent=2), "json")


def _show_table(card: PriceCard, timeline: Sequence[tuple[str, ...]], money: Currency) -> None:
    where = f"store {card.store_id}" if card.store_id else "the chain"
    click.echo(f"{card.sku} {card.name}, {where}, {money.code}\n")
    show_text(format_rows(_PERIOD, timeline, "table", _PERIOD[2:5]), "table")
    click.echo(f"\non {card.day}")
    for name, amount in _summary(card, money).items():
        click.echo(f"  {name:<16}{amount or '-':>12}")

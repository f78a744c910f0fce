"""``o2o demo``: the loop, walked."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from o2o.cli.options import choice_of
from o2o.cli.terminal import draw_symbol, shows_blocks
from o2o.config import Language
from o2o.times import SECOND, now

if TYPE_CHECKING:
    from o2o.demo.live import Arrival
    from o2o.demo.walk import Demo, Plan

_DATASET = "complete-journey"


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="The folder to fill.  [default: demo-out, with --dataset real-out]")  # fmt: skip
@click.option("--shoppers", type=click.IntRange(100, 50_000), default=6_000, show_default=True,
              help="How many shoppers to simulate; fewer are quicker, and say less.")  # fmt: skip
@click.option("--lang", "language", type=choice_of(Language), default=Language.ZH.value, show_default=True,
              help="Language of prints, pages and report.")  # fmt: skip
@click.option("--live", is_flag=True, help="Then serve on this network, and show what a phone scans.")
@click.option("--host", metavar="ADDRESS", help="The address to serve on with --live (default: this machine's).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to serve on with --live (default: a free one).")
@click.option(
    "--dataset", type=click.Choice([_DATASET]), help="Walk with a real chain's year instead of the small chain."
)
def demo(
    out: Path | None, shoppers: int, language: str, live: bool, host: str | None, port: int | None, dataset: str | None
) -> None:
    """Walk the whole loop with a small chain.

    Invents three stores and prints them, lets simulated shoppers scan the paper against a real 'o2o serve', imports
    what they bought, and reports; what truly made them buy is known, and stands beside what the report found.

    \b
    Example:
      o2o demo
      o2o demo --live
      o2o demo --dataset complete-journey
    """
    if live and dataset:
        raise click.UsageError("--live serves the small chain; leave out --dataset")
    if (host or port) and not live:
        raise click.UsageError("--host and --port say where --live serves; add --live")
    if dataset:
        _run_dataset(out or Path("real-out"))
    else:
        address = _claim_address(host, port) if live else None
        _run_demo(out or Path("demo-out"), shoppers, language, address)


def _run_demo(out: Path, shoppers: int, language: str, address: tuple[str, int] | None) -> None:
    from o2o.demo.walk import Plan, run_demo

    plan = Plan(shoppers, language=language)
    _show_demo(run_demo(out, plan, _say))
    if address:
        _serve_live(out, plan, *address)


def _run_dataset(out: Path) -> None:
    from o2o.demo.dataset import run_dataset

    result = run_dataset(out, now(), _say)
    click.echo(f"{result.scans.new:,} scans, {result.orders.sales:,} orders; credit by campaign: {result.attribution}")
    click.echo(f"shelf tags of store {result.store}, {result.proof.codes:,} codes read back: {result.tags}")
    click.echo(f"look first at {result.page}, then try: o2o report touchpoints --db {result.database}")


def _claim_address(host: str | None, port: int | None) -> tuple[str, int]:
    from o2o.demo.live import lan_address
    from o2o.demo.server import claim_port

    host = host or lan_address()
    return host, claim_port(host, port or 0)


def _say(step: str) -> None:
    click.echo(f"{datetime.now():%H:%M:%S} {step}", err=True)


def _show_demo(demo: "Demo") -> None:
    pdfs = ", ".join(path.name for path in demo.pdfs)
    click.echo(f"{demo.codes:,} codes read back from {len(demo.pdfs)} PDFs, {demo.hits:,} hits, {demo.orders:,} orders")
    click.echo(f"PDFs in {demo.out}: {pdfs}")
    click.echo(f"report: {demo.report}")
    click.echo("how many times as often shoppers bought who had scanned it (in brackets the 95 % interval):")
    for finding in demo.findings:
        click.echo(f"  {finding}")
    click.echo(f"look first at {demo.report}, then try: o2o report touchpoints --db {demo.database}")


def _serve_live(out: Path, plan: "Plan", host: str, port: int) -> None:
    from o2o.demo.live import open_live_shop, watch_scans

    shop = open_live_shop(out, plan, host, port)
    count = watch_scans(shop, _show_code, _show_arrival)
    click.echo(f"stopped; scans that arrived and are kept in {shop.path}: {count:,}")


def _show_code(url: str) -> None:
    from o2o.codes.smallest import make_symbol
    from o2o.codes.symbol import QUIET_ZONE

    blocks = shows_blocks(sys.stdout.encoding)
    for line in draw_symbol(make_symbol(url).rows, QUIET_ZONE, blocks=blocks):
        click.secho(line, fg="black", bg="bright_white")
    click.echo(f"scan it with a phone on this network: {url} (Ctrl-C stops)")


def _show_arrival(arrival: "Arrival") -> None:
    at = datetime.fromtimestamp(arrival.scanned_at / SECOND)
    why = f" ({arrival.reason})" if arrival.reason else ""
    click.echo(f"{at:%H:%M:%S} {arrival.code} {arrival.name} [{arrival.carrier}] {arrival.verdict}{why}")

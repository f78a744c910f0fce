"""``o2o print send``: a file for a label printer on its way."""

from functools import partial
from pathlib import Path

import click

from o2o.cli.options import database_option, opened
from o2o.cli.terminal import with_bar
from o2o.printing.paper.printers import find_printer
from o2o.printing.thermal.sending import Address, parse_address, send_file


@click.command("send")
@database_option
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--host", metavar="HOST[:PORT]", default="", help="Where the printer listens; port 9100 unless said.")
@click.option("--printer", metavar="PRINTER", default="", help="A printer kept with its address by 'o2o printer add'.")
@click.option("--timeout", type=click.FloatRange(0.1), default=10.0, show_default=True,
              help="How many seconds the printer may take nothing, as while it is out of labels.")  # fmt: skip
@click.option("--force", is_flag=True, help="Send what no label printer understands, such as a PDF.")
def send(db_path: Path, path: Path, host: str, printer: str, timeout: float, force: bool) -> None:
    """Send a file of labels (.zpl, .tspl) to a printer in the network.

    \b
    Example:
      o2o print send tags.zpl --host 192.168.1.50
      o2o print send tags.zpl --host 192.168.1.50:9101
      o2o print send tags.zpl --printer back-office
    """
    if bool(host) == bool(printer):
        raise click.UsageError("say where to: either --host or --printer")
    address = parse_address(host) if host else _address_of(db_path, printer)
    sent = send_file(path, address, timeout, partial(with_bar, label="sending"), force=force)
    click.echo(f"{path}: {sent:,} bytes sent to {address}")


def _address_of(db_path: Path, name: str) -> Address:
    with opened(db_path) as db:
        found = find_printer(db, name)
    if not found.address:
        raise click.UsageError(f"printer {found.name!r} has no address; name one with --host")
    return parse_address(found.address)

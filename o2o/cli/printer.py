"""``o2o printer``: printers, and by how much each is off."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, out_option, show_rows
from o2o.printing.paper.calibration import read_measures, write_calibration
from o2o.printing.paper.printers import Printer, list_printers, remove_printer, save_printer
from o2o.printing.paper.stock import parse_size
from o2o.printing.paper.stocks import find_stock

_Lengths = tuple[float, ...]


def _parse_lengths(_context: click.Context, option: click.Parameter, value: str | None) -> _Lengths | None:
    wanted = 4 if option.name == "measured" else 2
    try:
        lengths = None if value is None else tuple(map(float, value.replace("，", ",").split(",")))
    except ValueError:
        lengths = ()
    if lengths is not None and len(lengths) != wanted:
        raise click.BadParameter(f"{value!r} are not {wanted} numbers with commas between them")
    return lengths


@click.group(cls=NounGroup)
def printer() -> None:
    """Print a calibration page, and keep by how much a printer is off.

    \b
    Example:
      o2o printer calibrate --out calibration.pdf
      o2o printer add front-desk --measured 50.8,59.5,100.2,99.8 --dpi 600
      o2o print tags --store S001 --printer front-desk --out tags.pdf
    """


@printer.command("calibrate")
@click.option("--page", metavar="PAGE", default="A4", show_default=True, help="A4, Letter, or a size such as 210x297.")
@click.option("--dpi", type=click.IntRange(100, 4800), default=300, show_default=True, help="The printer's dots.")
@out_option("The PDF.", required=True)
def calibrate(page: str, dpi: int, out: Path) -> None:
    """Make the page to print and to measure: a square of 100 mm, rulers, codes of ever larger modules, greys.

    \b
    Example:
      o2o printer calibrate --out calibration.pdf
      o2o printer calibrate --page Letter --dpi 600 --out calibration.pdf
    """
    size = parse_size(page, "page") if page[:1].isdigit() else find_stock(None, page).page
    write_calibration(out, size, dpi)
    click.echo(f"{out}: print it at 100 %, measure A to D, then: o2o printer add NAME --measured A,B,C,D")


@printer.command("add")
@database_option
@click.argument("name", metavar="PRINTER")
@click.option("--measured", metavar="A,B,C,D", callback=_parse_lengths, help="The four lengths of its page, in mm.")
@click.option("--offset", metavar="X,Y", callback=_parse_lengths, help="So many mm too far to the right and down.")
@click.option("--scale", metavar="X,Y", callback=_parse_lengths, help="So many times too long.")
@click.option("--dpi", type=click.IntRange(50, 4800), help="Its dots.  [default: those of stock or template]")
@click.option("--address", metavar="HOST:PORT", default="", help="Where a label printer listens.")
def add(
    db_path: Path,
    name: str,
    measured: _Lengths | None,
    offset: _Lengths | None,
    scale: _Lengths | None,
    dpi: int | None,
    address: str,
) -> None:
    """Keep a printer, in place of one of this name.

    \b
    Example:
      o2o printer add front-desk --measured 50.8,59.5,100.2,99.8 --dpi 600
      o2o printer add front-desk --offset 0.8,-0.5 --scale 1.002,0.998
    """
    if measured and (offset or scale):
        raise click.UsageError("--measured says both --offset and --scale: leave those out")
    (x, y), (scale_x, scale_y) = read_measures(*measured) if measured else (offset or (0.0, 0.0), scale or (1.0, 1.0))
    with opened(db_path) as db:
        save_printer(db, Printer(name, (x, y), (scale_x, scale_y), dpi, address))
    click.echo(f"kept printer {name}: {x:+g} mm to the right, {y:+g} down, {scale_x:g} and {scale_y:g} times as long")


@printer.command("list")
@database_option
@format_option()
def show_all(db_path: Path, output_format: str) -> None:
    """Show the printers and by how much each is off.

    \b
    Example:
      o2o printer list
    """
    with opened(db_path) as db:
        rows = [(one.name, one.dpi, *one.offset, *one.scale, one.address) for one in list_printers(db)]
    header = ("printer", "dpi", "offset_x", "offset_y", "scale_x", "scale_y", "address")
    show_rows(header, rows, output_format)


@printer.command("remove")
@database_option
@click.argument("name", metavar="PRINTER")
def remove(db_path: Path, name: str) -> None:
    """Forget a printer.

    \b
    Example:
      o2o printer remove front-desk
    """
    with opened(db_path) as db:
        remove_printer(db, name)
    click.echo(f"removed printer {name}")

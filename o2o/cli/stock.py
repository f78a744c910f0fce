"""``o2o stock``: sheets of labels, rolls and papers to print on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, format_option, opened, out_option, show_rows
from o2o.db import Database
from o2o.printing.paper.sketch import write_sketch
from o2o.printing.paper.stock import Stock, parse_grid, parse_size
from o2o.printing.paper.stocks import StockSearch, add_stock, find_stock, list_stocks, remove_stock

_T = TypeVar("_T")


@click.group(cls=NounGroup)
def stock() -> None:
    """Find the sheet of labels, the roll or the paper to print on, and add your own.

    \b
    Example:
      o2o stock list --page A4 --cell 70x37
      o2o stock show L7160 --out L7160.pdf
      o2o print tags --store S001 --stock L7160 --out tags.pdf
    """


@stock.command("list")
@database_option
@click.option("--page", metavar="PAGE", default="", help="Only on this page: A4, Letter, or 210x297.")
@click.option("--cell", metavar="SIZE", default="", help="Only cells of about this size, such as 70x37.")
@click.option("--search", "words", metavar="WORDS", default="", help="Only those whose name or description has these.")
@click.option("--own", is_flag=True, help="Only those that you added.")
@format_option()
def show_all(db_path: Path, page: str, cell: str, words: str, *, own: bool, output_format: str) -> None:
    """Show the stocks there are: your own, those of o2o, and the sheets of the trade.

    \b
    Example:
      o2o stock list --search 标价签
      o2o stock list --page A4 --cell 70x37
      o2o stock list --search avery --format csv
    """
    search = StockSearch(page, cell, words, own=own)
    rows = [_describe(one) for one in _with_own(db_path, lambda db: list(list_stocks(db, search)))]
    show_rows(("stock", "page", "cell", "grid", "dpi", "about"), rows, output_format)


@stock.command("show")
@database_option
@click.argument("name", metavar="STOCK")
@out_option("Draw it in its real size: .pdf, or .png.")
def show(db_path: Path, name: str, out: Path | None) -> None:
    """Show the measures of a stock; with --out, draw its cells with their numbers to hold against a real sheet.

    \b
    Example:
      o2o stock show avery-l7160
      o2o stock show A4-24 --out A4-24.pdf
    """
    found = _with_own(db_path, lambda db: find_stock(db, name))
    for key, value in _measures(found):
        click.echo(f"{key:>9}  {value}")
    if out:
        write_sketch(found, out)
        click.echo(f"{out}: print it at 100 % and hold it against a sheet")


@stock.command("add")
@database_option
@click.argument("name", metavar="STOCK")
@click.option("--page", metavar="SIZE", required=True, help="The page: A4, or 210x297.")
@click.option("--cell", metavar="SIZE", required=True, help="A cell, such as 70x37.125.")
@click.option("--grid", metavar="NxM", default="1x1", show_default=True, help="Columns and rows.")
@click.option("--origin", metavar="X,Y", help="Top left of the first cell, from the top left of the page.")
@click.option("--pitch", metavar="X,Y", help="From a cell to the next: to the right and down.")
@click.option("--dpi", type=click.IntRange(50, 4800), help="Of the label printer it is for.")
@click.option("--cut-marks", is_flag=True, help="Plain paper: mark where to cut.")
@click.option("--about", default="", help="A few words.")
def add(db_path: Path, name: str, **measures: Any) -> None:
    """Keep a stock of your own, measured with a ruler, in mm; it goes before one of o2o that has its name.

    \b
    Example:
      o2o stock add my-tags --page A4 --cell 65x35 --grid 3x8 --origin 5,8.5 --pitch 67.5,35
      o2o stock add my-roll --page 62x29 --cell 62x29 --dpi 300
    """
    if measures["grid"] != "1x1" and not (measures["origin"] and measures["pitch"]):
        raise click.UsageError("measure --origin and --pitch: derived from the others they drift down the page")
    with opened(db_path) as db:
        add_stock(db, _parse(name, measures))
    click.echo(f"kept stock {name}")


@stock.command("remove")
@database_option
@click.argument("name", metavar="STOCK")
def remove(db_path: Path, name: str) -> None:
    """Forget a stock of your own.

    \b
    Example:
      o2o stock remove my-tags
    """
    with opened(db_path) as db:
        remove_stock(db, name)
    click.echo(f"removed stock {name}")


def _with_own(db_path: Path, answer: Callable[[Database | None], _T]) -> _T:
    """Return what is asked of a shop's file where there is one; the stocks that come with o2o need none."""
    if not db_path.is_file():
        return answer(None)
    with opened(db_path) as db:
        return answer(db)


def _parse(name: str, measures: dict[str, Any]) -> Stock:
    cell = parse_size(measures["cell"], "cell")
    page = measures["page"]
    return Stock(
        name,
        measures["about"],
        parse_size(page, "page") if page[:1].isdigit() else find_stock(None, page).page,
        cell,
        parse_grid(measures["grid"]),
        parse_size(measures["origin"], "origin") if measures["origin"] else (0.0, 0.0),
        parse_size(measures["pitch"], "pitch") if measures["pitch"] else cell,
        measures["dpi"],
        cut_marks=measures["cut_marks"],
    )


def _describe(one: Stock) -> tuple[Any, ...]:
    about = " = ".join((one.about, *one.aliases))
    return one.name, _size(one.page), _size(one.cell), _size(one.grid), one.dpi, about


def _measures(one: Stock) -> list[tuple[str, str]]:
    """Return what there is to say of a stock, in the order in which one measures it."""
    lengths = [(key, f"{_size(getattr(one, key))} mm") for key in ("page", "cell", "origin", "pitch")]
    lengths.insert(2, ("grid", f"{_size(one.grid)}: {one.cells} cell(s)"))
    more = [("dpi", str(one.dpi))] if one.dpi else []
    also = [("also", ", ".join(one.aliases))] if one.aliases else []
    return [("stock", one.name), ("about", one.about), *also, *lengths, *more]


def _size(lengths: tuple[float, float]) -> str:
    return "x".join(f"{length:.7g}" for length in lengths)

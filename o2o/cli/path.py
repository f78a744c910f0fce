"""``o2o path``: paths that were brought along, from o2o or any other system."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import format_option, show_rows

_AUTO = "auto"
_HEADER = ("touch", "model", "conversions", "value", "removal_effect")


@click.group(cls=NounGroup)
def path() -> None:
    """Credit the touches in paths of your own, from o2o or any other system.

    \b
    Example:
      o2o path attribute paths.csv --model first,last,linear,markov,shapley
    """


@path.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--model", "models", default="linear", show_default=True, metavar="MODEL,…",
              help="first, last, last-non:TOUCH, linear, position, position:30/5/30/5/30, participation, markov, "
              "shapley; several joined by commas.")  # fmt: skip
@click.option("--order", type=click.Choice(["1", "2", "3", "4", _AUTO]), default="1", show_default=True,
              help="How many touches a state of Markov remembers; auto: what BIC favours.")  # fmt: skip
@format_option()
def attribute(file: Path, models: str, order: str, output_format: str) -> None:
    """Credit the touches in the paths of a CSV or XLSX FILE, which needs no shop.

    Columns: path (touches joined by " > ") and conversions and, if there, value (of all the row's conversions, a plain
    decimal) and nulls (how often the path ended in nothing; only Markov asks).

    \b
    Example:
      o2o path attribute paths.csv --model first,last,linear,markov,shapley --format csv
    """
    from o2o.attribution.markov import choose_order
    from o2o.attribution.path_models import attribute_paths
    from o2o.importers.paths import read_paths

    paths = read_paths(file)
    if order == _AUTO:
        order = str(choose_order(paths))
        click.echo(f"order {order} by BIC", err=True)
    names = [name.strip() for name in models.split(",") if name.strip()]
    earned = attribute_paths(paths, names, order=int(order))
    rows = [(row.touch, row.model, row.conversions, row.value, row.removal_effect) for row in earned]
    show_rows(_HEADER, rows, output_format, guarded=False)  # a touch is what it was, byte for byte

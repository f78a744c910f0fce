"""``o2o path``: paths that were brought along, from o2o or any other system."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import format_option, show_rows

if TYPE_CHECKING:
    from o2o.attribution.paths import Paths

_CRITERIA = {"auto": ("bic", "BIC"), "auc": ("auc", "penalised AUC")}
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
              "shapley, shapley-ordered, bagged-logistic, probabilistic; several joined by commas (in a touch: "
              "\\,); all: first, last, linear, position, participation, markov and shapley.")  # fmt: skip
@click.option("--order", type=click.Choice(["1", "2", "3", "4", *_CRITERIA]), default="1", show_default=True,
              help="How many touches a state of Markov remembers; auto: what BIC favours, auc: what the penalised area "
              "under the ROC curve favours.")  # fmt: skip
@click.option("--samples", type=click.IntRange(1), metavar="N",
              help="How much is drawn: orders of arrival for shapley-ordered (1000), regressions for bagged-logistic "
              "(100).")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="N",
              help="The same seed draws the same.")  # fmt: skip
@format_option()
def attribute(file: Path, models: str, order: str, samples: int | None, seed: int, output_format: str) -> None:
    """Credit the touches in the paths of a CSV or XLSX FILE, which needs no shop.

    Columns: path (touches joined by " > ") and conversions and, if there, value (of all the row's conversions, a plain
    decimal) and nulls (how often the path ended in nothing; only markov, shapley-ordered, bagged-logistic and
    probabilistic ask).

    \b
    Example:
      o2o path attribute paths.csv --model first,last,linear,markov,shapley --format csv
    """
    from o2o.attribution.models import split_names
    from o2o.attribution.path_models import attribute_paths
    from o2o.importers.paths import read_paths

    paths = read_paths(file)
    _remark_on(paths.touches)
    earned = attribute_paths(paths, split_names(models), order=_choose(paths, order), samples=samples, seed=seed)
    if errors := [row.error for row in earned if row.error]:
        click.echo(f"shapley-ordered: standard error of up to {max(errors):.2g} conversions a touch", err=True)
    rows = [(row.touch, row.model, row.conversions, row.value, row.removal_effect) for row in earned]
    show_rows(_HEADER, rows, output_format, guarded=False)  # a touch is what it was, byte for byte


def _remark_on(touches: Sequence[str]) -> None:
    if not touches:
        click.echo("there are no paths below the header", err=True)
    if odd := [touch for touch in touches if ">" in touch]:
        click.echo(f"taken for one touch: {odd[0]!r}, for touches are joined by ' > ', with blanks", err=True)


def _choose(paths: "Paths", order: str) -> int:
    from o2o.attribution.markov import choose_order

    if order not in _CRITERIA:
        return int(order)
    criterion, name = _CRITERIA[order]
    chosen = choose_order(paths, by=criterion)
    click.echo(f"order {chosen} by {name}", err=True)
    return chosen

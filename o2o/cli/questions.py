"""The options of what credit is asked for: its outcome, level, models, windows and journeys."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from o2o.attribution.models import ALL, FORMS, MODELS, parse_models
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning, Transform, parse_windows
from o2o.cli.options import choice_of
from o2o.errors import SettingError

_F = TypeVar("_F", bound=Callable[..., Any])


def parsed_by(parse: Callable[[Any], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return what reads an option and makes a bad value a usage error."""

    def convert(ctx: click.Context, param: click.Parameter, given: Any) -> Any:
        try:
            return parse(given)
        except SettingError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return convert


def model_option(default: Sequence[str]) -> Callable[[_F], _F]:
    """Return an option ``--model`` that may be repeated."""
    return click.option(
        "--model",
        "models",
        multiple=True,
        default=default,
        show_default=True,
        callback=parsed_by(parse_models),
        metavar="MODEL,…",
        help=f"How its credit is shared out: {', '.join(FORMS)}. Several joined by commas (in a key: \\,); "
        f"{ALL}: {', '.join(MODELS)}.",
    )


window_option = click.option(
    "--window",
    "windows",
    multiple=True,
    callback=parsed_by(parse_windows),
    metavar="DURATION",
    help="How old a touch may be: 30d (the default), 12h, 45m, 10s; person=7d for one kind. Repeatable.",
)


def journey_options(function: _F) -> _F:
    """Add the options ``--outcome``, ``--by``, ``--journeys`` and ``--transform``."""
    for option in (
        click.option("--transform", default=Thinning.UNIQUE.value, show_default=True, metavar="TRANSFORM",
                     callback=parsed_by(Transform.parse),
                     help="Which touches count: unique (all), exposure, first, drop-tail:KEY, drop-all:KEY."),
        click.option("--journeys", "reach", type=choice_of(Reach), default=Reach.OVERLAP.value, show_default=True,
                     help="Share in every conversion after a touch, or stop at the previous one of its owner."),
        click.option("--by", "level", type=choice_of(Level), default=Level.TOUCHPOINT.value, show_default=True,
                     help="By what credit is summed up."),
        click.option("--outcome", type=choice_of(Outcome), default=Outcome.VISITS.value, show_default=True,
                     help="What counts as a conversion."),
    ):  # fmt: skip
        function = option(function)
    return function


def period_options(function: _F) -> _F:
    """Add ``--window``, ``--since`` and ``--until``."""
    for option in (
        click.option("--until", metavar="DAY", help="Last day (local, included), or an instant (excluded)."),
        click.option("--since", metavar="DAY", help="First day (local) or instant of the conversions."),
        window_option,
    ):
        function = option(function)
    return function


def make_question(asked: Mapping[str, Any], since: int | None, until: int | None) -> Question:
    """Return the question that options ask, of a period."""
    window, kind_windows = asked["windows"]
    return Question(
        outcome=Outcome(asked["outcome"]),
        models=asked["models"],
        by=Level(asked["level"]),
        window=window,
        since=since,
        until=until,
        kind_windows=kind_windows,
        reach=Reach(asked["reach"]),
        transform=asked["transform"],
    )

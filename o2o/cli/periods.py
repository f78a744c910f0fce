"""The options ``--since`` and ``--until``."""

import click

from o2o.attribution.question import parse_since, parse_until
from o2o.config import Settings


def parse_period(settings: Settings, since: str | None, until: str | None) -> tuple[int | None, int | None]:
    """Return the instants of ``--since`` and ``--until``; a bad one is a usage error."""
    bounds = []
    for name, text, parse in (("--since", since, parse_since), ("--until", until, parse_until)):
        try:
            bounds.append(None if text is None else parse(text, settings.zone))
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is {error}", param_hint=name) from None
    if None not in bounds and bounds[0] >= bounds[1]:  # type: ignore[operator]
        raise click.UsageError("--since lies after --until; swap them")
    return bounds[0], bounds[1]

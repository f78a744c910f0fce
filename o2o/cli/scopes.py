"""Options that say whom a destination or a rule is for."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from o2o.cli.options import choice_of
from o2o.destinations import Scope
from o2o.subjects import Kind

_F = TypeVar("_F", bound=Callable[..., Any])


def scope_options(command: _F) -> _F:
    """Add ``--kind`` and ``--default``, of which one stands in for a CODE."""
    default = click.option("--default", "is_default", is_flag=True, help="For every code without one of its own.")
    return default(click.option("--kind", type=choice_of(Kind), help="For the codes of this kind.")(command))


def parse_scope_options(codes: Sequence[str], kind: str | None, *, is_default: bool) -> tuple[Scope, str]:
    """Return scope and key of what was said; else raise UsageError."""
    if len(codes) + is_default + (kind is not None) != 1:
        raise click.UsageError("say what it is for: one of --default, --kind KIND or a CODE")
    if codes:
        return Scope.CODE, codes[0]
    return (Scope.DEFAULT, "") if kind is None else (Scope.KIND, kind)

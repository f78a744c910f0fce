"""``o2o destination explain`` and ``history``: why a scan is sent where it is, and what was changed about that."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from o2o.apps import App, System, sample_agent
from o2o.cli.options import choice_of, database_option, format_option, opened, show_rows
from o2o.config import load_settings
from o2o.db import Database
from o2o.destinations.changes import list_changes
from o2o.destinations.counts import FileCounts
from o2o.destinations.explain import Explanation, explain_scan
from o2o.destinations.rule_files import parse_scope
from o2o.destinations.visit import Counts, Visit
from o2o.times import DAY, format_at, now, parse_at

_STEPS = ("rule", "what", "url", "taken", "why")
_SOMEBODY = "somebody"


@dataclass(frozen=True, slots=True)
class _Scan:
    """A scan as the options suppose it."""

    at_text: str | None
    agent: str
    app: str | None
    system: str | None
    language: str
    query: str
    visitor: str | None
    nth: int
    visitor_id: str | None

    def visit(self, db: Database) -> Visit:
        """Return it as rules see it."""
        at = self._at(db)
        agent = self.agent
        if self.app or self.system:
            agent = sample_agent(App(self.app) if self.app else None, System(self.system or System.ANDROID))
        counts: Counts = FileCounts(db)
        if self.visitor_id is None:
            counts = _Supposed(counts, at, self.visitor, self.nth)
        return Visit(at, agent, self.language, self.query, self.visitor_id or _SOMEBODY, counts=counts)

    def _at(self, db: Database) -> int:
        try:
            return parse_at(self.at_text, load_settings(db).zone) if self.at_text else now()
        except ValueError as error:
            raise click.BadParameter(f"{self.at_text!r} is {error}", param_hint="--at") from None


class _Supposed:
    """What happened before as the options suppose it; uses are the file's."""

    def __init__(self, counts: Counts, at: int, visitor: str | None, nth: int) -> None:
        self.uses = counts.uses
        self._first = at - DAY if visitor == "returning" or (nth > 1 and visitor is None) else None
        self._before = nth - 1

    def scans_before(self, visitor: str, code: str, at: int) -> int:  # noqa: ARG002
        """Return one less than ``--nth``."""
        return self._before

    def first_scan(self, visitor: str) -> int | None:  # noqa: ARG002
        """Return a time that makes the visitor what ``--visitor`` says."""
        return self._first


@click.command()
@database_option
@click.option("--at", "at_text", metavar="TIME", help="When, in the time zone of the shop. [default: now]")
@click.option("--agent", default="", help="The user agent of the phone, as it sends it.")
@click.option("--app", type=choice_of(App), help="A phone that scans with this super-app, instead of --agent.")
@click.option("--system", type=choice_of(System), help="A phone with this system, instead of --agent.")
@click.option("--language", default="", help="What the phone asks for, such as zh-CN,en;q=0.8.")
@click.option("--query", default="", help="The query of the request, such as src=poster or linkType=gs1:pip.")
@click.option("--visitor", type=click.Choice(["new", "returning"]), help="Whether the visitor was here before.")
@click.option("--nth", type=click.IntRange(1), default=1, help="Which scan of the code by the visitor.")
@click.option("--store", "store_id", default="", help="As if the touchpoint were in this store.")
@click.option("--campaign", "campaign_id", default="", help="As if it were of this campaign.")
@click.option("--visitor-id", help="A visitor of the file, with all scans made so far; also places him in splits.")
@format_option()
@click.argument("code")
def explain(db_path: Path, code: str, output_format: str, store_id: str, campaign_id: str, **scan: Any) -> None:
    """Say where a scan of CODE would be sent, which rule says so, and why each other one does not.

    \b
    Example:
      o2o destination explain K7M2X9PQ
      o2o destination explain K7M2X9PQ --at '2026-05-18 08:30' --app wechat --system ios --language en
      o2o destination explain K7M2X9PQ --visitor returning --nth 3 --store S002
    """
    with opened(db_path) as db:
        found = explain_scan(db, code, _Scan(**scan).visit(db), store_id=store_id, campaign_id=campaign_id)
    if output_format == "table":
        _show(found)
    else:
        rows = [(step.rule_id, step.what, step.url, step.taken, step.why) for step in found.steps]
        show_rows(_STEPS, rows, output_format)


@click.command()
@database_option
@click.option("--for", "whose", metavar="CODE|KIND|default", help="Only of this code, this kind or the default.")
@format_option()
def history(db_path: Path, whose: str | None, output_format: str) -> None:
    """Show every change of rules and destinations, the last first.

    \b
    Example:
      o2o destination history
      o2o destination history --for K7M2X9PQ
    """
    scope, key = parse_scope(whose) if whose else (None, None)
    with opened(db_path) as db:
        zone = load_settings(db).zone
        found = list_changes(db, scope, key and key.upper() if scope == "code" else key)
    rows = [
        (format_at(one.changed_at, zone)[:19], one.key or one.scope, one.rule_id, one.change, one.detail)
        for one in found
    ]
    show_rows(("at", "for", "rule", "change", "detail"), rows, output_format)


def _show(found: Explanation) -> None:
    click.echo(f"a scan of {found.code} goes to {found.url}")
    for number, step in enumerate(found.steps, 1):
        rule = f" [{step.rule_id}]" if step.rule_id else ""
        click.echo(f"{'->' if step.taken else '  '} {number}. {step.what}{rule}, {step.url}\n      {step.why}")

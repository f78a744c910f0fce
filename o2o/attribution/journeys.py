"""Gathers the journeys of a question: conversions, the touches before them, and what refunds take back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from o2o.attribution.engines import Engine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.question import Level, Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.times import MINUTE

OTHER = "(other)"
"""Key of touches that have no such level: of other kinds, of no campaign, of no store."""

_INDEXED = {"customer_scans": "customer, scanned_at", "legs": "conversion"}
"""What is looked up in kept rows: a customer may have as many visitors as days, and as many orders."""

_BEGINNING, _END = 0, 1 << 62
_STEPS = {
    Outcome.ORDERS: (
        ("legs", "attribution/journeys.legs"),
        ("links", "attribution/journeys.links"),
        ("identities", "attribution/journeys.identities"),
        ("customer_scans", "attribution/journeys.customer_scans"),
        ("touches", "attribution/journeys.orders"),
        ("placed", "attribution/journeys.placed"),
    ),
    Outcome.VISITS: (
        ("links", "attribution/journeys.links"),
        ("identities", "attribution/journeys.identities"),
        ("customer_scans", "attribution/journeys.customer_scans"),
        ("touches", "attribution/journeys.visits"),
        ("placed", "attribution/journeys.placed"),
        ("legs", "attribution/journeys.visit_legs"),
    ),
}


@dataclass(frozen=True, slots=True)
class Journeys:
    """The journeys of one question, gathered once and kept while several queries read them."""

    engine: Engine
    question: Question
    parameters: dict[str, Any]
    kept: dict[str, str]

    def rows(self, query: str, parts: Mapping[str, str] | None = None, /, **parameters: Any) -> Iterator[Any]:
        """Yield the rows of one of our queries on these journeys, some of its parts perhaps given as SQL."""
        return self.engine.rows(load_query(query, **self.kept, **(parts or {})), self.parameters | parameters)

    def row(self, query: str) -> dict[str, Any]:
        """Return the only row of a query."""
        return dict(next(self.rows(query)))

    def keep(self, part: str, query: str, **parameters: Any) -> None:
        """Keep the rows of a query, in place of earlier ones, for all queries that include this part."""
        sql = load_query(query, **self.kept)
        self.kept[part] = self.engine.keep(part, sql, self.parameters | parameters, _INDEXED.get(part, ""))

    def key_by(self, level: Level) -> None:
        """Put each touch under its key of a level."""
        for part in ("journeys", "steps"):
            self.kept.pop(part, None)
        self.keep("journeys", "attribution/journeys.keyed", by=level)


@contextmanager
def gathered(db: Database, settings: Settings, question: Question, engine: Engine | None = None) -> Iterator[Journeys]:
    """Gather journeys from one state of the file, or of another engine's data, and drop them after."""
    journeys = Journeys(engine or SqliteEngine(db), question, _parameters(settings, question), {})
    with journeys.engine.session():
        for part, query in _STEPS[question.outcome]:
            journeys.keep(part, query)
        yield journeys


def _parameters(settings: Settings, question: Question) -> dict[str, Any]:
    return {
        "other": OTHER,
        "since": _BEGINNING if question.since is None else question.since,
        "until": _END if question.until is None else question.until,
        "window": question.window,
        "gap": settings.visit_gap_minutes * MINUTE,
        "shared": settings.shared_visitor_customers,
    }

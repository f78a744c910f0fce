"""Gathers the journeys of a question: conversions, the touches before them, and what refunds take back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from o2o.attribution.clock import shift_at, write_clock
from o2o.attribution.engines import ColumnEngine, Engine
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning
from o2o.config import Settings
from o2o.db import load_query
from o2o.subjects import Kind
from o2o.times import MINUTE, parse_zone

OTHER = "(other)"
"""Key of touches that have no such level: of other kinds, of no campaign, of no store."""

_INDEXED = {
    "customer_scans": "customer, scanned_at",
    "legs": "conversion",
    "identities": "conversion",
    "owners": "conversion, owner",
    "again": "conversion, key, owner",
}
"""What is looked up in kept rows: a customer may have as many visitors as days, and as many orders."""

_BEGINNING, _END = 0, 1 << 62
_WINTER = 1_767_225_600_000  # 2026-01-01T00:00Z
"""Where days of the chain's clock are counted an hour of summer time is nothing."""
_CONVERSIONS = {
    Outcome.VISITS: "attribution/journeys.conversions_visits",
    Outcome.REGISTRATIONS: "attribution/journeys.conversions_registrations",
    Outcome.REDEMPTIONS: "attribution/journeys.conversions_redemptions",
    Outcome.ORDERS: "attribution/journeys.conversions_orders",
    Outcome.LINES: "attribution/journeys.conversions_lines",
}
_LEGS = {
    Outcome.VISITS: "attribution/journeys.legs_once",
    Outcome.REGISTRATIONS: "attribution/journeys.legs_once",
    Outcome.REDEMPTIONS: "attribution/journeys.legs_redemptions",
    Outcome.ORDERS: "attribution/journeys.legs_orders",
    Outcome.LINES: "attribution/journeys.legs_lines",
}
_IDENTITIES = {Outcome.VISITS: "attribution/journeys.identities_visits"}
_KEYS = {
    Level.TOUCHPOINT: "attribution/journeys.keyed_by_code",
    Level.ZONE: "attribution/journeys.keyed_by_area",
    Level.DEPARTMENT: "attribution/journeys.keyed_by_area",
}
_THINNINGS = {
    Thinning.EXPOSURE: "attribution/journeys.thinned_exposure",
    Thinning.FIRST: "attribution/journeys.thinned_first",
    Thinning.DROP_TAIL: "attribution/journeys.thinned_drop_tail",
    Thinning.DROP_ALL: "attribution/journeys.thinned_drop_all",
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

    def columns(self, query: str, **parameters: Any) -> Mapping[str, Any]:
        """Return the columns of a query, none of which holds a NULL, as NumPy arrays: sooner than its rows."""
        if not isinstance(self.engine, ColumnEngine):
            raise NotImplementedError(self.engine.name)
        return self.engine.columns(load_query(query, **self.kept), self.parameters | parameters)

    def keep(self, part: str, query: str, **parameters: Any) -> None:
        """Keep the rows of a query, in place of earlier ones, for all queries that include this part."""
        self.keep_sql(part, load_query(query, **self.kept), **parameters)

    def keep_sql(self, part: str, sql: str, **parameters: Any) -> None:
        """Keep the rows of SQL that is made of our queries."""
        self.kept[part] = self.engine.keep(part, sql, self.parameters | parameters, _INDEXED.get(part, ""))

    def keep_keyed(self, part: str, query: str) -> None:
        """Keep the touches of a query, each under its key of the level that the journeys are under."""
        keyed = load_query(_KEYS.get(self.parameters["by"], "attribution/journeys.keyed"),
                           placed=load_query(query, **self.kept))  # fmt: skip
        self.keep_sql(part, keyed)

    def keep_owners(self) -> None:
        """Keep who each conversion is by."""
        if "owners" not in self.kept:
            self.keep("owners", "attribution/journeys.owners")

    def refine(self, part: str, query: str) -> None:
        """Keep the rows of a query on a part in place of the part."""
        refined = f"{part}_{query.rpartition('.')[2]}"
        self.keep(refined, query)
        self.kept[part] = self.kept.pop(refined)

    def key_by(self, level: Level) -> None:
        """Put each touch under its key of a level, and leave out those that the transform leaves out."""
        for part in ("steps", "again", "idle"):
            self.kept.pop(part, None)
        self.parameters["by"] = level
        self.kept["journeys"] = self._key("journeys", self.kept)

    def keep_idle(self) -> None:
        """Keep the journeys of the same level that led to nothing."""
        if "idle_touches" not in self.kept:
            self.keep_later_touches()
            self.keep("idle_touches", "attribution/models.idle_touches")
        placed = load_query("attribution/journeys.placed", touches=self.kept["idle_touches"])
        self.key_idle(placed)

    def key_idle(self, placed: str) -> None:
        """Put each touch of a query, made without result, under its key of the same level."""
        self.kept["idle"] = self._key("idle", {"placed": placed})

    def _key(self, name: str, parts: Mapping[str, str]) -> str:
        query = _KEYS.get(self.parameters["by"], "attribution/journeys.keyed")
        keyed = self.engine.keep(name, load_query(query, placed=parts["placed"]), self.parameters)
        transform = self.question.transform
        if transform.thinning is Thinning.UNIQUE:
            return keyed
        thinned = load_query(_THINNINGS[transform.thinning], journeys=keyed)
        again = load_query("attribution/journeys.thinned", thinned=thinned)
        return self.engine.keep(f"{name}_thinned", again, self.parameters | {"dropped": transform.key})

    def keep_later_touches(self) -> None:
        """Keep the touches of conversions that came up to a window after the period, and whose these are."""
        parts = {part: self.kept[part] for part in ("clock", "busy", "links", "customer_scans")}
        outcome, until = self.question.outcome, self.parameters["until"]
        later = self.parameters | {"since": until, "until": until + self.parameters["window"], "every": 0}
        parts["conversions"] = load_query(_CONVERSIONS[outcome], **parts)
        parts["legs"] = load_query(_LEGS[outcome], **parts)
        for part, query in (
            ("identities", _IDENTITIES.get(outcome, "attribution/journeys.identities")),
            ("touches", "attribution/journeys.touches"),
        ):
            parts[part] = self.engine.keep(f"later_{part}", load_query(query, **parts), later)
        self.kept.update(later_touches=parts["touches"], later_identities=parts["identities"])


@contextmanager
def gathered(engine: Engine, settings: Settings, question: Question, *, with_hits: bool = False) -> Iterator[Journeys]:
    """Gather journeys from one state of an engine's data, and drop them after.

    Raw hits are counted first: engines that can do it beside the rest do.
    """
    journeys = make_journeys(settings, question, engine)
    with engine.session():
        if with_hits:
            journeys.keep("hits", "attribution/journeys.hits")
        _identify(journeys, settings)
        _find_touches(journeys)
        yield journeys


@contextmanager
def identified(engine: Engine, settings: Settings, question: Question) -> Iterator[Journeys]:
    """Gather the conversions of a question and whose they are, without their touches."""
    journeys = make_journeys(settings, question, engine)
    with engine.session():
        _identify(journeys, settings)
        yield journeys


def _identify(journeys: Journeys, settings: Settings) -> None:
    journeys.kept["clock"] = _write_clock(journeys, settings)
    journeys.keep("busy", "attribution/journeys.busy")
    journeys.keep("links", "attribution/journeys.links")
    outcome = journeys.question.outcome
    if outcome is Outcome.VISITS:
        journeys.keep("visit_starts", "attribution/journeys.visits")
    if outcome is Outcome.LINES:
        journeys.keep("takings", "attribution/journeys.takings")
    journeys.kept["conversions"] = load_query(_CONVERSIONS[outcome], **journeys.kept)
    journeys.keep("legs", _LEGS[outcome])
    journeys.keep("identities", _IDENTITIES.get(outcome, "attribution/journeys.identities"))
    if journeys.question.reach is Reach.STOP:
        journeys.refine("identities", "attribution/journeys.stopped")


def _find_touches(journeys: Journeys) -> None:
    journeys.keep("customer_scans", "attribution/journeys.customer_scans")
    journeys.keep("touches", "attribution/journeys.touches")
    if journeys.question.kind_windows:
        journeys.refine("touches", "attribution/journeys.touches_by_kind")
    if journeys.question.outcome is Outcome.LINES:
        journeys.refine("touches", "attribution/journeys.touches_of_product")
    journeys.keep("placed", "attribution/journeys.placed")


def _write_clock(journeys: Journeys, settings: Settings) -> str:
    bounds = [dict(row) for row in journeys.rows("attribution/journeys.bounds")]
    zones = [(row["zone"], parse_zone(row["zone"] or settings.timezone)) for row in bounds]
    return write_clock(zones, bounds[0]["earliest"] or 0, bounds[0]["latest"] or 0)


def make_journeys(settings: Settings, question: Question, engine: Engine) -> Journeys:
    """Return the journeys of a question, of which nothing is gathered yet."""
    return Journeys(engine, question, _parameters(settings, question), {})


def _parameters(settings: Settings, question: Question) -> dict[str, Any]:
    unbounded = question.since is None and question.until is None
    return {
        "other": OTHER,
        "since": _BEGINNING if question.since is None else question.since,
        "until": _END if question.until is None else question.until,
        "window": question.longest_window,
        **{f"{kind}_window": question.window_of(kind) for kind in Kind},
        "every": int(unbounded or question.reach is Reach.STOP),
        "gap": settings.visit_gap_minutes * MINUTE,
        "shared": settings.shared_visitor_customers,
        "a_day": settings.customer_orders_a_day,
        "shift": shift_at(settings.zone, _WINTER),
    }

"""Who scanned, looked, registered, redeemed and ordered: customers, and visitors who are nobody's, as numbers.

A unit of analysis is a customer (a number below zero) or, where no customer is known, a visitor (its number). They are
joined as journeys are: by links that orders, coupons and page views make, but never by a shared phone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import OTHER, Journeys, identified
from o2o.attribution.question import Level, Outcome, Question
from o2o.config import Language, Settings
from o2o.db import Database, load_query
from o2o.subjects import CARRIER_NAMES

_FURTHER = {
    "registrations": "attribution/journeys.conversions_registrations",
    "redemptions": "attribution/journeys.conversions_redemptions",
    "views": "analytics/people.views",
}
_BY_AREA = (Level.ZONE, Level.DEPARTMENT)
OTHER_NAMES = {Language.ZH: "其他", Language.EN: "other scans"}
"""What scans without such a level are called."""


@contextmanager
def gathered_people(db: Database, settings: Settings) -> Iterator[Journeys]:
    """Gather what everybody did, and keep it while queries read it: ``visitors_of``, ``members`` and ``acts``."""
    with identified(choose_engine(db, settings.engine), settings, Question(Outcome.ORDERS)) as journeys:
        present = journeys.row("analytics/people.present")
        for part, conversions in _FURTHER.items():
            if present[part]:
                _identify(journeys, part, conversions)
        journeys.keep("members", "analytics/people.members")
        journeys.keep("visitors_of", "analytics/people.owners")
        journeys.keep("acts", "analytics/people.acts")
        yield journeys


def _identify(journeys: Journeys, part: str, conversions: str) -> None:
    """Keep whose each of these conversions is, beside the orders."""
    kept = {name: sql for name, sql in journeys.kept.items() if name in ("clock", "busy", "links", "legs")}
    sql = load_query("attribution/journeys.identities", **kept, conversions=load_query(conversions, **kept))
    journeys.kept[part] = journeys.engine.keep(part, sql, journeys.parameters)


def key_of(level: Level) -> str:
    """Return the query that puts scans under their key of a level."""
    if level is Level.TOUCHPOINT:
        return "attribution/journeys.keyed_by_code"
    return "attribution/journeys.keyed_by_area" if level in _BY_AREA else "attribution/journeys.keyed"


def load_names(journeys: Journeys, settings: Settings, level: Level) -> Mapping[str, str]:
    """Return what the keys of a level are called; a key without a name isn't among them."""
    language = Language(settings.language)
    names = {row["key"]: row["name"] for row in journeys.rows("attribution/report.names", by=level) if row["name"]}
    if level is Level.CARRIER:
        names = {str(carrier): language.of(name) for carrier, name in CARRIER_NAMES.items()}
    return names | {OTHER: OTHER_NAMES[language]}

"""Why a scan is sent where it is sent: each rule that was asked, and what the scan had instead."""

from dataclasses import dataclass
from typing import Any

from o2o.db import Database, load_query
from o2o.destinations.conditions import Site, find_condition
from o2o.destinations.fixed import Scope
from o2o.destinations.routes import Map, Stop, load_map
from o2o.destinations.rules import Rule
from o2o.destinations.visit import Visit
from o2o.errors import NotFoundError, SettingError
from o2o.times import format_at
from o2o.touchpoints import find_touchpoint

_OF_SCOPE = {Scope.CODE: "the code's own destination", Scope.DEFAULT: "the default destination"}


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the way: what it is, where it leads, whether it was taken, and why or why not."""

    rule_id: int | None
    what: str
    url: str
    taken: bool
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a scan is sent, without a click id, and every stop on the way there."""

    code: str
    url: str
    steps: tuple[Step, ...]


def explain_scan(db: Database, code: str, visit: Visit, *, store_id: str = "", campaign_id: str = "") -> Explanation:
    """Return why a scan of a code is sent where it is; a store or a campaign stands in for the touchpoint's own.

    Raises MisreadCodeError or NotFoundError for an unknown code or store, SettingError for one not in use at that time.
    """
    routes = load_map(db)
    if store_id and store_id not in routes.stores:
        raise NotFoundError("store", store_id, "name one that was imported")
    site = routes.find_site(_find_row(db, code, visit.at, store_id, campaign_id))
    steps: list[Step] = []
    for stop in (*routes.stops(site.code, site.kind), _own_page(routes)):
        taken = any(step.taken for step in steps)
        reason = "an earlier one was taken" if taken else _why_not(routes, stop, site, visit)
        holds = not reason
        steps.append(Step(_id_of(stop), _name(stop), stop.url, holds, reason or _why(stop)))
    url = next(step.url for step in steps if step.taken)
    return Explanation(site.code, routes.locate(url, site).fill(visit), tuple(steps))


def _find_row(db: Database, code: str, at: int, store_id: str, campaign_id: str) -> list[Any]:
    touchpoint = find_touchpoint(db, code)
    parameters = {"code": touchpoint.code, "at": at}
    found = db.conn.execute(load_query("destinations/explain.row"), parameters).fetchone()
    if found is None or not touchpoint.is_live(at):
        zone = load_map(db).settings.zone
        when = f"not in use at {format_at(at, zone)}"
        raise SettingError(
            "touchpoint", touchpoint.code, when, "scans of it open a page that says so; choose another --at"
        )
    row = list(found)
    row[3], row[4] = store_id or row[3], campaign_id or row[4]
    return row


def _own_page(routes: Map) -> Stop:
    return Stop(Scope.DEFAULT, "", routes.fallback(()), None, allowed=True)


def _why_not(routes: Map, stop: Stop, site: Site, visit: Visit) -> str:
    if not stop.allowed:
        return "its host is not among destination_hosts"
    return "; ".join(_failing(routes, stop.rule, site, visit)) if stop.rule else ""


def _failing(routes: Map, rule: Rule, site: Site, visit: Visit) -> list[str]:
    """Return each condition that does not hold and what the scan has instead."""
    slot = routes.slot(rule)
    reasons = []
    for name, text in rule.conditions:
        condition = find_condition(name)
        if condition is None:
            reasons.append(f"{name} is a condition of a newer o2o")
        elif not condition.make(text, site, slot)(visit):
            reasons.append(f"{name}={text} does not hold: {condition.tell(visit, site, slot)}")
    return reasons


def _why(stop: Stop) -> str:
    return f"all of it holds: {stop.rule.when}" if stop.rule else "no rule before it holds"


def _id_of(stop: Stop) -> int | None:
    return stop.rule.rule_id if stop.rule else None


def _name(stop: Stop) -> str:
    if stop.rule:
        whose = {Scope.CODE: "of the code", Scope.KIND: f"of each {stop.key}", Scope.DEFAULT: "of all codes"}[
            stop.scope
        ]
        return f"rule {stop.rule.position} {whose}" + (f" ({stop.rule.name})" if stop.rule.name else "")
    if stop.url.startswith("/"):
        return "o2o's own page"
    return _OF_SCOPE.get(stop.scope, f"the destination of each {stop.key}")

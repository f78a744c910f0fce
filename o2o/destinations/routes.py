"""From rules and destinations of a shop to the one route of a touchpoint, made when its code is first asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from o2o.config import Settings, load_settings
from o2o.db import Database
from o2o.destinations.conditions import Site, Slot, Test, find_condition
from o2o.destinations.fixed import Scope, list_destinations
from o2o.destinations.location import Location, is_allowed
from o2o.destinations.rules import Rule, list_rules, split_starts
from o2o.destinations.visit import Choice, Visit
from o2o.subjects import Carrier, Kind
from o2o.times import MINUTE, SECOND, parse_zone

_SUBJECT_PLACEHOLDERS = {Kind.PERSON: "person", Kind.PRODUCT: "sku", Kind.PLACE: "place"}
_NO_VISIT = Visit(0)
_NO_SLOT = Slot()

Scoped = tuple[Scope, str]


class Fork(NamedTuple):
    """A rule that can hold for a touchpoint: what is still to be tested of a scan."""

    rule_id: int
    tests: tuple[Test, ...]
    url: str


class Plan(NamedTuple):
    """What touchpoints alike have in common: the first fork whose tests all hold is taken, else the fallback."""

    forks: tuple[Fork, ...]
    fallback: str


class Route:
    """Where the scans of one touchpoint are sent; an address is filled in when the first scan is sent there."""

    __slots__ = ("_click_parameter", "_located", "_site", "plan")

    def __init__(self, plan: Plan, site: Site, click_parameter: str) -> None:
        self.plan = plan
        self._site = site
        self._click_parameter = click_parameter
        self._located: dict[str, Location] = {}

    def choose(self, visit: Visit) -> Choice:
        """Return where a scan is sent."""
        forks, fallback = self.plan
        for rule_id, tests, url in forks:
            for test in tests:
                if not test(visit):
                    break
            else:
                return Choice(self._locate(url).fill(visit), rule_id)
        return Choice(self._locate(fallback).fill(visit))

    @property
    def forks(self) -> tuple[Fork, ...]:
        """The rules that can hold."""
        return self.plan.forks

    @property
    def fallback(self) -> Location:
        """Where scans are sent of which no rule holds."""
        return self._locate(self.plan.fallback)

    @property
    def fixed(self) -> str | None:
        """The one address of all scans, without a click id, if there is no rule and nothing of the scan in it."""
        return None if self.forks else self.fallback.fixed

    def _locate(self, url: str) -> Location:
        location = self._located.get(url)
        if location is None:
            location = self._located[url] = Location.make(url, values_of(self._site), self._click_parameter)
        return location


class Stop(NamedTuple):
    """One step on the way to a destination: a rule, or a destination without conditions; ``allowed``: its host is."""

    scope: Scope
    key: str
    url: str
    rule: Rule | None
    allowed: bool


@dataclass(frozen=True, slots=True)
class Map:
    """All rules and destinations of a shop, by scope and key."""

    settings: Settings
    urls: dict[Scoped, str]
    rules: dict[Scoped, list[Rule]]
    stores: dict[str, tuple[str, str]]
    """City and time zone of each store."""

    zones: dict[str, ZoneInfo]
    hosts: tuple[str, ...]
    """Those that scans may be sent to; none means any."""

    starts: dict[int, int]
    """Where the share of each arm of a split begins."""

    own: frozenset[str]
    """Codes that have rules or a destination of their own."""

    _tests: dict[tuple[int, ZoneInfo, tuple[str, ...]], tuple[Test, ...]] = field(default_factory=dict)
    _plans: dict[tuple[str, str, str, str], Plan] = field(default_factory=dict)
    _spoken: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def all_rules(self) -> Iterator[Rule]:
        """Yield every rule."""
        for rules in self.rules.values():
            yield from rules

    def find_site(self, row: Sequence[Any]) -> Site:
        """Return a touchpoint (code, kind, subject, store, campaign, carrier, label) with all that rules ask of it."""
        code, kind, subject_id, store_id, campaign_id, carrier, label = row
        city, zone = self.stores.get(store_id, ("", ""))
        return Site(
            code, kind, subject_id, store_id or "", city, campaign_id or "", carrier, label,
            self.zones[zone], self.settings.language, self._languages(code, kind),
            self.settings.duplicate_seconds * SECOND, self.settings.visit_gap_minutes * MINUTE,
        )  # fmt: skip

    def stops(self, code: str, kind: str) -> list[Stop]:
        """Return what is asked in turn; our own page is behind the last. Nothing is behind a fixed destination."""
        found: list[Stop] = []
        for scope, key in ((Scope.CODE, code), (Scope.KIND, kind), (Scope.DEFAULT, "")):
            rules = self.rules.get((scope, key), ())
            found += [Stop(scope, key, rule.url, rule, self._allows(rule.url)) for rule in rules]
            if url := self.urls.get((scope, key)):
                found.append(Stop(scope, key, url, None, self._allows(url)))
                if found[-1].allowed:
                    break
        return found

    def fallback(self, stops: Sequence[Stop]) -> str:
        """Return the address for the scans of which no rule holds: a destination without conditions, or our page."""
        urls = (stop.url for stop in stops if stop.rule is None and stop.allowed)
        return next(urls, self.settings.prefix + "/p/{code}")

    def locate(self, url: str, site: Site) -> Location:
        """Return an address with the values of a touchpoint."""
        return Location.make(url, values_of(site), self.settings.click_parameter)

    def make_route(self, site: Site) -> Route:
        """Return the route of a touchpoint."""
        alike = (site.kind, site.store_id, site.campaign_id, site.carrier)
        plan = None if site.code in self.own else self._plans.get(alike)
        if plan is None:
            plan = self._make_plan(site)
            if site.code not in self.own and not self._counts_scans(site.kind):
                self._plans[alike] = plan
        return Route(plan, site, self.settings.click_parameter)

    def slot(self, rule: Rule) -> Slot:
        """Return what the conditions of a rule need to know of it."""
        return Slot(rule.rule_id, rule.seed, self.starts.get(rule.rule_id, 0))

    def can_hold(self, rule: Rule, site: Site) -> bool:
        """Tell whether the rule holds for any scan of a touchpoint."""
        for name, text in rule.conditions:
            condition = find_condition(name)
            if condition is None:  # written by a newer o2o
                return False
            if condition.of_site and not condition.make(text, site, _NO_SLOT)(_NO_VISIT):
                return False
        return True

    def _allows(self, url: str) -> bool:
        return is_allowed(url, self.hosts)

    def _counts_scans(self, kind: str) -> bool:
        """Whether a rule asks for the scans of the very code."""
        return any(stop.rule and "nth" in dict(stop.rule.conditions) for stop in self.stops("", kind))

    def _make_plan(self, site: Site) -> Plan:
        stops = self.stops(site.code, site.kind)
        forks = [
            Fork(stop.rule.rule_id, self._find_tests(stop.rule, site), stop.url)
            for stop in stops
            if stop.rule and stop.allowed and self.can_hold(stop.rule, site)
        ]
        return Plan(tuple(forks), self.fallback(stops))

    def _find_tests(self, rule: Rule, site: Site) -> tuple[Test, ...]:
        """Return what is to be tested of a scan; touchpoints alike share their tests, unless their own scans count."""
        if "nth" in dict(rule.conditions):
            return tuple(self._make_tests(rule, site))
        key = (rule.rule_id, site.zone, site.languages)
        if key not in self._tests:
            self._tests[key] = tuple(self._make_tests(rule, site))
        return self._tests[key]

    def _make_tests(self, rule: Rule, site: Site) -> Iterator[Test]:
        slot = self.slot(rule)
        for name, text in rule.conditions:
            condition = find_condition(name)
            if condition and not condition.of_site:
                yield condition.make(text, site, slot)

    def _languages(self, code: str, kind: str) -> tuple[str, ...]:
        """The shop's own language and those that any rule asks for there."""
        if code in self.own:
            return self._find_languages(code, kind)
        if kind not in self._spoken:
            self._spoken[kind] = self._find_languages("", kind)
        return self._spoken[kind]

    def _find_languages(self, code: str, kind: str) -> tuple[str, ...]:
        asked = (dict(stop.rule.conditions).get("language") for stop in self.stops(code, kind) if stop.rule)
        named = (tag for text in asked if text for tag in text.split(","))
        return tuple(dict.fromkeys((self.settings.language, *named)))


def load_map(db: Database) -> Map:
    """Return the rules and destinations of an open file."""
    settings = load_settings(db)
    urls = {(Scope(one.scope), one.key): one.url for one in list_destinations(db)}
    rules: dict[Scoped, list[Rule]] = {}
    for rule in list_rules(db):
        rules.setdefault((rule.scope, rule.key), []).append(rule)
    stores = {key: (city, zone) for key, city, zone in db.conn.execute("SELECT store_id, city, timezone FROM stores")}
    zones = {zone: parse_zone(zone or settings.timezone) for zone in {"", *(zone for _, zone in stores.values())}}
    starts = {rule_id: start for of_scope in rules.values() for rule_id, start in split_starts(of_scope).items()}
    own = frozenset(key for scope, key in (*urls, *rules) if scope is Scope.CODE)
    return Map(settings, urls, rules, stores, zones, settings.allowed_hosts, starts, own)


def values_of(site: Site) -> dict[str, str]:
    """Return what the placeholders of a destination stand for."""
    return {
        "code": site.code,
        "kind": site.kind,
        _SUBJECT_PLACEHOLDERS[Kind(site.kind)]: site.subject_id,
        "table": (site.label or site.subject_id) if site.carrier == Carrier.TABLE else "",
        "store": site.store_id,
        "city": site.city,
        "campaign": site.campaign_id,
        "carrier": site.carrier,
        "label": site.label,
    }

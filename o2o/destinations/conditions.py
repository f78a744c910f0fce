"""The conditions that a rule can have: how each is written, tested and told.

A condition is kept as text, in one way of writing it: ``{"weekday": "mon,tue", "hour": "9:00-12:00"}``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from o2o.apps import APP_NAMES, App, System, find_app, find_system
from o2o.destinations.languages import choose_language, parse_accepted
from o2o.destinations.periods import (
    WEEKDAYS,
    date_spans,
    format_clock,
    hour_spans,
    local_time,
    read_dates,
    read_hours,
    read_weekdays,
    weekday_numbers,
)
from o2o.destinations.values import (
    ANY,
    NONE,
    find_link_type,
    read_apps,
    read_carriers,
    read_counts,
    read_languages,
    read_link_types,
    read_list,
    read_share,
    read_systems,
    read_uses,
    read_visitor,
)
from o2o.destinations.visit import Visit
from o2o.times import MINUTE, format_at

QUERY = "query."
"""What the name of a condition on a query parameter begins with."""

_SHARES = 10_000


class Site(NamedTuple):
    """Where a rule is asked: what its touchpoint stands for, and the shop's terms."""

    code: str
    kind: str
    subject_id: str = ""
    store_id: str = ""
    city: str = ""
    campaign_id: str = ""
    carrier: str = ""
    label: str = ""
    zone: ZoneInfo = ZoneInfo("UTC")
    language: str = "zh"
    languages: tuple[str, ...] = ("zh",)
    """The shop's own and those that any rule of the touchpoint asks for."""
    duplicate_ms: int = 0
    visit_gap_ms: int = 0


class Slot(NamedTuple):
    """What a condition needs to know of its rule: the id and, for a split, its seed and where its share begins."""

    rule_id: int = 0
    seed: str = ""
    share_from: int = 0


Test = Callable[[Visit], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """How a condition's text is read (ValueError for a bad one), made into a test, and what a visit has, in words.

    ``of_site``: it asks for the touchpoint alone, so that it holds for all of its scans or for none.
    """

    read: Callable[[str], str]
    make: Callable[[str, Site, Slot], Test]
    tell: Callable[[Visit, Site, Slot], str]
    example: str
    of_site: bool = field(default=False, kw_only=True)


def find_condition(name: str) -> Condition | None:
    """Return the condition of a name, or None."""
    if name.startswith(QUERY) and len(name) > len(QUERY):
        return _query_condition(name.removeprefix(QUERY))
    return CONDITIONS.get(name)


def link_type_of(query: str) -> str:
    """Return the GS1 link type that a query asks for, as ``gs1:pip``, or an empty text."""
    asked = _parameters(query).get("linkType", ("",))[0] if "linkType" in query else ""
    return find_link_type(asked) or asked


def share_of(visit: Visit, seed: str) -> int:
    """Return where a visitor falls in a split, 0 to 9,999: always the same for one visitor and one split."""
    text = f"{seed}\0{visit.visitor or visit.click_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) % _SHARES


def shares(text: str) -> int:
    """Return a share in percent as a number of 10,000."""
    return round(float(text.removesuffix("%")) * 100)


@lru_cache(4_096)
def _parameters(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=100, errors="replace")
    except ValueError:
        return {}


def _site_condition(value_of: Callable[[Site], str], example: str, read: Callable[[str], str] = read_list) -> Condition:
    def make(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
        held = value_of(site) in text.split(",")
        return lambda visit: held  # noqa: ARG005

    def tell(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
        return f"the touchpoint has {value_of(site)!r}" if value_of(site) else "the touchpoint has none"

    return Condition(read, make, tell, example, of_site=True)


def _query_condition(name: str) -> Condition:
    def make(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
        wanted = frozenset(text.split(","))
        if text == "*":
            return lambda visit: name in _parameters(visit.query)
        return lambda visit: not wanted.isdisjoint(_parameters(visit.query).get(name, ()))

    def tell(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
        found = _parameters(visit.query).get(name)
        return f"the request has {name}={found[0]}" if found else f"the request has no {name}"

    return Condition(str.strip, make, tell, f"{QUERY}{name}=poster")


def _test_date(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    spans = date_spans(text, site.zone)
    if len(spans) == 1:
        start, end = spans[0]
        return lambda visit: start <= visit.at < end
    return lambda visit: any(start <= visit.at < end for start, end in spans)


def _test_weekday(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    days, zone = weekday_numbers(text), site.zone
    return lambda visit: local_time(visit.at // MINUTE, zone)[0] in days


def _test_hour(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    spans, zone = hour_spans(text), site.zone

    def test(visit: Visit) -> bool:
        minute = local_time(visit.at // MINUTE, zone)[1]
        return any(start <= minute < end for start, end in spans)

    return test


def _test_app(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    named = set(text.split(","))
    apps = set(App) if ANY in named else {App(name) for name in named - {NONE}}
    wanted: frozenset[App | None] = frozenset(apps | {None}) if NONE in named else frozenset(apps)
    return lambda visit: find_app(visit.user_agent) in wanted


def _test_system(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    wanted = frozenset(map(System, text.split(",")))
    return lambda visit: find_system(visit.user_agent) in wanted


def _test_language(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    wanted, known, own = frozenset(text.split(",")), site.languages, site.language
    return lambda visit: choose_language(visit.language, known, own) in wanted


def _test_visitor(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    return lambda visit: _describe_visitor(visit, site) == text


def _test_nth(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    spans = [_count_span(item) for item in text.split(",")]

    def test(visit: Visit) -> bool:
        nth = _nth_scan(visit, site)
        return nth is not None and any(first <= nth <= last for first, last in spans)

    return test


def _test_uses(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    most, rule_id = int(text), slot.rule_id
    return lambda visit: visit.counts.uses(rule_id) < most


def _test_share(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    start, end, seed = slot.share_from, slot.share_from + shares(text), slot.seed
    return lambda visit: start <= share_of(visit, seed) < end


def _test_link_type(text: str, site: Site, slot: Slot) -> Test:  # noqa: ARG001
    wanted = frozenset(text.split(","))
    return lambda visit: link_type_of(visit.query) in wanted


def _count_span(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    return int(first), int(last) if last else 1 << 62 if dash else int(first)


def _describe_visitor(visit: Visit, site: Site) -> str:
    """A visitor is returning once a visit of his has ended before this scan; whom we can't tell is neither."""
    if visit.visitor is None:
        return ""
    first = visit.counts.first_scan(visit.visitor)
    return "new" if first is None or visit.at - first < site.visit_gap_ms else "returning"


def _nth_scan(visit: Visit, site: Site) -> int | None:
    """Which scan of the code by the visitor this is; a double scan is still the one before it."""
    if visit.visitor is None:
        return None
    return visit.counts.scans_before(visit.visitor, site.code, visit.at - site.duplicate_ms) + 1


def _tell_date(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"it is {format_at(visit.at, site.zone)[:16].replace('T', ' ')} there ({site.zone.key})"


def _tell_weekday(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"it is {WEEKDAYS[local_time(visit.at // MINUTE, site.zone)[0]]} there ({site.zone.key})"


def _tell_hour(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"it is {format_clock(local_time(visit.at // MINUTE, site.zone)[1])} there ({site.zone.key})"


def _tell_app(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    app = find_app(visit.user_agent)
    return f"the phone scans with {APP_NAMES[app][1]}" if app else "the phone scans with no super-app that we know"


def _tell_system(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"the phone's system is {find_system(visit.user_agent)}"


def _tell_language(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    best = choose_language(visit.language, site.languages, site.language)
    wanted = ", ".join(parse_accepted(visit.language)) or "no language"
    return f"the phone asks for {wanted}; of {', '.join(site.languages)} that is best served by {best or 'none'}"


def _tell_visitor(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"the visitor is {_describe_visitor(visit, site) or 'not known'}"


def _tell_nth(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    nth = _nth_scan(visit, site)
    return "the visitor is not known" if nth is None else f"it is scan {nth} of this visitor"


def _tell_uses(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"used {visit.counts.uses(slot.rule_id)} times so far"


def _tell_share(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return (
        f"the visitor falls at {share_of(visit, slot.seed) / 100:g} %, this share begins at {slot.share_from / 100:g} %"
    )


def _tell_link_type(visit: Visit, site: Site, slot: Slot) -> str:  # noqa: ARG001
    return f"the request asks for {link_type_of(visit.query) or 'no link type'}"


CONDITIONS = {
    "date": Condition(read_dates, _test_date, _tell_date, "date=2026-05-01..2026-05-31"),
    "weekday": Condition(read_weekdays, _test_weekday, _tell_weekday, "weekday=mon-fri"),
    "hour": Condition(read_hours, _test_hour, _tell_hour, "hour=9-12"),
    "store": _site_condition(lambda site: site.store_id, "store=S001,S002"),
    "city": _site_condition(lambda site: site.city, "city=上海"),
    "campaign": _site_condition(lambda site: site.campaign_id, "campaign=SPRING"),
    "carrier": _site_condition(lambda site: site.carrier, "carrier=shelf_tag", read_carriers),
    "app": Condition(read_apps, _test_app, _tell_app, "app=wechat"),
    "system": Condition(read_systems, _test_system, _tell_system, "system=ios"),
    "language": Condition(read_languages, _test_language, _tell_language, "language=en"),
    "linktype": Condition(read_link_types, _test_link_type, _tell_link_type, "linktype=gs1:pip"),
    "visitor": Condition(read_visitor, _test_visitor, _tell_visitor, "visitor=new"),
    "nth": Condition(read_counts, _test_nth, _tell_nth, "nth=2-"),
    "share": Condition(read_share, _test_share, _tell_share, "share=50"),
    "uses": Condition(read_uses, _test_uses, _tell_uses, "uses=200"),
}
"""Every condition by its name, besides those on query parameters, in the order in which they are tested and shown."""

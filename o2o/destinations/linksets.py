"""All links of a touchpoint as GS1 resolvers give them: a linkset (RFC 9264), and the description of the resolver."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from o2o.config import Settings
from o2o.destinations.conditions import Site, link_type_of
from o2o.destinations.routes import Map, Stop
from o2o.destinations.values import GS1
from o2o.destinations.visit import Visit

LINKSET_TYPE = "application/linkset+json"
"""The media type of a linkset."""

DEFAULT_LINK = GS1 + "defaultLink"
RESOLVER_PATH = ".well-known/gs1resolver"
"""Where a resolver describes itself."""

_VOCABULARY = "https://gs1.org/voc/"
_WHOLE_SET = ("linkset", "all")
_NOBODY = Visit(0)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a touchpoint: of which type, where to, what it is called, for which languages."""

    link_type: str
    href: str
    title: str
    languages: tuple[str, ...] = ()


def wants_linkset(query: str, accept: str) -> bool:
    """Tell whether a request asks for all links instead of one of them."""
    return link_type_of(query) in _WHOLE_SET or LINKSET_TYPE in accept


def list_links(routes: Map, site: Site) -> list[Link]:
    """Return the links of a touchpoint: those of its rules that name a link type, then the default."""
    stops = routes.stops(site.code, site.kind)
    links = [link for stop in stops for link in _links_of(routes, stop, site)]
    return [*links, Link(DEFAULT_LINK, _locate(routes, routes.fallback(stops), site), site.code)]


def lacks_link(routes: Map, site: Site, query: str) -> bool:
    """Tell whether a request asks for a type of link that the touchpoint has not."""
    asked = link_type_of(query)
    return bool(asked) and asked not in {link.link_type for link in list_links(routes, site)}


def make_linkset(routes: Map, site: Site, anchor: str) -> bytes:
    """Return the links of a touchpoint as JSON; ``anchor`` is the address that they are of."""
    by_type: dict[str, list[dict[str, object]]] = {}
    for link in list_links(routes, site):
        entry: dict[str, object] = {"href": link.href, "title": link.title}
        entry |= {"hreflang": link.languages} if link.languages else {}
        by_type.setdefault(_VOCABULARY + link.link_type.removeprefix(GS1), []).append(entry)
    return json.dumps({"linkset": [{"anchor": anchor, **by_type}]}, ensure_ascii=False).encode()


def make_link_header(address: str) -> str:
    """Return the header that says where the linkset of an address is."""
    return f'<{address}?linkType=linkset>; rel="linkset"; type="{LINKSET_TYPE}"'


def describe_resolver(settings: Settings) -> bytes:
    """Return what is to be found at ``/.well-known/gs1resolver``, as JSON."""
    content = {
        "name": f"o2o at {urlsplit(settings.base_url).hostname}",
        "resolverRoot": settings.base_url.rstrip("/"),
        "supportedPrimaryKeys": ["01", "255", "414", "8004", "8017"],
        "supportedLinkType": [{"namespace": _VOCABULARY, "prefix": GS1}],
        "linkTypeDefaultCanBeLinkset": False,
    }
    return json.dumps(content).encode()


def _links_of(routes: Map, stop: Stop, site: Site) -> list[Link]:
    if stop.rule is None or not stop.allowed or not routes.can_hold(stop.rule, site):
        return []
    conditions = dict(stop.rule.conditions)
    languages = tuple(conditions["language"].split(",")) if "language" in conditions else ()
    types = conditions["linktype"].split(",") if "linktype" in conditions else []
    return [Link(one, _locate(routes, stop.url, site), stop.rule.name or one, languages) for one in types]


def _locate(routes: Map, url: str, site: Site) -> str:
    located = routes.locate(url, site).fill(_NOBODY)
    base = urlsplit(routes.settings.base_url)
    return f"{base.scheme}://{base.netloc}{located}" if located.startswith("/") else located

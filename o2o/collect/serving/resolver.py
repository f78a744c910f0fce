"""What a server answers as a resolver of GS1 Digital Links, beside redirects."""

from urllib.parse import urlsplit

from o2o.collect.routing.targets import Target
from o2o.collect.serving.protocol import Answer
from o2o.collect.serving.request import Request
from o2o.config import Settings
from o2o.destinations.linksets import (
    LINKSET_TYPE,
    describe_resolver,
    lacks_link,
    make_link_header,
    make_linkset,
    wants_linkset,
)
from o2o.destinations.routes import Map

_MISSING = Answer("unknown", 404, b'{"error": "no link of this type"}', ((b"content-type", b"application/json"),))


def answer_links(routes: Map, target: Target, request: Request, *, is_link: bool) -> Answer | None:
    """Return all links of a code if they are asked for, 404 for a Digital Link of a type that it lacks, else None."""
    accept = request.headers.get("accept", "")
    if "linkType" not in request.query and LINKSET_TYPE not in accept:
        return None
    site = routes.find_site(target[:7])
    if wants_linkset(request.query, accept):
        body = make_linkset(routes, site, _address(routes.settings, request))
        return Answer("page", 200, body, ((b"content-type", LINKSET_TYPE.encode()),))
    return _MISSING if is_link and lacks_link(routes, site, request.query) else None


def link_header(settings: Settings, request: Request) -> tuple[bytes, bytes]:
    """Return the header of a redirect that says where all links of a Digital Link are."""
    return b"link", make_link_header(_address(settings, request)).encode("ascii", "replace")


def answer_description(settings: Settings) -> Answer:
    """Return what the resolver says of itself."""
    return Answer("page", 200, describe_resolver(settings), ((b"content-type", b"application/json"),))


def _address(settings: Settings, request: Request) -> str:
    base = urlsplit(settings.base_url)
    return f"{base.scheme}://{base.netloc}{request.target.partition('?')[0]}"

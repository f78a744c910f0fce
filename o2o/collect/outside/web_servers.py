"""What nginx and Caddy need to answer scans themselves: the map of codes, the log and all that goes on to us.

They answer what ``o2o serve`` would answer with one and the same address. All else goes on to it, and is no line of
their log: codes with rules, phones with a cookie of ours or that ask not to be tracked, prefetches, linksets, HEAD.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from o2o.codes.short import LENGTH


class WebServer(StrEnum):
    """A web server that can answer scans without us."""

    NGINX = "nginx"
    CADDY = "caddy"


@dataclass(frozen=True, slots=True)
class Site:
    """What is answered: hosts, paths before the codes, where ``o2o serve`` listens, and the log."""

    hosts: tuple[str, ...]
    prefixes: tuple[str, ...]
    upstream: str
    log: str


class Entry(NamedTuple):
    """A code and its address, cut where the click id stands."""

    code: str
    pieces: tuple[str, ...]


class Dialect(NamedTuple):
    """How one server is told: the name of its map, how an entry is written, and the other files by name.

    ``own``: those that are the user's from then on, and are not written again.
    """

    map_name: str
    format_entry: Callable[[Entry, Site], str]
    format_files: Callable[[Site, int], Mapping[str, str]]
    own: frozenset[str]


_NGINX_HTTP = """\
# Written by 'o2o destination export-map'; include it once inside http { }.
geo $o2o_dollar { default "$"; }

map_hash_max_size @SIZE@;
map_hash_bucket_size 128;

# the code of the path -> where it leads; nginx compares in any case
map $o2o_code $o2o_destination {
    default "";
    include @FOLDER@o2o-map.conf;
}

map $http_accept $o2o_linkset {
    default "";
    "~linkset" linkset;
}

# what is answered here; the rest goes on to o2o serve
map "$request_method$http_purpose$http_sec_purpose$http_x_purpose$http_x_moz$http_dnt$http_sec_gpc$cookie_o2o_staff$cookie_o2o_card$cookie_o2o_visitor$arg_linktype$o2o_linkset" $o2o_is_plain {
    default "";
    "GET" yes;
}

# what 'o2o scan import' takes; the full address stands in it, so don't keep it for longer than you need it
log_format o2o escape=json '{"ts":$msec,"uri":"/$o2o_code","ip":"$remote_addr","ua":"$http_user_agent",'
                           '"language":"$http_accept_language","scan_id":"$request_id"}';

upstream o2o_serve {
    server @UPSTREAM@;
    keepalive 16;
}
"""  # noqa: E501

_NGINX_LOCATIONS = """\
# Written by 'o2o destination export-map'; include it inside server { }.
location ~ "^@PREFIXES@/(?<o2o_code>[0-9A-Za-z]{@LENGTH@})/?$" {
    error_page 418 = @o2o_serve;
    if ($o2o_is_plain = "") { return 418; }
    if ($o2o_destination = "") { return 418; }
    access_log @LOG@ o2o buffer=64k flush=1s;
    absolute_redirect off;
    add_header Cache-Control no-store always;
    add_header Referrer-Policy no-referrer always;
    add_header X-Content-Type-Options nosniff always;
    return 302 $o2o_destination;
}

location / {
    error_page 418 = @o2o_serve;
    return 418;
}

location @o2o_serve {
    access_log off;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_pass http://o2o_serve;
}
"""

_NGINX_SITE = """\
# Yours from now on: o2o doesn't write this file again. Start: o2o serve --proxy 127.0.0.1
include @FOLDER@o2o-http.conf;

server {
    listen 80;
    # listen 443 ssl;
    # ssl_certificate     /etc/letsencrypt/live/@HOST@/fullchain.pem;
    # ssl_certificate_key /etc/letsencrypt/live/@HOST@/privkey.pem;
    server_name @HOSTS@;
    server_tokens off;
    include @FOLDER@o2o-locations.conf;
}
"""

_CADDY_LOCATIONS = """\
# Written by 'o2o destination export-map'; import it inside your site. It needs Caddy 2.8 (before: skip_log).
log {
	output file @LOG@
	format json
}

map {path} {o2o_destination} {
	import o2o-map.caddy
	default ""
}

# what is answered here; the rest goes on to o2o serve
@o2o_counted {
	method GET
	expression `{o2o_destination} != ""`
	not header Cookie *o2o_*
	not header Purpose *
	not header Sec-Purpose *
	not header X-Purpose *
	not header X-Moz *
	not header DNT *
	not header Sec-GPC *
	not header Accept *linkset*
	not query linkType=*
}

handle @o2o_counted {
	header Cache-Control no-store
	header Referrer-Policy no-referrer
	header X-Content-Type-Options nosniff
	header O2o-Scan-Id {http.request.uuid}
	redir {o2o_destination} 302
}

handle {
	log_skip
	reverse_proxy @UPSTREAM@
}
"""

_CADDY_SITE = """\
# Yours from now on: o2o doesn't write this file again. Start: o2o serve --proxy 127.0.0.1
@HOSTS@ {
	import o2o.caddy
}
"""


def _format_nginx_entry(entry: Entry, site: Site) -> str:  # noqa: ARG001
    pieces = [piece.replace("\\", "\\\\").replace('"', '\\"').replace("$", "${o2o_dollar}") for piece in entry.pieces]
    return f'{entry.code} "{"${request_id}".join(pieces)}";\n'


def _format_nginx_files(site: Site, count: int) -> dict[str, str]:
    size = 1 << max(11, (2 * count).bit_length())
    values = {"SIZE": str(size), "UPSTREAM": site.upstream, "LOG": site.log, "LENGTH": str(LENGTH), "FOLDER": ""}
    values |= {"HOST": site.hosts[0], "HOSTS": " ".join(site.hosts), "PREFIXES": _alternatives(site.prefixes)}
    return {
        "o2o-http.conf": _fill(_NGINX_HTTP, values),
        "o2o-locations.conf": _fill(_NGINX_LOCATIONS, values),
        "o2o-site.conf": _fill(_NGINX_SITE, values),
    }


def _format_caddy_entry(entry: Entry, site: Site) -> str:
    url = "{http.request.uuid}".join(piece.replace('"', '\\"') for piece in entry.pieces)
    paths = (f"{prefix}/{code}" for prefix in site.prefixes for code in (entry.code, entry.code.lower()))
    return "".join(f'{path} "{url}"\n' for path in paths)


def _format_caddy_files(site: Site, count: int) -> dict[str, str]:  # noqa: ARG001
    values = {"UPSTREAM": site.upstream, "LOG": site.log, "HOSTS": ", ".join(site.hosts)}
    return {"o2o.caddy": _fill(_CADDY_LOCATIONS, values), "Caddyfile": _fill(_CADDY_SITE, values)}


def _alternatives(prefixes: Iterable[str]) -> str:
    """Return a regular expression for paths before the codes, which may be none."""
    return f"(?:{'|'.join(prefix.replace('.', chr(92) + '.') for prefix in prefixes)})"


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


DIALECTS = {
    WebServer.NGINX: Dialect("o2o-map.conf", _format_nginx_entry, _format_nginx_files, frozenset({"o2o-site.conf"})),
    WebServer.CADDY: Dialect("o2o-map.caddy", _format_caddy_entry, _format_caddy_files, frozenset({"Caddyfile"})),
}

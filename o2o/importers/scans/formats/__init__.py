"""The formats of logs, one module each.

To add one: write a module with ``recognise`` and ``make_parser`` (see ``requests.LineFormat``), and name it here. The
first that recognises the beginning of a file reads it.
"""

from o2o.importers.scans.formats import (
    caddy,
    cloudflare,
    combined,
    elb,
    mini_program,
    nginx_json,
    traefik,
    w3c,
)
from o2o.importers.scans.requests import LineFormat

LINE_FORMATS: dict[str, LineFormat] = {
    "caddy": caddy,
    "traefik": traefik,
    "cloudflare": cloudflare,
    "mini-program": mini_program,
    "nginx-json": nginx_json,
    "w3c": w3c,
    "elb": elb,
    "combined": combined,
}
"""The formats by the names that ``--format`` takes, in the order in which they are tried."""

ALIASES = {
    "nginx": "combined", "apache": "combined", "common": "combined", "iis": "w3c", "cloudfront": "w3c", "alb": "elb",
}  # fmt: skip
"""Other names of formats."""

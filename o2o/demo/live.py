"""Serves the demo's chain to real phones on the same network and shows each scan as it arrives."""

import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from o2o.config import UrlCase
from o2o.db import Database, load_query, open_database, rows
from o2o.demo.chain import FLAGSHIP
from o2o.demo.server import LOOPBACK, serving
from o2o.demo.walk import Plan, build_shop
from o2o.subjects import Kind
from o2o.touchpoints import list_touchpoints, touchpoint_url

_ELSEWHERE = ("192.0.2.1", 9)  # an address kept for documentation
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - asked for by the user
_POLL_SECONDS = 0.3
_SHOWN = "004011"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A scan that has just arrived."""

    id: int
    scanned_at: int
    code: str
    name: str
    carrier: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class LiveShop:
    """A shop's file, where it will be served, and the URL of one of its codes."""

    path: Path
    host: str
    port: int
    url: str


def lan_address() -> str:
    """Return this machine's address on its network (loopback when there is none); nothing is sent."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return LOOPBACK
        address: str = probe.getsockname()[0]
    return address


def open_live_shop(out: Path, plan: Plan, host: str, port: int) -> LiveShop:
    """Build the chain once more, with codes that lead to this machine.

    They are in lower case, which matters to nobody on a screen and spares phones a host in capitals.
    """
    path = out / "live.db"
    shown = lan_address() if host == _EVERYWHERE else host
    settings = replace(plan.settings, base_url=f"http://{shown}:{port}", url_case=UrlCase.LOWER)
    with closing(build_shop(path, settings, plan.invent_chain(), destination=None)) as db:
        tag = next(t for t in list_touchpoints(db, kind=Kind.PRODUCT, store_id=FLAGSHIP) if t.subject_id == _SHOWN)
    return LiveShop(path, host, port, touchpoint_url(settings, tag.code))


def watch_scans(shop: LiveShop, invite: Callable[[str], None], show: Callable[[Arrival], None]) -> int:
    """Serve a shop, invite to scan a URL of it, show each arriving scan until Ctrl-C; return how many there were."""
    seen = 0
    with closing(open_database(shop.path)) as db:
        try:
            with serving(shop.path, shop.host, shop.port):
                invite(shop.url)
                while True:
                    seen = _show_new(db, seen, show)
                    time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            _show_new(db, seen, show)  # what arrived while the server was stopping
        count: int = db.conn.execute("SELECT count(*) FROM scans").fetchone()[0]
    return count


def _show_new(db: Database, seen: int, show: Callable[[Arrival], None]) -> int:
    """Show what came in after the scan with the id ``seen`` and return the id of the last."""
    arrivals = [Arrival(*row) for row in rows(db, load_query("demo/live.arrivals"), after=seen)]
    for arrival in arrivals:
        show(arrival)
    return arrivals[-1].id if arrivals else seen

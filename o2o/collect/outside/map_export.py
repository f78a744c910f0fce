"""Scans without Python on the path: a web server answers the codes that have one address, and its log is imported."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from o2o.collect.outside.web_servers import DIALECTS, Entry, Site, WebServer
from o2o.collect.routing.targets import Target, Targets, load_targets
from o2o.config import Settings, VisitorMode, parse_hosts
from o2o.db import Database
from o2o.errors import OutputError, SettingError
from o2o.subjects import Carrier
from o2o.text_files import whole_file, write_csv, write_text

LEFT_OUT = "left-out.csv"
_WHY_NOT = {"lot": "{lot} in its destination", "serial": "{serial} in its destination"}


@dataclass(frozen=True, slots=True)
class MapOrder:
    """For which server a map is written, where ``o2o serve`` listens for the rest, and where scans are logged."""

    server: WebServer
    upstream: str = "127.0.0.1:8000"
    log: str = ""

    @property
    def log_path(self) -> str:
        """The log, by default where the server's own logs are."""
        return self.log or f"/var/log/{self.server}/o2o.log"


@dataclass(frozen=True, slots=True)
class MapExport:
    """How many codes the server answers itself, those that it leaves to ``o2o serve`` with why, and the files."""

    count: int
    left_out: list[tuple[str, str]]
    files: list[Path]
    remark: str = ""


def export_map(db: Database, folder: Path, order: MapOrder, now: int) -> MapExport:
    """Write the map of all codes with one address, and what else a web server needs, into a folder."""
    targets = load_targets(db, now)
    dialect, site = DIALECTS[order.server], _describe_site(targets.settings, order)
    left_out: list[tuple[str, str]] = []
    count = 0
    _make_folder(folder)
    with whole_file(folder / dialect.map_name) as file:
        for target in _all_targets(db, targets):
            reason = why_left_out(target)
            if reason:
                left_out.append((target.code, reason))
                continue
            entry = Entry(target.code, target.route.fallback.with_click[::2])
            file.write(dialect.format_entry(entry, site).encode())
            count += 1
    write_csv(folder / LEFT_OUT, ("code", "reason"), left_out)
    written = {name: text for name, text in dialect.format_files(site, count).items() if not (
        name in dialect.own and (folder / name).exists())}  # fmt: skip
    for name, text in written.items():
        write_text(folder / name, text)
    files = [folder / name for name in (dialect.map_name, *written, LEFT_OUT)]
    return MapExport(count, left_out, files, _remark(targets.settings))


def why_left_out(target: Target) -> str:
    """Return why only ``o2o serve`` can answer a code, or an empty text."""
    if target.retired_at is not None:
        return "retired"
    if target.carrier == Carrier.STAFF_CARD:
        return "staff card"
    if target.route.forks:
        return "rules"
    return next((_WHY_NOT[name] for name in target.route.fallback.with_click[1::2] if name in _WHY_NOT), "")


def _all_targets(db: Database, targets: Targets) -> Iterator[Target]:
    for (code,) in db.conn.execute("SELECT code FROM touchpoints ORDER BY id"):
        target = targets.find(code)
        if target:
            yield target


def _describe_site(settings: Settings, order: MapOrder) -> Site:
    base = urlsplit(settings.base_url)
    prefixes = {base.hostname or "": settings.prefix} | parse_hosts(settings.hosts)
    for text in (order.upstream, order.log_path):
        if set(text) & set(" ;{}\"'$\n"):
            raise SettingError("export", text, "has signs that mean something to the server", "write a plain one")
    return Site(tuple(prefixes), tuple(sorted(set(prefixes.values()))), order.upstream, order.log_path)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error), "name a folder that you may write to") from None


def _remark(settings: Settings) -> str:
    if settings.visitor_mode == VisitorMode.COOKIE:
        return "a web server sets no visitor cookie: who scans a code of the map only is a new visitor each day"
    return ""

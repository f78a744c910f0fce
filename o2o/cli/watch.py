"""``o2o scan watch``: scans as they come, a live table in a terminal and a line each in a pipe."""

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from o2o.cli.options import database_option, opened
from o2o.collect.verdicts.recent import RecentScan, newest_scans
from o2o.collect.verdicts.scans import last_scan_id
from o2o.config import load_settings
from o2o.db import Database
from o2o.importers.scans.files import find_files
from o2o.importers.scans.following import LogFollower
from o2o.times import SECOND, format_at, now, parse_duration

if TYPE_CHECKING:
    from rich.table import Table

_PAUSE = 0.5
_SHOWN = 20
_AT_ONCE = 1_000
_MINUTE = 60.0
Show = Callable[[list[RecentScan]], None]


@click.command()
@database_option
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--for", "lasts", metavar="DURATION", default="", help="Stop after 10s, 5m, 1h instead of at Ctrl-C.")
def watch(db_path: Path, paths: tuple[Path, ...], lasts: str) -> None:
    """Show scans as 'o2o serve' takes them, or follow the logs FILE and import what they gain.

    \b
    Example:
      o2o scan watch
      o2o scan watch /var/log/nginx/access.log
    """
    until = time.monotonic() + parse_duration(lasts) / SECOND if lasts else float("inf")
    with opened(db_path) as db, ExitStack() as stack, suppress(KeyboardInterrupt):
        after_id = last_scan_id(db)
        logs = [stack.enter_context(LogFollower(db, db_path, path, now())) for path in find_files(paths)]
        show = stack.enter_context(_showing(load_settings(db).zone))
        for scans in _watch(db, logs, after_id, until):
            show(scans)


def _watch(db: Database, logs: list[LogFollower], after_id: int, until: float) -> Iterator[list[RecentScan]]:
    while True:
        for log in logs:
            log.take_new()
        scans = newest_scans(db, after_id, _AT_ONCE)
        after_id = scans[-1].id if scans else after_id
        yield scans
        if time.monotonic() >= until:
            return
        time.sleep(_PAUSE)


@contextmanager
def _showing(zone: ZoneInfo) -> Iterator[Show]:
    if not sys.stdout.isatty():
        yield lambda scans: _print_lines(scans, zone)
        return
    from rich.console import Console
    from rich.live import Live

    table = _Table(zone)
    with Live(console=Console(), auto_refresh=False) as live:
        yield lambda scans: live.update(table.add(scans), refresh=True)


def _print_lines(scans: list[RecentScan], zone: ZoneInfo) -> None:
    for scan in scans:
        click.echo("\t".join(_cells(scan, zone)))
    sys.stdout.flush()


def _cells(scan: RecentScan, zone: ZoneInfo) -> tuple[str, ...]:
    what = " ".join(part for part in (scan.kind, scan.subject_id, scan.store_id) if part)
    return format_at(scan.scanned_at, zone), scan.verdict, scan.code, what, scan.reason, scan.source


class _Table:
    """The newest scans, and how many of each verdict came since the beginning and in the last minute."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._newest: deque[RecentScan] = deque(maxlen=_SHOWN)
        self._counts: Counter[str] = Counter()
        self._moments: deque[tuple[float, int]] = deque()

    def add(self, scans: list[RecentScan]) -> "Table":
        from rich.table import Table

        self._newest.extend(scans)
        self._counts.update(scan.verdict for scan in scans)
        self._moments.append((time.monotonic(), len(scans)))
        while self._moments[0][0] < time.monotonic() - _MINUTE:
            self._moments.popleft()
        table = Table("scanned at", "verdict", "code", "what", "reason", "source", caption=self._summary())
        for scan in reversed(self._newest):
            table.add_row(*_cells(scan, self._zone))
        return table

    def _summary(self) -> str:
        counts = ", ".join(f"{verdict} {count:,}" for verdict, count in self._counts.most_common())
        return f"{sum(count for _, count in self._moments):,} in the last minute; {counts or 'no scan yet'}"

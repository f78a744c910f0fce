"""What a worker does beside answering, twice a second: follow changes of the file and keep the salts."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from o2o.collect.recording.drainer import OpenFile
from o2o.collect.routing.counts import RunningCounts
from o2o.collect.routing.targets import Targets, load_targets, refresh_targets
from o2o.collect.serving.hosts import Hosts
from o2o.collect.serving.tokens import load_token_hashes
from o2o.collect.verdicts.geo import NOWHERE, open_geo
from o2o.collect.visitors.visitor import Identity, Traits, VisitorRules, Visitors
from o2o.db import explaining
from o2o.errors import DatabaseError, O2OError
from o2o.keys import keep_salts
from o2o.times import DAY, MINUTE, SECOND, now
from o2o.wechat_links import load_files

_PATIENCE_MS = 1_000
_CACHE_KB = 8_192


class Keeper:
    """The state that answers read; ``open``, ``tick`` and ``close`` run on one thread that is not theirs."""

    targets: Targets
    hosts: Hosts
    token_hashes: tuple[bytes, ...] = ()
    files: Mapping[str, bytes] = MappingProxyType({})
    """Verification files by their names."""

    def __init__(self, db_path: Path, workers: int = 1) -> None:
        self.trouble = ""
        self.counts = RunningCounts(db_path, workers)
        self._db_path = db_path
        self._file = OpenFile(db_path, _PATIENCE_MS)
        self._version: int | None = None
        self._geo, self._geo_file = NOWHERE, ""

    def open(self) -> None:
        """Read where codes lead; raises O2OError when that can't be."""
        self._file.open(_PATIENCE_MS)
        self._save_memory()
        self._visitors = Visitors(keep_salts(self._db_path, now()), VisitorRules(""))
        try:
            with explaining(self._db_path):
                self._refresh()
        except sqlite3.Error as error:
            raise DatabaseError(self._db_path, f"a part of it is missing ({error})", "restore a backup") from None

    def tick(self) -> None:
        """Follow changes; what goes wrong is told on /healthz and tried again."""
        try:
            # the salt of the next day is there before the day begins
            self._visitors.keys = keep_salts(self._db_path, now() + MINUTE)
            if self._file.follow():
                self._save_memory()
                self._version = None
            self._refresh()
        except Exception as error:  # answers go on from what is known
            self.trouble = f"{type(error).__name__}: {error}"
        else:
            self.trouble = ""

    def close(self) -> None:
        """Let go of the file."""
        self._file.db.close()

    @property
    def secret(self) -> bytes:
        """The secret of the file."""
        return self._visitors.keys.secret

    @property
    def salt_age_seconds(self) -> int:
        """How long ago the day (UTC) began whose salt is the newest in use."""
        at = now()
        in_use = (day for day in self._visitors.keys.salts if day <= at // DAY)
        return (at - max(in_use, default=at // DAY) * DAY) // SECOND

    def identify(self, traits: Traits, at: int, scan_id: str) -> Identity:
        """Return who makes a hit."""
        if at // DAY not in self._visitors.keys.salts:
            self._renew_salts(at)
        return self._visitors.identify(traits, at, scan_id)

    def locate(self, address: str) -> str:
        """Return the region of an address, as far as the shop's database of regions knows it."""
        return self._geo.find(address)

    def _save_memory(self) -> None:
        # codes are read once, then only what was changed: a larger cache would hold as much memory as all codes
        self._file.db.conn.execute(f"PRAGMA cache_size = -{_CACHE_KB}")

    def _renew_salts(self, at: int) -> None:
        self._visitors.keys = self._visitors.keys.with_salt_of(at)
        with suppress(OSError, O2OError):
            self._visitors.keys = keep_salts(self._db_path, at)

    def _refresh(self) -> None:
        version = self._file.db.conn.execute("PRAGMA data_version").fetchone()[0]
        at = now()
        if self._version is None:
            self._take(load_targets(self._file.db, at))
        elif version != self._version or (self.targets.until is not None and at >= self.targets.until):
            self._take(refresh_targets(self._file.db, self.targets, at))
        self.counts.refresh(self._file.db, self.targets.map)
        if version != self._version:
            self.token_hashes, self.files = load_token_hashes(self._file.db), load_files(self._file.db)
        self._version = version

    def _take(self, targets: Targets) -> None:
        self.targets = targets
        self.hosts = Hosts.of(targets.settings)
        self._visitors.rules = VisitorRules.of(targets.settings)
        self._open_geo(targets.settings.geo_file)

    def _open_geo(self, name: str) -> None:
        if name != self._geo_file:
            self._geo = open_geo(self._db_path.parent / name) if name else NOWHERE
            self._geo_file = name

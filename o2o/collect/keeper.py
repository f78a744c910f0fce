"""What a server does beside answering, twice a second: drain, follow changes of the file, keep the salts."""

from contextlib import suppress
from pathlib import Path

from o2o.collect.drain import drain_segments
from o2o.collect.targets import Targets, load_targets
from o2o.collect.visitor import Identity, Traits, VisitorRules, Visitors
from o2o.db import open_database
from o2o.errors import O2OError
from o2o.keys import keep_salts
from o2o.times import DAY, MINUTE, now

_PATIENCE_MS = 1_000
_LAST_PATIENCE_MS = 30_000


class Keeper:
    """The state that answers read; ``open``, ``tick`` and ``close`` run on one thread that is not theirs."""

    targets: Targets

    def __init__(self, db_path: Path) -> None:
        self.drained = 0
        self.trouble = ""
        self._db_path = db_path
        self._version: int | None = None

    def open(self) -> None:
        """Take in what an earlier server left and read where codes lead; raises O2OError when that can't be."""
        self._open_file()
        self._visitors = Visitors(keep_salts(self._db_path, now()), VisitorRules(""))
        self._refresh()
        self.tick()
        self._wait_for_others(_PATIENCE_MS)  # from here on a busy file is tried again at the next tick

    def tick(self) -> None:
        """Follow changes and drain; what goes wrong is told on /healthz and tried again."""
        try:
            # the salt of the next day is there before the day begins
            self._visitors.keys = keep_salts(self._db_path, now() + MINUTE)
            self._follow_file()
            self._refresh()
            self.drained += drain_segments(self._db, self._db_path)
        except Exception as error:  # the server goes on: hits are safe in their segments
            self.trouble = f"{type(error).__name__}: {error}"
        else:
            self.trouble = ""

    def close(self) -> None:
        """Drain for the last time; what can't be drained now stays for the next start, and ``trouble`` says why."""
        self._wait_for_others(_LAST_PATIENCE_MS)
        self.tick()
        self._db.close()

    @property
    def secret(self) -> bytes:
        """The secret of the file."""
        return self._visitors.keys.secret

    def identify(self, traits: Traits, at: int, scan_id: str) -> Identity:
        """Return who makes a hit."""
        if at // DAY not in self._visitors.keys.salts:
            self._renew_salts(at)
        return self._visitors.identify(traits, at, scan_id)

    def _renew_salts(self, at: int) -> None:
        self._visitors.keys = self._visitors.keys.with_salt_of(at)
        with suppress(OSError, O2OError):
            self._visitors.keys = keep_salts(self._db_path, at)

    def _open_file(self) -> None:
        file = _identify_file(self._db_path)
        self._db = open_database(self._db_path)
        self._file, self._version = file, None

    def _follow_file(self) -> None:
        """Go on in the file that lies there now: what is drained into one that was replaced is lost."""
        if _identify_file(self._db_path) != self._file:
            old = self._db
            self._open_file()
            old.close()
            self._wait_for_others(_PATIENCE_MS)

    def _wait_for_others(self, milliseconds: int) -> None:
        self._db.conn.execute(f"PRAGMA busy_timeout = {milliseconds}")

    def _refresh(self) -> None:
        # changes by others only: what this connection drains doesn't count
        version = self._db.conn.execute("PRAGMA data_version").fetchone()[0]
        at = now()
        if version != self._version or (self.targets.until is not None and at >= self.targets.until):
            self.targets = load_targets(self._db, at)
            self._visitors.rules = VisitorRules.of(self.targets.settings)
            self._version = version


def _identify_file(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None

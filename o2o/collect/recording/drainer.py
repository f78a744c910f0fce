"""Moves what the workers record into the file, twice a second; the one part of a server that writes to it."""

from contextlib import suppress
from pathlib import Path
from threading import Event

from o2o.collect.recording.drain import drain_segments
from o2o.collect.recording.segments import list_refused, segments_folder
from o2o.collect.verdicts.bulk import write_quickly
from o2o.db import Database, open_database

_PATIENCE_MS = 1_000
_LAST_PATIENCE_MS = 30_000


class Drainer:
    """Drains into the file that lies there now; ``open``, ``run`` and ``close`` belong to one thread."""

    def __init__(self, db_path: Path) -> None:
        self.drained = 0
        self.trouble = ""
        self._file = OpenFile(db_path, _PATIENCE_MS)

    def open(self) -> None:
        """Take in what an earlier server left; raises O2OError when the file can't be used."""
        self._file.open(_LAST_PATIENCE_MS)
        write_quickly(self._file.db)  # scans wait for the disk in their segments, before they are answered
        self.tick()
        self._file.wait_for_others(_PATIENCE_MS)  # from here on a busy file is tried again at the next tick

    def run(self, stopped: Event, seconds: float) -> None:
        """Drain again and again until the event is set."""
        while not stopped.wait(seconds):
            self.tick()

    def tick(self) -> None:
        """Drain what there is; what goes wrong is told on /healthz and tried again."""
        try:
            if self._file.follow():
                write_quickly(self._file.db)
            self.drained += drain_segments(self._file.db, self._file.path)
        except Exception as error:  # the server goes on: hits are safe in their segments
            self.trouble = f"{type(error).__name__}: {error}"
        else:
            self.trouble = _tell_refused(list_refused(segments_folder(self._file.path)))

    def close(self) -> None:
        """Drain for the last time; what can't be drained now stays for the next start, and ``trouble`` says why."""
        self._file.wait_for_others(_LAST_PATIENCE_MS)
        self.tick()
        self._file.db.close()


class OpenFile:
    """A shop's file held open, and opened anew when another one lies there: what is written to the old one is lost."""

    db: Database

    def __init__(self, path: Path, patience_ms: int) -> None:
        self.path = path
        self._patience_ms = patience_ms

    def open(self, patience_ms: int) -> None:
        """Open the file; raises O2OError when that can't be."""
        found = _identify_file(self.path)
        self.db = open_database(self.path)
        self._found = found
        self.wait_for_others(patience_ms)

    def follow(self) -> bool:
        """Go on in the file that lies there now and tell whether it is another one."""
        if _identify_file(self.path) == self._found:
            return False
        old = self.db
        self.open(self._patience_ms)
        old.close()
        return True

    def wait_for_others(self, milliseconds: int) -> None:
        """Set how long others may keep the file locked."""
        self.db.conn.execute(f"PRAGMA busy_timeout = {milliseconds}")


def _tell_refused(files: list[Path]) -> str:
    return f"scans in {files[0]} can't be read; keep it, report it, then move it away" if files else ""


def _identify_file(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None

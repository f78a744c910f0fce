"""Follows a log that a web server goes on writing: takes its new lines, over rotations."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self

from o2o.collect.verdicts.bulk import BulkWriter
from o2o.config import load_settings
from o2o.db import Database
from o2o.errors import InputFileError
from o2o.importers.scans.batches import HitMaker, LogOrder
from o2o.importers.scans.files import LogReader, name_log, read_beginning
from o2o.importers.scans.formats import LINE_FORMATS
from o2o.importers.scans.imports import import_scans, recognise_format
from o2o.importers.scans.keys import has_untimed_keys
from o2o.importers.scans.progress import find_mark, keep_mark
from o2o.keys import load_keys


class LogFollower:
    """A log of which new lines are taken whenever they are asked for."""

    def __init__(self, db: Database, db_path: Path, path: Path, now: int) -> None:
        self._db = db
        self._db_path = db_path
        self._path = path
        self._now = now
        self._settings = load_settings(db)
        self._secret = load_keys(db_path).secret
        self._stack = ExitStack()
        self._reader: LogReader | None = None
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def take_new(self) -> int:
        """Take the whole lines that were written since, and return how many scans are new."""
        if self._reader is None:
            return self._begin()
        new = self._read(self._reader)
        if self._is_rotated(self._reader):
            new += self._read(self._reader)  # what was written between the last look and the rotation
            self._stack.close()
            new += self._read(self._open())
        return new

    def _begin(self) -> int:
        """Take what is in the log already; one that is still empty begins later."""
        if not self._path.stat().st_size:
            return 0
        result = import_scans(self._db, self._db_path, self._path, now=self._now)
        self._open()
        return result.new

    def _open(self) -> LogReader:
        first = read_beginning(self._path)
        name = recognise_format(first)
        if name not in LINE_FORMATS:
            raise InputFileError(self._path, "not a log that can be followed", "import it with 'o2o scan import'")
        self._beginning = name_log(self._secret, first)
        mark = find_mark(self._db, self._beginning)
        timed = not has_untimed_keys(self._db)
        order = LogOrder(self._path, name, tuple(first), self._secret, self._settings, self._now, mark, timed)
        self._file: BinaryIO = self._stack.enter_context(self._path.open("rb"))
        self._reader = LogReader(self._file, self._secret, mark)
        self._maker = HitMaker(order, self._db)
        return self._reader

    def _read(self, reader: LogReader) -> int:
        writer = BulkWriter(self._db, self._settings)
        mark = None
        for block in reader.blocks(partial=False):
            writer.write(self._maker.make_batch(block).scans)
            mark = block.mark or mark
        if mark:
            writer.write_hits([], lambda: keep_mark(self._db, self._beginning, self._path, mark, self._now))
        writer.flush()
        return writer.new

    def _is_rotated(self, reader: LogReader) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:  # between the renaming and the first line of the new one
            return False
        ours = os.fstat(self._file.fileno())
        changed = (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino) or there.st_size < reader.position
        return changed and there.st_size > 0

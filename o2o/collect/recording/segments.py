"""Segment files: where a worker keeps hits the moment they come, in ``<db>.segments/``.

A file is a mark of its format, then records, each ``length, CRC-32, payload``, then zeros up to its full size,
which is allocated ahead. A record that a killed worker tore ends the file: nobody was answered for it. A worker
holds a lock on its file, so that whoever drains knows when no more will come.
"""

import os
import secrets
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import time_ns
from typing import BinaryIO, Self
from zlib import crc32

SEGMENT_BYTES = 64 * 1024 * 1024
FORMAT_MARK = b"o2oseg2\n"
_FRAME = struct.Struct("<II")
REFUSED = ".refused"
"""How a file ends that holds records which could not become rows."""
_SUFFIX = ".segment"
_TOUCHED_AHEAD = 1 << 20
"""So many zeros go ahead of the records at once: a block's first write costs the file system a change of its own."""
_BINARY = getattr(os, "O_BINARY", 0)


def segments_folder(db_path: Path) -> Path:
    """Return where the segment files of a shop's file lie."""
    return db_path.with_name(db_path.name + ".segments")


def list_segments(folder: Path) -> list[Path]:
    """Return the segment files, the oldest first."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def list_refused(folder: Path) -> list[Path]:
    """Return the files of records that could not become rows."""
    return sorted(folder.glob(f"*{REFUSED}"))


def frame_record(payload: bytes) -> bytes:
    """Return a record as it stands in a file."""
    return _FRAME.pack(len(payload), crc32(payload)) + payload


def read_records(file: BinaryIO, position: int, limit: int) -> tuple[list[bytes], int]:
    """Return up to ``limit`` whole records from ``position`` on, and where the next one begins."""
    file.seek(position)
    records = []
    for payload in _whole_records(file):
        records.append(payload)
        position += _FRAME.size + len(payload)
        if len(records) == limit:
            break
    return records, position


def _whole_records(file: BinaryIO) -> Iterator[bytes]:
    while len(head := file.read(_FRAME.size)) == _FRAME.size:
        length, checksum = _FRAME.unpack(head)
        if not 0 < length <= SEGMENT_BYTES:
            return
        payload = file.read(length)
        if len(payload) < length or crc32(payload) != checksum:
            return
        yield payload


class Segment:
    """A file that one worker appends to; what ``append`` returned for is on the disk."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._free = self._untouched = size - len(FORMAT_MARK)

    @classmethod
    def create(cls, folder: Path, size: int = SEGMENT_BYTES) -> Self:
        """Make a file of ``size`` bytes that is all there from the start; raises OSError when the disk has no room."""
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
        # a drainer must not meet the file before it is locked; Windows can't rename it, nor delete it, while it is open
        first = path if sys.platform == "win32" else path.with_suffix(".part")
        descriptor = os.open(first, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        try:
            _lock(descriptor)
            _allocate(descriptor, size)
            os.write(descriptor, FORMAT_MARK)
            os.fsync(descriptor)
            if first != path:
                first.rename(path)
                _sync_folder(folder)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                first.unlink()
            raise
        return cls(path, descriptor, size)

    def count_fitting(self, records: list[bytes]) -> int:
        """Return how many of these records there is room for."""
        room = self._free
        for count, record in enumerate(records):
            room -= len(record)
            if room < 0:
                return count
        return len(records)

    def append(self, data: bytes) -> None:
        """Keep framed records for good; after an OSError the file must not be written to any more."""
        free, ahead = self._free - len(data), 0
        if free < self._untouched:
            ahead = min(free, _TOUCHED_AHEAD)
            self._untouched = free - ahead
        _write(self._descriptor, data + bytes(ahead))
        os.lseek(self._descriptor, -ahead, os.SEEK_CUR)
        _sync(self._descriptor)
        self._free = free

    def close(self) -> None:
        """Give the file up to whoever drains it."""
        os.close(self._descriptor)


if sys.platform == "win32":

    def is_given_up(path: Path) -> bool:
        """Tell whether no worker has the file any more: a file that is open can't be renamed."""
        try:
            path.rename(path)
        except PermissionError:
            return False
        return True

    def _lock(descriptor: int) -> None:
        """Do nothing: that the file is open is lock enough."""
else:
    import fcntl

    def is_given_up(path: Path) -> bool:
        """Tell whether no worker has the file any more: it holds a lock on it as long as it lives."""
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _allocate(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    else:
        os.truncate(descriptor, size)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Opens logs wherever they are, and reads them in blocks of whole lines from where an earlier import stopped."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from o2o.errors import InputFileError
from o2o.text_files import open_bytes

STDIN = Path("-")
_BLOCK = 1 << 21
_AGAIN = 1 << 20
"""So much of what was read is read again, so that equal lines are counted on as before."""
_TAIL = 256
_FIRST_LINES = 50
_LONGEST_LINE = 1 << 16
_HASH_BYTES = 16
_NO_LOGS = (".problems.csv", ".part", ".db", ".db-wal", ".db-shm", ".keys")


class Mark(NamedTuple):
    """How far a log was read: bytes (unpacked), lines, and a keyed hash of the last bytes before."""

    position: int
    lines: int
    ending: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a log, the number of the first, and the mark behind them; None where the last is not yet whole."""

    whole: bytes
    number: int
    mark: Mark | None

    @property
    def lines(self) -> list[bytes]:
        """The lines without their ends."""
        return self.whole.split(b"\n")


def find_files(patterns: Sequence[Path]) -> list[Path]:
    """Return the files that names, folders and patterns stand for, each once, in order of their names."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        matches = [pattern] if pattern == STDIN or pattern.is_file() else sorted(filter(_may_be_log, _expand(pattern)))
        if not matches:
            reason = "no file is in this folder" if pattern.is_dir() else "no such file"
            raise InputFileError(pattern, reason, "check the name and that you may read it")
        found.update(dict.fromkeys(matches))
    return list(found)


def _expand(pattern: Path) -> Iterator[Path]:
    if pattern.is_dir():
        return pattern.iterdir()
    return Path(pattern.anchor or ".").glob(str(pattern.relative_to(pattern.anchor)))


def _may_be_log(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and not path.name.endswith(_NO_LOGS)


@contextmanager
def open_log(path: Path) -> Iterator[BinaryIO]:
    """Open a plain or packed log, or stdin for ``-``."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    with open_bytes(path) as file:
        yield file


def read_beginning(path: Path) -> list[str]:
    """Return the first lines of a file, none when there is nothing in it."""
    if path == STDIN:
        first = [_decode(line) for line in cast(BufferedReader, sys.stdin.buffer).peek().split(b"\n")[:_FIRST_LINES]]
    else:
        with open_bytes(path) as file:
            first = [_decode(file.readline(_LONGEST_LINE)) for _ in range(_FIRST_LINES)]
    return first if any(first) else []


def name_log(secret: bytes, first: Sequence[str]) -> bytes:
    """Return the name of a log by its first line that is no remark, whatever the file is called meanwhile."""
    line = next((line for line in first if line and not line.startswith("#")), "")
    return blake2b(line.encode(), key=secret, digest_size=_HASH_BYTES).digest()


class LogReader:
    """Reads the lines of one open log, from a mark on where that is still a mark of this log."""

    def __init__(self, file: BinaryIO, secret: bytes, mark: Mark | None = None) -> None:
        self._file = file
        self._secret = secret
        self.position = self.lines = 0
        self.lines_before = 0
        """How many lines are not read again."""
        self._rest = b""
        self._tail = b""
        if mark and mark.position > _AGAIN:
            self._go_to(mark)

    def blocks(self, *, partial: bool = True) -> Iterator[Block]:
        """Yield the lines up to the end of the file as it is now; ``partial``: also a last one without its end."""
        while data := self._read():
            whole, end, self._rest = data.rpartition(b"\n")
            if end:
                yield self._make_block(whole)
        if partial and self._rest:
            yield Block(self._rest, self.lines + 1, None)

    def _read(self) -> bytes:
        data = self._file.read(_BLOCK)
        return self._rest + data if data or b"\n" in self._rest else b""

    def _make_block(self, whole: bytes) -> Block:
        number = self.lines + 1
        self.lines += whole.count(b"\n") + 1
        self.position += len(whole) + 1
        self._tail = (self._tail + whole[-_TAIL:] + b"\n")[-_TAIL:]
        return Block(whole, number, Mark(self.position, self.lines, self._hash(self._tail)))

    def _go_to(self, mark: Mark) -> None:
        start = mark.position - _AGAIN
        self._file.seek(start)
        again = self._file.read(_AGAIN)
        if len(again) == _AGAIN and self._hash(again[-_TAIL:]) == mark.ending:
            skipped, _, self._rest = again.partition(b"\n")
            self.lines = self.lines_before = mark.lines - self._rest.count(b"\n")
            self.position = start + len(skipped) + 1
        else:
            self._file.seek(0)

    def _hash(self, data: bytes) -> bytes:
        return blake2b(data, key=self._secret, digest_size=_HASH_BYTES).digest()


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace").removeprefix("\ufeff").strip()

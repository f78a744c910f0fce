"""Rows of a large table put together by one of their columns, in a temporary file once they are many."""

import marshal
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from tempfile import SpooledTemporaryFile
from typing import Any
from weakref import finalize

from o2o.catalog.imports import Batch, Record

_BUFFERED = 200_000  # rows: about 60 MB
_IN_MEMORY = 32 << 20

_Rows = tuple[list[int], list[Record]]
"""Lines and the rows that stand there."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows that are alike in the column by which a table was parted: their lines, and their other columns."""

    key: Any
    lines: Sequence[int]
    columns: Sequence[Sequence[Any]]


class Partition:
    """Rows parted by the column at a position; values must be such as ``marshal`` takes."""

    def __init__(self, position: int, batches: Iterable[Batch]) -> None:
        self._position = position
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 -- it lives as long as this
        finalize(self, self._file.close)
        self._chunks: dict[Any, list[tuple[int, int]]] = defaultdict(list)
        self._add(batches)

    def __iter__(self) -> Iterator[Part]:
        """Yield the parts in the order of their keys."""
        for key in sorted(self._chunks):
            chunks = [self._read(*chunk) for chunk in self._chunks[key]]
            lines, *columns = [_join(pieces) for pieces in zip(*chunks, strict=True)]
            del columns[self._position]
            yield Part(key, lines, columns)

    def _add(self, batches: Iterable[Batch]) -> None:
        buffered: dict[Any, _Rows] = defaultdict(lambda: ([], []))
        count = 0
        for batch in batches:
            keys = map(itemgetter(self._position), batch.records)
            for key, line, record in zip(keys, batch.lines, batch.records, strict=True):
                lines, records = buffered[key]
                lines.append(line)
                records.append(record)
            count += len(batch.records)
            if count > _BUFFERED:
                self._flush(buffered)
                count = 0
        self._flush(buffered)

    def _flush(self, buffered: dict[Any, _Rows]) -> None:
        for key, (lines, records) in buffered.items():
            # version 2 looks for no values that are alike, which would take longer than writing them
            data = marshal.dumps((lines, *zip(*records, strict=True)), 2)
            self._chunks[key].append((self._file.tell(), len(data)))
            self._file.write(data)
        buffered.clear()

    def _read(self, start: int, size: int) -> tuple[Sequence[Any], ...]:
        self._file.seek(start)
        columns: tuple[Sequence[Any], ...] = marshal.loads(self._file.read(size))  # noqa: S302 -- we wrote it
        return columns


def _join(pieces: Sequence[Sequence[Any]]) -> Sequence[Any]:
    if len(pieces) == 1:
        return pieces[0]
    joined: list[Any] = []
    for piece in pieces:
        joined.extend(piece)
    return joined

"""Keeps hits before they are answered: one write and one sync for all that came while the last one ran."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic

from o2o.collect.segments import SEGMENT_BYTES, Segment, frame_record

_RETRY_SECONDS = 1.0
_SMALLEST_SEGMENT = 8_192  # each record fits: its texts are cut to lengths


class Recorder:
    """The segment file of one worker; never fails: what the disk doesn't take is counted as lost."""

    def __init__(
        self, folder: Path, segment_bytes: int = SEGMENT_BYTES, clock: Callable[[], float] = monotonic
    ) -> None:
        self.recorded = 0
        self.lost = 0
        self._folder = folder
        self._segment_bytes = max(segment_bytes, _SMALLEST_SEGMENT)
        self._clock = clock
        self._retry_at = 0.0
        self._segment: Segment | None = Segment.create(folder, self._segment_bytes)
        self._waiting: list[bytes] = []
        self._kept = asyncio.Event()
        self._flushing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "recorder")

    async def record(self, payload: bytes) -> None:
        """Return once a hit is on the disk, or is lost and counted as such."""
        self._waiting.append(frame_record(payload))
        kept = self._kept
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await kept.wait()

    async def close(self) -> None:
        """Keep what is still waiting and give the file up to the drain."""
        if self._flushing is not None:
            await self._flushing
        self._thread.shutdown()
        if self._segment is not None:
            self._segment.close()
            self._segment = None

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            kept, self._kept = self._kept, asyncio.Event()
            count = await loop.run_in_executor(self._thread, self._write, batch)
            self.recorded += count
            self.lost += len(batch) - count
            kept.set()
        self._flushing = None

    def _write(self, records: list[bytes]) -> int:
        done = 0
        while done < len(records):
            segment = self._segment or self._next_segment()
            if segment is None:
                break
            fitting = segment.count_fitting(records[done:])
            if not fitting:
                self._give_up(segment)
                continue
            try:
                segment.append(b"".join(records[done : done + fitting]))
            except OSError:
                self._give_up(segment)
                self._retry_at = self._clock() + _RETRY_SECONDS
            else:
                done += fitting
        return done

    def _give_up(self, segment: Segment) -> None:
        with suppress(OSError):
            segment.close()
        self._segment = None

    def _next_segment(self) -> Segment | None:
        if self._clock() < self._retry_at:
            return None
        try:
            self._segment = Segment.create(self._folder, self._segment_bytes)
        except OSError:
            self._retry_at = self._clock() + _RETRY_SECONDS
        return self._segment

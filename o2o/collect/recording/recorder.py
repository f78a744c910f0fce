"""Keeps hits before they are answered: one write and one sync for all that came while the last one ran."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic

from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.segments import SEGMENT_BYTES, Segment, frame_record
from o2o.times import now

_RETRY_SECONDS = 1.0
_SMALLEST_SEGMENT = 8_192  # each record fits: its texts are cut to lengths


class Recorder:
    """The segment file of one worker; never fails: what the disk doesn't take is counted as lost."""

    def __init__(
        self,
        folder: Path,
        metrics: Metrics,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._folder = folder
        self.metrics = metrics
        self._segment_bytes = max(segment_bytes, _SMALLEST_SEGMENT)
        self._clock = clock
        self._retry_at = 0.0
        self._segment: Segment | None = Segment.create(folder, self._segment_bytes)
        self._waiting: list[bytes] = []
        self._kept: list[Callable[[], None]] = []
        self._lost: list[Callable[[], None]] = []
        self._is_busy = False
        self._thread = ThreadPoolExecutor(1, "recorder")

    @property
    def queue(self) -> int:
        """How many hits wait for the disk."""
        return len(self._waiting)

    def record(self, payload: bytes, kept: Callable[[], None], lost: Callable[[], None] | None = None) -> None:
        """Call ``kept`` in the event loop once a hit is on the disk, or is lost, of which ``lost`` is told if given."""
        self._waiting.append(frame_record(payload))
        self._kept.append(kept)
        self._lost.append(lost or kept)
        if not self._is_busy:
            self._is_busy = True
            # what else this turn of the loop brings goes with it
            asyncio.get_running_loop().call_soon(self._flush)

    async def close(self) -> None:
        """Keep what is still waiting and give the file up to the drain."""
        while self._is_busy:
            await asyncio.sleep(0.001)
        self._thread.shutdown()
        if self._segment is not None:
            self._segment.close()
            self._segment = None

    def _flush(self) -> None:
        records, self._waiting = self._waiting, []
        kept, self._kept = self._kept, []
        lost, self._lost = self._lost, []
        loop = asyncio.get_running_loop()

        def done(count: "Future[int]") -> None:
            loop.call_soon_threadsafe(self._finish, kept, lost, count.result())

        self._thread.submit(self._write, records).add_done_callback(done)

    def _finish(self, kept: list[Callable[[], None]], lost: list[Callable[[], None]], count: int) -> None:
        self.metrics.recorded += count
        if count < len(kept):
            self.metrics.lost += len(kept) - count
            self.metrics.lost_at = now()
        for call in kept if count == len(kept) else kept[:count] + lost[count:]:
            call()
        if self._waiting:
            self._flush()
        else:
            self._is_busy = False

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
                self._append(segment, records[done : done + fitting])
            except OSError:
                self._give_up(segment)
                self._retry_at = self._clock() + _RETRY_SECONDS
            else:
                done += fitting
        return done

    def _append(self, segment: Segment, records: list[bytes]) -> None:
        started = monotonic()
        segment.append(b"".join(records))
        self.metrics.sync_seconds.add(monotonic() - started)

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

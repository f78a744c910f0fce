"""The workers of a server as their parent sees them: started, listened to, replaced when they die, stopped."""

import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from socket import socket

from o2o.collect.recording.metrics import Metrics
from o2o.collect.serving.worker import WorkerOptions, work
from o2o.errors import O2OError

_GRACE_SECONDS = 15
_START_SECONDS = 60
_PAUSE_SECONDS = 1.0
_SPAWN = get_context("spawn")  # neither a lock of a thread of ours nor a connection to the file comes along


class WorkerError(O2OError):
    """A worker that can't begin."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    metrics: Metrics | None = None
    complaint: str = ""


class Crew:
    """All workers of one server."""

    def __init__(self, options: WorkerOptions, listener: socket) -> None:
        self.restarts = 0
        self._options = options
        self._listener = listener
        self._workers: dict[Pipe, _Worker] = {}
        self._past = Metrics()  # what those have counted that are gone
        self._restart_at = 0.0

    @property
    def size(self) -> int:
        """How many workers answer."""
        return sum(worker.metrics is not None for worker in list(self._workers.values()))

    @property
    def missing(self) -> int:
        """How many workers should answer and don't."""
        return self._options.workers - self.size

    def sum_metrics(self) -> Metrics:
        """Return what all workers have counted."""
        return Metrics.sum([self._past, *(each.metrics for each in list(self._workers.values()) if each.metrics)])

    def start(self) -> None:
        """Start all workers and return once each can answer; raises WorkerError when one can't."""
        for _ in range(self._options.workers):
            self._start_one()
        until = time.monotonic() + _START_SECONDS
        while self.missing:
            for worker in self._hear(until - time.monotonic()):
                raise WorkerError(
                    worker.complaint or "a worker ended before it could answer; see what it printed above"
                )
            if time.monotonic() > until:
                raise WorkerError(f"no worker could answer within {_START_SECONDS} s; is the machine overloaded?")

    def watch(self, stopping: Pipe) -> None:
        """Replace workers that die until there is something to read from ``stopping``."""
        while not stopping.poll():
            self._hear(_PAUSE_SECONDS, stopping)
            if len(self._workers) < self._options.workers and time.monotonic() >= self._restart_at:
                self._restart_at = time.monotonic() + _PAUSE_SECONDS
                self.restarts += 1
                self._start_one()

    def stop(self) -> None:
        """Let each worker answer what it has begun, and end; one that takes too long is killed."""
        for pipe in self._workers:
            with suppress(OSError):
                pipe.send(None)
        until = time.monotonic() + _GRACE_SECONDS
        while self._workers and time.monotonic() < until:
            self._hear(until - time.monotonic())
        for worker in self._workers.values():
            worker.process.kill()
            worker.process.join()

    def _start_one(self) -> None:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=work, args=(self._options, self._listener, theirs))
        process.start()
        theirs.close()  # so that the end of the worker is the end of the pipe
        self._workers[ours] = _Worker(process)

    def _hear(self, seconds: float, also: Pipe | None = None) -> list[_Worker]:
        """Wait for news of workers, or of ``also``, and return those that have ended."""
        ready = wait([*self._workers, *([also] if also else [])], max(0.0, seconds))
        ended = []
        for pipe, worker in [each for each in self._workers.items() if each[0] in ready]:
            try:
                news = pipe.recv()
            except (EOFError, OSError):
                del self._workers[pipe]
                self._bury(worker)
                ended.append(worker)
            else:
                worker.metrics, worker.complaint = (news, "") if isinstance(news, Metrics) else (None, news)
        return ended

    def _bury(self, worker: _Worker) -> None:
        worker.process.join()
        if worker.metrics:
            self._past = Metrics.sum([self._past, worker.metrics.without_state()])

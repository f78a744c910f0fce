"""One process that answers: it takes connections from the socket that all workers share, and has its own segment."""

import asyncio
import gc
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from socket import socket
from typing import cast

from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.recorder import Recorder
from o2o.collect.recording.segments import segments_folder
from o2o.collect.serving.app import Collector
from o2o.collect.serving.keeper import Keeper
from o2o.collect.serving.protocol import Connection, Connections
from o2o.collect.serving.proxies import Proxies
from o2o.collect.serving.scan_reports import PATH, ScanReports
from o2o.errors import O2OError, OutputError

_TICK_SECONDS = 0.5
_GRACE_SECONDS = 10
_BACKLOG = 2_048


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a worker serves, whose word about addresses it takes, and how many they are."""

    db_path: Path
    proxies: tuple[str, ...]
    workers: int


def work(options: WorkerOptions, listener: socket, pipe: Pipe) -> None:
    """Answer until something comes through the pipe, or its end: the parent stops us, or has died.

    Through the pipe goes what was counted, again and again, or once, as a text, why it can't begin.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent gets it too, and tells us when to stop
    try:
        with asyncio.Runner(loop_factory=_find_loop()) as runner:
            runner.run(_work(options, listener, pipe))
    except O2OError as error:
        pipe.send(str(error))


async def _work(options: WorkerOptions, listener: socket, pipe: Pipe) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    metrics = Metrics()
    keeper = Keeper(options.db_path, options.workers)
    with ThreadPoolExecutor(1, "keeper") as thread:
        await loop.run_in_executor(thread, keeper.open)
        gc.freeze()  # where codes lead is never garbage, and need not be looked through
        recorder = _open_recorder(segments_folder(options.db_path), metrics)
        collector = Collector(options.db_path, keeper, recorder, metrics, share=1 / options.workers)
        reports = ScanReports(options.db_path, keeper, recorder, metrics, collector.resolve, 1 / options.workers)
        collector.posts[PATH] = reports.handle
        connections = Connections(collector.handle, Proxies.parse(options.proxies), metrics)
        server = await loop.create_server(lambda: Connection(connections), sock=listener, backlog=_BACKLOG)
        threading.Thread(target=_wait_for_end, args=(pipe, loop, stopped.set), daemon=True).start()

        def report() -> None:
            keeper.tick()
            metrics.connections, metrics.queue = len(connections.all), recorder.queue
            metrics.targets, metrics.trouble = len(keeper.targets), keeper.trouble
            metrics.salt_age_seconds = keeper.salt_age_seconds
            pipe.send(metrics)

        tasks = [asyncio.create_task(connections.sweep()), asyncio.create_task(_repeat(report, thread))]
        await stopped.wait()
        server.close()
        await connections.stop(_GRACE_SECONDS)
        for task in tasks:
            task.cancel()
        collector.close()
        reports.close()
        await recorder.close()
        await loop.run_in_executor(thread, keeper.close)
    with suppress(OSError):
        pipe.send(metrics)


async def _repeat(report: Callable[[], None], thread: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        with suppress(OSError):  # the parent is gone: we stop soon
            await loop.run_in_executor(thread, report)
        await asyncio.sleep(_TICK_SECONDS)


def _wait_for_end(pipe: Pipe, loop: asyncio.AbstractEventLoop, stop: Callable[[], object]) -> None:
    with suppress(EOFError, OSError):
        pipe.recv()
    with suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(stop)


def _open_recorder(folder: Path, metrics: Metrics) -> Recorder:
    try:
        return Recorder(folder, metrics)
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error), "free 64 MB there, or make it writable") from None


def _find_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with suppress(ImportError):
        import uvloop

        return cast(Callable[[], asyncio.AbstractEventLoop], uvloop.new_event_loop)
    return None

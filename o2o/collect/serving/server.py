"""Runs a server: takes the port, drains what was left, lets workers answer until it is told to stop, drains again."""

import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from o2o.collect.recording.drainer import Drainer
from o2o.collect.serving.crew import Crew
from o2o.collect.serving.monitor import Monitor, serving_metrics
from o2o.collect.serving.proxies import Proxies
from o2o.collect.serving.worker import WorkerOptions
from o2o.errors import SettingError
from o2o.keys import keep_salts
from o2o.times import now

_TICK_SECONDS = 0.5
_BACKLOG = 2_048
_NICENESS = 19


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where to listen (port 0: any free one), which proxies are believed about addresses, how many processes answer.

    ``metrics_port``: where this machine may ask for /metrics and /healthz; None: nowhere.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: tuple[str, ...] = ()
    workers: int = 1
    metrics_port: int | None = None


def run_server(db_path: Path, options: ServeOptions, announce: Callable[[str], None]) -> None:
    """Answer scans until SIGTERM or SIGINT; every hit that was kept is a row of ``scans`` when it returns.

    ``announce`` is told where the server can be reached, and at the end if something was left to do.
    """
    Proxies.parse(options.proxies)  # a bad one is told before anything starts
    drainer = Drainer(db_path)
    with _listen(options) as listener, _stopped_by_signals() as stopping, _draining(drainer):
        keep_salts(db_path, now())  # before each worker asks for them
        crew = Crew(WorkerOptions(db_path, options.proxies, options.workers), listener)
        with serving_metrics(Monitor(crew, drainer), options.metrics_port) as metrics_url:
            try:
                crew.start()
                announce(f"answering scans at {_url_of(listener)}; Ctrl-C stops")
                if metrics_url:
                    announce(f"metrics at {metrics_url}/metrics, health at {metrics_url}/healthz")
                crew.watch(stopping)
            finally:
                crew.stop()
    if drainer.trouble:
        announce(f"not every scan is in the file yet ({drainer.trouble}); the next start or report takes the rest")


@contextmanager
def _draining(drainer: Drainer) -> Iterator[None]:
    stopped = threading.Event()
    with ThreadPoolExecutor(1, "drainer", initializer=_yield_to_answers) as thread:
        thread.submit(drainer.open).result()
        running = thread.submit(drainer.run, stopped, _TICK_SECONDS)
        try:
            yield
        finally:
            stopped.set()
            running.result()
            thread.submit(drainer.close).result()


def _yield_to_answers() -> None:
    """Let workers on the same core go first: what is recorded waits to be drained, and reports don't wait for it."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _listen(options: ServeOptions) -> socket.socket:
    address = (options.host, options.port)
    try:
        family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server(address, family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason, advice = "in use", "stop the program that has it, or choose another with --port"
        else:
            reason, advice = (error.strerror or str(error)).lower(), "choose another with --host and --port"
        raise SettingError("address", f"{options.host}:{options.port}", reason, advice) from None


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _stopped_by_signals() -> Iterator[Connection]:
    """Yield what there is something to read from once SIGTERM or SIGINT came."""
    reader, writer = Pipe(duplex=False)

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        with suppress(OSError):
            writer.send(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield reader
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()

"""Runs the application: takes the port, drains what was left, answers until it is told to stop, drains again."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import cast

import uvicorn

from o2o.collect.app import Collector
from o2o.collect.keeper import Keeper
from o2o.collect.proxies import Proxies
from o2o.collect.recorder import Recorder
from o2o.collect.segments import segments_folder
from o2o.errors import OutputError, SettingError

_TICK_SECONDS = 0.5
_GRACE_SECONDS = 10
_BACKLOG = 2_048


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where to listen (port 0: any free one) and which proxies are believed about addresses."""

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: tuple[str, ...] = ()


def run_server(db_path: Path, options: ServeOptions, announce: Callable[[str], None]) -> None:
    """Answer scans until SIGTERM or SIGINT; every hit that was kept is a row of ``scans`` when it returns.

    ``announce`` is told where the server can be reached, and at the end if something was left to do.
    """
    proxies = Proxies.parse(options.proxies)
    keeper = Keeper(db_path)
    with _listen(options) as listener, ThreadPoolExecutor(1, "keeper") as thread:
        thread.submit(keeper.open).result()
        recorder = _open_recorder(segments_folder(db_path))
        server = _make_server(Collector(db_path, keeper, recorder, proxies))
        with _stopped_by_signals(server), asyncio.Runner(loop_factory=_find_loop()) as runner:
            announce(f"answering scans at {_url_of(listener)}; Ctrl-C stops")
            runner.run(_serve(server, listener, keeper, thread, recorder))
        thread.submit(keeper.close).result()
    if keeper.trouble:
        announce(f"not every scan is in the file yet ({keeper.trouble}); the next start or report takes the rest")


async def _serve(
    server: uvicorn.Server, listener: socket.socket, keeper: Keeper, thread: ThreadPoolExecutor, recorder: Recorder
) -> None:
    ticking = asyncio.create_task(_tick(keeper, thread))
    try:
        await server.serve(sockets=[listener])
    finally:
        ticking.cancel()
        await recorder.close()


async def _tick(keeper: Keeper, thread: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        await loop.run_in_executor(thread, keeper.tick)


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


def _open_recorder(folder: Path) -> Recorder:
    try:
        return Recorder(folder)
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error), "free 64 MB there, or make it writable") from None


def _make_server(collector: Collector) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            collector,
            lifespan="off",
            interface="asgi3",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # ours believes listed proxies only
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the server in good order; uvicorn raises them again after it has stopped."""

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _find_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with suppress(ImportError):
        import uvloop

        return cast(Callable[[], asyncio.AbstractEventLoop], uvloop.new_event_loop)
    return None

"""Sends requests as fast as a server takes them, with wrk where it is installed, or at a steady pace."""

import asyncio
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 64
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1_000.0}
_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests were answered, and how long 99 of 100 of them took at most."""

    answered: int
    p99_ms: float


def has_wrk() -> bool:
    """Tell whether wrk is installed; it takes far less of the processor from the server than our client does."""
    return shutil.which("wrk") is not None


def send_requests(port: int, paths: Sequence[str], seconds: float, folder: Path) -> Load:
    """Ask a server on this machine for these paths in turn."""
    if has_wrk():
        return _send_with_wrk(port, paths, seconds, folder)
    return asyncio.run(_send_with_asyncio(port, paths, seconds))


def _send_with_wrk(port: int, paths: Sequence[str], seconds: float, folder: Path) -> Load:
    script = folder / "paths.lua"
    listed = ",".join(f'"{path}"' for path in paths)
    script.write_text(
        f"local paths = {{{listed}}}\nlocal turn = 0\n"
        "request = function() turn = turn % #paths + 1; return wrk.format('GET', paths[turn]) end\n",
        encoding="ascii",
    )
    on_another_core = ["taskset", "-c", "1"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    run = [
        *on_another_core,
        "wrk",
        "-t1",
        "--latency",
        f"-c{CONNECTIONS}",
        f"-d{max(1, round(seconds))}s",
        "-s",
        str(script),
    ]
    out = subprocess.run([*run, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True).stdout
    answered = re.search(r"(\d+) requests in", out)
    if answered is None or "Non-2xx or 3xx" in out or "Socket errors" in out:
        raise RuntimeError(f"wrk met errors:\n{out}")
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    return Load(int(answered[1]), float(slow[1]) * _MILLISECONDS[slow[2]] if slow else 0.0)


async def _send_with_asyncio(port: int, paths: Sequence[str], seconds: float) -> Load:
    until = time.perf_counter() + seconds
    each = await asyncio.gather(*(_ask(port, paths[index::CONNECTIONS], until) for index in range(CONNECTIONS)))
    took = sorted(took for one in each for took in one)
    return Load(len(took), took[len(took) * 99 // 100] * 1_000)


def send_steadily(port: int, paths: Sequence[str], per_second: int, is_over: Callable[[], bool]) -> Load:
    """Ask for these paths at a pace until it is over; each request's time begins when it is due."""
    return asyncio.run(_send_steadily(port, paths, per_second, is_over))


async def _send_steadily(port: int, paths: Sequence[str], per_second: int, is_over: Callable[[], bool]) -> Load:
    idle: asyncio.Queue[_Streams] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        idle.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    asked: list[asyncio.Task[float]] = []
    due = time.perf_counter()
    while not is_over():
        asked.append(asyncio.create_task(_ask_when_idle(idle, paths[len(asked) % len(paths)], due)))
        due += 1 / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    took = sorted(await asyncio.gather(*asked))
    while not idle.empty():
        idle.get_nowait()[1].close()
    return Load(len(took), took[len(took) * 99 // 100] * 1_000)


async def _ask_when_idle(idle: "asyncio.Queue[_Streams]", path: str, due: float) -> float:
    streams = await idle.get()
    await _ask_once(streams, path)
    took = time.perf_counter() - due
    idle.put_nowait(streams)
    return took


async def _ask(port: int, paths: Sequence[str], until: float) -> list[float]:
    streams = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    while (started := time.perf_counter()) < until:
        await _ask_once(streams, paths[len(took) % len(paths)])
        took.append(time.perf_counter() - started)
    streams[1].close()
    return took


async def _ask_once(streams: _Streams, path: str) -> None:
    reader, writer = streams
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    await reader.readexactly(int(length[1]) if length else 0)
    if not head.startswith(b"HTTP/1.1 302"):
        raise RuntimeError(f"not a redirect: {head!r}")

"""Sends requests as fast as a server takes them: with wrk where it is installed, else with a client of our own."""

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

CONNECTIONS = 32


def has_wrk() -> bool:
    """Tell whether wrk is installed; it takes far less of the processor from the server than our client does."""
    return shutil.which("wrk") is not None


def send_requests(port: int, paths: Sequence[str], seconds: float, folder: Path) -> int:
    """Ask a server on this machine for these paths in turn and return how many answers came."""
    if has_wrk():
        return _send_with_wrk(port, paths, seconds, folder)
    return asyncio.run(_send_with_asyncio(port, paths, seconds))


def _send_with_wrk(port: int, paths: Sequence[str], seconds: float, folder: Path) -> int:
    script = folder / "paths.lua"
    listed = ",".join(f'"{path}"' for path in paths)
    script.write_text(
        f"local paths = {{{listed}}}\nlocal turn = 0\n"
        "request = function() turn = turn % #paths + 1; return wrk.format('GET', paths[turn]) end\n",
        encoding="ascii",
    )
    run = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-s", str(script)]
    out = subprocess.run([*run, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True).stdout
    answered = re.search(r"(\d+) requests in", out)
    if answered is None or "Non-2xx or 3xx" in out or "Socket errors" in out:
        raise RuntimeError(f"wrk met errors:\n{out}")
    return int(answered[1])


async def _send_with_asyncio(port: int, paths: Sequence[str], seconds: float) -> int:
    until = time.perf_counter() + seconds
    answered = await asyncio.gather(*(_ask(port, paths[index::CONNECTIONS], until) for index in range(CONNECTIONS)))
    return sum(answered)


async def _ask(port: int, paths: Sequence[str], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    while time.perf_counter() < until:
        path = paths[answered % len(paths)]
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        if not head.startswith(b"HTTP/1.1 302"):
            raise RuntimeError(f"not a redirect: {head!r}")
        answered += 1
    writer.close()
    return answered

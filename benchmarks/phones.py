"""Phones that scan without pause and note each scan that they were answered for, whatever happens to the server."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

_AGENT = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"
_CLICK = re.compile(rb"o2o_scan=([\w-]{20})")
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH = re.compile(rb"content-length: (\d+)")
_PATIENCE_SECONDS = 15


class Phones:
    """Phones in a thread of their own for the length of a block; ``answered``: the ids of scans with a 302.

    ``statuses`` counts all answers; ``hung`` those that took more than 15 seconds; ``slowest`` is in seconds.
    """

    def __init__(self, url: str, paths: Sequence[str], count: int = 16) -> None:
        self.answered: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.hung = 0
        self.slowest = 0.0
        self.count = count
        host, _, port = url.removeprefix("http://").rpartition(":")
        self._address = (host, int(port))
        self._requests = [
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {_AGENT}\r\n\r\n".encode() for path in paths
        ]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._scan_all()))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let each phone wait for the answer that it is owed, and end."""
        self._stopping.set()
        self._thread.join()

    async def _scan_all(self) -> None:
        await asyncio.gather(*(self._scan(number) for number in range(self.count)))

    async def _scan(self, turn: int) -> None:
        while not self._stopping.is_set():
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(*self._address)
                try:
                    while not self._stopping.is_set():
                        turn += 1
                        writer.write(self._requests[turn % len(self._requests)])
                        await self._read_answer(reader)
                finally:
                    writer.close()
            await asyncio.sleep(0.02)

    async def _read_answer(self, reader: asyncio.StreamReader) -> None:
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
        except TimeoutError:
            self.hung += 1
            raise
        self.slowest = max(self.slowest, asyncio.get_running_loop().time() - started)
        if status := _STATUS.match(head):
            self.statuses[int(status[1])] += 1
        if click := _CLICK.search(head):
            self.answered.append(click[1].decode())
